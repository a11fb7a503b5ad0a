"""Matrices in the last two axes: NumPy's `linalg`, and LAPACK's routines for triangles and bands, which are SciPy's.

Both libraries bring an OpenBLAS, whose threads wait for each other: where another program has one of the cores, a
decomposition takes a hundred times as long on two threads as on one. So all but great ones run on one thread, and great
ones on several as long as that is faster than one.
"""

import contextlib
import functools
import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .numpy_products import thread_count

Array = np.ndarray[Any, Any]

# --- threads ---------------------------------------------------------------------------------------------------------

_SMALL = 24  # rows of a matrix up to which NumPy is the fastest, and no OpenBLAS takes threads
_GREAT = 512  # and from which these may pay
_PAUSE = 0.1, 2.0  # seconds until several threads are tried again: at first, and at last


class _Watch:
    """How long one function takes for great matrices on one thread at best, and whether several were faster."""

    def __init__(self) -> None:
        self.alone = math.inf
        self.pause = _PAUSE[0]
        self.until = 0.0


_watches: dict[str, _Watch] = {}


@functools.cache
def _numpy_threads() -> tuple[Callable[[], int], Callable[[int], None]]:
    return thread_count(np.linalg._umath_linalg.__file__)  # type: ignore[attr-defined]


@functools.cache
def _scipy_threads() -> tuple[Callable[[], int], Callable[[int], None]]:
    from scipy.linalg import _flapack

    return thread_count(_flapack.__file__)


@contextlib.contextmanager
def _threads(name: str, n: int, work: float, library: Any = _numpy_threads) -> Iterator[None]:
    """Within it, functions of matrices of n rows run on as many threads as pays; `work` is proportional to time."""
    get, set_ = library()
    count = get()
    if count == 1:
        yield
        return
    watch = _watches.setdefault(name, _Watch())
    start = time.perf_counter()
    if n >= _GREAT and watch.alone < math.inf and start >= watch.until:
        yield
        end = time.perf_counter()
        if end - start > watch.alone * work:
            watch.until = end + max(watch.pause, 30 * (end - start))  # so that trying costs little at most
            watch.pause = min(2 * watch.pause, _PAUSE[1])
        else:
            watch.pause = _PAUSE[0]
        return
    set_(1)
    try:
        yield
    finally:
        set_(count)
    if n >= _GREAT:
        watch.alone = min(watch.alone, (time.perf_counter() - start) / work)


def _by_numpy(name: str, *arrays: Array, **options: Any) -> Any:
    """What the function of `np.linalg` of this name gives."""
    function = getattr(np.linalg, name)
    x = arrays[0]
    m, n = x.shape[-2:]
    if max(m, n) <= _SMALL:
        return function(*arrays, **options)
    with _threads(name, min(m, n), x.size * float(min(m, n))):
        return function(*arrays, **options)


# --- nan -------------------------------------------------------------------------------------------------------------
# LAPACK compares numbers to find pivots, and from nan it may make other numbers, or an endless loop.


def _has_nan(x: Array) -> bool:
    if x.dtype.kind == "f":
        least = np.minimum.reduce(x, None, initial=0)
        return bool(least != least)
    return bool(np.isnan(x).any())


def _nan(x: Array) -> Any:
    return x.dtype.type(complex(math.nan, math.nan) if x.dtype.kind == "c" else math.nan)


def _of_nan(out: Array, x: Array, ndim: int) -> Array:
    """`out`, of `ndim` axes for each matrix, with nan for all matrices of `x` that hold one."""
    if _has_nan(x):
        out = np.asarray(out)
        lead = np.isnan(x).any((-2, -1))
        lead = np.broadcast_to(lead, out.shape[: out.ndim - ndim])
        out = np.where(lead[(..., *[None] * ndim)], _nan(out), out)[()]
    return out


# --- what NumPy has --------------------------------------------------------------------------------------------------


def inv(x: Array) -> Array:
    return _of_nan(_inverse(x), x, 2)


def _inverse(x: Array) -> Array:
    n = x.shape[-1]
    if n <= _SMALL:
        return np.linalg.inv(x)
    char = x.dtype.char

    def one(matrix: Array) -> Array:
        factors, exchanged = _factorized(matrix)
        if n >= 256:  # OpenBLAS's own routines do more work in less time
            if not factors.diagonal().all():
                raise np.linalg.LinAlgError("Singular matrix")
            unit = np.eye(n, dtype=x.dtype)
            return _routine("getrs", char)(factors, exchanged, unit.T, overwrite_b=True)[0].T  # type: ignore[no-any-return]
        made, info = _routine("getri", char)(factors, exchanged, lwork=64 * n, overwrite_lu=True)
        if info:
            raise np.linalg.LinAlgError("Singular matrix")
        return made.T  # type: ignore[no-any-return]

    return _each("inv", one, x)


