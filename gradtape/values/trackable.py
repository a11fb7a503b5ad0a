"""`Trackable`: an object that knows, by name, the objects that it is made of; and containers that are such objects.

A checkpoint follows these names when it is saved. When it is restored, a name that an object does not have yet is kept
with the object, as a `Pending`, and what gets the name later is restored then.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, MutableMapping, MutableSequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

__all__ = [
    "AutoTrackable", "ListWrapper", "NoDependency", "Trackable", "TrackableResource", "is_trackable",
    "no_automatic_dependency_tracking", "set_functions_of", "tuple_of", "wrapped",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])

CHILDREN = "_self_unconditional_dependency_names"
_WAITING = "_self_deferred_dependencies"


class Pending(Protocol):
    """A place in a checkpoint whose object is not there yet."""

    restore_uid: int

    def restore(self, trackable: Any) -> None: ...


class _Waiting(dict[str, list[Pending]]):
    """What names wait for. A copy of the object waits for nothing: a place in a checkpoint has one object."""

    def __reduce__(self) -> Any:
        return _Waiting, ()


class Trackable:
    """What may depend on other trackable objects: they are its children, each with a name of its own.

    The children are kept in `_self_unconditional_dependency_names`, made when the first one comes, since a
    subclass need not call `__init__`. An object that has values itself gives and takes them in `_serialize_to_tensors`
    and `_restore_from_tensors`.
    """

    __slots__ = ()

    _self_setattr_tracking: bool = True
    _saved_as: tuple[str, tuple[str, ...]] | None = None  # one attribute of a checkpoint, of tensors with these endings

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Make `trackable` the child `name`, restore what a checkpoint has for it, and give it back.

        Raises:
          TypeError: if it is not trackable.
          ValueError: if another child has this name, unless `overwrite`.
        """
        child = as_child(trackable)
        if not isinstance(child, Trackable):
            raise TypeError(
                f"Trackable._track_trackable() can only be used to track objects of type Trackable. Got type "
                f"{type(trackable)}."
            )
        children = self.__dict__.setdefault(CHILDREN, {})
        if not overwrite and children.get(name, child) is not child:
            raise ValueError(
                f"Called Trackable._track_trackable() with name={name!r}, but a Trackable with this name is already "
                "declared as a dependency. Names must be unique (or overwrite=True)."
            )
        children[name] = child
        self._handle_deferred_dependencies(name, child)
        return trackable

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children, by name."""
        return dict(self.__dict__.get(CHILDREN, ()))

    def _lookup_dependency(self, name: str, cached_dependencies: dict[str, Any] | None = None) -> Any:
        """The child `name`, or None."""
        return (self._trackable_children() if cached_dependencies is None else cached_dependencies).get(name)

    @property
    def _deferred_dependencies(self) -> dict[str, list[Pending]]:
        """The places in checkpoints that wait for children of these names."""
        return self.__dict__.setdefault(_WAITING, _Waiting())  # type: ignore[no-any-return]

    def _handle_deferred_dependencies(self, name: str, trackable: Any) -> None:
        """Restore what waits for the child `name`, which is there now; of several checkpoints, the last counts."""
        waiting = self.__dict__.get(_WAITING)
        if waiting:
            for place in sorted(waiting.pop(name, ()), key=lambda place: place.restore_uid, reverse=True):
                place.restore(trackable)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        """The values of this object itself, by name."""
        raise NotImplementedError

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        """Take values that `_serialize_to_tensors` gave."""
        raise NotImplementedError


class NoDependency:
    """Wraps what becomes an attribute, and no child: `self.x = NoDependency(x)`."""

    def __init__(self, value: Any) -> None:
        self.value = value


class AutoTrackable(Trackable):
    """A `Trackable` whose children are its attributes: variables, trackable objects, and lists and dicts of these."""

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_self_setattr_tracking", True):
            depends = not isinstance(value, NoDependency)
            value = wrapped(value)
            if depends and is_trackable(value):
                self._track_trackable(value, name, overwrite=True)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self.__dict__.get(CHILDREN, {}).pop(name, None)
        super().__delattr__(name)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children, by name: in saved models also functions, to be called by what is loaded."""
        children = super()._trackable_children(save_type, **kwargs)
        return {**children, **_functions_of(self)} if save_type == "savedmodel" else children


class TrackableResource(Trackable):
    """What a saved model keeps beside variables: tables, for one."""


_functions_of: Callable[[Any], dict[str, Any]] = lambda x: {}


def set_functions_of(function: Callable[[Any], dict[str, Any]]) -> None:
    """Give `function(x)`, the functions that are attributes and methods of an object, by name."""
    global _functions_of
    _functions_of = function


# --- containers --------------------------------------------------------------------------------------------------


if TYPE_CHECKING:  # the stubs have lists and dicts derive from these, which at run time they do not

    class _List(list[Any]): ...

    class _Dict(dict[Any, Any]): ...
else:

    class _List(MutableSequence, list):
        """A list, all of whose methods use a few that are written anew."""

    class _Dict(MutableMapping, dict):
        """A dict, all of whose methods use a few that are written anew."""


