"""`experimental_enable_numpy_behavior`: methods, operators and indexing of tensors, and what they were before it."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.experimental.numpy import behaviour
from gradtape.experimental.numpy.types import settings
from gradtape.values.tensor import Tensor
from gradtape.values.variable import ResourceVariable

tnp = tf.experimental.numpy


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Takes back what a test has enabled."""
    kept = [(kind, dict(vars(kind))) for kind in (Tensor, ResourceVariable)]
    yield
    for kind, attributes in kept:
        for name, value in dict(vars(kind)).items():
            if name not in attributes:
                delattr(kind, name)
            elif attributes[name] is not value:
                setattr(kind, name, attributes[name])
    behaviour._plain.clear()
    settings.mode, settings.prefer_float32 = "off", False


@pytest.fixture
def enabled() -> None:
    tnp.experimental_enable_numpy_behavior()


I32, F32, I8 = (lambda x=dtype: tf.constant([1], x) for dtype in (tf.int32, tf.float32, tf.int8))


def test_a_program_that_does_not_enable_it_has_the_operators_it_had() -> None:
    program = (
        "import sys, gradtape as tf\n"
        "assert tf.experimental and 'gradtape.experimental.numpy' not in sys.modules\n"
        "before = {n: getattr(tf.Tensor, n) for n in ('__add__', '__getitem__', '__eq__')}\n"
        "tf.experimental.numpy.sin(1.0)\n"
        "assert all(getattr(tf.Tensor, n) is f for n, f in before.items())\n"
        "assert not hasattr(tf.constant(1.0), 'T')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize(
    ("compute", "dtype"),
    [
        (lambda: I32() + F32(), tf.float64),
        (lambda: I32() + 2.5, tf.float64),
        (lambda: 2.5 * I32(), tf.float64),
        (lambda: F32() + 1, tf.float32),
        (lambda: 1 - F32(), tf.float32),
        (lambda: I8() + I32(), tf.int32),
        (lambda: I8() + 1, tf.int8),
        (lambda: I8() / 2, tf.float32),
        (lambda: I32() ** 2.5, tf.float64),
        (lambda: I32() // 2.5, tf.float64),
        (lambda: I32() + [1.5], tf.float64),
        (lambda: np.array([1.5], np.float32) + I32(), tf.float64),
        (lambda: tf.constant([True]) + 1, tf.int64),
        (lambda: F32() + np.float64(1), tf.float64),
        (lambda: F32() * 1j, tf.complex64),
        (lambda: I32() @ F32(), tf.float64),
        (lambda: [1.5] @ I32(), tf.float64),
        (lambda: tf.Variable([1]) + 2.5, tf.float64),
        (lambda: 2.5 + tf.Variable([1]), tf.float64),
        (lambda: I32() < 1.5, tf.bool),
        (lambda: tf.function(lambda x: x + 2.5)(I32()), tf.float64),
        (lambda: tf.constant([1.0], tf.bfloat16) + 1.5, tf.bfloat16),
    ],
)  # fmt: skip
def test_operators_promote_as_numpy_does(enabled: None, compute: Any, dtype: Any) -> None:
    assert compute().dtype is dtype


def test_comparing_promotes_too(enabled: None) -> None:
    assert (I32() == F32()).numpy().tolist() == [True]
    assert (I32() == 1.5).numpy().tolist() == [False]
    assert (I32() != None) is True  # noqa: E711
    assert (I32() < 1.5).numpy().tolist() == [True]


def test_gradients_flow_through_promotion(enabled: None) -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = (x * np.array([3.0, 4.0]) + tf.constant([1, 2])).mean()
    assert y.dtype is tf.float64
    assert tape.gradient(y, x).numpy().tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("mode", "compute", "dtype"),
    [
        ("all", lambda: I32() + F32(), tf.float32),
        ("all", lambda: F32() + tf.constant(1, tf.int64), tf.float32),
        ("all", lambda: I8() + 1, tf.int8),
        ("all", lambda: I8() + 1.5, tf.float64),
        ("all", lambda: tf.constant([1], tf.uint8) + I8(), tf.int16),
        ("all", lambda: tf.constant([1], tf.uint32) + I32(), tf.int64),
        ("all", lambda: tf.constant([1], tf.uint64) + I32(), tf.float64),
        ("all", lambda: tf.constant([1.0], tf.float16) + tf.constant([1.0], tf.bfloat16), tf.float32),
        ("all", lambda: tf.constant([1.0], tf.float16) * 1.5, tf.float16),
        ("all", lambda: tf.constant([1.0], tf.float64) * tf.constant([1j], tf.complex64), tf.complex128),
        ("all", lambda: F32() * 1j, tf.complex64),
        ("all", lambda: tf.constant([True]) + 1, tf.int32),
        ("all", lambda: tnp.zeros(2), tf.float32),
        ("all", lambda: tnp.sum(I8()), tf.int32),
        ("safe", lambda: I8() + I32(), tf.int32),
        ("safe", lambda: I8() + F32(), tf.float32),
        ("safe", lambda: F32() + 1, tf.float32),
        ("safe", lambda: I32() + F32(), TypeError),
        ("safe", lambda: I32() + 1.5, TypeError),
        ("safe", lambda: tf.constant([1], tf.uint8) + I8(), TypeError),
        ("safe", lambda: tf.constant([1.0], tf.float16) + tf.constant([1.0], tf.bfloat16), TypeError),
        ("off", lambda: I32() + F32(), tf.errors.InvalidArgumentError),
    ],
)  # fmt: skip
def test_other_promotions(mode: str, compute: Any, dtype: Any) -> None:
    tnp.experimental_enable_numpy_behavior(dtype_conversion_mode=mode)
    if isinstance(dtype, tf.DType):
        assert compute().dtype is dtype
    else:
        with pytest.raises(dtype):
            compute()