def _factorized(matrix: Array) -> tuple[Array, Array]:
    """LU of the transposed matrix, as LAPACK has them, which has columns where NumPy has rows."""
    factors, exchanged, _ = _routine("getrf", matrix.dtype.char)(matrix.T)
    return factors, exchanged


def _each(name: str, one: Callable[..., Array], x: Array, *more: Array) -> Array:
    """`one` of each of the square matrices `x`, and what is beside it in `more`."""
    n = x.shape[-1]
    with _threads(name, n, x.size * float(n), _scipy_threads):
        if x.ndim == 2:
            return one(x, *more)
        made = [one(x[place], *(m[place] for m in more)) for place in np.ndindex(x.shape[:-2])]
    if not made:
        return np.zeros((more[0] if more else x).shape, x.dtype)
    return np.array(made).reshape(x.shape[:-2] + made[0].shape)


def det(x: Array) -> Array:
    if x.shape[-1] <= _SMALL or not x.size:
        return _of_nan(np.linalg.det(x), x, 0)
    on, odd = _pivots(x)
    made = np.multiply.reduce(on, -1)
    return _of_nan(np.where(odd, -made, made)[()], x, 0)


def _pivots(x: Array) -> tuple[Array, Array]:
    """The diagonal of U, and whether an odd number of rows were exchanged."""
    n = x.shape[-1]
    places = np.arange(n)

    def one(matrix: Array) -> Array:
        factors, exchanged = _factorized(matrix)
        made = np.empty(n + 1, factors.dtype)
        made[:n] = factors.diagonal()
        made[n] = np.count_nonzero(exchanged != places) & 1
        return made

    made = _each("det", one, x)
    return made[..., :-1], made[..., -1].real > 0


def slogdet(x: Array) -> tuple[Array, Array]:
    """The signs of determinants and the logarithms of their sizes."""
    if x.shape[-1] <= _SMALL or not x.size:
        sign, log = np.linalg.slogdet(x)
    else:
        on, odd = _pivots(x)
        size = np.abs(on)
        log = np.add.reduce(np.log(size), -1)
        sign = np.multiply.reduce(np.sign(on), -1)
        sign = np.where(odd, -sign, sign)[()]
    if np.isnan(log).any() or _has_nan(x):
        log = _of_nan(log, x, 0)
        sign = np.where(np.isnan(log), _nan(sign), sign)[()]
    return sign, log


def solve(a: Array, b: Array) -> Array:
    n = a.shape[-1]
    if n <= _SMALL:
        return _of_nan(np.linalg.solve(a, b), a, 2)
    if not b.size or a.shape[:-2] != b.shape[:-2]:
        with _threads("solve", n, a.size * float(n)):
            return _of_nan(np.linalg.solve(a, b), a, 2)
    substitute = _routine("getrs", a.dtype.char)

    def one(matrix: Array, given: Array) -> Array:
        factors, exchanged = _factorized(matrix)
        if not factors.diagonal().all():
            raise np.linalg.LinAlgError("Singular matrix")
        return substitute(factors, exchanged, given, trans=1)[0]  # type: ignore[no-any-return]

    return _of_nan(_each("solve", one, a, b), a, 2)


def cholesky(x: Array) -> Array:
    """The lower triangles of which the matrices are the squares; nan where one is not positive definite."""
    if x.shape[-1] <= _SMALL or not x.size:
        try:
            return np.linalg.cholesky(x)
        except np.linalg.LinAlgError:
            if x.ndim == 2:
                return np.tril(np.full_like(x, _nan(x)))
            return np.stack([cholesky(matrix) for matrix in x])
    decompose = _routine("potrf", x.dtype.char)

    def one(matrix: Array) -> Array:
        made, info = decompose(matrix.T, lower=False, clean=True)
        return np.tril(np.full_like(matrix, _nan(matrix))) if info else made.T

    return _each("cholesky", one, x)


def eigh(x: Array) -> tuple[Array, Array]:
    if _has_nan(x) and np.isnan(np.tril(x)).any():
        raise np.linalg.LinAlgError(
            "Self-adjoint eigen decomposition was not successful. The input might not be valid."
        )
    return tuple(_by_numpy("eigh", x))  # type: ignore[return-value]


