"""`tf.compat.v1.math`: that of today, but for functions whose arguments have changed."""

from typing import Any

__all__ = ["in_top_k"]


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
    """`tf.math.in_top_k`, whose first two arguments have changed places since."""
    import gradtape

    return gradtape.math.in_top_k(targets, predictions, k, name)


def __getattr__(name: str) -> Any:
    import gradtape

    return getattr(gradtape.math, name)
