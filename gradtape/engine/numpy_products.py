"""Matrix products on NumPy's BLAS, on one thread or several as their size asks.

OpenBLAS shares out any product that takes more than a few microseconds. Where the cores are idle, sharing a product of
a few million multiplications gains tens of microseconds; where another program has one of them, it waits milliseconds
for the other thread. So these run on one thread, and greater ones on as many as OpenBLAS has been told.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_ALONE = 1 << 18  # multiplications up to which OpenBLAS takes one thread of its own accord
_SHARED = 1 << 22  # and from which its other threads pay

_OPENBLAS = [
    (f"{prefix}openblas_get_num_threads{suffix}", f"{prefix}openblas_set_num_threads{suffix}")
    for prefix in ("scipy_", "")  # in NumPy's wheels; in distributions
    for suffix in ("64_", "")
]


def _thread_count() -> tuple[Callable[[], int], Callable[[int], None]]:
    """What gets and what sets OpenBLAS's number of threads; where it is not to be found, that is 1 and stays so."""
    library = ctypes.PyDLL(np._core._multiarray_umath.__file__)  # a symbol is also looked for in what it links to
    for get, set_ in _OPENBLAS:
        if hasattr(library, get) and hasattr(library, set_):
            found = getattr(library, set_)
            found.argtypes, found.restype = [ctypes.c_int], None
            return getattr(library, get), found
    return lambda: 1, lambda threads: None


_get_threads, _set_threads = _thread_count()


def product(a: Array, b: Array, out: Array | None = None) -> Any:
    """`np.matmul`: of matrices, batches of them, or vectors."""
    multiplications = a.size * b.shape[-1]
    if multiplications > _ALONE and b.ndim > 1:
        rows, columns = a.shape[-2] if a.ndim > 1 else 1, b.shape[-1]
        if rows * a.shape[-1] * columns < _SHARED:  # of each product in a batch
            threads = _get_threads()
            if threads > 1:
                # Another thread of the program may do the same meanwhile: it finds 1 and lets it be, or finds the same
                # number and puts it back too.
                _set_threads(1)
                try:
                    return np.matmul(a, b, out)
                finally:
                    _set_threads(threads)
    return np.matmul(a, b, out)
