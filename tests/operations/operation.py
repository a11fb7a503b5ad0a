"""The row of the operation table: an operation, and the inputs at which the generic tests try it.

Nothing here or in the rows imports gradtape: the comparison with TensorFlow runs the same rows there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Sample = tuple[Any, ...]

TESTS = (
    "central_differences", "second_order", "batched", "forward", "float32", "half", "saved",  # of test_derivatives.py
    "tensorflow", "tensorflow_float32", "tensorflow_gradient",  # of compare_operations.py
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One row. The generic tests differentiate with respect to the floating and complex arrays of a sample.

    Attributes:
      name: TensorFlow's name, with a suffix after a slash where an operation has several rows: `reduce_sum/axis`.
      call: `call(tf, *inputs)`, where `tf` is gradtape or TensorFlow. The arrays of the sample come as tensors,
        anything else (a Python number, a list, None) as it is. It gives a tensor, or lists and tuples of these.
      samples: inputs, as NumPy arrays (floats as float64), at which the operation is smooth: value, first and second
        derivative, batched cotangents and forward mode are tested.
      edges: inputs at which value and first gradient are only compared with TensorFlow's: kinks, ties, 0, inf, nan,
        empty arrays, other dtypes, inputs that raise.
      order: up to which the derivatives at `samples` are tested; 0 for an operation that has none.
      rtol: of the comparison with TensorFlow, where float64 is not what both compute in.
      notes: by the name of a test in `TESTS`, why it leaves this row out.
    """

    name: str
    call: Callable[..., Any]
    samples: Sequence[Sample] = ()
    edges: Sequence[Sample] = ()
    order: int = 2
    rtol: float = 1e-9
    notes: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.name


def floats(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> np.ndarray[Any, Any]:
    """Distinct float64 numbers in [low, high], none near 0 or near another."""
    count = int(np.prod(shape, dtype=int))
    grid = low + (high - low) * (np.arange(count) + 0.8) / max(count, 1)
    return np.random.default_rng([seed, count]).permutation(grid).reshape(shape) if shape else grid[0]


# --- what the generic tests ask of samples and results ---------------------------------------------------------------

HALVES = ("float16", "bfloat16")


def is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic)


def is_differentiable(value: Any) -> bool:
    """Whether tests differentiate with respect to this part of a sample, or of a result."""
    return is_array(value) and (value.dtype.kind in "fc" or value.dtype.name in HALVES)


def cast(sample: Sample, dtype: Any) -> Sample:
    """`sample` with its float64 and complex128 arrays as `dtype`, and the complex type made of two of it."""
    to = {"float64": dtype, "complex128": np.complex64}
    return tuple(x.astype(to[x.dtype.name]) if is_array(x) and x.dtype.name in to else x for x in sample)


def flatten(result: Any) -> list[Any]:
    """The tensors of a result: itself, or those in its lists, tuples and dicts."""
    return list(_leaves(result))


def _leaves(result: Any) -> Iterator[Any]:
    if isinstance(result, dict):
        result = [result[key] for key in sorted(result)]
    if isinstance(result, list | tuple):
        for item in result:
            yield from _leaves(item)
    else:
        yield result


def cotangent_like(array: Any, salt: int = 0) -> Any:
    """Numbers of the shape and dtype of `array`, the same in every process, of both signs and none 0."""
    count = int(np.prod(array.shape, dtype=int))
    numbers = np.sin(1.0 + 0.7 * salt + 1.3 * np.arange(count)) + 0.05
    if array.dtype.kind == "c":
        numbers = numbers + 1j * np.cos(0.4 + 0.9 * salt + 2.1 * np.arange(count))
    return numbers.reshape(array.shape).astype(array.dtype)
