"""Transfer learning: weights copied, layers frozen, a head trained, and then all of it at a small rate."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(5)
rng = np.random.default_rng(0)
images = rng.uniform(0, 255, size=(32, 12, 12, 3)).astype("float32")
labels = (images.mean((1, 2, 3)) > 127.5).astype("float32")


def base_model():
    inputs = keras.Input((12, 12, 3))
    h = layers.Conv2D(8, 3, strides=2, use_bias=False)(inputs)
    h = layers.ReLU(6.0)(layers.BatchNormalization()(h))
    h = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(h)
    h = layers.ReLU(6.0)(layers.BatchNormalization()(h))
    h = layers.Conv2D(8, 1, use_bias=False)(h)
    return keras.Model(inputs, layers.BatchNormalization()(h), name="base")


pretrained, base = base_model(), base_model()
base.set_weights(pretrained.get_weights())
base.trainable = False
print(len(base.weights), len(base.trainable_weights), len(base.non_trainable_weights))

inputs = keras.Input((12, 12, 3))
h = layers.RandomFlip("horizontal", seed=1)(inputs)
h = layers.Rescaling(1 / 127.5, offset=-1)(h)
h = base(h, training=False)
h = layers.Dropout(0.2, seed=2)(layers.GlobalAveragePooling2D()(h))
model = keras.Model(inputs, layers.Dense(1)(h))


def train(rate, epochs):
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
    )
    history = model.fit(images, labels, batch_size=8, epochs=epochs, verbose=0, shuffle=False).history
    for name, values in history.items():
        print(name, " ".join(f"{v:.5f}" for v in values))


train(0.05, 2)
unchanged = all(np.array_equal(a, b) for a, b in zip(base.get_weights(), pretrained.get_weights()))
print(unchanged, len(model.trainable_weights))
base.trainable = True
for layer in base.layers[:4]:
    layer.trainable = False
print(len(model.trainable_weights))
train(1e-3, 2)
print([not np.array_equal(a, b) for a, b in zip(base.get_weights(), pretrained.get_weights())])
features = keras.Model(base.input, [layer.output for layer in base.layers[1:4]])
print([tuple(f.shape) for f in features(images[:2])])
