"""Switches of TensorFlow 1, and its graphs, sessions and collections, as far as they are around eager code."""

import ast
import contextlib
import linecache
import sys
from collections.abc import Iterator
from types import FrameType, SimpleNamespace
from typing import Any, ClassVar

from ...config.execution import enable_eager_execution as _enable
from ...config.placement import device
from ...values.naming import name_scope as _name_scope
from ...values.tensor import Tensor
from .namespace import Lacking

__all__ = [
    "AggregationMethod", "ConfigProto", "GPUOptions", "Graph", "GraphKeys", "GraphOptions", "InteractiveSession",
    "Operation", "OptimizerOptions", "RunOptions", "Session", "add_check_numerics_ops",
    "add_to_collection", "add_to_collections", "colocate_with", "container", "control_flow_v2_enabled", "device",
    "disable_control_flow_v2", "disable_eager_execution", "disable_resource_variables", "disable_tensor_equality",
    "disable_v2_behavior", "disable_v2_tensorshape", "enable_control_flow_v2", "enable_eager_execution",
    "enable_resource_variables", "enable_tensor_equality", "enable_v2_behavior", "enable_v2_tensorshape",
    "executing_eagerly_outside_functions", "get_collection", "get_collection_ref", "get_default_graph",
    "get_default_session", "get_seed", "initialize_all_tables", "is_symbolic_tensor", "name_scope", "op_scope",
    "placeholder", "placeholder_with_default", "reset_default_graph", "resource_variables_enabled",
    "sparse_placeholder", "tables_initializer", "wrap_function",
]  # fmt: skip

_EAGERLY = "gradtape runs eagerly: there are no graphs with sessions. "


# --- switches --------------------------------------------------------------------------------------------------------


def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Does nothing: it is enabled."""
    _enable()


def enable_v2_behavior() -> None:
    """Does nothing: it is enabled."""


enable_resource_variables = enable_control_flow_v2 = enable_tensor_equality = enable_v2_tensorshape = enable_v2_behavior


def disable_eager_execution() -> None:
    """Graph mode is not to be had.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError(
        _EAGERLY + "Leave this line out; then operations give their values where they are written, what was fed is an "
        "argument of a function, and a step that is to run fast is a function under `@tf.function`."
    )


disable_v2_behavior = disable_eager_execution


def disable_resource_variables() -> None:
    """Variables are no other than they are.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError("gradtape has one kind of variables, shapes and equality: leave this line out.")


disable_control_flow_v2 = disable_tensor_equality = disable_v2_tensorshape = disable_resource_variables


def executing_eagerly_outside_functions() -> bool:
    """True: there is no other mode."""
    return True


control_flow_v2_enabled = resource_variables_enabled = executing_eagerly_outside_functions


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether it is a tensor of a graph, that has no value."""
    return isinstance(tensor, Tensor) and hasattr(tensor._array, "sample")


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The seeds of an operation: that of the program, and its own."""
    from ...random.seeds import dataset_seeds, global_seed

    return (None, None) if op_seed is None and global_seed() is None else dataset_seeds(op_seed)


# --- what is around code ---------------------------------------------------------------------------------------------


class name_scope(_name_scope):
    """`tf.name_scope`, with the name that is taken where none is given, and values of which nothing is done."""

    def __init__(self, name: str | None, default_name: str | None = None, values: Any = None) -> None:
        if name is None and default_name is None and values is not None:
            raise ValueError("At least one of name (None) and default_name (None) must be provided.")
        super().__init__((default_name if name is None else name) or "")


def op_scope(values: Any, name: str | None, default_name: str | None = None) -> name_scope:
    """`name_scope`, with its arguments in another order."""
    return name_scope(name, default_name, values)


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield


def colocate_with(op: Any, ignore_existing: bool = False) -> Any:
    """A context that changes nothing."""
    return _nothing()


def container(container_name: str) -> Any:
    """A context that changes nothing."""
    return _nothing()


class Operation:
    """An operation of a graph, of which there are none here."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise NotImplementedError(
            _EAGERLY + "A function under `@tf.function` has a graph: `f.get_concrete_function()`."
        )


