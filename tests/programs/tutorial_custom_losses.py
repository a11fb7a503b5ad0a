"""Custom losses, initialisers and gradients, as a book's chapter tells them."""

import numpy as np
import tensorflow as tf

print(tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
t = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print(t.shape, t.dtype, t[:, 1:], t[..., 1, tf.newaxis])
print(t + 10, tf.square(t), t @ tf.transpose(t))
a = np.array([2.0, 4.0, 5.0])
print(tf.constant(a), t.numpy(), tf.square(a), np.square(t))
try:
    tf.constant(2.0) + tf.constant(40)
except tf.errors.InvalidArgumentError as ex:
    print(ex)
try:
    tf.constant(2.0) + tf.constant(40.0, dtype=tf.float64)
except tf.errors.InvalidArgumentError as ex:
    print(ex)
t2 = tf.constant(40.0, dtype=tf.float64)
print(tf.constant(2.0) + tf.cast(t2, tf.float32))
v = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
v.assign(2 * v)
v[0, 1].assign(42)
v[:, 2].assign([0.0, 1.0])
v.scatter_nd_update(indices=[[0, 0], [1, 2]], updates=[100.0, 200.0])
print(v)
sparse_delta = tf.IndexedSlices(values=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], indices=[1, 0])
print(v.scatter_update(sparse_delta))
try:
    v[1] = [7.0, 8.0, 9.0]
except TypeError as ex:
    print(ex)
print(tf.constant(b"hello world"), tf.constant("cafe"))
set1 = tf.constant([[2, 3, 5, 7], [7, 9, 0, 0]])
print(tf.reduce_sum(set1), tf.unique(set1[0]))


def huber_fn(y_true, y_pred):
    error = y_true - y_pred
    is_small_error = tf.abs(error) < 1
    squared_loss = tf.square(error) / 2
    linear_loss = tf.abs(error) - 0.5
    return tf.where(is_small_error, squared_loss, linear_loss)


yt = tf.constant([0.0, 1.0, 2.0, -3.0])
yp = tf.Variable([0.5, 3.0, 2.0, 5.0])
with tf.GradientTape() as tape:
    l = tf.reduce_mean(huber_fn(yt, yp))
print(l, tape.gradient(l, yp))


def my_softplus(z):
    return tf.math.log(1.0 + tf.exp(z))


def my_glorot_initializer(shape, dtype=tf.float32):
    stddev = tf.sqrt(2.0 / (shape[0] + shape[1]))
    return tf.random.normal(shape, stddev=stddev, dtype=dtype)


def my_l1_regularizer(weights):
    return tf.reduce_sum(tf.abs(0.01 * weights))


tf.random.set_seed(5)
w = tf.Variable(my_glorot_initializer([3, 4]))
print(w, my_l1_regularizer(w), my_softplus(w))


def f(w1, w2):
    return 3 * w1**2 + 2 * w1 * w2


w1, w2 = 5, 3
eps = 1e-6
print((f(w1 + eps, w2) - f(w1, w2)) / eps)
w1, w2 = tf.Variable(5.0), tf.Variable(3.0)
with tf.GradientTape() as tape:
    z = f(w1, w2)
gradients = tape.gradient(z, [w1, w2])
print(gradients)
try:
    tape.gradient(z, w1)
except RuntimeError as ex:
    print(ex)
with tf.GradientTape(persistent=True) as tape:
    z = f(w1, w2)
print(tape.gradient(z, w1), tape.gradient(z, w2))
del tape
c1, c2 = tf.constant(5.0), tf.constant(3.0)
with tf.GradientTape() as tape:
    z = f(c1, c2)
print(tape.gradient(z, [c1, c2]))
with tf.GradientTape() as tape:
    tape.watch(c1)
    tape.watch(c2)
    z = f(c1, c2)
print(tape.gradient(z, [c1, c2]))
with tf.GradientTape() as tape:
    z1 = f(w1, w2 + 2.0)
    z2 = f(w1, w2 + 5.0)
    z3 = f(w1, w2 + 7.0)
print(tape.gradient([z1, z2, z3], [w1, w2]))
with tf.GradientTape(persistent=True) as hessian_tape:
    with tf.GradientTape() as jacobian_tape:
        z = f(w1, w2)
    jacobians = jacobian_tape.gradient(z, [w1, w2])
hessians = [hessian_tape.gradient(jacobian, [w1, w2]) for jacobian in jacobians]
del hessian_tape
print(jacobians, hessians)


def f(w1, w2):
    return 3 * w1**2 + tf.stop_gradient(2 * w1 * w2)


with tf.GradientTape() as tape:
    z = f(w1, w2)
print(tape.gradient(z, [w1, w2]))
x = tf.Variable(1e-50)
with tf.GradientTape() as tape:
    z = tf.sqrt(x)
print(tape.gradient(z, [x]))
x = tf.Variable([1.0, 30.0, 100.0])
with tf.GradientTape() as tape:
    z = my_softplus(x)
print(z, tape.gradient(z, [x]))


@tf.custom_gradient
def my_better_softplus(z):
    def my_softplus_gradients(grads):
        return grads * (1 - 1 / (1 + tf.exp(z)))

    result = tf.math.log(1 + tf.exp(-tf.abs(z))) + tf.maximum(0.0, z)
    return result, my_softplus_gradients


x = tf.Variable([1000.0])
with tf.GradientTape() as tape:
    z = my_better_softplus(x)
print(z, tape.gradient(z, [x]))
print(tf.math.log(tf.exp(tf.constant(30.0, dtype=tf.float32)) + 1.0))
print(tf.nn.elu(tf.constant([-1.0, 1.0])), tf.clip_by_value([1.0, 5.0], 0, 2))
