"""`load`: the objects of a saved model, made of data that is checked part by part."""

import inspect
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.variable import _unpickle
from ..function.function import _LEAF
from ..function.signature import Outline
from ..module import Module
from . import files
from .errors import DamagedError, damaged
from .graphs import read
from .restored import CallableObject, RestoredConcrete, RestoredFunction, RestoredObject, SignatureMap
from .values import (
    MARKER,
    decode,
    dtype_of,
    flag_of,
    index_of,
    items_of,
    lengths_of,
    members_of,
    name_of,
    text_of,
)
from .weights import Weights

__all__ = ["LoadOptions", "contains_saved_model", "load"]


class LoadOptions:
    """Options of `load`: TensorFlow's, of which there is nothing to choose here.

    Args:
      allow_partial_checkpoint, experimental_io_device, experimental_skip_checkpoint, experimental_variable_policy,
        experimental_load_function_aliases: accepted and not looked at.
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
        return _Loader(document, weights).root
    except DamagedError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, MemoryError) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error


class _Loader:
    def __init__(self, document: dict[str, Any], weights: Weights) -> None:
        version, objects, constants, signatures = members_of(document, "gradtape", "objects", "constants", "signatures")
        text_of(version)
        self._weights = weights
        self._nodes = items_of(objects)
        self._constants = [self._array(x) for x in items_of(constants)]
        self._objects: list[Any] = [self._made(node) for node in self._nodes]
        for number, node in enumerate(self._nodes):
            if node["kind"] == "tuple":  # its items come before it
                self._objects[number] = tuple([self._item(x, number) for x in items_of(members_of(node, "kind", "items")[1])])
        for made, node in zip(self._objects, self._nodes, strict=True):
            self._fill(made, node)
        if not self._objects or not isinstance(self._objects[0], RestoredObject):
            raise damaged("the first object is no module")
        self.root = self._objects[0]
        if not isinstance(signatures, dict):
            raise damaged("the signatures are no object")
        made_of = {key: self._trace(x, "signature_wrapper", False) for key, x in signatures.items()}
        vars(self.root)["signatures"] = SignatureMap(made_of)

    # --- objects -------------------------------------------------------------------------------------------------

    def _made(self, node: Any) -> Any:
        """The object of a node, without what it holds; None for those that are made later."""
        kind = node.get("kind") if isinstance(node, dict) else None
        make = self._MAKERS.get(kind) if isinstance(kind, str) else None
        if make is None:
            raise damaged(f"there is no kind of object {str(kind)[:80]!r}")
        return make(self, node)

    def _module(self, node: Any) -> RestoredObject:
        _, name, attributes = members_of(node, "kind", "name", "attributes")
        if not isinstance(attributes, dict):
            raise damaged("the attributes of a module are no object")
        return (CallableObject if "__call__" in attributes else RestoredObject)(name=name_of(name))

    def _variable(self, node: Any) -> Any:
        _, name, trainable, shape, value = members_of(node, "kind", "name", "trainable", "shape", "value")
        array = np.array(self._array(value))
        array = array if array.ndim or array.dtype.kind == "O" else array[()]
        return _unpickle(array, flag_of(trainable), text_of(name), array.dtype, lengths_of(shape))

    def _function(self, node: Any) -> None:
        members_of(node, "kind", "name", "parameters", "input_signature", "jit_compile", "traces")

    def _concrete(self, node: Any) -> None:
        members_of(node, "kind", "trace")

    _MAKERS: dict[str, Callable[..., Any]] = {
        "module": _module,
        "variable": _variable,
        "list": lambda self, node: [],
        "dict": lambda self, node: {},
        "tuple": lambda self, node: None,
        "function": _function,
        "concrete": _concrete,
    }
