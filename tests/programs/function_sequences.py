"""Sequence models in functions: LSTM, GRU, attention, beam search, transformer with masks and caches, word2vec, CRF, CTC-like."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(2)


def weights(*shape, scale=0.3):
    return tf.Variable(scale * rng.randn(*shape).astype(np.float32))


# --- an LSTM cell by hand, unrolled in Python, in a tf loop with a TensorArray, by scan, and by while_loop ---


class LSTMCell(tf.Module):
    def __init__(self, inputs, units, name=None):
        super().__init__(name=name)
        self.units = units
        self.kernel = weights(inputs + units, 4 * units)
        self.bias = tf.Variable(tf.zeros([4 * units]))

    def __call__(self, x, state):
        h, c = state
        z = tf.matmul(tf.concat([x, h], 1), self.kernel) + self.bias
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, (h, c)

    def zero_state(self, batch):
        return tf.zeros([batch, self.units]), tf.zeros([batch, self.units])


cell = LSTMCell(3, 4)
sequence = tf.constant(rng.randn(2, 5, 3), tf.float32)  # batch, time, features


@tf.function
def unrolled(x):
    state = cell.zero_state(x.shape[0])
    outputs = []
    for t in range(x.shape[1]):
        out, state = cell(x[:, t], state)
        outputs.append(out)
    return tf.stack(outputs, axis=1), state


@tf.function
def in_a_loop(x):
    steps = tf.shape(x)[1]
    outputs = tf.TensorArray(tf.float32, size=steps)
    state = cell.zero_state(tf.shape(x)[0])
    for t in tf.range(steps):
        out, state = cell(x[:, t], state)
        outputs = outputs.write(t, out)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state


@tf.function
def by_scan(x):
    h, c = tf.scan(
        lambda s, x_t: cell(x_t, s)[1],
        tf.transpose(x, [1, 0, 2]),
        initializer=cell.zero_state(2),
    )
    return tf.transpose(h, [1, 0, 2]), (h[-1], c[-1])


@tf.function
def by_while_loop(x):
    def cond(t, h, c, ta):
        return t < 5

    def body(t, h, c, ta):
        out, (h, c) = cell(x[:, t], (h, c))
        return t + 1, h, c, ta.write(t, out)

    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    _, h, c, ta = tf.while_loop(cond, body, (tf.constant(0), *cell.zero_state(2), ta))
    return tf.transpose(ta.stack(), [1, 0, 2]), (h, c)


for f in (unrolled, in_a_loop, by_scan, by_while_loop):
    with tf.GradientTape() as tape:
        tape.watch(sequence)
        outputs, (h, c) = f(sequence)
        loss = tf.reduce_sum(outputs**2) + tf.reduce_sum(c)
    dx, dk, db = tape.gradient(loss, [sequence, cell.kernel, cell.bias])
    print(
        outputs.shape,
        loss.numpy(),
        tf.norm(dx).numpy(),
        tf.norm(dk).numpy(),
        db.numpy()[:3],
    )


@tf.function(
    input_signature=[
        tf.TensorSpec([None, None, 3], tf.float32),
        tf.TensorSpec([None], tf.int32),
    ]
)
def with_lengths(x, lengths):
    h, c = cell.zero_state(tf.shape(x)[0])
    for t in tf.range(tf.reduce_max(lengths)):
        _, (h_new, c_new) = cell(x[:, t], (h, c))
        alive = (t < lengths)[:, None]
        h = tf.where(alive, h_new, h)
        c = tf.where(alive, c_new, c)
    return h


for lengths in ([5, 2], [1, 1], [0, 3]):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(with_lengths(sequence, lengths))
    print(
        "lengths",
        lengths,
        loss.numpy(),
        tf.norm(tape.gradient(loss, cell.kernel)).numpy(),
    )


# --- a GRU in both directions ---


class GRUCell(tf.Module):
    def __init__(self, inputs, units):
        self.wz, self.wr, self.wh = (weights(inputs + units, units) for _ in range(3))

    def __call__(self, h, x):
        xh = tf.concat([x, h], -1)
        z, r = tf.sigmoid(xh @ self.wz), tf.sigmoid(xh @ self.wr)
        return (1 - z) * h + z * tf.tanh(tf.concat([x, r * h], -1) @ self.wh)


forward_cell, backward_cell = GRUCell(3, 2), GRUCell(3, 2)


@tf.function
def bidirectional(x):
    time_major = tf.transpose(x, [1, 0, 2])
    start = tf.zeros([tf.shape(x)[0], 2])
    fw = tf.scan(forward_cell, time_major, initializer=start)
    bw = tf.reverse(tf.scan(backward_cell, tf.reverse(time_major, [0]), initializer=start), [0])
    also = tf.scan(backward_cell, time_major, initializer=start, reverse=True)
    tf.debugging.assert_near(bw, also)
    return tf.transpose(tf.concat([fw, bw], -1), [1, 0, 2])


with tf.GradientTape() as tape:
    y = bidirectional(sequence)
    loss = tf.reduce_mean(y[:, -1] ** 2)
gradients = tape.gradient(loss, [*forward_cell.trainable_variables, *backward_cell.trainable_variables])
print("bidirectional", y.shape, y.numpy()[0, 0], [tf.norm(g).numpy() for g in gradients])


# --- seq2seq with attention: teacher forcing, then greedy decoding until the end token ---

VOCABULARY, UNITS, END = 7, 4, 0


class Seq2Seq(tf.Module):
    def __init__(self):
        self.embedding = weights(VOCABULARY, 3)
        self.encoder = GRUCell(3, UNITS)
        self.decoder = GRUCell(3 + UNITS, UNITS)
        self.w1, self.w2, self.v = (
            weights(UNITS, UNITS),
            weights(UNITS, UNITS),
            weights(UNITS, 1),
        )
        self.out = weights(UNITS, VOCABULARY, scale=2.0)

    @tf.function
    def encode(self, tokens):
        x = tf.nn.embedding_lookup(self.embedding, tf.transpose(tokens))
        return tf.transpose(
            tf.scan(self.encoder, x, initializer=tf.zeros([tf.shape(tokens)[0], UNITS])),
            [1, 0, 2],
        )

    def attend(self, query, values):
        score = tf.nn.tanh(values @ self.w1 + tf.expand_dims(query @ self.w2, 1)) @ self.v
        attention_weights = tf.nn.softmax(score, axis=1)
        return tf.reduce_sum(attention_weights * values, axis=1), tf.squeeze(attention_weights, -1)

    def step(self, token, h, encoded):
        context, attention = self.attend(h, encoded)
        h = self.decoder(h, tf.concat([tf.gather(self.embedding, token), context], -1))
        return h @ self.out, h, attention

    @tf.function
    def loss(self, source, target):
        encoded = self.encode(source)
        h = encoded[:, -1]
        total = 0.0
        for t in range(1, target.shape[1]):
            logits, h, _ = self.step(target[:, t - 1], h, encoded)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target[:, t], logits=logits)
            mask = tf.cast(tf.not_equal(target[:, t], END), losses.dtype)
            total += tf.reduce_mean(losses * mask)
        return total / int(target.shape[1])

    @tf.function
    def translate(self, source, max_length=6):
        encoded = self.encode(source)
        h = encoded[:, -1]
        batch = tf.shape(source)[0]
        token = tf.fill([batch], 1)
        tokens = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
        attentions = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        done = tf.zeros([batch], tf.bool)
        for t in tf.range(max_length):
            logits, h, attention = self.step(token, h, encoded)
            token = tf.where(done, END, tf.argmax(logits, -1, output_type=tf.int32))
            tokens = tokens.write(t, token)
            attentions = attentions.write(t, attention)
            done = done | (token == END)
            if tf.reduce_all(done):
                break
        return {"tokens": tf.transpose(tokens.stack()), "attention": attentions.stack()}


model = Seq2Seq()
source = tf.constant([[3, 4, 5], [2, 6, 1]])
target = tf.constant([[1, 2, 3, 0], [1, 5, 0, 0]])
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = model.loss(source, target)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(0.5 * tf.convert_to_tensor(g))
    print("seq2seq", loss.numpy())
result = model.translate(source)
print(
    result["tokens"].numpy(),
    result["attention"].shape,
    result["attention"].numpy().sum(-1),
)


# --- beam search over a table of transitions ---

table = tf.nn.log_softmax(tf.constant(rng.randn(5, 5) * 2, tf.float32))


@tf.function
def beam_search(start, beam: int, steps):
    scores = tf.concat([[0.0], tf.fill([beam - 1], -1e9)], 0)
    paths = tf.fill([beam, 1], start)
    for _ in tf.range(steps):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(paths, tf.TensorShape([None, None]))])
        total = scores[:, None] + tf.gather(table, paths[:, -1])
        scores, index = tf.math.top_k(tf.reshape(total, [-1]), beam)
        parents, words = index // 5, index % 5
        paths = tf.concat([tf.gather(paths, parents), words[:, None]], 1)
    return paths, scores


paths, scores = beam_search(tf.constant(0), 3, tf.constant(4))
print("beam", paths.numpy().tolist(), scores.numpy())
paths, scores = beam_search(tf.constant(2), 2, tf.constant(1))
print("beam", paths.numpy().tolist(), scores.numpy())


# --- a transformer block: positional encoding, padding and look-ahead masks, and a cache for decoding ---

D, HEADS = 8, 2


def positional_encoding(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angle_rads = positions * (1 / (10000**depths))
    return tf.cast(
        np.concatenate([np.sin(angle_rads), np.cos(angle_rads)], axis=-1),
        dtype=tf.float32,
    )


def create_padding_mask(seq):
    return tf.cast(tf.math.equal(seq, 0), tf.float32)[:, tf.newaxis, tf.newaxis, :]


def create_look_ahead_mask(size):
    return 1 - tf.linalg.band_part(tf.ones((size, size)), -1, 0)


def layer_norm(x, gamma, beta, epsilon=1e-6):
    mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


class Block(tf.Module):
    def __init__(self):
        self.wq, self.wk, self.wv, self.wo = (weights(D, D) for _ in range(4))
        self.w1, self.w2 = weights(D, 16), weights(16, D)
        self.gamma, self.beta = tf.Variable(tf.ones([D])), tf.Variable(tf.zeros([D]))

    def split(self, x):
        return tf.transpose(tf.reshape(x, (tf.shape(x)[0], -1, HEADS, D // HEADS)), perm=[0, 2, 1, 3])

    def attention(self, q, k, v, mask):
        logits = tf.matmul(q, k, transpose_b=True) / tf.math.sqrt(tf.cast(tf.shape(k)[-1], tf.float32))
        if mask is not None:
            logits += mask * -1e9
        a = tf.transpose(tf.nn.softmax(logits, axis=-1) @ v, [0, 2, 1, 3])
        return tf.reshape(a, (tf.shape(a)[0], -1, D)) @ self.wo

    def __call__(self, x, mask=None, cache=None):
        q, k, v = (
            self.split(x @ self.wq),
            self.split(x @ self.wk),
            self.split(x @ self.wv),
        )
        if cache is not None:
            k, v = tf.concat([cache["k"], k], 2), tf.concat([cache["v"], v], 2)
            cache = {"k": k, "v": v}
        y = layer_norm(x + self.attention(q, k, v, mask), self.gamma, self.beta)
        y = y + tf.nn.gelu(y @ self.w1) @ self.w2
        return y if cache is None else (y, cache)


class Transformer(tf.Module):
    def __init__(self, layers):
        self.embedding = weights(VOCABULARY, D, scale=1.0)
        self.blocks = [Block() for _ in range(layers)]
        self.pos = positional_encoding(20, D)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int64)])
    def __call__(self, tokens):
        length = tf.shape(tokens)[1]
        mask = tf.maximum(create_padding_mask(tokens), create_look_ahead_mask(length))
        x = tf.gather(self.embedding, tokens) * tf.math.sqrt(float(D)) + self.pos[tf.newaxis, :length, :]
        for block in self.blocks:
            x = block(x, mask)
        return tf.matmul(x, self.embedding, transpose_b=True)

    @tf.function(reduce_retracing=True)
    def decode_step(self, token, position, caches):
        x = tf.gather(self.embedding, token)[:, None] * tf.math.sqrt(float(D)) + self.pos[position]
        new = []
        for block, cache in zip(self.blocks, caches):
            x, cache = block(x, None, cache)
            new.append(cache)
        return tf.matmul(x[:, 0], self.embedding, transpose_b=True), new


transformer = Transformer(2)


@tf.function
def transformer_step(tokens):
    inp, real = tokens[:, :-1], tokens[:, 1:]
    with tf.GradientTape() as tape:
        logits = transformer(inp)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(real, logits)
        mask = tf.cast(real != 0, tf.float32)
        loss = tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)
    variables = transformer.trainable_variables
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.1 * g)
    accuracy = tf.reduce_sum(tf.cast(tf.equal(real, tf.argmax(logits, 2)), tf.float32) * mask) / tf.reduce_sum(mask)
    return loss, accuracy


for tokens in (
    [[1, 2, 3, 4, 0], [5, 6, 1, 2, 3]],
    [[1, 2, 3], [4, 5, 0]],
    [[1, 2, 3, 4, 0], [5, 6, 1, 2, 3]],
):
    loss, accuracy = transformer_step(tf.constant(tokens, tf.int64))
    print("transformer", loss.numpy(), accuracy.numpy())
print(
    "traces",
    transformer.__call__.experimental_get_tracing_count(),
    transformer_step.experimental_get_tracing_count(),
)

tokens = tf.constant([[1, 3, 2, 5]], tf.int64)
full = transformer(tokens)
caches = [{"k": tf.zeros([1, HEADS, 0, D // HEADS]), "v": tf.zeros([1, HEADS, 0, D // HEADS])} for _ in range(2)]
for t in range(4):
    logits, caches = transformer.decode_step(tokens[:, t], tf.constant(t), caches)
    print(
        "cached",
        np.abs(logits.numpy() - full.numpy()[:, t]).max() < 1e-4,
        caches[0]["k"].shape,
    )
print("traces", transformer.decode_step.experimental_get_tracing_count())


# --- word2vec with negative samples ---

target_embedding, context_embedding = weights(10, 4), weights(10, 4)


@tf.function
def word2vec(target, context, labels):
    with tf.GradientTape() as tape:
        word = tf.nn.embedding_lookup(target_embedding, target)
        ctx = tf.nn.embedding_lookup(context_embedding, context)
        dots = tf.einsum("be,bce->bc", word, ctx)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, dots))
    for v, g in zip(
        (target_embedding, context_embedding),
        tape.gradient(loss, (target_embedding, context_embedding)),
    ):
        v.scatter_sub(tf.IndexedSlices(g.values, g.indices))
    return loss


for _ in range(3):
    batch = (
        rng.randint(0, 10, 6),
        rng.randint(0, 10, (6, 4)),
        np.eye(4)[[0] * 6].astype(np.float32),
    )
    print("word2vec", word2vec(*map(tf.constant, batch)).numpy())


# --- a CRF's forward algorithm, whose gradient is the marginals; and Viterbi ---


@tf.function
def crf_log_norm(potentials, transitions):
    alpha = potentials[0]
    for row in potentials[1:]:
        alpha = tf.reduce_logsumexp(alpha[:, None] + transitions, axis=0) + row
    return tf.reduce_logsumexp(alpha)


@tf.function
def viterbi(potentials, transitions):
    steps = tf.shape(potentials)[0]
    score = potentials[0]
    back = tf.TensorArray(tf.int32, size=steps, clear_after_read=False)
    for t in tf.range(1, steps):
        total = score[:, None] + transitions
        back = back.write(t, tf.argmax(total, 0, output_type=tf.int32))
        score = tf.reduce_max(total, 0) + potentials[t]
    path = tf.TensorArray(tf.int32, size=steps)
    state = tf.argmax(score, output_type=tf.int32)
    for t in tf.range(steps - 1, -1, -1):
        path = path.write(t, state)
        if t > 0:
            state = back.read(t)[state]
    return path.stack()


potentials, transitions = (
    tf.constant(rng.randn(6, 3), tf.float32),
    tf.constant(rng.randn(3, 3), tf.float32),
)
with tf.GradientTape() as tape:
    tape.watch(potentials)
    log_norm = crf_log_norm(potentials, transitions)
print(
    "crf",
    log_norm.numpy(),
    tf.reduce_sum(tape.gradient(log_norm, potentials), -1).numpy(),
)
print("viterbi", viterbi(potentials, transitions).numpy())


# --- edit distance, with two loops and a row that is written in place ---


@tf.function
def edit_distance(a, b):
    n, m = tf.size(a), tf.size(b)
    row = tf.range(m + 1)
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(row, tf.TensorShape([None]))])
        new = tf.TensorArray(tf.int32, size=m + 1)
        left = i + 1
        new = new.write(0, left)
        for j in tf.range(m):
            cost = tf.cast(a[i] != b[j], tf.int32)
            left = tf.minimum(tf.minimum(row[j + 1] + 1, left + 1), row[j] + cost)
            new = new.write(j + 1, left)
        row = new.stack()
    return row[-1]


def letters(word):
    return tf.constant([ord(c) for c in word], tf.int32)


print(
    "distance",
    edit_distance(letters("kitten"), letters("sitting")).numpy(),
    edit_distance(letters("abc"), letters("")).numpy(),
)
