"""Derivatives of what is made of eigenvectors or singular vectors, where their values are equal."""

import numpy as np
import pytest

import gradtape as tf

C = np.array([[1.0, 2, 3], [2, 5, 7], [3, 7, -2]])
W = np.arange(1.0, 10).reshape(3, 3) + np.eye(3)
Q = np.linalg.qr(C + 3 * np.eye(3))[0]
U = np.linalg.qr(W)[0]
Z = np.linalg.qr(C + 1j * W)[0]
TWO = Q @ np.diag([1.0, 1, 3]) @ Q.T  # equal but for rounding
EQUAL = {"eye": np.eye(3), "two": TWO, "diagonal": np.diag([1.0, 1, 3])}


def symmetric(x):
    return (x + tf.linalg.matrix_transpose(x)) / 2


def rebuilt(f):
    def function(x):
        w, v = tf.linalg.eigh(symmetric(x))
        return tf.reduce_sum(tf.cast(C, x.dtype) * tf.matmul(v * f(w)[..., None, :], v, transpose_b=True))

    return function


def of_singular(f, full=False):
    def function(x):
        s, u, v = tf.linalg.svd(x, full_matrices=full)
        k = s.shape[-1]
        y = tf.matmul(u[..., :k] * tf.cast(f(s), u.dtype), v[..., :k], adjoint_b=True)
        return tf.reduce_sum(tf.math.real(tf.cast(C[: x.shape[0], : x.shape[1]], y.dtype) * tf.sin(y)))

    return function


def of_parts(function):
    """A function of complex matrices, as one of their real and imaginary parts."""
    return lambda parts: function(tf.complex(parts[0], parts[1]))


def hermitian(x):
    w, v = tf.linalg.eigh((x + tf.linalg.adjoint(x)) / 2)
    return tf.reduce_sum(tf.math.real(tf.cast(C, v.dtype) * tf.matmul(v * tf.exp(w), v, adjoint_b=True)))


def space(x):
    """Of the space of two eigenvectors."""
    v = tf.linalg.eigh(symmetric(x))[1][:, :2]
    return tf.reduce_sum(C * tf.matmul(v, v, transpose_b=True))


def of_rebuilt(x):
    w, v = tf.linalg.eigh(symmetric(x))
    y = tf.matmul(v * tf.exp(w), v, transpose_b=True)
    return tf.reduce_sum(C * tf.sin(y) * y)


def parts(x):
    return np.stack([x.real, x.imag])


def tall(*values):
    return np.linalg.qr(C)[0][:, :2] @ np.diag(values) @ np.array([[0.6, -0.8], [0.8, 0.6]])


FUNCTIONS = {
    "identity": (rebuilt(lambda w: w), EQUAL),
    "exp": (rebuilt(tf.exp), EQUAL | {"zero": np.zeros((3, 3))}),
    "softmax": (rebuilt(tf.nn.softmax), EQUAL),
    "log": (rebuilt(tf.math.log), EQUAL),
    "space": (space, {k: v for k, v in EQUAL.items() if k != "eye"}),
    "of rebuilt": (of_rebuilt, EQUAL),
    "eigenvalues": (lambda x: tf.reduce_sum(tf.exp(tf.linalg.eigvalsh(symmetric(x)))), EQUAL),
    "singular": (of_singular(lambda s: s), EQUAL | {"general": Q @ np.diag([1.0, 1, 3]) @ U}),
    "sin of singular": (of_singular(tf.sin), EQUAL | {"no rank": Q @ np.diag([2.0, 0, 0]) @ U}),
    "polar": (of_singular(tf.ones_like), EQUAL | {"general": Q @ np.diag([1.0, 1, 3]) @ U}),
    "tall": (of_singular(tf.sin), {"equal": tall(1.0, 1.0), "no rank": tall(2.0, 0.0)}),
    "wide": (of_singular(tf.sin, full=True), {"equal": tall(1.0, 1.0).T, "no rank": tall(2.0, 0.0).T}),
    "hermitian": (of_parts(hermitian), {"two": parts(Z @ np.diag([1, 1, 3]) @ Z.conj().T)}),
    "complex": (
        of_parts(of_singular(tf.sin)),
        {"two": parts(Z @ np.diag([1, 1, 3]) @ U), "no rank": parts(Z @ np.diag([3, 1, 0]) @ U)},
    ),
}
CASES = [pytest.param(f, x, id=f"{name}-{at}") for name, (f, given) in FUNCTIONS.items() for at, x in given.items()]


