"""Nested structures: lists, tuples, named tuples, dicts and other sequences and mappings, with TensorFlow's rules.

A class of its own, such as a dataclass, is nested if it has `__tf_flatten__`, which gives (metadata, components), and
`__tf_unflatten__(metadata, components)`, a class method. Dicts are walked in the order of their sorted keys. Sets,
strings, arrays, tensors and None are leaves; what `dict.values()` gives is a sequence.
"""

import collections
from collections.abc import Callable, Iterator, Mapping, MappingView, MutableMapping, Sequence
from typing import Any

import numpy as np

from .composite import CompositeTensor
from .shape import TensorShape
from .trackable import ListWrapper

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]

_LEAVES = (str, bytes, np.ndarray, TensorShape)


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a container and not a leaf.

    >>> import gradtape as tf
    >>> tf.nest.is_nested([1]), tf.nest.is_nested("ab"), tf.nest.is_nested(tf.constant([1]))
    (True, False, False)
    """
    kind = type(seq)
    if kind is list or kind is tuple or kind is dict:
        return True
    if isinstance(seq, Sequence | Mapping | MappingView):
        return not isinstance(seq, _LEAVES)
    return _is_attrs(seq) or _is_custom(seq)


def _is_attrs(structure: Any) -> bool:
    return hasattr(type(structure), "__attrs_attrs__")


def _is_custom(structure: Any) -> bool:
    """Whether it says itself how it is taken apart, as dataclasses may."""
    return hasattr(type(structure), "__tf_flatten__")


def _items(structure: Any) -> list[Any]:
    """The children of a container, in order."""
    if isinstance(structure, Mapping):
        return [structure[k] for k in _sorted_keys(structure)]
    if _is_attrs(structure):
        return [getattr(structure, a.name) for a in type(structure).__attrs_attrs__]
    if _is_custom(structure):
        return list(structure.__tf_flatten__()[1])
    return list(structure)


def _sorted_keys(structure: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(structure)
    except TypeError:
        raise TypeError(f"nest only supports dicts with sortable keys, got keys {list(structure)!r}") from None


def _rebuild(structure: Any, items: list[Any]) -> Any:
    """A container like `structure` with the children `items`."""
    kind = type(structure)
    if isinstance(structure, Mapping):
        new = dict(zip(_sorted_keys(structure), items, strict=True))
        ordered = [(k, new[k]) for k in structure]
        if kind is dict:
            return dict(ordered)
        if isinstance(structure, collections.defaultdict):
            return collections.defaultdict(structure.default_factory, ordered)
        if isinstance(structure, MutableMapping):  # some of which do not take pairs, as `ChainMap`
            made = kind()
            made.update(dict(ordered))
            return made
        return kind(ordered)
    if hasattr(structure, "_fields") and isinstance(structure, tuple):
        return kind(*items)
    if _is_attrs(structure):
        return kind(*items)
    if _is_custom(structure):
        return kind.__tf_unflatten__(structure.__tf_flatten__()[0], tuple(items))
    if kind is range or isinstance(structure, MappingView):
        return items
    return kind(items)


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of `structure`, in order; a leaf gives a list of itself.

    Args:
      structure: a container, or a leaf.
      expand_composites: whether a sparse or ragged tensor, or IndexedSlices, gives the tensors that it is made of.

    >>> import gradtape as tf
    >>> tf.nest.flatten({"b": 1, "a": [2, (3,)]})
    [2, 3, 1]
    """
    if expand_composites:
        return [part for leaf in flatten(structure) for part in _expanded(leaf)]
    if not is_nested(structure):
        return [structure]
    leaves: list[Any] = []
    for item in _items(structure):
        if is_nested(item):
            leaves += flatten(item)
        else:
            leaves.append(item)
    return leaves


def flatten_once(structure: Any) -> list[Any]:
    """The leaves of `structure`, in order; a container that comes several times, or in itself, is taken apart once."""
    leaves: list[Any] = []
    seen: dict[int, Any] = {}
    todo = [structure]
    while todo:
        x = todo.pop()
        if not is_nested(x):
            leaves.append(x)
        elif id(x) not in seen:
            seen[id(x)] = x
            todo += reversed(_items(x))
    return leaves


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """`flat_sequence` in the form of `structure`; the inverse of `flatten`.

    Raises:
      TypeError: if `flat_sequence` is no sequence.
      ValueError: if it has not as many items as `structure` has leaves.
    """
    if not isinstance(flat_sequence, Sequence) or isinstance(flat_sequence, _LEAVES):
        raise TypeError(
            f"Attempted to pack value {flat_sequence!r} into a structure, but it is no sequence: its type is "
            f"{type(flat_sequence)}."
        )
    if expand_composites:
        composites = flatten(structure)
        if any(isinstance(leaf, CompositeTensor) for leaf in composites):
            return pack_sequence_as(structure, _composed(structure, composites, flat_sequence))
    if not is_nested(structure):
        if len(flat_sequence) != 1:
            raise ValueError(
                f"The target structure is a leaf of type {type(structure)}, and the input is a sequence of length "
                f"{len(flat_sequence)}: {flat_sequence!r}."
            )
        return flat_sequence[0]
    count = len(flatten(structure))
    if count != len(flat_sequence):
        raise ValueError(
            f"Could not pack sequence. Structure had {count} atoms, but flat_sequence had {len(flat_sequence)} items. "
            f"Structure: {structure!r}, flat_sequence: {flat_sequence!r}."
        )
    return _build(structure, iter(flat_sequence))


