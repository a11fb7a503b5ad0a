"""Operations that make tensors: constant, zeros, ones, fill, eye, range, linspace, one_hot, sequence_mask, meshgrid."""

import builtins
import math
from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of, unbroadcast
from ..autodiff.recording import record
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..operations.primitive import Primitive, _brackets, elementwise, primitive
from ..values import dtypes
from ..values.composite import kinds as composites
from ..values.composite import mapped
from ..values.convert import _leaf_types, convert_to_tensor, tensor_of, to_array
from ..values.dtypes import DType, array_dtype, as_dtype
from ..values.errors import InvalidArgumentError, NotFoundError, invalid
from ..values.symbolic import (
    Dim,
    broadcast_shapes,
    computation,
    computed,
    integers_tensor,
    whole_int,
)
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.thread import current
from ..values.variable import Variable
from .arguments import axis_of, not_negative, shape_argument, whole_number
from .joining import concat
from .shape import expand_dims

__all__ = [
    "constant", "eye", "fill", "linspace", "meshgrid", "one_hot", "ones", "ones_like", "range", "sequence_mask",
    "zeros", "zeros_like",
]  # fmt: skip

# --- constants -------------------------------------------------------------------------------------------------------


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> EagerTensor:
    """A tensor of a value that is known: a number, string, (nested) list of these, or NumPy array.

    Args:
      value: the value. Python floats become float32, ints int32, a NumPy array keeps its dtype.
      dtype: its element type, if not that.
      shape: its shape: `value` is reshaped, or repeated if it is a single number.

    Raises:
      TypeError: if `value` cannot have `dtype` or `shape`.
      ValueError: if it is ragged, of mixed types, has tensors in it (use `tf.stack`), or is no number or string.

    >>> import gradtape as tf
    >>> tf.constant([1.0, 2.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>
    >>> tf.constant(0, shape=(2, 2)).numpy()
    array([[0, 0],
           [0, 0]], dtype=int32)
    """
    if isinstance(value, Tensor):
        if dtype is not None and as_dtype(dtype) is not value.dtype:
            raise TypeError(
                f"Expected tensor {value.numpy()} with dtype {as_dtype(dtype)!r}, but got dtype {value.dtype!r}."
            )
        x: Any = value
    else:
        if isinstance(value, list | tuple):
            for kind in _leaf_types(value):
                if issubclass(kind, Tensor | Variable):
                    raise ValueError(
                        "tf.constant takes no list with tensors or variables in it. Use tf.stack or "
                        "tf.convert_to_tensor, through which gradients flow."
                    )
        elif isinstance(value, Variable):
            value = value.numpy()
        x = wrap(to_array(value, None if dtype is None else as_dtype(dtype)))
    if shape is None:
        return x  # type: ignore[no-any-return]
    try:
        dims = shape_argument(shape)
    except InvalidArgumentError as error:
        raise ValueError(str(error)) from None
    given = x._array.shape
    if given == dims:
        return x  # type: ignore[no-any-return]
    count, wanted = x._array.size, math.prod(dims)
    if count == wanted:
        return reshape_p(x, shape=dims)  # type: ignore[no-any-return]
    if count == 1:
        return fill_p(reshape_p(x, shape=()), shape=dims)  # type: ignore[no-any-return]
    raise TypeError(
        f"Eager execution of tf.constant with unsupported shape. Tensor {x._array} (converted from {value}) has "
        f"{count} elements, but got `shape` {dims} with {wanted} elements)."
    )


@primitive(op="Fill")
def fill_p(xp: Any, value: Any, *, shape: tuple[int, ...]) -> Any:
    return xp.full(shape, value, value.dtype)


fill_p.vjp(value=lambda g, shape: unbroadcast(g, (), lead_of(g, len(shape))))


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> EagerTensor:
    """A tensor of shape `dims` with the scalar `value` everywhere; its gradient is a sum.

    Raises:
      InvalidArgumentError: if `dims` is no shape, or `value` no scalar.

    >>> import gradtape as tf
    >>> tf.fill([2, 2], 7).numpy()
    array([[7, 7],
           [7, 7]], dtype=int32)
    """
    x = convert_to_tensor(value)
    shape = shape_argument(dims)
    if x._array.ndim:
        raise invalid("Fill", f"value must represent a scalar, got shape {_brackets(x._array.shape)}")
    return fill_p(x, shape=shape)  # type: ignore[no-any-return]


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> EagerTensor:
    """A tensor of `shape` of zeros; of strings, empty ones.

    Args:
      shape: a list, a tuple, an integer, or an integer tensor.
      dtype: of its elements.

    Raises:
      InvalidArgumentError: if a length is negative.
      TypeError: if `shape` is none.

    >>> import gradtape as tf
    >>> tf.zeros([2, 2]).numpy()
    array([[0., 0.],
           [0., 0.]], dtype=float32)
    """
    return computed(_zeros, shape=shape_argument(shape, strict=True), dtype=array_dtype(dtype))


