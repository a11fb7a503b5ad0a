"""Structures of arguments: what is dynamic in them and what is static, their types, and taking them apart.

*Dynamic* are tensors, NumPy arrays, variables, and what is made of tensors. All else is *static*: numbers, strings,
functions and objects, by value or identity, and the nesting of lists, tuples and dicts.
"""

import types
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from ..core import nest
from ..core.convert import convert_to_tensor
from ..core.dtypes import DType
from ..core.tensor import Tensor
from ..core.type_spec import TensorSpec, TypeSpec, VariableSpec
from ..core.variable import ResourceVariable

PLAIN = frozenset({int, float, bool, str, bytes, complex, type(None)})  # static, by type and value


def _composite(value: Any) -> TypeSpec | None:
    """The spec of something that is made of tensors."""
    spec = getattr(value, "_type_spec", None) if hasattr(type(value), "_type_spec") else None
    return spec if isinstance(spec, TypeSpec) else None


def _is_array(value: Any) -> bool:
    return hasattr(type(value), "__array__") and not isinstance(value, str | bytes)


def _children(value: Any) -> tuple[Any, list[Any]] | None:
    """What kind of container `value` is, and its items; None if it is none, as a range is none to a function."""
    if isinstance(value, list):
        return "List", value
    if isinstance(value, tuple):
        fields = getattr(value, "_fields", None)
        return ("Tuple" if fields is None else (type(value).__name__, *fields)), list(value)
    if isinstance(value, Mapping):
        return ("Dict", *nest._sorted_keys(value)), nest._items(value)
    if nest._is_attrs(value):
        return (type(value), *(a.name for a in type(value).__attrs_attrs__)), nest._items(value)
    if nest._is_custom(value):
        return (type(value), value.__tf_flatten__()[0]), nest._items(value)
    return None


_CONTAINERS = frozenset({list, tuple, dict})  # the common ones
_TENSOR, _VARIABLE = "Tensor", "Variable"  # in frames, where there is something dynamic


class Reading:
    """What there is in a structure of arguments.

    Attributes:
      frame: what is static, hashable.
      tensors: in order, arrays converted.
      leaves: for each dynamic thing its spec, or the tensor itself. What is made of tensors is followed by these.
      variables: each once.
      objects: that the frame knows by identity or equality; it does not keep them.
    """

    def __init__(self, structure: Any, specs: bool = False) -> None:
        self.tensors: list[Any] = []
        self.leaves: list[Any] = []
        self.variables: dict[Any, ResourceVariable] = {}
        self.objects: list[Any] = []
        self._aliases: dict[Any, int] = {}
        self._specs = specs
        self.frame = self._read(structure)

    def _read(self, value: Any) -> Any:
        kind = type(value)
        if kind in PLAIN:
            # Numbers that are equal but for their type differ, and so do 0.0 and -0.0; nan is itself.
            return kind, repr(value) if value != value else value or (value, repr(value))
        if kind not in _CONTAINERS:
            if isinstance(value, Tensor):
                return self._tensor(value)
            if isinstance(value, ResourceVariable):
                self.variables.setdefault(value.handle, value)
                alias = self._aliases.setdefault(value.handle, len(self._aliases))
                self.leaves.append(VariableSpec(value.shape, value.dtype, value.trainable, alias))
                return _VARIABLE
            if isinstance(value, TypeSpec):
                return self._spec(value)
        children = _children(value)
        if children is not None:
            label, items = children
            return (label, *map(self._read, items))
        spec = _composite(value)
        if spec is not None:
            self.leaves.append(spec)
            first = len(self.leaves)
            frame = type(spec), self._read(spec._to_components(value))
            if getattr(value, "_by_spec", False):  # whose spec says what of its parts may differ
                self.leaves[first:] = spec._component_specs
            return frame
        if _is_array(value):
            return self._tensor(convert_to_tensor(value))
        if kind is types.MethodType:  # made anew each time that it is asked for
            return self._object(value.__self__), self._object(value.__func__)
        return self._object(value)

    def _tensor(self, tensor: Any) -> Any:
        self.tensors.append(tensor)
        self.leaves.append(tensor)
        return _TENSOR

    def _spec(self, spec: TypeSpec) -> Any:
        if not self._specs or isinstance(spec, VariableSpec):
            raise ValueError(
                f"{spec!r} was passed to a tf.function, which takes values. It stands for a value only in "
                "get_concrete_function, and there only if it is not a variable's."
            )
        self.leaves.append(spec)
        if isinstance(spec, TensorSpec):
            return _TENSOR
        self.leaves += spec._component_specs
        return type(spec), ("Tuple", *(_TENSOR for _ in spec._component_specs))

    def _object(self, value: Any) -> Any:
        try:
            hash(value)
        except TypeError:
            raise TypeError(
                f"Could not generate a generic TraceType for {value!r} of type {type(value)}: it is not hashable, so "
                "calls with it cannot be told apart. Please pass a tensor, a number, a tuple, or an object that is "
                "compared by identity; a dataclass can be frozen, or have __tf_flatten__ and __tf_unflatten__."
            ) from None
        try:
            # References to equal objects are equal; when its object is dead, a reference is equal only to itself.
            found = weakref.ref(value)
        except TypeError:
            return type(value), value
        self.objects.append(found)
        return found