def eig(x: Array) -> tuple[Array, Array]:
    try:
        return tuple(_by_numpy("eig", x))  # type: ignore[return-value]
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError("Eigen decomposition was not successful. The input might not be valid.") from None


def svd(x: Array, full_matrices: bool) -> tuple[Array, Array, Array]:
    """u, s and the conjugate transpose of v; all nan of a matrix with an element that is not finite."""
    finite = np.isfinite(x).all((-2, -1))
    if finite.all():
        return tuple(_by_numpy("svd", x, full_matrices=full_matrices))  # type: ignore[return-value]
    parts = svd(np.where(finite[..., None, None], x, 0).astype(x.dtype), full_matrices)
    masks = finite[..., None, None], finite[..., None], finite[..., None, None]
    return tuple(np.where(mask, part, _nan(part)) for mask, part in zip(masks, parts, strict=True))  # type: ignore[return-value]


def qr(x: Array, mode: str) -> tuple[Array, Array]:
    return tuple(_by_numpy("qr", x, mode=mode))  # type: ignore[return-value]


def expm(x: Array) -> Array:
    """The exponentials of the matrices."""
    import scipy.linalg

    n = x.shape[-1]
    with _threads("expm", n, x.size * float(n)), _threads("expm", n, x.size * float(n), _scipy_threads):
        return scipy.linalg.expm(x)  # type: ignore[no-any-return]


def cofactors(x: Array, otherwise: Callable[[], Array]) -> Array:
    """The derivatives of the determinants of `x` by its elements; `otherwise()` if a matrix is singular."""
    try:
        inverse = _inverse(x)
    except np.linalg.LinAlgError:
        return otherwise()
    size = det(x)
    return size[..., None, None] * inverse.mT if size.all() and np.isfinite(inverse).all() else otherwise()


# --- LU --------------------------------------------------------------------------------------------------------------


def lu(x: Array) -> tuple[Array, Array]:
    """L and U of square matrices, in one matrix each, and the order of their rows."""
    factors = np.array(x, order="C")
    orders = np.broadcast_to(np.arange(x.shape[-1]), x.shape[:-1]).copy()
    if not x.size:
        return factors, orders
    if x.dtype.kind == "c" or x.dtype.itemsize < 4:
        for place in np.ndindex(x.shape[:-2]):
            _eliminate(factors[place], orders[place])
        return factors, orders
    factorize = _routine("getrf", x.dtype.char)
    n = x.shape[-1]
    with _threads("lu", n, x.size * float(n), _scipy_threads):
        for place in np.ndindex(x.shape[:-2]):
            factors[place], exchanged, _ = factorize(x[place])
            order = list(range(n))
            for i, j in enumerate(exchanged.tolist()):
                order[i], order[j] = order[j], order[i]
            orders[place] = order
    return factors, orders


def _eliminate(a: Array, order: Array) -> None:
    """Gauss's elimination, in place. LAPACK's pivot of complex numbers is that of the greatest |re| + |im|."""
    for k in range(len(a)):
        pivot = k + int(np.argmax(np.abs(a[k:, k])))
        a[[k, pivot]], order[[k, pivot]] = a[[pivot, k]], order[[pivot, k]]
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= a[k + 1 :, k : k + 1] * a[k, k + 1 :]


# --- triangles and bands ---------------------------------------------------------------------------------------------


@functools.cache
def _routine(name: str, char: str) -> Any:
    """LAPACK's or BLAS's routine for the dtype of this character."""
    from scipy.linalg import blas, lapack

    full = {"f": "s", "d": "d", "F": "c", "D": "z"}[char] + name
    return getattr(blas, full, None) or getattr(lapack, full)


def solve_triangular(a: Array, b: Array, *, lower: bool, transposed: bool) -> Array:
    """The x of op(a) @ x = b for triangles of which the other half is not read; leading axes broadcast."""
    n = a.shape[-1]
    if a.ndim == 2:
        if b.ndim == 2:
            if not b.size:
                return np.zeros(b.shape, b.dtype)
            if n <= _SMALL:
                return _triangular(a, b, lower, transposed)
            with _threads("trsm", n, float(b.size * n), _scipy_threads):
                return _triangular(a, b, lower, transposed)
        rows = np.moveaxis(b, -2, 0)  # the columns of all of them as those of one matrix
        made = solve_triangular(a, rows.reshape(n, -1 if rows.size else 0), lower=lower, transposed=transposed)
        return np.moveaxis(made.reshape(rows.shape), 0, -2)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, lead + a.shape[-2:]), np.broadcast_to(b, lead + b.shape[-2:])
    if math.prod(lead) > 3 * n:
        return _substituted(a.mT if transposed else a, b, lower is not transposed)
    out = np.empty(b.shape, b.dtype)
    if b.size:
        with _threads("trsm", n, float(b.size * n), _scipy_threads):
            for place in np.ndindex(lead):
                out[place] = _triangular(a[place], b[place], lower, transposed)
    return out


