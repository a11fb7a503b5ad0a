"""Word vectors, as programs of TensorFlow 1 learned them eagerly: skip-grams, sampled words, Adagrad, a falling rate."""

import numpy as np
import tensorflow.compat.v1 as tf

tf.enable_eager_execution()
text = "the quick brown fox jumps over the lazy dog and the dog sleeps while the fox runs".split()
words = sorted(set(text))
ids = [words.index(w) for w in text]
pairs = [(a, ids[j]) for i, a in enumerate(ids) for j in (i - 1, i + 1) if 0 <= j < len(ids)]
noise = np.random.RandomState(0)

embeddings = tf.get_variable("embeddings", initializer=tf.constant(noise.uniform(-1, 1, [len(words), 4]), tf.float32))
weights = tf.get_variable("weights", initializer=tf.constant(noise.normal(size=[len(words), 4]) / 2, tf.float32))
biases = tf.get_variable("biases", [len(words)], initializer=tf.zeros_initializer())
step = tf.train.get_or_create_global_step()
step.assign(0)
rate = tf.train.exponential_decay(0.5, step, 20, 0.9, staircase=True)
optimizer = tf.train.AdagradOptimizer(rate)


def loss(inputs, labels, negative):
    vectors = tf.nn.embedding_lookup(embeddings, inputs)

    def logits(of):
        return tf.reduce_sum(vectors * tf.nn.embedding_lookup(weights, of), reduction_indices=1) + tf.gather(biases, of)

    true = tf.losses.sigmoid_cross_entropy(tf.ones(inputs.shape), logits(labels))
    return true + tf.losses.sigmoid_cross_entropy(tf.zeros(inputs.shape), logits(negative))


for epoch in range(5):
    total = 0.0
    for start in range(0, len(pairs), 8):
        batch = np.array(pairs[start : start + 8])
        negative = noise.randint(len(words), size=len(batch))
        optimizer.minimize(lambda b=batch, n=negative: loss(b[:, 0], b[:, 1], n), global_step=step)
        total += float(loss(batch[:, 0], batch[:, 1], negative))
    print(epoch, round(total, 3), int(step), rate().numpy())

norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
nearest = tf.argmax(tf.matmul(embeddings / norm, embeddings / norm, transpose_b=True) - 2 * tf.eye(len(words)), 1)
print([f"{w} {words[i]}" for w, i in zip(words, nearest.numpy())])
print([v.name for v in optimizer.variables()])
