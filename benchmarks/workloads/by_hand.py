"""The workloads in NumPy by one who knows the derivatives: what all are compared with."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.epochs import counted, trained
from benchmarks.models import by_hand as networks

Array = NDArray[Any]


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        g = np.ones_like(y)
        for _ in range(length):
            g = g * c
        return g

    return run


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y

    return run


def loop_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = np.tanh(y * c + x)
        return y

    return run


def loop_gradient(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        ys = [x]
        for _ in range(length):
            ys.append(np.tanh(ys[-1] * c + x))
        g, total = np.ones_like(x), np.zeros_like(x)
        for y in reversed(ys[1:]):
            g = g * (1 - y * y)
            total = total + g
            g = g * c
        return total + g

    return run


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = x[()]  # a NumPy scalar: twice as fast as an array of no dimensions
    shrink, one = np.float32(0.6), np.float32(1.0)

    def run() -> Array:
        y, shrunk = x, []
        for _ in range(steps):
            if y > one:
                y = y * shrink
                shrunk.append(True)
            else:
                y = y + x
                shrunk.append(False)
        g, gradient = one, np.float32(0.0)
        for was_shrunk in reversed(shrunk):
            if was_shrunk:
                g = g * shrink
            else:
                gradient = gradient + g
        return gradient + g

    return run


def training_step(
    network: str, parameters: list[Array], inputs: Array, labels: Array, rate: float
) -> Callable[[], list[Array]]:
    if network == "mlp":
        return mlp_step(inputs, labels, parameters, rate)
    loss_and_gradients = getattr(networks, network)
    parameters = [p.copy() for p in parameters]

    def run() -> list[Array]:
        loss, gradients = loss_and_gradients(parameters, inputs, labels)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= np.float32(rate) * gradient
        return [loss, *parameters]

    return run


def first_step(**given: Any) -> Callable[[], Array]:
    return lambda: training_step(**given)()[0]


def scalar_call(x: Array, calls: int) -> Callable[[], Array]:
    x = x[()]

    def run() -> Array:
        for _ in range(calls):
            y = x * x
        return y

    return run


def mlp_step(images: Array, labels: Array, parameters: list[Array], rate: float) -> Callable[[], list[Array]]:
    """Every array of a step is allocated once, here; a step writes into them."""
    w1, b1, w2, b2, w3, b3 = parameters = [p.copy() for p in parameters]
    g1, gb1, g2, gb2, g3, gb3 = gradients = [np.empty_like(p) for p in parameters]
    batch = len(images)
    h1, h2, logits = (np.empty((batch, len(b)), b.dtype) for b in (b1, b2, b3))
    d1, d2 = np.empty_like(h1), np.empty_like(h2)
    active1, active2 = np.empty(h1.shape, bool), np.empty(h2.shape, bool)
    rows = np.arange(batch)

    def run() -> list[Array]:
        np.matmul(images, w1, out=h1)
        np.add(h1, b1, out=h1)
        np.maximum(h1, 0, out=h1)
        np.matmul(h1, w2, out=h2)
        np.add(h2, b2, out=h2)
        np.maximum(h2, 0, out=h2)
        np.matmul(h2, w3, out=logits)
        np.add(logits, b3, out=logits)

        np.subtract(logits, logits.max(axis=1, keepdims=True), out=logits)
        picked = logits[rows, labels]
        d3 = np.exp(logits, out=logits)
        total = d3.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - picked)
        np.divide(d3, total, out=d3)
        d3[rows, labels] -= 1
        np.divide(d3, batch, out=d3)

        np.matmul(h2.T, d3, out=g3)
        np.sum(d3, axis=0, out=gb3)
        np.matmul(d3, w3.T, out=d2)
        np.multiply(d2, np.greater(h2, 0, out=active2), out=d2)
        np.matmul(h1.T, d2, out=g2)
        np.sum(d2, axis=0, out=gb2)
        np.matmul(d2, w2.T, out=d1)
        np.multiply(d1, np.greater(h1, 0, out=active1), out=d1)
        np.matmul(images.T, d1, out=g1)
        np.sum(d1, axis=0, out=gb1)

        for parameter, gradient in zip(parameters, gradients, strict=True):
            np.multiply(gradient, rate, out=gradient)
            np.subtract(parameter, gradient, out=parameter)
        return [loss, *parameters]

    return run


def layer_jacobian(x: Array, w: Array, by: str) -> Callable[[], Array]:
    """Each output depends on one row of `x`, and on one column of `w`: the rest of the Jacobian is zero."""
    batch, width = x.shape
    samples, outputs = np.arange(batch), np.arange(width)

    def run() -> Array:
        slope = 1 - np.tanh(x @ w) ** 2
        if by == "input":
            jacobian = np.zeros((batch, width, *x.shape), x.dtype)
            jacobian[samples, :, samples] = slope[:, :, None] * w.T
        else:
            jacobian = np.zeros((batch, width, *w.shape), x.dtype)
            jacobian[:, outputs, :, outputs] = slope.T[:, :, None] * x
        return jacobian

    return run


def layer_jacobian_loop(x: Array, w: Array, by: str) -> Callable[[], Array]:
    batch, width = x.shape
    source = x if by == "input" else w

    def run() -> Array:
        y = np.tanh(x @ w)
        slope = 1 - y * y
        rows = []
        for i in range(y.size):
            g = np.zeros(y.size, y.dtype)
            g[i] = 1
            g = g.reshape(y.shape) * slope
            rows.append(g @ w.T if by == "input" else x.T @ g)
        return np.stack(rows).reshape(batch, width, *source.shape)

    return run


def mlp_forward(images: Array, labels: Array, parameters: list[Array], direction: list[Array]) -> Callable[[], Array]:
    w1, b1, w2, b2, w3, b3 = parameters
    rows = np.arange(len(images))

    def run() -> Array:
        h = np.maximum(images @ w1 + b1, 0)
        h = np.maximum(h @ w2 + b2, 0)
        logits = h @ w3 + b3
        logits -= logits.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[rows, labels])

    return run


def mlp_hvp(images: Array, labels: Array, parameters: list[Array], direction: list[Array]) -> Callable[[], list[Array]]:
    """The tangent of the gradient (Pearlmutter's R operator): `t` before a name is for its tangent."""
    w1, b1, w2, b2, w3, b3 = parameters
    tw1, tb1, tw2, tb2, tw3, tb3 = direction
    batch = len(images)
    rows = np.arange(batch)

    def run() -> list[Array]:
        h1 = np.maximum(images @ w1 + b1, 0)
        active1 = h1 > 0
        th1 = (images @ tw1 + tb1) * active1
        h2 = np.maximum(h1 @ w2 + b2, 0)
        active2 = h2 > 0
        th2 = (th1 @ w2 + h1 @ tw2 + tb2) * active2
        logits = h2 @ w3 + b3
        tlogits = th2 @ w3 + h2 @ tw3 + tb3
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        td3 = p * (tlogits - (p * tlogits).sum(axis=1, keepdims=True)) / batch
        d3 = p
        d3[rows, labels] -= 1
        d3 /= batch
        d2 = (d3 @ w3.T) * active2
        td2 = (td3 @ w3.T + d3 @ tw3.T) * active2
        td1 = (td2 @ w2.T + d2 @ tw2.T) * active1
        return [
            images.T @ td1, td1.sum(axis=0),
            th1.T @ d2 + h1.T @ td2, td2.sum(axis=0),
            th2.T @ d3 + h2.T @ td3, td3.sum(axis=0),
        ]  # fmt: skip

    return run


def embedding_step(rows: int, ids: Array, targets: Array, rate: float) -> Callable[[], list[Array]]:
    table = np.zeros((rows, targets.shape[1]), targets.dtype)

    def run() -> list[Array]:
        difference = table[ids] - targets
        loss = np.mean(difference * difference)
        np.subtract.at(table, ids, difference * np.float32(2 * rate / difference.size))
        return [loss, table[ids]]

    return run


def data_arrays(images: Array, labels: Array) -> Callable[[], list[Any]]:
    rng = np.random.default_rng(0)

    def shuffled() -> Iterator[tuple[Array, Array]]:
        order = rng.permutation(len(images))
        for i in range(0, len(order), 32):
            yield images[order[i : i + 32]], labels[order[i : i + 32]]

    return lambda: counted(shuffled())


def _pictures(folder: str, size: int) -> Iterator[Array]:
    from PIL import Image

    rng = np.random.default_rng(0)
    batch = []
    for name in sorted(Path(folder).glob("*.jpg")):
        x = np.asarray(Image.open(name))[16:240, 16:240]
        batch.append(x[:, ::-1] if rng.random() < 0.5 else x)
        if len(batch) == size:
            yield np.stack(batch)
            batch = []


def data_pictures(folder: str) -> Callable[[], list[Any]]:
    def run() -> list[Any]:
        count, total = 0, 0.0
        for x in _pictures(folder, 32):
            count += len(x)
            total += float(x[:, 112].astype("float32").sum())
        return [count, total]

    return run


def data_examples(folder: str) -> Callable[[], list[Any]]:
    """Of the same numbers in NumPy's own files."""

    def batches() -> Iterator[tuple[Array, Array]]:
        images, labels = np.load(folder + "/images.npy"), np.load(folder + "/labels.npy")
        for i in range(0, len(images), 32):
            yield images[i : i + 32], labels[i : i + 32]

    return lambda: counted(batches())


def data_overlap(folder: str, w: Array) -> Callable[[], list[Any]]:
    """One after the other."""
    return lambda: trained(_pictures(folder, 8), w)


def add_chain(x: Array, c: Array, length: int) -> Callable[[], Callable[[], Array]]:
    """By hand nothing is held: the sum's gradient is known."""
    return lambda: lambda: np.ones_like(x)


def _tridiagonal_solve(diagonals: Array, b: Array) -> Array:
    above, main, below = diagonals
    return np.linalg.solve(np.diag(main) + np.diag(above[:-1], 1) + np.diag(below[1:], -1), b)


def _expm(x: Array) -> Array:
    scaled = x / 256
    total = term = np.eye(len(x), dtype=x.dtype)
    for k in range(1, 10):
        term = term @ scaled / x.dtype.type(k)
        total = total + term
    for _ in range(8):
        total = total @ total
    return total


def _cumprod_gradient(x: Array) -> Array:
    before = np.ones_like(x)
    before[1:] = np.cumprod(x[:-1], 0)
    after = np.ones_like(x)  # the sum of the products of what follows
    for i in range(len(x) - 2, -1, -1):
        after[i] = 1 + x[i + 1] * after[i + 1]
    return before * after


def _top_k_gradient(x: Array) -> Array:
    g = np.zeros_like(x)
    np.put_along_axis(g, np.argpartition(-x, 4, -1)[:, :5], 1, -1)
    return g


MATRICES: dict[str, Callable[..., Array]] = {
    "cholesky": np.linalg.cholesky,
    "cholesky_solve": lambda l, b: np.linalg.solve(l @ l.T, b),
    "expm": _expm,
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "triangular_solve": np.linalg.solve,
    "tridiagonal_solve": _tridiagonal_solve,
}
GRADIENTS: dict[str, Callable[[Array], Array]] = {
    "cumprod": _cumprod_gradient,
    "det": lambda x: np.linalg.det(x) * np.linalg.inv(x).T,
    "logdet": np.linalg.inv,
    "top_k": _top_k_gradient,
}


def matrix_operation(operation: str, arrays: list[Array]) -> Callable[[], Array]:
    return lambda: MATRICES[operation](*arrays)


def matrix_gradient(operation: str, arrays: list[Array]) -> Callable[[], Array]:
    return lambda: GRADIENTS[operation](*arrays)
