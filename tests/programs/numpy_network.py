"""A network of two layers written in NumPy's functions, trained with a tape, in a function of unknown lengths."""

import numpy as np
import tensorflow as tf
import tensorflow.experimental.numpy as tnp
from tensorflow.python.ops.numpy_ops import np_config

np_config.enable_numpy_behavior()

numbers = np.random.RandomState(0)
inputs = numbers.uniform(-1, 1, (64, 2))
labels = (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int32)


class Dense(tf.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.weights = tf.Variable(numbers.normal(0, 1, (rows, columns)))
        self.bias = tf.Variable(tnp.zeros([columns]))

    def __call__(self, x):
        return tnp.matmul(x, self.weights) + self.bias


class Network(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Dense(2, 16), Dense(16, 2)]

    def __call__(self, x):
        hidden = tnp.tanh(self.layers[0](x))
        return self.layers[1](hidden)


network = Network()


def loss(logits, labels):
    shifted = logits - tnp.amax(logits, axis=-1, keepdims=True)
    normalizer = tnp.log(tnp.sum(tnp.exp(shifted), axis=-1))
    chosen = tnp.take_along_axis(shifted, labels.reshape((-1, 1)), 1).ravel()
    return tnp.mean(normalizer - chosen)


@tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float64), tf.TensorSpec([None], tf.int32)])
def step(x, y):
    with tf.GradientTape() as tape:
        value = loss(network(x), y)
    variables = network.trainable_variables
    for variable, gradient in zip(variables, tape.gradient(value, variables)):
        variable.assign_sub(0.5 * gradient)
    return value


for epoch in range(60):
    value = step(inputs, labels)
    if epoch % 15 == 0:
        print(epoch, value.numpy())
print(step(inputs[:10], labels[:10]).numpy())
found = tnp.argmax(network(tf.constant(inputs)), axis=1)
print(tnp.mean(found == labels).numpy(), network.layers[1].bias.numpy())

x = tf.constant(inputs[:3])
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = tnp.sum(network(x) ** 2)
    slope = inner.gradient(y, x)
print(slope, outer.batch_jacobian(slope, x), sep="\n")
