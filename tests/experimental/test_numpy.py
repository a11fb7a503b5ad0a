"""`tf.experimental.numpy` gives what NumPy gives, and its derivatives are right, in functions of any length too."""

import json
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.experimental.numpy_table import OTHERS, SMOOTH
from tests.tensorflow.record_signatures import RECORD

tnp = tf.experimental.numpy
ALL = {**SMOOTH, **OTHERS}

# Where gradtape gives another dtype than NumPy, as TensorFlow does.
OTHER_DTYPES = {
    **dict.fromkeys(
        ("byte", "bool"), "floating functions of small integers are float64 there, not as narrow as may be"
    ),
    **dict.fromkeys(("fabs/int", "var/complex", "std/complex"), "the dtype is kept"),
    **dict.fromkeys(("ceil/int", "fix/int", "floor/int"), "the dtype is floating, as NumPy's was before version 2.1"),
    "diag_indices": "int32",
    **dict.fromkeys(("concatenate/none", "concatenate/mixed"), "lists are numbers of Python, which take other dtypes"),
}


def flat(value: Any) -> list[Any]:
    """All that a call gave, as NumPy has it."""
    if isinstance(value, tf.TensorShape):
        return value.as_list()
    if isinstance(value, list | tuple):
        return [x for part in value for x in flat(part)]
    return [
        np.dtype(value.as_numpy_dtype)
        if isinstance(value, tf.DType)
        else value.numpy()
        if tf.is_tensor(value)
        else value
    ]


def tensors(inputs: Any) -> list[Any]:
    return [tf.constant(x) for x in inputs]


def assert_same(found: Any, want: Any, dtypes: bool = True) -> None:
    found, want = flat(found), flat(want)
    assert len(found) == len(want)
    for f, w in zip(found, want, strict=True):
        if isinstance(w, np.ndarray | np.generic):
            assert np.shape(f) == np.shape(w)
            if dtypes:
                assert np.asarray(f).dtype == w.dtype
            tolerance = {"float16": 2e-3, "float32": 1e-6, "complex64": 1e-6}.get(w.dtype.name, 1e-12)
            np.testing.assert_allclose(f, w, rtol=tolerance, atol=tolerance)
        else:
            assert f == w


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of infinities and divisions by 0
@pytest.mark.parametrize("name", ALL)
def test_values_are_numpys(name: str) -> None:
    call, inputs = ALL[name]
    assert_same(
        call(tnp, *tensors(inputs)), call(np, *inputs), dtypes=not {name, name.partition("/")[2]} & OTHER_DTYPES.keys()
    )


@pytest.mark.parametrize("name", [name for name, (_, inputs) in OTHERS.items() if inputs])
def test_functions_of_any_length_give_the_same(name: str) -> None:
    call, inputs = OTHERS[name]
    if name.partition("/")[0] in FIXED:
        pytest.skip(FIXED[name.partition("/")[0]])
    xs = tensors(inputs)
    want = tf.nest.flatten(call(tnp, *xs))
    if not all(map(tf.is_tensor, want)):
        pytest.skip("what it gives is known as the function is traced")
    function = tf.function(
        lambda *xs: call(tnp, *xs), input_signature=[tf.TensorSpec([None] * x.ndim, x.dtype) for x in xs]
    )
    for f, w in zip(tf.nest.flatten(function(*xs)), want, strict=True):
        assert f.dtype is w.dtype
        np.testing.assert_allclose(f, w, rtol=1e-6)


FIXED = {
    "polyval": "how many coefficients there are must be known, as in TensorFlow",
    "squeeze": "which axes are of length 1 must be known: a graph has one number of axes",
}


def weighted(value: Any) -> Any:
    """A number that depends on all that is floating in a result, on each element differently."""
    parts = [x for x in flat_tensors(value) if x.dtype.is_floating]
    return tf.add_n([tf.reduce_sum(x * tf.cos(tf.cast(tf.reshape(tf.range(tf.size(x)), tf.shape(x)), x.dtype)))
                     for x in parts])  # fmt: skip


def flat_tensors(value: Any) -> list[Any]:
    return [x for part in value for x in flat_tensors(part)] if isinstance(value, list | tuple) else [value]


def differences(f: Any, inputs: Any, step: float = 1e-6) -> list[Any]:
    """Central differences of the number `f(*inputs)` by each input."""
    out = []
    for i, x in enumerate(inputs):
        d = np.zeros_like(x)
        for at in np.ndindex(np.shape(x)):
            more, less = (np.array(x) for _ in range(2))
            more[at] += step
            less[at] -= step
            high, low = (f(*[y if j == i else v for j, v in enumerate(inputs)]) for y in (more, less))
            if d.ndim:
                d[at] = (high - low) / (2 * step)
            else:
                d = np.asarray((high - low) / (2 * step))
        out.append(d)
    return out


