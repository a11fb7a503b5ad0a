"""Values and gradients are right to a few units in the last place over the whole range of a dtype."""

import ml_dtypes
import numpy as np
import pytest

import gradtape as tf
from gradtape.values.dtypes import as_dtype

nan, inf = np.nan, np.inf

# By name, with the absolute error that float32 has where a gradient is what 1 lacks, or where exp(-x) overflows.
FUNCTIONS = {
    "asinh": (tf.asinh, 0), "atan": (tf.atan, 0), "elu": (tf.nn.elu, 1e-7), "erf": (tf.math.erf, 0),
    "erfc": (tf.math.erfc, 0), "erfinv": (tf.math.erfinv, 0), "expint": (tf.math.special.expint, 0),
    "gelu": (tf.nn.gelu, 0), "gelu/approximate": (lambda x: tf.nn.gelu(x, approximate=True), 1e-36),
    "log_sigmoid": (tf.math.log_sigmoid, 0), "ndtri": (tf.math.ndtri, 0), "rsqrt": (tf.math.rsqrt, 0),
    "selu": (tf.nn.selu, 2.5e-7), "sigmoid": (tf.sigmoid, 1e-7), "silu": (tf.nn.silu, 1e-36),
    "silu/beta": (lambda x: tf.nn.silu(x, 1.3), 1e-36), "softplus": (tf.nn.softplus, 0),
    "softsign": (tf.nn.softsign, 0), "tanh": (tf.tanh, 2.5e-7),
}  # fmt: skip


def of(f, *arrays):
    """The value of `f`, and its gradient by the first array."""
    x, *rest = map(tf.constant, arrays)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, *rest)
    return y.numpy(), tape.gradient(y, x).numpy()


def assert_within(found, right, ulps, atol=0.0):
    """`found` is `right`, rounded, within units in the last place; overflow and nan where `right` has them."""
    info = ml_dtypes.finfo(found.dtype)
    tiny = float(info.smallest_normal)
    spacing = np.maximum(np.abs(right), tiny) * float(info.eps)
    limit = ulps * spacing + max(atol, tiny if found.dtype != np.float16 else 0)
    found = found.astype(np.float64)
    over = np.abs(right) > float(info.max) * (1 - ulps * float(info.eps))
    good = (np.abs(found - right) <= limit) | (np.isnan(found) & np.isnan(right))
    good |= over & (np.sign(found) == np.sign(right)) & (np.abs(found) >= float(info.max) * (1 - 2 * float(info.eps)))
    assert good.all(), (np.flatnonzero(~good)[:5], found[~good][:5], right[~good][:5])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_halves(name: str, dtype: str) -> None:
    f, atol = FUNCTIONS[name]
    x = np.arange(65536, dtype=np.uint16).view(as_dtype(dtype).as_numpy_dtype)
    x = x[np.isfinite(x.astype(np.float32))]
    value, gradient = of(f, x)
    right_value, right_gradient = of(f, x.astype(np.float64))
    assert value.dtype == gradient.dtype == x.dtype
    with np.errstate(invalid="ignore"):
        assert_within(value, right_value, 2, atol)
        assert_within(gradient, right_gradient, 2, atol)


def logits() -> np.ndarray:
    return np.linspace(-60, 60, 4001)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("weight", [None, 2.0])
def test_cross_entropies_of_sure_classes_keep_small_gradients(dtype: str, label: float, weight: float | None) -> None:
    def loss(z):
        y = tf.fill(z.shape, tf.constant(label, z.dtype))
        if weight is None:
            return tf.nn.sigmoid_cross_entropy_with_logits(y, z)
        return tf.nn.weighted_cross_entropy_with_logits(y, z, weight)

    z = logits().astype(as_dtype(dtype).as_numpy_dtype)
    exact = z.astype(np.float64)
    sign = 1 - 2 * label
    scale = weight if weight and label else 1.0
    value, gradient = of(loss, z)
    assert_within(value, scale * np.logaddexp(0, sign * exact), 8)
    assert_within(gradient, scale * sign / (1 + np.exp(-sign * exact)), 8)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_softmax_cross_entropy_of_halves_keeps_small_gradients(dtype: str) -> None:
    z = (np.random.default_rng(0).normal(size=(500, 4)) * 5).astype(as_dtype(dtype).as_numpy_dtype)
    labels = np.eye(4)[np.arange(500) % 4]
    for f in (
        lambda z: tf.nn.softmax_cross_entropy_with_logits(tf.constant(labels, z.dtype), z),
        lambda z: tf.nn.sparse_softmax_cross_entropy_with_logits(np.arange(500) % 4, z),
    ):
        for found, right in zip(of(f, z), of(f, z.astype(np.float64)), strict=True):
            assert_within(found, right, 2, 1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_a_power_of_one_half_is_no_square_root(dtype: str) -> None:
    x = tf.constant([-inf, -0.0, 0.0, -1.0, inf, 4.0], dtype)
    for y in (tf.constant(0.5, dtype), tf.fill([6], tf.constant(0.5, dtype))):
        value = (x**y).numpy().astype(np.float64)
        np.testing.assert_array_equal(value, [inf, 0.0, 0.0, nan, inf, 2.0])
        assert not np.signbit(value[:3]).any()
    assert (x[0] ** 0.5).numpy() == inf


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_nan_is_last_in_order(dtype: str) -> None:
    x = tf.constant([3.0, nan, -inf, -1.0, inf, 0.0], dtype)
    np.testing.assert_array_equal(tf.sort(x).numpy().astype("f"), [-inf, -1, 0, 3, inf, nan])
    np.testing.assert_array_equal(tf.sort(x, direction="DESCENDING").numpy().astype("f"), [inf, 3, 0, -1, -inf, nan])
    np.testing.assert_array_equal(tf.argsort(x), [2, 3, 5, 0, 4, 1])
    np.testing.assert_array_equal(tf.math.top_k(x, 6).indices, [4, 0, 5, 3, 2, 1])


def test_derivatives_at_the_ends_of_float32():
    x = np.array([1.5e-26, 6e-13], np.float32)
    assert_within(of(tf.math.rsqrt, x)[1], -0.5 * x.astype(np.float64) ** -1.5, 4)
    x = np.array([89.0, 90.5], np.float32)
    assert_within(of(tf.math.special.expint, x)[1], np.exp(x.astype(np.float64)) / x, 8)
    x = np.array([-1e19, -1e18, 1e19, 3e38], np.float32)
    np.testing.assert_array_equal(of(lambda x: tf.nn.gelu(x, approximate=True), x)[1], [0, 0, 1, 1])
    x = np.array([1e-42, -1e-40], np.float32)
    np.testing.assert_allclose(of(tf.math.special.bessel_j1, x)[1], 0.5)
    np.testing.assert_array_equal(of(tf.math.bessel_i1, np.array([95.0], np.float32))[1], [inf])
    x = np.array([-1e4, 300.0], np.float32)
    np.testing.assert_allclose(of(tf.math.special.dawsn, x)[1], -1 / (2 * x.astype(np.float64) ** 2), rtol=1e-4)
