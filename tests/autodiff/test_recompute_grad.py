"""`tf.recompute_grad`: less memory for one more forward pass, and the same gradients."""

import tracemalloc

import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff.recompute import recompute_grad

X = tf.constant([[0.3, -0.7], [1.1, 0.2]], tf.float64)


def gradients(f, *sources, target=tf.reduce_sum):
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = target(f(*sources))
    return tape.gradient(y, list(sources))


def assert_same(found, expected):
    for a, b in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)


def chain(layers, blocks, wrapper):
    weights = [tf.Variable(tf.random.stateless_normal([64, 64], (i, 0)) * 0.1) for i in range(layers)]
    size = layers // blocks

    def block(x, *ws):
        for w in ws:
            x = tf.tanh(x @ w)
        return x

    block = wrapper(block)

    def f(x):
        for i in range(0, layers, size):
            x = block(x, *weights[i : i + size])
        return tf.reduce_sum(x)

    return f, weights


def peak_and_gradient(f, weights):
    x = tf.random.stateless_normal([4096, 64], (1, 2))
    tracemalloc.start()
    with tf.GradientTape() as tape:
        y = f(x)
    found = tape.gradient(y, weights)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, found


def test_memory_of_a_chain_of_64_tanh_layers():
    plain, expected = peak_and_gradient(*chain(64, 8, lambda f: f))
    less, found = peak_and_gradient(*chain(64, 8, recompute_grad))
    assert less < 0.35 * plain
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-4)


def test_the_forward_pass_keeps_only_the_inputs():
    block = recompute_grad(lambda x: tf.tanh(tf.tanh(tf.tanh(x))))
    x = tf.ones([1000, 100])
    tracemalloc.start()
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = block(x)
    assert tracemalloc.get_traced_memory()[0] < 1.1 * y.numpy().nbytes
    tracemalloc.stop()


def test_after_the_gradient_nothing_is_kept():
    block = recompute_grad(lambda x: tf.tanh(x * x))
    tracemalloc.start()
    with tf.GradientTape() as tape:
        x = tf.ones([1000, 100])
        tape.watch(x)
        y = block(x)
    del x
    before = tracemalloc.get_traced_memory()[0]
    tape.gradient(y, tf.constant(1.0))
    assert before - tracemalloc.get_traced_memory()[0] > 0.9 * y.numpy().nbytes  # the input
    tracemalloc.stop()


def test_what_is_computed_twice():
    calls = []

    @recompute_grad
    def f(x):
        """A cube."""
        calls.append(x)
        return x**3

    assert f.__doc__ == "A cube."
    gradients(f, X)
    assert len(calls) == 2
    f(X)  # no tape: no need to remember
    assert len(calls) == 3


def test_variables_inside_and_as_arguments():
    v, w = tf.Variable(2.0, dtype=tf.float64), tf.Variable(3.0, dtype=tf.float64)
    f = lambda x, w: tf.sin(x * v) * w
    for g in (f, recompute_grad(f)):
        with tf.GradientTape() as tape:
            tape.watch(X)
            y = g(X, w)
        if g is f:
            expected = tape.gradient(y, [X, v, w])
        else:
            assert {v.ref() for v in tape.watched_variables()} == {v.ref(), w.ref()}
            assert_same(tape.gradient(y, [X, v, w]), expected)


def test_what_is_unconnected_is_zero_as_in_tensorflow():
    v = tf.Variable(3.0)
    x, z = tf.constant([1.0, 2.0]), tf.constant(1.0)
    found = gradients(recompute_grad(lambda x, z: x + tf.stop_gradient(v)), x, z)
    assert found[1].numpy() == 0.0


def test_nested_arguments_keyword_arguments_and_results():
    def f(pair, scale=None, *, name):
        assert name == "n"
        return {"a": pair["x"] * pair["y"] * scale, "b": [pair["x"], 2.0 * pair["y"]], "n": tf.constant(3)}

    def call(g, part):
        def inner(x, y, s):
            out = g({"x": x, "y": y}, scale=s, name="n")
            assert out["n"].numpy() == 3
            return part(out)

        return inner

    s = tf.constant(5.0, tf.float64)
    for part in (lambda o: o["a"], lambda o: o["b"][1] * o["b"][0], lambda o: o["a"] * o["b"][0]):
        assert_same(gradients(call(recompute_grad(f), part), X, X + 1.0, s),
                    [tf.zeros_like(x) if g is None else g
                     for g, x in zip(gradients(call(f, part), X, X + 1.0, s), (X, X, s), strict=True)])  # fmt: skip


def test_numbers_and_integers_among_the_arguments():
    f = recompute_grad(lambda x, n, flag, k: tf.tanh(x) * tf.cast(n, x.dtype) if flag else k)
    assert_same(gradients(lambda x: f(x, tf.constant(2), True, 7.0), X), gradients(lambda x: tf.tanh(x) * 2.0, X))


