"""Operations with seeds of their own: one sequence for all eager ones, one for each in a function."""

import tensorflow as tf

T = tf.constant


def draw():
    return tf.random.normal([], seed=8)


def shown(name, *tensors):
    print(name, [x.numpy().round(3).tolist() for x in tensors])


tf.random.set_seed(5)
shown("eager", *[draw() for _ in range(4)])


@tf.function
def two():
    return tf.random.uniform([1], seed=1), tf.random.uniform([1], seed=1)


@tf.function
def again():
    return tf.random.uniform([1], seed=1), tf.random.uniform([1], seed=1)


shown("two", *two(), *again(), *two())
shown("eager", tf.random.uniform([1], seed=1), tf.random.uniform([1], seed=1))
tf.random.set_seed(5)
shown("set again", *two(), tf.random.uniform([1], seed=1))
tf.random.set_seed(6)
shown("another seed", *two(), tf.random.uniform([1], seed=1))

branches = tf.function(lambda x: tf.cond(x > 0, draw, draw))
shown("branches", branches(T(1.0)), branches(T(-1.0)), branches(T(1.0)), branches(T(-1.0)))
shapes = tf.function(lambda x: draw() + x * 0)
shown("traces", shapes(1.0), shapes(2.0), shapes(T(1.0)), shapes(T(2.0)), shapes(T([1.0])), shapes(T(2.0)))


@tf.function
def loop(n):
    s = 0.0
    for _ in tf.range(n):
        s = draw()
    return s, draw()


shown("loop", *loop(T(2)), *loop(T(2)))


@tf.function
def statement(x):
    if x > 0:
        y = draw()
    else:
        y = draw()
    return y, draw()


shown("if", *statement(T(1.0)), *statement(T(-1.0)), *statement(T(1.0)))

for n in (1, 2, 3, 5, 6, 9):
    shuffled = tf.function(lambda n=n: tf.random.shuffle(tf.range(n), seed=7))
    print("shuffle", n, [tf.random.shuffle(tf.range(n), seed=7).numpy().tolist() for _ in range(3)])
    print([shuffled().numpy().tolist() for _ in range(3)])
for make in (
    lambda: tf.random.categorical([[0.1, 0.2, 0.7]], 4, seed=4),
    lambda: tf.random.uniform([3], 0, 9, tf.int32, seed=4),
    lambda: tf.random.gamma([2], 2.0, seed=4),
    lambda: tf.random.truncated_normal([2], seed=4),
    lambda: tf.nn.dropout(tf.ones([5]), 0.5, seed=4),
    lambda: tf.image.random_brightness(tf.zeros([1, 1, 1]), 0.5, seed=4),
):
    function = tf.function(make)
    shown("each", *[function() for _ in range(3)], *[make() for _ in range(3)])
