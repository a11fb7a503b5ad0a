"""`Trackable`: an object that knows, by name, the objects that it is made of; and containers that are such objects."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from ..values.variable import Variable

__all__ = ["AutoTrackable", "ListWrapper", "Trackable", "TrackableView", "no_automatic_dependency_tracking"]

F = TypeVar("F", bound=Callable[..., Any])


class Trackable:
    """What may depend on other trackable objects: they are its children, each with a name of its own.

    The children are kept in `_self_unconditional_checkpoint_dependencies`, made when the first one comes, since a
    subclass need not call `__init__`.
    """

    _self_setattr_tracking: bool = True

    @property
    def _children(self) -> dict[str, Any]:
        return self.__dict__.setdefault("_self_unconditional_checkpoint_dependencies", {})  # type: ignore[no-any-return]

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Make `trackable` the child `name`, and give it back.

        Raises:
          TypeError: if it is not trackable.
          ValueError: if another child has this name, unless `overwrite`.
        """
        if not is_trackable(wrapped(trackable)):
            raise TypeError(
                f"Trackable._track_trackable() can only be used to track objects of type Trackable. Got type "
                f"{type(trackable)}."
            )
        if not overwrite and self._children.get(name, trackable) is not trackable:
            raise ValueError(
                f"Called Trackable._track_trackable() with name={name!r}, but a Trackable with this name is already "
                "declared as a dependency. Names must be unique (or overwrite=True)."
            )
        self._children[name] = trackable
        return trackable

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children, by name."""
        return {name: wrapped(x) for name, x in self._children.items()}

    def _lookup_dependency(self, name: str, cached_dependencies: dict[str, Any] | None = None) -> Any:
        """The child `name`, or None."""
        return (self._children if cached_dependencies is None else cached_dependencies).get(name)


class AutoTrackable(Trackable):
    """A `Trackable` whose children are its attributes: variables, trackable objects, and lists and dicts of these."""

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_self_setattr_tracking", True):
            if is_trackable(wrapped(value)):
                self._track_trackable(value, name, overwrite=True)
            else:
                self._children.pop(name, None)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._children.pop(name, None)
        super().__delattr__(name)


class ListWrapper(list[Any], Trackable):
    """A list as a `Trackable`, as which an attribute of an `AutoTrackable` is seen: its children are its items."""

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {str(i): x for i, x in enumerate(map(wrapped, self)) if is_trackable(x)}

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (list(self),)


class _DictWrapper(dict[Any, Any], Trackable):
    """A dict as a `Trackable`, as which an attribute of an `AutoTrackable` is seen: its children are its values."""

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {str(key): x for key, x in ((key, wrapped(x)) for key, x in self.items()) if is_trackable(x)}

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (dict(self),)


def is_trackable(value: Any) -> bool:
    """Whether it can be a child."""
    return isinstance(value, Trackable | Variable)


def wrapped(value: Any) -> Any:
    """`value`; a plain list or dict as a container that is trackable."""
    kind = {list: ListWrapper, dict: _DictWrapper}.get(type(value))
    return value if kind is None else kind(value)


def no_automatic_dependency_tracking(method: F) -> F:
    """Decorates a method, so that the attributes which it sets become no children."""

    @wraps(method)
    def plainly(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = getattr(self, "_self_setattr_tracking", True)
        object.__setattr__(self, "_self_setattr_tracking", False)
        try:
            return method(self, *args, **kwargs)
        finally:
            object.__setattr__(self, "_self_setattr_tracking", before)

    return plainly  # type: ignore[return-value]


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
