"""Tutorial: a recurrent network and an LSTM cell by hand, differentiated through time."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(8)


def variable(*shape, scale=0.4):
    return tf.Variable(rng.normal(0.0, scale, shape))


class RNN(tf.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.wx, self.wh, self.b = variable(inputs, units), variable(units, units), variable(units)

    def __call__(self, sequence):
        state = tf.zeros([sequence.shape[1], self.wh.shape[0]], tf.float64)
        for x in sequence:
            state = tf.tanh(x @ self.wx + state @ self.wh + self.b)
        return state


class LSTM(tf.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.w, self.b = variable(inputs + units, 4 * units), variable(4 * units)
        self.units = units

    def __call__(self, sequence):
        h = c = tf.zeros([sequence.shape[1], self.units], tf.float64)
        for x in tf.unstack(sequence):
            gates = tf.concat([x, h], axis=1) @ self.w + self.b
            i, f, o, g = tf.split(gates, 4, axis=1)
            c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
        return h


steps, batch = 12, 6
bits = rng.integers(0, 2, (steps, batch, 1)).astype(float)
sequence = tf.constant(bits)
target = tf.constant(bits.sum(axis=0) / steps)

for cell in RNN(1, 5), LSTM(1, 5):
    readout = variable(5, 1)
    parameters = [*cell.trainable_variables, readout]
    print(type(cell).__name__, [v.shape.as_list() for v in parameters])
    for step in range(31):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((cell(sequence) @ readout - target) ** 2)
        gradients = tape.gradient(loss, parameters)
        for v, g in zip(parameters, gradients, strict=True):
            v.assign_sub(0.2 * g)
        if step % 10 == 0:
            print(f"  {step:2d} {loss:.8f}", np.round([float(tf.norm(g)) for g in gradients], 6))
    with tf.GradientTape() as tape:
        tape.watch(sequence)
        output = cell(sequence) @ readout
    by_time = tf.reduce_mean(tf.abs(tape.gradient(output, sequence)), axis=[1, 2])
    print("  memory of each step:", by_time.numpy().round(4))