@computation
def _zeros(shape: tuple[int, ...], dtype: DType) -> Any:
    return np.zeros(shape, dtype._numpy) if dtype is not dtypes.string else np.full(shape, b"", np.object_)


@computation
def _ones(shape: tuple[int, ...], dtype: DType, op: str) -> Any:
    if dtype is dtypes.string:
        if op == "Fill":
            raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
        raise invalid(op, "Value for attr 'T' of string is not in the list of allowed values: the numeric ones, bool")
    return np.ones(shape, dtype._numpy)


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> EagerTensor:
    """A tensor of `shape` of ones; see `zeros`."""
    return computed(_ones, shape=shape_argument(shape, strict=True), dtype=array_dtype(dtype), op="Fill")


def zeros_like(input: Any, dtype: Any = None, name: str | None = None, layout: Any = None) -> EagerTensor:
    """Zeros of the shape of `input`, and of its dtype if none is given. No gradient passes.

    >>> import gradtape as tf
    >>> tf.zeros_like([1.5, 2.5])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([0., 0.], dtype=float32)>
    """
    x = input if type(input) is EagerTensor else convert_to_tensor(input)
    if type(x) in composites:
        return mapped(lambda elements: zeros_like(elements, dtype), x)  # type: ignore[no-any-return]
    return _flat(zeros_like_p, x, computed(_zeros, shape=x._array.shape, dtype=_dtype_like(x, dtype)))


def ones_like(input: Any, dtype: Any = None, name: str | None = None, layout: Any = None) -> EagerTensor:
    """Ones of the shape of `input`, and of its dtype if none is given. No gradient passes."""
    x = input if type(input) is EagerTensor else convert_to_tensor(input)
    if type(x) in composites:
        return mapped(lambda elements: ones_like(elements, dtype), x)  # type: ignore[no-any-return]
    return _flat(ones_like_p, x, computed(_ones, shape=x._array.shape, dtype=_dtype_like(x, dtype), op="OnesLike"))


# By these tapes know what `zeros_like` and `ones_like` gave, which may be a source. It is made of the shape alone.
zeros_like_p = elementwise("zeros_like", "x", op="ZerosLike", flat=True)
ones_like_p = elementwise("ones_like", "x", op="OnesLike", flat=True)


def _flat(primitive: Primitive, x: Tensor, made: EagerTensor) -> EagerTensor:
    """`made`, as what `primitive` gave of `x`, with a derivative that is zero."""
    recordings = current.thread.recordings
    if x._node is not None and recordings and made.dtype.is_differentiable:
        made._node = record(primitive.definition, (x,), (x._node,), made._array, {}, recordings)
    return made


def _dtype_like(x: Tensor, dtype: Any) -> DType:
    return x.dtype if dtype is None else array_dtype(dtype)


