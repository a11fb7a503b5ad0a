"""Reads records of text: tells of which room of gradtape's house a function is, by the words in it.

    python examples/records.py [--epochs 6] [--seed 0] [--folder records] [--output records.png]

The functions in the folders of `gradtape/` are written as `tf.train.Example`s to several TFRecord files. A pipeline
reads these in turns, takes the text apart into words, looks them up in a vocabulary, and makes ragged batches, in which
each text is as long as it is. The classifier is a mean of word vectors, each with a weight that is learned too, and a
layer on it. It prints how many of the held-out functions it places rightly, and draws which rooms it takes for which,
and the words by which it knows them.

Change the line `import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program.
"""

from __future__ import annotations

import argparse
import ast
import collections
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import gradtape as tf

try:
    from tqdm import trange
except ImportError:
    sys.exit("The progress bar is tqdm's. Install it with: pip install tqdm")

SOURCES = Path(__file__).resolve().parents[1] / "gradtape"
ROOMS = ["autodiff", "autograph", "data", "image", "io", "linalg", "nn", "ragged", "random", "train"]
SHARDS = 4
BATCH = 32
WORDS = 2000  # in the vocabulary
WIDTH = 24  # of a word's vector
LEARNING_RATE = 0.01


# --- records ---------------------------------------------------------------------------------------------------------


def functions_of(room: str) -> Iterator[str]:
    """The text of each function and method of a room, in the order of the files."""
    for path in sorted((SOURCES / room).rglob("*.py")):
        text = path.read_text("utf-8")
        for node in ast.parse(text).body:
            for item in node.body if isinstance(node, ast.ClassDef) else [node]:
                if isinstance(item, ast.FunctionDef):
                    yield ast.get_source_segment(text, item) or ""


def example_of(text: str, room: int) -> tf.train.Example:
    """The record of a function."""
    features = {
        "text": tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()])),
        "room": tf.train.Feature(int64_list=tf.train.Int64List(value=[room])),
    }
    return tf.train.Example(features=tf.train.Features(feature=features))


def write_records(folder: Path) -> tuple[int, int]:
    """Writes the training records to several files and the held-out ones to one; gives how many there are of each."""
    records = [example_of(text, i).SerializeToString() for i, room in enumerate(ROOMS) for text in functions_of(room)]
    order = np.random.default_rng(0).permutation(len(records))
    held_out = len(records) // 5
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(SHARDS):
        with tf.io.TFRecordWriter(str(folder / f"train-{shard:05}-of-{SHARDS:05}.tfrecord")) as writer:
            for i in order[held_out:][shard::SHARDS]:
                writer.write(records[i])
    with tf.io.TFRecordWriter(
        str(folder / "test.tfrecord.gz"), tf.io.TFRecordOptions(compression_type="GZIP")
    ) as writer:
        for i in order[:held_out]:
            writer.write(records[i])
    return len(records) - held_out, held_out


# --- the pipeline ----------------------------------------------------------------------------------------------------


def parsed(records: tf.Tensor) -> tuple[tf.RaggedTensor, tf.Tensor]:
    """The words of each of a batch of records, and their rooms."""
    found = tf.io.parse_example(
        records, {"text": tf.io.FixedLenFeature([], tf.string), "room": tf.io.FixedLenFeature([], tf.int64)}
    )
    letters = tf.strings.regex_replace(found["text"], "[^A-Za-z]+", " ")
    return tf.strings.split(tf.strings.lower(letters)), found["room"]


def training_records(folder: Path, seed: int) -> tf.data.Dataset:
    """The records of all training files, which take turns, in an order that is new in each epoch."""
    files = tf.data.Dataset.list_files(str(folder / "train-*.tfrecord"), shuffle=False)
    records = files.interleave(tf.data.TFRecordDataset, cycle_length=SHARDS, num_parallel_calls=tf.data.AUTOTUNE)
    return records.shuffle(2000, seed=seed)


def vocabulary_of(words: tf.data.Dataset) -> list[bytes]:
    """The words that are in most texts, the most frequent first."""
    counts: collections.Counter[bytes] = collections.Counter()
    for batch, _ in words:
        for text in batch.to_list():
            counts.update(set(text))
    return sorted(counts, key=lambda word: (-counts[word], word))[:WORDS]


def table_of(vocabulary: list[bytes]) -> tf.lookup.StaticVocabularyTable:
    """The number of each word; one more number stands for all others."""
    numbers = tf.range(len(vocabulary), dtype=tf.int64)
    return tf.lookup.StaticVocabularyTable(
        tf.lookup.KeyValueTensorInitializer(tf.constant(vocabulary), numbers), num_oov_buckets=1
    )


# --- the classifier --------------------------------------------------------------------------------------------------


