"""Random damage to all that is read from files and strings: reading ends in an error of TensorFlow's, or in a value.

Each case is a seed: what is read, and where bits are turned, bytes put in or taken out, and blocks emptied. Damage that
a checksum would notice at once is done behind it too: to what records and checkpoints hold, before it is written.

    python -m tests.fuzz.damage 0 10000          # all cases of these seeds; prints what is wrong
    python -m tests.fuzz.damage 17 18 -v         # one, with its traceback
"""

import argparse
import collections
import contextlib
import io
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import gradtape as tf
from gradtape.io.records import framed, opened, records
from gradtape.train import bundle, table

PIXELS = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
SECONDS = 5  # for a case
MEMORY = 1 << 30  # bytes that all cases together may take beyond what there was


class Kind(NamedTuple):
    """Something that is read.

    Attributes:
      make: puts it into a folder.
      read: reads it from there, to the end.
      hurt: changes it, given a function that damages bytes; by default, that of one file.
    """

    make: Callable[[Path], None]
    read: Callable[[Path], Any]
    hurt: Callable[[Path, random.Random], None]


# --- damage ----------------------------------------------------------------------------------------------------------


def damaged(data: bytes, draw: random.Random) -> bytes:
    """Other bytes."""
    out = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        at = draw.randrange(len(out) + 1)
        match draw.randrange(7):
            case 0 | 1 if at < len(out):
                out[at] ^= 1 << draw.randrange(8)
            case 2 if at < len(out):
                out[at] = draw.choice([0, 1, 127, 128, 255])
            case 3:
                del out[at:]
            case 4:
                out[at:at] = draw.randbytes(draw.choice([1, 2, 8, 40]))
            case 5:
                del out[at : at + draw.choice([1, 2, 8])]
            case 6:
                length = draw.choice([4, 16, 64])
                out[at : at + length] = bytes(len(out[at : at + length]))
    return bytes(out)


def in_a_file(folder: Path, draw: random.Random) -> None:
    """Damage one file of a folder, as a disk would."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = draw.choice(files)
    path.write_bytes(damaged(path.read_bytes(), draw))


def in_a_record(folder: Path, draw: random.Random) -> None:
    """Damage what a record of a file holds; its checksum is that of what it holds then."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size and is_records(path))
    path = draw.choice(files)
    with opened(path) as file:
        held = [data for data, _ in records(file)]
    i = draw.randrange(len(held))
    held[i] = damaged(held[i], draw)
    path.write_bytes(b"".join(map(framed, held)))


def is_records(path: Path) -> bool:
    return path.suffix != ".json" and path.suffix != ".index"


def in_an_entry(folder: Path, draw: random.Random) -> None:
    """Damage an entry of a checkpoint's index, whose blocks have good checksums then."""
    items = dict(table.parsed((folder / "c.index").read_bytes()))
    key = draw.choice(sorted(items))
    items[key] = damaged(items[key], draw)
    (folder / "c.index").write_bytes(table.packed(sorted(items.items())))


def in_a_tensor(key: str) -> Callable[[Path, random.Random], None]:
    """Damage a string that a checkpoint holds, which is as good as any other then."""

    def hurt(folder: Path, draw: random.Random) -> None:
        reader = bundle.Bundle(str(folder / "c"))
        held = {name: reader.read(name) for name in reader.names()} if hasattr(reader, "names") else all_of(folder)
        name = next(name for name in held if key in name)
        held[name] = tf.constant(damaged(held[name].numpy(), draw))
        bundle.write(str(folder / "c"), held)

    return hurt


