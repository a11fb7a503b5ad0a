"""The files that the rows of data pipelines read, made once in `.cache/benchmarks`."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.environments import ROOT

FOLDER = ROOT / ".cache" / "benchmarks"
PICTURES, SIDE = 192, 256
EXAMPLES, WIDTH = 4000, 784


def pictures(folder: Path) -> None:
    """JPEG files of smooth colours with some noise, as photographs have."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for i in range(PICTURES):
        coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).resize((SIDE, SIDE), Image.BICUBIC)
        noisy = np.asarray(coarse, np.int16) + rng.integers(-12, 13, (SIDE, SIDE, 3))
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / f"{i:03}.jpg", quality=90)


def examples(folder: Path) -> None:
    """A TFRecord file of `tf.train.Example`s of an image's bytes and a label; and the same as NumPy's arrays."""
    import gradtape as tf

    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (EXAMPLES, WIDTH), dtype=np.uint8)
    labels = rng.integers(0, 10, EXAMPLES)
    with tf.io.TFRecordWriter(str(folder / "examples.tfrecord")) as writer:
        for image, label in zip(images, labels.tolist(), strict=True):
            feature = {
                "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[image.tobytes()])),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[label])),
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", labels)


MADE = {"pictures": pictures, "examples": examples}


def make(names: Iterable[str]) -> None:
    """Make the folders of these names that are not there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (FOLDER / name).exists():
            made = Path(tempfile.mkdtemp(dir=FOLDER))
            try:
                MADE[name](made)
                made.rename(FOLDER / name)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