class Graph:
    """What names and collections are kept in. Operations are not written into it: they run where they are written."""

    building_function = False
    seed = None

    def __init__(self) -> None:
        self._collections: dict[Any, list[Any]] = {}

    def as_default(self) -> Any:
        """Graph mode is not to be had.

        Raises:
          NotImplementedError: always.
        """
        raise NotImplementedError(
            _EAGERLY
            + "Leave out the line `with tf.Graph().as_default():`, and what is inside runs where it is written."
        )

    def add_to_collection(self, name: Any, value: Any) -> None:
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        for name in {names} if isinstance(names, str) else set(names or ()):
            self.add_to_collection(name, value)

    def get_collection_ref(self, name: Any) -> list[Any]:
        return self._collections.setdefault(name, [])

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        found = self._collections.get(name, [])
        if scope is None:
            return list(found)
        import re

        return [x for x in found if hasattr(x, "name") and re.match(scope, x.name)]

    def get_all_collection_keys(self) -> list[Any]:
        return [name for name in self._collections if isinstance(name, str)]

    def clear_collection(self, name: Any) -> None:
        self._collections.pop(name, None)

    def finalize(self) -> None:
        """Does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'Graph' object has no attribute {name!r}", name=name, obj=self)
        raise Lacking(
            _EAGERLY + f"What `graph.{name}` was for is done with tensors and variables themselves.",
            name=name,
            obj=self,
        )


_default_graph = Graph()


def get_default_graph() -> Graph:
    """What collections are kept in."""
    return _default_graph


def reset_default_graph() -> None:
    """Forget what was put into collections; variables and tensors are not affected."""
    _default_graph._collections.clear()


def add_to_collection(name: Any, value: Any) -> None:
    """Put a value into a collection; see `get_collection`."""
    _default_graph.add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    """Put a value into collections."""
    _default_graph.add_to_collections(names, value)


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """What was put into a collection. Of variables, only those of templates are: a program keeps the others itself."""
    return _default_graph.get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """The list that a collection is."""
    return _default_graph.get_collection_ref(key)


class GraphKeys:
    """The names of collections."""

    ACTIVATIONS = "activations"
    ASSET_FILEPATHS = "asset_filepaths"
    BIASES = "biases"
    CONCATENATED_VARIABLES = "concatenated_variables"
    COND_CONTEXT = "cond_context"
    EVAL_STEP = "eval_step"
    GLOBAL_STEP = "global_step"
    GLOBAL_VARIABLES = VARIABLES = "variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    LOCAL_RESOURCES = "local_resources"
    LOCAL_VARIABLES = "local_variables"
    LOSSES = "losses"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    QUEUE_RUNNERS = "queue_runners"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    READY_OP = "ready_op"
    REGULARIZATION_LOSSES = "regularization_losses"
    RESOURCES = "resources"
    SAVEABLE_OBJECTS = "saveable_objects"
    SAVERS = "savers"
    SUMMARIES = "summaries"
    SUMMARY_OP = "summary_op"
    TABLE_INITIALIZERS = "table_initializer"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    TRAIN_OP = "train_op"
    UPDATE_OPS = "update_ops"
    WEIGHTS = "weights"
    WHILE_CONTEXT = "while_context"


class AggregationMethod:
    """How gradients are added up: in one way here."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


# --- options ---------------------------------------------------------------------------------------------------------


class _Options(SimpleNamespace):
    """Options that change nothing: any may be set, and one that was not is 0, or options itself."""

    _parts: ClassVar[dict[str, type]] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)
        kind = self._parts.get(name)
        if kind is None:
            return {} if name == "device_count" else [] if name.endswith(("list", "filters")) else 0
        part = self.__dict__[name] = kind()
        return part


