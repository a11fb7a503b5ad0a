"""A causal language model from scratch: attention, layer normalisation, Adam."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(1)
D, Hh, T, B, V = 16, 4, 6, 3, 11


class LayerNorm(tf.Module):
    def __init__(self, d, name=None):
        super().__init__(name)
        self.gamma = tf.Variable(tf.ones(d))
        self.beta = tf.Variable(tf.zeros(d))

    def __call__(self, x):
        m, v = tf.nn.moments(x, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(x, m, v, self.beta, self.gamma, 1e-5)


class MHA(tf.Module):
    def __init__(self):
        super().__init__()
        s = (D, Hh, D // Hh)
        self.q, self.k, self.v = (tf.Variable(tf.random.normal(s, stddev=0.2)) for _ in range(3))
        self.o = tf.Variable(tf.random.normal((Hh, D // Hh, D), stddev=0.2))

    def __call__(self, x, mask=None):
        q = tf.einsum("btd,dhk->bthk", x, self.q)
        k = tf.einsum("btd,dhk->bthk", x, self.k)
        v = tf.einsum("btd,dhk->bthk", x, self.v)
        a = tf.einsum("bthk,bshk->bhts", q, k) / tf.math.sqrt(float(D // Hh))
        if mask is not None:
            a += (1.0 - mask) * -1e9
        w = tf.nn.softmax(a, axis=-1)
        w = tf.nn.dropout(w, rate=0.1)
        return tf.einsum("bhts,bshk,hkd->btd", w, v, self.o)


class Block(tf.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2, self.att = LayerNorm(D), LayerNorm(D), MHA()
        self.w1 = tf.Variable(tf.random.truncated_normal((D, 4 * D), stddev=0.1))
        self.b1 = tf.Variable(tf.zeros(4 * D))
        self.w2 = tf.Variable(tf.random.truncated_normal((4 * D, D), stddev=0.1))
        self.b2 = tf.Variable(tf.zeros(D))

    def __call__(self, x, mask):
        x += self.att(self.ln1(x), mask)
        return x + tf.nn.bias_add(tf.nn.gelu(self.ln2(x) @ self.w1 + self.b1, approximate=True) @ self.w2, self.b2)


def positional(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angle_rads = positions / (10000**depths)
    return tf.cast(np.concatenate([np.sin(angle_rads), np.cos(angle_rads)], axis=-1), dtype=tf.float32)


class LM(tf.Module):
    def __init__(self):
        super().__init__()
        self.emb = tf.Variable(tf.random.normal((V, D), stddev=0.5))
        self.blocks = [Block(), Block()]
        self.ln = LayerNorm(D)

    def __call__(self, ids):
        x = tf.nn.embedding_lookup(self.emb, ids) * tf.math.sqrt(tf.cast(D, tf.float32)) + positional(T, D)[tf.newaxis]
        mask = tf.linalg.band_part(tf.ones((T, T)), -1, 0)
        for b in self.blocks:
            x = b(x, mask)
        return tf.matmul(self.ln(x), self.emb, transpose_b=True)


m = LM()
print(len(m.trainable_variables), sum(int(tf.size(v)) for v in m.trainable_variables))
ids = tf.random.uniform((B, T + 1), 0, V, dtype=tf.int32)
mm = [tf.Variable(tf.zeros_like(v)) for v in m.trainable_variables]
vv = [tf.Variable(tf.zeros_like(v)) for v in m.trainable_variables]
for step in range(1, 9):
    with tf.GradientTape() as tape:
        logits = m(ids[:, :-1])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(ids[:, 1:], logits))
    grads = tape.gradient(loss, m.trainable_variables)
    grads, gn = tf.clip_by_global_norm(grads, 1.0)
    for i, (v, g) in enumerate(zip(m.trainable_variables, grads)):
        mm[i].assign(0.9 * mm[i] + 0.1 * g)
        vv[i].assign(0.99 * vv[i] + 0.01 * tf.square(g))
        v.assign_sub(0.01 * (mm[i] / (1 - 0.9**step)) / (tf.sqrt(vv[i] / (1 - 0.99**step)) + 1e-6))
    print(step, f"{loss:.3f} {gn:.3f}")
print(tf.argmax(m(ids[:, :-1]), -1).shape)
