"""A functional model with several inputs and outputs: dicts of data, losses, weights and metrics."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(7)
rng = np.random.default_rng(6)
title = rng.integers(0, 50, (32, 6))
body = rng.integers(0, 50, (32, 12))
tags = rng.integers(0, 2, (32, 4)).astype("float32")
priority, department = rng.random((32, 1)).astype("float32"), rng.integers(0, 3, 32)

title_input = keras.Input((None,), dtype="int32", name="title")
body_input = keras.Input((None,), dtype="int32", name="body")
tags_input = keras.Input((4,), name="tags")
words = keras.layers.Embedding(50, 8, name="words")
title_features = keras.layers.LSTM(8)(words(title_input))
body_features = keras.layers.LSTM(4)(words(body_input))
x = keras.layers.concatenate([title_features, body_features, tags_input])
priority_output = keras.layers.Dense(1, name="priority", activation="sigmoid")(x)
department_output = keras.layers.Dense(3, name="department")(x)
model = keras.Model(
    inputs=[title_input, body_input, tags_input],
    outputs={"priority": priority_output, "department": department_output},
)
model.compile(
    optimizer=keras.optimizers.RMSprop(1e-2),
    loss={
        "priority": keras.losses.BinaryCrossentropy(),
        "department": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
    metrics={"department": ["accuracy"], "priority": ["mae"]},
)
inputs = {"title": title, "body": body, "tags": tags}
targets = {"priority": priority, "department": department}
history = model.fit(inputs, targets, epochs=2, batch_size=16, verbose=0)
for name, values in sorted(history.history.items()):
    print(name, [f"{v:.5f}" for v in values])
print({k: f"{v:.5f}" for k, v in sorted(model.evaluate(inputs, targets, verbose=0, return_dict=True).items())})
found = model.predict(inputs, verbose=0)
print({k: (v.shape, v.dtype.name) for k, v in sorted(found.items())})
dataset = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(16)
print({k: f"{v:.5f}" for k, v in sorted(model.evaluate(dataset, verbose=0, return_dict=True).items())})
with tf.GradientTape() as tape:
    outputs = model({k: tf.constant(v) for k, v in inputs.items()})
    loss = tf.reduce_mean(outputs["priority"])
gradients = tape.gradient(loss, model.trainable_variables)
print([None if g is None else tuple(g.shape) for g in gradients])
print([(tensor.name, tensor.shape) for tensor in model.inputs])
