"""tf.lookup: tables from tensors and files, vocabularies, tables that change; in functions, and what is refused."""

import os
import tempfile

import tensorflow as tf

os.chdir(tempfile.mkdtemp())
lookup = tf.lookup
Pairs, Static, Words, File, Index = (
    lookup.KeyValueTensorInitializer, lookup.StaticHashTable, lookup.StaticVocabularyTable,
    lookup.TextFileInitializer, lookup.TextFileIndex,
)  # fmt: skip


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        text = str(error).split("}} ")[-1].replace(" name: ", "").splitlines()[0]
        print(label, type(error).__name__, text.split(" Tensors are")[0].split(" Use tf.cast")[0].rstrip("."))


print("static")
table = Static(Pairs(["a", "b"], [1, 2]), -1)
attempt("lookup", lambda: table.lookup(tf.constant([["a", "zz"], ["b", "a"]])))
attempt("item", lambda: table[tf.constant("b")])
attempt("ragged", lambda: table.lookup(tf.ragged.constant([["a"], ["b", "q"]])))
attempt("sparse", lambda: table.lookup(tf.sparse.from_dense([["a", ""], ["", "b"]])).values)
attempt("dtypes", lambda: (table.key_dtype, table.value_dtype, table.size()))
attempt("export", lambda: sorted(zip(*[x.numpy().tolist() for x in table.export()])))
attempt("keys", lambda: table.lookup(tf.constant([1])))
attempt("twice", lambda: Static(Pairs(["a", "a"], [1, 2]), -1))
attempt("twice the same", lambda: Static(Pairs(["a", "a"], [1, 1]), -1).size())
attempt("lengths", lambda: Static(Pairs(["a", "b"], [1]), 0))
attempt("default", lambda: Static(Pairs(["a"], [1]), "x"))
attempt(
    "strings",
    lambda: Static(Pairs(tf.constant([1, 2], tf.int64), ["x", "y"]), "?").lookup(tf.constant([2, 3], tf.int64)),
)
attempt("booleans", lambda: Static(Pairs(["a"], [True]), False).lookup(tf.constant(["a", "b"])))
attempt("converted", lambda: Static(Pairs([1, 2], [3, 4], tf.int64, tf.int64), 0).lookup(tf.constant([2, 3], tf.int64)))

print("files")
tf.io.write_file("words.txt", "apple\nbanana\r\ncherry\n")
tf.io.write_file("pairs.tsv", "a\t1\nb\t2\n")
tf.io.write_file("short.tsv", "a\t1\nb\n")
tf.io.write_file("wrong.tsv", "a\tx\n")
tf.io.write_file("twice.txt", "a\na\n")
numbers = tf.string, Index.WHOLE_LINE, tf.int64, Index.LINE_NUMBER
attempt("numbers", lambda: Static(File("words.txt", *numbers), -1).lookup(tf.constant(["cherry", "x"])))
attempt(
    "from 10",
    lambda: Static(File("words.txt", *numbers, value_index_offset=10), -1).lookup(tf.constant(["apple", "x"])),
)
attempt(
    "words", lambda: Static(File("words.txt", tf.int64, -1, tf.string, -2), "?").lookup(tf.constant([0, 7], tf.int64))
)
attempt("columns", lambda: Static(File("pairs.tsv", tf.string, 0, tf.int64, 1), -1).lookup(tf.constant(["b", "x"])))
attempt("some", lambda: Static(File("words.txt", *numbers, vocab_size=2), -1).size())
attempt("more", lambda: Static(File("words.txt", *numbers, vocab_size=5), -1))
attempt("short", lambda: Static(File("short.tsv", tf.string, 0, tf.int64, 1), -1))
attempt("wrong", lambda: Static(File("wrong.tsv", tf.string, 0, tf.int64, 1), -1))
attempt("twice", lambda: Static(File("twice.txt", *numbers), -1))
attempt("missing", lambda: Static(File("nope.txt", *numbers), -1))
attempt("no name", lambda: File("", *numbers))
attempt("dtype", lambda: File("words.txt", tf.string, Index.LINE_NUMBER, tf.int64, Index.WHOLE_LINE))

