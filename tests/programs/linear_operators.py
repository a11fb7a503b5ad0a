"""Linear operators: what they compute, which classes products and inverses have, hints, and a Gaussian's likelihood."""

import numpy as np
import tensorflow as tf

L = tf.linalg
rng = np.random.RandomState(0)
A = rng.randn(4, 4)
S = A @ A.T + 4 * np.eye(4)
positive = dict(is_self_adjoint=True, is_positive_definite=True)
pair = [L.LinearOperatorFullMatrix(S[:2, :2], **positive), L.LinearOperatorDiag(np.array([1.0, 2.0]), **positive)]
operators = {
    "full": L.LinearOperatorFullMatrix(S, **positive),
    "diag": L.LinearOperatorDiag(np.array([1.0, 2, 3, 4]), **positive),
    "identity": L.LinearOperatorIdentity(4, dtype=tf.float64),
    "scaled": L.LinearOperatorScaledIdentity(4, np.float64(3.0), **positive),
    "zeros": L.LinearOperatorZeros(4, dtype=tf.float64),
    "triangular": L.LinearOperatorLowerTriangular(S, is_non_singular=True),
    "tridiagonal": L.LinearOperatorTridiag(np.array([[1.0, 1, 1, 0], [4, 4, 4, 4], [0, 1, 1, 1]]), **positive),
    "permutation": L.LinearOperatorPermutation([1, 0, 3, 2], dtype=tf.float64),
    "householder": L.LinearOperatorHouseholder(np.array([1.0, 2, 3, 4])),
    "toeplitz": L.LinearOperatorToeplitz(np.array([4.0, 1, 0, 0]), np.array([4.0, 1, 0, 0]), **positive),
    "circulant": L.LinearOperatorCirculant(
        tf.constant([4.0, 1, 2, 1], tf.complex128), input_output_dtype=tf.float64, **positive
    ),
    "update": L.LinearOperatorLowRankUpdate(
        L.LinearOperatorDiag(np.array([1.0, 2, 3, 4]), is_positive_definite=True), A[:, :2], np.array([1.0, 2.0]),
        is_diag_update_positive=True, **positive,
    ),
    "kronecker": L.LinearOperatorKronecker(pair),
    "blocks": L.LinearOperatorBlockDiag(pair),
    "composition": L.LinearOperatorComposition(
        [L.LinearOperatorDiag(np.arange(1.0, 5)), L.LinearOperatorFullMatrix(S)]
    ),
    "inversion": L.LinearOperatorInversion(L.LinearOperatorFullMatrix(S, **positive)),
}  # fmt: skip
x = np.arange(8.0).reshape(4, 2) - 3


def shown(compute):
    try:
        return np.round(np.asarray(compute()), 4) + 0.0
    except (NotImplementedError, ValueError) as error:
        return type(error).__name__


def told(make):
    try:
        o = make()
        return type(o).__name__[14:], o.is_non_singular, o.is_self_adjoint, o.is_positive_definite, o.is_square
    except (NotImplementedError, ValueError) as error:
        return type(error).__name__


for name, o in operators.items():
    print(name, o.name, o.shape, o.dtype, o.tensor_rank, o.shape_tensor().numpy())
    for method in ("to_dense", "diag_part", "trace", "determinant", "cond"):
        print(method, shown(getattr(o, method)))
    print(shown(lambda o=o: o.log_abs_determinant()) if name != "zeros" else "")
    for adjoint in (False, True):
        print(shown(lambda o=o, a=adjoint: o.matmul(x, adjoint=a)), shown(lambda o=o, a=adjoint: o.solve(x, adjoint=a)))
    print(shown(lambda o=o: o.matvec(x[:, 0])), shown(lambda o=o: o.solvevec(x[:, 0])))
    print(shown(lambda o=o: o.add_to_tensor(tf.ones((2, 4, 4), tf.float64))))
    print(told(o.adjoint), told(o.cholesky))
    if name in ("full", "diag", "scaled", "tridiagonal", "circulant", "kronecker", "blocks", "zeros"):
        print(told(o.inverse))
    for other, p in operators.items():
        print(other, told(lambda o=o, p=p: o.matmul(p)))


@tf.function
def log_likelihood(scale, noise, points, values):
    kernel = tf.exp(-((points[:, None] - points[None, :]) ** 2) / (2 * scale**2))
    covariance = L.LinearOperatorLowRankUpdate(
        L.LinearOperatorScaledIdentity(tf.shape(points)[0], noise, is_positive_definite=True), kernel[:, :2]
    )
    return -0.5 * (tf.reduce_sum(values * covariance.solvevec(values)) + covariance.log_abs_determinant())


points = tf.constant(np.linspace(0, 1, 6))
scale, noise = tf.Variable(0.5, dtype=tf.float64), tf.Variable(0.1, dtype=tf.float64)
with tf.GradientTape() as tape:
    value = log_likelihood(scale, noise, points, tf.sin(points))
print(value.numpy().round(5), [g.numpy().round(5) for g in tape.gradient(value, [scale, noise])])
