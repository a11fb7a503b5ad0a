"""Trains a small convolutional network of Keras's layers to read handwritten digits, in a GradientTape loop with Adam.

    python examples/keras_layers.py [--epochs 12] [--seed 0] [--output keras_layers.png] [--jit]

The layers, the loss, the optimizer and the metrics are those of the installed Keras 3
(pip install "gradtape[examples,keras]").
With `--jit` the step is compiled by XLA, which wants JAX (pip install "gradtape[xla]").

1,437 images of 8 x 8 pixels to learn from, 360 held out to be asked about. Change the line
`import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

import gradtape as tf

try:
    from tqdm import trange
except ImportError:
    sys.exit("The progress bar is tqdm's. Install it with: pip install tqdm")

keras = tf.keras

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
HELD_OUT = 360
BATCH = 32


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """The images, (1797, 8, 8, 1) from 0.0 (paper) to 1.0 (ink), and their digits, in a shuffled order.

    The order is the same every time, so that every run is asked about the same held-out images.
    """
    table = np.loadtxt(DATA, delimiter=",", dtype=np.float32)
    table = np.random.default_rng(0).permutation(table)
    return table[:, :64].reshape(-1, 8, 8, 1) / 16, table[:, 64].astype(np.int32)


def make_model() -> keras.Model:
    """Two convolutions, and the logits of the ten digits: (n, 8, 8, 1) to (n, 10)."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu", name="strokes"),
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.4),
            keras.layers.Dense(10),
        ]
    )


class Training:
    """A model with what it is trained by: `step` learns from a batch, `ask` measures the held-out images."""

    def __init__(self, model: keras.Model, steps: int, jit: bool) -> None:
        self.model = model
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(4e-3, steps))
        self.losses = keras.metrics.Mean()
        self.accuracy = keras.metrics.SparseCategoricalAccuracy()
        self.step: Callable[..., tf.Tensor] = tf.function(self._step, jit_compile=jit)

    def _step(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = self.loss(labels, self.model(images, training=True))
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    def ask(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[float, float]:
        """The mean loss on these images, and the share of them that is read correctly."""
        self.losses.reset_state()
        self.accuracy.reset_state()
        logits = self.model(images, training=False)
        self.losses.update_state(self.loss(labels, logits))
        self.accuracy.update_state(labels, logits)
        return float(self.losses.result()), float(self.accuracy.result())


def train(training: Training, images: tf.Tensor, labels: tf.Tensor, held_out: tuple[tf.Tensor, tf.Tensor],
          epochs: int) -> tuple[list[float], list[float]]:  # fmt: skip
    """The loss of every step, and the share of the held-out images that is read correctly after every epoch."""
    losses, shares = [], []
    with trange(epochs, desc="training", unit="epoch") as progress:
        for _ in progress:
            order = tf.random.shuffle(tf.range(len(images)))
            for start in range(0, len(images) - BATCH + 1, BATCH):
                batch = order[start : start + BATCH]
                losses.append(float(training.step(tf.gather(images, batch), tf.gather(labels, batch))))
            loss, share = training.ask(*held_out)
            shares.append(share)
            progress.set_postfix_str(f"loss {loss:.4f}, accuracy {share:.2%}")
    return losses, shares


def saliency(model: keras.Model, images: tf.Tensor, labels: np.ndarray) -> np.ndarray:
    """How much each pixel matters to the logit of its image's digit: the gradient's size, from 0 to 1."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        chosen = tf.gather(model(images, training=False), labels, batch_dims=1)
    size = np.abs(tape.gradient(chosen, images).numpy())[..., 0]
    return size / size.max(axis=(1, 2), keepdims=True)


def draw(output: Path, losses: list[float], shares: list[float], model: keras.Model, images: tf.Tensor,
         labels: np.ndarray) -> None:  # fmt: skip
    """Saves the loss, the accuracy, the filters of the first layer, and digits with the pixels that matter to them."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return

    figure = Figure(figsize=(12, 5), dpi=110, layout="constrained")
    left, middle, right = figure.subfigures(1, 3, width_ratios=[1.2, 0.9, 1], wspace=0.04)

    above, below = left.subplots(2, sharex=True)
    steps = np.arange(1, len(losses) + 1)
    above.plot(steps, losses, color="#1f5fa8", linewidth=0.7)
    above.set(yscale="log", ylabel="cross-entropy")
    above.set_title("Loss of each step", loc="left", fontweight="bold")
    below.plot(np.linspace(0, len(losses), len(shares) + 1)[1:], shares, color="#c8321e", marker="o", markersize=3)
    below.set(xlabel="step", ylabel="held-out images read")
    below.set_title(f"Accuracy: {shares[-1]:.2%}", loc="left", fontweight="bold")
    for axes in (above, below):
        axes.grid(color="#e4e4e4", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)

    middle.suptitle("Filters of the first layer", fontweight="bold")
    kernel = model.get_layer("strokes").kernel.numpy()[:, :, 0]
    for i, axes in enumerate(middle.subplots(8, 4).flat):
        axes.imshow(kernel[..., i], cmap="RdBu_r", vmin=-0.6, vmax=0.6)
        axes.set_axis_off()

    right.suptitle("Digits, and the pixels that matter", fontweight="bold")
    grid = right.subplots(5, 4)
    matter = saliency(model, images[:10], labels[:10])
    for i in range(10):
        digit, heat = grid[i % 5, 2 * (i // 5)], grid[i % 5, 2 * (i // 5) + 1]
        digit.imshow(images[i].numpy()[..., 0], cmap="gray_r", vmin=0, vmax=1)
        heat.imshow(matter[i], cmap="magma", vmin=0, vmax=1)
        digit.set_axis_off()
        heat.set_axis_off()

    figure.savefig(output)
    print(f"Saved what it learned, and how, to {output}")


def main() -> None:
    """Trains, prints the accuracy on the held-out images, and saves the picture."""
    parser = argparse.ArgumentParser(description="Trains Keras's layers to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the images (default: 12)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, dropout and batches (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("keras_layers.png"), help="the picture")
    parser.add_argument("--jit", action="store_true", help="compile the step by XLA")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")

    keras.utils.set_random_seed(arguments.seed)
    images, labels = load_digits()
    held_out = tf.constant(images[-HELD_OUT:]), tf.constant(labels[-HELD_OUT:])
    steps = arguments.epochs * ((len(images) - HELD_OUT) // BATCH)
    training = Training(make_model(), steps, arguments.jit)
    training.model.summary()
    losses, shares = train(
        training, tf.constant(images[:-HELD_OUT]), tf.constant(labels[:-HELD_OUT]), held_out, arguments.epochs
    )
    print(f"Accuracy on {HELD_OUT} held-out images: {shares[-1]:.2%}")
    draw(arguments.output, losses, shares, training.model, held_out[0], labels[-HELD_OUT:])


if __name__ == "__main__":
    main()
