"""Trains a network with two hidden layers to read handwritten digits.

    python examples/digits.py [--epochs 30] [--seed 0] [--output digits.png] [--function] [--xla]

With `--function` it is trained again with the step under `tf.function`, with `--xla` under
`tf.function(jit_compile=True)`, which wants JAX (pip install "gradtape[xla]"); the times of each are printed.

1,437 images of 8 x 8 pixels to learn from, 360 held out to be asked about. Change the line
`import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import gradtape as tf

try:
    from tqdm import trange
except ImportError:
    sys.exit("The progress bar is tqdm's. Install it with: pip install tqdm")

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
HELD_OUT = 360
BATCH = 32
LEARNING_RATE = 0.05
MOMENTUM = 0.9


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """The images, (1797, 64) from 0.0 (paper) to 1.0 (ink), and their digits, in a shuffled order.

    The order is the same every time, so that every run is asked about the same held-out images.
    """
    table = np.loadtxt(DATA, delimiter=",", dtype=np.float32)
    table = np.random.default_rng(0).permutation(table)
    return table[:, :64] / 16, table[:, 64].astype(np.int32)


def make_layer(inputs: int, outputs: int) -> tuple[tf.Variable, tf.Variable]:
    """The weights and biases of a layer, scaled for relu (He et al., 2015)."""
    weights = tf.random.normal([inputs, outputs], stddev=(2 / inputs) ** 0.5)
    return tf.Variable(weights), tf.Variable(tf.zeros([outputs]))


def network(x: tf.Tensor, variables: list[tf.Variable]) -> tf.Tensor:
    """The logits of the ten digits: (n, 64) to (n, 10)."""
    w1, b1, w2, b2, w3, b3 = variables
    h1 = tf.nn.relu(x @ w1 + b1)
    h2 = tf.nn.relu(h1 @ w2 + b2)
    return h2 @ w3 + b3


def mean_loss(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """The mean cross-entropy of the labels under the logits' softmax."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def make_step(variables: list[tf.Variable]) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """A step of gradient descent with momentum: a function of images and labels that gives their loss."""
    velocities = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = mean_loss(network(x, variables), y)
        gradients = tape.gradient(loss, variables)
        for variable, velocity, gradient in zip(variables, velocities, gradients, strict=True):
            velocity.assign(MOMENTUM * velocity + gradient)
            variable.assign_sub(LEARNING_RATE * velocity)
        return loss

    return step


def train(
    images: tf.Tensor,
    labels: tf.Tensor,
    test_images: tf.Tensor,
    test_labels: tf.Tensor,
    epochs: int,
    compiled: Callable[..., Callable[..., tf.Tensor]] | None = None,
) -> tuple[list[tf.Variable], list[float], list[float], list[float]]:
    """Learns by stochastic gradient descent, with the step as it is or `compiled`.

    Returns:
      The variables, the loss of every step, the held-out loss after every epoch, and the seconds of every step.
    """
    variables = [*make_layer(64, 128), *make_layer(128, 64), *make_layer(64, 10)]
    step = make_step(variables)
    if compiled is not None:
        step = compiled(step)
    losses, test_losses, seconds = [], [], []

    with trange(epochs, desc="training", unit="epoch") as progress:
        for _ in progress:
            order = tf.random.shuffle(tf.range(len(images)))
            for start in range(0, len(images), BATCH):
                batch = order[start : start + BATCH]
                x, y = tf.gather(images, batch), tf.gather(labels, batch)
                began = time.perf_counter()
                loss = float(step(x, y))
                seconds.append(time.perf_counter() - began)
                losses.append(loss)

            logits = network(test_images, variables)
            test_losses.append(float(mean_loss(logits, test_labels)))
            progress.set_postfix_str(f"loss {loss:.4f}, accuracy {accuracy(logits, test_labels):.2%}")

    return variables, losses, test_losses, seconds


def accuracy(logits: tf.Tensor, labels: tf.Tensor) -> float:
    """The share of rows whose largest logit is their label's."""
    right = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), labels)
    return float(tf.reduce_mean(tf.cast(right, tf.float32)))


