"""Python's control flow under a tape: branches, loops, recursion, comprehensions, generators."""

import tensorflow as tf


def gradient(f, x, *rest):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, *rest)
    return y, tape.gradient(y, x)


def shown(label, pair):
    y, g = pair
    print(label, float(y), None if g is None else float(g))


def branch(x):
    if x > 0.0:
        return x**2
    if x < -1.0:
        return -x
    return tf.constant(0.0)


for value in 2.0, -3.0, -0.5:
    shown(f"branch at {value}:", gradient(branch, value))


def product(x, steps):
    output = 1.0
    for i in range(steps):
        if 1 < i < 5:
            output = tf.multiply(output, x)
    return tf.convert_to_tensor(output)


for steps in 6, 5, 4, 1:
    shown(f"product in {steps} steps:", gradient(product, 2.0, steps))


def newton_root(x):
    guess = x
    while abs(guess * guess - x) > 1e-6:
        guess = 0.5 * (guess + x / guess)
    return guess


shown("a loop until it is precise:", gradient(newton_root, 2.0))


def recursive_power(x, n):
    if n == 0:
        return tf.ones_like(x)
    half = recursive_power(x, n // 2)
    return half * half * (x if n % 2 else 1.0)


shown("recursion:", gradient(recursive_power, 1.1, 13))


def polynomial(x):
    return sum((i + 1.0) * x**i for i in range(4))


shown("a generator:", gradient(polynomial, 2.0))
shown("a comprehension:", gradient(lambda x: tf.add_n([x * float(i) for i in range(5)]), 2.0))
shown("max of Python:", gradient(lambda x: max(x, x**2, 3.0 * x), 2.0))


def early(x):
    for i in range(10):
        x = x * 1.5
        if x > 5.0:
            return x, i
    return x, None


x = tf.constant(1.0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y, i = early(x)
print("an early return:", float(y), i, float(tape.gradient(y, x)))


def loop_over_rows(m):
    state = tf.zeros(2)
    for row in m:
        state = tf.tanh(row + 0.5 * state)
    return tf.reduce_sum(state)


m = tf.constant([[0.1, 0.2], [0.3, -0.1], [0.5, 0.0]])
with tf.GradientTape() as tape:
    tape.watch(m)
    y = loop_over_rows(m)
print(y, tape.gradient(y, m), sep="\n")

print("a variable chosen by its value")
v = [tf.Variable(float(i)) for i in range(3)]
with tf.GradientTape() as tape:
    chosen = max(v, key=float)
    y = chosen**2
print([None if g is None else float(g) for g in tape.gradient(y, v)])

print("a list that grows, a dictionary, try and finally")
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    history = [x]
    for _ in range(3):
        history.append(history[-1] ** 2 / 2.0)
    table = {"last": history[-1]}
    try:
        y = table["last"] * table["missing"]
    except KeyError:
        y = table["last"] + history[1]
    finally:
        y = y * 2.0
print([float(h) for h in history], float(y), float(tape.gradient(y, x)))

print("functional control flow")
shown("cond:", gradient(lambda x: tf.cond(x > 1.0, lambda: x**2, lambda: -x), 3.0))
shown("cond, otherwise:", gradient(lambda x: tf.cond(x > 1.0, lambda: x**2, lambda: -x), 0.5))
i, total = tf.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t * 2.0), [tf.constant(0), tf.constant(1.0)])
print("while_loop:", int(i), float(total))
