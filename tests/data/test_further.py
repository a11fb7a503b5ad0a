"""What is in `tf.data.experimental` alone: the values are those that TensorFlow 2.21 gives."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf

Dataset = tf.data.Dataset
experimental = tf.data.experimental


def listed(dataset: Any) -> list[Any]:
    return [tf.nest.map_structure(lambda x: x.numpy().tolist() if x.shape.rank else x.numpy(), x) for x in dataset]


def test_tables_begin_with_the_elements_of_a_dataset() -> None:
    pairs = Dataset.from_tensor_slices((["a", "b", "c"], np.arange(3)))
    made, index = experimental.table_from_dataset, experimental.index_table_from_dataset
    assert made(pairs, default_value=-1).lookup(tf.constant(["c", "q"])).numpy().tolist() == [2, -1]
    assert made(pairs, num_oov_buckets=2).lookup(tf.constant(["c", "q", "r"])).numpy().tolist() == [2, 4, 4]
    assert made(pairs, vocab_size=2, default_value=-1).lookup(tf.constant(["c", "a"])).numpy().tolist() == [-1, 0]
    words = Dataset.from_tensor_slices(["x", "y"])
    assert index(words).lookup(tf.constant(["y", "n"])).numpy().tolist() == [1, -1]
    assert index(words, num_oov_buckets=3).lookup(tf.constant(["y", "n", "m", "l"])).numpy().tolist() == [1, 2, 2, 3]
    with pytest.raises(ValueError, match="form \\(key, value\\)"):
        made(Dataset.range(3))


def test_elements_are_reduced_by_key() -> None:
    reducer = experimental.Reducer(
        lambda key: (tf.constant(0, tf.int64), key), lambda state, x: (state[0] + x, state[1]), lambda s, key: (s, key)
    )
    numbers = Dataset.from_tensor_slices(np.array([7, 5, 3, 4, 8, 1]))
    reduced = numbers.apply(experimental.group_by_reducer(lambda x: 3 - x % 3, reducer))
    assert listed(reduced) == [(13, 1), (12, 2), (3, 3)]


def test_a_dataset_is_filled_up() -> None:
    pad = experimental.pad_to_cardinality
    slices = Dataset.from_tensor_slices({"x": [1, 2], "s": ["a", "b"]})
    assert [(x["x"], x["s"], bool(x["valid"])) for x in listed(slices.apply(pad(3)))] == [
        (1, b"a", True), (2, b"b", True), (0, b"", False)
    ]  # fmt: skip
    for dataset in (slices.repeat(), slices.repeat(4), Dataset.range(3)):
        with pytest.raises(ValueError, match="pad_to_cardinality"):
            dataset.apply(pad(3))


def test_lists_places_and_variants() -> None:
    assert listed(experimental.from_list([(1, "a"), (2, "b")])) == [(1, b"a"), (2, b"b")]
    assert listed(experimental.from_list([[1], [2, 3]])) == [[1], [2, 3]]
    with pytest.raises(ValueError, match="should not be empty"):
        experimental.from_list([])
    assert experimental.at(Dataset.range(5).take(3).skip(1).repeat(2), 3).numpy() == 2
    for place in (-1, 5):
        with pytest.raises(tf.errors.OutOfRangeError):
            experimental.at(Dataset.range(5), place)
    variant = experimental.to_variant(Dataset.range(3))
    assert variant.shape == ()
    assert listed(experimental.from_variant(variant, tf.TensorSpec([], tf.int64))) == [0, 1, 2]


def test_records_are_written_and_read_as_features(tmp_path: Path) -> None:
    pytest.importorskip("google.protobuf")

    def example(i: int) -> bytes:
        feature = {"x": tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))}
        return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()

    path = str(tmp_path / "r")
    experimental.TFRecordWriter(path).write(Dataset.from_tensor_slices([example(i) for i in range(5)]))
    features = {"x": tf.io.FixedLenFeature([], tf.int64), "z": tf.io.FixedLenFeature([], tf.float32, 1.5)}
    batches = experimental.make_batched_features_dataset
    made = batches(path, 2, features, label_key="z", shuffle=False)
    assert made.element_spec[1].shape == (2,)
    z = [1.5, 1.5]
    assert [(x["x"], y) for x, y in listed(made.take(3))] == [([0, 1], z), ([2, 3], z), ([4, 0], z)]
    (all_of_them,) = listed(batches(path, 5, {"x": features["x"]}, shuffle_seed=3, num_epochs=1))
    assert all_of_them["x"] == listed(Dataset.range(5).shuffle(10000, seed=3))
    with pytest.raises(TypeError, match="vectors of strings"):
        Dataset.from_tensor_slices(["a"]).apply(experimental.parse_example_dataset(features))


def test_rows_of_a_database(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    with sqlite3.connect(path) as database:
        database.execute("create table t(a int, b text, c real, e int)")
        rows = [(1, "x", 1.5, 1), (300, "é", 2.5, 0), (None, None, None, None)]
        database.executemany("insert into t values(?,?,?,?)", rows)
    database.close()
    dataset = experimental.SqlDataset(
        "sqlite", path, "select a, b, c, e from t", (tf.int32, tf.string, tf.float64, tf.bool)
    )
    expected = [(1, b"x", 1.5, True), (300, "é".encode(), 2.5, False), (0, b"", 0.0, False)]
    assert listed(dataset) == expected
    assert listed(experimental.SqlDataset("sqlite", path, "select a from t", (tf.int8,))) == [(1,), (44,), (0,)]
    iterator, other = iter(dataset), iter(dataset)
    next(iterator)
    other.restore(iterator.state())
    assert listed(other) == expected[1:]
    with pytest.raises(tf.errors.UnknownError, match="no such column"):
        list(experimental.SqlDataset("sqlite", path, "select zz from t", (tf.int32,)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="number of columns"):
        list(experimental.SqlDataset("sqlite", path, "select a, b from t", (tf.int32,)))


@pytest.mark.parametrize("name", ["distributed_save", "enable_debug_mode", "get_model_proto", "ServiceOptions",
                                  "make_saveable_from_iterator", "service.DispatchServer"])  # fmt: skip
def test_what_is_not_there_says_what_to_use(name: str) -> None:
    found = experimental
    for part in name.split("."):
        found = getattr(found, part)
    with pytest.raises(NotImplementedError, match=f"{name} is not there: "):
        found()
