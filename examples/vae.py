"""Learns the plane of handwritten digits: a variational autoencoder with two latent numbers, of Keras's layers.

    python examples/vae.py [--epochs 60] [--seed 0] [--output vae.png]

(D. Kingma and M. Welling, Auto-encoding variational Bayes, 2014.) The picture shows where held-out digits are put, and
what is drawn from each place. Change the line `import gradtape as tf` to `import tensorflow as tf` and it is a
TensorFlow program. It wants Keras 3 (pip install "gradtape[examples,keras]").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import gradtape as tf

keras = tf.keras
layers = keras.layers

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
HELD_OUT = 360


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """The images, (1797, 64) from 0.0 (paper) to 1.0 (ink), and their digits, in an order that is always the same."""
    table = np.random.default_rng(0).permutation(np.loadtxt(DATA, delimiter=",", dtype=np.float32))
    return table[:, :64] / 16, table[:, 64].astype(np.int32)


class VAE(keras.Model):
    """Images (n, 64) to places in the plane, with a spread, and back."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        dense = [layers.Dense(width, activation="relu") for _ in range(4)]
        self.encoder = keras.Sequential([keras.Input((64,)), *dense[:2], layers.Dense(4)], name="encoder")
        self.decoder = keras.Sequential([keras.Input((2,)), *dense[2:], layers.Dense(64)], name="decoder")
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "reconstruction", "divergence")]

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return self.trackers

    def losses_of(self, images: tf.Tensor) -> list[tf.Tensor]:
        """The negative evidence bound of (n, 64) images, and its two parts, in nats."""
        mean, log_variance = tf.split(self.encoder(images), 2, axis=1)
        place = mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean))
        each = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=self.decoder(place))
        reconstruction = tf.reduce_mean(tf.reduce_sum(each, 1))
        divergence = tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1.0 - log_variance, 1) / 2
        return [reconstruction + tf.reduce_mean(divergence), reconstruction, tf.reduce_mean(divergence)]

    def noted(self, values: list[tf.Tensor]) -> dict[str, tf.Tensor]:
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def train_step(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            values = self.losses_of(images)
        gradients = tape.gradient(values[0], self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return self.noted(values)

    def test_step(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.noted(self.losses_of(images))


def draw(output: Path, model: VAE, history: dict[str, list[float]], images: np.ndarray, labels: np.ndarray) -> None:
    """Saves the losses, where held-out digits are in the plane, and what is drawn from its places."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return
    figure = Figure(figsize=(13, 4.3), dpi=110, layout="constrained")
    curve, plane, grid = figure.subplots(1, 3)
    curve.plot(history["loss"], color="#1f5fa8", label="training")
    curve.plot(history["val_loss"], color="#c8321e", label="held out")
    curve.set(xlabel="epoch", title="Negative evidence bound, nats an image")
    curve.grid(color="#e4e4e4", linewidth=0.6)
    curve.legend(frameon=False)
    places = model.encoder.predict(images, verbose=0)[:, :2]
    figure.colorbar(plane.scatter(*places.T, c=labels, cmap="tab10", s=10, vmin=-0.5, vmax=9.5), ticks=range(10))
    plane.set(title="Held-out digits in the plane", xlim=(-2.6, 2.6), ylim=(-2.6, 2.6), aspect="equal")
    count = 14
    line = np.linspace(-2.5, 2.5, count, dtype=np.float32)
    across, up = np.meshgrid(line, line[::-1])
    drawn = tf.sigmoid(model.decoder(np.stack([across.ravel(), up.ravel()], 1))).numpy()
    drawn = np.pad(drawn.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1))).reshape(count, count, 10, 10)
    drawn = drawn.transpose(0, 2, 1, 3).reshape(10 * count, 10 * count)
    grid.imshow(drawn, cmap="gray_r", extent=(-2.5, 2.5, -2.5, 2.5))
    grid.set_title("What is drawn from its places")
    figure.savefig(output)
    print(f"Saved the plane to {output}")


def main() -> None:
    """Trains, prints the bound on held-out images, and saves the picture."""
    parser = argparse.ArgumentParser(description="Learns the plane of handwritten digits.")
    parser.add_argument("--epochs", type=int, default=60, help="passes over the images (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, noise and batches (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("vae.png"), help="the picture")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    images, labels = load_digits()
    model = VAE()
    model.compile(keras.optimizers.Adam(2e-3))
    train, held_out = images[:-HELD_OUT], images[-HELD_OUT:]
    history = model.fit(train, epochs=arguments.epochs, batch_size=64, validation_data=(held_out,), verbose=0).history
    first, last = history["val_loss"][0], history["val_loss"][-1]
    print(f"Nats a held-out image: {first:.2f} after one epoch, {last:.2f} after {arguments.epochs}")
    draw(arguments.output, model, history, held_out, labels[-HELD_OUT:])


if __name__ == "__main__":
    main()
