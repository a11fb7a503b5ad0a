"""Iterators say where they are in plain data, and others go on there with the same elements."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf

Dataset = tf.data.Dataset


def shown(element: Any) -> list[Any]:
    return [x.numpy().tolist() if isinstance(x.numpy(), np.ndarray) else x.numpy()
            for x in tf.nest.flatten(element, expand_composites=True)]  # fmt: skip


def count() -> Any:
    yield from range(8)


def numbers() -> Any:
    return Dataset.range(12)


def as_int(x: Any) -> Any:
    return tf.cast(x % 2, tf.int32)


PIPELINES: dict[str, Callable[[Path], Any]] = {
    "shuffle, repeat, batch": lambda _: numbers().shuffle(5, seed=1).repeat(2).batch(5),
    "shuffle without seed": lambda _: numbers().shuffle(5).repeat(2),
    "random map": lambda _: numbers().map(lambda x: tf.random.uniform([])).repeat(2),
    "parallel random map": lambda _: numbers().map(
        lambda x: tf.random.uniform([2]) + tf.random.normal([], seed=4), num_parallel_calls=3
    ).repeat(2),
    "autotuned random map": lambda _: numbers().map(lambda x: tf.random.uniform([]), tf.data.AUTOTUNE).prefetch(1),
    "parallel map, prefetch": lambda _: numbers().map(lambda x: x * 2, num_parallel_calls=3).prefetch(2),
    "autotuned map": lambda _: numbers().map(lambda x: x * 2, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE),
    "interleave": lambda _: numbers().interleave(lambda x: Dataset.range(x, x + 4), 3, 2),
    "parallel interleave": lambda _: numbers().interleave(
        lambda x: Dataset.range(x, x + 4).shuffle(4, seed=2), 3, 2, num_parallel_calls=2
    ),
    "flat_map": lambda _: numbers().flat_map(lambda x: Dataset.from_tensors(x).repeat(x)),
    "cache": lambda _: numbers().cache().repeat(2),
    "zip": lambda _: Dataset.zip(numbers().skip(1), numbers().shard(2, 1).repeat()),
    "concatenate": lambda _: numbers().take(3).concatenate(numbers().skip(9)),
    "window": lambda _: numbers().window(3, 2).flat_map(lambda w: w.batch(3)),
    "group_by_window": lambda _: numbers().group_by_window(lambda x: x % 3, lambda k, d: d.batch(2), 2),
    "bucket_by_sequence_length": lambda _: numbers()
    .map(lambda x: tf.range(x))
    .bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 6], [2, 3, 2]),
    "unbatch": lambda _: numbers().batch(4).unbatch(),
    "rebatch": lambda _: numbers().batch(5).rebatch(3),
    "scan": lambda _: numbers().scan(tf.constant(0, tf.int64), lambda s, x: (s + x, s)),
    "unique": lambda _: numbers().map(lambda x: x % 4).unique(),
    "take_while, filter": lambda _: numbers().take_while(lambda x: x < 9).filter(lambda x: x % 2 == 0),
    "enumerate": lambda _: numbers().enumerate(),
    "ragged_batch": lambda _: numbers().map(lambda x: tf.range(x)).ragged_batch(2),
    "generator": lambda _: Dataset.from_generator(count, tf.int32),
    "random": lambda _: Dataset.random(seed=3).take(9),
    "sample_from_datasets": lambda _: Dataset.sample_from_datasets([numbers(), numbers().map(lambda x: -x)], seed=4),
    "rejection_resample": lambda _: numbers()
    .map(as_int)
    .rejection_resample(lambda x: x, [0.3, 0.7], [0.5, 0.5], seed=1),
    "lines": lambda folder: tf.data.TextLineDataset([str(folder / "lines"), str(folder / "lines")]).batch(3),
}  # fmt: skip


@pytest.mark.parametrize("name", PIPELINES)
def test_another_iterator_goes_on_where_one_was(name: str, tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("\n".join(map(str, range(8))))

    def made() -> Any:
        tf.random.set_seed(1)
        return PIPELINES[name](tmp_path)

    whole = [shown(x) for x in made()]
    for cut in range(0, len(whole) + 1, max(1, len(whole) // 4)):
        iterator = iter(made())
        head = [shown(next(iterator)) for _ in range(cut)]
        state = pickle.loads(pickle.dumps(iterator.state()))
        assert [shown(x) for x in iterator] == whole[cut:]
        other = iter(made())
        other.restore(state)
        assert head + [shown(x) for x in other] == whole


def test_a_cache_in_a_file_goes_on_where_it_was(tmp_path: Path) -> None:
    iterator = iter(numbers().cache(str(tmp_path / "kept")))
    assert [int(next(iterator)) for _ in range(5)] == [0, 1, 2, 3, 4]
    state = iterator.state()
    other = iter(numbers().cache(str(tmp_path / "kept")))
    other.restore(state)
    assert [int(x) for x in other] == list(range(5, 12))
    assert [int(x) for x in Dataset.range(0).cache(str(tmp_path / "kept"))] == list(range(12))


def test_the_next_epochs_of_a_shuffled_dataset_follow_from_the_state() -> None:
    shuffled = Dataset.range(6).shuffle(6, seed=3)
    orders = [[int(x) for x in shuffled] for _ in range(3)]
    first = Dataset.range(6).shuffle(6, seed=3)
    iterator = iter(first)
    state = (next(iterator), iterator.state())[1]
    resumed = Dataset.range(6).shuffle(6, seed=3)
    other = iter(resumed)
    other.restore(state)
    assert [int(x) for x in other] == orders[0][1:]
    assert [int(x) for x in resumed] == orders[1]
