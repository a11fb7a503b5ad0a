"""The row of the operation table: an operation, and the inputs at which the generic tests try it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Sample = tuple[Any, ...]


@dataclass(frozen=True)
class Operation:
    """One row. The generic tests differentiate with respect to the floating and complex arrays of a sample.

    Attributes:
      name: TensorFlow's name, with a suffix after a slash where an operation has several rows: `reduce_sum/axis`.
      call: `call(tf, *inputs)`, where `tf` is gradtape or TensorFlow and `inputs` are its tensors.
      samples: inputs, as NumPy arrays (floats as float64), at which the operation is smooth: value, first and second
        derivative, batched cotangents and forward mode are tested.
      edges: inputs at which value and first gradient are only compared with TensorFlow's: kinks, ties, 0, inf, nan, empty
        arrays, other dtypes.
      order: up to which the derivatives at `samples` are tested; 0 for an operation that has none.
      rtol: of the comparison with TensorFlow, where float64 is not what both compute in.
    """

    name: str
    call: Callable[..., Any]
    samples: Sequence[Sample] = ()
    edges: Sequence[Sample] = ()
    order: int = 2
    rtol: float = 1e-9
    notes: dict[str, str] = field(default_factory=dict)  # reasons why a generic test leaves this row out, by test


def floats(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> np.ndarray[Any, Any]:
    """Distinct float64 numbers in [low, high], none near 0 or near another."""
    count = int(np.prod(shape, dtype=int))
    grid = np.linspace(low, high, 2 * count + 1)[1::2]
    return np.random.default_rng([seed, count]).permutation(grid).reshape(shape) if shape else grid[0]
