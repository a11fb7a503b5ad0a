"""Lists as they enter and leave XLA's programs, where one array is not what they are: integers, and uneven elements.

This module imports JAX. Nothing imports this module until XLA is asked for.
"""

from typing import Any

import numpy as np

from ..engine.numpy_slots import Same, Slots
from ..engine.xla_slots import Known, Unlike


def entering(x: Any) -> Any:
    """A list as XLA takes it; anything else as it is."""
    if type(x) is not Slots:
        return x
    if type(x.items) is Same:
        return Known(_number_in(x))
    return Unlike([entering(x.items[i]) for i in range(x.size)])


def _number_in(x: Any) -> int:
    while type(x) is Slots:
        x = x.items[0]
    return x  # type: ignore[no-any-return]


def leaving(x: Any, depth: int) -> Any:
    """A result that is known when a program is compiled: None, an integer, or a list of it, as deep as `depth`."""
    if type(x) is not Known:
        return x
    found: Any = x.number
    for _ in range(depth):
        found = Slots(Same(found), 0, (), None)
    return found


def left(x: Any) -> Any:
    """What has left a program, with uneven lists as lists."""
    if type(x) is not Unlike:
        return x
    items = [left(y) if type(y) is Unlike else np.asarray(y) for y in x.elements]
    like = items[0] if items else np.zeros(0)
    return Slots(dict(enumerate(items)), len(items), like.shape, like.dtype)


def is_uneven(x: Any) -> bool:
    """Whether it is a list whose elements have different shapes."""
    return type(x) is Unlike


def is_known(x: Any) -> bool:
    """Whether it is an integer, or a list of one, which programs are compiled for."""
    return type(x) in (int, Known)


def key_of(x: Any) -> Any:
    """What tells apart programs that are compiled for what is known."""
    return x if type(x) is int else x.number if type(x) is Known else x.tobytes()


def shape_of(x: Any) -> Any:
    """The shape of an argument; of an uneven list, those of its elements."""
    return tuple(map(shape_of, x.elements)) if type(x) is Unlike else getattr(x, "shape", ())
