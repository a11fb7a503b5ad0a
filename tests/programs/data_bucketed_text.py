"""Sentences of different lengths: a vocabulary from the text, buckets, padding, and an embedding that is trained."""

import tensorflow as tf

TEXT = """the quick brown fox jumps over the lazy dog
a stitch in time saves nine
to be or not to be that is the question
all that glitters is not gold
the early bird catches the worm
time and tide wait for no man
better late than never
no man is an island
actions speak louder than words and words are the daughters of time
gold
"""

lines = tf.data.Dataset.from_tensor_slices(TEXT.strip().split("\n"))
words = lines.flat_map(lambda line: tf.data.Dataset.from_tensor_slices(tf.strings.split(line)))
counts = {}
for word in words.as_numpy_iterator():
    counts[word] = counts.get(word, 0) + 1
common = sorted(counts, key=lambda w: (-counts[w], w))[:12]
print(common)
table = tf.lookup.StaticVocabularyTable(
    tf.lookup.KeyValueTensorInitializer(common, tf.range(len(common), dtype=tf.int64)), num_oov_buckets=3
)
print(table.size().numpy(), table.lookup(tf.constant(["the", "zebra", "gold"])).numpy())

tokens = lines.map(lambda line: table.lookup(tf.strings.split(line)))
buckets = tokens.bucket_by_sequence_length(
    element_length_func=tf.size,
    bucket_boundaries=[5, 8],
    bucket_batch_sizes=[2, 3, 2],
    pad_to_bucket_boundary=False,
    padding_values=tf.constant(-1, tf.int64),
)
for batch in buckets:
    print(batch.shape, batch.numpy().tolist())
cut = tokens.filter(lambda t: tf.size(t) < 8).bucket_by_sequence_length(
    tf.size, [5, 8], [4, 4, 4], pad_to_bucket_boundary=True, drop_remainder=True
)
print([b.shape.as_list() for b in cut])

ragged = tokens.apply(tf.data.experimental.dense_to_ragged_batch(4))
for batch in ragged:
    print(batch.row_lengths().numpy(), batch.values.shape)

size = int(table.size())
embedding = tf.Variable(tf.reshape(tf.linspace(-1.0, 1.0, size * 2), [size, 2]))
for epoch in range(3):
    total = 0.0
    for batch in buckets:
        with tf.GradientTape() as tape:
            mask = tf.cast(batch >= 0, tf.float32)
            vectors = tf.gather(embedding, tf.maximum(batch, 0)) * mask[..., None]
            means = tf.reduce_sum(vectors, 1) / tf.reduce_sum(mask, 1, keepdims=True)
            loss = tf.reduce_sum((means - [0.5, -0.5]) ** 2)
        gradient = tape.gradient(loss, embedding)
        embedding.scatter_sub(tf.IndexedSlices(0.1 * gradient.values, gradient.indices))
        total += float(loss)
    print(epoch, round(total, 5))
print(embedding.numpy()[:3].round(4))

pairs = tokens.map(lambda t: (t[:-1], t[1:])).filter(lambda a, b: tf.size(a) > 3)
for source, target in pairs.padded_batch(
    4, padded_shapes=([None], [13]), padding_values=(tf.constant(-1, tf.int64),) * 2
):
    print(source.shape, target.shape, source[0].numpy(), target[-1].numpy())
