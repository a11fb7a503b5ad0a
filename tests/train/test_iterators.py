"""Iterators over datasets in checkpoints: who resumes in the middle of an epoch goes on as if nothing had been."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.data.states import packed_state, parsed_state
from gradtape.train import bundle
from tests.data.test_states import PIPELINES, shown

Dataset = tf.data.Dataset
MORE = PIPELINES | {
    "windows that wait": lambda _: Dataset.range(12).window(3, 2).shuffle(4, seed=1).flat_map(lambda w: w.batch(3)),
}


@pytest.mark.parametrize("name", [name for name in MORE if name != "generator"])
def test_a_checkpoint_resumes_in_the_middle_of_an_epoch(name: str, tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("\n".join(map(str, range(8))))

    def made() -> Any:
        tf.random.set_seed(1)
        return MORE[name](tmp_path)

    whole = [shown(x) for x in made()]
    for cut in {0, len(whole) // 3, len(whole) - 1}:
        iterator = iter(made())
        for _ in range(cut):
            next(iterator)
        path = tf.train.Checkpoint(iterator=iterator).save(tmp_path / "x")
        assert [shown(x) for x in iterator] == whole[cut:]
        other = iter(made())
        tf.train.Checkpoint(iterator=other).restore(path).assert_consumed()
        assert [shown(x) for x in other] == whole[cut:]


def test_elements_of_all_dtypes_wait_in_a_checkpoint(tmp_path: Path) -> None:
    def made() -> Any:
        values = [np.arange(6, dtype=t) for t in (np.uint8, np.complex64, tf.bfloat16.as_numpy_dtype, np.float16)]
        more = {"s": tf.constant([["a", b"\xff\0"]] * 6), "b": np.arange(6) > 3, "r": tf.ragged.constant([[1], []] * 3)}
        return Dataset.from_tensor_slices((*values, more)).shuffle(4, seed=2).prefetch(2).batch(2)

    whole = [shown(x) for x in made()]
    iterator = iter(made())
    next(iterator)
    other = iter(made())
    tf.train.Checkpoint(it=other).read(tf.train.Checkpoint(it=iterator).write(tmp_path / "x")).assert_consumed()
    assert [shown(x) for x in other] == whole[1:]


def test_a_function_writes_where_an_iterator_is_when_it_runs(tmp_path: Path) -> None:
    iterator = iter(Dataset.range(5))
    checkpoint = tf.train.Checkpoint(iterator=iterator)

    @tf.function
    def step() -> Any:
        value = iterator.get_next()
        checkpoint.write(str(tmp_path / "x"))
        return value

    assert [step().numpy() for _ in range(3)] == [0, 1, 2]
    other = iter(Dataset.range(5))
    tf.train.Checkpoint(iterator=other).read(tmp_path / "x")
    assert next(other).numpy() == 3


def generated() -> Any:
    yield from range(5)


ASK_PYTHON: dict[str, Callable[[], Any]] = {
    "generator": lambda: Dataset.from_generator(generated, tf.int32),
    "generator inside": lambda: Dataset.range(2).flat_map(lambda x: Dataset.from_generator(generated, tf.int32)),
    "generator with arguments inside": lambda: Dataset.range(5).flat_map(
        lambda x: Dataset.from_generator(lambda n: iter([n]), tf.int64, args=[x])
    ),
    "numpy_function": lambda: Dataset.range(5).map(lambda x: tf.numpy_function(lambda y: y, [x], tf.int64)),
    "py_function in a branch": lambda: Dataset.range(5).map(
        lambda x: tf.cond(x > 1, lambda: tf.py_function(lambda y: y, [x], tf.int64), lambda: x)
    ),
}


@pytest.mark.parametrize("name", ASK_PYTHON)
def test_what_python_does_is_saved_only_if_the_program_says_so(name: str, tmp_path: Path) -> None:
    dataset = ASK_PYTHON[name]().shuffle(3, 1, reshuffle_each_iteration=False).repeat(2)
    with pytest.raises(tf.errors.FailedPreconditionError, match="PyFunc is stateful"):
        tf.train.Checkpoint(iterator=iter(dataset)).write(tmp_path / "x")
    options = tf.data.Options()
    options.experimental_external_state_policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    dataset = dataset.with_options(options)
    whole = [int(x) for x in dataset]
    iterator, other = iter(dataset), iter(dataset)
    next(iterator)
    tf.train.Checkpoint(it=other).read(tf.train.Checkpoint(it=iterator).write(tmp_path / "x"))
    assert [int(x) for x in other] == whole[1:]


def test_an_iterator_over_another_dataset_is_left_as_it_was(tmp_path: Path) -> None:
    path = tf.train.Checkpoint(it=iter(Dataset.range(5).shuffle(3))).write(tmp_path / "x")
    other = iter(Dataset.from_tensors([1, 2]).repeat(2).batch(2))
    with pytest.raises(tf.errors.InvalidArgumentError, match="over another dataset"):
        tf.train.Checkpoint(it=other).read(path)
    assert next(other).shape == (2, 2)


def test_optionals_that_wait_cannot_be_saved(tmp_path: Path) -> None:
    iterator = iter(Dataset.range(9).map(lambda x: tf.experimental.Optional.from_value(x)).shuffle(3))
    next(iterator)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Elements of datasets or optionals"):
        tf.train.Checkpoint(it=iterator).write(tmp_path / "x")


def test_datasets_are_objects_without_values(tmp_path: Path) -> None:
    module = tf.Module()
    module.dataset, module.v = Dataset.range(3), tf.Variable(1.0)
    path = tf.train.Checkpoint(module).save(tmp_path / "x")
    assert sorted(tf.train.CheckpointView(path).children(0)) == ["dataset", "root", "save_counter", "v"]
    tf.train.Checkpoint(module).restore(path).assert_consumed()


STATES: list[Any] = [
    {"a": [1, -(2**70), 0.1, float("inf"), None, True, "é"], 3: (np.arange(3), [np.float32(1.5)], b"\0x", {})},
    {"elements": [(np.asarray(b"x", object), np.ones((0, 2))), (np.array([b"", b"yy"], object),)]},
]


@pytest.mark.parametrize("state", STATES)
def test_states_are_read_as_they_were_written(state: Any) -> None:
    assert repr(parsed_state(packed_state(state))) == repr(state)


def test_a_damaged_state_is_refused_or_is_another_state(tmp_path: Path) -> None:
    draw = random.Random(0)
    iterator = iter(Dataset.range(9).shuffle(3, seed=1).batch(2))
    next(iterator)
    good = packed_state(iterator.state())
    refused = 0
    for _ in range(500):
        bad = bytearray(good)
        for _ in range(draw.randint(1, 3)):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        if draw.random() < 0.2:
            del bad[draw.randrange(len(bad)) :]
        try:
            iterator.restore(parsed_state(bytes(bad)))
        except (tf.errors.DataLossError, tf.errors.InvalidArgumentError):
            refused += 1
    assert refused > 300
    path = bundle_with(tmp_path, good[:-9])
    with pytest.raises(tf.errors.DataLossError, match="no state of an iterator"):
        tf.train.Checkpoint(it=iterator).read(path)


def bundle_with(folder: Path, state: bytes) -> str:
    path = tf.train.Checkpoint(it=iter(Dataset.range(9))).write(folder / "x")
    graph = bundle.Bundle(path).read("_CHECKPOINTABLE_OBJECT_GRAPH")
    values = {"it/.ATTRIBUTES/ITERATOR_STATE": tf.constant(state), "_CHECKPOINTABLE_OBJECT_GRAPH": graph}
    bundle.write(path, values)
    return path


TRAINER = """
import sys
import gradtape as tf

