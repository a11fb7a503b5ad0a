"""Elements that are sparse, ragged, dicts and optional: batched, unbatched, mapped, kept in files, and differentiated."""

import os
import tempfile

import numpy as np
import tensorflow as tf

os.chdir(tempfile.mkdtemp())


def shown(x):
    if isinstance(x, tf.SparseTensor):
        return ("sparse", x.indices.numpy().tolist(), x.values.numpy().tolist(), x.dense_shape.numpy().tolist())
    return x.to_list() if isinstance(x, tf.RaggedTensor) else x.numpy().tolist()


basket = tf.SparseTensor([[0, 1], [0, 3], [2, 0], [3, 3]], [1.0, 2.0, 3.0, 4.0], [4, 4])
rows = tf.data.Dataset.from_tensor_slices(basket)
print(rows.element_spec)
print([shown(r) for r in rows])
print([shown(b) for b in rows.batch(3)])
print([shown(r) for r in rows.batch(2).unbatch().skip(2)])

weights = tf.Variable(tf.ones([4, 2]))
for batch in rows.batch(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sparse.sparse_dense_matmul(batch, weights) ** 2)
    weights.assign_sub(0.01 * tape.gradient(loss, weights))
print(weights.numpy().round(4).tolist())

lists = tf.ragged.constant([[1, 2, 3], [], [4], [5, 6]])
ragged = tf.data.Dataset.from_tensor_slices(lists)
print(ragged.element_spec, [shown(r) for r in ragged])
print([shown(b) for b in ragged.batch(3)])
print([shown(b) for b in ragged.ragged_batch(2)])
deep = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[[1], [2, 3]], [[]], [[4, 5, 6]]]))
print(deep.element_spec, [shown(b) for b in deep.batch(2)])
print([shown(x) for x in deep.map(lambda r: tf.reduce_sum(r, axis=-1)).ragged_batch(3)])

mixed = tf.data.Dataset.from_tensor_slices({"r": lists, "s": basket, "n": tf.range(4)})
for e in mixed.filter(lambda e: e["n"] % 2 == 0).map(lambda e: {**e, "n": e["n"] * 10, "size": tf.size(e["r"])}):
    print({name: shown(value) for name, value in sorted(e.items())})
mixed.save("mixed")
again = tf.data.Dataset.load("mixed")
print(again.element_spec == mixed.element_spec)
print([{name: shown(value) for name, value in sorted(e.items())} for e in again.skip(3)])

text = tf.data.Dataset.from_tensor_slices(["a b c", "", "d"]).map(tf.strings.split)
print([shown(b) for b in text.apply(tf.data.experimental.dense_to_ragged_batch(2))])
print([shown(b) for b in text.padded_batch(2, padding_values="-")])
dense = tf.data.Dataset.from_tensor_slices(np.arange(6)).map(lambda n: tf.range(n % 3))
print([shown(b) for b in dense.apply(tf.data.experimental.dense_to_sparse_batch(3, [4]))])

iterator = iter(ragged)
while True:
    found = iterator.get_next_as_optional()
    if not found.has_value():
        break
    print(shown(found.get_value()), end=" ")
print(iterator.get_next_as_optional().has_value().numpy())


@tf.function
def total(dataset):
    out = tf.constant(0)
    for r in dataset:
        out += tf.reduce_sum(r)
    return out


print(total(ragged).numpy())
