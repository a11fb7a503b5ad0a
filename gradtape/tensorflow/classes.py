"""The modules in which TensorFlow has the classes of tensors and data: libraries look there to tell whose one is."""

import importlib

_OPS = "tensorflow.python.framework.ops"
_VARIABLES = "tensorflow.python.ops.resource_variable_ops"
_DATA = "tensorflow.python.data.ops"
_MODULES = {  # by our modules, our names and what TensorFlow has for them: a module, after a colon another name
    "values.tensor": {"Tensor": "tensorflow.python.framework.tensor", "EagerTensor": _OPS, "_StringTensor": _OPS},
    "values.deferred": {"Deferred": _OPS},
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


_before: dict[type, tuple[str, str, str]] = {}  # what classes said of themselves: module, name, qualified name


def show_as_tensorflow() -> None:
    """Have each class say that it is in TensorFlow's module, and has the name that it has there."""
    for room, names in _MODULES.items():
        module = importlib.import_module(f"gradtape.{room}")
        for ours, theirs in names.items():
            kind = getattr(module, ours)
            _before.setdefault(kind, (kind.__module__, kind.__name__, kind.__qualname__))
            kind.__module__, _, name = theirs.partition(":")
            if name:
                kind.__name__ = kind.__qualname__ = name


def show_as_gradtape() -> None:
    """Have each class say where it is, as before."""
    for kind, said in _before.items():
        kind.__module__, kind.__name__, kind.__qualname__ = said
    _before.clear()