def _expanded(leaf: Any) -> Sequence[Any]:
    return leaf._components if isinstance(leaf, CompositeTensor) else (leaf,)


def _composed(structure: Any, leaves: Sequence[Any], parts: Sequence[Any]) -> list[Any]:
    """Leaves like `leaves`, of which `parts` are the expanded ones."""
    sizes = [len(_expanded(leaf)) for leaf in leaves]
    if sum(sizes) != len(parts):
        raise ValueError(
            f"Could not pack sequence. Structure had {sum(sizes)} atoms, but flat_sequence had {len(parts)} items. "
            f"Structure: {structure!r}, flat_sequence: {parts!r}."
        )
    given = iter(parts)
    return [
        leaf._with_components([next(given) for _ in range(size)]) if isinstance(leaf, CompositeTensor) else next(given)
        for leaf, size in zip(leaves, sizes, strict=True)
    ]


def _build(structure: Any, leaves: Iterator[Any]) -> Any:
    # No closure: one that calls itself is a cycle, and would keep the leaves alive.
    if not is_nested(structure):
        return next(leaves)
    return _rebuild(structure, [_build(item, leaves) for item in _items(structure)])


def map_structure(
    func: Callable[..., Any], *structure: Any, check_types: bool = True, expand_composites: bool = False
) -> Any:
    """`func` applied to the leaves of structures of one form, in that form.

    >>> import gradtape as tf
    >>> tf.nest.map_structure(lambda x, y: x + y, {"a": 1, "b": [2]}, {"a": 3, "b": [4]})
    {'a': 4, 'b': [6]}

    Raises:
      TypeError: if `func` cannot be called, or containers differ in type (with `check_types`).
      ValueError: if the forms differ, or no structure is given.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    results = [func(*leaves) for leaves in zip(*(flatten(s, expand_composites) for s in structure), strict=True)]
    return pack_sequence_as(structure[0], results, expand_composites)


def flatten_up_to(shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False) -> Any:
    """The parts of `input_tree` that stand where `shallow_tree` has leaves; they may be structures themselves.

    Raises:
      TypeError, ValueError: where `input_tree` is not built as `shallow_tree` is.

    >>> flatten_up_to({"a": 1, "b": [1]}, {"a": [1, 2], "b": [3]})
    [[1, 2], 3]
    """
    if not is_nested(shallow_tree):
        return [input_tree]
    if not is_nested(input_tree):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(input_tree)}."
        )
    if check_types and not _same_type(shallow_tree, input_tree):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    shallow, given = _items(shallow_tree), _items(input_tree)
    if isinstance(shallow_tree, Mapping):
        missing = [key for key in shallow_tree if key not in input_tree]
        if missing:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree has the following "
                f"keys that are not in the input_tree: {missing}."
            )
        given = [input_tree[key] for key in _sorted_keys(shallow_tree)]
    elif len(shallow) != len(given):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(given)}, while shallow structure has length {len(shallow)}."
        )
    return [x for a, b in zip(shallow, given, strict=True) for x in flatten_up_to(a, b, check_types)]


def map_structure_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """`func` of the parts of `inputs` that stand where `shallow_tree` has leaves; the results are built as it is.

    Raises:
      TypeError, ValueError: see `flatten_up_to`.
    """
    check_types = kwargs.pop("check_types", True)
    columns = [flatten_up_to(shallow_tree, x, check_types) for x in inputs]
    return pack_sequence_as(shallow_tree, [func(*parts, **kwargs) for parts in zip(*columns, strict=True)])


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Raise where two structures differ in form.

    Raises:
      ValueError: if their nesting, lengths or keys differ.
      TypeError: if containers differ in type, with `check_types`.
    """

    def differ(kind: type[Exception], why: str) -> Exception:
        return kind(
            "The two structures don't have the same nested structure.\n\n"
            f"First structure: {nest1!r}\n\nSecond structure: {nest2!r}\n\nMore specifically: {why}"
        )

    _compare(nest1, nest2, check_types, differ)
    if expand_composites:
        for a, b in zip(flatten(nest1), flatten(nest2), strict=True):
            if isinstance(a, CompositeTensor) or isinstance(b, CompositeTensor):
                if type(a) is not type(b):
                    raise differ(ValueError, f"{type(a)} and {type(b)} are not the same kind of value.")
                if len(a._components) != len(b._components):
                    raise differ(ValueError, f"{a!r} and {b!r} are made of different numbers of tensors.")


def _compare(a: Any, b: Any, check_types: bool, differ: Callable[[type[Exception], str], Exception]) -> None:
    if is_nested(a) != is_nested(b):
        nested, leaf = (a, b) if is_nested(a) else (b, a)
        raise differ(ValueError, f"{nested!r} is nested, while {leaf!r} is a leaf.")
    if not is_nested(a):
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if set(a) != set(b):
            raise differ(ValueError, f"the keys {list(a)} and {list(b)} differ.")
    elif check_types and not _same_type(a, b):
        raise differ(TypeError, f"{type(a)} and {type(b)} are different containers.")
    ours, theirs = _items(a), _items(b)
    if len(ours) != len(theirs):
        raise differ(ValueError, f"{a!r} has {len(ours)} items, {b!r} has {len(theirs)}.")
    for x, y in zip(ours, theirs, strict=True):
        _compare(x, y, check_types, differ)


def _same_type(a: Any, b: Any) -> bool:
    if type(a) is type(b) or {type(a), type(b)} == {list, ListWrapper}:
        return True
    named = [x for x in (a, b) if hasattr(x, "_fields")]
    return len(named) == 2 and type(a).__name__ == type(b).__name__ and a._fields == b._fields