folder, steps = sys.argv[1], 40
tf.random.set_seed(1)
w, step, total = tf.Variable([0.0, 0.0]), tf.Variable(0), tf.Variable(0.0)
data = tf.data.Dataset.range(40).map(lambda x: (tf.cast(x, tf.float32) / 40, tf.random.normal([])))
data = data.shuffle(16, seed=3).repeat().batch(3).prefetch(2)
iterator = iter(data)
manager = tf.train.CheckpointManager(
    tf.train.Checkpoint(w=w, step=step, total=total, iterator=iterator), folder, max_to_keep=2)
manager.restore_or_initialize()
print("begins", flush=True)

@tf.function
def train(x, noise):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((w[0] * x + w[1] - 3 * x + 0.1 * noise) ** 2)
    w.assign_sub(0.2 * tape.gradient(loss, w))
    total.assign_add(loss)

while step < steps:
    train(*next(iterator))
    step.assign_add(1)
    manager.save(checkpoint_number=step)
    print(int(step), flush=True)
print("ends", w.numpy().tolist(), total.numpy(), flush=True)
"""


def trainer(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", TRAINER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def test_a_training_that_is_killed_again_and_again_ends_as_one_that_is_not(tmp_path: Path) -> None:
    whole = trainer(tmp_path / "whole").communicate()[0].splitlines()[-1]
    assert whole.startswith("ends")
    draw = random.Random(0)
    for _ in range(3):
        process = trainer(tmp_path / "killed")
        assert process.stdout is not None
        for _ in range(draw.randint(2, 8)):
            assert not process.stdout.readline().startswith("ends")
        time.sleep(draw.uniform(0.0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert tf.train.latest_checkpoint(tmp_path / "killed") is not None
    assert trainer(tmp_path / "killed").communicate()[0].splitlines()[-1] == whole