def eye(num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = dtypes.float32,
        name: str | None = None) -> EagerTensor:  # fmt: skip
    """The identity matrix, or a batch of it.

    Args:
      num_rows: how many rows.
      num_columns: how many columns, by default as many.
      batch_shape: leading axes.
      dtype: of its elements.

    Returns:
      A tensor of shape `(*batch_shape, num_rows, num_columns)`.

    Raises:
      TypeError: if the numbers are no integers.
      InvalidArgumentError: if they are negative.

    >>> import gradtape as tf
    >>> tf.eye(2).numpy()
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    columns = num_rows if num_columns is None else num_columns
    if isinstance(num_rows, float) or isinstance(columns, float):
        raise TypeError(
            "Arguments `num_rows` and `num_columns` must be positive integer values. "
            f"Received: num_rows={num_rows}, num_columns={columns}"
        )
    rows, columns = axis_of(num_rows), axis_of(columns)
    lead = () if batch_shape is None else shape_argument(batch_shape, strict=True)
    not_negative((*lead, rows, columns), "Fill")
    return computed(_eye, shape=(*lead, rows, columns), dtype=array_dtype(dtype)._numpy)


@computation
def _eye(shape: tuple[int, ...], dtype: Any) -> Any:
    out = np.zeros(shape, dtype)
    k = np.arange(min(shape[-2:]))
    out[..., k, k] = 1
    return out


# --- sequences -------------------------------------------------------------------------------------------------------

_HIERARCHY = [dtypes.int32, dtypes.int64, dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64]


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> EagerTensor:
    """The vector start, start + delta, start + 2 delta, ... before `limit`.

    Args:
      start: the first number; with no `limit` it is the limit, and the first is 0.
      limit: where to stop; it is not itself in the range.
      delta: the step.
      dtype: of the result; by default the widest of those of the arguments.

    Raises:
      InvalidArgumentError: if `delta` is 0 or leads away from `limit`, or one is no scalar.

    >>> import gradtape as tf
    >>> tf.range(3, 18, 5).numpy()
    array([ 3,  8, 13], dtype=int32)
    >>> tf.range(3.0)
    <tf.Tensor: shape=(3,), dtype=float32, numpy=array([0., 1., 2.], dtype=float32)>
    """
    if limit is None:
        start, limit = 0, start
    if type(start) is type(limit) is type(delta) is int and dtype is None and delta and (limit - start) * delta >= 0:
        small = all(-(2**31) <= x < 2**31 for x in (start, limit, delta))
        return computed(_integers, start, limit, delta, np.int32 if small else np.int64)  # type: ignore[return-value]
    wanted = None if dtype is None else as_dtype(dtype)
    given = []
    for x in (start, limit, delta):
        given.append(tensor_of(x, wanted)._array)
    if wanted is None:
        known = [dtypes.BY_NUMPY[a.dtype] for a in given]
        for d in known:
            if d not in _HIERARCHY:
                raise AssertionError(f"tf.range takes numbers of {', '.join(d.name for d in _HIERARCHY)}, not {d.name}")
        wanted = max(known, key=_HIERARCHY.index)
    if wanted._kind in "bsc" or wanted is dtypes.uint8:
        whole_number(wanted._numpy, "Range", "Tidx", [d.name for d in _HIERARCHY])
    for a, what in zip(given, ("start", "limit", "delta"), strict=True):
        if a.size != 1:
            raise invalid("Range", f"{what} must be a scalar, not shape {_brackets(a.shape)}")
    if wanted._kind == "i" and wanted not in (dtypes.int32, dtypes.int64):
        raise NotFoundError(None, None, f"tf.range is not made for {wanted.name}; use int32 and tf.cast. [Op:Range]")
    return range_p(*[wrap(a.reshape(()).astype(wanted._numpy)) for a in given])  # type: ignore[no-any-return]


@primitive(op="Range")
def range_p(xp: Any, start: Any, limit: Any, delta: Any) -> Any:
    if delta == 0:
        raise invalid("Range", f"Requires delta != 0: {delta}")
    if delta > 0 and not start <= limit:
        raise invalid("Range", f"Requires start <= limit when delta > 0: {start:g}/{limit:g}")
    if delta < 0 and not start >= limit:
        raise invalid("Range", f"Requires start >= limit when delta < 0: {start:g}/{limit:g}")
    dtype = start.dtype
    if dtype.kind == "i":
        return xp.arange(int(start), int(limit), int(delta), dtype)
    count = float(np.ceil(abs((limit - start) / delta)))  # in their own dtype, as TensorFlow rounds
    if not count < 2**63:
        raise invalid(
            "Range", f"Requires ((limit - start) / delta) <= 9223372036854775807, got {start:g}, {limit:g}, {delta:g}"
        )
    return start + xp.arange(int(count)).astype(dtype) * delta


# The numbers of samples may be refused, as those of a branch that is not taken may well be.
range_p.definition.guess = lambda start, limit, delta, shapes: np.zeros(0, start.dtype)  # type: ignore[attr-defined]


def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0) -> EagerTensor:
    """`num` numbers from `start` to `stop`, both included, at equal distances.

    Args:
      start: the first; of integers, the result is float64.
      stop: the last, of the same dtype; both are broadcast.
      num: how many.
      axis: where the new axis will be, if `start` and `stop` are no scalars.

    Raises:
      InvalidArgumentError: if `num` is negative, or there is no such axis.
      TypeError: if `num` is no integer.

    >>> import gradtape as tf
    >>> tf.linspace(0.0, 1.0, 5).numpy()
    array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    first = convert_to_tensor(start)
    last = convert_to_tensor(stop, first.dtype)
    if isinstance(num, float) or (isinstance(num, Tensor) and not num.dtype.is_integer):
        raise TypeError(f"Argument `tensor` (name: num) must be of type integer. Received `tensor` = {num}")
    n = axis_of(num)
    if n < 0:
        raise invalid("Range", f"Requires start <= limit when delta > 0: 1/{n} (num must not be negative)")
    if first.dtype.is_integer:
        first, last = (wrap(x._array.astype(np.float64)) for x in (first, last))
    shape = broadcast_shapes(first._array.shape, last._array.shape)
    axis = axis_of(axis)
    first, last = (expand_dims(broadcast_to_p(x, shape=shape), axis) for x in (first, last))
    if axis < 0:
        axis += len(shape) + 1
    ndim = len(shape) - axis
    steps = computed(_steps, n, dtype=first._array.dtype, ndim=ndim)
    step = (last - first) / computed(_last_step, n, dtype=first._array.dtype)  # type: ignore[operator]
    made = concat([first, first + step * steps, last], axis)  # type: ignore[operator]
    if type(n) is Dim or n < 2:  # of one number, or none, there is no last one
        made = made[(slice(None),) * axis + (slice(integers_tensor(n, np.dtype(np.int32))),)]
    return made


