"""`TrackableView`: the objects that a trackable object is made of."""

from typing import Any

from ..values.trackable import Trackable

__all__ = ["TrackableView"]


class TrackableView:
    """Walks over the children of a trackable object, theirs, and so on.

    >>> import gradtape as tf
    >>> root = tf.__internal__.tracking.AutoTrackable()
    >>> root.v = tf.Variable(1.0)
    >>> list(tf.train.TrackableView(root).children(root))
    ['v']
    """

    def __init__(self, root: Any) -> None:
        self._root = root

    @property
    def root(self) -> Any:
        return self._root

    @classmethod
    def children(cls, obj: Any, **kwargs: Any) -> dict[str, Any]:
        """The children of `obj`, by name."""
        return obj._trackable_children(**kwargs) if isinstance(obj, Trackable) else {}

    def descendants(self) -> list[Any]:
        """The root and all that is below it, each once, the nearest first."""
        found = [self._root]
        seen = {id(self._root)}
        for x in found:
            for child in self.children(x).values():
                if id(child) not in seen:
                    seen.add(id(child))
                    found.append(child)
        return found