def all_of(folder: Path) -> dict[str, Any]:
    reader = tf.train.load_checkpoint(str(folder / "c"))
    return {name: tf.constant(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}


# --- what is read ----------------------------------------------------------------------------------------------------


def written(make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / "x").write_bytes(make()) and None  # type: ignore[func-returns-value]


def of_bytes(read: Callable[[bytes], Any]) -> Callable[[Path], Any]:
    return lambda folder: read((folder / "x").read_bytes())


def picture(kind: str, frames: int = 1) -> bytes:
    from PIL import Image

    images = [Image.fromarray(np.roll(PIXELS, i, 0)) for i in range(frames)]
    out = io.BytesIO()
    images[0].save(out, kind, **({"save_all": True, "append_images": images[1:]} if frames > 1 else {}))
    return out.getvalue()


def example(i: int = 0) -> bytes:
    T = tf.train
    values = {
        "x": T.Feature(float_list=T.FloatList(value=[1.0, i])), "s": T.Feature(bytes_list=T.BytesList(value=[b"a"])),
        "n": T.Feature(int64_list=T.Int64List(value=[i, 300])),
    }  # fmt: skip
    return T.Example(features=T.Features(feature=values)).SerializeToString()


def sequence() -> bytes:
    T = tf.train
    step = T.Feature(int64_list=T.Int64List(value=[1, 2]))
    lists = T.FeatureLists(feature_list={"t": T.FeatureList(feature=[step, step])})
    context = T.Features(feature={"c": T.Feature(float_list=T.FloatList(value=[1.0]))})
    return T.SequenceExample(context=context, feature_lists=lists).SerializeToString()


FEATURES = {
    "x": tf.io.FixedLenFeature([2], tf.float32), "s": tf.io.VarLenFeature(tf.string),
    "n": tf.io.RaggedFeature(tf.int64),
}  # fmt: skip
ALIKE = {"x": tf.io.FixedLenFeature([2], tf.float32), "s": tf.io.VarLenFeature(tf.string)}


def elements() -> Any:
    return tf.data.Dataset.range(6).map(plus_text)


def plus_text(x: Any) -> Any:
    return x, tf.strings.as_string(x), tf.cast(x, tf.float32) * tf.ones([2, 2])


SPEC = (tf.TensorSpec([], tf.int64), tf.TensorSpec([], tf.string), tf.TensorSpec([2, 2], tf.float32))


def run(dataset: Any) -> None:
    for _ in dataset:
        pass


def checkpointed() -> Any:
    layers = [tf.Module(), tf.Module()]
    layers[0].v, layers[1].w = tf.Variable([1.0, 2.0]), tf.Variable(["a", "bb"])
    return tf.train.Checkpoint(
        layers=layers, step=tf.Variable(3), data=iter(tf.data.Dataset.range(9).shuffle(3, seed=1))
    )


def make_checkpoint(folder: Path) -> None:
    checkpoint = checkpointed()
    next(checkpoint.data)
    checkpoint.write(folder / "c")


def read_checkpoint(folder: Path) -> None:
    reader = tf.train.load_checkpoint(str(folder / "c"))
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    checkpoint = checkpointed()
    checkpoint.read(folder / "c").expect_partial()
    run(checkpoint.data)


def make_managed(folder: Path) -> None:
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(v=tf.Variable(1.0)), folder, max_to_keep=2)
    manager.save()
    manager.save()


def read_managed(folder: Path) -> None:
    checkpoint = tf.train.Checkpoint(v=tf.Variable(0.0))
    checkpoint.restore(tf.train.latest_checkpoint(folder))
    tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)


def make_model(folder: Path) -> None:
    module = tf.Module()
    module.v = tf.Variable([1.0, 2.0])
    module.f = tf.function(scaled(module.v), input_signature=[tf.TensorSpec([None, 2])])
    tf.saved_model.save(module, folder)


def scaled(v: Any) -> Any:
    def f(x: Any) -> Any:
        return tf.reduce_sum(x * v, 1) if tf.reduce_all(x > 0) else x[:, 0]

    return f


def read_model(folder: Path) -> None:
    tf.saved_model.load(folder).f(tf.ones([3, 2]))


def make_events(folder: Path) -> None:
    with tf.summary.create_file_writer(str(folder)).as_default():
        tf.summary.scalar("loss", 0.5, 1)
        tf.summary.image("i", PIXELS[None], 1)


