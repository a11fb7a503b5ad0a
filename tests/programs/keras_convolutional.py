"""A convolutional network of the functional kind: values, gradients of its filters, saliency, pooling of both kinds."""

import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers
keras.utils.set_random_seed(3)

inputs = keras.Input((8, 8, 1))
h = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(inputs)
h = layers.MaxPooling2D()(h)
h = layers.SeparableConv2D(6, 3, activation="gelu")(h)
h = layers.GlobalAveragePooling2D()(h)
outputs = layers.Dense(3, activation="softmax")(h)
model = keras.Model(inputs, outputs)
print(model.output_shape, model.count_params())
print([layer.__class__.__name__ for layer in model.layers])

images = np.random.default_rng(1).uniform(size=(4, 8, 8, 1)).astype("float32")
labels = np.array([0, 2, 1, 2])

with tf.GradientTape() as tape:
    loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(images)))
gradients = tape.gradient(loss, model.trainable_variables)
print(f"{float(loss):.6f}")
for v, g in zip(model.trainable_variables, gradients):
    print(tuple(v.shape), f"{float(tf.norm(g)):.6f}")

x = tf.constant(images)
with tf.GradientTape() as tape:
    tape.watch(x)
    score = tf.reduce_sum(model(x)[:, 1])
saliency = tape.gradient(score, x)
print(saliency.shape, saliency.numpy()[0, :2, :2, 0])

optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)


@tf.function
def step(images, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True)))
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss


print([round(float(step(images, labels)), 6) for _ in range(4)])
transposed = layers.Conv2DTranspose(2, 3, strides=2, padding="same")
print(transposed(images).shape)
