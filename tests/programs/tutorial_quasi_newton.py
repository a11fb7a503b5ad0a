"""Newton's method, L-BFGS and Hessian-vector products on Rosenbrock's function."""

import tensorflow as tf


def rosen(x):
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


x = tf.Variable([-1.2, 1.0, 0.5], dtype=tf.float64)
for i in range(6):
    with tf.GradientTape() as t2:
        with tf.GradientTape() as t1:
            l = rosen(x)
        g = t1.gradient(l, x)
    H = t2.jacobian(g, x)
    step = tf.linalg.solve(H, g[:, None])[:, 0]
    x.assign_sub(step)
    print(i, l.numpy(), tf.linalg.norm(g).numpy(), tf.linalg.eigvalsh(H))
print(x)


def lbfgs(fun, x, m=5, iters=15):
    S, Y = [], []

    def vg(x):
        with tf.GradientTape() as t:
            t.watch(x)
            f = fun(x)
        return f, t.gradient(f, x)

    f, g = vg(x)
    for k in range(iters):
        q = g
        al = []
        for s, y in zip(reversed(S), reversed(Y)):
            rho = 1.0 / tf.tensordot(y, s, 1)
            a = rho * tf.tensordot(s, q, 1)
            q = q - a * y
            al.append((rho, a))
        if S:
            q *= tf.tensordot(S[-1], Y[-1], 1) / tf.tensordot(Y[-1], Y[-1], 1)
        for (s, y), (rho, a) in zip(zip(S, Y), reversed(al)):
            q += s * (a - rho * tf.reduce_sum(y * q))
        t = 1.0
        while True:
            xn = x - t * q
            fn, gn = vg(xn)
            if fn <= f - 1e-4 * t * tf.reduce_sum(g * q) or t < 1e-8:
                break
            t *= 0.5
        S.append(xn - x)
        Y.append(gn - g)
        S, Y = S[-m:], Y[-m:]
        x, f, g = xn, fn, gn
        print(k, f"{f.numpy():.6e}", t)
    return x


print(lbfgs(rosen, tf.constant([-1.2, 1.0, 0.5, 2.0], tf.float64)))


def hvp(f, x, v):
    with tf.GradientTape() as o:
        o.watch(x)
        with tf.GradientTape() as i:
            i.watch(x)
            y = f(x)
        g = i.gradient(y, x)
    return o.gradient(g, x, output_gradients=v)


a = tf.constant([1.0, 2.0, 3.0])
print(hvp(rosen, a, tf.constant([1.0, 0.0, 0.0])))
acc = tf.autodiff.ForwardAccumulator(a, tf.constant([1.0, 0.0, 0.0]))
with acc:
    with tf.GradientTape() as t:
        t.watch(a)
        y = rosen(a)
    g = t.gradient(y, a)
print(acc.jvp(g), acc.jvp(y))