def draw(
    output: Path,
    losses: list[float],
    test_losses: list[float],
    images: np.ndarray,
    labels: np.ndarray,
    logits: np.ndarray,
) -> None:
    """Saves the loss curve and some predictions on held-out images, wrong ones in the last row."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return

    blue, red, grey = "#1f5fa8", "#c8321e", "#8c8c8c"
    rows, columns = 5, 8
    predictions = logits.argmax(axis=1)
    right = np.flatnonzero(predictions == labels)
    wrong = np.flatnonzero(predictions != labels)[:columns]
    shown = [*right[: (rows - 1) * columns], *wrong]

    figure = Figure(figsize=(12, 5.2), dpi=120, layout="constrained")
    left, centre = figure.subfigures(1, 2, width_ratios=[1, 1.15], wspace=0.03)

    curve = left.subplots()
    steps = np.arange(1, len(losses) + 1)
    epochs = np.arange(1, len(test_losses) + 1) * (len(losses) / len(test_losses))
    curve.plot(steps, losses, color=blue, alpha=0.25, linewidth=0.8, label="each batch")
    per_epoch = np.reshape(losses, (len(test_losses), -1)).mean(axis=1)
    curve.plot(epochs, per_epoch, color=blue, linewidth=2, label="mean of each epoch")
    curve.plot(epochs, test_losses, color=red, linewidth=2, label="held-out images")
    curve.set(yscale="log", xlabel="step", ylabel="cross-entropy", xlim=(0, len(losses)))
    curve.set_title(f"Loss over {len(test_losses)} epochs", loc="left", fontweight="bold")
    curve.grid(color="#e4e4e4", linewidth=0.6)
    curve.spines[["top", "right"]].set_visible(False)
    curve.legend(frameon=False)

    share = np.mean(predictions == labels)
    centre.suptitle(
        f"Held-out digits: {share:.2%} of {len(labels)} read correctly",
        x=0.02,
        ha="left",
        fontweight="bold",
    )
    for place, axes in enumerate(centre.subplots(rows, columns).flat):
        axes.set(xticks=[], yticks=[])
        if place >= len(shown):
            axes.set_axis_off()
            continue
        index = shown[place]
        mistaken = predictions[index] != labels[index]
        text = f"{predictions[index]}, not {labels[index]}" if mistaken else f"{predictions[index]}"
        axes.imshow(images[index].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(text, color=red if mistaken else "#303030", fontsize=10, pad=3)
        for spine in axes.spines.values():
            spine.set(color=red if mistaken else grey, linewidth=2 if mistaken else 0.6)

    figure.savefig(output)
    print(f"Saved the loss curve and some predictions to {output}")


def print_times(times: dict[str, list[float]]) -> None:
    """A line per way of training: its step, its first step (with the trace and the compilation), and all of them."""
    for way, seconds in times.items():
        step, first, total = np.median(seconds) * 1e3, seconds[0] * 1e3, sum(seconds)
        print(f"{way:>29}: {step:.3f} ms a step, the first {first:.1f} ms, {len(seconds)} steps in {total:.2f} s")


def main() -> None:
    """Trains, prints the accuracy on the held-out images, and saves the picture."""
    parser = argparse.ArgumentParser(description="Trains a network to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=30, help="passes over the images (default: 30)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and batches (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("digits.png"), help="the picture (default: digits.png)")
    parser.add_argument("--function", action="store_true", help="train again with the step under tf.function")
    parser.add_argument("--xla", action="store_true", help="train again with it under tf.function(jit_compile=True)")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")

    images, labels = load_digits()
    test_images, test_labels = images[-HELD_OUT:], labels[-HELD_OUT:]
    images, labels = images[:-HELD_OUT], labels[:-HELD_OUT]

    ways = {"operation by operation": None}
    if arguments.function:
        ways["tf.function"] = tf.function
    if arguments.xla:
        ways["tf.function(jit_compile=True)"] = lambda step: tf.function(step, jit_compile=True)
    times = {}
    for way, compiled in ways.items():
        tf.random.set_seed(arguments.seed)
        variables, losses, test_losses, times[way] = train(
            tf.constant(images),
            tf.constant(labels),
            tf.constant(test_images),
            tf.constant(test_labels),
            arguments.epochs,
            compiled,
        )
        logits = network(tf.constant(test_images), variables)
        print(f"Accuracy on {HELD_OUT} held-out images: {accuracy(logits, test_labels):.2%}")
    if len(times) > 1:
        print_times(times)
    draw(arguments.output, losses, test_losses, test_images, test_labels, logits.numpy())


if __name__ == "__main__":
    main()