def test_a_promotion_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'off', 'legacy', 'safe' or 'all'"):
        tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="none")
    assert not hasattr(tf.constant(1.0), "T")


def test_floats_of_python_can_be_float32() -> None:
    assert tnp.array(1.5).dtype is tf.float64
    tnp.experimental_enable_numpy_behavior(prefer_float32=True)
    assert [tnp.array(1.5).dtype, tnp.arange(3.0).dtype, tnp.array(2j).dtype] == [tf.float32, tf.float32, tf.complex64]
    assert tnp.add(tf.constant([1], tf.int8), 2.5).dtype is tf.float32


def test_methods(enabled: None) -> None:
    x = tf.constant([[1, 2, 3], [4, 5, 6]])
    want = x.numpy()
    for found, wanted in [
        (x.T, want.T), (x.reshape(3, 2), want.reshape(3, 2)), (x.reshape([3, -1]), want.reshape(3, -1)),
        (x.reshape((3, 2), order="F"), want.reshape((3, 2), order="F")), (x.ravel(), want.ravel()),
        (x.flatten(), want.flatten()), (x.transpose(), want.T), (x.transpose([1, 0]), want.T),
        (x.clip(2, 5), want.clip(2, 5)), (x.max(axis=0), want.max(axis=0)), (x.min(), want.min()),
        (x.mean(axis=1, keepdims=True), want.mean(axis=1, keepdims=True)), (x.astype(tf.float32), want.astype("f4")),
        (+x, want), (round(tf.constant([1.4, 2.6])), [1.0, 3.0]), (x.data, want),
    ]:  # fmt: skip
        np.testing.assert_array_equal(found, wanted)
    assert x.tolist() == want.tolist()
    assert (x.size, x.ndim) == (6, 2)


def test_methods_in_a_function_of_any_length(enabled: None) -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, None])])
    def f(x: Any) -> Any:
        assert x.size is None
        with pytest.raises(ValueError, match="tolist"):
            x.tolist()
        return x.T.reshape(-1)[[0, -1]] + x[:, [True, False, True]].max() + x[-1, [0, 1]].mean()

    x = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    np.testing.assert_allclose(f(tf.constant(x)), x.T.reshape(-1)[[0, -1]] + 5 + x[-1, [0, 1]].mean())


