"""Elements that are ragged, sparse and string tensors, and what is made of them."""

import tensorflow as tf

Dataset = tf.data.Dataset
ragged = tf.ragged.constant([[1], [2, 3], []])
deep = tf.ragged.constant([[[1], []], [[2, 3]]])
sparse = tf.sparse.from_dense([[1, 0], [0, 2], [3, 4]])
words = tf.constant(["a b", "c", "d e f"])

print(Dataset.from_tensor_slices(ragged).batch(2))
for x in Dataset.from_tensor_slices(ragged):
    print(x)
for x in Dataset.from_tensor_slices(ragged).batch(2):
    print(x)
for x in Dataset.from_tensors(ragged).unbatch():
    print(x)
print(Dataset.from_tensor_slices(deep))
for x in Dataset.from_tensor_slices(deep):
    print(x)
for x in Dataset.from_tensor_slices(deep).batch(2):
    print(x)
for x in Dataset.from_tensor_slices({"r": ragged, "n": [1, 2, 3]}).batch(2).map(lambda d: d["r"] * 2):
    print(x)
print(Dataset.from_tensor_slices(sparse))
print(Dataset.from_tensor_slices(sparse).batch(2))
for x in Dataset.from_tensor_slices(sparse).batch(2):
    print(tf.sparse.to_dense(x))
for x in Dataset.from_tensor_slices(sparse).map(lambda s: tf.sparse.to_dense(s) + 1):
    print(x)
for x in Dataset.from_tensors(sparse).unbatch():
    print(tf.sparse.to_dense(x))
split = Dataset.from_tensor_slices(words).map(tf.strings.split)
print(split)
for x in split:
    print(x)
for x in split.ragged_batch(2):
    print(x)
for x in split.padded_batch(3, padding_values="-"):
    print(x)
for x in Dataset.from_tensor_slices(words).batch(2).map(tf.strings.split):
    print(x)
for x in split.flat_map(Dataset.from_tensor_slices).batch(4):
    print(x)
for x in Dataset.from_tensor_slices(words).shuffle(3, seed=1).batch(3):
    print(x)
print(list(Dataset.from_tensor_slices(words).as_numpy_iterator()))
generated = Dataset.from_generator(lambda: iter([ragged]), output_signature=tf.RaggedTensorSpec([3, None], tf.int32))
for x in generated:
    print(x)
for x in Dataset.from_tensor_slices([True, False]).batch(2):
    print(x)
for x in Dataset.from_tensor_slices(tf.constant([1.5, 2.5], tf.bfloat16)).batch(2):
    print(x)
