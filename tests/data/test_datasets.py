"""What datasets do that no program compares: saved elements, Keras's loops, lengths, and messages."""

import gzip
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
import gradtape.tensorflow

Dataset = tf.data.Dataset


@pytest.fixture(scope="module")
def keras() -> Iterator[Any]:
    gradtape.tensorflow.install()
    yield tf.keras
    gradtape.tensorflow.uninstall()


def test_several_steps_in_one_execution_train_as_single_ones_do(keras: Any) -> None:
    x = np.random.default_rng(0).normal(size=(10, 2)).astype("float32")
    y = x.sum(1, keepdims=True)

    def losses(**options: Any) -> Any:
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        model.compile("sgd", "mse", **options)
        history = model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0).history["loss"]
        return history, model.get_weights()[0], model.predict(x, batch_size=4, verbose=0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Keras: the last execution has fewer steps
        one, three = losses(), losses(steps_per_execution=3)
    for mine, its in zip(one[1:], three[1:], strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-6)
    assert one[0][1] < one[0][0]


@pytest.mark.parametrize("compression", [None, "GZIP"])
def test_saved_elements_come_back_as_they_were(compression: Any, tmp_path: Path) -> None:
    element = {
        "a": tf.constant([[1.5]], tf.bfloat16),
        "b": (tf.constant(["x", ""]), tf.constant(True)),
        "c": tf.ragged.constant([[1], []]),
        "d": tf.sparse.from_dense([[0, 1]]),
        "e": tf.constant(2 + 1j),
    }
    Dataset.from_tensors(element).repeat(2).save(tmp_path / "saved", compression=compression)
    loaded = Dataset.load(tmp_path / "saved")
    assert loaded.element_spec == Dataset.from_tensors(element).element_spec
    first, second = loaded
    for mine, its in zip(
        tf.nest.flatten(first, expand_composites=True), tf.nest.flatten(element, expand_composites=True), strict=True
    ):
        assert mine.dtype is its.dtype
        assert mine.numpy().tolist() == its.numpy().tolist()
    assert tf.nest.flatten(second)[0].shape == [1, 1]


def test_a_file_that_a_program_was_given_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    list(Dataset.range(2).cache(str(path)))
    data = Path(f"{path}.data-00000-of-00001").read_bytes()
    assert b"pickle" not in data
    assert b"int64" in data


def test_saving_leaves_other_files_of_the_folder_and_takes_the_place_of_what_was_saved(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    for count in (3, 2):
        Dataset.range(count).save(tmp_path)
        assert [int(x) for x in Dataset.load(tmp_path)] == list(range(count))
    assert (tmp_path / "mine").read_text() == "kept"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_damaged_compressed_file_is_a_loss_of_data(tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(gzip.compress(b"one\ntwo\n" * 1000)[:-12])
    (tmp_path / "plain").write_bytes(b"one\n")
    for name in ("cut", "plain"):
        with pytest.raises(tf.errors.DataLossError):
            list(tf.data.TextLineDataset(str(tmp_path / name), "GZIP"))


def test_an_unfinished_snapshot_leaves_nothing(tmp_path: Path) -> None:
    iterator = iter(Dataset.range(3).snapshot(str(tmp_path / "snapshot")))
    next(iterator)
    del iterator
    assert list(tmp_path.iterdir()) == []


def test_each_run_of_a_function_has_a_dataset_of_its_own() -> None:
    @tf.function
    def order() -> Any:
        digits = tf.constant(0, tf.int64)
        for x in Dataset.range(5).shuffle(5, seed=1).cache().repeat(2):
            digits = digits * 10 + x
        return digits

    assert int(order()) == int(order())


def test_an_error_says_for_which_element_of_a_reduction() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero") as caught:
        Dataset.range(3).reduce(tf.constant(0, tf.int64), lambda s, x: s + 4 // (x - 1))
    assert "element 1 of the dataset, in the function of Dataset.reduce()" in caught.value.__notes__[0]


def test_a_dataset_is_let_go_of_with_its_iterators() -> None:
    import gc
    import weakref

    array = np.zeros(1000)
    dataset = Dataset.from_tensor_slices(array).map(lambda x: x + 1).shuffle(10).prefetch(2)
    node = weakref.ref(dataset._node)
    iterator = iter(dataset)
    next(iterator)
    del dataset, iterator
    gc.collect()
    assert node() is None


def test_a_function_of_strings_is_traced_though_no_string_is_known() -> None:
    lines = Dataset.from_tensor_slices(["1,2.5", "3,4"])
    numbers = lines.map(lambda line: tf.strings.to_number(tf.strings.split(line, ",")))
    assert numbers.element_spec == tf.TensorSpec([None])
    assert [x.numpy().tolist() for x in numbers] == [[1.0, 2.5], [3.0, 4.0]]


def test_derivatives_through_loops_over_datasets_and_iterators_draw_each_element_once() -> None:
    x = tf.Variable(2.0)

    @tf.function
    def loss(source: Any) -> Any:
        total = tf.constant(0.0)
        for y in source:
            if y > 3.0:
                break
            total += x * x * x * y
        return total

    iterator = iter(Dataset.from_tensor_slices([1.0, 2.0, 4.0, 8.0]))
    for source in (Dataset.from_tensor_slices([1.0, 2.0]), iterator):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                value = loss(source)
            slope = tape.gradient(value, x)
        assert float(value) == 24.0
        assert float(slope) == 36.0
        assert float(outer.gradient(slope, x)) == 36.0
    assert float(next(iterator)) == 8.0


def test_a_branch_chooses_a_dataset_of_the_graph() -> None:
    @tf.function
    def total(wide: Any) -> Any:
        if wide:  # noqa: SIM108
            dataset = Dataset.range(5)
        else:
            dataset = Dataset.range(3).map(lambda x: x * 10)
        return dataset.reduce(tf.constant(0, tf.int64), lambda s, x: s + x)

    assert [int(total(tf.constant(c))) for c in (True, False)] == [10, 30]