def replace(value: Any, leaves: Iterator[Any], tensors: Iterator[Any], variables: Mapping[Any, Any]) -> Any:
    """`value` with other tensors and variables, which come in the order in which `Reading` finds them."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, ResourceVariable):
        next(leaves)
        return variables[value.handle]
    if isinstance(value, TypeSpec):
        spec = next(leaves)
        count = 0 if isinstance(spec, TensorSpec) else len(spec._component_specs)
        for _ in range(count):
            next(leaves)
        return spec._from_components([next(tensors) for _ in range(count or 1)])
    if not isinstance(value, Tensor):
        children = _children(value)
        if children is not None:
            return nest._rebuild(value, [replace(x, leaves, tensors, variables) for x in children[1]])
        found = _composite(value)
        if found is not None:
            spec = next(leaves)
            return spec._from_components(replace(found._to_components(value), leaves, tensors, variables))
        if not _is_array(value):
            return value
    next(leaves)
    return next(tensors)


class WrongDtype(TypeError):
    """A tensor of another dtype than that of its spec."""


def cast(value: Any, spec: Any) -> Any:
    """`value` with tensors that fit the specs in the structure `spec`; what is static must be equal.

    Raises:
      TypeError: if it does not fit.
      ValueError: if something in it is to be a tensor, and cannot be made one.
    """
    if isinstance(value, TypeSpec) and isinstance(spec, TypeSpec):
        if not value.is_subtype_of(spec):
            raise TypeError(f"Can not cast {value} to {spec}")
        return value
    if isinstance(spec, TensorSpec):
        known = value if isinstance(value, Tensor) else convert_to_tensor(value, _dtype_for(value, spec))
        if not spec.is_compatible_with(known):
            kind = WrongDtype if known.dtype is not spec.dtype else TypeError
            raise kind(f"Can not cast {TensorSpec(known.shape, known.dtype, spec.name)} to {spec}")
        return known
    if isinstance(spec, VariableSpec):
        anywhere = VariableSpec(spec.shape, spec.dtype, spec.trainable)
        if not isinstance(value, ResourceVariable) or not VariableSpec.from_value(value).is_subtype_of(anywhere):
            raise TypeError(f"Can not cast {value!r} to {spec}")
        return value
    if isinstance(spec, TypeSpec):
        if not isinstance(value, spec.value_type) or not spec.is_compatible_with(value):
            raise TypeError(f"Can not cast {value!r} to {spec}")
        return value
    if isinstance(spec, _Custom):
        label, specs = spec.label, spec.items
    else:
        children = _children(spec)
        if children is None:
            wanted = spec if isinstance(spec, weakref.ref) else Reading(spec).frame
            if Reading(value).frame != wanted:
                raise TypeError(f"Can not cast {value!r} to {type_text(spec)}")
            return value
        label, specs = children
    found = _children(value)
    if isinstance(spec, Mapping) and isinstance(value, Mapping) and set(spec) != set(value):
        raise TypeError(f"{value!r} has different keys with the TraceType {type_text(spec)}")
    if found is None or found[0] != label or len(found[1]) != len(specs):
        raise TypeError(f"Can not cast {value!r} to {type_text(spec)}")
    return nest._rebuild(value, [cast(x, s) for x, s in zip(found[1], specs, strict=True)])


def _dtype_for(value: Any, spec: TensorSpec) -> DType | None:
    return None if isinstance(value, ResourceVariable) else spec.dtype  # a variable is not converted


class UnknownArgument:
    """In a structured input signature, an argument that is no part of it."""


def specs_in(value: Any, leaves: Iterator[TypeSpec] | None = None) -> Any:
    """`value` with a spec for everything dynamic in it, the next of `leaves` or its own; objects are held weakly."""
    if type(value) in PLAIN:
        return value
    dynamic: Any = value if isinstance(value, TypeSpec) else None
    if isinstance(value, Tensor):
        dynamic = TensorSpec.from_tensor(value)
    elif isinstance(value, ResourceVariable):
        dynamic = VariableSpec.from_value(value)
    elif dynamic is None:
        children = _children(value)
        if children is not None:
            items = [specs_in(x, leaves) for x in children[1]]
            return _Custom(children[0], items) if nest._is_custom(value) else nest._rebuild(value, items)
        dynamic = _composite(value)
        if dynamic is None and _is_array(value):
            dynamic = TensorSpec.from_tensor(convert_to_tensor(value))
    if dynamic is None:
        return _weakly(value)
    if leaves is not None:
        dynamic = next(leaves)
        if not isinstance(dynamic, TensorSpec | VariableSpec):  # the components follow
            for _ in Reading(value, specs=True).leaves[1:]:
                next(leaves)
    return dynamic


def _weakly(value: Any) -> Any:
    """A weak reference to `value` where there can be one."""
    try:
        return weakref.ref(value)
    except TypeError:
        return value


class _Custom:
    """Stands for a container that may not be able to hold specs."""

    def __init__(self, label: tuple[type, Any], items: list[Any]) -> None:
        self.label = label
        self.items = items


def type_text(structure: Any) -> str:
    """A structure of specs and static values, as TensorFlow writes its type."""
    if isinstance(structure, TypeSpec):
        return repr(structure)
    if isinstance(structure, Mapping):
        return f"Dict[{', '.join(f'[{key!r}, {type_text(x)}]' for key, x in structure.items())}]"
    if isinstance(structure, _Custom):
        kind, metadata = structure.label
        return f"{kind.__name__}[metadata={metadata!r}, {', '.join(map(type_text, structure.items))}]"
    children = _children(structure)
    if children is not None:
        label, items = children
        if isinstance(label, str):
            return f"{label}[{', '.join(map(type_text, items))}]"
        pairs = zip(label[1:], items, strict=True)
        return f"{type(structure).__name__}[{', '.join(f'[{name!r}, {type_text(x)}]' for name, x in pairs)}]"
    return f"{'Weakref' if isinstance(structure, weakref.ref) else 'Literal'}[{structure!r}]"


def named(value: Any, path: str) -> Any:
    """`value` with a name, made of where it is, for each tensor spec that has none."""
    if isinstance(value, TensorSpec):
        return TensorSpec.from_spec(value, value.name or "".join(c if c.isalnum() else "_" for c in path))
    if isinstance(value, TypeSpec) or value is None:
        return value
    if isinstance(value, _Custom):
        return UnknownArgument()
    children = _children(value)
    if children is not None:
        label, items = children
        names = label[1:] if isinstance(label, tuple) else range(len(items))
        return nest._rebuild(value, [named(x, f"{path}_{name}") for name, x in zip(names, items, strict=True)])
    return value if isinstance(value, int | float | str | DType) else UnknownArgument()
