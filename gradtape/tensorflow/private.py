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
    }
    | {name: f"values.nest.{name}" for name in ("flatten_up_to", "map_structure_up_to")},
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


# Modules whose functions are public elsewhere: the namespaces in which a name is looked for, those of version 1 first,
# as a module has the functions of both: `softmax` and `softmax_v2`.
SPACES: dict[str, tuple[str, ...]] = {
    f"tensorflow.python.{name}": tuple(spaces.split())
    for name, spaces in {
        "client.device_lib": "tensorflow.tools",
        "data.ops.readers": "data",
        "distribute.distribute_lib": "distribute",
        "distribute.mirrored_strategy": "distribute",
        "distribute.one_device_strategy": "distribute",
        "distribute.reduce_util": "distribute",
        "eager.backprop": ". tensorflow.backprop",
        "eager.def_function": ".",
        "eager.forwardprop": "autodiff",
        "eager.function": ".",
        "eager.polymorphic_function.polymorphic_function": ".",
        "framework.composite_tensor": "values.composite __internal__",
        "framework.constant_op": ".",
        "framework.dtypes": ". dtypes",
        "framework.errors": "errors",
        "framework.errors_impl": "errors",
        "framework.random_seed": "random compat.v1",
        "framework.tensor": ".",
        "framework.tensor_spec": ".",
        "framework.test_util": "test tensorflow.tools",
        "framework.type_spec": ".",
        "lib.io.file_io": "io.gfile io",
        "module.module": ".",
        "ops.array_ops": ". linalg quantization",
        "ops.array_ops_stack": ".",
        "ops.bitwise_ops": "bitwise",
        "ops.check_ops": "debugging .",
        "ops.clip_ops": ".",
        "ops.cond": ".",
        "ops.confusion_matrix": "math",
        "ops.control_flow_assert": "debugging",
        "ops.control_flow_case": ".",
        "ops.control_flow_ops": ".",
        "ops.custom_gradient": ".",
        "ops.embedding_ops": "nn",
        "ops.functional_ops": ".",
        "ops.gradient_checker_v2": "test",
        "ops.gradients": ". compat.v1",
        "ops.gradients_impl": ". compat.v1",
        "ops.gradients_util": ". compat.v1",
        "ops.histogram_ops": ".",
        "ops.image_ops": "image",
        "ops.image_ops_impl": "image",
        "ops.init_ops": "compat.v1 compat.v1.initializers",
        "ops.init_ops_v2": ". initializers",
        "ops.io_ops": "io",
        "ops.linalg.linalg": "linalg",
        "ops.linalg.linalg_impl": "linalg",
        "ops.linalg_ops": "linalg .",
        "ops.logging_ops": ". summary",
        "ops.lookup_ops": "lookup",
        "ops.losses.losses": "compat.v1.losses",
        "ops.manip_ops": ".",
        "ops.map_fn": ".",
        "ops.math_ops": ". math linalg sparse",
        "ops.nn": "nn",
        "ops.nn_impl": "nn",
        "ops.nn_ops": "nn",
        "ops.numerics": "debugging compat.v1",
        "ops.parallel_for.control_flow_ops": ".",
        "ops.parsing_ops": "io",
        "ops.ragged.ragged_factory_ops": "ragged",
        "ops.ragged.ragged_math_ops": "ragged",
        "ops.ragged.ragged_string_ops": "strings",
        "ops.random_ops": "random",
        "ops.rnn": "compat.v1.nn",
        "ops.script_ops": ". compat.v1",
        "ops.sets_impl": "sets",
        "ops.signal.fft_ops": "signal",
        "ops.signal.signal": "signal",
        "ops.signal.spectral_ops": "signal",
        "ops.sort_ops": ".",
        "ops.sparse_ops": "sparse",
        "ops.special_math_ops": "math linalg .",
        "ops.standard_ops": ".",
        "ops.state_ops": "compat.v1 .",
        "ops.stateful_random_ops": "random",
        "ops.stateless_random_ops": "random",
        "ops.string_ops": "strings",
        "ops.summary_ops_v2": "summary",
        "ops.tensor_array_ops": ".",
        "ops.tensor_math_operator_overrides": ".",
        "ops.unconnected_gradients": ".",
        "ops.variable_scope": "compat.v1 .",
        "ops.while_loop": ".",
        "platform.app": "compat.v1.app",
        "platform.flags": "compat.v1.flags",
        "platform.gfile": "compat.v1.gfile",
        "platform.resource_loader": "compat.v1.resource_loader",
        "platform.test": "test",
        "platform.tf_logging": "compat.v1.logging",
        "saved_model.load": "saved_model",
        "saved_model.save": "saved_model",
        "saved_model.signature_constants": "saved_model.names",
        "saved_model.tag_constants": "saved_model.names",
        "summary.summary": "compat.v1.summary",
        "trackable.autotrackable": "__internal__.tracking",
        "trackable.base": "__internal__.tracking",
        "training.checkpoint_management": "train",
        "training.checkpoint_utils": "train",
        "training.coordinator": "train",
        "training.learning_rate_decay": "compat.v1.train",
        "training.moving_averages": "train compat.v1.train",
        "training.saver": "compat.v1.train",
        "training.training": "train compat.v1.train",
        "training.training_util": "compat.v1.train",
        "util.compat": "compat",
        "util.deprecation": "tensorflow.tools",
        "util.tf_decorator": "tensorflow.tools",
        "util.tf_export": "tensorflow.tools",
        "util.tf_inspect": "tensorflow.tools",
    }.items()
}
SPACES["tensorflow.tools.docs.doc_controls"] = ("tensorflow.tools",)
SPACES["tensorflow.core.protobuf.config_pb2"] = ("compat.v1",)
SPACES["tensorflow.core.framework.summary_pb2"] = ("compat.v1",)
_LINEAR_OPERATORS = re.compile(r"tensorflow\.python\.ops\.linalg\.linear_operator(_\w+)?")


