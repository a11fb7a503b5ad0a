"""`tf.dtypes`: the element types, and conversions between them."""

from .math.cast import cast
from .math.clip import saturate_cast
from .math.complex_numbers import complex
from .values.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from .values.dtypes import bool_ as bool

__all__ = [
    "DType", "as_dtype", "bfloat16", "bool", "cast", "complex", "complex64", "complex128", "double", "float16",
    "float32", "float64", "half", "int8", "int16", "int32", "int64", "qint8", "qint16", "qint32", "quint8", "quint16",
    "resource", "saturate_cast", "string", "uint8", "uint16", "uint32", "uint64", "variant",
]  # fmt: skip
