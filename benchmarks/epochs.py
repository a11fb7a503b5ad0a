"""An epoch of a data pipeline that gives arrays, which NumPy and PyTorch have in common."""

from collections.abc import Iterable
from typing import Any

PRODUCTS = 4  # of matrices, for a batch of `trained`


def counted(batches: Iterable[Any]) -> list[Any]:
    """How many pairs there are, and the sum of their labels."""
    count = total = 0
    for x, y in batches:
        count += len(x)
        total += int(y.sum())
    return [count, total]


def trained(batches: Iterable[Any], w: Any) -> list[Any]:
    """How many pictures there are; and what a step of training makes, which is products of matrices."""
    count = 0
    y = w
    for x in batches:
        count += len(x)
        y = w
        for _ in range(PRODUCTS):
            y = y @ w
    return [count, y]
