"""Trains a convolutional network on pictures in folders, and goes on where it was stopped.

    python examples/images.py [--epochs 8] [--seed 0] [--folder images] [--output images.png] [--resume]

The pictures are JPEG files in a folder for each digit, `images/train/7/0042.jpg`, which the first run makes of
`data/digits.csv.gz`. A pipeline reads, shuffles, shifts and batches them; after each epoch everything that training
depends on goes into a checkpoint in `images/checkpoints`. Stop it by Ctrl-C, or kill it, and

    python examples/images.py --resume

goes on after the last whole epoch and prints what it would have printed. `tensorboard --logdir images/logs` shows the
curves, the weights and some of the shifted pictures (pip install "gradtape[summary]" writes for it).

Change the line `import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np

import gradtape as tf

try:
    from tqdm import tqdm
except ImportError:
    sys.exit("The progress bar is tqdm's. Install it with: pip install tqdm")

DATA = Path(__file__).parent / "data" / "digits.csv.gz"
HELD_OUT = 360
BATCH = 32
SIZE = 8
MARGIN = 1  # pixels by which a picture is shifted


# --- pictures in folders ---------------------------------------------------------------------------------------------


def write_pictures(folder: Path) -> None:
    """Makes a JPEG file of each image in `digits.csv.gz`, in a folder of its digit; the last ones are held out."""
    table = np.random.default_rng(0).permutation(np.loadtxt(DATA, delimiter=",", dtype=np.float32))
    for number, row in enumerate(tqdm(table, desc="writing pictures", unit="file")):
        part = "train" if number < len(table) - HELD_OUT else "test"
        pixels = np.round(255 - row[:64] * 255 / 16).astype(np.uint8).reshape(SIZE, SIZE, 1)
        place = folder / part / str(int(row[64]))
        place.mkdir(parents=True, exist_ok=True)
        tf.io.write_file(str(place / f"{number:04}.jpg"), tf.io.encode_jpeg(pixels, quality=95))
    (folder / "complete").touch()


def read_picture(path: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """A picture of shape (8, 8, 1), from 0.0 (paper) to 1.0 (ink), and the digit whose folder it is in."""
    pixels = tf.io.decode_jpeg(tf.io.read_file(path), channels=1, dct_method="INTEGER_ACCURATE")
    picture = 1.0 - tf.image.convert_image_dtype(tf.ensure_shape(pixels, [SIZE, SIZE, 1]), tf.float32)
    return picture, tf.strings.to_number(tf.strings.split(path, os.sep)[-2], tf.int32)


def shifted(number: tf.Tensor, item: tuple[tf.Tensor, tf.Tensor], epoch_seed: int) -> tuple[tf.Tensor, tf.Tensor]:
    """A picture moved a little, and drawn with a little more or less ink, as its number and the epoch say."""
    picture, digit = item
    seed = tf.stack([tf.cast(number, tf.int32), epoch_seed])
    wide = tf.image.resize_with_crop_or_pad(picture, SIZE + 2 * MARGIN, SIZE + 2 * MARGIN)
    picture = tf.image.stateless_random_crop(wide, [SIZE, SIZE, 1], seed)
    ink = tf.random.stateless_uniform([], seed, 0.8, 1.2)
    return tf.clip_by_value(picture * ink, 0.0, 1.0), digit


def pictures_of(folder: Path, part: str) -> tf.data.Dataset:
    """All the pictures of a part, read once and then kept."""
    paths = sorted(tf.io.gfile.glob(str(folder / part / "*" / "*.jpg")))
    return tf.data.Dataset.from_tensor_slices(paths).map(read_picture, num_parallel_calls=tf.data.AUTOTUNE).cache()


def batches_of(pictures: tf.data.Dataset, seed: int, epoch: int) -> tf.data.Dataset:
    """The shuffled batches of an epoch: they depend on the seed and the epoch, and not on what was run before."""
    epoch_seed = 1000 * seed + epoch
    shuffled = pictures.shuffle(len(pictures), seed=epoch_seed, reshuffle_each_iteration=False)
    moved = shuffled.enumerate().map(lambda number, item: shifted(number, item, epoch_seed))
    return moved.batch(BATCH).prefetch(tf.data.AUTOTUNE)


# --- the network and its optimizer -----------------------------------------------------------------------------------


class Network(tf.Module):
    """Two convolutions, and the logits of the ten digits: (n, 8, 8, 1) to (n, 10)."""

    def __init__(self, generator: tf.random.Generator) -> None:
        super().__init__()
        self.generator = generator
        self.strokes = self._weights(3, 3, 1, 16)
        self.shapes = self._weights(3, 3, 16, 32)
        self.digits = self._weights(4 * 4 * 32, 10)
        self.biases = [tf.Variable(tf.zeros([n])) for n in (16, 32, 10)]

    def _weights(self, *shape: int) -> tf.Variable:
        """Weights scaled for relu (He et al., 2015)."""
        return tf.Variable(self.generator.normal(shape, stddev=(2 / np.prod(shape[:-1])) ** 0.5))

    def __call__(self, pictures: tf.Tensor, training: bool) -> tf.Tensor:
        x = tf.nn.relu(tf.nn.conv2d(pictures, self.strokes, 1, "SAME") + self.biases[0])
        x = tf.nn.relu(tf.nn.conv2d(x, self.shapes, 1, "SAME") + self.biases[1])
        x = tf.reshape(tf.nn.max_pool2d(x, 2, 2, "VALID"), [-1, 4 * 4 * 32])
        if training:  # dropout
            kept = self.generator.uniform(tf.shape(x)) < 0.75
            x = tf.where(kept, x / 0.75, 0.0)
        return x @ self.digits + self.biases[2]


class Adam(tf.Module):
    """Adam (Kingma and Ba, 2014); what it remembers is in variables, so that a checkpoint holds it."""

    def __init__(self, variables: tuple[tf.Variable, ...], learning_rate: float = 0.002) -> None:
        super().__init__()
        self.learning_rate = learning_rate
        self.step = tf.Variable(0.0, trainable=False)
        self.means = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
        self.squares = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

    def apply(self, gradients: list[tf.Tensor], variables: tuple[tf.Variable, ...]) -> None:
        self.step.assign_add(1.0)
        rate = self.learning_rate * tf.sqrt(1.0 - 0.999**self.step) / (1.0 - 0.9**self.step)
        for v, g, mean, square in zip(variables, gradients, self.means, self.squares, strict=True):
            mean.assign(0.9 * mean + 0.1 * g)
            square.assign(0.999 * square + 0.001 * g * g)
            v.assign_sub(rate * mean / (tf.sqrt(square) + 1e-7))


def losses_of(logits: tf.Tensor, digits: tf.Tensor) -> tf.Tensor:
    """The cross-entropy of each digit under the logits' softmax."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=digits, logits=logits)


