"""What may stand as target and as source of `gradient`, and what shape the answer has."""

import collections

import tensorflow as tf

a, b, c = tf.Variable(2.0, name="a"), tf.Variable(3.0, name="b"), tf.Variable(4.0, name="c")


def gradient(target, sources, **how):
    with tf.GradientTape() as tape:
        y = target()
    return tf.nest.map_structure(lambda g: None if g is None else float(g), tape.gradient(y, sources, **how))


product = lambda: a * b * b
Pair = collections.namedtuple("Pair", ["first", "second"])

print("sources")
print(gradient(product, a))
print(gradient(product, [a]))
print(gradient(product, [a, b]))
print(gradient(product, (b, a)))
print(gradient(product, {"one": a, "other": b}))
print(gradient(product, [a, [b, (a, {"c": c})]]))
print(gradient(product, Pair(a, [b])))
print(gradient(product, [a, a, b]))
print(gradient(product, []), gradient(product, ()), gradient(product, {}))
print(list(gradient(product, {"z": a, "y": b})))

print("targets")
print(gradient(lambda: [a * b, b * b], [a, b]))
print(gradient(lambda: (a * b, [b * b, a]), [a, b]))
print(gradient(lambda: {"x": a * b, "y": b}, [a, b]))
print(gradient(lambda: [], [a]))


def repeated():
    y = a * b
    return [y, y]


print(gradient(repeated, [a, b]))

print("targets that are sources")
print(gradient(lambda: a, a), gradient(lambda: a, [a, b]), gradient(lambda: [a, a * b], [a, b]))
x = tf.constant(5.0)
with tf.GradientTape() as tape:
    tape.watch(x)
print(tape.gradient(x, x))
with tf.GradientTape() as tape:
    pass
print(tape.gradient(x, x), tf.constant(1.0))

print("a result on the way is a source")
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = x * x
    z = y * y + x
print(tape.gradient(z, y), tape.gradient(z, x), tape.gradient(z, [x, y]), tape.gradient(y, z))
print(tape.gradient([y, z], [x, y, z]))

print("targets of several shapes")
v = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    y = [v * v, tf.reduce_sum(v) * tf.ones((2, 2)), v[0]]
print(tape.gradient(y, v))

print("integers, booleans and strings")
i = tf.Variable(2)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = x * x
    print(y)
print(tape.gradient(y, i), tape.gradient(tf.constant(1), x), tape.gradient([y, tf.constant(2)], x))
print(
    tape.gradient(x > 1.0, x),
    tape.gradient(tf.constant("a"), x),
    tape.gradient(y, tf.constant("a")),
)