@computation
def _steps(n: int, dtype: Any, ndim: int) -> Any:
    """1, 2, ... n - 2, along the first of `ndim + 1` axes."""
    return np.arange(1, n - 1).astype(dtype).reshape(-1, *[1] * ndim)


@computation
def _integers(start: int, limit: int, delta: int, dtype: Any) -> Any:
    return np.arange(start, limit, delta, dtype)


@computation
def _last_step(n: int, dtype: Any) -> Any:
    return np.array(max(n - 1, 1), dtype)[()]


def meshgrid(*args: Any, **kwargs: Any) -> list[EagerTensor]:
    """The coordinates of a grid: each vector spread over the axes of all.

    Args:
      *args: vectors, of lengths m, n, ...
      indexing: "xy" (default), for shape (n, m, ...), or "ij", for shape (m, n, ...).

    Returns:
      A list of tensors of that shape, one for each vector.

    Raises:
      ValueError: if `indexing` is neither.

    >>> import gradtape as tf
    >>> x, y = tf.meshgrid([1, 2], [3, 4, 5])
    >>> x.shape, y.numpy()[:, 0].tolist()
    (TensorShape([3, 2]), [3, 4, 5])
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'")
    xs = [convert_to_tensor(x) for x in args]
    for x in xs:
        if x.dtype is dtypes.string:
            raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
        if x.dtype is not xs[0].dtype:
            raise invalid(
                "Mul", f"the vectors of a grid must be of one dtype, not {xs[0].dtype.name} and {x.dtype.name}"
            )
    order = list(builtins.range(len(xs)))  # the axis of each vector
    if indexing == "xy" and len(xs) > 1:
        order[:2] = [1, 0]
    shape = [0] * len(xs)
    for axis, x in zip(order, xs, strict=True):
        shape[axis] = x._array.size
    grids = []
    for axis, x in zip(order, xs, strict=True):
        alone = [1] * len(xs)
        alone[axis] = x._array.size
        grids.append(broadcast_to_p(reshape_p(x, shape=tuple(alone)), shape=tuple(shape)))
    return grids


# --- indicators ------------------------------------------------------------------------------------------------------


@primitive(op="OneHot")
def one_hot_p(xp: Any, indices: Any, on: Any, off: Any, *, depth: int, axis: int) -> Any:
    hot = xp.expand_dims(indices, axis) == xp.arange(depth).reshape(-1, *[1] * (-1 - axis))
    return xp.where(hot, on, off)


def one_hot(indices: Any, depth: Any, on_value: Any = None, off_value: Any = None, axis: Any = None, dtype: Any = None,
            name: str | None = None) -> EagerTensor:  # fmt: skip
    """For each index a vector that is `on_value` there and `off_value` elsewhere. No gradient passes.

    Args:
      indices: integers; one outside of [0, depth) makes a vector that is off everywhere.
      depth: the length of the vectors.
      on_value, off_value: scalars of one dtype, by default 1 and 0.
      axis: where the new axis will be; -1, the default, puts it last.
      dtype: of the result, by default that of the values, or float32.

    Raises:
      TypeError: if dtypes disagree.
      InvalidArgumentError: if `indices` are no integers, `depth` is negative, or there is no such axis.

    >>> import gradtape as tf
    >>> tf.one_hot([0, 2, -1], 3).numpy()
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 0., 0.]], dtype=float32)
    """
    x = _indices(indices)
    whole_number(x._array.dtype, "OneHot", "TI", ("uint8", "int8", "int32", "int64"))
    wanted = None if dtype is None else array_dtype(dtype)
    on = None if on_value is None else _hot(on_value, wanted, "on_value")
    off = None if off_value is None else _hot(off_value, wanted, "off_value")
    if on is not None and off is not None and on.dtype is not off.dtype:
        raise TypeError(f"dtype {on.dtype} of on_value does not match dtype {off.dtype} of off_value")
    if wanted is None:
        wanted = on.dtype if on is not None else off.dtype if off is not None else dtypes.float32
    on = _number(1, wanted) if on is None else on
    off = _number(0, wanted) if off is None else off
    if type(depth) is not int:
        lengths = tensor_of(depth, dtypes.int32)._array
        if lengths.ndim:
            raise invalid("OneHot", f"depth must be a scalar, but got: {_brackets(lengths.shape)}")
        depth = whole_int(lengths)
    if depth < 0:
        raise invalid("OneHot", f"depth must be non-negative, got: {depth}")
    n = x._array.ndim
    at = -1 if axis is None else axis_of(axis)
    if not -1 <= at <= n:
        raise invalid("OneHot", f"Expected axis to be -1 or between [0, {n + 1}).  But received: {at}")
    return one_hot_p(x, on, off, depth=depth, axis=at if at < 0 else at - n - 1)  # type: ignore[no-any-return]


def _hot(value: Any, wanted: DType | None, what: str) -> EagerTensor:
    """The value of a one_hot, as `wanted` if it is a Python number of that kind."""
    x = tensor_of(value, _widened(value, wanted))
    if wanted is not None and x.dtype is not wanted:
        raise TypeError(f"dtype {x.dtype} of {what} does not match dtype parameter {wanted}")
    return x


def _widened(value: Any, wanted: DType | None) -> DType | None:
    return wanted if wanted is not None and type(value) is float and wanted.is_floating else None


def _number(value: int, dtype: DType) -> EagerTensor:
    """0 or 1, for the dtypes that Python integers have a value in."""
    if dtype._kind in "fiuc":
        return wrap(dtype.as_numpy_dtype(value))
    return convert_to_tensor(value, dtype)


def _indices(value: Any) -> Tensor:
    """Python integers are taken as int64, a list of other things as what it is."""
    if isinstance(value, int | float):
        return convert_to_tensor(value, dtypes.int64)
    if isinstance(value, list | tuple):
        try:
            return convert_to_tensor(value, dtypes.int64)
        except TypeError:
            pass
    return convert_to_tensor(value)


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool_, name: str | None = None) -> EagerTensor:
    """For each length n a vector whose first n elements are true.

    Args:
      lengths: integers.
      maxlen: the length of the vectors, by default the greatest of `lengths`.
      dtype: of the result.

    Returns:
      A tensor of shape `(*lengths.shape, maxlen)`.

    Raises:
      ValueError: if `maxlen` is no scalar.

    >>> import gradtape as tf
    >>> tf.sequence_mask([1, 3], 3).numpy()
    array([[ True, False, False],
           [ True,  True,  True]])
    """
    x = convert_to_tensor(lengths)
    width = (computed(_greatest, x) if maxlen is None else convert_to_tensor(maxlen))._array
    if width.ndim:
        raise ValueError(
            f"Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = {maxlen} with shape "
            f"'{width.shape}' instead"
        )
    if width.dtype.kind == "f":
        width = computed(_greatest, width)._array
    return computed(_mask_of, x, most=whole_int(width), dtype=array_dtype(dtype)._numpy)


@computation
def _greatest(lengths: Any) -> Any:
    return np.int64(builtins.max(int(lengths.max()), 0) if lengths.size else 0)


@computation
def _mask_of(lengths: Any, most: int, dtype: Any) -> Any:
    return (np.arange(most) < np.expand_dims(lengths, -1)).astype(dtype)