def test_an_argument_given_back():
    assert_same(gradients(recompute_grad(lambda x: (x, x)), X, target=lambda y: y[0] + y[1]), [tf.fill([2, 2], 2.0)])


def test_a_method():
    class Layer:
        def __init__(self):
            self.w = tf.Variable(2.0, dtype=tf.float64)

        @recompute_grad
        def __call__(self, x):
            return tf.sin(x * self.w)

    layer = Layer()
    with tf.GradientTape() as tape:
        y = layer(X)
    np.testing.assert_allclose(tape.gradient(y, layer.w).numpy(), np.sum(X.numpy() * np.cos(2.0 * X.numpy())))


@pytest.mark.parametrize("seed", [None, 3])
def test_random_operations_draw_the_same(seed):
    tf.random.set_seed(seed)
    generator = tf.random.Generator.from_seed(1)
    noise = []

    @recompute_grad
    def f(x):
        n = tf.random.normal(x.shape, dtype=x.dtype) + generator.normal(x.shape, dtype=x.dtype)
        n += tf.random.uniform(x.shape, dtype=x.dtype, seed=5)
        noise.append(n.numpy())
        return x * n

    (g,) = gradients(f, X)
    np.testing.assert_array_equal(g.numpy(), noise[0])
    np.testing.assert_array_equal(noise[0], noise[1])
    f(X)
    assert not np.allclose(noise[2], noise[0])
    tf.random.set_seed(None)


def test_the_numbers_after_it_are_those_without_it():
    def numbers(wrapper):
        tf.random.set_seed(7)
        found = gradients(wrapper(lambda x: x * tf.random.normal(x.shape, dtype=x.dtype)), X)
        return found + [tf.random.normal([3])]

    assert_same(numbers(recompute_grad), numbers(lambda f: f))
    tf.random.set_seed(None)


def test_checkpoints_within_checkpoints_draw_the_same():
    noise = []

    @recompute_grad
    def inner(x):
        n = tf.random.normal(x.shape, dtype=x.dtype)
        noise.append(n.numpy())
        return tf.sin(x) * n

    @recompute_grad
    def outer(x):
        n = tf.random.normal(x.shape, dtype=x.dtype)
        return inner(tf.tanh(x * n)) * tf.random.uniform([], dtype=x.dtype)

    tf.random.set_seed(1)
    (found,) = gradients(outer, X)
    tf.random.set_seed(1)
    (expected,) = gradients(
        lambda x: tf.sin(tf.tanh(x * tf.random.normal(x.shape, dtype=x.dtype)))
        * tf.random.normal(x.shape, dtype=x.dtype) * tf.random.uniform([], dtype=x.dtype), X)  # fmt: skip
    assert_same(found, expected)
    assert len(noise) == 3
    assert all((n == noise[0]).all() for n in noise)
    tf.random.set_seed(None)


def second(f):
    v = tf.Variable(0.7, dtype=tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(X)
        with tf.GradientTape() as inner:
            inner.watch(X)
            y = f(X, v)
        first = inner.gradient(y, [X, v])
    return [*first, *outer.gradient(first, [X, v])]


def test_gradients_of_gradients():
    f = lambda x, v: tf.tanh(x * v) ** 2 * tf.exp(v)
    assert_same(second(recompute_grad(f)), second(f))
    assert_same(second(recompute_grad(recompute_grad(f))), second(f))


def test_jacobians_compute_it_again_once():
    calls = []

    def f(x):
        calls.append(1)
        return tf.tanh(x @ x)

    def jacobian(f):
        with tf.GradientTape() as tape:
            tape.watch(X)
            y = f(X)
        return tape.jacobian(y, X)

    expected = jacobian(f)
    assert_same(jacobian(recompute_grad(f)), expected)
    assert len(calls) == 3


def test_forward_mode():
    f = lambda x: tf.tanh(x @ x)
    t = tf.constant([[1.0, 0.5], [0.0, -1.0]], tf.float64)

    def jvp(f):
        with tf.autodiff.ForwardAccumulator(X, t) as forward:
            y = f(X)
        return forward.jvp(y)

    assert_same(jvp(recompute_grad(f)), jvp(f))


def test_complex_numbers():
    z = tf.complex(X, X * 2.0)
    f = lambda z: tf.math.real(tf.exp(z) * tf.math.conj(z))
    assert_same(gradients(recompute_grad(f), z), gradients(f, z))


def test_an_error_inside_leaves_the_tapes_as_they_were():
    @recompute_grad
    def bad(x):
        raise RuntimeError("inside")

    with tf.GradientTape() as tape:
        tape.watch(X)
        with pytest.raises(RuntimeError, match="inside"):
            bad(X)
        y = tf.sin(X)
    assert tape.gradient(y, X) is not None
