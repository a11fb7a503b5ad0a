"""Diagonals: taking them out of matrices, making matrices of them, bands, the trace."""

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from ..math.comparison import where_p
from ..math.reduction import sum_p
from ..operations.broadcasting import reshape_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import (
    Dim,
    checked,
    computation,
    computed,
    differ,
    greatest,
    is_symbolic,
    least,
    never_equal,
    whole_int,
)
from ..values.tensor import EagerTensor, wrap

__all__ = ["band_part", "diag", "diag_part", "set_diag", "tensor_diag", "tensor_diag_part", "trace"]

_ALIGNMENTS = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")


class Bands(NamedTuple):
    """Which diagonals of matrices: those from `lower` to `upper` (0 the main one, 1 the one above it).

    Packed, they are the rows of a matrix, the upper one first, as long as the longest; the shorter ones are at the left
    or right end, above and below the main one, as `align` says.
    """

    rows: int
    columns: int
    lower: int = 0
    upper: int = 0
    align: str = "RIGHT_LEFT"

    def length(self, k: Any) -> Any:
        """Of diagonal `k`."""
        return np.minimum(self.rows + np.minimum(k, 0), self.columns - np.maximum(k, 0))

    @property
    def longest(self) -> int:
        return least(self.rows + least(self.upper, 0), self.columns - greatest(self.lower, 0))

    @property
    def packed(self) -> tuple[int, ...]:
        """The shape of the packed diagonals; that of a vector where there is but one."""
        count = self.upper - self.lower + 1
        return (self.longest,) if count == 1 else (count, self.longest)

    def start(self, k: Any) -> Any:
        """Where diagonal `k` begins in its row."""
        above, below = self.align.split("_")
        left = ((k >= 0) & (above == "LEFT")) | ((k <= 0) & (below == "LEFT"))
        return np.where(left, 0, self.longest - self.length(k))


@functools.lru_cache(256)
def _taking(bands: Bands) -> tuple[Any, Any]:
    """For each packed element its place in the flattened matrix, and whether there is one."""
    k = np.arange(bands.upper, bands.lower - 1, -1)[:, None]
    t = np.arange(bands.longest) - bands.start(k)
    valid = (t >= 0) & (t < bands.length(k))
    place = (t + np.maximum(-k, 0)) * bands.columns + t + np.maximum(k, 0)
    return np.where(valid, place, 0).reshape(bands.packed), valid.reshape(bands.packed)


@functools.lru_cache(256)
def _putting(bands: Bands) -> tuple[Any, Any]:
    """For each element of the matrix its place in the flattened packed diagonals, and whether there is one."""
    i, j = np.arange(bands.rows)[:, None], np.arange(bands.columns)
    k = j - i
    valid = (k >= bands.lower) & (k <= bands.upper)
    k = np.where(valid, k, bands.lower)
    place = (bands.upper - k) * bands.longest + np.minimum(i, j) + bands.start(k)
    return np.where(valid, place, 0), valid


@computation
def _taken(bands: Bands) -> Any:
    return _taking(bands)[1]


@computation
def _put(bands: Bands) -> Any:
    return _putting(bands)[1]


def _pick(xp: Any, x: Any, ndim: int, place: Any, valid: Any) -> Any:
    lead = x.shape[: x.ndim - ndim]
    if not x.size:
        return xp.zeros(lead + place.shape, x.dtype)
    x = xp.take(xp.reshape(x, (*lead, -1)), place, axis=-1)
    return x if valid.all() else xp.where(valid, x, xp.zeros((), x.dtype))


@primitive(op="MatrixDiagPartV3", linear=("x",))
def take_diagonals_p(xp: Any, x: Any, *, bands: Bands) -> Any:
    """The diagonals of the last two axes, packed; zeros where a diagonal is shorter than the longest."""
    return _pick(xp, x, 2, *_taking(bands))


@primitive(op="MatrixDiagV3", linear=("x",))
def put_diagonals_p(xp: Any, x: Any, *, bands: Bands) -> Any:
    """The matrices whose diagonals are these, and which are zero elsewhere."""
    return _pick(xp, x, len(bands.packed), *_putting(bands))


# The lesser of two lengths does not tell which it is.
take_diagonals_p.definition.uncertain = lambda x_shape, bands: {-1} if type(bands.longest) is Dim else set()  # type: ignore[attr-defined]
take_diagonals_p.vjp(x=lambda g, bands: put_diagonals_p(g, bands=bands))
put_diagonals_p.vjp(x=lambda g, bands: take_diagonals_p(g, bands=bands))
take_diagonals_p.along(x=lambda j, bands: j + len(bands.packed) - 2 if j < -len(bands.packed) else None)
put_diagonals_p.along(x=lambda j, bands: j + 2 - len(bands.packed) if j < -2 else None)


