"""tensornetwork: contractions and decompositions of networks of tensors, and their gradients."""

import numpy as np
import tensorflow as tf
import tensornetwork as tn

tn.set_default_backend("tensorflow")
numbers = np.random.RandomState(0)
a, b, c = (tf.Variable(numbers.rand(*shape)) for shape in ((3, 4, 2), (4, 5), (2, 5)))


def energy():
    x, y, z = tn.Node(a), tn.Node(b), tn.Node(c)
    x[1] ^ y[0]
    x[2] ^ z[0]
    y[1] ^ z[1]
    return tf.reduce_sum(tf.sin(tn.contractors.auto([x, y, z]).tensor))


with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        loss = energy()
    slope = tape.gradient(loss, a)
print(loss.numpy(), slope[0].numpy(), outer.gradient(slope, b).numpy())

with tf.GradientTape() as tape:
    product = tn.ncon([a, b], [[-1, 1, -3], [1, -2]])
    node = tn.Node(product)
    _, values, _, _ = tn.split_node_full_svd(node, [node[0]], [node[1], node[2]])
    loss = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(values.tensor)))
print(loss.numpy(), [g.numpy().sum() for g in tape.gradient(loss, [a, b])])

node = tn.Node(tf.reshape(product, [6, 5]))
left, right, _ = tn.split_node(node, [node[0]], [node[1]], max_singular_values=2)
print(left.tensor.shape, tn.contract_between(left, right).tensor.numpy())
