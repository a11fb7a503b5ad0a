"""A conditional random field and a hidden Markov model: forward algorithm and Viterbi."""

import numpy as np
import tensorflow as tf

T, S = 6, 3
rng = np.random.default_rng(2)
em = tf.Variable(rng.standard_normal((2, T, S)).astype("f4"))
tr = tf.Variable(tf.zeros((S, S)))
tags = tf.constant([[0, 1, 2, 1, 0, 2], [2, 2, 1, 0, 0, 1]])
lengths = tf.constant([6, 4])
mask = tf.sequence_mask(lengths, T)


def log_norm(e, tr):
    a = e[:, 0]
    for t in range(1, T):
        new = tf.reduce_logsumexp(a[:, :, None] + tr[None], axis=1) + e[:, t]
        a = tf.where(mask[:, t, tf.newaxis], new, a)
    return tf.reduce_logsumexp(a, axis=-1)


def score(e, tr):
    m = tf.cast(mask, tf.float32)
    u = tf.reduce_sum(tf.gather(e, tags, axis=2, batch_dims=2) * m, 1)
    ix = tf.stack([tags[:, :-1], tags[:, 1:]], axis=-1)
    return u + tf.reduce_sum(tf.gather_nd(tr, ix) * m[:, 1:], axis=1)


for i in range(5):
    with tf.GradientTape() as tape:
        nll = tf.reduce_mean(log_norm(em, tr) - score(em, tr))
    ge, gt = tape.gradient(nll, [em, tr])
    if isinstance(gt, tf.IndexedSlices):
        gt = tf.convert_to_tensor(gt)
    em.assign_sub(ge)
    tr.assign_sub(gt)
    print(i, nll, gt[0])


def viterbi(e):
    d, back = e[0], []
    for t in range(1, T):
        m = d[:, None] + tr
        back.append(tf.argmax(m, 0))
        d = tf.reduce_max(m, 0) + e[t]
    path = [int(tf.argmax(d))]
    for b in reversed(back):
        path.append(int(b[path[-1]]))
    return path[::-1]


print(viterbi(em[0]), viterbi(em[1]))
pi, A, Bm = (tf.Variable(rng.standard_normal(s)) for s in ((S,), (S, S), (S, 4)))
obs = tf.constant([0, 3, 1, 2, 2, 0, 1])


def fwd():
    la, lb = tf.nn.log_softmax(A), tf.nn.log_softmax(Bm, axis=-1)
    al = tf.nn.log_softmax(pi) + lb[:, obs[0]]
    for o in obs[1:]:
        al = tf.reduce_logsumexp(al[:, tf.newaxis] + la, 0) + tf.gather(lb, o, axis=1)
    return tf.reduce_logsumexp(al)


for i in range(10):
    with tf.GradientTape() as t:
        ll = fwd()
    for v, g in zip([pi, A, Bm], t.gradient(ll, [pi, A, Bm])):
        v.assign_add(0.5 * g)
print(ll.numpy(), tf.nn.softmax(A))
x = tf.scan(
    lambda a, o: tf.reduce_logsumexp(a[:, None] + tf.nn.log_softmax(A), 0) + tf.gather(Bm, o, axis=1),
    obs,
    initializer=pi,
)
print(x[-1], x.shape)
