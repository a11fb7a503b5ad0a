"""Reads handwritten digits with two models of Keras, each trained by `compile` and `fit`: convolutions, a transformer.

    python examples/keras_fit.py [--epochs 15] [--seed 0] [--output keras_fit.png]

The transformer reads an image as a word: each row of eight pixels is a letter of it.
Change the line `import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program. It wants Keras 3
(pip install "gradtape[examples,keras]").
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

import gradtape as tf

keras = tf.keras
layers = keras.layers

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
HELD_OUT = 360


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """The images, (1797, 8, 8) from 0.0 (paper) to 1.0 (ink), and their digits, in an order that is always the same."""
    table = np.random.default_rng(0).permutation(np.loadtxt(DATA, delimiter=",", dtype=np.float32))
    return table[:, :64].reshape(-1, 8, 8) / 16, table[:, 64].astype(np.int32)


def convolutions() -> keras.Model:
    """Two convolutions and a dense layer: (n, 8, 8) to the logits of ten digits."""
    image = keras.Input((8, 8))
    x = layers.Reshape((8, 8, 1))(image)
    x = layers.BatchNormalization()(layers.Conv2D(32, 3, padding="same", activation="relu")(x))
    x = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(x))
    x = layers.Dropout(0.4)(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(10)(x), name="convolutions")


def transformer(width: int = 64, blocks: int = 2) -> keras.Model:
    """Rows with their places, and blocks of attention and dense layers: (n, 8, 8) to the logits of ten digits."""
    image = keras.Input((8, 8))
    places = layers.Embedding(8, width)(np.arange(8)[None])
    x = layers.Dense(width)(image) + places
    for _ in range(blocks):
        h = layers.LayerNormalization()(x)
        x = x + layers.MultiHeadAttention(4, width // 4, dropout=0.1)(h, h)
        h = layers.Dense(2 * width, activation="gelu")(layers.LayerNormalization()(x))
        x = x + layers.Dense(width)(layers.Dropout(0.1)(h))
    x = layers.Dropout(0.2)(layers.Flatten()(layers.LayerNormalization()(x)))
    return keras.Model(image, layers.Dense(10)(x), name="transformer")


def draw(output: Path, histories: dict[str, dict[str, list[float]]], wrong: list[tuple[np.ndarray, str]]) -> None:
    """Saves the curves of both models, and held-out images that one of them read wrongly."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return
    figure = Figure(figsize=(11, 4), dpi=110, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.8, 1])
    losses, shares = left.subplots(1, 2)
    for (name, history), colour in zip(histories.items(), ("#1f5fa8", "#c8321e"), strict=True):
        epochs = np.arange(1, len(history["loss"]) + 1)
        losses.plot(epochs, history["loss"], color=colour, label=f"{name}, training")
        losses.plot(epochs, history["val_loss"], color=colour, linestyle=":", label=f"{name}, held out")
        shares.plot(epochs, history["val_accuracy"], color=colour, label=name)
    losses.set(yscale="log", xlabel="epoch", title="Cross-entropy")
    shares.set(ylim=(0.8, 1), xlabel="epoch", title="Held-out images read")
    for axes in (losses, shares):
        axes.grid(color="#e4e4e4", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8)
    right.suptitle("Read wrongly")
    for axes in (grid := right.subplots(3, 4)).flat:
        axes.set_axis_off()
    for axes, (image, said) in zip(grid.flat, wrong, strict=False):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(said, fontsize=7)
    figure.savefig(output)
    print(f"Saved the curves to {output}")


def main() -> None:
    """Trains both, prints how many of the held-out images they read, and saves the picture."""
    parser = argparse.ArgumentParser(description="Trains two models of Keras by `fit` to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=15, help="passes over the images (default: 15)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, dropout and batches (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("keras_fit.png"), help="the picture")
    arguments = parser.parse_args()

    images, labels = load_digits()
    train, held_out = (images[:-HELD_OUT], labels[:-HELD_OUT]), (images[-HELD_OUT:], labels[-HELD_OUT:])
    histories, wrong = {}, []
    for make in (convolutions, transformer):
        keras.utils.set_random_seed(arguments.seed)
        model = make()
        steps = arguments.epochs * -(-len(train[0]) // 32)
        rate = keras.optimizers.schedules.CosineDecay(4e-3 if make is convolutions else 2e-3, steps)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
        began = time.perf_counter()
        history = model.fit(*train, epochs=arguments.epochs, validation_data=held_out, verbose=0).history
        seconds = time.perf_counter() - began
        histories[model.name] = history
        print(f"{model.name}: {history['val_accuracy'][-1]:.2%} of {HELD_OUT} held-out images, in {seconds:.1f} s")
        said = model.predict(held_out[0], verbose=0).argmax(1)
        missed = np.flatnonzero(said != held_out[1])
        wrong += [(held_out[0][i], f"{model.name[:4]}.: {said[i]} for {held_out[1][i]}") for i in missed[:6]]
    draw(arguments.output, histories, wrong)


if __name__ == "__main__":
    main()
