"""Making tensors of Python and NumPy values, with TensorFlow's rules for their element types."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import numpy as engine
from . import dtypes
from .dtypes import DType, as_dtype
from .shape import Dimension, TensorShape
from .tensor import EagerTensor, Tensor, wrap
from .thread import current

_PYTHON = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}
# Which kinds of Python value an explicit dtype accepts.
_ACCEPTS = {"f": "bif", "c": "bifc", "i": "bi", "u": "bi", "b": "b", "s": "s"}

_packing: Callable[[Any, Any], Any]  # given by the room of array operations


def set_pack(function: Callable[[Any, Any], Any]) -> None:
    """Give the function that `pack` is."""
    global _packing
    _packing = function


def pack(value: Any, dtype: Any = None) -> Any:
    """The tensor of a nested list with tensors in it, which is stacked."""
    return _packing(value, dtype)


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> EagerTensor:
    """The tensor of `value`, as `tf.convert_to_tensor` says. That of a variable is the one that all its readers have on
    a tape, so it is for operations: what the program itself gets is converted by `operations.reading`.
    """
    if type(value) is EagerTensor and dtype is None:
        return value  # type: ignore[no-any-return]
    if dtype is not None:
        return _convert(value, as_dtype(dtype))
    if dtype_hint is not None:
        try:
            return _convert(value, as_dtype(dtype_hint))
        except (TypeError, ValueError):
            pass
    return _convert(value, None)


def gives_tensor(value: Any) -> bool:
    """Whether `value` is a tensor or, as a variable does, gives one, with a dtype of its own."""
    return isinstance(value, Tensor) or hasattr(type(value), "__tf_tensor__")


def tensor_of(value: Any, dtype: Any) -> EagerTensor:
    """The tensor of `value`, which `dtype` is for where it has none of its own, as numbers and lists have none."""
    return convert_to_tensor(value, None if gives_tensor(value) else dtype)


def _convert(value: Any, dtype: DType | None) -> EagerTensor:
    if isinstance(value, Tensor):
        if dtype is not None and value.dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value.dtype.name}: {value!r}. "
                f"Use tf.cast(x, tf.{dtype.name})."
            )
        return value  # type: ignore[return-value]
    if hasattr(type(value), "__tf_tensor__"):
        return value.__tf_tensor__(dtype, None)  # type: ignore[no-any-return]
    if isinstance(value, list | tuple):
        types = _leaf_types(value)
        if any(issubclass(t, Tensor) or hasattr(t, "__tf_tensor__") for t in types):
            return pack(value, dtype)  # type: ignore[no-any-return]
    if _conversions and (found := _registered(value, dtype)) is not None:
        return found
    return wrap(to_array(value, dtype))


# --- what programs have registered -----------------------------------------------------------------------------------

_conversions: list[tuple[int, Any, Callable[..., Any]]] = []  # by priority; each for a type or a tuple of types


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Have objects of a type converted to tensors by a function, wherever an operation takes a tensor.

    Args:
      base_type: a type or a tuple of types; those that derive from it are converted too.
      conversion_func: is called with the object, and by keywords with `dtype`, the wanted DType or None, `name` and
        `as_ref`, always False. It gives a tensor of that dtype, or NotImplemented, and then the next one is asked.
      priority: functions with less of it are asked first, and of those with equal ones the one that came first.

    Raises:
      TypeError: if these are no types, or no function, or for numbers and NumPy arrays, whose tensors are as they are.

    >>> import gradtape as tf
    >>> class Celsius:
    ...     def __init__(self, degrees):
    ...         self.degrees = degrees
    >>> def kelvin(value, dtype=None, name=None, as_ref=False):
    ...     return tf.constant(value.degrees + 273.15, dtype)
    >>> tf.register_tensor_conversion_function(Celsius, kelvin)
    >>> tf.constant([1.0, 2.0]) * Celsius(0.0)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([273.15, 546.3 ], dtype=float32)>
    """
    types = base_type if isinstance(base_type, tuple) else (base_type,)
    if not all(isinstance(t, type) for t in types):
        raise TypeError(f"Argument `base_type` must be a type or a tuple of types. Obtained: {base_type}")
    if any(issubclass(t, int | float | np.generic | np.ndarray) for t in types):
        raise TypeError("Cannot register conversions for Python numeric types and NumPy scalars and arrays.")
    if not callable(conversion_func):
        raise TypeError(f"Argument `conversion_func` must be callable. Received {conversion_func}.")
    _conversions.append((priority, types, conversion_func))
    _conversions.sort(key=lambda entry: entry[0])


