"""Laws of differentiation, at inputs that hypothesis finds."""

from typing import Any

import hypothesis
import hypothesis.extra.numpy as arrays
import numpy as np
from hypothesis import strategies as st

import gradtape as tf

hypothesis.settings.register_profile("gradtape", deadline=None, max_examples=60, derandomize=True)
hypothesis.settings.load_profile("gradtape")

numbers = st.floats(-3.0, 3.0, width=64)
positive = st.floats(0.3, 3.0, width=64)
shapes = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
OPERATIONS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "maximum": lambda x, y: tf.maximum(x, y),
    "pow": lambda x, y: x**y,
}
FUNCTIONS = {
    "exp": tf.exp,
    "sin": tf.sin,
    "tanh": tf.tanh,
    "square": tf.square,
    "negative": tf.negative,
    "sigmoid": tf.sigmoid,
}
binary = st.sampled_from(sorted(OPERATIONS))
unary = st.sampled_from(sorted(FUNCTIONS))
vectors = arrays.arrays(np.float64, arrays.array_shapes(max_dims=2, max_side=4), elements=numbers)


@st.composite
def broadcastable(draw: Any) -> tuple[Any, Any]:
    """Two arrays whose shapes broadcast."""
    found = draw(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3))
    return tuple(draw(arrays.arrays(np.float64, shape, elements=positive)) for shape in found.input_shapes)


def gradient(function: Any, x: Any, g: Any = None) -> Any:
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, None if g is None else tf.constant(g), unconnected_gradients="zero").numpy()


def close(a: Any, b: Any) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@hypothesis.given(name=binary, inputs=broadcastable())
def test_gradients_have_the_shapes_and_dtypes_of_broadcast_inputs(name: str, inputs: tuple[Any, Any]) -> None:
    x, y = map(tf.constant, inputs)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = OPERATIONS[name](x, y)
    for g, source in zip(tape.gradient(z, [x, y]), (x, y), strict=True):
        assert g.shape == source.shape
        assert g.dtype == source.dtype


@hypothesis.given(name=binary, inputs=broadcastable())
def test_the_gradient_of_a_broadcast_input_is_the_sum_over_its_copies(name: str, inputs: tuple[Any, Any]) -> None:
    x, y = inputs
    z = np.broadcast_shapes(x.shape, y.shape)
    copies = gradient(lambda x: OPERATIONS[name](x, tf.constant(y)), np.broadcast_to(x, z).copy())
    added = tuple(range(len(z) - x.ndim))
    kept = tuple(i for i, n in enumerate(x.shape) if n == 1)
    summed = copies.sum(axis=added).sum(axis=kept, keepdims=True).reshape(x.shape)
    close(gradient(lambda x: OPERATIONS[name](x, tf.constant(y)), x), summed)


@hypothesis.given(name=unary, x=vectors, a=numbers, b=numbers)
def test_the_gradient_is_linear_in_output_gradients(name: str, x: Any, a: float, b: float) -> None:
    function = FUNCTIONS[name]
    g, h = np.cos(np.arange(x.size)).reshape(x.shape), np.ones(x.shape)
    mixed = gradient(function, x, a * g + b * h)
    close(mixed, a * gradient(function, x, g) + b * gradient(function, x, h))


@hypothesis.given(first=unary, second=unary, x=vectors)
def test_the_gradient_of_a_sum_is_the_sum_of_gradients(first: str, second: str, x: Any) -> None:
    f, h = FUNCTIONS[first], FUNCTIONS[second]
    close(gradient(lambda x: f(x) + h(x), x), gradient(f, x) + gradient(h, x))


@hypothesis.given(first=unary, second=unary, x=vectors)
def test_product_rule(first: str, second: str, x: Any) -> None:
    f, h = FUNCTIONS[first], FUNCTIONS[second]
    t = tf.constant(x)
    close(gradient(lambda x: f(x) * h(x), x), gradient(f, x) * h(t).numpy() + f(t).numpy() * gradient(h, x))


@hypothesis.given(first=unary, second=unary, x=vectors)
def test_chain_rule(first: str, second: str, x: Any) -> None:
    f, h = FUNCTIONS[first], FUNCTIONS[second]
    inside = f(tf.constant(x)).numpy()
    close(gradient(lambda x: h(f(x)), x), gradient(h, inside) * gradient(f, x))


@hypothesis.given(first=unary, second=unary, x=vectors)
def test_second_derivative_of_a_composition_by_nested_tapes(first: str, second: str, x: Any) -> None:
    f, h = FUNCTIONS[first], FUNCTIONS[second]

    def slope(function: Any) -> Any:
        def derivative(x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(x)
            return tape.gradient(y, x, unconnected_gradients="zero")

        return derivative

    inside = f(tf.constant(x)).numpy()
    curved = gradient(slope(h), inside) * gradient(f, x) ** 2 + gradient(h, inside) * gradient(slope(f), x)
    close(gradient(slope(lambda x: h(f(x))), x), curved)


@hypothesis.given(name=binary, x=arrays.arrays(np.float64, (2, 2), elements=positive))
def test_mixed_second_derivatives_commute(name: str, x: Any) -> None:
    operation = OPERATIONS[name]
    x, y = tf.constant(x), tf.constant(x[::-1] + 0.25)
    mixed = []
    for one, other in ((x, y), (y, x)):
        with tf.GradientTape() as outer:
            outer.watch([x, y])
            with tf.GradientTape() as tape:
                tape.watch([x, y])
                z = operation(x, y)
            g = tape.gradient(z, one)
        mixed.append(outer.gradient(g, other, unconnected_gradients="zero").numpy())
    close(*mixed)


@hypothesis.given(x=vectors, count=st.integers(1, 6))
def test_a_source_used_many_times_has_the_sum_of_its_gradients(x: Any, count: int) -> None:
    close(gradient(lambda x: sum((x * float(i) for i in range(count)), x), x), 1.0 + sum(range(count)))


@hypothesis.given(x=vectors)
def test_nothing_is_written_to_what_the_program_gave(x: Any) -> None:
    g = np.ones(x.shape)
    kept = x.copy(), g.copy()
    gradient(lambda x: x * x + x, x, g)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(g, kept[1])
