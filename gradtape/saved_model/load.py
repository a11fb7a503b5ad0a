"""`load`: the objects of a saved model, made of data that is checked part by part."""

import importlib
import inspect
import os
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..engine.numpy_slots import Slots
from ..function.function import _LEAF
from ..function.signature import Outline
from ..function.wholes import Whole
from ..random.generator import Generator
from ..values import nest
from ..values.tensor import wrap
from ..values.type_spec import TensorSpec, VariableSpec
from ..values.variable import ResourceVariable
from . import files
from .errors import DamagedError, damaged
from .graphs import read
from .restored import (
    CallableModule,
    CallableObject,
    RestoredConcrete,
    RestoredFunction,
    RestoredModule,
    RestoredObject,
    SignatureMap,
)
from .values import MARKER, decode, dtype_of, flag_of, index_of, items_of, lengths_of, members_of, name_of, text_of
from .weights import Weights

__all__ = ["LoadOptions", "contains_saved_model", "load"]


class LoadOptions:
    """Options of `load`.

    Args:
      experimental_load_function_aliases: give what is loaded an attribute `function_aliases`, functions by the names
        that `SaveOptions` gave them.
      allow_partial_checkpoint, experimental_io_device, experimental_skip_checkpoint, experimental_variable_policy:
        TensorFlow's; nothing here.
    """

    def __init__(
        self,
        allow_partial_checkpoint: bool = False,
        experimental_io_device: Any = None,
        experimental_skip_checkpoint: bool = False,
        experimental_variable_policy: Any = None,
        experimental_load_function_aliases: bool = False,
    ) -> None:
        self.allow_partial_checkpoint = allow_partial_checkpoint
        self.experimental_io_device = experimental_io_device
        self.experimental_skip_checkpoint = experimental_skip_checkpoint
        self.experimental_variable_policy = experimental_variable_policy
        self.experimental_load_function_aliases = experimental_load_function_aliases


def contains_saved_model(export_dir: Any) -> bool:
    """Whether there is a model in the directory.

    >>> import gradtape as tf
    >>> tf.saved_model.contains_saved_model("/no/such/directory")
    False
    """
    return files.exists(os.fspath(export_dir))


def load(export_dir: Any, tags: Any = None, options: LoadOptions | None = None) -> Any:
    """Reads what `save` wrote.

    The object has the attributes that were saved. Its functions take the arguments that they were traced for, and tapes
    differentiate them to any order; its variables can be assigned, and it can be saved again.

    A file holds data only: operations are looked up by name among gradtape's own, what they are given is checked, and
    nothing is computed before a function is called. What is not as it was written is refused.

    Args:
      export_dir: the directory.
      tags: TensorFlow's; nothing here.
      options: `LoadOptions`.

    Returns:
      A `tf.Module`, whose `signatures` are a mapping of names to functions.

    Raises:
      OSError: if the directory holds no model.
      DataLossError: if the model is damaged (it is an OSError too).
    """
    document, weights = files.read(os.fspath(export_dir))
    try:
        loader = _Loader(document, weights)
    except DamagedError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, MemoryError) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
    if options is not None and options.experimental_load_function_aliases:
        if hasattr(loader.root, "function_aliases"):
            raise ValueError(
                "Could not load with experimental_load_function_aliases=True: the object has an attribute "
                "'function_aliases' already."
            )
        vars(loader.root)["function_aliases"] = loader.aliases
    return loader.root


