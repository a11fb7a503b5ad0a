"""Pipelines as training programs have them: images, text, time series, generators, Keras layers and utilities."""

import collections

import numpy as np
import tensorflow as tf

Dataset = tf.data.Dataset
tf.random.set_seed(3)


def show(dataset):
    for element in dataset:
        print(tf.nest.map_structure(lambda x: x.numpy(), element))


def prepare(image, label):
    image = tf.image.convert_image_dtype(image, tf.float32)
    if label == 2:
        image = 1.0 - image
    return image, tf.one_hot(label, 3)


images = np.arange(4 * 2 * 2, dtype="uint8").reshape(4, 2, 2, 1)
pipeline = Dataset.from_tensor_slices((images, [0, 1, 2, 0])).map(prepare, num_parallel_calls=tf.data.AUTOTUNE)
pipeline = pipeline.cache().shuffle(4, seed=1).batch(2).prefetch(tf.data.AUTOTUNE)
for epoch in range(2):
    for x, y in pipeline:
        print(x.shape, x.dtype.name, x[:, 0, 0, 0].numpy(), y.numpy().tolist())

letters = tf.strings.unicode_decode(["hello world"], "UTF-8")[0]
pairs = Dataset.from_tensor_slices(letters).batch(5, drop_remainder=True).map(lambda c: (c[:-1], c[1:]))
print(pairs.element_spec)
show(pairs)

lines = Dataset.from_tensor_slices(["1,2.5", "3,4"]).map(lambda s: tf.strings.to_number(tf.strings.split(s, ",")))
print(lines.element_spec)
show(lines)

series = Dataset.range(10).window(4, shift=2, drop_remainder=True).flat_map(lambda w: w.batch(4))
show(series.map(lambda w: (w[:-1], w[-1])))
show(tf.keras.utils.timeseries_dataset_from_array(np.arange(10.0), np.arange(10), 3, batch_size=4))
show(tf.keras.utils.timeseries_dataset_from_array(np.arange(9.0), None, 3, sequence_stride=2, shuffle=True, seed=1))

Point = collections.namedtuple("Point", "a b")
points = Dataset.from_tensor_slices(Point([1, 2], [3.0, 4.0]))
print(points.element_spec, [type(x).__name__ for x in points])
show(points.map(lambda p: p._replace(a=p.a * 2)).batch(2))


class Source:
    def __init__(self, count):
        self.count = count

    def __call__(self):
        for i in range(self.count):
            yield {"x": np.full(2, i)}, i


signature = ({"x": tf.TensorSpec([2], tf.int64)}, tf.TensorSpec([], tf.int32))
show(Dataset.from_generator(Source(3), output_signature=signature).batch(2))
show(Dataset.from_tensor_slices([1.0, 2.0]).map(tf.keras.layers.Rescaling(2.0)))
show(Dataset.range(3).map(tf.function(lambda x: x * 2)))
show(Dataset.range(4).batch(2).map(lambda x: tf.boolean_mask(x, x > 1)))
print(Dataset.range(4).batch(2).map(lambda x: tf.reshape(x, [1, -1])))
print(list(zip(Dataset.range(2), Dataset.range(5, 9), strict=False)))
print(sum(Dataset.range(4)), max(Dataset.range(4)))
iterator = iter(Dataset.range(1))
print(isinstance(Dataset.range(1), tf.data.Dataset), isinstance(iterator, tf.data.Iterator))
print(tf.is_tensor(Dataset.range(1)), tf.is_tensor(iterator), tf.is_tensor(iterator.get_next_as_optional()))

for wrong in (
    lambda: Dataset.range(5).batch(2.5),
    lambda: Dataset.range(5).shuffle("a"),
    lambda: Dataset.range(5).take(tf.constant(2)),
    lambda: Dataset.range(2).map(1),
    lambda: Dataset.range(2)[0],
    lambda: tf.constant(Dataset.range(2)),
    lambda: Dataset.range(5).shard(2, 2),
    lambda: Dataset.range(5).shuffle(0),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__)
