"""`save`: a module's variables and functions, and those of what it consists of, as data."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..engine.numpy_slots import Slots
from ..function.function import _LEAF, ConcreteFunction, Function
from ..module import Module, default_name
from ..random.generator import Generator
from ..values import nest
from ..values.dtypes import BY_NUMPY
from ..values.log import get_logger
from ..values.tensor import EagerTensor, Tensor, variable_of
from ..values.trackable import Trackable, set_functions_of, tuple_of
from ..values.type_spec import TensorSpec, TypeSpec, VariableSpec
from ..values.variable import ResourceVariable
from ..version import VERSION
from . import files
from .graphs import Writer
from .restored import SignatureMap
from .values import MARKER, NotDataError, encode
from .weights import packed

__all__ = ["DEFAULT_SERVING_SIGNATURE_DEF_KEY", "SaveOptions", "save"]

DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"


class SaveOptions:
    """Options of `save`.

    Args:
      save_debug_info: keep the lines of the program that the operations came from, as far as they are known: those
        traced in `gradtape.debug.tracing()`.
      function_aliases: a dict of names to functions, by which `load` gives them if it is asked to.
      namespace_whitelist, experimental_debug_stripper, experimental_io_device, experimental_variable_policy,
        experimental_custom_gradients, experimental_image_format, experimental_skip_saver,
        experimental_sharding_callback, extra_tags: TensorFlow's; nothing here.
    """

    def __init__(
        self,
        namespace_whitelist: Any = None,
        save_debug_info: bool = False,
        function_aliases: Any = None,
        experimental_debug_stripper: bool = False,
        experimental_io_device: Any = None,
        experimental_variable_policy: Any = None,
        experimental_custom_gradients: bool = True,
        experimental_image_format: bool = False,
        experimental_skip_saver: bool = False,
        experimental_sharding_callback: Any = None,
        extra_tags: Any = None,
    ) -> None:
        self.save_debug_info = save_debug_info
        self.namespace_whitelist = namespace_whitelist
        self.function_aliases = function_aliases
        self.experimental_debug_stripper = experimental_debug_stripper
        self.experimental_io_device = experimental_io_device
        self.experimental_variable_policy = experimental_variable_policy
        self.experimental_custom_gradients = experimental_custom_gradients
        self.experimental_image_format = experimental_image_format
        self.experimental_skip_saver = experimental_skip_saver
        self.experimental_sharding_callback = experimental_sharding_callback
        self.extra_tags = extra_tags


def save(obj: Any, export_dir: Any, signatures: Any = None, options: SaveOptions | None = None) -> None:
    """Writes a module to a directory, as data: its variables, modules, functions, and containers of these.

    Of a `tf.function` the traces are saved that it has by now; one that was never called and has an `input_signature`
    is traced for it, and one that has none is saved without a trace. A trace with an argument that is no data is left
    out, with a warning. Tensors, numbers and strings among the attributes are saved too. What else there is, is not.

    A model that is in the directory is replaced when the new one is written.

    Args:
      obj: a `tf.Module`, a model or layer of Keras, or another `Trackable`.
      export_dir: the directory; it is made if it is not there.
      signatures: functions to be called by name, with keyword arguments, and giving dicts: one, or a dict of them.
        Each is a `tf.function` with an `input_signature`, or a concrete function. By default, if just one function of
        `obj` can be a signature, that one, called "serving_default".
      options: `SaveOptions`.

    Raises:
      ValueError: if `obj` is not trackable, or a function cannot be a signature, or computes something that is no
        data: with `tf.py_function`, for example.
      AssertionError: if a function uses a variable that is no part of `obj`.

    >>> import gradtape as tf, tempfile
    >>> class Scale(tf.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.k = tf.Variable(2.0)
    ...     @tf.function(input_signature=[tf.TensorSpec([None])])
    ...     def __call__(self, x):
    ...         return self.k * x
    >>> with tempfile.TemporaryDirectory() as path:
    ...     tf.saved_model.save(Scale(), path)
    ...     loaded = tf.saved_model.load(path)
    >>> loaded(tf.constant([1.0, 2.0])).numpy()
    array([2., 4.], dtype=float32)
    >>> loaded.signatures["serving_default"](x=tf.constant([3.0]))["output_0"].numpy()
    array([6.], dtype=float32)
    """
    if not isinstance(obj, Trackable):
        raise ValueError(
            "Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the `Trackable` class, for "
            f"export. Got {obj!r} with type {type(obj)}."
        )
    saver = _Saver(options or SaveOptions())
    document, weights = saver.saved(obj, _signatures(obj, signatures))
    files.write(os.fspath(export_dir), document, weights)


# --- signatures -------------------------------------------------------------------------------------------------------


def _signatures(obj: Trackable, given: Any) -> dict[str, ConcreteFunction]:
    if given is None:
        given = getattr(obj, "_default_save_signature", None)
    if given is None:
        found = []
        for _, function in _functions_of(obj):
            concrete = _concrete(function)
            if concrete is not None:
                try:
                    found.append(_signature(concrete, DEFAULT_SERVING_SIGNATURE_DEF_KEY))
                except ValueError:  # it can be none, and nobody said that it is
                    continue
        return {DEFAULT_SERVING_SIGNATURE_DEF_KEY: found[0]} if len(found) == 1 else {}
    if not isinstance(given, Mapping):
        given = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: given}
    made = {}
    for key, function in given.items():
        concrete = _concrete(function)
        if concrete is None:
            raise ValueError(
                f"Expected a TensorFlow function for which to generate a signature, but got {function}. Only "
                "`tf.functions` with an input signature or concrete functions can be used as a signature."
            )
        if not isinstance(key, str):
            raise ValueError(f"The name of a signature must be a string, got {key!r} of type {type(key).__name__}.")
        made[key] = _signature(concrete, key)
    return made


def _concrete(function: Any) -> ConcreteFunction | None:
    """The one trace of a function that has an input signature, or is one; else None."""
    if isinstance(function, Function):
        return function.get_concrete_function() if _takes_one_signature(function) else None
    return function if isinstance(function, ConcreteFunction) else None


def _takes_one_signature(function: Function) -> bool:
    return function.input_signature is not None or not _parameters(function)


def _signature(concrete: ConcreteFunction, key: str) -> ConcreteFunction:
    """What is called by the signature's name: it takes tensors by keyword, and gives a dict of tensors."""
    outline = concrete.outline
    if concrete._arguments:
        raise ValueError(f"The function {concrete.name!r} takes variables, so it cannot be the signature {key!r}.")
    if not concrete.graph.outputs:
        raise ValueError(f"The function {concrete.name!r} gives no tensors, so it cannot be the signature {key!r}.")
    names: list[str] = []
    for name in outline.names:
        taken = sum(name == n or n.startswith(f"{name}_") for n in names)
        names.append(f"{name}_{taken}" if name in names else name)

    def signature_wrapper(**kwargs: Any) -> dict[str, Any]:
        return _as_dict(concrete.run_on([kwargs[name] for name in names]), concrete.name, key)

    function = Function(signature_wrapper, "signature_wrapper", autograph=False)
    specs = {name: TensorSpec(spec.shape, spec.dtype, name) for name, spec in zip(names, outline.specs, strict=True)}
    return function.get_concrete_function(**specs)


def _as_dict(results: Any, function: str, key: str) -> dict[str, Any]:
    if hasattr(results, "_asdict"):
        results = results._asdict()
    if not isinstance(results, Mapping):
        results = results if isinstance(results, list | tuple) else [results]
        results = {f"output_{i}": x for i, x in enumerate(results)}
    for name, x in results.items():
        if not isinstance(name, str):
            raise ValueError(
                f"Got a dictionary with a non-string key {name!r} in the output of the function {function} used to "
                f"generate the SavedModel signature {key!r}."
            )
        if not isinstance(x, Tensor):
            raise ValueError(
                f"Got a non-Tensor value {x!r} for key {name!r} in the output of the function {function} used to "
                f"generate the SavedModel signature {key!r}. Outputs for functions used as signatures must be a single "
                "Tensor, a sequence of Tensors, or a dictionary from string to Tensor."
            )
    return dict(sorted(results.items()))


# --- objects ----------------------------------------------------------------------------------------------------------


def _functions_of(obj: Any) -> Iterator[tuple[str, Any]]:
    """The functions that an object has as attributes and as methods."""
    found = {name: x for name, x in vars(obj).items() if isinstance(x, Function | ConcreteFunction)}
    for kind in type(obj).__mro__:
        for name, x in vars(kind).items():
            if isinstance(x, Function) and name not in vars(obj) and name not in found:
                found[name] = getattr(obj, name)
    yield from found.items()


set_functions_of(lambda obj: dict(_functions_of(obj)))


def _parameters(function: Function) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(function.python_function).parameters.values())
    return parameters if function._self is None else parameters[1:]