class Classifier(tf.Module):
    """Logits of rooms, of ragged batches of words' numbers: (n, None) to (n, rooms)."""

    def __init__(self, words: int, rooms: int, seed: int) -> None:
        super().__init__()
        generator = tf.random.Generator.from_seed(seed)
        self.vectors = tf.Variable(generator.normal([words, WIDTH], stddev=0.1))
        self.importance = tf.Variable(tf.zeros([words]))
        self.layer = tf.Variable(generator.normal([WIDTH, rooms], stddev=WIDTH**-0.5))
        self.bias = tf.Variable(tf.zeros([rooms]))
        self.means = [tf.Variable(tf.zeros_like(v), trainable=False) for v in self.trainable_variables]
        self.squares = [tf.Variable(tf.zeros_like(v), trainable=False) for v in self.trainable_variables]
        self.steps = tf.Variable(0.0, trainable=False)

    def __call__(self, numbers: tf.RaggedTensor) -> tf.Tensor:
        weights = tf.exp(tf.gather(self.importance, numbers))
        vectors = tf.gather(self.vectors, numbers) * weights[:, :, tf.newaxis]
        mean = tf.reduce_sum(vectors, axis=1) / tf.expand_dims(tf.reduce_sum(weights, axis=1), 1)
        return mean @ self.layer + self.bias

    @tf.function
    def step(self, numbers: tf.RaggedTensor, rooms: tf.Tensor) -> tf.Tensor:
        """A step of Adam (Kingma and Ba, 2014), which gives the loss."""
        variables = self.trainable_variables
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=rooms, logits=self(numbers))
            loss = tf.reduce_mean(losses)
        self.steps.assign_add(1.0)
        rate = LEARNING_RATE * tf.sqrt(1.0 - 0.999**self.steps) / (1.0 - 0.9**self.steps)
        for v, g, mean, square in zip(variables, tape.gradient(loss, variables), self.means, self.squares, strict=True):
            g = tf.convert_to_tensor(g)  # of the words in this batch alone: IndexedSlices
            mean.assign(0.9 * mean + 0.1 * g)
            square.assign(0.999 * square + 0.001 * g * g)
            v.assign_sub(rate * mean / (tf.sqrt(square) + 1e-7))
        return loss


def judge(classifier: Classifier, batches: tf.data.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The rooms of held-out functions, and those they are taken for."""
    rooms, taken = zip(*[(rooms, tf.argmax(classifier(numbers), axis=1)) for numbers, rooms in batches], strict=True)
    return tf.concat(rooms, 0).numpy(), tf.concat(taken, 0).numpy()


def telling_words(classifier: Classifier, vocabulary: list[bytes], count: int) -> list[list[str]]:
    """For each room the words that speak for it most, and against the others."""
    scores = tf.exp(classifier.importance)[:, tf.newaxis] * (classifier.vectors @ classifier.layer)
    scores = (scores - tf.reduce_mean(scores, axis=1, keepdims=True))[: len(vocabulary)]
    _, places = tf.math.top_k(tf.transpose(scores), k=count)
    return [[vocabulary[i].decode() for i in row] for row in places.numpy()]


def draw(output: Path, rooms: np.ndarray, taken: np.ndarray, words: list[list[str]]) -> None:
    """Saves which rooms are taken for which, and the words by which they are known."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return

    counts = tf.math.confusion_matrix(rooms, taken, num_classes=len(ROOMS)).numpy()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(12, 5.2), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
    left.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    left.set_xticks(range(len(ROOMS)), ROOMS, rotation=45, ha="right")
    left.set_yticks(range(len(ROOMS)), ROOMS)
    left.set(xlabel="taken for", ylabel="room")
    left.set_title(f"{np.mean(rooms == taken):.1%} of {len(rooms)} held-out functions", loc="left", fontweight="bold")
    for (i, j), count in np.ndenumerate(counts):
        if count:
            left.text(j, i, count, ha="center", va="center", color="white" if shares[i, j] > 0.5 else "#303030")
    right.set_axis_off()
    right.set_title("Words by which rooms are known", loc="left", fontweight="bold")
    for i, (room, known) in enumerate(zip(ROOMS, words, strict=True)):
        right.text(0, 0.95 - i / len(ROOMS), room, fontweight="bold", color="#1f5fa8", transform=right.transAxes)
        right.text(0.18, 0.95 - i / len(ROOMS), ", ".join(known), transform=right.transAxes)
    figure.savefig(output)
    print(f"Saved what is taken for what to {output}")


def main() -> None:
    """Writes the records, trains, prints the accuracy on held-out functions, and saves the picture."""
    parser = argparse.ArgumentParser(description="Tells of which room a function is, by the words in it.")
    parser.add_argument("--epochs", type=int, default=6, help="passes over the records (default: 6)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and order (default: 0)")
    parser.add_argument("--folder", type=Path, default=Path("records"), help="of the records (default: records)")
    parser.add_argument("--output", type=Path, default=Path("records.png"), help="the picture (default: records.png)")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    if not SOURCES.is_dir():
        parser.error(f"there is no {SOURCES}, whose functions are the data")

    count, held_out = write_records(arguments.folder)
    print(f"{count} records in {SHARDS} files, {held_out} held out")
    records = training_records(arguments.folder, arguments.seed)
    test_records = tf.data.TFRecordDataset(str(arguments.folder / "test.tfrecord.gz"), compression_type="GZIP")

    vocabulary = vocabulary_of(records.batch(BATCH).map(parsed))
    table = table_of(vocabulary)
    batches, test = (
        r.batch(BATCH).map(parsed).map(lambda words, room: (table.lookup(words), room)).prefetch(tf.data.AUTOTUNE)
        for r in (records, test_records)
    )
    print(f"{len(vocabulary)} words; a batch is {batches.element_spec[0]}")

    classifier = Classifier(len(vocabulary) + 1, len(ROOMS), arguments.seed)
    with trange(arguments.epochs, desc="training", unit="epoch") as progress:
        for _ in progress:
            losses = [float(classifier.step(numbers, rooms)) for numbers, rooms in batches]
            progress.set_postfix_str(f"loss {np.mean(losses):.4f}")
    print(f"Loss in the last epoch: {np.mean(losses):.4f}")

    rooms, taken = judge(classifier, test)
    print(f"Accuracy on {held_out} held-out functions: {np.mean(rooms == taken):.2%}")
    words = telling_words(classifier, vocabulary, 6)
    for room, known in zip(ROOMS, words, strict=True):
        print(f"{room:>9}: {', '.join(known)}")
    draw(arguments.output, rooms, taken, words)


if __name__ == "__main__":
    main()
