"""Adversarial examples: the fast gradient sign method, projected gradient descent, and training against them."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(2)
rng = np.random.default_rng(1)
centres = rng.normal(size=(3, 8)) * 1.5
labels = rng.integers(0, 3, 90)
x = (centres[labels] + rng.normal(size=(90, 8))).astype("float32")

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
model.fit(x, labels, epochs=8, batch_size=30, verbose=0)


@tf.function
def slope(x, labels):
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(labels, model(x, training=False))
    return tape.gradient(value, x)


def fgsm(x, epsilon):
    return x + epsilon * tf.sign(slope(x, labels))


def pgd(x, epsilon, steps=5):
    found = x
    for _ in range(steps):
        found = found + epsilon / 3 * tf.sign(slope(found, labels))
        found = tf.clip_by_value(found, x - epsilon, x + epsilon)
    return found


labels, x = tf.constant(labels), tf.constant(x)
print("clean", [f"{v:.5f}" for v in model.evaluate(x, labels, verbose=0)])
for epsilon in (0.1, 0.5, 1.0):
    for attack in (fgsm, pgd):
        value, share = model.evaluate(attack(x, epsilon), labels, verbose=0)
        print(attack.__name__, epsilon, f"{value:.4f}", f"{share:.4f}")
for _ in range(5):
    print(f"{model.train_on_batch(fgsm(x, 0.5), labels)[0]:.4f}", end=" ")
print()
