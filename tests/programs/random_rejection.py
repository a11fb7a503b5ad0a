"""Numbers of gamma, Poisson and binomial distributions: the same for the same seeds, their gradients, bad shapes."""

import numpy as np
import tensorflow as tf

r = tf.random
seed = [1, 2]

print(r.stateless_binomial([16], seed, 10.0, 0.4))
print(r.stateless_binomial([3, 4], seed, [10.0, 20.0, 100.0, 1000.0], 0.4))
print(r.stateless_binomial([2, 3, 4], seed, [10.0, 20.0, 30.0, 40.0], [[0.5], [0.1], [0.9]]))
print(r.stateless_binomial([6], seed, [-1.0, 5.0, 5.0, 0.0, 7.0, 1e6], [0.5, 1.5, -1.0, 0.5, 1.0, 0.3]))
for dtype in (tf.float16, tf.float64, tf.int64):
    print(r.stateless_binomial([4], seed, 300, 0.4, output_dtype=dtype))
generator = r.Generator.from_seed(7)
print(generator.binomial([5], 10.0, 0.4), generator.state)
print(generator.binomial([3, 2], [10.0, 300.0], 0.4), generator.state)

print(r.stateless_poisson([3, 4], seed, [0.5, 3.0, 20.0, 1e5]))
print(r.stateless_poisson([3, 4], seed, 4.0))
print(r.stateless_poisson([2, 3], seed, [12.0, 0.0, -1.0], dtype=tf.float64))
print(r.stateless_gamma([3, 4], seed, [0.5, 1.0, 2.0, 1e3]))
print(r.stateless_gamma([2, 3, 4], seed, [1.0, 2.0, 3.0, 4.0], beta=[[1.0], [2.0], [3.0]]))
print(r.stateless_gamma([4], seed, [1e-3, 1e-2, 0.1, 1e-5], beta=2.0))

r.set_seed(3)
print(r.gamma([3], [0.5, 2.0], seed=5), r.gamma([3], [0.5, 2.0], seed=5))
print(r.gamma([2], [0.5, 2.0, 1.0], beta=[[2.0], [3.0]]), r.gamma([2], [0.5], dtype=tf.float64))
print(r.gamma([2], [0.0, 2.0], seed=1), r.gamma([0], [0.5, 2.0]))
print(r.poisson([3], [0.5, 20.0], seed=5), r.poisson([3], [0.5, 2.0], seed=5))
print(r.poisson([2, 2], [[0.5, 200.0]], dtype=tf.int64), r.poisson([2], []), r.poisson([], np.float64(5), tf.float16))


@tf.function
def drawn(n):
    return r.gamma([n], 3.0, seed=4), r.poisson([n], 3.0, seed=4), r.stateless_binomial([n], seed, 9.0, 0.5)


print(drawn(tf.constant(3)))

alpha, beta = tf.Variable([0.3, 1.0, 4.0]), tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = r.stateless_gamma([4, 3], seed, alpha, beta)
print([g.numpy().round(4) for g in tape.gradient(y, [alpha, beta])])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(r.stateless_poisson([3], seed, alpha, tf.float32))
print(tape.gradient(y, alpha))

for wrong in (
    lambda: r.stateless_poisson([3, 4], seed, [[3.0], [2.0], [1.0]]),
    lambda: r.stateless_binomial([3, 4], seed, [[10.0], [20.0], [30.0]], 0.5),
    lambda: r.stateless_binomial([3], seed, [10.0, 20.0, 30.0, 40.0], 0.5),
    lambda: r.stateless_gamma([4], seed, [3.0]),
):
    try:
        print(wrong())
    except tf.errors.InvalidArgumentError as error:
        print(type(error).__name__)
