"""`tf.debugging`: assertions about values, shapes and dtypes, that raise where they do not hold."""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ..math.comparison import equal_p, greater_equal_p, greater_p, less_equal_p, less_p, not_equal_p
from ..operations.primitive import primitive
from ..operations.public import operands
from ..values.convert import convert_to_tensor
from ..values.dtypes import DType, as_dtype, float32, int32
from ..values.errors import InvalidArgumentError, invalid
from ..values.lacking import lacking
from ..values.symbolic import checked, computation, computed, is_symbolic
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.variable import Variable

__all__ = [
    "Assert", "assert_all_finite", "assert_equal", "assert_greater", "assert_greater_equal", "assert_integer",
    "assert_less", "assert_less_equal", "assert_near", "assert_negative", "assert_non_negative", "assert_non_positive",
    "assert_none_equal", "assert_positive", "assert_proper_iterable", "assert_rank", "assert_rank_at_least",
    "assert_rank_in", "assert_same_float_dtype", "assert_scalar", "assert_shapes", "assert_type", "check_numerics",
    "disable_traceback_filtering", "enable_traceback_filtering",
    "get_log_device_placement", "is_non_decreasing", "is_numeric_tensor", "is_strictly_increasing",
    "is_traceback_filtering_enabled", "set_log_device_placement",
]  # fmt: skip

__getattr__ = lacking(__name__)

_SUMMARIZE = 3


def _failed(*lines: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, "\n".join(line for line in lines if line))


# --- comparisons -----------------------------------------------------------------------------------------------------


def _comparing(sign: str, compare: Any) -> Callable[..., None]:
    """What an assertion that `x <sign> y` does."""

    def check(x: Any, y: Any, message: str | None, summarize: int | None) -> None:
        x, y = operands(x, y)
        compare.definition.check((x._array, y._array))
        checked(functools.partial(_compare, sign, compare, message, summarize), x._array, y._array)

    return check


@computation
def _compare(sign: str, compare: Any, message: str | None, summarize: int | None, x: Any, y: Any) -> None:
    holds = compare(wrap(x), wrap(y))._array
    if np.all(holds):
        return
    n = _SUMMARIZE if summarize is None else summarize
    lines = [message or "", f"Condition x {sign} y did not hold."]
    a, b = (np.broadcast_to(v, np.shape(holds)) for v in (x, y))
    if np.ndim(holds):
        where = np.argwhere(~holds)[: n if n >= 0 else None]
        at = tuple(where.T)
        lines += [f"Indices of first {len(where)} different values:", str(where),
                  "Corresponding x values:", str(a[at]), "Corresponding y values:", str(b[at])]  # fmt: skip
    for name, v in (("x", x), ("y", y)):
        first = np.ravel(v)[: n if n >= 0 else None]
        lines += [f"First {first.size} elements of {name}:", str(first)]
    raise _failed(*lines)


_check_equal = _comparing("==", equal_p)
_check_none_equal = _comparing("!=", not_equal_p)
_check_less = _comparing("<", less_p)
_check_less_equal = _comparing("<=", less_equal_p)
_check_greater = _comparing(">", greater_p)
_check_greater_equal = _comparing(">=", greater_equal_p)


def assert_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise unless `x == y` for all elements.

    Args:
      x, y: tensors of one dtype, which broadcast.
      message: what the error's message begins with.
      summarize: how many elements the error shows; 3 by default, all if negative.

    Raises:
      InvalidArgumentError: if they are not, or if dtypes or shapes do not fit.

    >>> import gradtape as tf
    >>> tf.debugging.assert_equal([1, 2], [1, 3])
    Traceback (most recent call last):
        ...
    gradtape.values.errors.InvalidArgumentError: Condition x == y did not hold.
    Indices of first 1 different values:
    [[1]]
    Corresponding x values:
    [2]
    Corresponding y values:
    [3]
    First 2 elements of x:
    [1 2]
    First 2 elements of y:
    [1 3]
    """
    _check_equal(x, y, message, summarize)


def assert_none_equal(
    x: Any, y: Any, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> None:
    """Raise unless `x != y` for all elements; arguments as in `assert_equal`."""
    _check_none_equal(x, y, message, summarize)


def assert_less(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise unless `x < y` for all elements; arguments as in `assert_equal`."""
    _check_less(x, y, message, summarize)


def assert_less_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise unless `x <= y` for all elements; arguments as in `assert_equal`."""
    _check_less_equal(x, y, message, summarize)


def assert_greater(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise unless `x > y` for all elements; arguments as in `assert_equal`."""
    _check_greater(x, y, message, summarize)


