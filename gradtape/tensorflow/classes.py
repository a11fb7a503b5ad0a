"""The modules in which TensorFlow has the classes of tensors: libraries look there to tell whose a tensor is."""

import importlib
from collections.abc import Iterator

_OPS = "tensorflow.python.framework.ops"
_VARIABLES = "tensorflow.python.ops.resource_variable_ops"
_MODULES = {
    "core.tensor": {"Tensor": "tensorflow.python.framework.tensor", "EagerTensor": _OPS, "_StringTensor": _OPS},
    "core.deferred": {"Deferred": _OPS},
    "core.symbolic": {"SymbolicTensor": _OPS},
    "core.variable": {
        "Variable": "tensorflow.python.ops.variables", "ResourceVariable": _VARIABLES, "UnreadVariable": _VARIABLES,
    },
    "core.indexed_slices": {"IndexedSlices": "tensorflow.python.framework.indexed_slices"},
    "data.dataset": {"Dataset": "tensorflow.python.data.ops.dataset_ops"},
    "array.indexing": {"_Part": _OPS},
    "ragged.tensor": {"RaggedTensor": "tensorflow.python.ops.ragged.ragged_tensor"},
    "sparse.tensor": {"SparseTensor": "tensorflow.python.framework.sparse_tensor"},
}  # fmt: skip


def show_as_tensorflow() -> None:
    """Have each class say that it is in TensorFlow's module."""
    for kind, _, theirs in _classes():
        kind.__module__ = theirs


def show_as_gradtape() -> None:
    """Have each class say where it is."""
    for kind, ours, _ in _classes():
        kind.__module__ = ours


def _classes() -> Iterator[tuple[type, str, str]]:
    for room, names in _MODULES.items():
        module = importlib.import_module(f"gradtape.{room}")
        for name, theirs in names.items():
            yield getattr(module, name), module.__name__, theirs
