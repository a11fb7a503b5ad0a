"""spektral: layers of graphs, of dense and of sparse ones."""

import numpy as np
import spektral
import tensorflow as tf
from spektral.layers import AGNNConv, EdgeConv, GINConv, GlobalAttentionPool, TAGConv
from spektral.layers.ops import add_self_loops_indices, dot

numbers = np.random.RandomState(0)
adjacency = (numbers.rand(4, 4) > 0.4).astype("float32")
features = tf.constant(numbers.rand(4, 3), tf.float32)
sparse = tf.sparse.from_dense(adjacency)
print(spektral.utils.gcn_filter(adjacency), add_self_loops_indices(sparse.indices, 4).numpy())
print(dot(sparse, sparse).values.numpy(), dot(tf.sparse.from_dense([adjacency]), features[None]).numpy())
for layer in (GINConv(2), TAGConv(2), EdgeConv(2), AGNNConv()):
    layer([features, sparse])
    for weight in layer.weights:
        weight.assign(numbers.uniform(-0.5, 0.5, weight.shape))
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss = tf.reduce_sum(layer([features, sparse]) ** 2)
    print(type(layer).__name__, loss.numpy(), tape.gradient(loss, features).numpy())
pool = GlobalAttentionPool(2)
pool(features)
for weight in pool.weights:
    weight.assign(numbers.uniform(-0.5, 0.5, weight.shape))
print(pool(features).numpy())
