"""Training steps as functions: optimisers written by hand, schedules, clipping, accumulation, averages, mixed precision."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
X = tf.constant(rng.randn(32, 4), tf.float32)
W_TRUE = tf.constant([[1.0], [-2.0], [0.5], [3.0]])
Y = X @ W_TRUE + 0.3


# --- the step that every tutorial begins with ---


class LinearModel(tf.Module):
    def __init__(self, features, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(tf.zeros([features, 1]), name="w")
        self.b = tf.Variable(0.0, name="b")

    @tf.function
    def __call__(self, x):
        return x @ self.w + self.b


model = LinearModel(4)


@tf.function
def train_step(x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    dw, db = tape.gradient(loss, [model.w, model.b])
    model.w.assign_sub(learning_rate * dw)
    model.b.assign_sub(learning_rate * db)
    return loss


for epoch in range(5):
    loss = train_step(X, Y, learning_rate=0.1)
    print(f"Epoch {epoch:2d}: loss =", loss.numpy())
print("Model results:", model.w.numpy().ravel(), model.b.numpy())


# --- optimisers as classes, with slots made on the first call ---


class Momentum(tf.Module):
    def __init__(self, learning_rate, momentum=0.9, nesterov=False):
        self.lr = learning_rate
        self.momentum = momentum
        self.nesterov = nesterov
        self.velocities = []

    def apply_gradients(self, grads_and_vars):
        grads_and_vars = list(grads_and_vars)
        if not self.velocities:
            for _, v in grads_and_vars:
                self.velocities.append(tf.Variable(tf.zeros_like(v), trainable=False))
        for (g, v), m in zip(grads_and_vars, self.velocities):
            m.assign(self.momentum * m - self.lr * g)
            if self.nesterov:
                v.assign_add(self.momentum * m - self.lr * g)
            else:
                v.assign_add(m)


class RMSProp(tf.Module):
    def __init__(self, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        self.learning_rate, self.rho, self.epsilon = learning_rate, rho, epsilon
        self.slots = {}

    def apply_gradients(self, grads_and_vars):
        for g, v in grads_and_vars:
            if v.ref() not in self.slots:
                self.slots[v.ref()] = tf.Variable(tf.zeros(v.shape), trainable=False)
            rms = self.slots[v.ref()]
            rms.assign(self.rho * rms + (1 - self.rho) * g**2)
            v.assign_sub(self.learning_rate * g / (tf.sqrt(rms) + self.epsilon))


class Adam(tf.Module):
    def __init__(self, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, ep=1e-7):
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.learning_rate = learning_rate
        self.ep = ep
        self.t = tf.Variable(1.0, trainable=False)
        self.v_dvar, self.s_dvar = [], []
        self.built = False

    def apply_gradients(self, grads_and_vars):
        grads, variables = zip(*grads_and_vars)
        if not self.built:
            for var in variables:
                v = tf.Variable(tf.zeros(shape=var.shape))
                s = tf.Variable(tf.zeros(shape=var.shape))
                self.v_dvar.append(v)
                self.s_dvar.append(s)
            self.built = True
        for i, (d_var, var) in enumerate(zip(grads, variables)):
            self.v_dvar[i].assign(self.beta_1 * self.v_dvar[i] + (1 - self.beta_1) * d_var)
            self.s_dvar[i].assign(self.beta_2 * self.s_dvar[i] + (1 - self.beta_2) * tf.square(d_var))
            v_dvar_bc = self.v_dvar[i] / (1 - (self.beta_1**self.t))
            s_dvar_bc = self.s_dvar[i] / (1 - (self.beta_2**self.t))
            var.assign_sub(self.learning_rate * (v_dvar_bc / (tf.sqrt(s_dvar_bc) + self.ep)))
        self.t.assign_add(1.0)


def compile_step(model, optimizer):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    return step


for optimizer in (
    Momentum(0.05),
    Momentum(0.05, nesterov=True),
    RMSProp(0.05),
    Adam(0.1),
):
    step = compile_step(LinearModel(4), optimizer)
    losses = [float(step(X, Y)) for _ in range(6)]
    print(
        type(optimizer).__name__,
        np.array(losses, np.float32),
        step.experimental_get_tracing_count() <= 2,
    )


# --- clipping by value, norm, and global norm ---


@tf.function
def clipped_gradients(w, how):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum(w[0] ** 3) + tf.reduce_sum(w[1] ** 2)
    grads = tape.gradient(loss, w)
    if how == "value":
        return [tf.clip_by_value(g, -1.0, 1.0) for g in grads]
    if how == "norm":
        return [tf.clip_by_norm(g, 2.0) for g in grads]
    clipped, norm = tf.clip_by_global_norm(grads, 5.0)
    return clipped, norm


weights = [tf.constant([1.0, 2.0]), tf.constant([[3.0], [-4.0]])]
for how in ("value", "norm", "global"):
    print(
        how,
        [x.numpy().tolist() for x in tf.nest.flatten(clipped_gradients(weights, how))],
    )
print(
    "one trace for each Python string:",
    clipped_gradients.experimental_get_tracing_count(),
)


# --- gradient accumulation: a step in micro batches ---

model = LinearModel(4)
accumulated = [tf.Variable(tf.zeros_like(v), trainable=False) for v in model.trainable_variables]
counter = tf.Variable(0)


@tf.function
def micro_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    for a, g in zip(accumulated, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g)
    counter.assign_add(1)
    if counter == 4:
        for v, a in zip(model.trainable_variables, accumulated):
            v.assign_sub(0.1 * a / 4.0)
            a.assign(tf.zeros_like(a))
        counter.assign(0)
    return loss


for i in range(8):
    micro_step(X[i * 4 : i * 4 + 4], Y[i * 4 : i * 4 + 4])
    print(i, counter.numpy(), model.w.numpy().ravel()[:2], accumulated[1].numpy())


# --- schedules: a variable that the loop sets, one that the step computes, a Python float that retraces ---

rate = tf.Variable(0.1, trainable=False)
step_number = tf.Variable(0, dtype=tf.int64, trainable=False)
w = tf.Variable(5.0)


@tf.function
def by_variable():
    with tf.GradientTape() as tape:
        loss = w * w
    w.assign_sub(rate * tape.gradient(loss, w))


for value in (0.1, 0.2, 0.4):
    rate.assign(value)
    by_variable()
    print(
        "rate",
        value,
        "w",
        w.numpy(),
        "traces",
        by_variable.experimental_get_tracing_count(),
    )


@tf.function
def warm_up_cosine():
    step = tf.cast(step_number, tf.float32)
    if step < 3.0:
        lr = 0.1 * (step + 1.0) / 3.0
    else:
        lr = 0.05 * (1.0 + tf.cos(np.pi * (step - 3.0) / 5.0))
    step_number.assign_add(1)
    return lr


print("schedule", np.array([warm_up_cosine().numpy() for _ in range(8)]))


@tf.function
def piecewise(step, boundaries, values):
    index = tf.searchsorted(boundaries, [step], side="left")[0]
    return tf.gather(values, index)


print(
    "piecewise",
    [piecewise(tf.constant(s), tf.constant([3, 6]), tf.constant([1.0, 0.5, 0.1])).numpy() for s in (1, 3, 4, 9)],
)

python_traces = []


@tf.function
def by_float(w, lr):
    python_traces.append(lr)
    return w - lr * 2.0 * w


for lr in (0.1, 0.1, 0.2, tf.constant(0.3), tf.constant(0.4)):
    print("lr", by_float(tf.constant(1.0), lr).numpy(), len(python_traces))


# --- an exponential moving average of the weights, in a loop inside the function ---

ema = [tf.Variable(v, trainable=False) for v in model.trainable_variables]


@tf.function
def train_many(x, y, steps, decay=0.9):
    loss = tf.constant(0.0)
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
            v.assign_sub(0.1 * g)
        for e, v in zip(ema, model.trainable_variables):
            e.assign(decay * e + (1.0 - decay) * v)
    return loss


print("many", train_many(X, Y, tf.constant(10)).numpy(), [e.numpy().ravel() for e in ema])
print(
    "none",
    train_many(X, Y, tf.constant(0)).numpy(),
    [v.numpy().ravel() for v in model.trainable_variables],
)


# --- mixed precision with loss scaling: halves in the middle, floats in the variables ---

master = tf.Variable([[0.5], [-0.25], [0.0], [1.0]])
scale = tf.Variable(1024.0, trainable=False)
good_steps = tf.Variable(0, trainable=False)


@tf.function
def mixed_step(x, y):
    with tf.GradientTape() as tape:
        half = tf.cast(master, tf.float16)
        prediction = tf.cast(x, tf.float16) @ half
        loss = tf.reduce_mean(tf.square(tf.cast(prediction, tf.float32) - y))
        scaled = loss * scale
    gradient = tape.gradient(scaled, master) / scale
    finite = tf.reduce_all(tf.math.is_finite(gradient))

    def apply():
        master.assign_sub(0.1 * gradient)
        good_steps.assign_add(1)
        return scale.value()

    def skip():
        good_steps.assign(0)
        return scale / 2.0

    scale.assign(tf.cond(finite, apply, skip))
    return finite, gradient


for x, y in ((X, Y), (X, Y * 1e6), (X * 1e6, Y), (X, Y)):
    finite, _ = mixed_step(x, y)
    print(
        "finite",
        finite.numpy(),
        "scale",
        scale.numpy(),
        "good",
        good_steps.numpy(),
        np.isfinite(master.numpy()).all(),
    )


# --- gradients that some batches do not have, and a frozen layer ---

emb = tf.Variable(tf.reshape(tf.range(12.0), [6, 2]))
head = tf.Variable([[1.0], [2.0]])
frozen = tf.Variable(1.0, trainable=False)


@tf.function
def sparse_step(ids, use_head):
    with tf.GradientTape() as tape:
        h = tf.nn.embedding_lookup(emb, ids) * frozen
        out = h @ head if use_head else h
        loss = tf.reduce_sum(out**2)
    grads = tape.gradient(loss, [emb, head, frozen])
    print("kinds", [type(g).__name__ if not tf.is_tensor(g) else "Tensor" for g in grads])
    g = grads[0]
    emb.scatter_sub(tf.IndexedSlices(0.01 * g.values, g.indices))
    return tf.convert_to_tensor(g)


print(sparse_step(tf.constant([1, 3, 1]), True).numpy())
print(sparse_step(tf.constant([0, 0, 5]), False).numpy())
print(emb.numpy())
