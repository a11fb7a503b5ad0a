"""Loading text: lines of several files with labels, a vocabulary, lookup, buckets of like lengths, and windows."""

import collections
import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()
texts = {
    "cowper.txt": ["Achilles sing, O Goddess!", "His wrath pernicious", "who ten thousand woes", "caused"],
    "derby.txt": ["Of Peleus' son", "Achilles, sing, O Muse", "The vengeance, deep and deadly"],
    "butler.txt": ["Sing, O goddess, the anger", "of Achilles son of Peleus", "that brought", "countless ills", "upon"],
}
for name, lines in texts.items():
    with open(os.path.join(folder, name), "w") as file:
        file.write("\n".join(lines) + "\n")


def labeler(example, index):
    return example, tf.cast(index, tf.int64)


labeled_data_sets = []
for i, file_name in enumerate(texts):
    lines_dataset = tf.data.TextLineDataset(os.path.join(folder, file_name))
    labeled_data_sets.append(lines_dataset.map(lambda ex: labeler(ex, i)))
all_labeled_data = labeled_data_sets[0]
for labeled_dataset in labeled_data_sets[1:]:
    all_labeled_data = all_labeled_data.concatenate(labeled_dataset)
all_labeled_data = all_labeled_data.shuffle(50, seed=4, reshuffle_each_iteration=False)
for text, label in all_labeled_data.take(5):
    print("Sentence: ", text.numpy())
    print("Label:", label.numpy())


def tokenize(text, unused_label):
    lower_case = tf.strings.lower(text)
    lower_case = tf.strings.regex_replace(lower_case, "[^a-z ]", "")
    return tf.strings.split(lower_case)


tokenized_ds = all_labeled_data.map(tokenize)
print(tokenized_ds.element_spec)
for text_batch in tokenized_ds.take(3):
    print("Tokens: ", text_batch.numpy())
vocab_dict = collections.defaultdict(lambda: 0)
for toks in tokenized_ds.as_numpy_iterator():
    for tok in toks:
        vocab_dict[tok] += 1
vocab = sorted(vocab_dict.items(), key=lambda x: (-x[1], x[0]))
vocab = [token for token, count in vocab][:12]
print("First five vocab entries:", vocab[:5])
keys = vocab
values = range(2, len(vocab) + 2)
init = tf.lookup.KeyValueTensorInitializer(keys, values, key_dtype=tf.string, value_dtype=tf.int64)
vocab_table = tf.lookup.StaticVocabularyTable(init, 2)


def preprocess_text(text, label):
    return vocab_table.lookup(tokenize(text, label)), label


example_text, example_label = next(iter(all_labeled_data))
print(preprocess_text(example_text, example_label)[0].numpy())
all_encoded_data = all_labeled_data.map(preprocess_text)
print(all_encoded_data.element_spec)
train_data = all_encoded_data.skip(4).shuffle(50, seed=1)
validation_data = all_encoded_data.take(4).padded_batch(2)
for sample_text, sample_labels in validation_data:
    print(sample_text.numpy(), sample_labels.numpy())
for words, labels in train_data.padded_batch(
    3, padded_shapes=([None], []), padding_values=(tf.constant(1, tf.int64), None)
):
    print(words.numpy().tolist(), labels.numpy())
for words, labels in train_data.ragged_batch(4):
    print(words.to_list(), labels.numpy())
buckets = all_encoded_data.bucket_by_sequence_length(lambda words, label: tf.shape(words)[0], [3, 5], [2, 3, 4])
for words, labels in buckets:
    print(words.shape, words.numpy().tolist(), labels.numpy().tolist())
first_words = all_labeled_data.map(lambda text, label: (tf.strings.split(text)[0], tf.strings.split(text)[-1], label))
print([(a.numpy(), b.numpy()) for a, b, _ in first_words.take(3)])
longest = all_encoded_data.reduce(tf.constant(0), lambda n, item: tf.maximum(n, tf.size(item[0])))
print(longest.numpy())


# Skip-grams and characters
def pairs_of(words, label):
    return tf.data.Dataset.zip(
        tf.data.Dataset.from_tensor_slices(words[:-1]), tf.data.Dataset.from_tensor_slices(words[1:])
    )


print([(int(a), int(b)) for a, b in all_encoded_data.flat_map(pairs_of).take(6)])
ids = tf.data.Dataset.from_tensor_slices(tf.strings.unicode_split("hello wide world", "UTF-8"))
sequences = ids.batch(6, drop_remainder=True).map(lambda c: (tf.strings.reduce_join(c[:-1]), c[-1]))
print(sequences.element_spec)
for given, wanted in sequences:
    print(given.numpy(), wanted.numpy())

# A vocabulary in a file
with open(os.path.join(folder, "vocabulary"), "w") as file:
    file.write("sing\nof\ngoddess\n")
initializer = tf.lookup.TextFileInitializer(
    os.path.join(folder, "vocabulary"), tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64,
    tf.lookup.TextFileIndex.LINE_NUMBER,
)  # fmt: skip
table = tf.lookup.StaticHashTable(initializer, -1)
known = tokenized_ds.map(table.lookup).map(lambda n: tf.boolean_mask(n, n >= 0)).filter(lambda n: tf.size(n) > 0)
print([x.numpy().tolist() for x in known], table.size().numpy())

vectors = tf.Variable(tf.random.stateless_normal([16, 3], [1, 2]))
for epoch in range(2):
    losses = []
    for words, labels in all_encoded_data.ragged_batch(4):
        with tf.GradientTape() as tape:
            logits = tf.reduce_mean(tf.gather(vectors, words), axis=1)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        vectors.assign_sub(tf.convert_to_tensor(tape.gradient(loss, vectors)))
        losses.append(float(loss))
    print(losses)
