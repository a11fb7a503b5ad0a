"""A classifier of layers, a loss, an optimizer and metrics of Keras, trained in a loop of its own."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(7)
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 5)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("int32")

model = keras.Sequential(
    [
        keras.layers.Dense(16, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.25),
        keras.layers.Dense(2),
    ]
)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(0.01)
accuracy = keras.metrics.SparseCategoricalAccuracy()
mean_loss = keras.metrics.Mean()


def train_step(images, labels):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        loss = loss_fn(labels, logits)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    accuracy.update_state(labels, logits)
    mean_loss.update_state(loss)
    return gradients


for epoch in range(3):
    accuracy.reset_state()
    mean_loss.reset_state()
    for i in range(0, 64, 16):
        gradients = train_step(x[i : i + 16], y[i : i + 16])
    print("epoch", epoch, "loss", f"{float(mean_loss.result()):.6f}", "accuracy", float(accuracy.result()))

print([tuple(g.shape) for g in gradients])
print([tuple(v.shape) for v in model.variables])
print(len(model.trainable_variables), len(model.non_trainable_variables))
print(model(x[:2], training=False).numpy())
print(int(optimizer.iterations), f"{float(optimizer.learning_rate):.4f}")

step = tf.function(train_step)
for i in range(0, 64, 16):
    step(tf.constant(x[i : i + 16]), tf.constant(y[i : i + 16]))
print("function", f"{float(mean_loss.result()):.6f}", int(optimizer.iterations))
