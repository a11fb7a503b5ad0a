"""An actor and a critic in one model, trained on a walk by their log-probabilities and returns."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(21)
rng = np.random.default_rng(20)
inputs = keras.Input((2,))
common = keras.layers.Dense(16, activation="relu")(inputs)
action = keras.layers.Dense(2, activation="softmax")(common)
critic = keras.layers.Dense(1)(common)
model = keras.Model(inputs, [action, critic])
optimizer = keras.optimizers.Adam(0.02)
huber = keras.losses.Huber()


def walk(draw, steps=12):
    """A walk on a line: +1 for going right, and it ends at 4."""
    place, rewards = 0.0, []
    with tf.GradientTape() as tape:
        logs, values = [], []
        for t in range(steps):
            probabilities, value = model(tf.constant([[place, t / steps]], tf.float32))
            go = int(draw.random() > float(probabilities[0, 0]))
            logs.append(tf.math.log(probabilities[0, go]))
            values.append(value[0, 0])
            place += 1.0 if go else -1.0
            rewards.append(1.0 if go else -0.5)
            if place >= 4:
                break
        returns, total = [], 0.0
        for r in rewards[::-1]:
            total = r + 0.95 * total
            returns.insert(0, total)
        returns = np.array(returns)
        returns = (returns - returns.mean()) / (returns.std() + 1e-5)
        actor = [-log * float(ret - value) for log, value, ret in zip(logs, values, returns)]
        critics = [huber([value], [float(ret)]) for value, ret in zip(values, returns)]
        loss = sum(actor) + sum(critics)
    gradients = tape.gradient(loss, model.trainable_variables)
    gradients, norm = tf.clip_by_global_norm(gradients, 5.0)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return sum(rewards), float(loss), float(norm)


draw = np.random.default_rng(3)
for episode in range(6):
    reward, loss, norm = walk(draw)
    print(episode, reward, f"{loss:.4f} {norm:.4f}")
print(np.round(model(tf.constant([[0.0, 0.0], [2.0, 0.5]]))[0].numpy(), 4))
