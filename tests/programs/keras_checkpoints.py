"""Checkpoints of Keras's models and optimizers: a run that is resumed goes on as one that was not interrupted."""

import tempfile

import keras
import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
x = np.linspace(-1, 1, 48).reshape(16, 3).astype("float32")
y = np.sin(x).sum(1, keepdims=True).astype("float32")


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(4, "tanh", kernel_initializer=keras.initializers.GlorotUniform(seed=1))
        self.norm = keras.layers.BatchNormalization()
        self.last = keras.layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(seed=2))

    def call(self, x, training=False):
        return self.last(self.norm(self.first(x), training=training))


class Run:
    def __init__(self):
        self.net = Net()
        self.optimizer = keras.optimizers.Adam(0.05)
        self.step = tf.Variable(0)
        self.checkpoint = tf.train.Checkpoint(net=self.net, optimizer=self.optimizer, step=self.step)
        self.manager = tf.train.CheckpointManager(self.checkpoint, folder, max_to_keep=2)

    def train(self, steps):
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self.net(x, training=True) - y) ** 2)
            variables = self.net.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            self.step.assign_add(1)
        return loss.numpy()


whole = Run()
losses = whole.train(6), whole.train(6)

interrupted = Run()
print(np.isclose(interrupted.train(6), losses[0], rtol=1e-5))
path = interrupted.manager.save()
for name, shape in tf.train.list_variables(path):
    print(name, shape)

resumed = Run()
resumed.net(x)
status = resumed.checkpoint.restore(resumed.manager.latest_checkpoint)  # the optimizer's variables are not there yet
print(np.isclose(resumed.train(6), losses[1], rtol=1e-5), resumed.step.numpy(), resumed.optimizer.iterations.numpy())
status.assert_existing_objects_matched()
print(np.allclose(whole.net.get_weights()[0], resumed.net.get_weights()[0], atol=1e-5))

built = Run()
built.net(x)
built.optimizer.build(built.net.trainable_variables)
built.checkpoint.restore(path).assert_consumed()
print([bool(np.all(a == b)) for a, b in zip(built.net.get_weights(), interrupted.net.get_weights())])
only = tf.train.Checkpoint(net=built.net)
print(only.restore(path).expect_partial().assert_existing_objects_matched() is not None)
