"""Preprocessing layers in a pipeline and in a model: numbers, categories, text, hashes, images."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(17)
rng = np.random.default_rng(16)
numbers = rng.normal(3, 2, (20, 2)).astype("float32")
normalise = keras.layers.Normalization()
normalise.adapt(numbers)
print(np.round(normalise(numbers).numpy().mean(0), 5), np.round(normalise.variance.numpy().ravel(), 5))
bins = keras.layers.Discretization(num_bins=4, epsilon=0.01)
bins.adapt(numbers[:, :1])
print(bins(numbers[:6, :1]).numpy().ravel(), len(bins.bin_boundaries))

colours = tf.constant([["red"], ["blue"], ["green"], ["blue"], ["pink"]])
lookup = keras.layers.StringLookup(output_mode="int")
lookup.adapt(colours[:4])
print(lookup.get_vocabulary(), lookup(colours).numpy().ravel())
back = keras.layers.StringLookup(vocabulary=lookup.get_vocabulary(), invert=True)
print(back(lookup(colours)).numpy().ravel())
one_hot = keras.layers.StringLookup(vocabulary=["red", "blue"], output_mode="one_hot")
print(one_hot(colours[:, 0]).numpy())
integers = keras.layers.IntegerLookup(vocabulary=[10, 20, 30], num_oov_indices=2)
print(integers(tf.constant([10, 30, 99, 20])).numpy())
print(keras.layers.CategoryEncoding(4, "count")(tf.constant([[0, 1, 1], [3, 3, 3]])).numpy())
print(keras.layers.Hashing(5)(tf.constant(["a", "b", "c", "a"])).numpy())
print(keras.layers.HashedCrossing(6)((tf.constant(["a", "b"]), tf.constant(["x", "y"]))).numpy())

text = ["The cat sat.", "the dog SAT on the mat!", "A cat, a dog"]
words = keras.layers.TextVectorization(max_tokens=8, output_sequence_length=6)
words.adapt(text)
print(words.get_vocabulary())
print(words(tf.constant(text)).numpy())

images = tf.constant(rng.uniform(0, 255, (2, 6, 6, 3)), tf.float32)
image = keras.Sequential([keras.layers.Resizing(4, 4), keras.layers.Rescaling(1 / 255), keras.layers.CenterCrop(2, 2)])
print(np.round(image(images).numpy()[0, 0], 4))
model = keras.Sequential(
    [words, keras.layers.Embedding(8, 4), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]
)
dataset = tf.data.Dataset.from_tensor_slices((text, [0.0, 1.0, 1.0])).batch(2)
ready = dataset.map(lambda t, y: (words(t), y))
print([x.shape for x, _ in ready])
model.compile("adam", "mse")
print(
    [f"{v:.5f}" for v in model.fit(dataset, epochs=2, verbose=0).history["loss"]],
    model.predict(tf.constant(text), verbose=0).shape,
)
