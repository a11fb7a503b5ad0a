"""What libraries ask of modules that are TensorFlow's own: whether a tape records, and matrices that are sparse."""

import numpy as np
import tensorflow as tf
import tensorflow.python as inside
from tensorflow.python.eager import context
from tensorflow.python.eager.record import could_possibly_record, should_record_backprop, stop_recording
from tensorflow.python.framework import smart_cond, tensor_shape
from tensorflow.python.ops import gen_sparse_ops
from tensorflow.python.ops.linalg.sparse import sparse
from tensorflow.python.util import nest
from tensorflow.python.util.object_identity import Reference

# Tapes.
x, y = tf.Variable(2.0), tf.constant(1.0)
print(hasattr(inside.eager.tape, "should_record_backprop"), hasattr(inside.eager.record, "should_record_backprop"))
print(should_record_backprop([y]), could_possibly_record())
with tf.GradientTape() as tape:
    print(should_record_backprop([tf.convert_to_tensor(x)]), should_record_backprop([y]), could_possibly_record())
    print(should_record_backprop([y, x * 2.0]), should_record_backprop([tf.cast(x, tf.int32)]))
    tape.watch(y)
    print(should_record_backprop([y]))
    with tape.stop_recording():
        print(should_record_backprop([y]), could_possibly_record())
    with stop_recording():
        print(should_record_backprop([y]), could_possibly_record())
        constant = x * y
    z = constant * x * y
    still = tf.Variable(1.0, trainable=False)
    print(should_record_backprop([tf.convert_to_tensor(still)]))
print([g.numpy() for g in tape.gradient(z, [x, y])])
with tf.GradientTape(watch_accessed_variables=False) as tape:
    print(should_record_backprop([x + 0.0]))
    tape.watch(x)
    print(should_record_backprop([x + 0.0]))
with tf.autodiff.ForwardAccumulator(y, y):
    print(should_record_backprop([y]))

print(context.context().executing_eagerly(), tf.function(lambda: context.context().executing_eagerly())().numpy())
print(smart_cond.smart_cond(True, lambda: "yes", lambda: "no"), smart_cond.smart_cond(y > 0, lambda: y, lambda: -y))
print(tensor_shape.dimension_value(tensor_shape.Dimension(3)), tensor_shape.as_shape([2, None]))
print(nest.flatten({"b": [1, 2], "a": (3,)}), nest.map_structure(lambda v: v + 1, [1, (2,)]))
print(Reference(x) == Reference(x), Reference(x) == x.ref(), Reference(x).deref() is x)

# Functions that modules of generated code have by position.
indices, values = gen_sparse_ops.sparse_reorder([[1, 0], [0, 1]], [5.0, 6.0], (2, 2))
print(indices.numpy().tolist(), values.numpy())
made = tf.raw_ops.SparseReorder(input_indices=[[1, 0], [0, 1]], input_values=[5.0, 6.0], input_shape=[2, 2])
print(made.output_indices.numpy().tolist(), made.output_values.numpy())

# Batch normalisation by its kernel.
images = tf.Variable(np.random.RandomState(0).rand(2, 3, 3, 2).astype("float32"))
scale, offset = tf.Variable([1.0, 2.0]), tf.Variable([0.5, -1.0])
for options in (
    {"mean": [], "variance": []},
    {"mean": [0.5, 0.5], "variance": [0.1, 0.2], "is_training": False, "epsilon": 0.01},
    {"mean": [0.5, 0.5], "variance": [0.1, 0.2], "exponential_avg_factor": 0.3},
):
    with tf.GradientTape() as tape:
        made = tf.raw_ops.FusedBatchNormV2(x=images, scale=scale, offset=offset, **options)
        loss = tf.reduce_sum(made.y**3)
    known = made[1:4] if options.get("is_training", True) else made[1:3]  # the rest is memory that nobody wrote
    print(made._fields, [part.numpy() for part in known])
    print(loss.numpy(), [g.numpy().round(3) + 0.0 for g in tape.gradient(loss, [images, scale, offset])])

# Matrices that are sparse.
a = tf.SparseTensor([[0, 1], [1, 0]], [1.0, 2.0], [2, 3])
m, n = sparse.CSRSparseMatrix(a), sparse.CSRSparseMatrix(tf.constant([[0.0, 3.0], [1.0, 0.0]]))
print(m.shape, m.dtype, m.nnz().numpy(), m.to_dense().numpy(), m.to_sparse_tensor().indices.numpy().tolist())
print(m.transpose().to_dense().numpy(), sparse.matmul(n, m).to_dense().numpy())
print(sparse.matmul(m, m, transpose_a=True).to_dense().numpy())
print(sparse.matmul(m, tf.ones([3, 2])).numpy(), sparse.matmul(tf.ones([3, 2]), m).numpy())

c = tf.constant([[1 + 2j, 1], [3j, 1]], tf.complex64)
e = tf.constant([[1j, 2], [3, 1 - 1j]], tf.complex64)
k = sparse.CSRSparseMatrix(c)
for left, right in ((k, e), (e, k)):
    for options in ({}, {"adjoint_a": True}, {"adjoint_b": True}, {"transpose_a": True}, {"transpose_b": True}):
        print(options, np.round(sparse.matmul(left, right, **options).numpy().tolist(), 4) + (0.0 + 0.0j))
print(k.conj().to_dense().numpy() + 0.0j, k.hermitian_transpose().to_dense().numpy() + 0.0j)

numbers = np.random.RandomState(0)
dense = tf.Variable(numbers.rand(2, 4, 3) * (numbers.rand(2, 4, 3) > 0.5))
other = tf.Variable(numbers.rand(2, 4, 5))
for product in (
    lambda batch: tf.reduce_sum(sparse.matmul(batch, other, adjoint_a=True) ** 2),
    lambda batch: tf.reduce_sum(sparse.matmul(other, batch, transpose_a=True) ** 3),
):
    with tf.GradientTape() as tape:
        batch = sparse.CSRSparseMatrix(tf.sparse.from_dense(dense))
        loss = product(batch)
    print(batch.nnz().numpy(), loss.numpy(), tape.gradient(loss, other).numpy())


def attempt(what, action):
    try:
        print(what, action())
    except Exception as error:
        print(what, type(error).__name__)


attempt("inner lengths", lambda: sparse.matmul(m, tf.ones([2, 2])))
attempt("a vector", lambda: sparse.CSRSparseMatrix(tf.ones([2])))


# A method that a library wraps before its first call.
class Model:
    @tf.function
    def __call__(self, x):
        return x * 2.0


def wrapped(method):
    def call(self, x):
        return method(self, x) + 1.0

    return call


Model.__call__._decorate(wrapped)
model = Model()
print(model(tf.constant(3.0)).numpy())
f = tf.function(lambda v: v)
f(1.0)
attempt("decorated late", lambda: f._decorate(wrapped))