class ListWrapper(_List, Trackable):
    """A list as a `Trackable`, as which an attribute of an `AutoTrackable` is kept: its children are its items.

    It is another view of the list that it was made of: what is done to one is seen in the other.
    """

    _self_storage: list[Any]

    def __init__(self, wrapped_list: Iterable[Any] = ()) -> None:
        storage = wrapped_list if type(wrapped_list) is list else list(wrapped_list)
        for i, x in enumerate(storage):
            if (new := wrapped(x)) is not x:
                storage[i] = new
        list.__init__(self, storage)
        self._self_storage = storage

    @property
    def _held(self) -> list[Any]:
        """The items. What C code sees of this list, where somebody changed the other one, is brought up to date."""
        storage = self._self_storage
        if list.__len__(self) != len(storage):
            self._renew()
        return storage

    def _renew(self) -> None:
        list.__setitem__(self, slice(None), self._self_storage)
        waiting = self.__dict__.get(_WAITING)
        if waiting:
            for name in [name for name in waiting if name.isdecimal() and int(name) < len(self._self_storage)]:
                child = as_child(self._self_storage[int(name)])
                if isinstance(child, Trackable):
                    self._handle_deferred_dependencies(name, child)

    def __getitem__(self, i: Any) -> Any:
        return self._held[i]

    def __setitem__(self, i: Any, value: Any) -> None:
        self._self_storage[i] = [wrapped(x) for x in value] if isinstance(i, slice) else wrapped(value)
        self._renew()

    def __delitem__(self, i: Any) -> None:
        del self._self_storage[i]
        self._renew()

    def __len__(self) -> int:
        return len(self._self_storage)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held)

    def insert(self, index: Any, value: Any) -> None:
        self._held.insert(index, wrapped(value))
        self._renew()

    def append(self, value: Any) -> None:
        value = wrapped(value)
        self._held.append(value)
        list.append(self, value)
        if self.__dict__.get(_WAITING):
            self._renew()

    def extend(self, values: Iterable[Any]) -> None:
        self._self_storage.extend([wrapped(x) for x in values])
        self._renew()

    def sort(self, **options: Any) -> None:
        self._self_storage.sort(**options)
        self._renew()

    def copy(self) -> "ListWrapper":
        return ListWrapper(list(self._self_storage))

    def index(self, value: Any, *range: Any) -> int:
        return self._held.index(value, *range)

    def __contains__(self, value: Any) -> bool:
        return value in self._held

    def __add__(self, other: Any) -> Any:
        return self._held + getattr(other, "_self_storage", other)

    def __radd__(self, other: Any) -> Any:
        return other + self._held

    def __iadd__(self, values: Any) -> Any:
        self.extend(values)
        return self

    def __mul__(self, times: Any) -> Any:
        return self._held * times

    __rmul__ = __mul__

    def __imul__(self, times: Any) -> Any:
        self._self_storage *= times
        self._renew()
        return self

    def __eq__(self, other: object) -> bool:
        return self._held == getattr(other, "_self_storage", other)

    def __ne__(self, other: object) -> bool:
        return self._held != getattr(other, "_self_storage", other)

    def __lt__(self, other: Any) -> bool:
        return self._held < getattr(other, "_self_storage", other)  # type: ignore[no-any-return]

    def __le__(self, other: Any) -> bool:
        return self._held <= getattr(other, "_self_storage", other)  # type: ignore[no-any-return]

    def __gt__(self, other: Any) -> bool:
        return self._held > getattr(other, "_self_storage", other)  # type: ignore[no-any-return]

    def __ge__(self, other: Any) -> bool:
        return self._held >= getattr(other, "_self_storage", other)  # type: ignore[no-any-return]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ListWrapper({self._held!r})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (list(self._self_storage),)

    def __copy__(self) -> "ListWrapper":
        return self.copy()

    def __deepcopy__(self, memo: Any) -> "ListWrapper":
        return _deep_copy(self, ListWrapper([]), memo)  # type: ignore[no-any-return]

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        children = {str(i): as_child(x) for i, x in enumerate(self._held)}
        return {name: x for name, x in children.items() if isinstance(x, Trackable)}


