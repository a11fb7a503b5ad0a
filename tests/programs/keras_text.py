"""Text classification from strings: `TextVectorization`, an embedding that masks, and a model on raw strings."""

import re
import string

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(1)
texts = [
    "A <br />wonderful film, the best!", "terrible, a waste of time", "I loved the acting.", "boring; bad acting",
    "best film of the year", "the worst film of the year", "loved it", "bad, bad, bad...", "wonderful acting",
    "a boring waste", "the best time", "terrible film<br />",
]  # fmt: skip
labels = np.array([1, 0] * 6)


@keras.utils.register_keras_serializable("programs")
def standardize(inputs):
    lowered = tf.strings.lower(inputs)
    stripped = tf.strings.regex_replace(lowered, "<br />", " ")
    return tf.strings.regex_replace(stripped, f"[{re.escape(string.punctuation)}]", "")


vectorize = layers.TextVectorization(
    standardize=standardize, max_tokens=20, output_mode="int", output_sequence_length=6
)
raw = tf.data.Dataset.from_tensor_slices((texts, labels)).batch(4)
vectorize.adapt(raw.map(lambda x, y: x))
print(vectorize.get_vocabulary())
print(vectorize(tf.constant([["the best unknown film"], ["bad"]])).numpy())
train = raw.map(lambda text, label: (vectorize(tf.expand_dims(text, -1)), label)).cache().prefetch(tf.data.AUTOTUNE)


def show(history):
    for name, values in history.history.items():
        print(name, " ".join(f"{v:.6f}" for v in values))


inputs = keras.Input((None,), dtype="int64")
h = layers.Embedding(20, 8)(inputs)
h = layers.Dropout(0.2, seed=3)(h)
h = layers.Conv1D(8, 3, padding="valid", activation="relu")(h)
h = layers.GlobalMaxPooling1D()(h)
convolutional = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(h))
recurrent = keras.Sequential(
    [
        keras.Input((None,), dtype="int64"),
        layers.Embedding(20, 8, mask_zero=True),
        layers.Bidirectional(layers.LSTM(4)),
        layers.Dense(1, activation="sigmoid"),
    ]
)
for model in convolutional, recurrent:
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.02), metrics=["accuracy"])
    show(model.fit(train, epochs=3, verbose=0))
    print(" ".join(f"{v:.6f}" for v in model.evaluate(train, verbose=0)))

strings = keras.Input((1,), dtype="string")
end_to_end = keras.Model(strings, recurrent(vectorize(strings)))
print(np.round(end_to_end.predict(tf.constant([["a wonderful film"], ["bad acting, boring"]]), verbose=0), 4))
ngrams = layers.TextVectorization(ngrams=2, output_mode="int", split="whitespace", ragged=True)
ngrams.adapt(texts[:4])
print(ngrams(["a waste of time"]).to_list())
