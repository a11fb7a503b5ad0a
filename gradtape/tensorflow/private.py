"""Private modules of TensorFlow that libraries import all the same: the few names of each that they use, and who does.

Keras (3.13 to 3.15) needs most of them, and libraries of layers, of attacks, of quantum circuits the others.

`MODULES` gives for a module's name its own names, and what each stands for: as a path in gradtape, of which nothing is
imported before it is asked for, or the object itself.
"""

import importlib
import inspect
import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any


def _nothing(*_: Any) -> None:
    """Does nothing, where there is nothing to wait for and nothing is kept."""


def _context() -> SimpleNamespace:
    """What is asked of the state that TensorFlow keeps for each thread."""
    from ..config.execution import executing_eagerly

    return SimpleNamespace(
        clear_kernel_cache=_nothing,
        device_name="",
        device_spec=SimpleNamespace(device_type=None, device_index=None),  # of `tf.device`, which chooses nothing here
        executing_eagerly=executing_eagerly,
    )


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
        "context": _context,
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
        "name_scope": "name_scope",
        "register_tensor_conversion_function": "register_tensor_conversion_function",
    },
    # What libraries ask before they compute derivatives of their own.
    "tensorflow.python.eager.record": {
        name: f"autodiff.threads.{name}"
        for name in ("could_possibly_record", "should_record_backprop", "stop_recording")
    },
    "tensorflow.python.eager.tape": {},
    "tensorflow.python.framework.smart_cond": {"smart_cond": "tensorflow.internal._smart_cond"},
    "tensorflow.python.framework.tensor_shape": {
        "Dimension": "values.shape.Dimension",
        "TensorShape": "TensorShape",
        "as_shape": "values.shape.as_shape",
        "dimension_at_index": "values.shape.dimension_at_index",
        "dimension_value": "values.shape.dimension_value",
    },
    "tensorflow.python.util.nest": {
        name: f"nest.{name}"
        for name in ("assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as")
    },
    "tensorflow.python.util.object_identity": {"Reference": "values.tensor.Reference"},
    "tensorflow.python.data.ops.iterator_ops": {"OwnedIterator": "data.iterator.Iterator"},
    "tensorflow.python.ops.linalg.sparse.sparse": {
        "CSRSparseMatrix": "sparse.csr.CSRSparseMatrix",
        "matmul": "sparse.csr.matmul",
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
    if name not in _PACKAGES and name not in MODULES and not _GENERATED.fullmatch(name):
        return None
    made = ModuleType(name, f"Names that libraries ask {name} for. gradtape is standing in for TensorFlow.")
    made.__path__ = []

    def __getattr__(attribute: str) -> Any:
        inner = f"{name}.{attribute}"
        if inner in _PACKAGES or inner in MODULES:  # TensorFlow has imported all of them
            return importlib.import_module(inner)
        if _GENERATED.fullmatch(name) and not attribute.startswith("_"):
            return _by_position(attribute, inner)
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


_GENERATED = re.compile(r"tensorflow\.python\.ops\.gen_\w+_ops")  # modules with `tf.raw_ops` under other names


def _by_position(name: str, path: str) -> Any:
    """The function of `tf.raw_ops` that has `name` in a module of generated functions: they take their arguments by
    position too.
    """
    from .. import raw_ops

    raw = getattr(raw_ops, "".join(part[:1].upper() + part[1:] for part in name.split("_")), None)
    if raw is None:
        raise AttributeError(f"gradtape is standing in for TensorFlow and lacks {path}, a private name.", name=name)
    keys = list(inspect.signature(raw).parameters)

    def call(*given: Any, **named: Any) -> Any:
        if len(given) > len(keys):
            raise TypeError(f"{name}() takes {len(keys)} arguments but {len(given)} were given")
        return raw(**dict(zip(keys, given, strict=False)), **named)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = raw.__doc__
    return call


_PACKAGES = {
    ".".join(parts[:count]) for parts in (name.split(".") for name in MODULES) for count in range(2, len(parts))
}
