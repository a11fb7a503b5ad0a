"""`tf.config.threading`: how many threads an operation may use, and how many operations may run at once."""

import functools
import os
from typing import Any

import numpy as np

from ..values.lacking import lacking

__all__ = [
    "get_inter_op_parallelism_threads", "get_intra_op_parallelism_threads", "set_inter_op_parallelism_threads",
    "set_intra_op_parallelism_threads",
]  # fmt: skip

_intra = 0
_inter = 0


def get_intra_op_parallelism_threads() -> int:
    """How many threads an operation may use; 0 if nothing was said, which is for as many as there are cores."""
    return _intra


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Have an operation use at most so many threads. It is matrix products that use several.

    Args:
      num_threads: the number; 0 for as many as there are cores.

    Raises:
      TypeError, ValueError: if it is no number, or negative.
    """
    global _intra
    _intra = _count(num_threads)
    library = _blas()
    if library is not None:
        library.scipy_openblas_set_num_threads64_(_intra or os.cpu_count() or 1)


def get_inter_op_parallelism_threads() -> int:
    """The number that was set, or 0. Operations run one after the other here."""
    return _inter


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Take note of a number; operations run one after the other here, whatever it is.

    Raises:
      TypeError, ValueError: if it is no number, or negative.
    """
    global _inter
    _inter = _count(num_threads)


def _count(num_threads: Any) -> int:
    count = int(num_threads)
    if count < 0:
        raise ValueError(f"The number of threads must be 0 or more, got {num_threads!r}.")
    return count


@functools.cache
def _blas() -> Any:
    """The library of matrix products that comes with NumPy; None where NumPy was built with another."""
    import ctypes
    from pathlib import Path

    for path in (Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas64*"):
        return ctypes.CDLL(str(path))
    return None


__getattr__ = lacking(__name__)