class _Loader:
    """Makes the objects of a document.

    Attributes:
      root: the first of them.
      aliases: functions, by the names that they were saved under.
    """

    def __init__(self, document: dict[str, Any], weights: Weights) -> None:
        aliases = document.get("aliases", {})
        version, objects, constants, signatures = members_of(
            {key: x for key, x in document.items() if key != "aliases"},
            "gradtape",
            "objects",
            "constants",
            "signatures",
        )
        text_of(version)
        self._weights = weights
        self._constants: list[Any] = []
        for x in items_of(constants):
            kind = x and items_of(x)[0]
            make = self._list_of_arrays if kind == "list" else self._table if kind == "table" else self._array
            self._constants.append(make(x))
        nodes = items_of(objects)
        kinds: list[Any] = [node.get("kind") if isinstance(node, dict) else None for node in nodes]
        for kind in kinds:
            if not isinstance(kind, str) or kind not in self._MAKERS:
                raise damaged(f"there is no kind of object {str(kind)[:80]!r}")
        self._objects: list[Any] = [_LATER] * len(nodes)
        for those in (
            ("module", "object", "list", "dict", "variable"),
            ("generator", "function", "concrete"),
            ("tuple",),
        ):
            for number, (kind, node) in enumerate(zip(kinds, nodes, strict=True)):
                if kind in those:
                    self._objects[number] = self._MAKERS[kind](self, node)
        for made, node in zip(self._objects, nodes, strict=True):
            self._fill(made, node)
        if not isinstance(next(iter(self._objects), None), RestoredModule | RestoredObject):
            raise damaged("the first object is no module")
        self.root = self._objects[0]
        if not isinstance(signatures, dict) or not isinstance(aliases, dict):
            raise damaged("the signatures, or the aliases, are no object")
        self.aliases = {key: self._objects[index_of(x, len(nodes), "object")] for key, x in aliases.items()}
        vars(self.root)["signatures"] = SignatureMap({key: self._trace(x, False) for key, x in signatures.items()})

    # --- objects -------------------------------------------------------------------------------------------------

    def _object(self, node: Any) -> RestoredObject:
        attributes = members_of(node, "kind", "attributes")[1]
        if not isinstance(attributes, dict):
            raise damaged("the attributes of an object are no object")
        return (CallableObject if "__call__" in attributes else RestoredObject)()

    def _module(self, node: Any) -> RestoredModule:
        _, name, attributes = members_of(node, "kind", "name", "attributes")
        if not isinstance(attributes, dict):
            raise damaged("the attributes of a module are no object")
        return (CallableModule if "__call__" in attributes else RestoredModule)(name=name_of(name))

    def _variable(self, node: Any) -> ResourceVariable:
        _, name, trainable, shape, value = members_of(node, "kind", "name", "trainable", "shape", "value")
        array = np.array(self._array(value))
        made = ResourceVariable(array if array.ndim else array[()], flag_of(trainable), shape=lengths_of(shape))
        made._name = text_of(name)  # whatever scope is open now
        return made

    def _generator(self, node: Any) -> Generator:
        _, algorithm, state = members_of(node, "kind", "algorithm", "state")
        variable = self._objects[index_of(state, len(self._objects), "object")]
        if not isinstance(variable, ResourceVariable):
            raise damaged(f"the object number {state} is no variable")
        made = Generator(state=variable, alg=index_of(algorithm, 4, "algorithm"))
        made._state = variable
        return made

    def _function(self, node: Any) -> RestoredFunction:
        _, name, parameters, signature, jit_compile, traces = members_of(
            node, "kind", "name", "parameters", "input_signature", "jit_compile", "traces"
        )
        compiled = flag_of(jit_compile)
        found = [self._trace(trace, compiled) for trace in items_of(traces)]
        given = decode(signature)
        return RestoredFunction(text_of(name), list(map(_parameter, items_of(parameters))), found, given, compiled)

    def _concrete(self, node: Any) -> RestoredConcrete:
        return self._trace(members_of(node, "kind", "trace")[1], False)

    def _tuple(self, node: Any) -> tuple[Any, ...]:
        return tuple([self._item(x) for x in items_of(members_of(node, "kind", "items")[1])])

    _MAKERS: ClassVar[dict[str, Callable[..., Any]]] = {
        "module": _module, "object": _object, "list": lambda self, node: [], "dict": lambda self, node: {},
        "variable": _variable,
        "generator": _generator, "function": _function, "concrete": _concrete, "tuple": _tuple,
    }  # fmt: skip

    def _fill(self, made: Any, node: Any) -> None:
        """Put into an object what it holds."""
        if isinstance(made, RestoredModule | RestoredObject):
            taken = type(made).reserved
            for name, x in node["attributes"].items():
                if name != "__call__" and (name.startswith("__") or hasattr(taken, name) or name == "signatures"):
                    raise damaged(f"a module cannot have the attribute {name[:80]!r}")
                vars(made)[name] = self._item(x)
        elif node["kind"] == "list":
            made.extend(self._item(x) for x in items_of(members_of(node, "kind", "items")[1]))
        elif node["kind"] == "dict":
            for pair in items_of(members_of(node, "kind", "items")[1]):
                key, x = items_of(pair, 2)
                made[decode(key)] = self._item(x)

    def _item(self, x: Any) -> Any:
        """What an attribute or an item is."""
        if isinstance(x, dict) and set(x) == {"tensor"}:
            return wrap(self._constants[index_of(x["tensor"], len(self._constants), "constant")])
        if isinstance(x, dict):
            return decode(members_of(x, "data")[0])
        found = self._objects[index_of(x, len(self._objects), "object")]
        if found is _LATER:
            raise damaged("a tuple comes before what it holds")
        return found

    def _array(self, x: Any) -> Any:
        """An array, from the document or the weights."""
        flat: Any
        kind, *rest = items_of(x)
        if kind == "weights":
            dtype, shape, name = items_of(rest, 3)
            return self._weights.take(name, dtype_of(dtype), items_of(lengths_of(shape)))
        if kind == "bytes":
            dtype, shape, data = items_of(rest, 3)
            numpy = np.dtype(dtype_of(dtype).as_numpy_dtype)
            if numpy.kind == "O":
                raise damaged("strings are not written as bytes")
            flat = np.frombuffer(bytes.fromhex(data), numpy.newbyteorder("<")).astype(numpy, copy=False)
        elif kind == "strings":
            shape, data = items_of(rest, 2)
            flat = np.array([None, *map(bytes.fromhex, items_of(data))], np.object_)[1:]
        else:
            raise damaged(f"there is no kind of array {str(kind)[:80]!r}")
        array = flat.reshape(items_of(lengths_of(shape)))
        return array if array.ndim or array.dtype.kind == "O" else array[()]

    def _list_of_arrays(self, x: Any) -> Slots:
        _, dtype, shape, size, pairs = items_of(x, 5)
        length = index_of(size, _LONGEST, "length")
        items = {}
        for pair in items_of(pairs):
            place, number = items_of(pair, 2)
            items[index_of(place, length, "element")] = self._constants[
                index_of(number, len(self._constants), "constant")
            ]
        kind = None if dtype is None else np.dtype(dtype_of(dtype).as_numpy_dtype)
        return Slots(items, length, None if shape is None else tuple(items_of(lengths_of(shape))), kind)

    def _table(self, x: Any) -> Any:
        """What stands in graphs for a table of `tf.lookup`."""
        _, key, value, shape, fixed, *numbers = items_of(x, 7)
        keys, values = (self._constants[index_of(n, len(self._constants), "constant")] for n in numbers)
        tables = importlib.import_module("...lookup.tables", __name__)  # which few models have
        dims = tuple(items_of(lengths_of(shape)))
        return tables.store_of(dtype_of(key), dtype_of(value), dims, flag_of(fixed), keys, values)._array

    # --- functions -----------------------------------------------------------------------------------------------

    def _trace(self, x: Any, jit_compile: bool) -> RestoredConcrete:
        graph, variables, parameters, inputs, structure = members_of(
            x, "graph", "variables", "parameters", "inputs", "structure"
        )
        made = read(graph, self._constants)
        known = [_typed_parameter(*items_of(p, 3)) for p in items_of(parameters)]
        given = _stand_ins([kind for _, _, kind in known])
        for number in items_of(variables):
            if isinstance(number, dict):
                made.variables.append(given[index_of(members_of(number, "argument")[0], len(given), "argument")])
                continue
            variable = self._objects[index_of(number, len(self._objects), "object")]
            if not isinstance(variable, ResourceVariable):
                raise damaged(f"the object number {number} is no variable")
            made.variables.append(variable)
        specs = [_named_spec(*items_of(pair, 2)) for pair in items_of(inputs)]
        count = len(specs) + len(made.variables)
        if len(made.inputs) != count or len(made.assigned) != len(made.variables):
            raise damaged(f"a function has {len(made.inputs)} inputs in its graph, and {count} in its signature")
        kind = decode(structure)
        tensors = sum(y.count if type(y) is Whole else y is MARKER for y in nest.flatten(kind))
        if tensors != len(made.outputs):
            raise damaged(f"a function gives {len(made.outputs)} tensors, and its results have {tensors}")
        return RestoredConcrete(made, Outline(known, specs), _unmarked(kind), jit_compile, given)


