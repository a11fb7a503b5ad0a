"""Character models from scratch: a plain recurrent network, GRU and LSTM."""

import tensorflow as tf

tf.random.set_seed(0)
V, H, T, B = 12, 16, 8, 5
text = "hello world hello tape hello gradient "
chars = sorted(set(text))
V = len(chars)
idx = {c: i for i, c in enumerate(chars)}
data = tf.constant([idx[c] for c in text])
init = lambda *s: tf.Variable(tf.random.normal(s, stddev=0.1))


def params_rnn():
    return [init(V, H), init(H, H), tf.Variable(tf.zeros(H)), init(H, V), tf.Variable(tf.zeros(V))]


def rnn(X, p):
    Wx, Wh, b, Wo, bo = p
    h = tf.zeros((X.shape[1], H))
    outs = []
    for x in X:
        h = tf.tanh(x @ Wx + h @ Wh + b)
        outs.append(h @ Wo + bo)
    return tf.concat(outs, 0)


def params_gru():
    return [v for _ in range(3) for v in (init(V, H), init(H, H), tf.Variable(tf.zeros(H)))] + [
        init(H, V),
        tf.Variable(tf.zeros(V)),
    ]


def gru(X, p):
    Wxz, Whz, bz, Wxr, Whr, br, Wxh, Whh, bh, Wo, bo = p
    h = tf.zeros((X.shape[1], H))
    outs = []
    for x in X:
        z = tf.sigmoid(x @ Wxz + h @ Whz + bz)
        r = tf.sigmoid(x @ Wxr + h @ Whr + br)
        c = tf.tanh(x @ Wxh + (r * h) @ Whh + bh)
        h = z * h + (1 - z) * c
        outs.append(tf.matmul(h, Wo) + bo)
    return tf.concat(outs, axis=0)


def params_lstm():
    return [init(V, 4 * H), init(H, 4 * H), tf.Variable(tf.zeros(4 * H)), init(H, V), tf.Variable(tf.zeros(V))]


def lstm(X, p):
    Wx, Wh, b, Wo, bo = p
    h = c = tf.zeros((tf.shape(X)[1], H))
    outs = []
    for x in tf.unstack(X):
        i, f, g, o = tf.split(x @ Wx + h @ Wh + b, 4, axis=-1)
        c = tf.nn.sigmoid(f) * c + tf.nn.sigmoid(i) * tf.nn.tanh(g)
        h = tf.nn.sigmoid(o) * tf.nn.tanh(c)
        outs.append(h @ Wo + bo)
    return tf.concat(outs, 0)


def grad_clipping(grads, theta):
    norm = tf.math.sqrt(sum((tf.reduce_sum(g**2)).numpy() for g in grads))
    norm = tf.cast(norm, tf.float32)
    if tf.greater(norm, theta):
        return [g * theta / norm for g in grads]
    return list(grads)


def batches():
    for s in range(0, 30, T):
        x = tf.stack([data[s % 3 + b * 5 : s % 3 + b * 5 + T] for b in range(B)])
        y = tf.stack([data[s % 3 + b * 5 + 1 : s % 3 + b * 5 + T + 1] for b in range(B)])
        yield x, y


for name, make, f in (("rnn", params_rnn, rnn), ("gru", params_gru, gru), ("lstm", params_lstm, lstm)):
    p = make()
    for epoch in range(4):
        for x, y in batches():
            with tf.GradientTape() as tape:
                logits = f(tf.one_hot(tf.transpose(x), V), p)
                l = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(tf.transpose(y), [-1]), logits=logits
                )
                loss = tf.reduce_mean(l)
            gs = grad_clipping(tape.gradient(loss, p), 1.0)
            for v, g in zip(p, gs):
                v.assign_sub(1.0 * g)
        print(name, epoch, f"{tf.exp(loss):.3f}")