@pytest.mark.parametrize("mode", ["eager", "any_length"])
@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_are_central_differences(name: str, mode: str) -> None:
    call, inputs = SMOOTH[name]

    def number(*xs: Any) -> Any:
        return weighted(call(tnp, *xs))

    run = number
    if mode == "any_length":
        if name == "polyval":
            pytest.skip(FIXED[name])
        run = tf.function(number, input_signature=[tf.TensorSpec([None] * np.ndim(x), tf.float64) for x in inputs])
    xs = tensors(inputs)
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = run(*xs)
    found = tape.gradient(y, xs, unconnected_gradients="zero")
    np.testing.assert_allclose(y, number(*tensors(inputs)), rtol=1e-12)
    for f, w in zip(found, differences(lambda *vs: number(*tensors(vs)).numpy(), inputs), strict=True):
        np.testing.assert_allclose(f, w, rtol=1e-6, atol=1e-7)


def moved(inputs: Any, by: float) -> list[Any]:
    return tensors(np.asarray(x) + by * d for x, d in zip(inputs, directions(inputs), strict=True))


def directions(inputs: Any) -> list[Any]:
    return [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) + 0.3 for x in inputs]


@pytest.mark.parametrize("name", SMOOTH)
def test_second_order_and_forward_mode_agree_with_gradients(name: str) -> None:
    call, inputs = SMOOTH[name]

    def gradients(xs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(xs)
            y = weighted(call(tnp, *xs))
        return tape.gradient(y, xs, unconnected_gradients="zero")

    xs, along = tensors(inputs), tensors(directions(inputs))
    with tf.GradientTape() as tape:
        tape.watch(xs)
        slope = tf.add_n([tf.reduce_sum(g * d) for g, d in zip(gradients(xs), along, strict=True)])
    second = tape.gradient(slope, xs, unconnected_gradients="zero")
    for found, high, low in zip(second, gradients(moved(inputs, 1e-6)), gradients(moved(inputs, -1e-6)), strict=True):
        np.testing.assert_allclose(found, (high - low) / 2e-6, rtol=1e-4, atol=1e-5)
    with tf.autodiff.ForwardAccumulator(xs, along) as accumulator:
        y = weighted(call(tnp, *xs))
    np.testing.assert_allclose(accumulator.jvp(y, unconnected_gradients="zero"), slope, rtol=1e-9, atol=1e-12)


COMPILED = (
    "sinc", "heaviside", "logaddexp", "around", "var/ddof axis", "nanmean/axis", "average/vector", "kron", "cross",
    "diagonal/axes", "vander", "rot90/3", "split/indices", "take_along_axis/one", "tile/more", "geomspace",
)  # fmt: skip


@pytest.mark.parametrize("name", COMPILED)
def test_xla_gives_the_same(name: str) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install gradtape[xla])")
    call, inputs = SMOOTH[name]

    def both(*xs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(xs)
            y = weighted(call(tnp, *xs))
        return y, *tape.gradient(y, xs, unconnected_gradients="zero")

    xs = tensors(inputs)
    for found, want in zip(tf.function(both, jit_compile=True)(*xs), both(*xs), strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-11)


def test_a_jacobian_goes_through() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tnp.cumprod(x, axis=1)[:, 1]
    np.testing.assert_array_equal(tape.jacobian(y, x), [[[2, 1], [0, 0]], [[0, 0], [5, 3]]])


def test_constants_and_dtypes_are_numpys() -> None:
    """The names that are no functions; `tests/tensorflow/signatures.json` has the functions, and their parameters."""
    names = {
        "bool_": np.bool_, "complex128": np.complex128, "complex64": np.complex64, "complex_": np.complex128, "e": np.e,
        "float16": np.float16, "float32": np.float32, "float64": np.float64, "float_": np.float64,
        "inexact": np.inexact,
        "inf": np.inf, "int16": np.int16, "int32": np.int32, "int64": np.int64, "int8": np.int8, "int_": np.int64,
        "newaxis": None, "object_": np.object_, "pi": np.pi, "string_": np.bytes_, "uint16": np.uint16,
        "uint32": np.uint32, "uint64": np.uint64, "uint8": np.uint8, "unicode_": np.str_, "ndarray": tf.Tensor,
    }  # fmt: skip
    assert {name: getattr(tnp, name) for name in names} == names
    functions = {n for names in recorded().values() for n in names.split() if n.startswith("experimental.numpy.")}
    ours = {f"experimental.numpy.{n}" for n in tnp.__all__} | {
        f"experimental.numpy.random.{n}" for n in tnp.random.__all__
    }
    assert ours - {f"experimental.numpy.{n}" for n in (*names, "random", "iinfo")} == functions


def recorded() -> Any:
    return json.loads(RECORD.read_text("utf-8"))
