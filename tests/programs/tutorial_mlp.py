"""Tutorial: a two-layer network written by hand, trained with Adam on two spirals."""

from itertools import pairwise

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(3)
t = np.linspace(0.5, 3.0, 60)
spiral = np.stack([t * np.cos(2 * t), t * np.sin(2 * t)], axis=1) / 3.0
features = tf.constant(np.concatenate([spiral, -spiral]))
labels = tf.constant([0] * 60 + [1] * 60)


class MLP(tf.Module):
    def __init__(self, sizes, name=None):
        super().__init__(name=name)
        self.layers = []
        for i, (inputs, outputs) in enumerate(pairwise(sizes)):
            scale = np.sqrt(2.0 / inputs)
            w = tf.Variable(rng.normal(0.0, scale, (inputs, outputs)), name=f"w{i}")
            b = tf.Variable(np.zeros(outputs), name=f"b{i}")
            self.layers.append({"w": w, "b": b})

    def __call__(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = tf.nn.relu(tf.matmul(x, layer["w"]) + layer["b"])
        return tf.matmul(x, last["w"]) + last["b"]


class Adam:
    def __init__(self, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.rate, self.beta_1, self.beta_2, self.epsilon = rate, beta_1, beta_2, epsilon
        self.step, self.moments = 0, {}

    def apply_gradients(self, pairs):
        self.step += 1
        correction = (1.0 - self.beta_2**self.step) ** 0.5 / (1.0 - self.beta_1**self.step)
        for gradient, variable in pairs:
            zeros = tf.zeros_like(variable)
            m, v = self.moments.get(variable.ref(), (zeros, zeros))
            m = self.beta_1 * m + (1.0 - self.beta_1) * gradient
            v = self.beta_2 * v + (1.0 - self.beta_2) * gradient**2
            self.moments[variable.ref()] = m, v
            variable.assign_sub(self.rate * correction * m / (tf.sqrt(v) + self.epsilon))


model, optimizer = MLP([2, 24, 24, 2]), Adam(0.02)
print([v.name for v in model.trainable_variables])
print("parameters:", sum(int(tf.size(v)) for v in model.trainable_variables))
for step in range(151):
    with tf.GradientTape() as tape:
        logits = model(features)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    if step % 30 == 0:
        hits = tf.argmax(logits, axis=1, output_type=tf.int32) == labels
        accuracy = tf.reduce_mean(tf.cast(hits, tf.float64))
        print(f"step {step:3d} loss {loss:.5f} accuracy {accuracy:.3f}")