print("vocabularies")
words = Words(Pairs(tf.constant(["a", "b"]), tf.constant([0, 1], tf.int64)), 3)
attempt("lookup", lambda: words.lookup(tf.constant(["a", "b", "zz", "yy", "q"])))
attempt("size", lambda: (words.size(), words.key_dtype, words.value_dtype, words[tf.constant("b")]))
attempt("ragged", lambda: words.lookup(tf.ragged.constant([["a"], ["b", "q"]])))
integers = Words(Pairs(tf.constant([10, 20], tf.int64), tf.constant([0, 1], tf.int64)), 2)
attempt("integers", lambda: integers.lookup(tf.constant([20, 5, 6, 7], tf.int64)))
attempt("no words", lambda: Words(None, 5).lookup(tf.constant(["a", "b"])))
attempt("no numbers", lambda: Words(Pairs(["a"], tf.constant([0], tf.int64)), 0))
attempt("dtype", lambda: Words(Pairs(["a"], [0]), 1))
attempt("keys", lambda: words.lookup(tf.constant([1])))

print("changing")
counts = lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
counts.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
counts.insert(["b", "c"], [3, 4])
attempt("lookup", lambda: (counts.lookup(tf.constant(["a", "b", "z"])), counts.size()))
counts.remove(tf.constant(["a", "q"]))
attempt("removed", lambda: (counts.size(), sorted(counts.export()[0].numpy().tolist())))
attempt("defaults", lambda: counts.lookup(tf.constant(["a", "b"]), tf.constant([7, 8], tf.int64)))
attempt("lengths", lambda: counts.insert(tf.constant(["a", "b"]), tf.constant([1], tf.int64)))
vectors = lookup.experimental.MutableHashTable(tf.int64, tf.float32, [0.0, 0.0])
vectors.insert(tf.constant([1], tf.int64), [[1.0, 2.0]])
attempt("vectors", lambda: (vectors.lookup(tf.constant([1, 5], tf.int64)), vectors.lookup(tf.constant(1, tf.int64))))
attempt("longer", lambda: vectors.insert(tf.constant([1], tf.int64), [[1.0, 2.0, 3.0]]))
dense = lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, empty_key=0, deleted_key=-2)
dense.insert(tf.constant([1, 2], tf.int64), tf.constant([10, 20], tf.int64))
dense.erase(tf.constant([1], tf.int64))
attempt("dense", lambda: (dense.lookup(tf.constant([1, 2], tf.int64)), dense.size()))
attempt("empty", lambda: dense.insert(tf.constant([0], tf.int64), tf.constant([1], tf.int64)))
attempt("deleted", lambda: dense.insert(tf.constant([-2], tf.int64), tf.constant([1], tf.int64)))

print("in functions")


@tf.function
def numbers_of(sentence):
    tokens = tf.strings.split(sentence)
    return words.lookup(tokens), table.lookup(tokens)


print(numbers_of(tf.constant("a q b")), numbers_of(tf.constant("b")))


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def counted(tokens):
    for token in tokens:
        counts.insert(token, tf.maximum(counts.lookup(token), 0) + 1)
    return counts.lookup(tokens), counts.size()


print(counted(tf.constant(["n", "m", "n"])), counted(tf.constant(["n"])))
embedding = tf.Variable(tf.reshape(tf.range(10.0), [5, 2]))


@tf.function
def loss(tokens):
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.gather(embedding, words.lookup(tokens)) ** 2)
    return value, tf.convert_to_tensor(tape.gradient(value, embedding))


print(loss(tf.constant(["a", "b", "a"])))


@tf.function
def within(tokens):
    return Static(Pairs(["a", "b"], [5, 6]), -1).lookup(tokens)


print(within(tf.constant(["a"])), within(tf.constant(["b", "c"])))
