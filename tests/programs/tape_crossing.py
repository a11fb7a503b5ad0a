"""Tapes whose contexts cross, and tapes in threads."""

import threading

import tensorflow as tf

x = tf.constant(3.0)

print("the first tape is left before the second")
one, other = tf.GradientTape(), tf.GradientTape()
one.__enter__()
one.watch(x)
y = x * x
other.__enter__()
other.watch(x)
z = y * x
one.__exit__(None, None, None)
w = z * x
other.__exit__(None, None, None)
print(one.gradient(z, x), other.gradient(w, x))

one, other = tf.GradientTape(), tf.GradientTape()
one.__enter__()
one.watch(x)
y = x * x
other.__enter__()
other.watch(y)
z = y * x
one.__exit__(None, None, None)
w = z * y
other.__exit__(None, None, None)
print(one.gradient(z, x), other.gradient(w, y))

print("what comes after a tape is not on it")
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = x * x
z = y * y
print(tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, y))

print("what comes before is a constant")
y = x * x
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    z = y * x
print(tape.gradient(z, x), tape.gradient(z, y))

print("a tape is its thread's own")
results = {}


def work(name, value):
    v = tf.constant(value)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = v**3
    results[name] = float(tape.gradient(y, v))


with tf.GradientTape() as tape:
    tape.watch(x)
    threads = [threading.Thread(target=work, args=(n, float(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    y = x * x
print(sorted(results.items()), tape.gradient(y, x))

elsewhere = []
with tf.GradientTape() as tape:
    tape.watch(x)
    thread = threading.Thread(target=lambda: elsewhere.append(x * x))
    thread.start()
    thread.join()
print(elsewhere[0], tape.gradient(elsewhere[0], x))
