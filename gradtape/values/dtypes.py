"""`DType`: the element types of tensors, with TensorFlow's names, numbers and properties."""

from typing import Any

import ml_dtypes
import numpy as np

__all__ = ["DType", "as_dtype"]


class DType:
    """The type of a tensor's elements. Compares equal to its name and to its NumPy type.

    >>> import gradtape as tf
    >>> tf.float32, tf.float32.name, tf.float32 == "float32", tf.float32 == np.float32
    (tf.float32, 'float32', True, True)
    """

    __slots__ = ("_enum", "_kind", "_numpy", "name")

    def __init__(self, name: str, enum: int, numpy: np.dtype[Any] | None, kind: str) -> None:
        self.name = name
        self._enum = enum
        self._numpy = numpy
        self._kind = kind  # f(loat) c(omplex) i(nteger) u(nsigned) b(ool) s(tring) q(uantized) o(paque)

    @property
    def as_numpy_dtype(self) -> type:
        """The NumPy scalar type, `object` for strings."""
        return object if self._numpy is None else self._numpy.type if self._kind != "s" else object

    @property
    def as_datatype_enum(self) -> int:
        return self._enum

    @property
    def base_dtype(self) -> "DType":
        return self

    @property
    def real_dtype(self) -> "DType":
        """The type of the real part: float32 for complex64, float64 for complex128, else itself."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    @property
    def is_floating(self) -> bool:
        return self._kind == "f"

    @property
    def is_complex(self) -> bool:
        return self._kind == "c"

    @property
    def is_integer(self) -> bool:
        return self._kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        return self._kind == "u"

    @property
    def is_bool(self) -> bool:
        return self._kind == "b"

    @property
    def is_quantized(self) -> bool:
        return self._kind == "q"

    @property
    def is_numeric(self) -> bool:
        return self._kind in "fciuq"

    @property
    def is_numpy_compatible(self) -> bool:
        return self._numpy is not None

    @property
    def is_differentiable(self) -> bool:
        """Whether derivatives exist for it: floating or complex."""
        return self._kind in "fc"

    @property
    def size(self) -> int:
        """Bytes of one element; 0 for strings."""
        if self._kind == "s" or self._numpy is None:
            return 0
        return self._numpy.itemsize

    @property
    def min(self) -> Any:
        """The smallest value it holds."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The largest value it holds."""
        return self._limit("max")

    @property
    def limits(self) -> tuple[Any, Any]:
        """The intensity limits (min, max) used by image operations: (0, 1) for floats."""
        if self._kind in "fc":
            return (0, 1)
        if self._kind == "b":
            return (False, True)
        return (0, self.max)

    def _limit(self, which: str) -> Any:
        if self._kind == "f":
            return getattr(ml_dtypes.finfo(self._numpy), which)  # type: ignore[no-untyped-call]
        if self._kind in "iu":
            return getattr(ml_dtypes.iinfo(self._numpy), which)  # type: ignore[no-untyped-call]
        word = {"min": "minimum", "max": "maximum"}[which]
        raise TypeError(f"Cannot find {word} value of {self!r}: it is neither an integer nor a floating type.")

    def is_compatible_with(self, other: Any) -> bool:
        return self is as_dtype(other)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return False
        if type(other) is not DType:
            try:
                other = as_dtype(other)
            except TypeError:
                return False
        return self is other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return self._enum

    def __int__(self) -> int:
        return self._enum

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self) -> Any:
        return as_dtype, (self.name,)


_BY_KEY: dict[Any, DType] = {}  # names, NumPy dtypes and types, Python types, enum numbers
BY_NUMPY: dict[np.dtype[Any], DType] = {}  # the look-up behind `Tensor.dtype`


def _define(name: str, enum: int, kind: str, numpy: Any = None) -> DType:
    dtype = DType(name, enum, None if numpy is None else np.dtype(numpy), kind)
    _BY_KEY[name] = _BY_KEY[enum] = dtype
    if numpy is not None:
        BY_NUMPY[np.dtype(numpy)] = _BY_KEY[np.dtype(numpy)] = dtype
        _BY_KEY[numpy] = dtype
    return dtype


