"""Dtype policies: mixed precision, float64 layers, casting between them, and dtypes of results and gradients."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(9)
x = np.random.default_rng(6).normal(size=(4, 3)).astype("float32")

layer = keras.layers.Dense(2, dtype="mixed_bfloat16")
with tf.GradientTape() as tape:
    y = layer(x)
    loss = tf.reduce_sum(tf.cast(y, tf.float32) ** 2)
gradients = tape.gradient(loss, layer.trainable_variables)
print(y.dtype.name, layer.compute_dtype, layer.variable_dtype, [g.dtype.name for g in gradients])
print(layer.kernel.dtype, layer.kernel.value.dtype.name)

double = keras.layers.Dense(2, dtype="float64", kernel_initializer="ones")
out = double(x)
print(out.dtype.name, out.numpy()[0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(double(tf.constant(x, tf.float64)) ** 3)
print(tape.gradient(loss, double.kernel).numpy())

keras.mixed_precision.set_global_policy("mixed_float16")
model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1, dtype="float32")])
optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=8.0)
with tf.GradientTape() as tape:
    y = model(x)
    loss = optimizer.scale_loss(tf.reduce_mean(y**2))
gradients = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(gradients, model.trainable_variables))
print(model.layers[0](x).dtype.name, y.dtype.name, [g.dtype.name for g in gradients], int(optimizer.iterations))
keras.mixed_precision.set_global_policy("float32")

print(keras.backend.floatx(), keras.ops.cast([1, 2], "float16").dtype.name)
print(keras.ops.add(tf.constant([1], tf.int32), 1.5).dtype.name)
print(keras.ops.matmul(tf.ones([2, 2], tf.bfloat16), tf.ones([2, 2])).dtype.name)
print(keras.ops.mean(tf.constant([1, 2])).dtype.name, keras.ops.sum(tf.constant([True, False])).dtype.name)
v = keras.Variable([1.0, 2.0], dtype="float16", name="half")
print((v * 2).dtype.name, v.dtype, v.shape, v.path)
v.assign([3.0, 4.0])
v.assign_add([1.0, 1.0])
print(v.numpy(), isinstance(v.value, tf.Variable), tf.is_tensor(v), tf.convert_to_tensor(v).dtype.name)
embedding = keras.layers.Embedding(5, 2, embeddings_initializer="ones")
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(embedding(np.array([1, 1, 3])) * 2.0)
g = tape.gradient(loss, embedding.embeddings)
print(type(g).__name__, g.indices.numpy(), g.values.shape)