def _registered(value: Any, dtype: DType | None) -> EagerTensor | None:
    """The tensor that a registered function makes of `value`; None if none does."""
    for _, types, function in _conversions:
        if not isinstance(value, types):
            continue
        found = function(value, dtype=dtype, name=None, as_ref=False)
        if found is NotImplemented:
            continue
        said = f"Conversion function {function!r} for type {types[0] if len(types) == 1 else types} returned"
        if not isinstance(found, Tensor):
            raise RuntimeError(f"{said} non-Tensor: {found!r}")
        if dtype is not None and found.dtype is not dtype:
            raise RuntimeError(f"{said} incompatible dtype: requested = {dtype.name}, actual = {found.dtype.name}")
        return found  # type: ignore[return-value]
    return None


def agree(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """`x` and `y` as tensors, when at least one is: the other takes its dtype if it can."""
    if isinstance(x, Tensor):
        return x, _operand(y, x)  # type: ignore[return-value]
    return _operand(x, y), y


def agree_or_differ(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """As `agree`, but where `y` cannot take the dtype of `x` it comes with its own, for the operation to refuse."""
    try:
        return (x, _operand(y, x)) if isinstance(x, Tensor) else (_operand(x, y), y)  # type: ignore[return-value]
    except TypeError:
        if not isinstance(x, Tensor):
            raise
        return x, convert_to_tensor(y)  # type: ignore[return-value]


def _operand(value: Any, other: Tensor) -> EagerTensor:
    kind = type(value)
    if kind is float or kind is int:
        return scalar(value, other)
    if isinstance(value, Tensor):
        return value  # type: ignore[return-value]
    if hasattr(kind, "__tf_tensor__"):
        return value.__tf_tensor__(None, None)  # type: ignore[no-any-return]
    return _convert(value, other.dtype)


_scalars: dict[Any, EagerTensor] = {}


def scalar(value: float, other: Tensor) -> EagerTensor:
    """A Python number as a tensor of `other`'s dtype. The last ones are kept, since programs repeat theirs."""
    key = (value or str(value), type(value), other._array.dtype)  # 0.0 and -0.0 are equal, their strings are not
    found = _scalars.get(key)
    if found is None:
        found = wrap(to_array(value, other.dtype))
        if len(_scalars) > 512:
            _scalars.clear()
        _scalars[key] = found
    return found


def _leaf_types(value: Any) -> set[type]:
    types = set(map(type, value))
    for sequence in [t for t in types if issubclass(t, (list, tuple))]:
        types.discard(sequence)
        for item in value:
            if type(item) is sequence:
                types |= _leaf_types(item)
    return types


def _first_leaf(value: Any) -> Any:
    while isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, list | tuple) or _leaf_types(item):
                value = item
                break
        else:
            return None
    return value


def to_array(value: Any, dtype: DType | None = None) -> np.ndarray[Any, Any]:
    """A NumPy array of its own for `value`, which holds no tensors.

    Raises TypeError where `value` cannot have `dtype`, ValueError where it is not a rectangular array of one type.
    """
    if dtype is not None and dtype._numpy is None:
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {dtype.name}")
    if isinstance(value, np.ndarray | np.generic) and not isinstance(value, bytes | str):
        return _from_numpy(value, dtype)
    if isinstance(value, TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        return np.array(value.as_list(), (dtype or dtypes.int32)._numpy)
    if isinstance(value, range):
        value = list(value)
    elif isinstance(value, Dimension):
        value = int(value)
    if isinstance(value, list | tuple):
        if isinstance(value, tuple) and any(isinstance(v, Dimension) for v in value):
            value = tuple(int(v) if isinstance(v, Dimension) else v for v in value)
        types = _leaf_types(value)
    else:
        types = {type(value)}
    kinds = {_kind_of(t, value) for t in types}
    if kinds & {"array"} or len(kinds) > 1:
        return _from_mixture(value, kinds, dtype)
    if not kinds:  # an empty list can be of any type
        return _rectangular(value, (dtype or dtypes.float32)._numpy)
    kind = kinds.pop()
    if dtype is not None and kind not in _ACCEPTS[dtype._kind]:
        raise TypeError(f"Cannot convert {_short(value)} to EagerTensor of dtype {dtype.name}")
    if kind == "s":
        return _from_numpy(_rectangular(value, np.object_), dtype)
    if dtype is not None and dtype._kind in "iu":
        return _integers(value, unsigned=dtype is dtypes.uint64).astype(dtype._numpy)
    if dtype is not None:
        if kind == "f" and dtype._kind == "f" and dtype is not dtypes.float64:
            return current.thread.quietly(_rectangular(value, np.float64).astype, dtype._numpy)  # type: ignore[no-any-return]
        return _rectangular(value, dtype._numpy)
    if kind == "i":
        array = _integers(value)
        if array.size == 0 or (array.min() >= -(2**31) and array.max() < 2**31):
            return array.astype(np.int32)
        return array
    leaf = _first_leaf(value)
    if isinstance(leaf, np.floating | np.complexfloating):
        return _rectangular(value, leaf.dtype)
    return _rectangular(value, {"f": np.float32, "c": np.complex128, "b": np.bool_}[kind])


def _kind_of(t: type, value: Any) -> str:
    if t in _PYTHON:
        return _PYTHON[t]
    for kind, base in (("b", np.bool_), ("i", np.integer), ("f", np.floating), ("c", np.complexfloating)):
        if issubclass(t, base):
            return kind
    if issubclass(t, np.ndarray | np.generic) or hasattr(t, "__array__"):
        return "array"
    for python in (bool, int, float, complex, str, bytes):  # subclasses, enums
        if issubclass(t, python):
            return _PYTHON[python]
    bad = value if not isinstance(value, list | tuple) else _find(value, t)
    raise ValueError(
        f"Attempt to convert a value ({bad}) with an unsupported type ({t}) to a Tensor. "
        "Tensors are made of numbers, booleans, strings, (nested) lists of these, and NumPy arrays."
    )


def _find(value: Any, t: type) -> Any:
    for item in value:
        if type(item) is t:
            return item
        if isinstance(item, list | tuple) and t in _leaf_types(item):
            return _find(item, t)
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "..."


def _rectangular(value: Any, dtype: Any) -> np.ndarray[Any, Any]:
    try:
        # Quietly: a number that is too great becomes inf.
        try:
            array: np.ndarray[Any, Any] = current.thread.run(np.array, value, dtype)
        except RuntimeError as error:
            array = engine.reentered(error, np.array, value, dtype)
    except ValueError as error:
        raise ValueError(f"Can't convert non-rectangular Python sequence to Tensor: {_short(value)}") from error
    if dtype is np.object_ and any(isinstance(x, list | tuple) for x in array.flat):
        raise ValueError(f"Can't convert non-rectangular Python sequence to Tensor: {_short(value)}")
    return array


def _integers(value: Any, unsigned: bool = False) -> np.ndarray[Any, Any]:
    for dtype in (np.int64, np.uint64) if unsigned else (np.int64,):
        try:
            return _rectangular(value, dtype)
        except OverflowError:
            continue
    raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")


def _from_mixture(value: Any, kinds: set[str], dtype: DType | None) -> np.ndarray[Any, Any]:
    """Lists with NumPy arrays in them, and lists of several kinds of number."""
    if "array" in kinds:
        if not isinstance(value, list | tuple):
            return _from_numpy(np.asarray(value), dtype)
        try:
            array = np.array(value)
        except ValueError:
            raise ValueError(f"Can't convert non-rectangular Python sequence to Tensor: {_short(value)}") from None
        python = type(_first_leaf(value)) in _PYTHON  # the first element says whose rules count
        if dtype is None and (array.dtype == np.int64 or (python and array.dtype.kind == "f")):
            return to_array(array.tolist())
        return _from_numpy(array, dtype)
    first = _kind_of(type(_first_leaf(value)), value)
    if "s" in kinds or (first == "b" and dtype is None):
        raise ValueError(f"Can't convert Python sequence with mixed types to Tensor: {_short(value)}")
    kind = max(kinds, key="bifc".index)
    leaf = _first_leaf(value)
    if dtype is None and isinstance(leaf, np.floating | np.complexfloating) and kind == _kind_of(type(leaf), value):
        return _rectangular(value, leaf.dtype)
    if dtype is None:
        if kind == "i":
            return to_array(_integers(value).tolist())
        dtype = {"f": dtypes.float32, "c": dtypes.complex128}[kind]
    elif kind not in _ACCEPTS[dtype._kind]:
        raise TypeError(f"Cannot convert {_short(value)} to EagerTensor of dtype {dtype.name}")
    return _rectangular(value, dtype._numpy)


def _from_numpy(value: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    array = np.array(value)
    if array.dtype.kind in "USO" or array.dtype.kind == "T":
        flat = [x.encode() if isinstance(x, str) else x for x in array.ravel().tolist()]
        if all(type(x) is bytes for x in flat):
            if dtype is not None and dtype is not dtypes.string:
                raise TypeError(f"Cannot convert {_short(value)} to EagerTensor of dtype {dtype.name}")
            out = np.empty(array.size, np.object_)
            out[:] = flat
            return out.reshape(array.shape)
        if array.dtype.kind == "O":
            return to_array(array.tolist(), dtype)
    if dtype is not None and dtype._numpy != array.dtype:
        if dtype is dtypes.string:
            raise TypeError(f"Cannot convert {_short(value)} to EagerTensor of dtype {dtype.name}")
        with np.errstate(all="ignore"):
            return array.astype(dtype._numpy)
    if array.dtype not in dtypes.BY_NUMPY:
        native = array.dtype.newbyteorder("=")
        if native in dtypes.BY_NUMPY:  # >f4, or a platform's second name of a type
            return array.astype(dtypes.BY_NUMPY[native]._numpy)
        raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported element type {array.dtype}).")
    if not array.dtype.isnative or array.dtype is not dtypes.BY_NUMPY[array.dtype]._numpy:
        array = array.astype(dtypes.BY_NUMPY[array.dtype]._numpy)
    return array