CUBE = np.arange(24.0).reshape(2, 3, 4)
B3, B4 = np.array([True, False, True]), np.array([False, True, True, False])
KEYS: list[Any] = [
    0, -1, slice(1, None), ..., None, (0, 1), (..., 0), (slice(None), None, -1), np.int64(1), [0, 1, 1], [-1],
    np.array([[0, 1], [1, -1]]), ([0, 1], [2, 0]), ([0, 1], slice(None), [3, 0]), (slice(None), [2, 0]),
    (slice(None), [2, 0], [1, 3]), (slice(None), np.array([[0], [1]]), [1, 3]), (..., [0, 2]), (1, [0, 2]),
    (slice(None, None, -1), [2, 1], slice(1, 3)), (None, [0, 1]), ([0, 1], None, [0, 1]), B3[:2], (slice(None), B3),
    (..., B4), ([[0], [1]], [0, 2]), ([True, False],), (1, B3), CUBE > 10,
    np.array([0, 1], np.uint8), (slice(np.int32(1), None), [0]), [],
]  # fmt: skip


@pytest.mark.parametrize("mode", ["eager", "any_length"])
@pytest.mark.parametrize("key", KEYS, ids=str)
def test_indexing_is_numpys(enabled: None, key: Any, mode: str) -> None:
    def pick(x: Any) -> Any:
        return x[key] * 1.0

    run = pick if mode == "eager" else tf.function(pick, input_signature=[tf.TensorSpec([None] * 3, tf.float64)])
    x = tf.constant(CUBE)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = run(x)
    np.testing.assert_array_equal(y, CUBE[key])
    counts = np.zeros_like(CUBE)
    np.add.at(counts, key, 1.0)
    np.testing.assert_array_equal(tf.convert_to_tensor(tape.gradient(y, x)), counts)


@pytest.mark.parametrize(
    ("key", "error"),
    [(1.5, IndexError), ([0.5], IndexError), (np.array([[True]]), Exception), ([9], tf.errors.InvalidArgumentError)],
)
def test_an_index_that_is_none_is_refused(enabled: None, key: Any, error: Any) -> None:
    with pytest.raises(error):
        tf.constant(CUBE)[key]


def test_an_integer_does_not_part_indices_from_one_another(enabled: None) -> None:
    """As in TensorFlow; in NumPy it is one of them, and theirs come first."""
    assert tf.constant(CUBE)[0, :, [1, 1]].shape == (3, 2)


def test_tensors_index(enabled: None) -> None:
    x = tf.constant([[1, 2], [3, 4]])
    assert x[tf.constant([0, 1]), tf.constant([1, 0])].numpy().tolist() == [2, 3]
    assert x[tf.constant(1, tf.int8)].numpy().tolist() == [3, 4]
    assert x[x > 2].numpy().tolist() == [3, 4]
    assert x[tnp.ix_([0, 1], [1])].numpy().tolist() == [[2], [4]]
    assert tf.Variable(x)[0].numpy().tolist() == [1, 2]