class _DictWrapper(_Dict, Trackable):
    """A dict as a `Trackable`, as which an attribute of an `AutoTrackable` is kept: its children are its values.

    It is another view of the dict that it was made of: what is done to one is seen in the other.
    """

    _self_storage: dict[Any, Any]

    def __init__(self, wrapped_dict: Any = ()) -> None:
        storage = wrapped_dict if type(wrapped_dict) in (dict, OrderedDict) else dict(wrapped_dict)
        for key, x in storage.items():
            if (new := wrapped(x)) is not x:
                storage[key] = new
        dict.__init__(self, storage)
        self._self_storage = storage

    @property
    def _held(self) -> dict[Any, Any]:
        storage = self._self_storage
        if dict.__len__(self) != len(storage):
            dict.clear(self)
            dict.update(self, storage)
            for key in list(self.__dict__.get(_WAITING, ())):
                if key in storage:
                    self._handle(key)
        return storage

    def _handle(self, key: Any) -> None:
        child = as_child(self._self_storage[key])
        if isinstance(child, Trackable):
            self._handle_deferred_dependencies(key, child)

    def __getitem__(self, key: Any) -> Any:
        return self._held[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        value = wrapped(value)
        self._held[key] = value
        dict.__setitem__(self, key, value)
        if isinstance(key, str) and self.__dict__.get(_WAITING):
            self._handle(key)

    def __delitem__(self, key: Any) -> None:
        del self._held[key]
        dict.__delitem__(self, key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held)

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self._held)  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._self_storage)

    def __contains__(self, key: object) -> bool:
        return key in self._self_storage

    def keys(self) -> Any:
        return self._held.keys()

    def values(self) -> Any:
        return self._held.values()

    def items(self) -> Any:
        return self._held.items()

    def copy(self) -> "_DictWrapper":
        return _DictWrapper(self._held.copy())

    def __eq__(self, other: object) -> bool:
        return self._held == getattr(other, "_self_storage", other)

    def __ne__(self, other: object) -> bool:
        return self._held != getattr(other, "_self_storage", other)

    def __or__(self, other: Any) -> Any:
        return self._held | getattr(other, "_self_storage", other)

    def __ror__(self, other: Any) -> Any:
        return other | self._held

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"DictWrapper({self._held!r})"

    def __str__(self) -> str:
        return str(self._held)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self._held.copy(),)

    def __copy__(self) -> "_DictWrapper":
        return self.copy()

    def __deepcopy__(self, memo: Any) -> "_DictWrapper":
        return _deep_copy(self, _DictWrapper({}), memo)  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        return getattr(self._held, name)  # of an OrderedDict

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        children = {key: as_child(x) for key, x in self._held.items()}
        children = {key: x for key, x in children.items() if isinstance(x, Trackable)}
        if not all(isinstance(key, str) for key in children):
            raise ValueError(
                f"Unable to save the object {self._held!r} (a dictionary wrapper constructed automatically on "
                "attribute assignment). The wrapped dictionary contains a non-string key which maps to a trackable "
                "object or mutable data structure.\n\nIf you don't need this dictionary checkpointed, wrap it in a "
                "non-trackable object; it will be subsequently ignored."
            )
        return children


class _Tuple(Trackable):
    """The items of a tuple, which itself stays what it is."""

    def __init__(self, items: tuple[Any, ...]) -> None:
        self._self_items = items

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        names = getattr(type(self._self_items), "_fields", None) or map(str, range(len(self._self_items)))
        children = {name: as_child(x) for name, x in zip(names, self._self_items, strict=True)}
        return {name: x for name, x in children.items() if isinstance(x, Trackable)}


def tuple_of(child: Any) -> Any:
    """`child`; the tuple itself, of what stands for one among children."""
    return child._self_items if type(child) is _Tuple else child


CONTAINERS = (ListWrapper, _DictWrapper, _Tuple)


def _deep_copy(container: Any, new: Any, memo: dict[int, Any]) -> Any:
    from copy import deepcopy

    memo[id(container)] = new
    storage = deepcopy(container._self_storage, memo)
    new.extend(storage) if isinstance(new, ListWrapper) else new.update(storage)
    return new


def is_trackable(value: Any) -> bool:
    """Whether it can be a child."""
    return isinstance(value, Trackable) or _is_tuple(value)


def _is_tuple(value: Any, without: set[int] | None = None) -> bool:
    """Whether it is a tuple that has children, or mutable containers, in which some may be later.

    Args:
      without: the tuples that have none, so that one that is in another again and again is looked at once.
    """
    without = set() if without is None else without
    if not isinstance(value, tuple) or id(value) in without:
        return False
    for x in value:
        if isinstance(x, Trackable | NoDependency) or type(x) in (list, dict, OrderedDict) or _is_tuple(x, without):
            return True
    without.add(id(value))
    return False


def wrapped(value: Any, known: dict[int, Any] | None = None) -> Any:
    """`value`; a plain list or dict as a container that is trackable.

    Args:
      known: what stands for tuples, so that one that is in another again and again is made once.
    """
    kind = type(value)
    if kind is list:
        return ListWrapper(value)
    if kind is dict or kind is OrderedDict:
        return _DictWrapper(value)
    if kind is NoDependency:
        return value.value
    known = {} if known is None else known
    if id(value) not in known and _is_tuple(value):
        items = [wrapped(x, known) for x in value]
        same = all(a is b for a, b in zip(items, value, strict=True))
        known[id(value)] = value if same else kind._make(items) if hasattr(kind, "_make") else kind(items)
    return known.get(id(value), value)


def as_child(value: Any) -> Any:
    """What is the child where this is an attribute or an item: it itself, or containers as trackable ones."""
    value = wrapped(value)
    return _Tuple(value) if _is_tuple(value) else value


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
