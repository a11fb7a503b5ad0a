"""Many losses, regularisers and rearrangements, and their gradients."""

import tensorflow as tf

tf.random.set_seed(28)
L = tf.Variable(tf.random.normal([5, 4]))
y = tf.constant([0, 3, 1, 2, 3])
Y = tf.one_hot(y, 4)
yb = tf.random.uniform([5, 4])
p = lambda: tf.nn.softmax(L)
fs = {
    "focal": lambda: tf.reduce_mean(
        -((1 - tf.reduce_sum(p() * Y, -1)) ** 2.0) * tf.math.log(tf.reduce_sum(p() * Y, -1))
    ),
    "smooth": lambda: tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=Y * 0.9 + 0.1 / 4, logits=L)),
    "dice": lambda: (
        1 - (2 * tf.reduce_sum(tf.sigmoid(L) * Y) + 1.0) / (tf.reduce_sum(tf.sigmoid(L)) + tf.reduce_sum(Y) + 1.0)
    ),
    "hinge": lambda: tf.reduce_mean(tf.nn.relu(1.0 - (2 * Y - 1) * L)),
    "sqhinge": lambda: tf.reduce_mean(tf.square(tf.maximum(1.0 - (2 * Y - 1) * L, 0.0))),
    "multimargin": lambda: tf.reduce_mean(
        tf.maximum(0.0, tf.reduce_max((1.0 - Y) * L, -1) - tf.reduce_sum(Y * L, -1) + 1.0)
    ),
    "logcosh": lambda: tf.reduce_mean((L - yb) + tf.nn.softplus(-2.0 * (L - yb)) - tf.math.log(2.0)),
    "kl": lambda: tf.reduce_sum(Y * tf.math.log(tf.clip_by_value(Y, 1e-7, 1.0) / tf.clip_by_value(p(), 1e-7, 1.0))),
    "cos": lambda: -tf.reduce_mean(tf.reduce_sum(tf.nn.l2_normalize(L, -1) * tf.math.l2_normalize(yb, -1), -1)),
    "triplet": lambda: tf.maximum(tf.reduce_sum((L[0] - L[1]) ** 2) - tf.reduce_sum((L[0] - L[2]) ** 2) + 0.2, 0.0),
    "contrastive": lambda: tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            tf.range(5), tf.matmul(tf.nn.l2_normalize(L, 1), tf.nn.l2_normalize(yb, 1), transpose_b=True) / 0.1
        )
    ),
    "wbce": lambda: tf.reduce_mean(tf.nn.weighted_cross_entropy_with_logits(labels=Y, logits=L, pos_weight=3.0)),
    "tv": lambda: tf.reduce_sum(tf.abs(L[1:] - L[:-1])),
    "orth": lambda: tf.reduce_sum((tf.transpose(L) @ L - tf.eye(4)) ** 2),
    "ent": lambda: -tf.reduce_sum(p() * tf.nn.log_softmax(L)),
    "huber": lambda: tf.reduce_sum(tf.where(tf.abs(L) < 1.0, L**2 / 2, tf.abs(L) - 0.5)),
    "smape": lambda: tf.reduce_mean(tf.abs(L - yb) / (tf.abs(L) + tf.abs(yb))),
    "elastic": lambda: 0.1 * tf.norm(L, 1) + 0.2 * tf.nn.l2_loss(L),
    "group": lambda: tf.reduce_sum(tf.norm(L, axis=1)),
    "maxnorm": lambda: tf.reduce_max(tf.norm(tf.clip_by_norm(L, 1.5, axes=[0]), axis=0)),
    "stdz": lambda: tf.reduce_sum(tf.sin((L - tf.reduce_mean(L, 0)) / tf.math.reduce_std(L, 0))),
    "prod": lambda: tf.reduce_prod(tf.nn.sigmoid(L)),
    "cumprod": lambda: tf.reduce_sum(tf.math.cumprod(tf.nn.sigmoid(L), axis=1, exclusive=True)),
    "cumsum": lambda: tf.reduce_sum(tf.cumsum(L, 1, reverse=True) ** 2),
    "sort": lambda: tf.reduce_sum(tf.sort(L, 1, "DESCENDING") * [1.0, 2.0, 3.0, 4.0]),
    "gelu": lambda: tf.reduce_sum(
        tf.nn.gelu(L) + tf.nn.selu(L) + tf.nn.silu(L) + tf.nn.relu6(4 * L) + tf.nn.crelu(L)[:, :4] + tf.nn.softsign(L)
    ),
    "pad": lambda: tf.reduce_sum(tf.pad(L, [[1, 1], [0, 2]], "CONSTANT", 3.0) ** 2),
    "mirror": lambda: tf.reduce_sum(tf.pad(L, [[1, 1], [2, 1]], "REFLECT") ** 3),
    "tile": lambda: tf.reduce_sum(tf.tile(L, [2, 3]) ** 2),
    "rep": lambda: tf.reduce_sum(tf.repeat(L, [1, 2, 0, 3, 1], axis=0) ** 2),
    "rev": lambda: tf.reduce_sum(tf.reverse(L, [0]) * L),
    "atan2": lambda: tf.reduce_sum(tf.atan2(L, yb)),
    "hyp": lambda: tf.reduce_sum(tf.asinh(L) + tf.sinh(L) + tf.cosh(L) + tf.atan(L)),
    "pow": lambda: tf.reduce_sum(tf.pow(tf.abs(L), yb)),
    "floormod": lambda: tf.reduce_sum(tf.math.floormod(L, 0.7)),
    "slice": lambda: tf.reduce_sum(tf.slice(L, [1, 0], [3, -1]) ** 2) + tf.reduce_sum(L[::2, ::-1] * L[1::2][0]),
    "mask": lambda: tf.reduce_sum(tf.boolean_mask(L, y > 1) ** 2),
    "wh": lambda: tf.reduce_sum(tf.gather_nd(L, tf.where(L > 0)) ** 2),
}
for k, f in fs.items():
    with tf.GradientTape() as t:
        l = f()
    g = t.gradient(l, L)
    g = tf.convert_to_tensor(g) if g is not None else g
    print(k, l.numpy(), None if g is None else tf.reduce_sum(g * tf.reshape(tf.range(20.0), (5, 4))).numpy())
