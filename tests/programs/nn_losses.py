"""Cross entropies: values, gradients and second derivatives, also where composed ones overflow."""

import tensorflow as tf


def show(label, function, *inputs):
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            y = function(*inputs)
        first = inner.gradient(y, inputs)
        slope = tf.add_n([tf.reduce_sum(g**2) for g in first if g is not None])
    second = outer.gradient(slope, inputs[:1])  # those by labels TensorFlow leaves out for the softmax
    print(label, y.numpy(), sep="\n  ")
    for g in (*first, *second):
        print(" ", None if g is None else g.numpy())


logits = tf.constant([[2.0, 1.0, -1.0], [0.0, 0.5, 3.0]])
labels = tf.constant([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]])
huge = tf.constant([[1000.0, 0.0, -1000.0], [-1000.0, 0.0, 1000.0]])

show(
    "softmax",
    lambda z, y: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z),
    logits,
    labels,
)
show(
    "softmax, labels that count for nothing",
    lambda z: tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(labels), z),
    logits,
)
show(
    "softmax of huge logits",
    lambda z: tf.nn.softmax_cross_entropy_with_logits(labels, z),
    huge,
)
show(
    "softmax along axis 0",
    lambda z: tf.nn.softmax_cross_entropy_with_logits(labels, z, axis=0),
    logits,
)
show(
    "sparse softmax",
    lambda z: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 2], logits=z),
    logits,
)
show(
    "sparse softmax of huge logits",
    lambda z: tf.nn.sparse_softmax_cross_entropy_with_logits([0, 1], z),
    huge,
)
show(
    "sparse softmax of sequences",
    lambda z: tf.nn.sparse_softmax_cross_entropy_with_logits([[0, 1]], z[None]),
    logits,
)
show(
    "sigmoid",
    lambda z, y: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z),
    logits,
    labels,
)
show(
    "sigmoid of huge logits",
    lambda z: tf.nn.sigmoid_cross_entropy_with_logits(labels, z),
    huge,
)
print(tf.nn.softmax_cross_entropy_with_logits([1.0, 0.0], [1.0, 2.0]))
print(tf.nn.sparse_softmax_cross_entropy_with_logits(1, [1.0, 2.0]))
print(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.constant([1], tf.int64), [[1.0, 2.0]]))

print("the same, composed")
z = tf.Variable(logits)
with tf.GradientTape(persistent=True) as tape:
    fused = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, z))
    composed = -tf.reduce_mean(tf.reduce_sum(labels * tf.nn.log_softmax(z), axis=1))
    squared = tf.reduce_mean(tf.math.squared_difference(labels, z))
print(fused.numpy(), composed.numpy())
print(tape.gradient(fused, z).numpy(), tape.gradient(composed, z).numpy(), sep="\n")
print(squared.numpy(), tape.gradient(squared, z).numpy(), sep="\n")


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


attempt("sizes:", lambda: tf.nn.softmax_cross_entropy_with_logits([[1.0, 0.0, 0.0]], [[1.0, 2.0]]))
attempt("labels of floats:", lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([1.0], [[1.0, 2.0]]))
attempt("too many labels:", lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([1, 0], [[1.0, 2.0]]))
attempt("a label too great:", lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([5], [[1.0, 2.0]]))
attempt("shapes:", lambda: tf.nn.sigmoid_cross_entropy_with_logits([1.0], [1.0, 2.0]))
attempt("labels of ints:", lambda: tf.nn.sigmoid_cross_entropy_with_logits(tf.constant([1]), [1.0]))