class Training(tf.Module):
    """All that training depends on, as a checkpoint holds it."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.generator = tf.random.Generator.from_seed(seed)
        self.network = Network(self.generator)
        self.optimizer = Adam(self.network.trainable_variables)
        self.history = tf.Variable(tf.zeros([0, 3]), shape=[None, 3], trainable=False)  # a row for each epoch

    @tf.function
    def step(self, pictures: tf.Tensor, digits: tf.Tensor) -> tf.Tensor:
        """A step of training, which gives the loss."""
        variables = self.network.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(losses_of(self.network(pictures, training=True), digits))
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    @tf.function
    def judge(self, pictures: tf.Tensor, digits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The logits, and the losses."""
        logits = self.network(pictures, training=False)
        return logits, losses_of(logits, digits)

    def judge_all(self, pictures: tf.data.Dataset) -> tuple[np.ndarray, float, float]:
        """The logits of all pictures, their mean loss, and the share that is read correctly."""
        logits, losses, right = [], [], []
        for batch, digits in pictures.batch(BATCH):
            made, loss = self.judge(batch, digits)
            logits.append(made)
            losses.append(loss)
            right.append(tf.equal(tf.argmax(made, axis=1, output_type=tf.int32), digits))
        accuracy = tf.reduce_mean(tf.cast(tf.concat(right, 0), tf.float32))
        return tf.concat(logits, 0).numpy(), float(tf.reduce_mean(tf.concat(losses, 0))), float(accuracy)


def train(training: Training, manager: tf.train.CheckpointManager, folder: Path, epochs: int, seed: int) -> None:
    """Trains to the end of epoch number `epochs`, and saves after each; prints a line for each."""
    pictures, held_out = pictures_of(folder, "train"), pictures_of(folder, "test")
    writer = tf.summary.create_file_writer(str(folder / "logs"))
    for epoch in range(len(training.history.numpy()), epochs):
        losses = []
        with tqdm(batches_of(pictures, seed, epoch), desc=f"epoch {epoch + 1}/{epochs}", unit="batch") as progress:
            for batch, digits in progress:
                losses.append(float(training.step(batch, digits)))
                progress.set_postfix_str(f"loss {losses[-1]:.4f}", refresh=False)
        _, loss, accuracy = training.judge_all(held_out)
        row = [float(np.mean(losses)), loss, accuracy]
        training.history.assign(tf.concat([training.history, [row]], 0))
        with writer.as_default(step=epoch + 1):
            tf.summary.scalar("loss/training", row[0])
            tf.summary.scalar("loss/held out", loss)
            tf.summary.scalar("accuracy", accuracy)
            tf.summary.histogram("strokes", training.network.strokes)
            tf.summary.image("shifted", batch, max_outputs=8)
        writer.flush()
        manager.save()
        print(f"epoch {epoch + 1}: loss {row[0]:.4f}, held out {loss:.4f}, accuracy {accuracy:.2%}", flush=True)
    writer.close()


