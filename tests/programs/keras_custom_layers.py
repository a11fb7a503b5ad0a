"""Layers written by hand: state, regularisation, `training`, nested layers, masks, configuration."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(8)
rng = np.random.default_rng(7)


class Linear(keras.layers.Layer):
    def __init__(self, units=4, rate=0.01, **kwargs):
        super().__init__(**kwargs)
        self.units, self.rate = units, rate

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b", regularizer="l2")
        self.total = self.add_weight(shape=(), initializer="zeros", trainable=False, name="total")

    def call(self, inputs, training=False):
        if training:
            self.total.assign_add(tf.reduce_sum(inputs))
        self.add_loss(self.rate * tf.reduce_sum(tf.abs(inputs)))
        return tf.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units, "rate": self.rate}


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.layers = [Linear(6, name="first"), Linear(2, 0.1, name="second")]
        self.drop = keras.layers.Dropout(0.5)

    def call(self, x, training=None):
        for layer in self.layers:
            x = self.drop(tf.nn.relu(layer(x)), training=training)
        return x


x = tf.constant(rng.normal(size=(5, 3)), tf.float32)
block = Block()
print(block(x).numpy().shape, len(block.weights), len(block.trainable_weights), len(block.losses))
with tf.GradientTape() as tape:
    y = block(x, training=False)
    loss = tf.reduce_mean(y) + sum(block.losses)
for v, g in zip(block.trainable_weights, tape.gradient(loss, block.trainable_weights)):
    print(v.path.split("/", 1)[1], tuple(g.shape), f"{float(tf.norm(g)):.5f}")
block(x, training=True)
print(f"{float(block.layers[0].total):.5f}")
layer = Linear.from_config(block.layers[1].get_config())
print(layer.units, layer.rate, layer.name, layer.built)


class Attend(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x, mask=None):
        scores = tf.reduce_sum(x, -1)
        if mask is not None:
            scores = tf.where(mask, scores, -1e9)
        return tf.einsum("bt,btd->bd", tf.nn.softmax(scores), x)


words = tf.constant([[3, 1, 0, 0], [2, 4, 1, 0]])
masked = keras.Sequential([keras.layers.Embedding(5, 3, mask_zero=True), Attend()])
print(np.round(masked(words).numpy(), 5))
print(masked.layers[0].compute_mask(words).numpy().tolist())


@keras.utils.register_keras_serializable("programs")
def swish2(x):
    return x * tf.sigmoid(2 * x)


model = keras.Sequential([keras.Input((3,)), Linear(4), keras.layers.Activation(swish2)])
again = keras.Sequential.from_config(model.get_config(), custom_objects={"Linear": Linear})
again.set_weights(model.get_weights())
print(np.array_equal(model(x), again(x)), again.layers[1].get_config()["activation"]["registered_name"])
