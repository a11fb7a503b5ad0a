"""Matrix factorisation and embeddings: sparse gradients in functions and through calls of them, least squares in a loop."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
U, I, K = 6, 7, 3


class MF(tf.Module):
    def __init__(self):
        super().__init__(name="mf")
        self.u = tf.Variable(rng.randn(U, K) * 0.3, dtype=tf.float32, name="u")
        self.i = tf.Variable(rng.randn(I, K) * 0.3, dtype=tf.float32, name="i")
        self.bu, self.bi = tf.Variable(tf.zeros([U]), name="bu"), tf.Variable(tf.zeros([I]), name="bi")
        self.mu = tf.Variable(3.0, name="mu")

    def __call__(self, users, items):
        pu, qi = tf.gather(self.u, users), tf.nn.embedding_lookup(self.i, items)
        return self.mu + tf.gather(self.bu, users) + tf.gather(self.bi, items) + tf.reduce_sum(pu * qi, -1), pu, qi


model = MF()
users = tf.constant(rng.randint(0, U, 20), tf.int64)
items = tf.constant(rng.randint(0, I, 20), tf.int64)
ratings = tf.constant(rng.randint(1, 6, 20), tf.float32)


@tf.function
def loss_fn(u, i, r, reg=0.1):
    pred, pu, qi = model(u, i)
    return tf.reduce_mean((r - pred) ** 2) + reg * (tf.nn.l2_loss(pu) + tf.nn.l2_loss(qi)) / tf.cast(
        tf.size(u), tf.float32
    )


@tf.function
def sgd(u, i, r):
    with tf.GradientTape() as tape:
        loss = loss_fn(u, i, r)
    gs = tape.gradient(loss, model.trainable_variables)
    for g, v in zip(gs, model.trainable_variables):
        if isinstance(g, tf.IndexedSlices):
            v.scatter_sub(tf.IndexedSlices(0.1 * g.values, g.indices))
        else:
            v.assign_sub(0.1 * g)
    return loss


print([sgd(users, items, ratings).numpy() for _ in range(4)])
with tf.GradientTape() as tape:
    loss = loss_fn(users, items, ratings)
gs = tape.gradient(loss, model.trainable_variables)
print([type(g).__name__ for g in gs])
print([tf.norm(tf.convert_to_tensor(g)).numpy() for g in gs])
c, n = tf.clip_by_global_norm(gs, 0.1)
print(n.numpy(), [type(g).__name__ for g in c])

dup = tf.constant([1, 1, 2, 1])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.gather(model.u, dup) * tf.constant([[1.0], [2.0], [3.0], [4.0]]))
g = tape.gradient(y, model.u)
print(type(g).__name__, g.indices.numpy(), g.values.shape, tf.convert_to_tensor(g).numpy())


class LazyAdagrad:
    def __init__(self, vs, lr=0.1):
        self.acc = [tf.Variable(tf.fill(v.shape, 0.1)) for v in vs]
        self.lr = lr

    def apply(self, gvs):
        for (g, v), a in zip(gvs, self.acc):
            if isinstance(g, tf.IndexedSlices):
                idx, where = tf.unique(g.indices)
                vals = tf.math.unsorted_segment_sum(g.values, where, tf.size(idx))
                a.scatter_add(tf.IndexedSlices(vals**2, idx))
                v.scatter_sub(tf.IndexedSlices(self.lr * vals / tf.sqrt(tf.gather(a, idx)), idx))
            else:
                a.assign_add(g**2)
                v.assign_sub(self.lr * g / tf.sqrt(a))


opt = LazyAdagrad(model.trainable_variables)


@tf.function(input_signature=[tf.TensorSpec([None], tf.int64), tf.TensorSpec([None], tf.int64), tf.TensorSpec([None])])
def adagrad(u, i, r):
    with tf.GradientTape() as tape:
        loss = loss_fn(u, i, r)
    vs = model.trainable_variables
    opt.apply(zip(tape.gradient(loss, vs), vs))
    return loss


for k in (20, 5, 7):
    print(adagrad(users[:k], items[:k], ratings[:k]).numpy())
print(model.bu.numpy(), model.i.numpy().sum(0))


@tf.function
def bpr(u, pos, neg):
    with tf.GradientTape() as tape:
        s = tf.einsum("bk,bk->b", tf.gather(model.u, u), tf.gather(model.i, pos) - tf.gather(model.i, neg))
        loss = -tf.reduce_mean(tf.math.log_sigmoid(s))
    return loss, tape.gradient(loss, [model.u, model.i])


l, (gu, gi) = bpr([0, 1, 2], [1, 2, 3], [4, 5, 1])
print(l, type(gu).__name__, type(gi).__name__, tf.convert_to_tensor(gi).numpy().round(5))


@tf.function
def als(R, W, steps, lam=0.1):
    x, y = tf.identity(model.u), tf.identity(model.i)
    for _ in tf.range(steps):

        def solve(args, other):
            r, w = args
            A = tf.einsum("n,nk,nl->kl", w, other, other) + lam * tf.eye(K)
            return tf.linalg.solve(A, tf.linalg.matvec(other, w * r, transpose_a=True)[:, None])[:, 0]

        x = tf.map_fn(lambda a, y=y: solve(a, y), (R, W), fn_output_signature=tf.TensorSpec([K], tf.float32))
        y = tf.map_fn(
            lambda a, x=x: solve(a, x),
            (tf.transpose(R), tf.transpose(W)),
            fn_output_signature=tf.TensorSpec([K], tf.float32),
        )
    return x, y, tf.reduce_sum(W * (R - x @ tf.transpose(y)) ** 2)


R = tf.scatter_nd(tf.stack([users, items], 1), ratings, [U, I])
W = tf.cast(R > 0, tf.float32)
x, y, e = als(R, W, tf.constant(3))
print(e.numpy().round(3), x.numpy()[0].round(4))


@tf.function
def word2vec(target, context, emb, ctx):
    w = tf.gather(emb, target)
    c = tf.gather(ctx, context)
    return tf.einsum("be,bce->bc", w, c)


emb, ctx = tf.Variable(rng.randn(8, 3), dtype=tf.float32), tf.Variable(rng.randn(8, 3), dtype=tf.float32)
with tf.GradientTape() as tape:
    lg = word2vec([1, 2], [[1, 3, 4], [0, 0, 5]], emb, ctx)
    l = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot([0, 0], 3), logits=lg))
ge, gc = tape.gradient(l, [emb, ctx])
print(l, ge, gc.indices, gc.dense_shape)
print(tf.gather_nd(emb, [[0, 1], [2, 2]]))