def _triangular(a: Array, b: Array, lower: bool, transposed: bool) -> Array:
    # BLAS has columns where NumPy has rows: it is given transposes, which are views.
    if b.shape[1] == 1:
        return _routine("trsv", a.dtype.char)(a.T, b[:, 0], lower=not lower, trans=not transposed)[:, None]  # type: ignore[no-any-return]
    trsm = _routine("trsm", a.dtype.char)
    return trsm(1.0, a.T, b.T, side=1, lower=not lower, trans_a=transposed).T  # type: ignore[no-any-return]


def _substituted(a: Array, b: Array, lower: bool) -> Array:
    """The same for many small triangles at once, row after row."""
    n = a.shape[-1]
    out = np.empty(b.shape, b.dtype)
    rows = range(n) if lower else range(n - 1, -1, -1)
    for i in rows:
        done = slice(0, i) if lower else slice(i + 1, n)
        rest = b[..., i : i + 1, :] - np.matmul(a[..., i : i + 1, done], out[..., done, :])
        out[..., i : i + 1, :] = rest / a[..., i : i + 1, i : i + 1]
    return out


def solve_tridiagonal(diagonals: Array, b: Array) -> Array:
    """The solutions of equations whose matrices are zero but for diagonals: above, main, below, each of length n.

    The last element above and the first below are not read. Leading axes broadcast. A singular matrix has
    nan.
    """
    if diagonals.ndim == 2 < b.ndim:  # the columns of all of them as those of one matrix
        rows = np.moveaxis(b, -2, 0)
        made = solve_tridiagonal(diagonals, rows.reshape(len(rows), -1 if rows.size else 0))
        return np.moveaxis(made.reshape(rows.shape), 0, -2)
    lead = np.broadcast_shapes(diagonals.shape[:-2], b.shape[:-2])
    diagonals = np.broadcast_to(diagonals, lead + diagonals.shape[-2:])
    b = np.broadcast_to(b, lead + b.shape[-2:])
    out = np.empty(b.shape, b.dtype)
    n = b.shape[-2]
    if not b.size:
        return out
    if n == 1:
        main = diagonals[..., 1:2, :]
        return np.where(main == 0, _nan(b), b / main)
    gtsv = _routine("gtsv", b.dtype.char)
    for place in np.ndindex(b.shape[:-2]):
        above, main, below = diagonals[place]
        *_, out[place], info = gtsv(below[1:], main, above[:-1], b[place])
        if info:
            out[place] = np.nan
    return out


def solve_banded(bands: Array, b: Array, *, lower: bool, transposed: bool) -> Array:
    """The solutions of equations with triangles of which the diagonals nearest the main one are given, the rest is 0.

    From the main diagonal down (or, of upper triangles, from the farthest down to the main one); the element of row i
    of the matrix is in column i of `bands`. Leading axes broadcast.
    """
    lead = np.broadcast_shapes(bands.shape[:-2], b.shape[:-2])
    out = np.empty(lead + b.shape[-2:], b.dtype)
    if not out.size:
        return out
    count, n = bands.shape[-2:]
    if not bands[..., 0 if lower else -1, :].all():
        raise np.linalg.LinAlgError("Singular matrix")
    packed = np.zeros((*bands.shape[:-2], min(count, n), n), bands.dtype)  # the element of column j is in column j
    for k in range(min(count, n)):  # the distance from the main diagonal
        if lower:
            packed[..., k, : n - k] = bands[..., k, k:]
        else:
            packed[..., -1 - k, k:] = bands[..., -1 - k, : n - k]
    packed, b = np.broadcast_to(packed, lead + packed.shape[-2:]), np.broadcast_to(b, lead + b.shape[-2:])
    tbsv = _routine("tbsv", b.dtype.char)
    for place in np.ndindex(lead):
        for column in range(b.shape[-1]):
            out[place][:, column] = tbsv(
                packed.shape[-2] - 1, packed[place], b[place][:, column], lower=lower, trans=transposed
            )
    return out