def draw(output: Path, training: Training, folder: Path) -> None:
    """Saves the curves, a row of shifted pictures, and held-out ones with what was read."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return

    blue, red, grey = "#1f5fa8", "#c8321e", "#8c8c8c"
    rows, columns = 5, 8
    moved, _ = next(iter(batches_of(pictures_of(folder, "train"), 0, 0)))
    held_out = pictures_of(folder, "test")
    logits, _, accuracy = training.judge_all(held_out)
    pictures, digits = (x.numpy() for x in next(iter(held_out.batch(HELD_OUT))))
    read = logits.argmax(axis=1)
    wrong, right = np.flatnonzero(read != digits)[:columns], np.flatnonzero(read == digits)
    shown = [*right[:: len(right) // ((rows - 2) * columns)][: (rows - 2) * columns], *wrong]

    figure = Figure(figsize=(12, 5.2), dpi=120, layout="constrained")
    left, centre = figure.subfigures(1, 2, width_ratios=[1, 1.15], wspace=0.03)
    curve = left.subplots()
    history = training.history.numpy()
    epochs = np.arange(1, len(history) + 1)
    curve.plot(epochs, history[:, 0], color=blue, linewidth=2, marker="o", label="shifted pictures, with dropout")
    curve.plot(epochs, history[:, 1], color=red, linewidth=2, marker="o", label="held-out pictures")
    curve.set(yscale="log", xlabel="epoch", ylabel="cross-entropy", xticks=epochs)
    curve.set_title(f"Loss over {len(history)} epochs", loc="left", fontweight="bold")
    curve.grid(color="#e4e4e4", linewidth=0.6)
    curve.spines[["top", "right"]].set_visible(False)
    curve.legend(frameon=False)

    centre.suptitle(f"Held-out digits: {accuracy:.2%} read correctly", x=0.02, ha="left", fontweight="bold")
    for place, axes in enumerate(centre.subplots(rows, columns).flat):
        axes.set(xticks=[], yticks=[])
        index = place - columns
        if index >= len(shown):
            axes.set_axis_off()
            continue
        picture = moved[place] if index < 0 else pictures[shown[index]]
        mistaken = index >= 0 and read[shown[index]] != digits[shown[index]]
        text = "shifted" if index < 0 else str(read[shown[index]])
        text += f", not {digits[shown[index]]}" if mistaken else ""
        axes.imshow(np.squeeze(picture, -1), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(text, color=red if mistaken else "#303030", fontsize=10, pad=3)
        for spine in axes.spines.values():
            spine.set(color=red if mistaken else grey, linewidth=2 if mistaken else 0.6)
    figure.savefig(output)
    print(f"Saved the curves and some pictures to {output}")


def main() -> None:
    """Makes the pictures, trains or goes on, prints the accuracy on the held-out pictures, and saves the figure."""
    parser = argparse.ArgumentParser(description="Trains a convolutional network on pictures in folders.")
    parser.add_argument("--epochs", type=int, default=8, help="passes over the pictures (default: 8)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, order and shifts (default: 0)")
    parser.add_argument("--folder", type=Path, default=Path("images"), help="of all files (default: images)")
    parser.add_argument("--output", type=Path, default=Path("images.png"), help="the figure (default: images.png)")
    parser.add_argument("--resume", action="store_true", help="go on after the last epoch that was saved")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")

    folder = arguments.folder
    if not (folder / "complete").exists():
        write_pictures(folder)
    if not arguments.resume:
        for old in ("checkpoints", "logs"):
            if (folder / old).exists():
                tf.io.gfile.rmtree(str(folder / old))

    training = Training(arguments.seed)
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(training=training), str(folder / "checkpoints"), max_to_keep=3
    )
    if arguments.resume and manager.restore_or_initialize() is not None:
        print(f"Going on after epoch {len(training.history.numpy())}")
    try:
        train(training, manager, folder, arguments.epochs, arguments.seed)
    except KeyboardInterrupt:
        print("Stopped. To go on, say the same again with --resume")
        sys.exit(130)

    print(f"Accuracy on {HELD_OUT} held-out pictures: {training.history.numpy()[-1, 2]:.2%}")
    draw(arguments.output, training, folder)


if __name__ == "__main__":
    main()
