"""A small network in NumPy's API, trained with GradientTape, with momentum, eagerly and in a function."""

import tensorflow as tf
import tensorflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior(prefer_float32=True)


class Dense:
    def __init__(self, n_in, n_out, phase):
        grid = tnp.arange(n_in * n_out, dtype=tnp.float32).reshape(n_in, n_out)
        self.w = tf.Variable(tnp.sin(grid * 1.7 + phase) / tnp.sqrt(tnp.array(n_in, dtype=tnp.float32)))
        self.b = tf.Variable(tnp.zeros(n_out, dtype=tnp.float32))

    def __call__(self, x):
        return tnp.matmul(x, self.w) + self.b


class Network:
    def __init__(self, *sizes):
        self.layers = [Dense(m, n, i) for i, (m, n) in enumerate(zip(sizes, sizes[1:]))]

    @property
    def variables(self):
        return [v for layer in self.layers for v in (layer.w, layer.b)]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = tnp.maximum(layer(x), 0)
        return self.layers[-1](x)


def log_softmax(logits):
    shifted = logits - tnp.max(logits, axis=-1, keepdims=True)
    return shifted - tnp.log(tnp.sum(tnp.exp(shifted), axis=-1, keepdims=True))


def loss(network, x, labels):
    picked = tnp.take_along_axis(log_softmax(network(x)), labels[:, tnp.newaxis], axis=-1)
    decay = sum(tnp.sum(v * v) for v in network.variables)
    return -tnp.mean(picked) + 1e-4 * decay


angles = tnp.linspace(0.0, 6.0, 60, dtype=tnp.float32)
radius = tnp.tile(tnp.array([0.5, 1.0, 1.5], dtype=tnp.float32), 20)
points = tnp.stack([radius * tnp.cos(angles), radius * tnp.sin(angles)], axis=1).astype(tf.float32)
labels = tnp.tile(tnp.array([0, 1, 2]), 20)
print(points.dtype, points.shape, labels.dtype, tnp.mean(points, axis=0), tnp.std(points, axis=0))

network = Network(2, 16, 8, 3)
velocity = [tf.Variable(tnp.zeros_like(v)) for v in network.variables]


def step(x, y, rate):
    with tf.GradientTape() as tape:
        value = loss(network, x, y)
    for v, m, g in zip(network.variables, velocity, tape.gradient(value, network.variables)):
        m.assign(0.9 * m + g)
        v.assign_sub(rate * m)
    return value


for epoch in range(5):
    print(epoch, round(float(step(points, labels, 0.05)), 4))
compiled = tf.function(
    step, input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None], tf.int64), tf.TensorSpec([])]
)
for epoch in range(5, 40):
    value = compiled(points, labels, 0.05)
    if epoch % 7 == 5:
        print(epoch, round(float(value), 3))
found = tnp.argmax(network(points), axis=-1)
print("accuracy above a half", bool(tnp.mean(found == labels) > 0.5), tnp.sum(tnp.ones_like(found)))