def gradient(function, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


def weights(x):
    return np.arange(1.0, 1 + np.prod(x.shape)).reshape(x.shape)


def second(function, x):
    """The gradient of a weighted sum of the gradient."""
    return gradient(lambda y: tf.reduce_sum(gradient(function, y) * weights(x)), x)


def differences(function, x, step=1e-3):
    found = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = step
        near, far = (function(x + k * e) - function(x - k * e) for k in (1, 2))
        found[i] = (8 * near - far) / (12 * step)
    return found


@pytest.mark.parametrize("jit", [None, False, True], ids=["eager", "function", "xla"])
@pytest.mark.parametrize(("function", "x"), CASES)
def test_gradients_are_those_of_the_whole(function, x, jit):
    expected = differences(lambda y: float(function(tf.constant(y))), x)
    run = function if jit is None else tf.function(function, jit_compile=jit)
    np.testing.assert_allclose(gradient(run, x), expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("function_of", [lambda f: f, tf.function], ids=["eager", "function"])
@pytest.mark.parametrize(("function", "x"), CASES)
def test_second_derivatives_are_those_of_the_whole(function, x, function_of):
    # Gradients just beside equal values have errors of rounding over how far these are apart, so steps are large.
    expected = differences(lambda y: float(tf.reduce_sum(gradient(function, y) * weights(x))), x, 5e-3)
    found = function_of(lambda y: second(function, y))(tf.constant(x))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_of_a_second_derivative_through_a_call_nothing_is_made_up():
    function = tf.function(rebuilt(tf.exp))
    assert np.isnan(second(function, np.eye(3)).numpy()).any()
    distinct = np.diag([1.0, 2, 3])
    np.testing.assert_allclose(second(function, distinct), second(rebuilt(tf.exp), distinct), rtol=1e-10)


def test_third_derivatives_too():
    x = tf.constant(np.eye(3))
    found, expected = (
        gradient(lambda y, f=f: tf.reduce_sum(second(f, y) * C), x).numpy()
        for f in (rebuilt(tf.exp), lambda x: tf.reduce_sum(C * tf.linalg.expm(symmetric(x))))
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_a_batch_may_mix_equal_values_and_others():
    batch = np.stack([np.eye(3), TWO, C, np.diag([1.0, 2, 3])])
    each = [gradient(rebuilt(tf.exp), x).numpy() for x in batch]
    np.testing.assert_allclose(gradient(rebuilt(tf.exp), batch), each, rtol=1e-12)


def test_jacobians_too():
    def exponential(x):
        w, v = tf.linalg.eigh(symmetric(x))
        return tf.matmul(v * tf.exp(w), v, transpose_b=True)

    x = tf.constant(TWO)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = exponential(x), tf.linalg.expm(symmetric(x))
    np.testing.assert_allclose(tape.jacobian(y, x), tape.jacobian(z, x), rtol=1e-9, atol=1e-9)


def test_float32_values_that_rounding_parts_are_equal():
    x = np.array([[2.0, 1, 1], [1, 2, 1], [1, 1, 2]])
    found = gradient(rebuilt(tf.sqrt), x.astype(np.float32))
    np.testing.assert_allclose(found, gradient(rebuilt(tf.sqrt), x), rtol=1e-5)


def test_where_vectors_themselves_matter_there_is_no_derivative():
    def function(x):
        w, v = tf.linalg.eigh(symmetric(x))
        return tf.reduce_sum(v * W) + tf.reduce_sum(w)

    assert not np.isfinite(gradient(function, np.eye(3))).all()