def _range(k: Any, op: str) -> tuple[int, int]:
    """The lowest and the highest diagonal that `k` means."""
    values = np.asarray(convert_to_tensor(k)._array)
    if values.ndim > 1 or values.size not in (1, 2) or values.dtype.kind not in "iu":
        raise invalid(op, f"k must be an integer or two, got {k!r}")
    lower, upper = int(values.flat[0]), int(values.flat[-1])
    if lower > upper:
        raise invalid(op, f"lower_diag_index must not be larger than upper_diag_index: {lower} > {upper}")
    return lower, upper


def _aligned(align: str, op: str) -> str:
    if align not in _ALIGNMENTS:
        raise invalid(op, f"Value for attr 'align' of {align!r} is not in the list of allowed values: {_ALIGNMENTS}")
    return align


@computation
def _check_band(name: str, given: int, most: int, what: str, op: str) -> None:
    if given > most:
        raise invalid(op, f"num_{name} must be negative or less or equal to number of {what} ({most}) got: {given}")


@computation
def _check_bands(lower: int, upper: int, rows: int, columns: int, op: str) -> None:
    for name, value in (("lower", lower), ("upper", upper)):
        if not (-rows < value < columns or value == 0):
            raise invalid(op, f"{name}_diag_index is out of bound: {value}. It must be between {-rows} and {columns}")


def _bands(x: EagerTensor, k: Any, align: str, op: str) -> Bands:
    """The diagonals `k` of the matrices in `x`."""
    shape = x._array.shape
    if len(shape) < 2:
        raise invalid(op, f"input must be at least 2-dim, received shape: {list(shape)}")
    lower, upper = _range(k, op)
    rows, columns = shape[-2:]
    checked(_check_bands, lower, upper, rows, columns, op)
    return Bands(rows, columns, lower, upper, _aligned(align, op))


def diag_part(
    input: Any, name: str = "diag_part", k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT"
) -> EagerTensor:
    """Diagonals of the matrices in the last two axes.

    Args:
      input: shape (..., m, n).
      k: which: 0 the main one, 1 the one above it, -1 the one below; or a pair, for those from the first to the second.
      padding_value: what follows or precedes the shorter diagonals of several.
      align: where shorter diagonals are, above and below the main one: "RIGHT_LEFT", "LEFT_RIGHT", and so on.

    Returns:
      Shape (..., length), and of several diagonals (..., number, length of the longest), the highest first.

    Raises:
      InvalidArgumentError: if there is no such diagonal, or `input` has fewer than two axes.

    >>> import gradtape as tf
    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    """
    x = convert_to_tensor(input)
    bands = _bands(x, k, align, "MatrixDiagPartV3")
    out = take_diagonals_p(x, bands=bands)
    return _padded(out, computed(_taken, bands=bands), padding_value)


@computation
def _check_size(op: str, rows: int, columns: int, least_rows: int, least_columns: int) -> None:
    if rows < least_rows or columns < least_columns or (rows != least_rows and columns != least_columns):
        raise invalid(op, f"The numbers of rows and columns ({rows}, {columns}) are not consistent with diagonals for "
                      f"({least_rows}, {least_columns}).")  # fmt: skip


def _padded(x: EagerTensor, valid: Any, value: Any) -> EagerTensor:
    if (type(value) in (int, float) and value == 0) or (not is_symbolic(valid) and valid._array.all()):
        return x
    return where_p(valid, x, convert_to_tensor(value, x.dtype))  # type: ignore[no-any-return]


