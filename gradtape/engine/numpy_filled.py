"""Arrays of one value, of any dtype: strings have no zero, and are empty instead."""

from typing import Any

import numpy as np


def zeros_of(shape: tuple[int, ...], dtype: Any) -> Any:
    """Zeros; of strings, empty ones."""
    return np.zeros(shape, dtype) if dtype.kind != "O" else full_of(shape, 0, dtype)


def full_of(shape: tuple[int, ...], number: int, dtype: Any) -> Any:
    """An array full of a number; of strings, empty ones."""
    return np.full(shape, b"" if dtype.kind == "O" else number, dtype)
