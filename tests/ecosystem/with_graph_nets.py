"""graph_nets: networks of graphs, made of modules of Sonnet."""

import graph_nets as gn
import numpy as np
import sonnet as snt
import tensorflow as tf

numbers = np.random.RandomState(0)


def graph(nodes, senders, receivers):
    return {
        "nodes": numbers.rand(nodes, 2).astype("float32"),
        "edges": numbers.rand(len(senders), 3).astype("float32"),
        "senders": senders,
        "receivers": receivers,
        "globals": numbers.rand(4).astype("float32"),
    }


graphs = gn.utils_tf.data_dicts_to_graphs_tuple([graph(3, [0, 1, 2], [1, 2, 0]), graph(2, [0], [1])])
network = gn.modules.GraphNetwork(
    edge_model_fn=lambda: snt.nets.MLP([4, 4]),
    node_model_fn=lambda: snt.nets.MLP([4, 4]),
    global_model_fn=lambda: snt.nets.MLP([4, 2]),
    reducer=tf.math.unsorted_segment_mean,
)
attention = gn.modules.SelfAttention()
network(graphs)
for variable in network.trainable_variables:
    variable.assign(numbers.uniform(-0.5, 0.5, variable.shape))
optimizer = snt.optimizers.Adam(0.05)


def step(graphs):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(network(graphs).globals ** 2) + tf.reduce_mean(network(graphs).edges)
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply(gradients, network.trainable_variables)
    return loss


compiled = tf.function(step, input_signature=[gn.utils_tf.specs_from_graphs_tuple(graphs)])
print(step(graphs).numpy(), compiled(graphs).numpy(), compiled(graphs).numpy())
queries = tf.constant(numbers.rand(5, 2, 3), tf.float32)
print(attention(queries, queries, queries, graphs).nodes[:, 0].numpy())
