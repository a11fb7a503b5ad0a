"""Gradients under another tape: their matrix products are computed when somebody looks at them, and not before."""

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.engine import numpy as engine

X = tf.constant([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])
V = tf.constant([[1.0, 0.0, 2.0, 0.5], [0.0, -1.0, 1.0, 3.0]])
START = np.array([[1.0, 2.0, 0.0, -1.0], [0.5, 0.0, 1.0, 2.0]], np.float32)


@pytest.fixture
def w() -> tf.Variable:
    return tf.Variable(START)


@pytest.fixture
def products(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many matrix products ran since it was last asked."""
    matmul = engine.matmul
    shapes: list[Any] = []

    def counting(a: Any, b: Any) -> Any:
        shapes.append((a.shape, b.shape))
        return matmul(a, b)

    def count() -> int:
        n = len(shapes)
        shapes.clear()
        return n

    monkeypatch.setattr(engine, "matmul", counting)
    return count


def gradient_of(w: tf.Variable) -> tf.Tensor:
    """Of sum((X @ w) ** 2), which is 2 X' X w."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((X @ w) ** 2)
    return tape.gradient(loss, w)


def expected(w: Any = START) -> Any:
    return 2.0 * X.numpy().T @ X.numpy() @ w


# --- what is not computed ---------------------------------------------------------------------------------------------


def test_a_hessian_vector_product_does_not_compute_the_gradient(w: Any, products: Any) -> None:
    with tf.GradientTape() as tape:
        gradient = gradient_of(w)
    assert products() == 1  # X @ w
    product = tape.gradient(gradient, w, output_gradients=V)
    assert products() == 2  # X @ V and X' @ (X @ V)
    np.testing.assert_allclose(product, expected(V.numpy()), rtol=1e-6)


def test_nor_does_one_in_forward_mode(w: Any, products: Any) -> None:
    with tf.autodiff.ForwardAccumulator(w, V) as forward:
        gradient = gradient_of(w)
    assert products() == 3  # X @ w, X @ V and X' @ (X @ V)
    np.testing.assert_allclose(forward.jvp(gradient), expected(V.numpy()), rtol=1e-6)


def test_a_deep_model_needs_no_product_twice(products: Any) -> None:
    shapes = [(2, 5), (5, 4), (4, 3)]
    rng = np.random.default_rng(0)
    weights = [tf.Variable(rng.normal(size=s).astype("f")) for s in shapes]
    directions = [tf.constant(rng.normal(size=s).astype("f")) for s in shapes]

    def gradients() -> Any:
        with tf.GradientTape() as tape:
            h = X
            for layer in weights:
                h = tf.nn.relu(h @ layer)
            loss = tf.reduce_mean(h)
        return tape.gradient(loss, weights)

    with tf.GradientTape() as tape:
        found = gradients()
    backward = tape.gradient(found, weights, output_gradients=directions)
    # Forwards 3, backwards 2; then 1 for the derivative of the first layer's gradient and 2 for each of the 4 others'
    # products, and 5 backwards. Left out: the 3 gradients.
    assert products() == 3 + 2 + 9 + 5
    with tf.autodiff.ForwardAccumulator(weights, directions) as forward:
        found = gradients()
    assert products() == 3 + 2 + 5 + 9
    for a, b in zip(backward, forward.jvp(found), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "x_shape", "w_shape"),
    [
        (tf.matmul, (2, 3, 4), (4, 5)),
        (lambda x, w: tf.einsum("bij,jhk->bhik", x, w), (2, 3, 4), (4, 2, 3)),
        (lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"), (2, 5, 5, 3), (3, 3, 3, 4)),
        (lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], "VALID"), (2, 5, 5, 3), (3, 3, 3, 2)),
        (lambda x, w: tf.matmul(w, x, transpose_a=True), (3, 4, 5), (3, 4, 2)),
    ],
    ids=["batch", "einsum", "conv2d", "depthwise", "batches"],
)
def test_gradients_of_other_layers_are_as_they_were(layer: Any, x_shape: Any, w_shape: Any) -> None:
    rng = np.random.default_rng(0)
    x, w = (tf.constant(rng.normal(size=s).astype("f")) for s in (x_shape, w_shape))
    with tf.GradientTape() as outer, tf.autodiff.ForwardAccumulator(w, tf.ones(w_shape)) as forward:
        outer.watch(w)
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum(tf.tanh(layer(x, w)))
        gradient = tape.gradient(loss, w)
    assert gradient.shape == w_shape
    product = outer.gradient(gradient, w, output_gradients=tf.ones(w_shape))
    np.testing.assert_allclose(forward.jvp(gradient), product, rtol=1e-4, atol=1e-4)
    with tf.GradientTape() as alone:
        alone.watch(w)
        loss = tf.reduce_sum(tf.tanh(layer(x, w)))
    np.testing.assert_allclose(gradient, alone.gradient(loss, w), rtol=1e-5, atol=1e-5)