class OptimizerOptions(_Options):
    """How a session's graphs are optimised."""

    L1, L0, DEFAULT, OFF, ON_1, ON_2 = 0, -1, 0, -1, 1, 2


class GPUOptions(_Options):
    """How a session uses GPUs: nothing here, where memory grows as it is needed."""

    class Experimental(_Options):
        """Options that were tried."""

    _parts: ClassVar = {"experimental": Experimental}


class GraphOptions(_Options):
    """How a session's graphs are made."""

    _parts: ClassVar = {"optimizer_options": OptimizerOptions, "rewrite_options": _Options}


class ConfigProto(_Options):
    """How a session runs: what programs set before there was `tf.config`. It changes nothing."""

    class Experimental(_Options):
        """Options that were tried."""

    _parts: ClassVar = {"gpu_options": GPUOptions, "graph_options": GraphOptions, "experimental": Experimental}


class RunOptions(_Options):
    """How a session runs once."""

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = 0, 1, 2, 3


# --- sessions --------------------------------------------------------------------------------------------------------


class Session:
    """A session, around code that runs eagerly.

    >>> import gradtape as tf
    >>> config = tf.compat.v1.ConfigProto()
    >>> config.gpu_options.allow_growth = True
    >>> with tf.compat.v1.Session(config=config).as_default():
    ...     print(tf.constant(1.0) + 1.0)
    tf.Tensor(2.0, shape=(), dtype=float32)
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        self.graph = _default_graph if graph is None else graph
        self.sess_str = target

    @property
    def graph_def(self) -> Any:
        return self.graph.graph_def

    @contextlib.contextmanager
    def as_default(self) -> Iterator["Session"]:
        """A context in which `get_default_session` gives this."""
        _sessions.append(self)
        try:
            yield self
        finally:
            _sessions.remove(self)

    def __enter__(self) -> "Session":
        _sessions.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _sessions.remove(self)

    def close(self) -> None:
        """Does nothing."""

    def list_devices(self) -> list[Any]:
        """The devices, as `tf.config.list_logical_devices` gives them."""
        return sys.modules["gradtape"].config.list_logical_devices()  # type: ignore[no-any-return]

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """There is nothing to run.

        Raises:
          NotImplementedError: always; it shows how the line that called this is written eagerly.
        """
        raise NotImplementedError(_EAGERLY + _instead_of(sys._getframe(1)))

    def make_callable(self, fetches: Any, feed_list: Any = None, accept_options: bool = False) -> Any:
        """There is nothing to run.

        Raises:
          NotImplementedError: always; a function is written with `def`.
        """
        raise NotImplementedError(_EAGERLY + "Write a function, `def f(x): ...`, under `@tf.function` if you like.")

    partial_run = partial_run_setup = run


class InteractiveSession(Session):
    """A session that is the default one from when it is made."""

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        _sessions.append(self)

    def close(self) -> None:
        """Have it be the default one no more."""
        if self in _sessions:
            _sessions.remove(self)


_sessions: list[Session] = []


def get_default_session() -> Session | None:
    """The session around this code; None if there is none."""
    return _sessions[-1] if _sessions else None


def _instead_of(frame: FrameType) -> str:
    """How the line `session.run(...)` that `frame` is at is written eagerly."""
    line, call, target = _call(frame)
    if call is None:
        return (
            "Write `y.numpy()` instead of `sess.run(y)`, and `f(1.0).numpy()` for what was fed, where `def f(x): ...`."
        )
    named = {k.arg: k.value for k in call.keywords}
    fetches = call.args[0] if call.args else named.get("fetches")
    feed = call.args[1] if len(call.args) > 1 else named.get("feed_dict")
    if fetches is None:
        return "Write `y.numpy()` instead of `sess.run(y)`."
    what = ast.unparse(fetches)
    start = f"Instead of `{line}` write "
    if feed is None:
        if "initializer" in what:
            return f"Leave out `{line}`: variables have their values when they are made."
        several = fetches.elts if isinstance(fetches, ast.List | ast.Tuple) else None
        value = ", ".join(f"{ast.unparse(x)}.numpy()" for x in several) if several else f"{what}.numpy()"
        said = f"{start}`{target}{value}`: it has its value where it was computed."
        return (
            said + " A step of training is a function that is called, as `train_step()`." if "train" in what else said
        )
    if isinstance(feed, ast.Dict) and all(isinstance(key, ast.Name) for key in feed.keys):
        parameters = ", ".join(key.id for key in feed.keys if isinstance(key, ast.Name))
        values = ", ".join(map(ast.unparse, feed.values))
    else:
        parameters, values = "x", "value"
    return (
        f"{start}`{target}f({values})`, where what was fed is an argument: `def f({parameters}): ...; return "
        f"{what}`, with "
        "the lines in it that computed it from the placeholders, and `@tf.function` above it if it is to be a graph."
    )


def _call(frame: FrameType) -> tuple[str, ast.Call | None, str]:
    """The statement of one or more lines that `frame` is at, its call of `run`, and what it is assigned to."""
    first = frame.f_lineno
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    for last in range(first, min(first + 20, len(lines) + 1)):
        text = "".join(lines[first - 1 : last]).strip()
        try:
            body = ast.parse(text).body
        except SyntaxError:
            continue
        for node in ast.walk(ast.Module(body, [])):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "run":
                at = body[0]
                target = f"{ast.unparse(at.targets[0]).strip('()')} = " if isinstance(at, ast.Assign) else ""
                return " ".join(text.split()), node, target
        break
    return "", None, ""


# --- what was fed ----------------------------------------------------------------------------------------------------


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A symbolic tensor of the `FuncGraph` that is being written.

    Args:
      dtype: its element type.
      shape: its shape, in which None is a length that is not known.

    Raises:
      RuntimeError: in eager code, and in a `tf.function`: its arguments are its placeholders.
      NotImplementedError: if the rank is not known.
    """
    from ...tracing.func_graph import placeholder

    return placeholder(dtype, shape, name)


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A symbolic `tf.SparseTensor` of the `FuncGraph` that is being written; as `placeholder`."""
    from ...sparse.spec import SparseTensorSpec

    spec = SparseTensorSpec(shape, dtype)
    return spec._from_components([placeholder(s.dtype, s.shape, name) for s in spec._component_specs])


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Any:
    """`input` as a tensor, as nothing else is fed.

    Raises:
      ValueError: if its shape does not fit `shape`.
    """
    from ...array.shape import ensure_shape
    from ...values.convert import convert_to_tensor

    return ensure_shape(convert_to_tensor(input), shape)


def tables_initializer(name: str = "init_all_tables") -> None:
    """Nothing: a table has its values when it is made."""


initialize_all_tables = tables_initializer


def add_check_numerics_ops() -> None:
    """There is no graph to add to.

    Raises:
      RuntimeError: always; `tf.debugging.enable_check_numerics()` checks every operation.
    """
    raise RuntimeError(
        "add_check_numerics_ops() is not compatible with eager execution. To check for Inf's and NaN's under eager "
        "execution, call tf.debugging.enable_check_numerics() once before executing the checked operations."
    )


def wrap_function(fn: Any, signature: Any, name: str | None = None) -> Any:
    """A graph of what a function of TensorFlow 1 does with arguments of this signature, its variables in it.

    Args:
      fn: a function of tensors, which may make variables.
      signature: the specs of its arguments.

    >>> import gradtape as tf
    >>> double = tf.compat.v1.wrap_function(lambda x: 2 * x, [tf.TensorSpec([], tf.float32)])
    >>> double(tf.constant(3.0)).numpy()
    np.float32(6.0)
    """
    from ...function.decorator import function

    return function(fn, input_signature=signature, autograph=False).get_concrete_function()
