"""A GAN and a WGAN with gradient penalty on a ring of points."""

import tensorflow as tf

tf.random.set_seed(4)


def mlp(sizes):
    return [
        v
        for i, o in zip(sizes, sizes[1:])
        for v in (tf.Variable(tf.random.normal((i, o), stddev=(2 / i) ** 0.5)), tf.Variable(tf.zeros(o)))
    ]


def run(p, x):
    for i in range(0, len(p) - 2, 2):
        x = tf.nn.leaky_relu(x @ p[i] + p[i + 1])
    return x @ p[-2] + p[-1]


G, Dn = mlp([4, 16, 2]), mlp([2, 16, 1])


def bce(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=logits))


def real(n):
    th = tf.random.uniform([n], 0, 6.2831855)
    return tf.stack([tf.cos(th), tf.sin(th)], axis=1) + tf.random.normal((n, 2), stddev=0.05)


class Adam:
    def __init__(s, ps, lr=1e-2):
        s.m = [tf.Variable(tf.zeros(p.shape)) for p in ps]
        s.v = [tf.Variable(tf.zeros(p.shape)) for p in ps]
        s.t = 0
        s.lr = lr

    def apply_gradients(s, gv):
        s.t += 1
        for i, (g, p) in enumerate(gv):
            s.m[i].assign_add((1 - 0.5) * (g - s.m[i]))
            s.v[i].assign_add((1 - 0.999) * (tf.square(g) - s.v[i]))
            p.assign_sub(s.lr * s.m[i] / (1 - 0.5**s.t) / (tf.sqrt(s.v[i] / (1 - 0.999**s.t)) + 1e-8))


og, od = Adam(G), Adam(Dn)
for step in range(25):
    noise = tf.random.normal([32, 4])
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        fake = run(G, noise)
        r = run(Dn, real(32))
        f = run(Dn, fake)
        gl = bce(f, tf.ones_like(f))
        dl = bce(r, tf.ones_like(r)) + bce(f, tf.zeros_like(f))
    gg, gd = gen_tape.gradient(gl, G), disc_tape.gradient(dl, Dn)
    og.apply_gradients(zip(gg, G))
    od.apply_gradients(zip(gd, Dn))
    if step % 5 == 0:
        print(f"{step} {gl:.3f} {dl:.3f}")
# WGAN-GP critic
C = mlp([2, 16, 16, 1])
oc = Adam(C)
for step in range(10):
    x, z = real(16), tf.stop_gradient(run(G, tf.random.normal([16, 4])))
    with tf.GradientTape() as tape:
        eps = tf.random.uniform([16, 1])
        mid = eps * x + (1 - eps) * z
        with tf.GradientTape() as gp:
            gp.watch(mid)
            out = run(C, mid)
        norm = tf.sqrt(tf.reduce_sum(gp.gradient(out, mid) ** 2, axis=1) + 1e-12)
        pen = tf.reduce_mean((norm - 1.0) ** 2)
        loss = tf.reduce_mean(run(C, z)) - tf.reduce_mean(run(C, x)) + 10.0 * pen
    oc.apply_gradients(zip(tape.gradient(loss, C), C))
    print(f"{step} {loss:.3f} {pen:.3f}")