def _public(name: str, attribute: str) -> Any:
    """What `attribute` of a module of `SPACES` is; None if it is not there."""
    plain = re.sub(r"_v[12]$", "", attribute)
    own = SPACES.get(name) or ["linalg"]  # where linear operators are
    spaces = [] if attribute.endswith("_v2") else [_space("compat.v1", s) for s in own]
    spaces += [] if attribute.endswith("_v1") else own
    for space in [*spaces, "compat.v1", "."]:
        try:
            return getattr(importlib.import_module(f"gradtape.{space}".rstrip(".")), plain)
        except (AttributeError, ImportError):
            continue
    return None


def _space(version: str, space: str) -> str:
    return space if space.startswith((version, "tensorflow.")) else f"{version}.{space}".rstrip(".")


def module(name: str) -> ModuleType | None:
    """The private module `name`, or a package that it is in; None if there is none."""
    if name in sys.modules:
        return sys.modules[name]
    if name not in _PACKAGES and not _is_module(name):
        return None
    made = ModuleType(name, f"Names that libraries ask {name} for. gradtape is standing in for TensorFlow.")
    made.__path__ = []

    def __getattr__(attribute: str) -> Any:
        inner = f"{name}.{attribute}"
        if inner in _PACKAGES or _is_module(inner):  # TensorFlow has imported all of them
            return importlib.import_module(inner)
        if _GENERATED.fullmatch(name) and not attribute.startswith("_"):
            return _by_position(attribute, inner)
        found = MODULES.get(name, {}).get(attribute)
        if isinstance(found, str):
            room, _, ours = f"gradtape.{found}".rpartition(".")
            return getattr(importlib.import_module(room), ours)
        if found is None and name not in _PACKAGES and not attribute.startswith("__"):
            found = _public(name, attribute)
            if found is not None:
                setattr(made, attribute, found)  # the search is over for good
        if found is None:
            known = ", ".join(MODULES.get(name, ())) or "none"
            raise AttributeError(
                f"gradtape is standing in for TensorFlow and lacks {name}.{attribute}, a private name. Those that it "
                f"has of {name}: {known}.",
                name=attribute,
                obj=None,
            )
        return found

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


def _is_module(name: str) -> bool:
    return name in MODULES or name in SPACES or bool(_GENERATED.fullmatch(name) or _LINEAR_OPERATORS.fullmatch(name))


_PACKAGES = {
    ".".join(parts[:count])
    for parts in (name.split(".") for name in (*MODULES, *SPACES))
    for count in range(2, len(parts))
}