def test_public_programs_enable_it_by_a_private_name() -> None:
    program = (
        "import gradtape.tensorflow; gradtape.tensorflow.install()\n"
        "import tensorflow.experimental.numpy as tnp\n"
        "from tensorflow.experimental import numpy\n"
        "from tensorflow.python.ops.numpy_ops import np_config\n"
        "np_config.enable_numpy_behavior()\n"
        "assert tnp is numpy and tnp.ones((2, 3)).T.shape == (3, 2)\n"
        "from tensorflow.experimental.numpy import random\n"
        "random.seed(1); assert random.rand(2).shape == (2,)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# --- random numbers --------------------------------------------------------------------------------------------------


def test_random_numbers_have_their_shapes_and_dtypes() -> None:
    draw = tnp.random
    draw.seed(0)
    for found, shape, dtype in [
        (draw.rand(2, 3), (2, 3), tf.float64), (draw.randn(), (), tf.float64), (draw.randn(4), (4,), tf.float64),
        (draw.random(), (), tf.float64), (draw.random((2,)), (2,), tf.float64),
        (draw.uniform(0, [1, 2]), (2,), tf.float64),
        (draw.uniform(size=3), (3,), tf.float64), (draw.standard_normal(5), (5,), tf.float64),
        (draw.randint(5, size=7), (7,), tf.int64), (draw.randint(2, 4, (3, 1), np.int32), (3, 1), tf.int32),
        (draw.poisson(3.0, 4), (4,), tf.int64),
    ]:  # fmt: skip
        assert (tuple(found.shape), found.dtype) == (shape, dtype)
    assert set(draw.randint(2, 4, 100).numpy()) == {2, 3}
    assert np.ptp(draw.uniform(3, 4, 1000)) > 0.9
    for refused in (lambda: draw.randint(3, dtype=np.int8), lambda: draw.seed("a"), lambda: draw.seed(None)):
        with pytest.raises(ValueError, match=r"."):
            refused()


def test_a_seed_gives_the_same_numbers_again() -> None:
    tnp.random.seed(7)
    first = tnp.random.rand(3)
    tnp.random.seed(7)
    np.testing.assert_array_equal(first, tnp.random.rand(3))


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: tnp.mean([1.0], out=1), lambda: tnp.amax([1], out=1), lambda: tnp.amin([1], out=1),
        lambda: tnp.var([1], out=1), lambda: tnp.sign([1], out=1), lambda: tnp.sign([1], where=[True]),
        lambda: tnp.sign([1], casting="no"), lambda: tnp.take([1], [0], out=1),
        lambda: tnp.take([1], [0], mode="raise"),
        lambda: tnp.take([1], [0], mode="no"), lambda: tnp.where([True], 1), lambda: tnp.clip([1], None, None),
        lambda: tnp.select([], []), lambda: tnp.select([[True]], []), lambda: tnp.full_like([1], 2, order="C"),
        lambda: tnp.full_like([1], 2, subok=False), lambda: tnp.full_like([1], 2, shape=(3,)),
        lambda: tnp.arange(0, 3, 0), lambda: tnp.linspace(0, 1, -1), lambda: tnp.concatenate([]),
        lambda: tnp.sort([1], kind="stable"), lambda: tnp.sort([1], order="a"), lambda: tnp.argsort([1], kind="heap"),
        lambda: tnp.reshape([1], (1,), order="A"), lambda: tnp.flatten([1], order="B"), lambda: tnp.pad([1], 1, "edge"),
        lambda: tnp.moveaxis([[1]], (0, 1), (0,)), lambda: tnp.moveaxis([[1]], (0, 0), (0, 1)),
        lambda: tnp.diff([1], -1),
        lambda: tnp.flip([1], 1), lambda: tnp.diag(1), lambda: tnp.tril([1]), lambda: tnp.vander([[1]]),
        lambda: tnp.vander([1], -1), lambda: tnp.ix_([[1]]), lambda: tnp.ix_([0.5]), lambda: tnp.diag_indices(-1),
        lambda: tnp.broadcast_arrays([1], subok=True), lambda: tnp.broadcast_arrays([1], other=1),
        lambda: tnp.meshgrid([1], sparse=True), lambda: tnp.meshgrid([1], copy=False), lambda: tnp.gcd(1.5, 2),
        lambda: tnp.einsum("i", [1], casting="unsafe"), lambda: tnp.einsum("i", [1], optimize="no"),
        lambda: tnp.average([[1]], axis=(0, 1)), lambda: tnp.average([[1, 2]], weights=[1]),
        lambda: tnp.finfo(tf.int32),
        lambda: tnp.iinfo(tf.float32), lambda: tnp.vsplit([1, 2, 3], 2), lambda: tnp.split([1, 2], [2, 1]),
        lambda: tnp.matmul(1, 2), lambda: tnp.matmul([[1, 2]], [[1, 2]]), lambda: tnp.compress([[True]], [1]),
        lambda: tnp.array(1, ndmin=33),
    ],
)  # fmt: skip
def test_what_tensorflow_refuses_is_refused(call: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        call()


def test_other_errors() -> None:
    for call, error in [
        (lambda: tnp.argsort([1j]), TypeError), (lambda: tnp.size([1], axis=0), NotImplementedError),
        (lambda: tnp.no_such_function, AttributeError), (lambda: tnp.result_type(object()), TypeError),
    ]:  # fmt: skip
        with pytest.raises(error):
            call()