_SKIPPED = object()
_PLAIN = (bool, int, float, complex, str, bytes, type(None))


class _Saver:
    """Makes the document and the weights.

    Attributes:
      nodes: the objects, each by its number.
    """

    def __init__(self, options: SaveOptions) -> None:
        self._options = options
        self.nodes: list[dict[str, Any]] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []  # what `_numbers` knows by identity
        self._todo: list[Callable[[], None]] = []
        self._variables: dict[Any, int] = {}  # by handle
        self._weights: dict[str, Any] = {}
        self._constants: list[Any] = []
        self._constant_numbers: dict[int, int] = {}

    def saved(self, root: Trackable, signatures: dict[str, ConcreteFunction]) -> tuple[dict[str, Any], list[Any]]:
        functions: list[tuple[dict[str, Any], Any]] = []
        self._functions = functions
        self._reference(root, "")
        aliases = {name: self._alias(name, f) for name, f in (self._options.function_aliases or {}).items()}
        while self._todo:
            self._todo.pop(0)()
        for node, function in functions:  # all variables are known now
            self._write_function(node, function)
        document = {
            "gradtape": VERSION,
            "objects": self.nodes,
            "constants": self._constants,
            "signatures": {key: self._trace(concrete) for key, concrete in signatures.items()},
        }
        if aliases:
            document["aliases"] = aliases
        return document, packed(self._weights)

    def _alias(self, name: str, function: Any) -> int:
        if not isinstance(function, Function | ConcreteFunction):
            raise TypeError(
                f"Unsupported type for the function alias {name!r}: expected a tf.function, got {function!r}."
            )
        return int(self._reference(function, name))

    def _reference(self, x: Any, path: str) -> Any:
        """What stands for an attribute or an item: a number of an object, or data; `_SKIPPED` for what is not saved."""
        x = tuple_of(variable_of(x))
        if isinstance(x, EagerTensor):
            return {"tensor": self._constant(x._array)}
        if isinstance(x, _PLAIN) and type(x) in _PLAIN:
            try:
                return {"data": encode(x)}
            except NotDataError:
                return _SKIPPED
        key = id(x.handle) if isinstance(x, ResourceVariable) else id(x)
        number = self._numbers.get(key)
        if number is not None:
            return number
        make = self._maker(x)
        if make is None:
            return _SKIPPED
        items = [self._reference(y, f"{path}.{i}") for i, y in enumerate(x)] if isinstance(x, tuple) else None
        number = self._numbers[key] = len(self.nodes)
        self._kept.append(x)
        node: dict[str, Any] = {}
        self.nodes.append(node)
        if items is not None:
            node.update(kind="tuple", items=[i for i in items if i is not _SKIPPED])
        else:
            make(x, node, path)
        return number

    def _maker(self, x: Any) -> Any:
        if isinstance(x, ResourceVariable):
            return self._variable
        if isinstance(x, Module):
            return self._module
        if isinstance(x, Function | ConcreteFunction):
            return self._function
        if isinstance(x, Generator):
            return self._generator
        if isinstance(x, SignatureMap):
            return None
        if isinstance(x, list | tuple):
            return self._list
        if isinstance(x, Mapping):
            return self._dict
        return self._trackable if isinstance(x, Trackable) else None

    def _module(self, x: Module, node: dict[str, Any], path: str) -> None:
        children: dict[str, Any] = {}
        name = vars(x).get("_name") or default_name(type(x))  # `__init__` of `tf.Module` need not have been called
        node.update(kind="module", name=name, attributes=children)

        def attributes() -> None:
            found = {k: v for k, v in vars(x).items() if k not in ("_name", "_name_scope")}
            for name, value in {**found, **dict(_functions_of(x))}.items():
                reference = self._reference(value, f"{path}.{name}" if path else name)
                if reference is not _SKIPPED:
                    children[name] = reference

        self._todo.append(attributes)

    def _trackable(self, x: Trackable, node: dict[str, Any], path: str) -> None:
        children: dict[str, Any] = {}
        node.update(kind="object", attributes=children)

        def each() -> None:
            for name, value in x._trackable_children(save_type="savedmodel").items():
                reference = self._reference(value, f"{path}.{name}" if path else name)
                if reference is not _SKIPPED:
                    children[name] = reference

        self._todo.append(each)

    def _variable(self, x: ResourceVariable, node: dict[str, Any], path: str) -> None:
        self._variables[x.handle] = self._numbers[id(x.handle)]
        name = path
        while name in self._weights:
            name += "'"
        array = x.handle.local()
        shape = None if x.shape.rank is None else x.shape.as_list()
        node.update(kind="variable", name=x._name, trainable=x.trainable, shape=shape, value=self._stored(array, name))

    def _generator(self, x: Generator, node: dict[str, Any], path: str) -> None:
        node.update(kind="generator", algorithm=x.algorithm, state=self._reference(x.state, f"{path}.state"))

    def _list(self, x: list[Any], node: dict[str, Any], path: str) -> None:
        items: list[Any] = []
        node.update(kind="list", items=items)

        def each() -> None:
            found = (self._reference(y, f"{path}.{i}") for i, y in enumerate(x))
            items.extend(y for y in found if y is not _SKIPPED)

        self._todo.append(each)

    def _dict(self, x: Mapping[Any, Any], node: dict[str, Any], path: str) -> None:
        items: list[Any] = []
        node.update(kind="dict", items=items)

        def each() -> None:
            for key, value in x.items():
                reference = self._reference(value, f"{path}.{key}")
                if reference is _SKIPPED:
                    continue
                try:
                    items.append([encode(key), reference])
                except NotDataError:
                    if not isinstance(reference, int):  # no object would be lost
                        continue
                    raise ValueError(
                        f"Unable to save the object {x!r}: the dictionary contains the key {key!r}, which is no data. "
                        "If you don't need this dictionary saved, wrap it in an object that is no tf.Module."
                    ) from None

        self._todo.append(each)

    # --- arrays --------------------------------------------------------------------------------------------------

    def _stored(self, array: Any, name: str) -> list[Any]:
        array = np.asarray(array)
        shape = list(array.shape)
        if array.dtype.kind == "O":
            return ["strings", shape, [x.hex() for x in array.ravel().tolist()]]
        self._weights[name] = array
        return ["weights", BY_NUMPY[array.dtype].name, shape, name]

    def _constant(self, array: Any) -> int:
        number = self._constant_numbers.get(id(array))
        if number is None:
            if isinstance(array, Slots):
                return self._list_of_arrays(array)
            if not isinstance(array, np.ndarray | np.generic):
                raise NotDataError(f"{array!r} is no array")
            if array.dtype.kind == "O" and not array.ndim and hasattr(array[()], "as_arrays"):
                return self._table(array)
            number = self._constant_numbers[id(array)] = len(self._constants)
            self._kept.append(array)
            if array.nbytes <= _SMALL and array.dtype.kind != "O":
                data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes().hex()
                self._constants.append(["bytes", BY_NUMPY[array.dtype].name, list(array.shape), data])
            else:
                self._constants.append(self._stored(array, f"constant:{number}"))
        return number

    def _list_of_arrays(self, slots: Slots) -> int:
        items = [[i, self._constant(x)] for i, x in slots.items.items()]
        number = self._constant_numbers[id(slots)] = len(self._constants)
        self._kept.append(slots)
        shape = None if slots.shape is None else list(map(int, slots.shape))
        dtype = None if slots.dtype is None else BY_NUMPY[np.dtype(slots.dtype)].name
        self._constants.append(["list", dtype, shape, int(slots.size), items])
        return number

    def _table(self, array: Any) -> int:
        """A table of `tf.lookup`, which a graph knows by its handle."""
        table = array[()]
        keys, values = map(self._constant, table.as_arrays())
        number = self._constant_numbers[id(array)] = len(self._constants)
        self._kept.append(array)
        self._constants.append(
            ["table", table.key.name, table.value.name, list(table.shape), bool(table.fixed), keys, values]
        )
        return number

    # --- functions -----------------------------------------------------------------------------------------------

    def _function(self, x: Any, node: dict[str, Any], path: str) -> None:
        node["kind"] = "concrete" if isinstance(x, ConcreteFunction) else "function"
        self._functions.append((node, x))

    def _write_function(self, node: dict[str, Any], x: Any) -> None:
        if isinstance(x, ConcreteFunction):
            node["trace"] = self._trace(x)
            return
        traces = x._list_all_concrete_functions()
        if not traces and _takes_one_signature(x):
            traces = [x.get_concrete_function()]
        written = []
        for concrete in traces:
            try:
                if concrete._unranked:  # one for each rank that there was
                    written += [self._trace(c, ranks) for ranks, c in concrete._by_ranks.items()]
                else:
                    written.append(self._trace(concrete))
            except NotDataError as error:
                get_logger().warning(f"A trace of the function {x.name!r} is not saved, since {error}.")
        parameters = []
        for p in _parameters(x):
            try:
                default = [] if p.default is inspect.Parameter.empty else [encode(p.default)]
            except NotDataError:
                default = []
            parameters.append([p.name, p.kind.name, *default])
        signature = None if x.input_signature is None else encode(x.input_signature)
        node.update(
            name=x.name,
            parameters=parameters,
            input_signature=signature,
            jit_compile=bool(x.jit_compile),
            traces=written,
        )

    def _trace(self, concrete: ConcreteFunction, ranks: tuple[int, ...] = ()) -> dict[str, Any]:
        """One trace; raises NotDataError if an argument is no data.

        Args:
          ranks: of those of its inputs for which the signature knows none.
        """
        graph = concrete.graph
        if graph.captured:
            raise NotDataError("it uses values of the function in which it was traced")
        outline = concrete.outline
        specs = list(outline.specs)
        for i, rank in zip(concrete._unranked if ranks else (), ranks, strict=True):
            specs[i] = TensorSpec([None] * rank, specs[i].dtype, specs[i].name)
        known = iter(specs)
        parameters = [[name, kind, encode(_with_specs(x, known))] for name, kind, x in outline.parameters]
        inputs = [[name, encode(spec)] for name, spec in zip(outline.names, specs, strict=True)]
        structure = _marked(concrete._structure)
        places = {handle: {"argument": i} for i, handle in enumerate(concrete._arguments)}
        for v in graph.variables:
            if v.handle not in self._variables and v.handle not in places:
                raise AssertionError(
                    "Tried to export a function which references an 'untracked' resource. TensorFlow objects (e.g. "
                    "tf.Variable) captured by functions must be 'tracked' by assigning them to an attribute of a "
                    "tracked object or assigned to an attribute of the main object directly. See the information "
                    "below:\n"
                    f"\tFunction name = {concrete.name}\n\tTrackable referencing this tensor = {v}"
                )
        writer = Writer(concrete.name, self._constant, self._options.save_debug_info)
        return {
            "graph": writer.write(graph),
            "variables": [places.get(v.handle) or self._variables[v.handle] for v in graph.variables],
            "parameters": parameters,
            "inputs": inputs,
            "structure": encode(structure),
        }


def _with_specs(x: Any, specs: Iterator[TensorSpec]) -> Any:
    """The type of a parameter, with the next of `specs` in the place of each tensor's."""
    leaves = []
    for y in nest.flatten(x):
        if isinstance(y, TypeSpec) and not isinstance(y, TensorSpec | VariableSpec):
            for _ in y._component_specs:
                next(specs)
        leaves.append(next(specs) if isinstance(y, TensorSpec) else y)
    return nest.pack_sequence_as(x, leaves)


_SMALL = 64  # bytes up to which a constant is written among the operations


def _marked(structure: Any) -> Any:
    """The structure of results with the marker of files in the places of tensors."""
    if structure is _LEAF:
        return MARKER
    if isinstance(structure, Mapping):
        return {k: _marked(v) for k, v in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*map(_marked, structure))
    if isinstance(structure, list | tuple):
        return type(structure)(map(_marked, structure))
    return structure
