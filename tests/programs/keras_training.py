"""`compile` and `fit` as beginners' programs use them: shuffled epochs, validation, metrics, callbacks, a dataset."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(1)
rng = np.random.default_rng(0)
x = rng.normal(size=(60, 4)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("int64") + (x[:, 2] > 1)


def show(history):
    for name, values in history.items():
        print(name, " ".join(f"{v:.6f}" for v in values))


model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
        layers.BatchNormalization(),
        layers.Dropout(0.2),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate)
show(model.fit(x, y, batch_size=16, epochs=3, validation_split=0.25, callbacks=[stop, halve], verbose=0).history)
print(" ".join(f"{v:.6f}" for v in model.evaluate(x, y, verbose=0)))
print(model.predict(x[:2], verbose=0))
show(model.fit(x, y, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, verbose=0).history)

dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(20)
show(model.fit(dataset, epochs=2, verbose=0).history)
print(" ".join(f"{v:.6f}" for v in model.evaluate(dataset, verbose=0)))
print(f"{float(model.train_on_batch(x[:8], y[:8])[0]):.6f}")