def assert_greater_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise unless `x >= y` for all elements; arguments as in `assert_equal`."""
    _check_greater_equal(x, y, message, summarize)


def _check_sign(
    sign: str, compare: Callable[[Any, Any], Any], x: Any, message: str | None, summarize: int | None
) -> None:
    x = convert_to_tensor(x)
    checked(functools.partial(_compare_to_zero, sign, compare, message, summarize), x._array)


@computation
def _compare_to_zero(sign: str, compare: Any, message: str | None, summarize: int | None, array: Any) -> None:
    x = wrap(array)
    if np.all(compare(x, wrap(np.zeros((), array.dtype)))._array):
        return
    raise _failed(message or "", f"Condition x {sign} 0 did not hold element-wise:",
                  f"x (shape={x.shape} dtype={x.dtype.name}) =", _summary(x, summarize))  # fmt: skip


def assert_positive(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
    """Raise InvalidArgumentError unless `x > 0` for all elements."""
    _check_sign(">", greater_p, x, message, summarize)


def assert_negative(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
    """Raise InvalidArgumentError unless `x < 0` for all elements."""
    _check_sign("<", less_p, x, message, summarize)


def assert_non_negative(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise InvalidArgumentError unless `x >= 0` for all elements."""
    _check_sign(">=", greater_equal_p, x, message, summarize)


