"""Convolutions and pooling: paddings, strides, and gradients of first and second order."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


def pattern(*shape):
    """Numbers that are small, of both signs and not symmetric in anything."""
    n = tf.range(tf.reduce_prod(shape))
    return tf.reshape(tf.cast(n * 7 % 11 - 5, tf.float32) / 4.0, shape)


x, kernel = pattern(2, 5, 4, 2), pattern(3, 2, 2, 3)
for padding in "SAME", "VALID":
    for strides in 1, 2, (2, 1), [1, 1, 3, 1]:
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            y = tf.nn.conv2d(x, kernel, strides=strides, padding=padding)
            loss = tf.reduce_sum(y * pattern(*y.shape))
        dx, dk = tape.gradient(loss, [x, kernel])
        print(padding, strides, y.shape, float(loss), float(tf.reduce_sum(y)))
        print(y[0, 0], dx[1, :, 1], dk[:, :, 0, 1], sep="\n")

print("an explicit padding, and holes in the kernel")
y = tf.nn.conv2d(x, kernel, 1, [[0, 0], [1, 0], [0, 2], [0, 0]])
print(y.shape, tf.reduce_sum(y * pattern(*y.shape)).numpy())
y = tf.nn.conv2d(x, kernel, 1, "SAME", dilations=2)
print(y.shape, tf.reduce_sum(y * pattern(*y.shape)).numpy())

print("1 x 1, as large as the image, larger")
print(tf.nn.conv2d(x, pattern(1, 1, 2, 1), 1, "VALID")[0, :, :, 0])
print(tf.nn.conv2d(x, pattern(5, 4, 2, 2), 1, "VALID"))
print(tf.nn.conv2d(x, pattern(6, 4, 2, 1), 1, "VALID").shape)
print(tf.nn.conv2d(tf.zeros((0, 5, 4, 2)), kernel, 1, "SAME").shape)

print("second order")
k = tf.Variable(kernel)
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = tf.nn.conv2d(x, k, 2, "SAME")
        loss = tf.reduce_sum(tf.tanh(y))
    dx, dk = inner.gradient(loss, [x, k])
    penalty = tf.reduce_sum(dx**2) + tf.reduce_sum(dk**2)
ddx, ddk = outer.gradient(penalty, [x, k])
print(float(penalty), ddx[0, :, :, 0], ddk[:, :, 0, 0], sep="\n")

print("pooling")
for name in "max_pool2d", "avg_pool2d":
    pool = getattr(tf.nn, name)
    for ksize, strides, padding in (
        (2, 2, "VALID"),
        (2, 2, "SAME"),
        (3, 2, "SAME"),
        ([2, 3], 1, "VALID"),
    ):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = pool(x, ksize, strides, padding)
            loss = tf.reduce_sum(y * pattern(*y.shape))
        dx = tape.gradient(loss, x)
        print(name, ksize, strides, padding, y.shape, float(loss))
        print(y[0, :, :, 0], dx[0, :, :, 0], sep="\n")
print(
    tf.nn.max_pool2d(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME").shape,
    tf.nn.avg_pool(x, 2, 1, "SAME").shape,
)
print(
    tf.nn.max_pool(x, 2, 2, "VALID")[0, 0],
    tf.nn.max_pool2d(tf.ones((1, 2, 2, 1)) * 3.0, 2, 2, "VALID"),
)
tied = tf.ones((1, 2, 2, 1))
with tf.GradientTape() as tape:
    tape.watch(tied)
    y = tf.nn.max_pool2d(tied, 2, 2, "VALID")
print("ties go to the first:", tape.gradient(y, tied)[0, :, :, 0])

print("second order through pooling")
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = tf.nn.max_pool2d(x**2, 2, 2, "VALID") + tf.nn.avg_pool2d(x**3, 2, 2, "VALID")
    dx = inner.gradient(y, x)
print(outer.gradient(dx, x)[0, :, :, 1])

print("refused")
attempt("channels:", lambda: tf.nn.conv2d(x, tf.ones((3, 3, 5, 1)), 1, "SAME"))
attempt("an image without a batch:", lambda: tf.nn.conv2d(x[0], kernel, 1, "SAME"))
attempt("no such padding:", lambda: tf.nn.conv2d(x, kernel, 1, "FOO"))
attempt("a stride of nothing:", lambda: tf.nn.conv2d(x, kernel, 0, "SAME"))
attempt("dtypes:", lambda: tf.nn.conv2d(x, tf.cast(kernel, tf.float64), 1, "SAME"))
attempt("pooling without a batch:", lambda: tf.nn.max_pool2d(x[0], 2, 2, "SAME"))
attempt("pooling, no such padding:", lambda: tf.nn.avg_pool2d(x, 2, 2, "FOO"))