_LONGEST = 1 << 31  # of lists
_LATER = object()  # stands for what is not made yet
_KINDS = {kind.name: kind for kind in inspect._ParameterKind}


def _kind(x: Any) -> Any:
    if not isinstance(x, str) or x not in _KINDS:
        raise damaged(f"there is no kind of parameter {str(x)[:80]!r}")
    return _KINDS[x]


def _parameter(x: Any) -> inspect.Parameter:
    name, kind, *default = items_of(x)
    value = decode(default[0]) if default else inspect.Parameter.empty
    return inspect.Parameter(name_of(name), _kind(kind), default=value)


def _typed_parameter(name: Any, kind: Any, value: Any) -> tuple[str, str, Any]:
    return text_of(name), _kind(kind).name, decode(value)


def _named_spec(name: Any, spec: Any) -> tuple[str, TensorSpec]:
    found = decode(spec)
    if not isinstance(found, TensorSpec):
        raise damaged(f"{str(spec)[:80]} is no spec of a tensor")
    return text_of(name), found


def _stand_ins(kinds: list[Any]) -> list[ResourceVariable]:
    """What stands for the variables among the arguments, each once, in the graph that is read."""
    found: dict[Any, ResourceVariable] = {}
    for spec in nest.flatten(kinds):
        if isinstance(spec, VariableSpec) and spec.alias_id not in found:
            zero: Any = np.zeros((), spec.dtype.as_numpy_dtype)
            made = found[spec.alias_id] = ResourceVariable(zero, spec.trainable)
            lengths = [] if spec.shape.rank is None else spec.shape.as_list()
            made.handle.array = np.broadcast_to(zero, [1 if n is None else n for n in lengths])
            made._shape = spec.shape
    return list(found.values())


def _unmarked(structure: Any) -> Any:
    """The structure of results, as functions have it."""
    if structure is MARKER:
        return _LEAF
    return nest.map_structure(lambda x: _LEAF if x is MARKER else x, structure)
