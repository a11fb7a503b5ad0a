"""Private modules of TensorFlow that libraries import all the same: the few names of each that they use, and who does.

`MODULES` gives for a module's name its own names, each as a function that gives what it stands for, since most programs
need none of them. Keras (3.13 to 3.15) needs all that are here, unless a comment says who else does.
"""

import functools
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

MODULES: dict[str, dict[str, Callable[[], Any]]] = {
    "tensorflow.python.trackable.data_structures": {
        "ListWrapper": lambda: _room("train.trackable").ListWrapper,
        "_DictWrapper": lambda: _room("train.trackable")._DictWrapper,
    },
    "tensorflow.python.eager.context": {
        "async_wait": lambda: _nothing,  # operations are done when they return
        "context": lambda: lambda: SimpleNamespace(clear_kernel_cache=_nothing),
        "eager_mode": lambda: _room("tensorflow.internal").eager_context.eager_mode,
        "executing_eagerly": lambda: _room("").executing_eagerly,
    },
    "tensorflow.python.ops.math_ops": {"is_nan": lambda: _room("math").is_nan},
    "tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops": {
        name: functools.partial(lambda name: getattr(_room("sparse.csr"), name), name)
        for name in (
            "csr_sparse_matrix_to_sparse_tensor",
            "sparse_matrix_sparse_mat_mul",
            "sparse_tensor_to_csr_sparse_matrix",
        )
    },
    "tensorflow.python.framework.config": {
        "disable_op_determinism": lambda: _room("config.experimental").disable_op_determinism,
        "enable_op_determinism": lambda: _room("config.experimental").enable_op_determinism,
        "is_op_determinism_enabled": lambda: _room("config.experimental").is_op_determinism_enabled,
    },
    "tensorflow.python.framework.tensor_util": {"is_tf_type": lambda: _room("").is_tensor},
    "tensorflow.python.framework.type_spec_registry": {
        "get_name": lambda: _room("values.type_spec").registered_name,
        "lookup": lambda: _room("values.type_spec").registered,
    },
    # Where libraries look for the classes of tensors, and where a pickled class says that it is.
    "tensorflow.python.framework.ops": {
        "EagerTensor": lambda: _room("values.tensor").EagerTensor,
        "Tensor": lambda: _room("values.tensor").Tensor,
        "convert_to_tensor": lambda: _room("").convert_to_tensor,
    },
    "tensorflow.python.framework.sparse_tensor": {"SparseTensor": lambda: _room("sparse").SparseTensor},
    "tensorflow.python.framework.indexed_slices": {"IndexedSlices": lambda: _room("").IndexedSlices},
    "tensorflow.python.ops.ragged.ragged_tensor": {"RaggedTensor": lambda: _room("ragged.tensor").RaggedTensor},
    "tensorflow.python.ops.resource_variable_ops": {
        "ResourceVariable": lambda: _room("values.variable").ResourceVariable,
        "_UnreadVariable": lambda: _room("values.variable").UnreadVariable,
    },
    "tensorflow.python.ops.variables": {"Variable": lambda: _room("").Variable},
    "tensorflow.compiler.tf2xla.python.xla": {
        "dynamic_update_slice": lambda: _room("array.updating").dynamic_update_slice,
    },
    "tensorflow.python.data.ops.dataset_ops": {"DatasetV2": lambda: _room("data").Dataset},
    "tensorflow.python.data.ops.optional_ops": {"Optional": lambda: _room("experimental").Optional},
    "tensorflow.python.data.experimental.ops.distribute": {
        "compute_batch_size": lambda: _room("data").compute_batch_size,
    },
}


def module(name: str) -> ModuleType | None:
    """The private module `name`, or a package that it is in; None if there is none."""
    if name in sys.modules:
        return sys.modules[name]
    if name not in _PACKAGES and name not in MODULES:
        return None
    made = ModuleType(name, f"Names that libraries ask {name} for. gradtape is standing in for TensorFlow.")
    made.__path__ = []

    def __getattr__(attribute: str) -> Any:
        found = MODULES.get(name, {}).get(attribute)
        if found is None:
            known = ", ".join(MODULES.get(name, ())) or "none"
            raise AttributeError(
                f"gradtape is standing in for TensorFlow and lacks {name}.{attribute}, a private name. Those that it "
                f"has of {name}: {known}.",
                name=attribute,
                obj=None,
            )
        return found()

    made.__getattr__ = __getattr__  # type: ignore[method-assign]
    return made


_PACKAGES = {
    ".".join(parts[:count]) for parts in (name.split(".") for name in MODULES) for count in range(2, len(parts))
}


def _room(name: str) -> Any:
    import importlib

    return importlib.import_module(f"gradtape.{name}".rstrip("."))


def _nothing(*_: Any) -> None:
    """Does nothing, where there is nothing to wait for and nothing is kept."""
