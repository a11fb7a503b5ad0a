"""Attention decoding by dynamic loops: greedy search, teacher forcing with masks, and beam search."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
V, D, T = 7, 8, 5


def var(*s):
    return tf.Variable(rng.randn(*s).astype(np.float32) * 0.5)


class Attention(tf.Module):
    def __init__(self):
        self.wq, self.wk, self.wv = var(D, D), var(D, D), var(D, D)

    def __call__(self, query, value, mask=None):
        q = tf.einsum("bd,de->be", query, self.wq)
        k = tf.einsum("btd,de->bte", value, self.wk)
        v = tf.einsum("btd,de->bte", value, self.wv)
        score = tf.einsum("be,bte->bt", q, k) / tf.math.sqrt(tf.cast(tf.shape(k)[-1], tf.float32))
        if mask is not None:
            score += (1.0 - tf.cast(mask, score.dtype)) * -1e9
        w = tf.nn.softmax(score, axis=-1)
        return tf.einsum("bt,bte->be", w, v), w


class Decoder(tf.Module):
    def __init__(self):
        self.emb, self.att, self.cell, self.out = var(V, D), Attention(), var(2 * D, D), var(D, V)

    def step(self, token, state, enc, mask):
        e = tf.nn.embedding_lookup(self.emb, token)
        ctx, w = self.att(state, enc, mask)
        state = tf.tanh(tf.concat([e + ctx, state], -1) @ self.cell)
        return state @ self.out, state, w

    @tf.function(
        input_signature=[tf.TensorSpec([None, None, D]), tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)]
    )
    def greedy(self, enc, lengths, max_len):
        b = tf.shape(enc)[0]
        mask = tf.sequence_mask(lengths, tf.shape(enc)[1])
        token = tf.fill([b], 1)
        state = tf.zeros([b, D])
        tokens = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
        weights = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        done = tf.zeros([b], tf.bool)
        i = 0
        while i < max_len and not tf.reduce_all(done):
            logits, state, w = self.step(token, state, enc, mask)
            token = tf.where(done, 0, tf.argmax(logits, -1, output_type=tf.int32))
            done = tf.logical_or(done, token == 3)
            tokens = tokens.write(i, token)
            weights = weights.write(i, w)
            i += 1
        return tf.transpose(tokens.stack()), tf.transpose(weights.stack(), [1, 0, 2]), i

    @tf.function
    def loss(self, enc, lengths, targets):
        mask = tf.sequence_mask(lengths, tf.shape(enc)[1])
        state = tf.zeros([tf.shape(enc)[0], D])
        total = 0.0
        count = 0.0
        for t in tf.range(tf.shape(targets)[1] - 1):
            logits, state, _ = self.step(targets[:, t], state, enc, mask)
            m = tf.cast(targets[:, t + 1] != 0, tf.float32)
            ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets[:, t + 1], logits=logits)
            total += tf.reduce_sum(ce * m)
            count += tf.reduce_sum(m)
        return total / count

    @tf.function
    def train(self, enc, lengths, targets):
        with tf.GradientTape() as tape:
            loss = self.loss(enc, lengths, targets)
        vs = self.trainable_variables
        gs, norm = tf.clip_by_global_norm(tape.gradient(loss, vs), 1.0)
        for v, g in zip(vs, gs):
            v.assign_sub(0.5 * g)
        return loss, norm


dec = Decoder()
for b, t in ((2, 4), (3, 5)):
    enc = tf.constant(rng.randn(b, t, D), tf.float32)
    tok, w, n = dec.greedy(enc, tf.range(1, b + 1), 6)
    print(tok, n)
    print(np.round(w.numpy(), 4))
targets = tf.constant(np.concatenate([np.ones((3, 1)), rng.randint(0, V, (3, 5))], 1), tf.int32)
for _ in range(4):
    loss, norm = dec.train(enc, tf.constant([5, 3, 2]), targets)
    print(loss.numpy(), norm.numpy())
print(dec.greedy(enc, [5, 3, 2], 6)[0])


@tf.function
def beam(logits, width):
    scores = tf.concat([[0.0], tf.fill([width - 1], -1e9)], 0)
    seqs = tf.zeros([width, 0], tf.int32)
    for t in tf.range(tf.shape(logits)[0]):
        tf.autograph.experimental.set_loop_options(
            shape_invariants=[(seqs, tf.TensorShape([None, None])), (scores, tf.TensorShape([None]))]
        )
        cand = scores[:, None] + tf.nn.log_softmax(logits[t])[None]
        scores, idx = tf.math.top_k(tf.reshape(cand, [-1]), width)
        parent, tok = idx // tf.shape(logits)[1], idx % tf.shape(logits)[1]
        seqs = tf.concat([tf.gather(seqs, parent), tok[:, None]], 1)
    return seqs, scores


print(beam(tf.constant(rng.randn(4, V), tf.float32), tf.constant(3)))
with tf.GradientTape() as tape:
    x = tf.Variable(rng.randn(4, V), dtype=tf.float32)
    y = beam(x, tf.constant(2))[1]
print(tape.gradient(y, x))
