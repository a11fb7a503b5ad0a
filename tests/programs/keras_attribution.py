"""What a classifier looks at: saliency, integrated gradients, SmoothGrad, Grad-CAM, and adversarial examples."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(9)
rng = np.random.default_rng(0)
images = rng.uniform(size=(16, 10, 10, 1)).astype("float32")
labels = (images[:, :5].mean((1, 2, 3)) > images[:, 5:].mean((1, 2, 3))).astype("int64")
inputs = keras.Input((10, 10, 1))
h = layers.Conv2D(6, 3, activation="relu", name="first")(inputs)
h = layers.MaxPooling2D()(h)
h = layers.Conv2D(8, 3, activation="relu", name="last")(h)
h = layers.GlobalAveragePooling2D()(h)
model = keras.Model(inputs, layers.Dense(2)(h))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
print(" ".join(f"{v:.5f}" for v in model.fit(images, labels, epochs=2, verbose=0, shuffle=False).history["loss"]))
image = tf.constant(images[:1])


def shown(x):
    print(x.shape, np.round(tf.reshape(x, [-1])[:6].numpy(), 5), f"{float(tf.reduce_sum(tf.abs(x))):.4f}")


def score(x, index):
    return tf.nn.softmax(model(x))[:, index]


@tf.function
def saliency(x, index):
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = score(x, index)
    return tape.gradient(value, x)


shown(saliency(image, 0))

baseline = tf.zeros_like(image[0])
alphas = tf.linspace(0.0, 1.0, 21)


@tf.function
def interpolate(baseline, image, alphas):
    return baseline + alphas[:, None, None, None] * (image - baseline)


gradients = saliency(interpolate(baseline, image[0], alphas), 1)
trapezoids = (gradients[:-1] + gradients[1:]) / 2.0
integrated = (image[0] - baseline) * tf.reduce_mean(trapezoids, axis=0)
shown(integrated)
change = score(image, 1) - score(baseline[None], 1)
print(f"{float(change[0]):.4f} {float(tf.reduce_sum(integrated)):.4f}")

noise = keras.random.normal([8, 10, 10, 1], stddev=0.1, seed=3)
shown(tf.reduce_mean(tf.square(saliency(image + noise, 0)), axis=0))

cam = keras.Model(model.inputs, [model.get_layer("last").output, model.output])
with tf.GradientTape() as tape:
    maps, predictions = cam(image)
    channel = predictions[:, tf.argmax(predictions[0])]
grads = tape.gradient(channel, maps)
pooled = tf.reduce_mean(grads, axis=(0, 1, 2))
heatmap = tf.nn.relu(tf.squeeze(maps[0] @ pooled[..., tf.newaxis]))
print(np.round(heatmap.numpy(), 5))

loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
with tf.GradientTape() as tape:
    tape.watch(image)
    loss = loss_object(labels[:1], model(image))
perturbations = tf.sign(tape.gradient(loss, image))
print(int(tf.reduce_sum(perturbations)))
for epsilon in 0.0, 0.01, 0.1, 0.15:
    adversarial = tf.clip_by_value(image + epsilon * perturbations, 0, 1)
    print(epsilon, f"{float(loss_object(labels[:1], model(adversarial))):.5f}")

x = tf.Variable(image)
for _ in range(4):  # projected gradient steps
    with tf.GradientTape() as tape:
        loss = loss_object(labels[:1], model(x))
    x.assign(tf.clip_by_value(x + 0.02 * tf.sign(tape.gradient(loss, x)), image - 0.05, image + 0.05))
print(f"{float(loss):.5f}")
with tf.GradientTape() as tape:
    tape.watch(image)
    activation = tf.reduce_mean(keras.Model(model.inputs, model.get_layer("first").output)(image)[..., 2])
shown(tf.math.l2_normalize(tape.gradient(activation, image)))
