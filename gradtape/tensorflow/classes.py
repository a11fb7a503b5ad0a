"""The modules in which TensorFlow has the classes of tensors and data: libraries look there to tell whose one is."""

import importlib
from collections.abc import Iterator

_OPS = "tensorflow.python.framework.ops"
_VARIABLES = "tensorflow.python.ops.resource_variable_ops"
_DATA = "tensorflow.python.data.ops"
_MODULES = {  # by our modules, our names and what TensorFlow has for them: a module, after a colon another name
    "values.tensor": {"Tensor": "tensorflow.python.framework.tensor", "EagerTensor": _OPS, "_StringTensor": _OPS},
    "autodiff.deferred": {"Deferred": _OPS},
    "values.symbolic": {"SymbolicTensor": _OPS},
    "values.variable": {
        "Variable": "tensorflow.python.ops.variables", "ResourceVariable": _VARIABLES, "UnreadVariable": _VARIABLES,
    },
    "values.indexed_slices": {"IndexedSlices": "tensorflow.python.framework.indexed_slices"},
    "array.indexing": {"_Part": _OPS},
    "ragged.tensor": {"RaggedTensor": "tensorflow.python.ops.ragged.ragged_tensor"},
    "data.dataset": {"Dataset": f"{_DATA}.dataset_ops:DatasetV2"},
    "data.optional": {"Optional": f"{_DATA}.optional_ops"},
    "sparse.tensor": {"SparseTensor": "tensorflow.python.framework.sparse_tensor"},
}  # fmt: skip


def show_as_tensorflow() -> None:
    """Have each class say that it is in TensorFlow's module, and has the name that it has there."""
    for kind, _, _, module, name in _classes():
        _show(kind, module, name)


def show_as_gradtape() -> None:
    """Have each class say where it is."""
    for kind, module, name, _, other in _classes():
        _show(kind, module, name if other else "")


def _show(kind: type, module: str, name: str) -> None:
    kind.__module__ = module
    if name:  # some classes have a name to show of their own, which stays
        kind.__name__ = kind.__qualname__ = name


def _classes() -> Iterator[tuple[type, str, str, str, str]]:
    """Each class, our module and name of it, and theirs, empty where that is not another name."""
    for room, names in _MODULES.items():
        module = importlib.import_module(f"gradtape.{room}")
        for name, theirs in names.items():
            there, _, other = theirs.partition(":")
            yield getattr(module, name), module.__name__, name, there, other