def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> EagerTensor:
    """Matrices with the given diagonals; the inverse of `diag_part`, whose arguments are explained there.

    Args:
      diagonal: shape (..., length), or (..., number, length) for several.
      num_rows, num_cols: of the matrices; by default as few as there can be, and as many rows as columns.
      padding_value: what is elsewhere.

    Raises:
      InvalidArgumentError: if the diagonals do not fit such matrices.

    >>> import gradtape as tf
    >>> tf.linalg.diag([1, 2]).numpy()
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    op = "MatrixDiagV3"
    x = convert_to_tensor(diagonal)
    shape = x._array.shape
    lower, upper = _range(k, op)
    count = upper - lower + 1
    if len(shape) < (1 if count == 1 else 2):
        raise invalid(op, f"diagonal must be at least {1 if count == 1 else 2}-dim, received shape: {list(shape)}")
    if count > 1 and differ(shape[-2], count):
        raise invalid(op, f"The number of diagonals provided in the input ({shape[-2]}) does not match the {count} "
                      f"that k={(lower, upper)} asks for")  # fmt: skip
    longest = shape[-1]
    least = (longest - min(upper, 0), longest + max(lower, 0))
    rows, columns = (whole_int(convert_to_tensor(n)._array) for n in (num_rows, num_cols))
    if rows == columns == -1:
        rows = columns = greatest(*least)
    rows, columns = (least[0] if rows == -1 else rows), (least[1] if columns == -1 else columns)
    for what, given, needed in (("rows", rows, least[0]), ("columns", columns, least[1])):
        if given < needed:
            raise invalid(op, f"The number of {what} is too small: {given}, and these diagonals need {needed}.")
    if never_equal(rows, least[0]) and never_equal(columns, least[1]):
        raise invalid(op, f"The number of rows ({rows}) or columns ({columns}) is not consistent with the specified k "
                      f"{(lower, upper)} and the shape {list(shape)} of the diagonals.")  # fmt: skip
    if rows != least[0] and columns != least[1]:
        checked(_check_size, op, rows, columns, *least)
    bands = Bands(rows, columns, lower, upper, _aligned(align, op))
    return _padded(put_diagonals_p(x, bands=bands), computed(_put, bands=bands), padding_value)


def set_diag(input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT") -> EagerTensor:
    """`input` with other diagonals; arguments as in `diag_part`.

    Raises:
      InvalidArgumentError: if `diagonal` has not the shape of `diag_part(input, k=k)`.

    >>> import gradtape as tf
    >>> tf.linalg.set_diag([[1, 2], [3, 4]], [0, 0]).numpy()
    array([[0, 2],
           [3, 0]], dtype=int32)
    """
    op = "MatrixSetDiagV3"
    x = convert_to_tensor(input)
    d = convert_to_tensor(diagonal, dtype_hint=x.dtype)
    bands = _bands(x, k, align, op)
    wanted = (*x._array.shape[:-2], *bands.packed)
    if differ(d._array.shape, wanted):
        raise invalid(op, f"The diagonals of input, whose shape is {x.shape}, have shape {wanted}, not {d.shape}.")
    return where_p(computed(_put, bands=bands), put_diagonals_p(d, bands=bands), x)  # type: ignore[no-any-return]


def trace(x: Any, name: str | None = None) -> EagerTensor:
    """The sum of the main diagonal of the matrices in the last two axes: shape (..., m, n) to (...).

    >>> import gradtape as tf
    >>> tf.linalg.trace([[1.0, 2.0], [3.0, 4.0]]).numpy()
    np.float32(5.0)
    """
    x = convert_to_tensor(x)
    return sum_p(take_diagonals_p(x, bands=_bands(x, 0, "RIGHT_LEFT", "MatrixDiagPartV3")), axis=(-1,))  # type: ignore[no-any-return]


def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> EagerTensor:
    """The matrices in the last two axes, with zeros outside a band around the main diagonal.

    Args:
      num_lower, num_upper: how many diagonals below and above the main one to keep; all if negative.

    Raises:
      InvalidArgumentError: if `input` has fewer than two axes, or not that many diagonals.

    >>> import gradtape as tf
    >>> tf.linalg.band_part(tf.ones([2, 2]), -1, 0).numpy()
    array([[1., 0.],
           [1., 1.]], dtype=float32)
    """
    op = "MatrixBandPart"
    x = convert_to_tensor(input)
    shape = x._array.shape
    if len(shape) < 2:
        raise invalid(op, f"input must be at least 2-dim, received shape: {list(shape)}")
    below, above = (whole_int(convert_to_tensor(n)._array) for n in (num_lower, num_upper))
    checked(_check_band, "lower", below, shape[-2], "rows", op)
    checked(_check_band, "upper", above, shape[-1], "columns", op)
    inside = computed(_inside, *shape[-2:], below, above)
    return where_p(inside, x, wrap(np.zeros((), x._array.dtype)))  # type: ignore[no-any-return]


@computation
def _inside(rows: int, columns: int, below: int, above: int) -> Any:
    k = np.arange(columns) - np.arange(rows)[:, None]
    return ((below < 0) | (-k <= below)) & ((above < 0) | (k <= above))


def tensor_diag(diagonal: Any, name: str | None = None) -> EagerTensor:
    """A tensor of shape `s + s` with the elements of `diagonal`, of shape `s`, at equal indices, and zeros elsewhere.

    >>> import gradtape as tf
    >>> tf.linalg.tensor_diag([1, 2]).numpy()
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    x = convert_to_tensor(diagonal)
    shape = x._array.shape
    if not shape:
        raise invalid("Diag", "Input must be at least rank 1, got 0")
    n = math.prod(shape)
    return reshape_p(put_diagonals_p(reshape_p(x, shape=(n,)), bands=Bands(n, n)), shape=shape + shape)  # type: ignore[no-any-return]


def tensor_diag_part(input: Any, name: str | None = None) -> EagerTensor:
    """The elements at equal indices of a tensor of shape `s + s`; the inverse of `tensor_diag`.

    Raises:
      InvalidArgumentError: if its shape is not of that form.
    """
    x = convert_to_tensor(input)
    shape = x._array.shape
    half = len(shape) // 2
    if not shape or len(shape) % 2:
        raise invalid("DiagPart", f"The rank of the tensor should be even and positive, got shape {list(shape)}")
    for i in range(half):
        if differ(shape[i], shape[half + i]):
            raise _unlike(shape, i, half + i)
    n = math.prod(shape[:half])
    return reshape_p(take_diagonals_p(reshape_p(x, shape=(n, n)), bands=Bands(n, n)), shape=shape[:half])  # type: ignore[no-any-return]


def _unlike(shape: tuple[int, ...], i: int, j: int) -> InvalidArgumentError:
    return invalid("DiagPart", f"Invalid shape {list(shape)}: dimensions {i} and {j} do not match.")
