"""Matrix products: matmul, tensordot, einsum, norms, and their gradients."""

import numpy as np
import tensorflow as tf


def show(label, function, *inputs):
    inputs = [tf.constant(value, tf.float32) for value in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = function(*inputs)
        target = tf.reduce_sum(y * tf.reshape(tf.range(1.0, tf.size(y) + 1), tf.shape(y)))
    gradients = [g.numpy() for g in tape.gradient(target, inputs)]
    print(label, y.numpy(), *gradients, sep="\n  ")


a = np.arange(6.0).reshape(2, 3) - 2
b = np.arange(12.0).reshape(3, 4) / 4
show("matmul", tf.matmul, a, b)
show("transpose_a", lambda x, y: tf.matmul(x, y, transpose_a=True), a.T, b)
show("transpose_b", lambda x, y: tf.matmul(x, y, transpose_b=True), a, b.T)
show("both", lambda x, y: tf.matmul(x, y, transpose_a=True, transpose_b=True), a.T, b.T)
show("adjoint_b", lambda x, y: tf.matmul(x, y, adjoint_b=True), a, b.T)
show("@", lambda x, y: x @ y, a, b)
show("matvec", tf.linalg.matvec, a, [1.0, 2.0, 3.0])

batch = np.arange(12.0).reshape(2, 2, 3) / 6
show("batched", tf.matmul, batch, np.ones((2, 3, 1)) * [[[1.0]], [[2.0]]])
show("broadcast over the batch", tf.matmul, batch, b[:, :2])
show("the other way", tf.matmul, a[:, :2], batch)
show("batched, transposed", lambda x, y: tf.matmul(x, y, transpose_b=True), batch, batch)
print(tf.matmul(tf.ones((2, 1, 3, 4)), tf.ones((5, 4, 2))).shape, tf.matmul([[1, 2]], [[3], [4]]))
print(tf.matmul(tf.zeros((2, 0)), tf.zeros((0, 3))), tf.matmul(tf.zeros((0, 2)), tf.ones((2, 3))))
c = tf.constant([[1 + 2j, 3]])
print(
    tf.matmul(c, c, adjoint_b=True),
    tf.matmul(c, c, transpose_b=True),
    tf.transpose(c, conjugate=True),
)

print("tensordot")
show("one axis", lambda x, y: tf.tensordot(x, y, 1), a, b)
show("named axes", lambda x, y: tf.tensordot(x, y, [[1], [0]]), a, b)
show("two axes", lambda x, y: tf.tensordot(x, y, 2), a, a)
show("crossed axes", lambda x, y: tf.tensordot(x, y, [[0, 1], [1, 0]]), a, a.T)
show("outer", lambda x, y: tf.tensordot(x, y, 0), [1.0, 2.0], [3.0, 4.0])
show("with a vector", lambda x, y: tf.tensordot(x, y, axes=1), a, [1.0, 2.0, 3.0])

print("einsum")
show("ij,jk->ik", lambda x, y: tf.einsum("ij,jk->ik", x, y), a, b)
show("ij,jk", lambda x, y: tf.einsum("ij,jk", x, y), a, b)
show("ij->ji", lambda x: tf.einsum("ij->ji", x), a)
show("ij->", lambda x: tf.einsum("ij->", x), a)
show("ij->j", lambda x: tf.einsum("ij->j", x), a)
show("ii->", lambda x: tf.einsum("ii->", x), b[:, :3])
show("ii->i", lambda x: tf.einsum("ii->i", x), b[:, :3])
show("i,j->ij", lambda x, y: tf.einsum("i,j->ij", x, y), [1.0, 2.0], [3.0, 4.0])
show("bij,bjk->bik", lambda x, y: tf.einsum("bij,bjk->bik", x, y), batch, batch.transpose(0, 2, 1))
show("bij,jk->bik", lambda x, y: tf.einsum("bij,jk->bik", x, y), batch, b)
show("...ij,...jk->...ik", lambda x, y: tf.einsum("...ij,...jk->...ik", x, y), batch, b)
show("ij,ij->i", lambda x, y: tf.einsum("ij,ij->i", x, y), a, a)
show("three", lambda x, y, z: tf.einsum("ij,jk,k->i", x, y, z), a, b, [1.0, 0.0, 2.0, 1.0])

print("norms")
show("norm", tf.norm, a)
show("norm of rows", lambda x: tf.norm(x, axis=1), a)
show("norm, kept", lambda x: tf.norm(x, axis=0, keepdims=True), a)
show("1-norm", lambda x: tf.norm(x, ord=1), a)
show("3-norm", lambda x: tf.norm(x, ord=3), a)
show("greatest", lambda x: tf.norm(x, ord=np.inf, axis=1), a)
show("fro", lambda x: tf.norm(x, ord="fro", axis=[0, 1]), a)
show("norm of zeros", tf.norm, [0.0, 0.0])
show("global_norm", lambda x, y: tf.linalg.global_norm([x, y]), [3.0], [[4.0]])
show("trace", tf.linalg.trace, b[:, :3])
show("diag", tf.linalg.diag, [1.0, 2.0])
show("diag_part", tf.linalg.diag_part, b[:, :3])
show("matrix_transpose", tf.linalg.matrix_transpose, batch)


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


print("refused")
m, v = tf.ones((2, 3)), tf.ones((3,))
attempt("sizes", lambda: tf.matmul(m, m))
attempt("a vector", lambda: tf.matmul(m, v))
attempt("@ a vector", lambda: m @ v)
attempt("@ a number", lambda: m @ 2.0)
attempt("batches", lambda: tf.matmul(tf.ones((2, 2, 3)), tf.ones((3, 3, 2))))
attempt("dtypes", lambda: tf.matmul(m, tf.ones((3, 2), tf.float64)))
attempt("an int matrix and a float one", lambda: tf.matmul([[1]], [[2.0]]))
attempt("transposed and adjoint", lambda: tf.matmul(m, m, transpose_a=True, adjoint_a=True))
attempt("tensordot", lambda: tf.tensordot(m, m, 1))
attempt("too few for einsum", lambda: tf.einsum("ij,jk->ik", m))
attempt("sizes in einsum", lambda: tf.einsum("ij,jk->ik", m, m))
attempt("ranks in einsum", lambda: tf.einsum("ijk->i", m))
attempt("labels in einsum", lambda: tf.einsum("ij->k", m))
attempt("norm of ints", lambda: tf.norm([3, 4]))
attempt("no such norm", lambda: tf.norm(m, ord="foo"))
