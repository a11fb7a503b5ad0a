"""Agents trained in functions: environments in NumPy, policy gradients, actor and critic, Q-learning with a target network."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)


def weights(*shape):
    return tf.Variable(0.5 * rng.randn(*shape).astype(np.float32))


# --- an environment outside of TensorFlow: a walk on a line, whose end is at +3 or -3 ---


class Walk:
    def __init__(self):
        self.calls = 0
        self.reset()

    def reset(self):
        self.position = 0
        return np.array([0.0, 1.0], np.float32)

    def step(self, action):
        self.calls += 1
        self.position += 1 if action == 1 else -1
        done = abs(self.position) >= 3
        reward = 1.0 if self.position == 3 else -0.1
        return (
            np.array([self.position / 3.0, 1.0], np.float32),
            np.float32(reward),
            np.int32(done),
        )


env = Walk()


def env_step(action):
    return env.step(int(action))


def tf_env_step(action):
    return tf.numpy_function(env_step, [action], [tf.float32, tf.float32, tf.int32])


class ActorCritic(tf.Module):
    def __init__(self, hidden):
        super().__init__()
        self.common, self.actor, self.critic = (
            weights(2, hidden),
            weights(hidden, 2),
            weights(hidden, 1),
        )

    def __call__(self, x):
        h = tf.tanh(x @ self.common)
        return h @ self.actor, h @ self.critic


model = ActorCritic(6)


def run_episode(state, uniforms):
    action_probs = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    values = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    rewards = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    state_shape = state.shape
    for t in tf.range(tf.size(uniforms)):
        logits, value = model(tf.expand_dims(state, 0))
        probs = tf.nn.softmax(logits)
        action = tf.cast(uniforms[t] < probs[0, 1], tf.int32)
        values = values.write(t, tf.squeeze(value))
        action_probs = action_probs.write(t, probs[0, action])
        state, reward, done = tf_env_step(action)
        state.set_shape(state_shape)
        reward.set_shape([])
        rewards = rewards.write(t, reward)
        if tf.cast(done, tf.bool):
            break
    return action_probs.stack(), values.stack(), rewards.stack()


def expected_return(rewards, gamma, standardize=True):
    n = tf.shape(rewards)[0]
    returns = tf.TensorArray(dtype=tf.float32, size=n)
    rewards = tf.cast(rewards[::-1], dtype=tf.float32)
    discounted_sum = tf.constant(0.0)
    discounted_sum_shape = discounted_sum.shape
    for i in tf.range(n):
        discounted_sum = rewards[i] + gamma * discounted_sum
        discounted_sum.set_shape(discounted_sum_shape)
        returns = returns.write(i, discounted_sum)
    returns = returns.stack()[::-1]
    if standardize:
        returns = (returns - tf.math.reduce_mean(returns)) / (tf.math.reduce_std(returns) + 1e-7)
    return returns


def huber(x):
    return tf.where(tf.abs(x) < 1.0, 0.5 * x * x, tf.abs(x) - 0.5)


@tf.function
def train_step(initial_state, uniforms, gamma):
    with tf.GradientTape() as tape:
        action_probs, values, rewards = run_episode(initial_state, uniforms)
        returns = expected_return(rewards, gamma)
        action_probs, values, returns = [tf.expand_dims(x, 1) for x in [action_probs, values, returns]]
        advantage = returns - values
        actor_loss = -tf.math.reduce_sum(tf.math.log(action_probs) * tf.stop_gradient(advantage))
        loss = actor_loss + tf.reduce_sum(huber(values - returns))
    grads = tape.gradient(loss, model.trainable_variables)
    for v, g in zip(model.trainable_variables, grads):
        v.assign_sub(0.02 * g)
    return tf.math.reduce_sum(rewards), loss, tf.shape(rewards)[0]


for episode in range(6):
    uniforms = tf.constant(rng.rand(12), tf.float32)
    reward, loss, steps = train_step(tf.constant(env.reset()), uniforms, 0.9)
    print("actor and critic", reward.numpy(), loss.numpy(), steps.numpy(), env.calls)
print("traces", train_step.experimental_get_tracing_count())

# --- REINFORCE with a baseline, over episodes that were collected outside ---

policy = weights(2, 2)
baseline = tf.Variable(0.0, trainable=False)


@tf.function(
    input_signature=[
        tf.TensorSpec([None, 2]),
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([None]),
    ]
)
def reinforce(states, actions, rewards):
    returns = tf.math.cumsum(rewards, reverse=True)
    with tf.GradientTape() as tape:
        log_probs = tf.nn.log_softmax(states @ policy)
        chosen = tf.gather(log_probs, actions, axis=1, batch_dims=1)
        entropy = -tf.reduce_sum(tf.exp(log_probs) * log_probs, -1)
        loss = -tf.reduce_mean(chosen * (returns - baseline) + 0.01 * entropy)
    policy.assign_sub(0.5 * tape.gradient(loss, policy))
    baseline.assign(0.9 * baseline + 0.1 * tf.reduce_mean(returns))
    return loss


for n in (5, 3, 1, 7):
    states = tf.constant(rng.randn(n, 2), tf.float32)
    loss = reinforce(
        states,
        tf.constant(rng.randint(0, 2, n), tf.int32),
        tf.constant(rng.rand(n), tf.float32),
    )
    print("reinforce", n, loss.numpy(), baseline.numpy())

# --- Q-learning: replay in a variable that is written in place, and a target network that follows ---

CAPACITY = 8
q_net, q_target = [weights(2, 5), weights(5, 2)], [weights(2, 5), weights(5, 2)]
replay_states = tf.Variable(tf.zeros([CAPACITY, 2]), trainable=False)
replay_actions = tf.Variable(tf.zeros([CAPACITY], tf.int32), trainable=False)
replay_rewards = tf.Variable(tf.zeros([CAPACITY]), trainable=False)
replay_next = tf.Variable(tf.zeros([CAPACITY, 2]), trainable=False)
filled = tf.Variable(0, trainable=False)


def q(net, s):
    return tf.nn.relu(s @ net[0]) @ net[1]


@tf.function
def remember(s, a, r, s2):
    at = filled % CAPACITY
    replay_states[at].assign(s)
    replay_actions[at].assign(a)
    replay_rewards[at].assign(r)
    replay_next[at].assign(s2)
    filled.assign_add(1)


@tf.function
def act(state, epsilon, u, random_action):
    if u < epsilon:
        return random_action
    return tf.argmax(q(q_net, state[None])[0], output_type=tf.int32)


@tf.function
def learn(indices, gamma, tau):
    s, a, r, s2 = (tf.gather(x, indices) for x in (replay_states, replay_actions, replay_rewards, replay_next))
    best = tf.argmax(q(q_net, s2), -1)
    goal = r + gamma * tf.gather(q(q_target, s2), best, batch_dims=1)
    with tf.GradientTape() as tape:
        now = tf.reduce_sum(q(q_net, s) * tf.one_hot(a, 2), -1)
        error = tf.stop_gradient(goal) - now
        loss = tf.reduce_mean(huber(error))
    for v, g in zip(q_net, tape.gradient(loss, q_net)):
        v.assign_sub(0.1 * g)
    for t, v in zip(q_target, q_net):
        t.assign(tau * v + (1.0 - tau) * t)
    return loss, tf.abs(error)


state = tf.constant(env.reset())
for step in range(12):
    u = rng.rand()
    action = act(
        state,
        tf.constant(0.3),
        tf.constant(u, tf.float32),
        tf.constant(rng.randint(2), tf.int32),
    )
    following, reward, done = env.step(int(action))
    remember(state, action, reward, following)
    state = tf.constant(env.reset() if done else following)
    loss, error = learn(tf.constant(rng.randint(0, min(step + 1, CAPACITY), 4)), 0.9, 0.1)
    print("dqn", int(action), loss.numpy(), error.numpy().max())
print("filled", filled.numpy(), replay_actions.numpy(), replay_rewards.numpy())


# --- a bandit by policy gradient, all in one loop; and a table of values by sweeps ---


@tf.function
def gradient_bandit(rewards, uniforms, alpha):
    h = tf.zeros([3])
    mean = 0.0
    for t in tf.range(tf.shape(uniforms)[0]):
        with tf.GradientTape() as tape:
            tape.watch(h)
            p = tf.nn.softmax(h)
            arm = tf.reduce_sum(tf.cast(uniforms[t] > tf.cumsum(p)[:2], tf.int32))
            log_p = tf.math.log(p[arm])
        r = rewards[t, arm]
        mean += (r - mean) / tf.cast(t + 1, tf.float32)
        h += alpha * (r - mean) * tape.gradient(log_p, h)
    return tf.nn.softmax(h), mean


p, mean = gradient_bandit(
    tf.constant(rng.rand(30, 3) + [0.0, 0.3, 0.9], tf.float32),
    tf.constant(rng.rand(30), tf.float32),
    0.4,
)
print("bandit", p.numpy(), mean.numpy())


@tf.function
def value_iteration(transition, reward, gamma, tolerance):
    v = tf.zeros_like(reward[0])
    sweeps = 0
    delta = tf.constant(np.inf, tf.float32)
    while delta > tolerance:
        new = tf.reduce_max(reward + gamma * tf.einsum("ast,t->as", transition, v), 0)
        delta = tf.reduce_max(tf.abs(new - v))
        v = new
        sweeps += 1
    return v, sweeps


chain = np.zeros((2, 4, 4), np.float32)
for s in range(4):
    chain[0, s, max(s - 1, 0)] = chain[1, s, min(s + 1, 3)] = 1.0
gain = np.zeros((2, 4), np.float32)
gain[1, 3] = 1.0
v, sweeps = value_iteration(chain, gain, 0.5, 1e-3)
print("values", v.numpy(), sweeps.numpy())
