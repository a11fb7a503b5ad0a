"""Private modules of TensorFlow that libraries import all the same: the few names of each that they use, and who does.

`MODULES` gives for a module's name its own names, and what each stands for: as a path in gradtape, of which nothing is
imported before it is asked for, or the object itself. Keras (3.13 to 3.15) needs all that are here, unless a comment
says who else does.
"""

import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any


def _nothing(*_: Any) -> None:
    """Does nothing, where there is nothing to wait for and nothing is kept."""


def _records(path: str, options: Any = None) -> Any:
    """The records of a file, one after the other."""
    from ..io.records import read

    return (record for record, _ in read(path))


MODULES: dict[str, dict[str, Any]] = {
    "tensorflow.python.trackable.data_structures": {
        "ListWrapper": "values.trackable.ListWrapper",
        "_DictWrapper": "values.trackable._DictWrapper",
    },
    "tensorflow.python.eager.context": {
        "async_wait": _nothing,  # operations are done when they return
        "context": lambda: SimpleNamespace(clear_kernel_cache=_nothing),
        "eager_mode": "control_flow.init_scope",
        "executing_eagerly": "executing_eagerly",
        "_reset_context": _nothing,  # devices can be divided at any time
    },
    "tensorflow.python.ops.math_ops": {"is_nan": "math.is_nan"},
    "tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops": {
        name: f"sparse.csr.{name}"
        for name in (
            "csr_sparse_matrix_to_sparse_tensor",
            "sparse_matrix_sparse_mat_mul",
            "sparse_tensor_to_csr_sparse_matrix",
        )
    },
    "tensorflow.python.framework.config": {
        "disable_op_determinism": "config.experimental.disable_op_determinism",
        "enable_op_determinism": "config.experimental.enable_op_determinism",
        "is_op_determinism_enabled": "config.experimental.is_op_determinism_enabled",
    },
    # By which programs switch NumPy's behaviour on.
    "tensorflow.python.ops.numpy_ops.np_config": {
        "enable_numpy_behavior": "experimental.numpy.experimental_enable_numpy_behavior",
    },
    "tensorflow.python.ops.numpy_ops.np_arrays": {"ndarray": "experimental.numpy.ndarray"},
    "tensorflow.python.ops.numpy_ops.np_array_ops": {
        name: f"experimental.numpy.{name}"
        for name in (
            *("all", "amax", "amin", "any", "arange", "around", "array", "asarray", "broadcast_to"),
            *("copy", "cumprod", "cumsum", "diag", "expand_dims", "eye", "flip", "full", "identity", "imag", "mean"),
            *("moveaxis", "nonzero", "ones", "ones_like", "pad", "prod", "ravel", "real", "repeat", "reshape", "roll"),
            *("shape", "size", "split", "squeeze", "stack", "std", "sum", "swapaxes", "take", "take_along_axis"),
            *("transpose", "tril", "triu", "var", "where", "zeros", "zeros_like"),
        )
    },
    "tensorflow.python.ops.numpy_ops.np_math_ops": {
        name: f"experimental.numpy.{name}"
        for name in (
            *("abs", "add", "argsort", "clip", "cos", "diff", "divide", "dot", "einsum", "exp", "inner", "linspace"),
            *("log", "matmul", "maximum", "minimum", "multiply", "power", "sin", "sort", "sqrt", "square"),
            *("subtract", "tanh", "tensordot", "tile", "trace"),
        )
    },
    "tensorflow.python.framework.tensor_util": {"is_tf_type": "is_tensor"},
    "tensorflow.python.framework.type_spec_registry": {
        "get_name": "values.type_spec.registered_name",
        "lookup": "values.type_spec.registered",
    },
    # Where libraries look for the classes of tensors, and where a pickled class says that it is.
    "tensorflow.python.framework.ops": {
        "EagerTensor": "values.tensor.EagerTensor",
        "Tensor": "values.tensor.Tensor",
        "convert_to_tensor": "convert_to_tensor",
    },
    "tensorflow.python.framework.sparse_tensor": {"SparseTensor": "sparse.SparseTensor"},
    "tensorflow.python.framework.indexed_slices": {"IndexedSlices": "IndexedSlices"},
    "tensorflow.python.ops.ragged.ragged_tensor": {"RaggedTensor": "ragged.tensor.RaggedTensor"},
    "tensorflow.python.ops.resource_variable_ops": {
        "ResourceVariable": "values.variable.ResourceVariable",
        "_UnreadVariable": "values.variable.UnreadVariable",
    },
    "tensorflow.python.ops.variables": {"Variable": "Variable"},
    # What Keras's tests of its callback for TensorBoard read its files with.
    "tensorflow.core.util.event_pb2": {"Event": "io.messages.Event"},
    "tensorflow.python.lib.io.tf_record": {"tf_record_iterator": _records},
    "tensorflow.compiler.tf2xla.python.xla": {
        "dynamic_update_slice": "array.updating.dynamic_update_slice",
    },
    "tensorflow.python.data.ops.dataset_ops": {"DatasetV2": "data.Dataset"},
    "tensorflow.python.data.ops.optional_ops": {"Optional": "experimental.Optional"},
    "tensorflow.python.data.experimental.ops.distribute": {
        "compute_batch_size": "data.dataset.compute_batch_size",
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
        if not isinstance(found, str):
            return found
        room, _, ours = f"gradtape.{found}".rpartition(".")
        return getattr(importlib.import_module(room), ours)

    made.__getattr__ = __getattr__  # type: ignore[method-assign]
    return made


_PACKAGES = {
    ".".join(parts[:count]) for parts in (name.split(".") for name in MODULES) for count in range(2, len(parts))
}
