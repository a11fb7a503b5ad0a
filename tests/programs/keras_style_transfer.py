"""Neural style transfer and a deep dream, on a small network: an image is what is optimized."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(11)
rng = np.random.default_rng(0)
content_image = tf.constant(rng.uniform(size=(1, 12, 12, 3)).astype("float32"))
style_image = tf.constant(rng.uniform(size=(1, 12, 12, 3)).astype("float32"))
network = keras.Sequential(
    [
        keras.Input((12, 12, 3)),
        layers.Conv2D(6, 3, activation="relu", padding="same", name="block1_conv1"),
        layers.Conv2D(6, 3, activation="relu", padding="same", name="block1_conv2"),
        layers.AveragePooling2D(2, name="block1_pool"),
        layers.Conv2D(8, 3, activation="relu", padding="same", name="block2_conv1"),
        layers.Conv2D(8, 3, activation="relu", padding="same", name="block2_conv2"),
    ]
)
content_layers, style_layers = ["block2_conv2"], ["block1_conv1", "block2_conv1"]


def gram_matrix(tensor):
    result = tf.linalg.einsum("bijc,bijd->bcd", tensor, tensor)
    shape = tf.shape(tensor)
    return result / tf.cast(shape[1] * shape[2], tf.float32)


class StyleContentModel(keras.Model):
    def __init__(self, style_layers, content_layers):
        super().__init__()
        names = style_layers + content_layers
        self.vgg = keras.Model(network.inputs, [network.get_layer(name).output for name in names])
        self.vgg.trainable = False
        self.style_layers, self.content_layers = style_layers, content_layers

    def call(self, inputs):
        outputs = self.vgg(inputs * 2.0 - 1.0)
        style = [gram_matrix(x) for x in outputs[: len(self.style_layers)]]
        return {
            "content": dict(zip(self.content_layers, outputs[len(self.style_layers) :])),
            "style": dict(zip(self.style_layers, style)),
        }


extractor = StyleContentModel(style_layers, content_layers)
for kind, values in extractor(content_image).items():
    for name, value in sorted(values.items()):
        print(kind, name, value.shape, f"{float(tf.reduce_mean(value)):.5f}")
style_targets, content_targets = extractor(style_image)["style"], extractor(content_image)["content"]


def style_content_loss(outputs):
    style = tf.add_n([tf.reduce_mean((outputs["style"][n] - style_targets[n]) ** 2) for n in style_layers])
    content = tf.add_n([tf.reduce_mean((outputs["content"][n] - content_targets[n]) ** 2) for n in content_layers])
    return 1e2 * style / len(style_layers) + 1e1 * content / len(content_layers)


@tf.function
def train_step(image):
    with tf.GradientTape() as tape:
        loss = style_content_loss(extractor(image))
        loss += 0.01 * tf.reduce_sum(tf.image.total_variation(image))
    grad = tape.gradient(loss, image)
    optimizer.apply_gradients([(grad, image)])
    image.assign(tf.clip_by_value(image, clip_value_min=0.0, clip_value_max=1.0))
    return loss


optimizer = keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)
image = tf.Variable(content_image)
for step in range(6):
    print(step, f"{float(train_step(image)):.4f}")
print(np.round(image.numpy()[0, :2, :2, 0], 4))

dream = keras.Model(network.inputs, [network.get_layer(n).output for n in ("block1_conv2", "block2_conv1")])


@tf.function(input_signature=(tf.TensorSpec([None, None, 3]), tf.TensorSpec([], tf.int32), tf.TensorSpec([])))
def deep_dream(image, steps, step_size):
    loss = tf.constant(0.0)
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = tf.add_n([tf.reduce_mean(a) for a in dream(image[tf.newaxis])])
        gradients = tape.gradient(loss, image)
        gradients /= tf.math.reduce_std(gradients) + 1e-8
        image = tf.clip_by_value(image + gradients * step_size, -1, 1)
    return loss, image


loss, dreamt = deep_dream(content_image[0], 4, 0.01)
print(f"{float(loss):.5f}", np.round(dreamt.numpy()[0, :3, 0], 4))
