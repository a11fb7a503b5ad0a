"""`Whole`: what stands for a sparse or ragged tensor in the structure of a function's results."""

from typing import Any


class Whole:
    """Stands for a sparse or ragged tensor there: its spec, and of how many tensors it is made."""

    def __init__(self, spec: Any, count: int) -> None:
        self.spec = spec
        self.count = count

    def __repr__(self) -> str:
        return f"<{self.spec!r}>"