def read_events(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                with contextlib.suppress(TypeError):  # of a message that is no array
                    tf.make_ndarray(value.tensor)


def make_records(compression: str = "") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with tf.io.TFRecordWriter(str(folder / "x"), compression) as writer:
            for i in range(6):
                writer.write(example(i))

    return make


def read_records(compression: str = "") -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        dataset = tf.data.TFRecordDataset(str(folder / "x"), compression)
        run(dataset.batch(5).map(lambda x: tf.io.parse_example(x, ALIKE)))
        run(dataset.map(lambda x: tf.io.parse_single_example(x, FEATURES)))

    return read


def make_snapshot(folder: Path) -> None:
    run(elements().snapshot(str(folder / "x")))


def make_cache(folder: Path) -> None:
    run(elements().cache(str(folder / "x")))


def strings(kind: Callable[[], bytes], read: Callable[[bytes], Any]) -> Kind:
    return Kind(written(kind), of_bytes(read), in_a_file)


def _sparse(x: bytes) -> Any:
    parts = [tf.io.serialize_tensor(p).numpy() for p in (np.array([[0]]), np.float32([1, 2]), np.array([3]))]
    parts[0] = x
    return tf.io.deserialize_many_sparse([parts], tf.float32)


def _parsed_tensor(x: bytes) -> Any:
    return tf.io.parse_tensor(x, tf.float32)


KINDS: dict[str, Kind] = {
    "jpeg": strings(lambda: tf.io.encode_jpeg(PIXELS).numpy(), tf.io.decode_jpeg),
    "jpeg, recovered": strings(
        lambda: tf.io.encode_jpeg(PIXELS).numpy(), lambda x: tf.io.decode_jpeg(x, ratio=2, try_recover_truncated=True)
    ),
    "jpeg, cropped": strings(
        lambda: picture("JPEG"), lambda x: tf.io.decode_and_crop_jpeg(x, [1, 1, 3, 3], dct_method="INTEGER_ACCURATE")
    ),
    "png": strings(lambda: tf.io.encode_png(PIXELS).numpy(), tf.io.decode_png),
    "deep png": strings(
        lambda: tf.io.encode_png(PIXELS.astype(np.uint16) * 7).numpy(), lambda x: tf.io.decode_png(x, dtype=tf.uint16)
    ),
    "gif": strings(lambda: picture("GIF", 3), tf.io.decode_gif),
    "bmp": strings(lambda: picture("BMP"), tf.io.decode_bmp),
    "webp": strings(lambda: picture("WEBP"), tf.io.decode_image),
    "tensor": strings(lambda: tf.io.serialize_tensor(tf.ones([2, 3])).numpy(), _parsed_tensor),
    "tensor of strings": strings(
        lambda: tf.io.serialize_tensor(tf.constant(["a", "bc"])).numpy(), lambda x: tf.io.parse_tensor(x, tf.string)
    ),
    "sparse tensor": strings(lambda: tf.io.serialize_tensor(np.array([[0], [2]])).numpy(), _sparse),
    "example": strings(example, lambda x: tf.io.parse_single_example(x, FEATURES)),
    "examples": strings(example, lambda x: tf.io.parse_example([x] * 5, ALIKE)),
    "sequence": strings(
        sequence,
        lambda x: tf.io.parse_single_sequence_example(
            x, {"c": tf.io.FixedLenFeature([], tf.float32)}, {"t": tf.io.VarLenFeature(tf.int64)}
        ),
    ),
    "json example": strings(
        lambda: b'{"features": {"feature": {"x": {"floatList": {"value": [1.0, 2.0]}}}}}', tf.io.decode_json_example
    ),
    "proto": strings(
        example, lambda x: tf.io.decode_proto([x], "tensorflow.Example", ["features"], [tf.string])
    ),
    "csv": strings(lambda: b'1,"a ""b""",2.5', lambda x: tf.io.decode_csv(x, [[1], [""], [1.0]])),
    "zlib": strings(lambda: __import__("zlib").compress(bytes(999)), lambda x: tf.io.decode_compressed(x, "ZLIB")),
    "base64": strings(lambda: b"YWJjZGVm", tf.io.decode_base64),
    "records": Kind(make_records(), read_records(), in_a_file),
    "records, inside": Kind(make_records(), read_records(), in_a_record),
    "records in gzip": Kind(make_records("GZIP"), read_records("GZIP"), in_a_file),
    "records in zlib": Kind(make_records("ZLIB"), read_records("ZLIB"), in_a_file),
    "checkpoint": Kind(make_checkpoint, read_checkpoint, in_a_file),
    "checkpoint's entries": Kind(make_checkpoint, read_checkpoint, in_an_entry),
    "checkpoint's objects": Kind(make_checkpoint, read_checkpoint, in_a_tensor("OBJECT_GRAPH")),
    "checkpoint's iterator": Kind(make_checkpoint, read_checkpoint, in_a_tensor("ITERATOR")),
    "managed checkpoints": Kind(make_managed, read_managed, in_a_file),
    "saved model": Kind(make_model, read_model, in_a_file),
    "events": Kind(make_events, read_events, in_a_file),
    "events, inside": Kind(make_events, read_events, in_a_record),
    "saved dataset": Kind(
        lambda folder: elements().save(str(folder)), lambda folder: run(tf.data.Dataset.load(str(folder))), in_a_file
    ),
    "saved dataset, inside": Kind(
        lambda folder: elements().save(str(folder)), lambda folder: run(tf.data.Dataset.load(str(folder))), in_a_record
    ),
    "snapshot": Kind(make_snapshot, make_snapshot, in_a_file),
    "snapshot, inside": Kind(make_snapshot, make_snapshot, in_a_record),
    "cache": Kind(make_cache, make_cache, in_a_file),
    "cache, inside": Kind(make_cache, make_cache, in_a_record),
}  # fmt: skip


# --- cases -----------------------------------------------------------------------------------------------------------


class Case:
    """The folders of all kinds, and what becomes of a seed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.whole: dict[str, Path] = {}

    def run(self, seed: int) -> tuple[str, BaseException | None]:
        """What was read, and what was raised; None if it was a value."""
        draw = random.Random(seed)
        name = list(KINDS)[seed % len(KINDS)]
        kind = KINDS[name]
        if name not in self.whole:
            folder = self.root / f"whole{len(self.whole)}"
            folder.mkdir()
            kind.make(folder)
            kind.read(folder)
            self.whole[name] = folder
        folder = self.root / "damaged"
        shutil.copytree(self.whole[name], folder)
        try:
            kind.hurt(folder, draw)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            kind.read(folder)
        except BaseException as error:
            return name, error
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            shutil.rmtree(folder)
        return name, None


class HangError(BaseException):
    """A case takes too long."""


def _hangs(*_: Any) -> None:
    raise HangError


def outcomes(seeds: Iterator[int] | range) -> Iterator[tuple[int, str, BaseException | None]]:
    """What becomes of each seed."""
    signal.signal(signal.SIGALRM, _hangs)
    limit_memory()
    with tempfile.TemporaryDirectory() as root:
        case = Case(Path(root))
        for seed in seeds:
            yield seed, *case.run(seed)


def limit_memory() -> None:
    """Let this process have no more than `MEMORY` bytes beyond what it has."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.damage")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("-v", action="store_true", help="print tracebacks")
    options = parser.parse_args()
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    wrong = 0
    began = time.monotonic()
    for seed, name, error in outcomes(range(options.first, options.last)):
        good = error is None or isinstance(error, tf.errors.OpError)
        counts[name, "read" if error is None else "refused" if good else "wrong"] += 1
        wrong += not good
        if not good or options.v:
            print(f"{seed} {name}: {type(error).__name__}: {str(error)[:200]}", flush=True)
            if options.v and error is not None:
                traceback.print_exception(error)
        del error
    for name in KINDS:
        print(f"{name}: {', '.join(f'{what} {counts[name, what]}' for what in ('refused', 'read', 'wrong'))}")
    print(f"{wrong} wrong of {options.last - options.first}, {time.monotonic() - began:.0f} s")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
