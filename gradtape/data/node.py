"""What a dataset is: a `Node`, a description that does not change, and a `Walk`, which gives its elements in order.

Inside of this room an element is a tuple of NumPy arrays, the parts of its tensors in the order of `flat_specs(spec)`.
A dataset inside of an element is an array without axes that holds its node.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError
from ..values.symbolic import SymbolicTensor
from ..values.tensor import Tensor, wrap
from ..values.type_spec import TensorSpec, TypeSpec

__all__ = ["INFINITE", "UNKNOWN", "Node", "Unary", "Walk", "flat_specs", "held", "integer", "packed", "taken_apart"]

INFINITE, UNKNOWN = -1, -2
Element = tuple[Any, ...]


class Walk:
    """The elements of a node, one after the other: `next` gives one, and raises StopIteration at the end.

    `state()` is plain data: numbers, strings, lists, tuples, dicts and NumPy arrays. `restore(state)`, of another walk
    over the same description, goes on where that one was. Both look after what `keeps` and `inputs` name; where that is
    not all, a walk has a `state` and `restore` of its own.

    Attributes:
      keeps: names of the attributes of which its state consists.
      inputs: names of the attributes that are walks over inputs.
    """

    keeps: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ("input",)

    def __iter__(self) -> "Walk":
        return self

    def __next__(self) -> Element:
        raise NotImplementedError

    def after(self, other: Any) -> None:
        """Begin anew where `other`, a walk over the same node, ended: functions go on with their random numbers."""
        for name in self.inputs:
            mine, its = getattr(self, name), getattr(other, name)
            if type(mine) is type(its):
                mine.after(its)

    def state(self) -> dict[str, Any]:
        found = {name: copy.copy(getattr(self, name)) for name in self.keeps}
        return found | {name: getattr(self, name).state() for name in self.inputs}

    def restore(self, state: dict[str, Any]) -> None:
        for name in self.keeps:
            setattr(self, name, copy.copy(state[name]))
        for name in self.inputs:
            getattr(self, name).restore(state[name])


class Node:
    """A description of a dataset.

    Attributes:
      spec: of the elements: a structure of specs.
      length: how many elements there are; or `INFINITE`, or `UNKNOWN`.
      label: the name of TensorFlow's class, which a dataset prints as.
      inputs: the nodes that it is made of.

    What remembers something beyond a walk, and was made in a trace, is `fresh`: each run of the graph has a copy.
    """

    spec: Any
    length: int = UNKNOWN
    label = "_Dataset"
    inputs: tuple["Node", ...] = ()

    def walk(self) -> Walk:
        """A new walk through the elements."""
        raise NotImplementedError

    def copied(self) -> None:
        """Called of a copy, in which tensors of a graph are replaced: let go of what belongs to the other one."""


class Unary(Node):
    """A node that is made of one other."""

    def __init__(self, source: Node, spec: Any = None, length: int | None = None) -> None:
        self.inputs = (source,)
        self.spec = source.spec if spec is None else spec
        self.length = source.length if length is None else length

    @property
    def source(self) -> Node:
        return self.inputs[0]


# --- elements and their specs ----------------------------------------------------------------------------------------


def flat_specs(spec: Any) -> list[Any]:
    """The specs of the tensors that an element is made of."""
    found: list[Any] = []
    for s in nest.flatten(spec):
        if s is not None:
            found += [s] if isinstance(s, TensorSpec) else flat_specs(list(s._component_specs))
    return found


def packed(spec: Any, tensors: Sequence[Any]) -> Any:
    """The element of which these are the tensors."""
    if isinstance(spec, TensorSpec):
        return tensors[0]
    given = iter(tensors)

    def value(s: Any) -> Any:
        if s is None or isinstance(s, TensorSpec):
            return None if s is None else next(given)
        return s._from_components([next(given) for _ in s._component_specs])

    if type(spec) is tuple and all(type(s) is TensorSpec for s in spec):
        return tuple(tensors)
    return nest.map_structure(value, spec)


def taken_apart(element: Any) -> Element:
    """The arrays that a structure of tensors is made of."""
    return tuple(x._array for x in nest.flatten(element, expand_composites=True) if x is not None)


def held(value: Any) -> Any:
    """An array without axes that holds an object, as graphs pass it on."""
    made = np.empty((), object)
    made[()] = value
    return made


def object_of(array: Any) -> Any:
    """The object that `held` put into an array."""
    return array[()] if type(array) is np.ndarray else array


def combined(specs: Sequence[Any], what: str) -> Any:
    """The narrowest spec that elements of all of `specs` have.

    Raises:
      TypeError: if there is none.
    """
    first, *others = specs
    for other in others:
        try:
            nest.assert_same_structure(first, other)
            first = nest.map_structure(_common, first, other)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{what}:\n  {first} vs.   {other}") from error
    return first


def _common(a: TypeSpec, b: TypeSpec) -> Any:
    if a == b:
        return a
    if isinstance(a, TensorSpec) and isinstance(b, TensorSpec) and a.dtype is b.dtype:
        return TensorSpec(a.shape.most_specific_compatible_shape(b.shape), a.dtype)
    return a.most_specific_compatible_type(b)


# --- arguments -------------------------------------------------------------------------------------------------------


def integer(value: Any, name: str) -> Any:
    """An integer argument: an int, or a tensor of the graph that is being traced.

    Raises:
      TypeError, ValueError: if it is no integer scalar.
    """
    if isinstance(value, SymbolicTensor):
        return value
    if isinstance(value, float | str):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype int64")
    tensor = convert_to_tensor(value)
    if not tensor.dtype.is_integer or tensor.shape.rank != 0:
        raise ValueError(f"{name}: an integer scalar is wanted, got {value!r}.")
    if isinstance(value, Tensor) and tensor.dtype.name != "int64":
        raise ValueError(
            f"{name}: Tensor conversion requested dtype int64 for Tensor with dtype {tensor.dtype.name}: {value!r}"
        )
    return int(tensor)


def at_least_one(value: Any, message: str, operation: str) -> Any:
    """`value`, if it is not an integer below 1."""
    if isinstance(value, int) and value < 1:
        raise InvalidArgumentError(None, None, f"{message} [Op:{operation}]")
    return value


def known(length: int, *numbers: Any, of: Callable[..., int]) -> int:
    """The length that `of(*numbers)` gives where all of them are known, and UNKNOWN else."""
    return of(length, *numbers) if all(isinstance(n, int) for n in numbers) else UNKNOWN


# --- descriptions with tensors of a graph ----------------------------------------------------------------------------


def symbolic_parts(node: Any) -> tuple[list[Any], bool]:
    """The tensors of graphs being traced that a description has in it, and whether each run of a graph has another."""
    found: dict[int, Any] = {}

    def note(tensor: Any) -> Any:
        found[id(tensor)] = tensor
        return tensor

    anew = rebuilt(node, note) is not node or bool(found)
    return list(found.values()), anew


def filled(node: Node, tensors: Sequence[Any], arrays: Sequence[Any]) -> Node:
    """The description with arrays for these tensors."""
    by_id = {id(t): wrap(a) for t, a in zip(tensors, arrays, strict=True)}
    return rebuilt(node, lambda t: by_id[id(t)])  # type: ignore[no-any-return]


def rebuilt(x: Any, leaf: Callable[[Any], Any]) -> Any:
    """`x` with `leaf(t)` for each tensor `t` of a graph in it; itself if nothing changed."""
    if isinstance(x, SymbolicTensor):
        return leaf(x)
    if type(x) in (list, tuple):
        items = [rebuilt(y, leaf) for y in x]
        return type(x)(items) if any(a is not b for a, b in zip(items, x, strict=True)) else x
    if not hasattr(type(x), "copied"):
        return x
    new = {k: rebuilt(v, leaf) for k, v in vars(x).items()}
    if all(new[k] is v for k, v in vars(x).items()) and not getattr(x, "fresh", False):
        return x
    made = copy.copy(x)
    vars(made).update(new)
    made.copied()
    return made
