"""`Draws`: what a computation drew from outside itself, random numbers for one, so that it can be run again and draw
the same.

Whoever draws asks `drawn(fresh)`. A computation that is to be run again runs the first time in `draws.noted()`, and
later in `draws.again()`. What is noted is where random numbers begin, not the numbers: a few bytes for each draw.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ..values.settings import setting
from ..values.thread import Local

T = TypeVar("T")


class _Innermost(Local):
    settings: tuple[object, ...] = ()

    def __init__(self) -> None:
        self.draw: Callable[[Callable[[], Any]], Any] | None = None


_innermost = _Innermost()


def drawn(fresh: Callable[[], T]) -> T:
    """What `fresh()` gives; in a computation that runs again, what it gave at the same place before."""
    draw = _innermost.draw
    return fresh() if draw is None else draw(fresh)


class Draws:
    """What one computation drew, in order."""

    __slots__ = ("_drawn",)

    def __init__(self) -> None:
        self._drawn: list[Any] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """A context for the first run. It may be a part of a computation that is itself noted, or run again."""
        outer = _innermost.draw

        def draw(fresh: Callable[[], Any]) -> Any:
            value = fresh() if outer is None else outer(fresh)
            self._drawn.append(value)
            return value

        with setting(_innermost, draw=draw):
            yield

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        """A context for another run, which draws the same; and new, where it draws more than the first run did."""
        left = iter(self._drawn)

        def draw(fresh: Callable[[], Any]) -> Any:
            for value in left:
                return value
            return fresh()

        with setting(_innermost, draw=draw):
            yield