def test_without_an_outer_tape_it_is_computed_at_once(w: Any, products: Any) -> None:
    gradient_of(w)
    assert products() == 2


# --- looking ----------------------------------------------------------------------------------------------------------


def test_its_shape_and_dtype_are_known_before(w: Any, products: Any) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
        products()
        assert gradient.shape == (2, 4)
        assert gradient.dtype is tf.float32
        assert gradient.ndim == 2
        assert products() == 0


def test_it_is_a_tensor_like_any_before_and_after(w: Any) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
        other = tf.constant(1.0)
        for _ in range(2):
            assert isinstance(gradient, tf.Tensor)
            assert type(gradient).__name__ == type(other).__name__
            assert type(gradient).__module__ == type(other).__module__
            reference = gradient.ref()
            gradient.numpy()
        assert reference == gradient.ref()
        assert type(gradient) is type(other)


@pytest.mark.parametrize(
    "look",
    [
        lambda g: g.numpy(),
        np.asarray,
        lambda g: (g + 0.0).numpy(),
        lambda g: (0.0 + g).numpy(),
        lambda g: tf.identity(g).numpy(),
        lambda g: tf.stack([row.numpy() for row in g]).numpy(),
        lambda g: tf.concat([g[:1], g[1:]], 0).numpy(),
        lambda g: tf.Variable(g).numpy(),
        lambda g: tf.constant(g).numpy(),
        lambda g: copy.deepcopy(g).numpy(),
        lambda g: copy.copy(g).numpy(),
        lambda g: pickle.loads(pickle.dumps(g)).numpy(),
        lambda g: tf.Variable(tf.zeros([2, 4])).assign_add(g).numpy(),
        lambda g: np.from_dlpack(g),
        lambda g: tf.numpy_function(lambda a: a, [g], tf.float32).numpy(),
    ],
)
def test_every_way_to_look_finds_the_value(w: Any, look: Callable[[Any], Any]) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
    np.testing.assert_allclose(look(gradient), expected(), rtol=1e-6)


def test_it_prints_as_any_tensor(w: Any) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
    assert repr(gradient) == repr(tf.constant(gradient.numpy()))


def test_it_is_computed_once(w: Any, products: Any) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
        products()
        gradient.numpy()
        assert products() == 1
        gradient.numpy()
        assert products() == 0


def test_an_assignment_to_the_variable_comes_too_late(w: Any) -> None:
    with tf.GradientTape():
        gradient = gradient_of(w)
        w.assign_add(tf.ones([2, 4]))
    np.testing.assert_allclose(gradient, expected(), rtol=1e-6)


def test_many_threads_may_look_at_once(w: Any) -> None:
    with tf.GradientTape():
        gradients = [gradient_of(w) for _ in range(50)]
    found: list[Any] = []
    barrier = threading.Barrier(4)

    def look() -> None:
        for gradient in gradients:
            barrier.wait()
            found.append(gradient.numpy())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    for value in found:
        np.testing.assert_allclose(value, expected(), rtol=1e-6)


def test_differentiating_what_was_computed_with_it(w: Any) -> None:
    with tf.GradientTape() as tape:
        gradient = gradient_of(w)
        penalty = tf.reduce_sum(gradient**2)
    hessian = 2.0 * X.numpy().T @ X.numpy()
    np.testing.assert_allclose(tape.gradient(penalty, w), 2.0 * hessian @ hessian @ START, rtol=1e-5)


# --- tools that look at everything ------------------------------------------------------------------------------------


def test_what_is_not_finite_is_found_where_it_is_made(w: Any) -> None:
    with tf.GradientTape(), tf.GradientTape() as tape:
        y = tf.constant(np.full((3, 2), 1e30, np.float32)) @ w
        tf.debugging.enable_check_numerics()
        try:
            with pytest.raises(tf.errors.InvalidArgumentError, match="MatMul"):
                tape.gradient(y, w, output_gradients=tf.fill([3, 4], 1e10))
        finally:
            tf.debugging.disable_check_numerics()


def test_tracing_sees_the_products_run(w: Any, products: Any) -> None:
    with tf.debug.tracing(), tf.GradientTape():
        gradient_of(w)
    assert products() == 2
