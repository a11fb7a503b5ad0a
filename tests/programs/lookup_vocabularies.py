"""Tables of words: from files and tensors, growing ones that checkpoints keep, in pipelines, functions and embeddings."""

import os
import tempfile

import numpy as np
import tensorflow as tf

os.chdir(tempfile.mkdtemp())
with open("fruits.txt", "w") as file:
    file.write("apple\nbanana\ncherry\ndate\n")
with open("prices.tsv", "w") as file:
    file.write("apple\t1.5\nbanana\t0.25\ncherry\t4\n")

Text = tf.lookup.TextFileIndex
words = tf.lookup.StaticVocabularyTable(
    tf.lookup.TextFileInitializer("fruits.txt", tf.string, Text.WHOLE_LINE, tf.int64, Text.LINE_NUMBER), 2
)
names = tf.lookup.StaticHashTable(
    tf.lookup.TextFileInitializer("fruits.txt", tf.int64, Text.LINE_NUMBER, tf.string, Text.WHOLE_LINE), "?"
)
prices = tf.lookup.StaticHashTable(
    tf.lookup.TextFileInitializer("prices.tsv", tf.string, 0, tf.float32, 1, delimiter="\t"), -1.0
)
print(words.size().numpy(), names.size().numpy(), prices.size().numpy())
asked = tf.constant([["apple", "fig"], ["date", "banana"]])
print(words.lookup(asked).numpy().tolist(), prices.lookup(asked).numpy().tolist())
print(names.lookup(tf.constant([3, 0, 9], tf.int64)).numpy(), names[tf.constant(1, tf.int64)].numpy())
sparse = tf.SparseTensor([[0, 0], [1, 2]], ["cherry", "zzz"], [2, 3])
print(
    prices.lookup(sparse).values.numpy(), words.lookup(tf.ragged.constant([["date"], [], ["apple", "date"]])).to_list()
)


class Vocabulary(tf.Module):
    def __init__(self):
        super().__init__()
        self.ids = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.counts = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, 0, empty_key=-1, deleted_key=-2)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def learn(self, tokens):
        for token in tokens:
            number = self.ids.lookup(token)
            if number < 0:
                number = self.ids.size()
                self.ids.insert(token, number)
            self.counts.insert(number, self.counts.lookup(number) + 1)
        return self.ids.size()


vocabulary = Vocabulary()
lines = tf.data.Dataset.from_tensor_slices(["a b a", "c a", "b d d d"])
for tokens in lines.map(tf.strings.split):
    print(vocabulary.learn(tokens).numpy(), end=" ")
print()


def contents(v):
    keys, numbers = v.ids.export()
    counted = v.counts.lookup(numbers).numpy()
    return sorted(zip(keys.numpy().tolist(), numbers.numpy().tolist(), counted.tolist()))


print(contents(vocabulary))
path = tf.train.Checkpoint(v=vocabulary).write("vocabulary")
other = Vocabulary()
tf.train.Checkpoint(v=other).read(path).assert_consumed()
other.learn(tf.constant(["e", "a"]))
print(contents(other), contents(vocabulary) == contents(other))
vocabulary.ids.remove(tf.constant(["a"]))
vocabulary.counts.erase(tf.constant([0], tf.int64))
print(vocabulary.ids.size().numpy(), vocabulary.counts.size().numpy(), vocabulary.ids[tf.constant("a")].numpy())

embedding = tf.Variable(tf.reshape(tf.range(12.0), [6, 2]))
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(tf.gather(embedding, words.lookup(tf.constant(["date", "apple", "date"]))) ** 2)
gradient = tape.gradient(loss, embedding)
print(gradient.indices.numpy(), gradient.values.numpy().tolist())

made = tf.data.experimental.table_from_dataset(
    tf.data.Dataset.from_tensor_slices((["x", "y"], np.int64([10, 20]))), num_oov_buckets=0, default_value=-7
)
print(made.lookup(tf.constant(["y", "z"])).numpy())
for wrong in (
    lambda: words.lookup(tf.constant([1])),
    lambda: tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer("lacking.txt", tf.string, Text.WHOLE_LINE, tf.int64, Text.LINE_NUMBER), -1
    ),
):
    try:
        wrong()
    except (TypeError, tf.errors.OpError) as error:
        print(type(error).__name__)
