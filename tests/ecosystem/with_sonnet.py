"""dm-sonnet: modules, a recurrent network unrolled in a function, batch norm, and its optimizers."""

import numpy as np
import sonnet as snt
import tensorflow as tf

numbers = np.random.RandomState(0)


def filled(module):
    for variable in module.trainable_variables:
        variable.assign(numbers.uniform(-0.5, 0.5, variable.shape))
    return module


class Network(snt.Module):
    def __init__(self):
        super().__init__()
        self.conv = snt.Conv2D(4, 3, padding="SAME")
        self.norm = snt.BatchNorm(create_scale=True, create_offset=True)
        self.dense = snt.nets.MLP([8, 3], activation=tf.nn.elu)

    @tf.function
    def __call__(self, images, is_training):
        x = tf.nn.relu(self.norm(self.conv(images), is_training=is_training))
        return self.dense(snt.flatten(x))


images = tf.constant(numbers.rand(4, 6, 6, 1), tf.float32)
labels = tf.constant([0, 1, 2, 1])
for optimizer in (snt.optimizers.SGD(0.1), snt.optimizers.Adam(0.01), snt.optimizers.RMSProp(0.01)):
    network = Network()
    network(images, is_training=True)
    filled(network)
    for _ in range(3):
        with tf.GradientTape() as tape:
            logits = network(images, is_training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
    print(type(optimizer).__name__, loss.numpy().round(5), [v.name for v in network.trainable_variables])
    print(network(images, is_training=True).numpy().round(4))

core = snt.LSTM(4)
sequence = tf.constant(numbers.rand(5, 2, 3), tf.float32)
snt.dynamic_unroll(core, sequence, core.initial_state(2))
filled(core)


@tf.function
def step():
    with tf.GradientTape() as tape:
        outputs, state = snt.dynamic_unroll(core, sequence, core.initial_state(2))
        loss = tf.reduce_sum(outputs**2) + tf.reduce_sum(state.cell)
    return loss, tape.gradient(loss, core.trainable_variables)


loss, gradients = step()
print(loss.numpy(), [tf.norm(g).numpy() for g in gradients])
