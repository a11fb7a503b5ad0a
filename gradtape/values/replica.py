"""Where a thread is among the replicas of a strategy.

It is in one of three contexts. In a *replica* it computes for one device. *Across replicas* it works for all of them:
in the scope of a strategy, and where replicas meet. In an *update* it changes the copy of a variable that is one's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from .settings import setting
from .thread import Local


class Place(NamedTuple):
    """Where a thread is.

    Attributes:
      strategy: whose replicas there are; None for the default one.
      replica: what the replica knows that this is; None across replicas.
      updated: the number of the replica whose copies are changed; None outside of updates.
    """

    strategy: Any = None
    replica: Any = None
    updated: int | None = None


class _Current(Local):
    here = Place()
    settings: tuple[object, ...] = ()


_current = _Current()


def place() -> Place:
    """Where this thread is."""
    return _current.here


def index() -> int | None:
    """The number of the replica whose copies of variables are used here; None for those of all."""
    here = _current.here
    return here.updated if here.replica is None else here.replica._index


@contextmanager
def at(new: Place) -> Iterator[None]:
    """A context in which this thread is there."""
    with setting(_current, here=new):
        yield


def count(asked_by: str) -> int:
    """How many replicas compute together what is computed here, for a function that divides by it.

    Raises:
      RuntimeError: across replicas.
    """
    here = place()
    if here.strategy is None:
        return 1
    if here.replica is None:
        raise RuntimeError(
            f"You are calling `{asked_by}` in cross replica context, while it was expected to be called in replica "
            "context: in what strategy.run() is given."
        )
    return here.strategy.num_replicas_in_sync  # type: ignore[no-any-return]
