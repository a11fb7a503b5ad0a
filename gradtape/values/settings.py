"""`setting`: a context in which something is set, and set back whatever interrupts it."""

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def setting(place: Any, **values: Any) -> Iterator[None]:
    """A context in which the attributes of `place` are these. Its own, `settings`, says which contexts are open.

    An interrupt may keep `with` from leaving a context. It is left then when Python drops it, unless one around it was
    left before, which has set back everything.
    """
    outer = place.settings
    before = {name: getattr(place, name) for name in values}
    mine = object()

    def set_back() -> None:
        if mine in place.settings:
            for name, value in before.items():
                setattr(place, name, value)
            place.settings = outer

    try:
        place.settings = (*outer, mine)
        for name, value in values.items():
            setattr(place, name, value)
        yield
    finally:
        try:
            set_back()
        except BaseException:
            set_back()
            raise
