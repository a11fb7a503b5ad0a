"""Learns to write digits by a game: a generator against a critic, of Keras's layers, with a penalty on slopes.

    python examples/gan.py [--steps 1200] [--seed 0] [--output gan.png]

The critic's slope by its input is pulled to 1 (I. Gulrajani et al., Improved training of Wasserstein GANs, 2017), so
that its gradient is differentiated again. Change the line `import gradtape as tf` to `import tensorflow as tf` and it
is a TensorFlow program. It wants Keras 3 (pip install "gradtape[examples,keras]").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import gradtape as tf

keras = tf.keras
layers = keras.layers

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
BATCH, NOISE, PENALTY, TURNS = 64, 16, 10.0, 3


def load_digits() -> np.ndarray:
    """The images, (1797, 64), from 0.0 (paper) to 1.0 (ink)."""
    return np.loadtxt(DATA, delimiter=",", dtype=np.float32)[:, :64] / 16


def make_generator() -> keras.Model:
    """Noise (n, 16) to images (n, 64)."""
    dense = [layers.Dense(width, activation="relu") for width in (128, 128)]
    return keras.Sequential([keras.Input((NOISE,)), *dense, layers.Dense(64, activation="sigmoid")], name="generator")


def make_critic() -> keras.Model:
    """Images (n, 64) to how real they look (n, 1)."""
    dense = [layers.Dense(width, activation="leaky_relu") for width in (128, 128)]
    return keras.Sequential([keras.Input((64,)), *dense, layers.Dense(1)], name="critic")


class Game:
    """A generator and a critic with their optimizers."""

    def __init__(self) -> None:
        self.generator, self.critic = make_generator(), make_critic()
        self.optimizers = [keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9) for _ in range(2)]
        self.step = tf.function(self._step)

    def penalty(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """How far the critic's slopes are from 1, between real and fake images."""
        share = tf.random.uniform([BATCH, 1])
        between = share * real + (1.0 - share) * fake
        with tf.GradientTape() as tape:
            tape.watch(between)
            score = self.critic(between)
        return tf.reduce_mean((tf.norm(tape.gradient(score, between), axis=1) - 1.0) ** 2)

    def _step(self, images: tf.Tensor) -> tf.Tensor:
        """Some turns of the critic and one of the generator; gives how far the critic tells images apart."""
        for _ in range(TURNS):
            real = tf.gather(images, tf.random.uniform([BATCH], 0, len(images), tf.int32))
            fake = self.generator(tf.random.normal([BATCH, NOISE]))
            with tf.GradientTape() as tape:
                apart = tf.reduce_mean(self.critic(real)) - tf.reduce_mean(self.critic(fake))
                loss = PENALTY * self.penalty(real, fake) - apart
            self._learn(tape, loss, self.critic, self.optimizers[0])
        with tf.GradientTape() as tape:
            loss = -tf.reduce_mean(self.critic(self.generator(tf.random.normal([BATCH, NOISE]))))
        self._learn(tape, loss, self.generator, self.optimizers[1])
        return apart

    def _learn(self, tape: tf.GradientTape, loss: tf.Tensor, model: keras.Model, optimizer: keras.Optimizer) -> None:
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


def main() -> None:
    """Trains, prints how well the critic tells images apart, and saves the picture."""
    parser = argparse.ArgumentParser(description="Learns to write digits by a game of two networks.")
    parser.add_argument("--steps", type=int, default=1200, help="turns of the generator (default: 1200)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and noise (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("gan.png"), help="the picture")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    images, game, curve, shown = load_digits(), Game(), [], {}
    noise, real = tf.random.normal([64, NOISE]), tf.constant(images)
    for i in range(arguments.steps + 1):
        if i in (0, arguments.steps // 10, arguments.steps):
            shown[i] = game.generator(noise).numpy()
        if i < arguments.steps:
            curve.append(float(game.step(real)))
    print(f"The critic tells them apart by {max(curve):.2f} at most, and by {np.mean(curve[-100:]):.2f} at the end")
    made = game.generator(tf.random.normal([1000, NOISE])).numpy()
    print(f"Ink of real images: {images.mean():.3f}, of made ones: {made.mean():.3f}")

    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return
    figure = Figure(figsize=(14, 3.6), dpi=110, layout="constrained")
    first, *rest = figure.subplots(1, len(shown) + 2)
    first.plot(curve, color="#1f5fa8", linewidth=0.6)
    first.set(xlabel="step", title="How far the critic tells them apart")
    sheets = {**{f"after {i} steps": x for i, x in shown.items()}, "real": images[:64]}
    for axes, (title, sheet) in zip(rest, sheets.items(), strict=True):
        tiles = np.pad(sheet.reshape(64, 8, 8), ((0, 0), (1, 1), (1, 1)))
        tiles = tiles.reshape(8, 8, 10, 10).transpose(0, 2, 1, 3).reshape(80, 80)
        axes.imshow(tiles, cmap="gray_r", vmin=0, vmax=1)
        axes.set_axis_off()
        axes.set_title(title)
    figure.savefig(arguments.output)
    print(f"Saved what it wrote to {arguments.output}")


if __name__ == "__main__":
    main()
