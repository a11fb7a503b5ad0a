"""`tf.compat.v2`: gradtape's own names."""

from typing import Any


def __getattr__(name: str) -> Any:
    import gradtape

    return getattr(gradtape, name)
