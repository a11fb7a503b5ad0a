"""Regularisers, constraints, weight decay, clipping and many optimizers, each a few steps on one problem."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

x = np.random.default_rng(5).normal(size=(12, 3)).astype("float32")
y = (x @ np.array([[1.0], [-2.0], [0.5]])).astype("float32")


def train(optimizer, **kwargs):
    keras.utils.set_random_seed(4)
    layer = keras.layers.Dense(1, **kwargs)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((layer(x) - y) ** 2) + tf.add_n(layer.losses or [tf.constant(0.0)])
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables))
    return float(loss), layer.kernel.numpy().ravel()


optimizers = keras.optimizers
for optimizer in [
    optimizers.SGD(0.1),
    optimizers.SGD(0.1, momentum=0.9),
    optimizers.RMSprop(0.01, centered=True),
    optimizers.Adagrad(0.1),
    optimizers.Adadelta(1.0),
    optimizers.Adam(0.1, amsgrad=True),
    optimizers.AdamW(0.1, weight_decay=0.1),
    optimizers.Adamax(0.1),
    optimizers.Nadam(0.1),
    optimizers.Ftrl(0.1),
    optimizers.Lion(0.01),
    optimizers.Lamb(0.1),
    optimizers.Adafactor(0.1),
    optimizers.Adam(0.1, clipnorm=0.5),
    optimizers.Adam(0.1, global_clipnorm=0.1, use_ema=True),
    optimizers.Adam(0.1, clipvalue=0.01, gradient_accumulation_steps=2),
]:
    loss, kernel = train(optimizer)
    print(type(optimizer).__name__, f"{loss:.6f}", kernel)

print(train(optimizers.SGD(0.1), kernel_regularizer="l2", bias_regularizer=keras.regularizers.L1(0.01))[0])
print(train(optimizers.SGD(0.1), kernel_constraint=keras.constraints.UnitNorm())[1])
print(train(optimizers.SGD(0.1), kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.1))[1])
layer = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2), kernel_initializer="ones")
layer(x)
print(float(layer.losses[0]))
