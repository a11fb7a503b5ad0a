"""Tutorial: Newton's method, in one dimension and with a Hessian in two."""

import tensorflow as tf

print("a root")
x = tf.Variable(1.0, dtype=tf.float64)
for step in range(6):
    with tf.GradientTape() as tape:
        f = x**3 - 2.0 * x - 5.0
    x.assign_sub(f / tape.gradient(f, x))
    print(step, f"{x.numpy():.10f}", f"{abs(float(f)):.1e}")

print("a minimum in one dimension")
x = tf.Variable(2.0, dtype=tf.float64)
for step in range(6):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            f = tf.math.cosh(x) + 0.5 * x
        df = inner.gradient(f, x)
    x.assign_sub(df / outer.gradient(df, x))
    print(step, f"{x.numpy():.8f} {f:.8f}")


def rosenbrock(p):
    x, y = tf.unstack(p)
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def gradient_and_hessian(f, p):
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            value = f(p)
        g = inner.gradient(value, p)
        parts = tf.unstack(g)
    return value, g, tf.stack([outer.gradient(part, p) for part in parts])


def solve_2x2(a, b):
    (a11, a12), (a21, a22) = a.numpy()
    determinant = a11 * a22 - a12 * a21
    return tf.stack([a22 * b[0] - a12 * b[1], a11 * b[1] - a21 * b[0]]) / determinant


print("Rosenbrock's valley")
p = tf.Variable([-1.2, 1.0], dtype=tf.float64)
for step in range(8):
    value, g, hessian = gradient_and_hessian(rosenbrock, p)
    p.assign_sub(solve_2x2(hessian, g))
    print(step, f"{value:.6f}", p.numpy().round(6) + 0.0)
print(hessian.numpy().round(3))

print("gradient descent with backtracking, for comparison")
p = tf.Variable([-1.2, 1.0], dtype=tf.float64)
for _ in range(20):
    with tf.GradientTape() as tape:
        value = rosenbrock(p)
    g = tape.gradient(value, p)
    rate = 1.0
    while rosenbrock(p - rate * g) > value - 0.5 * rate * tf.reduce_sum(g * g):
        rate *= 0.5
    p.assign_sub(rate * g)
print(f"{value:.5f}", p.numpy().round(4))