def assert_non_positive(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise InvalidArgumentError unless `x <= 0` for all elements."""
    _check_sign("<=", less_equal_p, x, message, summarize)


def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: str | None = None, summarize: int | None = None,
    name: str | None = None,
) -> None:  # fmt: skip
    """Raise unless |x - y| <= atol + rtol |y| for all elements.

    Args:
      x, y: floating tensors of one dtype, which broadcast.
      rtol, atol: by default ten times the spacing of the dtype's numbers at 1.
      message, summarize: as in `assert_equal`.

    Raises:
      InvalidArgumentError: if they are not near.
      ValueError: for integers, or if the dtypes differ.
    """
    x = convert_to_tensor(x)
    y = convert_to_tensor(y, x.dtype)
    if x.dtype._kind not in "fc":
        raise ValueError(f"assert_near is for floating tensors, got {x.dtype.name}; use assert_equal")
    tolerance = 10 * float(ml_dtypes.finfo(x.dtype.real_dtype._numpy).eps)
    rtol, atol = (convert_to_tensor(tolerance if t is None else t)._array for t in (rtol, atol))
    checked(functools.partial(_compare_near, message, summarize), x._array, y._array, rtol, atol)


@computation
def _compare_near(message: str | None, summarize: int | None, a: Any, b: Any, rtol: Any, atol: Any) -> None:
    x, y, rtol, atol = wrap(a), wrap(b), float(rtol), float(atol)
    with np.errstate(all="ignore"):
        near = np.all(np.abs(a - b) <= atol + rtol * np.abs(b))
    if not near:
        raise _failed(message or "", f"x and y not equal to tolerance rtol = {rtol:.8g}, atol = {atol:.8g}",
                      *(f"{n} (shape={v.shape} dtype={v.dtype.name}) = {_summary(v, summarize)}"
                        for n, v in (("x", x), ("y", y))))  # fmt: skip


# --- ranks and shapes ------------------------------------------------------------------------------------------------


def _prefix(message: str | None) -> str:
    return f"{message}.  " if message else ""


def _check_rank(x: Any, holds: bool, wanted: str, message: str | None) -> None:
    if not holds:
        raise ValueError(f"{_prefix(message)}Tensor must have rank {wanted}.  Received rank {x.ndim}, shape {x.shape}")


def _rank(rank: Any) -> int:
    array = convert_to_tensor(rank)
    if array.ndim:
        raise ValueError("Rank must be a scalar.")
    if array.dtype is not int32:
        raise TypeError(f"tensor must be of type tf.int32; got {array.dtype!r}")
    return int(array._array)


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise ValueError unless `x` has `rank` axes."""
    x, rank = convert_to_tensor(x), _rank(rank)
    _check_rank(x, x.ndim == rank, str(rank), message)


def assert_rank_at_least(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise ValueError unless `x` has `rank` axes or more."""
    x, rank = convert_to_tensor(x), _rank(rank)
    _check_rank(x, x.ndim >= rank, f"at least {rank}", message)


def assert_rank_in(x: Any, ranks: Iterable[Any], message: str | None = None, name: str | None = None) -> None:
    """Raise ValueError unless the number of axes of `x` is one of `ranks`."""
    x, allowed = convert_to_tensor(x), tuple(_rank(r) for r in ranks)
    _check_rank(x, x.ndim in allowed, f"in {allowed}", message)


def assert_scalar(tensor: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise ValueError if `tensor` has axes."""
    x = convert_to_tensor(tensor)
    if x.ndim:
        raise ValueError(f"{_prefix(message)}Expected scalar shape, saw shape: {x.shape}.")


def assert_shapes(
    shapes: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> None:
    """Raise unless tensors have given shapes, and axes with the same symbol the same length.

    Args:
      shapes: pairs (tensor, shape), or a dict of these. A shape is a sequence with, for each axis, its length, a symbol
        (a string), or None or "." for any; it may begin with `...` or "*" for any number of axes.
      message: what the error's message begins with.

    Raises:
      ValueError: if they do not.

    >>> import gradtape as tf
    >>> x, w = tf.ones([5, 3]), tf.ones([3, 2])
    >>> tf.debugging.assert_shapes([(x, ("batch", "in")), (w, ("in", "out"))])
    """
    pairs = list(shapes.items() if isinstance(shapes, Mapping) else shapes)
    tensors = [convert_to_tensor(x.deref() if hasattr(x, "deref") else x) for x, _ in pairs]
    checked(functools.partial(_check_shapes, [spec for _, spec in pairs], message), *(x._array for x in tensors))


@computation
def _check_shapes(specs: Sequence[Any], message: str | None, *arrays: Any) -> None:
    lengths: dict[str, tuple[int, str]] = {}
    for array, spec in zip(arrays, specs, strict=True):
        x = wrap(array)
        what = f"Tensor shape={x.shape} dtype={x.dtype.name}"
        wanted = tuple(spec) if isinstance(spec, Iterable) else (spec,)
        for i, size in enumerate(wanted):
            if size in (..., "...", "*") and i:
                raise ValueError(
                    f"{what} specified shape index {i}.  Symbol `...` or `*` for a variable number of unspecified "
                    "dimensions is only allowed as the first entry"
                )
        shape = x.shape.as_list()
        if wanted and wanted[0] in (..., "...", "*"):
            wanted = wanted[1:]
            _check_rank(x, len(shape) >= len(wanted), f"at least {len(wanted)}", message)
        elif len(wanted) == 1 and not shape:
            shape = [1]  # a scalar is a vector of one
        else:
            _check_rank(x, len(shape) == len(wanted), str(len(wanted)), message)
        first = len(shape) - len(wanted)
        for i, (size, given) in enumerate(zip(wanted, shape[first:], strict=True), first):
            if size in (None, "."):
                continue
            source = "Specified explicitly"
            if isinstance(size, str) and not size.isdecimal():
                size, source = lengths.setdefault(size, (given, f"Specified by {what.lower()} dimension {i}"))
            if int(size) != given:
                raise ValueError(
                    f"{_prefix(message)}{source}.  {what} dimension {i} must have size {size}.  Received size {given}, "
                    f"shape {x.shape}"
                )


# --- types -----------------------------------------------------------------------------------------------------------


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise TypeError unless `tensor` has the dtype `tf_type`."""
    x, wanted = convert_to_tensor(tensor), as_dtype(tf_type)
    if x.dtype is not wanted:
        raise TypeError(f"{_prefix(message)}tensor must be of type {wanted!r}; got {x.dtype!r}")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise TypeError unless `x` has an integer dtype."""
    x = convert_to_tensor(x)
    if not x.dtype.is_integer:
        raise TypeError(f'{_prefix(message)}Expected "x" to be integer type.  Found: tensor of dtype {x.dtype}')


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """The floating dtype that all of `tensors` have, `dtype` if it is given; float32 if there are none.

    Raises:
      ValueError: if one has another, or if it is not floating.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    for x in tensors or ():
        if wanted is None:
            wanted = x.dtype
        elif x.dtype is not wanted:
            raise ValueError(f"{x}, type={x.dtype}, must be of the same type ({wanted}) as the others.")
    wanted = float32 if wanted is None else wanted
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted}.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Raise TypeError unless `values` is an iterable and no tensor, array or string."""
    if isinstance(values, Tensor | Variable | np.ndarray | bytes | str):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tensor of numbers: not of bools or strings."""
    return isinstance(tensor, Tensor) and tensor.dtype.is_numeric


# --- finite values ---------------------------------------------------------------------------------------------------


@primitive(op="CheckNumerics", kinds="f", same=("x",))
def check_numerics_p(xp: Any, x: Any, *, message: str) -> Any:
    infinite, nan = xp.detects(xp.isinf(x)), xp.detects(xp.isnan(x))
    if infinite or nan:
        found = " and ".join(word for word, there in (("Inf", infinite), ("NaN", nan)) if there)
        raise invalid("CheckNumerics", f"{message} : Tensor had {found} values")
    return x


check_numerics_p.vjp(x=lambda g, message: check_numerics_p(
    g, message=f"Not a number (NaN) or infinity (Inf) values detected in gradient. {message}"))  # fmt: skip
check_numerics_p.along(x=lambda j: j)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> EagerTensor:
    """`tensor`, if all its elements are finite; its gradient is checked as well.

    Args:
      tensor: of a floating dtype.
      message: what the error's message begins with.

    Raises:
      InvalidArgumentError: if an element is nan or infinite.

    >>> import gradtape as tf
    >>> tf.debugging.check_numerics([1.0, float("nan")], "the loss")
    Traceback (most recent call last):
        ...
    gradtape.values.errors.InvalidArgumentError: the loss : Tensor had NaN values [Op:CheckNumerics]...
    """
    return check_numerics_p(convert_to_tensor(tensor), message=message)  # type: ignore[no-any-return]


def assert_all_finite(x: Any, message: str, name: str | None = None) -> EagerTensor:
    """`x`, if all its elements are finite; see `check_numerics`."""
    return check_numerics(x, message)


# --- anything --------------------------------------------------------------------------------------------------------


def Assert(condition: Any, data: Any, summarize: int | None = None, name: str | None = None) -> None:
    """Raise InvalidArgumentError unless `condition` is true.

    Args:
      condition: a bool, or a tensor of one.
      data: a list of what the error's message is to show.
      summarize: how many elements to show of each; 3 by default, all if negative.
    """
    if not is_symbolic(condition):
        if not condition:
            assert_proper_iterable(data) if not isinstance(data, str) else None
            _assert(summarize, condition, *(convert_to_tensor(x)._array for x in data))
        return
    assert_proper_iterable(data)
    checked(functools.partial(_assert, summarize), condition._array, *(convert_to_tensor(x)._array for x in data))


@computation
def _assert(summarize: int | None, condition: Any, *data: Any) -> None:
    if not condition:
        shown = "\n".join(_summary(wrap(x), summarize) for x in data)
        condition = wrap(condition) if isinstance(condition, np.generic | np.ndarray) else condition
        raise _failed(f"Expected '{condition}' to be true. Summarized data: {shown}")


def _summary(x: EagerTensor, summarize: int | None) -> str:
    n = _SUMMARIZE if summarize is None else summarize
    flat = np.ravel(x._array)
    shown = flat if n < 0 else flat[:n]
    return ", ".join([str(v) for v in shown] + ["..."] * (shown.size < flat.size))


def _neighbours(x: Any, compare: Callable[[Any, Any], Any]) -> EagerTensor:
    return computed(_ordered, convert_to_tensor(x), compare)


@computation
def _ordered(x: Any, compare: Callable[[Any, Any], Any]) -> Any:
    array = np.ravel(x)
    return np.bool_(np.all(compare(array[:-1], array[1:])))


def is_non_decreasing(x: Any, name: str | None = None) -> EagerTensor:
    """Whether no element of `x`, in row-major order, is less than the one before: a bool scalar."""
    return _neighbours(x, operator.le)


def is_strictly_increasing(x: Any, name: str | None = None) -> EagerTensor:
    """Whether each element of `x`, in row-major order, is greater than the one before: a bool scalar."""
    return _neighbours(x, operator.lt)


# --- switches that are remembered, and change nothing: tracebacks are whole, and there is one place to run -----------

_switches = {"traceback_filtering": True, "log_device_placement": False}


def enable_traceback_filtering() -> None:
    """Does nothing: tracebacks are short."""
    _switches["traceback_filtering"] = True


def disable_traceback_filtering() -> None:
    """Does nothing: tracebacks are whole."""
    _switches["traceback_filtering"] = False


def is_traceback_filtering_enabled() -> bool:
    """What was last asked for."""
    return _switches["traceback_filtering"]


def set_log_device_placement(enabled: bool) -> None:
    """Does nothing: operations run where the tensors are."""
    _switches["log_device_placement"] = bool(enabled)


def get_log_device_placement() -> bool:
    """What was last asked for."""
    return _switches["log_device_placement"]
