"""`tf.compat.v1.math`: that of today, but for functions whose arguments have changed."""

from typing import Any

from .. import math

__all__ = ["in_top_k"]


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
    """`tf.math.in_top_k`, whose first two arguments have changed places since."""
    return math.in_top_k(targets, predictions, k, name)


def __getattr__(name: str) -> Any:
    return getattr(math, name)