float32 = _define("float32", 1, "f", np.float32)
float64 = _define("float64", 2, "f", np.float64)
int32 = _define("int32", 3, "i", np.int32)
uint8 = _define("uint8", 4, "u", np.uint8)
int16 = _define("int16", 5, "i", np.int16)
int8 = _define("int8", 6, "i", np.int8)
string = _define("string", 7, "s", np.object_)
complex64 = _define("complex64", 8, "c", np.complex64)
int64 = _define("int64", 9, "i", np.int64)
bool_ = _define("bool", 10, "b", np.bool_)
qint8 = _define("qint8", 11, "q")
quint8 = _define("quint8", 12, "q")
qint32 = _define("qint32", 13, "q")
bfloat16 = _define("bfloat16", 14, "f", ml_dtypes.bfloat16)
qint16 = _define("qint16", 15, "q")
quint16 = _define("quint16", 16, "q")
uint16 = _define("uint16", 17, "u", np.uint16)
complex128 = _define("complex128", 18, "c", np.complex128)
float16 = _define("float16", 19, "f", np.float16)
resource = _define("resource", 20, "o")
variant = _define("variant", 21, "o")
uint32 = _define("uint32", 22, "u", np.uint32)
uint64 = _define("uint64", 23, "u", np.uint64)
float8_e5m2 = _define("float8_e5m2", 24, "f", ml_dtypes.float8_e5m2)
float8_e4m3fn = _define("float8_e4m3fn", 25, "f", ml_dtypes.float8_e4m3fn)
float8_e4m3fnuz = _define("float8_e4m3fnuz", 26, "f", ml_dtypes.float8_e4m3fnuz)
float8_e4m3b11fnuz = _define("float8_e4m3b11fnuz", 27, "f", ml_dtypes.float8_e4m3b11fnuz)
float8_e5m2fnuz = _define("float8_e5m2fnuz", 28, "f", ml_dtypes.float8_e5m2fnuz)
int4 = _define("int4", 29, "i", ml_dtypes.int4)
uint4 = _define("uint4", 30, "u", ml_dtypes.uint4)

half = float16
double = float64
_BY_KEY |= {"half": float16, "float": float32, "double": float64, float: float32}
_BY_KEY |= {bool: bool_, object: string, np.bytes_: string, np.str_: string}

# TensorFlow's own spellings, as its kernels print them.
KERNEL_NAMES = {"float16": "half", "float32": "float", "float64": "double"}


def as_dtype(type_value: Any) -> DType:
    """The `DType` that a name, a NumPy dtype, a Python type or a `DType` stands for.

    Raises:
      TypeError: if it stands for none.

    >>> import gradtape as tf
    >>> tf.as_dtype("half"), tf.as_dtype(np.int64), tf.as_dtype(float)
    (tf.float16, tf.int64, tf.float32)
    """
    if type(type_value) is DType:
        return type_value
    try:
        return _BY_KEY[type_value]
    except (KeyError, TypeError):
        pass
    try:
        dtype = np.dtype(getattr(type_value, "dtype", type_value))
    except (TypeError, ValueError, SyntaxError):  # NumPy reads names such as "2i4" as Python
        dtype = None
    python = isinstance(type_value, type) and not issubclass(type_value, np.generic)  # int and str have no dtype here
    if dtype is not None and not (type_value is None or isinstance(type_value, bool) or python):
        if dtype in BY_NUMPY:
            return BY_NUMPY[dtype]
        if dtype.kind in "SU" and isinstance(type_value, np.dtype):
            return string
    names = ", ".join(d.name for d in BY_NUMPY.values())
    raise TypeError(
        f"Cannot convert the argument `type_value`: {type_value!r} to a DType. "
        f"Pass a tf.DType, one of the names {names}, or a NumPy type."
    )


def array_dtype(type_value: Any) -> DType:
    """`as_dtype`, for something to be made: raises TypeError for a dtype of which there are no arrays too."""
    dtype = as_dtype(type_value)
    if dtype._numpy is None:
        raise TypeError(f"gradtape has no tensors of {dtype!r}. For quantized numbers take the plain integers.")
    return dtype
