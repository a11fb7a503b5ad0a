"""`tf.compat`: TensorFlow's two generations. Both are gradtape; `v1` adds the switches of its time."""

import numbers
import os
from typing import Any

import numpy as np

from ..values.lacking import lacking, show_room
from ..values.shape import dimension_at_index, dimension_value

__all__ = [
    "as_bytes", "as_str", "as_str_any", "as_text", "bytes_or_text_types", "complex_types", "dimension_at_index",
    "dimension_value", "integral_types", "path_to_str", "real_types", "v1", "v2",
]  # fmt: skip

# What `isinstance` is asked of numbers and text, Python's and NumPy's.
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)
bytes_or_text_types = (bytes, str)


show_room("gradtape.compat", "v1", "gradtape.compat.v1")
show_room("gradtape.compat", "v2", "gradtape.compat.v2")

__getattr__ = lacking(__name__)


def as_bytes(bytes_or_text: str | bytes, encoding: str = "utf-8") -> bytes:
    """Text as bytes."""
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes(bytes_or_text)


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as text."""
    return bytes_or_text if isinstance(bytes_or_text, str) else bytes(bytes_or_text).decode(encoding)


as_str = as_text


def as_str_any(value: object, encoding: str = "utf-8") -> str:
    """Anything as text, bytes by their decoding."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """A path of `pathlib` as text; what is no path is given back."""
    return as_str_any(path.__fspath__()) if isinstance(path, os.PathLike) else path
