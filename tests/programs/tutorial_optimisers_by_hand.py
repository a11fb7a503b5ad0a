"""SGD, momentum, RMSprop, Adagrad and Adam written by hand."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
X = rng.standard_normal((100, 3)).astype(np.float32)
y = (X @ [1.0, -2.0, 0.5] + 0.3 * rng.standard_normal(100) > 0).astype(np.float32)


def make():
    return tf.Variable(tf.zeros([3, 1]), name="w"), tf.Variable(0.0, name="b")


def loss_fn(w, b):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y[:, None], logits=X @ w + b))


class SGD:
    def __init__(self, lr, mom=0.0, nesterov=False):
        self.lr, self.mom, self.n, self.v = lr, mom, nesterov, {}

    def apply(self, gv):
        for g, v in gv:
            if self.mom:
                m = self.v.setdefault(v.ref(), tf.Variable(tf.zeros_like(v), trainable=False))
                m.assign(self.mom * m - self.lr * g)
                v.assign_add(self.mom * m - self.lr * g if self.n else m)
            else:
                v.assign_sub(self.lr * g)


class RMS:
    def __init__(self, lr):
        self.lr, self.s = lr, {}

    def apply(self, gv):
        for g, v in gv:
            s = self.s.setdefault(id(v), tf.Variable(tf.zeros(v.shape)))
            s.assign(0.9 * s + 0.1 * tf.math.square(g))
            v.assign_sub(self.lr * g * tf.math.rsqrt(s + 1e-7))


class Adagrad:
    def __init__(self, lr):
        self.lr, self.s = lr, None

    def apply(self, gv):
        gv = list(gv)
        self.s = self.s or [tf.Variable(tf.fill(v.shape, 0.1)) for _, v in gv]
        for s, (g, v) in zip(self.s, gv):
            s.assign_add(g**2)
            v.assign_sub(tf.divide(self.lr * g, tf.sqrt(s)))


class Adam:
    def __init__(self, lr):
        self.lr, self.m, self.v, self.t = lr, {}, {}, tf.Variable(0, dtype=tf.int64)

    def apply(self, gv):
        self.t.assign_add(1)
        t = tf.cast(self.t, tf.float32)
        for g, p in gv:
            k = p.name
            self.m[k] = 0.9 * self.m.get(k, 0.0) + 0.1 * g
            self.v[k] = 0.999 * self.v.get(k, 0.0) + 0.001 * g * g
            p.assign_sub(
                self.lr * tf.sqrt(1 - tf.pow(0.999, t)) / (1 - tf.pow(0.9, t)) * self.m[k] / (tf.sqrt(self.v[k]) + 1e-7)
            )


for o in (SGD(0.5), SGD(0.1, 0.9), SGD(0.1, 0.9, True), RMS(0.05), Adagrad(0.5), Adam(0.05)):
    w, b = make()
    for i in range(15):
        with tf.GradientTape() as t:
            l = loss_fn(w, b)
        o.apply(zip(t.gradient(l, [w, b]), [w, b]))
    print(type(o).__name__, w.numpy().ravel(), b.numpy(), loss_fn(w, b))
ds = [(0.1 / (1 + 0.01 * s), 0.1 * 0.96 ** (s // 10), 0.5 * 0.1 * (1 + tf.cos(np.pi * s / 100))) for s in (0, 50)]
print(ds)
