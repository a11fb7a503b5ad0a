"""Variables by name: `get_variable` in `variable_scope`s, and templates, which keep what they made.

Variables that a program makes eagerly are not kept by name, as in TensorFlow: `get_variable` makes a new one each time,
except in a function of `make_template`, which gives the same ones when it is called again.
"""

import enum
import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

from ...control_flow import init_scope
from ...operations.reading import convert_to_tensor
from ...values.dtypes import as_dtype, float32
from ...values.naming import get_current_name_scope, name_scope
from ...values.shape import TensorShape
from ...values.trackable import Trackable
from ...values.variable import Variable as _Variable
from ...values.variable import VariableAggregation, VariableSynchronization
from . import eager, initializers

__all__ = [
    "AUTO_REUSE", "Variable", "VariableScope", "all_variables", "assert_variables_initialized", "get_local_variable",
    "get_variable", "get_variable_scope", "global_variables", "global_variables_initializer",
    "initialize_all_variables", "initialize_local_variables", "initialize_variables", "is_variable_initialized",
    "local_variables", "local_variables_initializer", "make_template", "model_variables", "moving_average_variables",
    "no_regularizer", "report_uninitialized_variables", "trainable_variables", "unique_scope", "variable_op_scope",
    "variable_scope", "variables_initializer",
]  # fmt: skip


class _ReuseMode(enum.Enum):
    """Whether a variable of a name is made where there is none."""

    AUTO_REUSE = 1


AUTO_REUSE = _ReuseMode.AUTO_REUSE


class _Making(type):
    """Of a class that makes variables of another one."""

    def __call__(cls, initial_value: Any = None, trainable: bool | None = None, collections: Any = None,
                 validate_shape: bool = True, caching_device: Any = None, name: str | None = None,
                 variable_def: Any = None, dtype: Any = None, expected_shape: Any = None, import_scope: Any = None,
                 constraint: Any = None, use_resource: Any = None,
                 synchronization: Any = VariableSynchronization.AUTO, aggregation: Any = VariableAggregation.NONE,
                 shape: Any = None) -> Any:  # fmt: skip
        return _Variable(initial_value, trainable, validate_shape, caching_device, name, variable_def, dtype,
                         import_scope, constraint, synchronization, aggregation, shape)  # fmt: skip


class Variable(metaclass=_Making):
    """`tf.Variable`, with the order that its arguments had. It is put into no collection."""

    SaveSliceInfo = None


# --- scopes ----------------------------------------------------------------------------------------------------------


class VariableScope:
    """Where variables of `get_variable` are: the beginning of their names, and how they are made."""

    def __init__(self, reuse: Any, name: str = "", initializer: Any = None, regularizer: Any = None,
                 caching_device: Any = None, partitioner: Any = None, custom_getter: Any = None,
                 name_scope: str = "", dtype: Any = float32, use_resource: Any = None,
                 constraint: Any = None) -> None:  # fmt: skip
        self._name = name
        self._reuse = AUTO_REUSE  # as variables are not kept by name
        self._original = name_scope or (f"{name}/" if name else "")
        self._initializer, self._regularizer, self._constraint = initializer, regularizer, constraint
        self._caching_device, self._partitioner, self._use_resource = caching_device, partitioner, use_resource
        self._custom_getter, self._dtype = custom_getter, dtype

    name = property(lambda self: self._name)
    original_name_scope = property(lambda self: self._original)
    reuse = property(lambda self: self._reuse)
    initializer = property(lambda self: self._initializer)
    regularizer = property(lambda self: self._regularizer)
    constraint = property(lambda self: self._constraint)
    caching_device = property(lambda self: self._caching_device)
    partitioner = property(lambda self: self._partitioner)
    use_resource = property(lambda self: self._use_resource)
    custom_getter = property(lambda self: self._custom_getter)
    dtype = property(lambda self: self._dtype)

    def reuse_variables(self) -> None:
        """Does nothing: there is no variable that could be used again."""

    def set_initializer(self, initializer: Any) -> None:
        self._initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        self._dtype = dtype

    def set_regularizer(self, regularizer: Any) -> None:
        self._regularizer = regularizer

    def set_custom_getter(self, custom_getter: Any) -> None:
        self._custom_getter = custom_getter

    def set_partitioner(self, partitioner: Any) -> None:
        self._partitioner = partitioner

    def set_caching_device(self, caching_device: Any) -> None:
        raise NotImplementedError("Caching devices are not yet supported when eager execution is enabled.")

    def set_use_resource(self, use_resource: bool) -> None:
        if not use_resource:
            raise ValueError("When eager execution is enabled, use_resource cannot be set to false.")
        self._use_resource = use_resource

    def get_collection(self, name: Any) -> list[Any]:
        return eager.get_collection(name, f"{self._name}/" if self._name else None)

    def trainable_variables(self) -> list[Any]:
        return self.get_collection(eager.GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        return self.get_collection(eager.GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        return self.get_collection(eager.GraphKeys.LOCAL_VARIABLES)

    def get_variable(self, name: str, shape: Any = None, dtype: Any = None, initializer: Any = None,
                     regularizer: Any = None, trainable: bool | None = None, custom_getter: Any = None,
                     constraint: Any = None, synchronization: Any = VariableSynchronization.AUTO,
                     aggregation: Any = VariableAggregation.NONE, **others: Any) -> Any:  # fmt: skip
        """See `tf.compat.v1.get_variable`."""
        whole = f"{self._name}/{name}" if self._name else name
        initializer = self._initializer if initializer is None else initializer
        regularizer = self._regularizer if regularizer is None else regularizer
        constraint = self._constraint if constraint is None else constraint
        dtype = self._dtype if dtype is None and self._dtype is not None else dtype or float32
        getter = self._custom_getter if custom_getter is None else custom_getter
        made = {"shape": shape, "dtype": dtype, "initializer": initializer, "regularizer": regularizer,
                "trainable": trainable, "constraint": constraint, "synchronization": synchronization,
                "aggregation": aggregation}  # fmt: skip
        with name_scope(""):
            if getter is None:
                return _variable(whole, **made)
            return getter(_variable, name=whole, **made, reuse=self._reuse, **others)


class _State(threading.local):
    """The scope that a thread is in, what it has opened, and the variables of a template that runs."""

    def __init__(self) -> None:
        self.scope = VariableScope(None)
        self.opened: dict[str, int] = {}
        self.store: dict[str, Any] | None = None


_state = _State()


def get_variable_scope() -> VariableScope:
    """The scope that this code is in."""
    return _state.scope


def unique_scope(name: str) -> str:
    """`name` in the present scope; with a number after it if such a scope was opened before."""
    outer = _state.scope.name
    whole = f"{outer}/{name}" if outer else name
    if not _state.opened.get(whole):
        return whole
    number = 1
    while _state.opened.get(f"{whole}_{number}"):
        number += 1
    return f"{whole}_{number}"


def opened(scope: str) -> None:
    """Note that a scope was opened."""
    _state.opened[scope] = _state.opened.get(scope, 0) + 1


class variable_scope:
    """A context in which the names of variables begin with `name_or_scope`, and which says how they are made.

    Args:
      name_or_scope: the next part of names, or a scope to be in again.
      default_name: the next part where none is given; a number is added to one that was there before.
      values: has no effect.
      initializer, regularizer, constraint, dtype, custom_getter: what `get_variable` takes where it is given none.
      reuse: has no effect, as in eager execution variables are not kept by name: see `make_template`.
      auxiliary_name_scope: whether names of `tf.Variable`s begin so too.

    >>> import gradtape as tf
    >>> with tf.compat.v1.variable_scope("layer"):
    ...     tf.compat.v1.get_variable("w", [2], initializer=tf.compat.v1.zeros_initializer()).name
    'layer/w:0'
    """

    def __init__(self, name_or_scope: Any, default_name: str | None = None, values: Any = None,
                 initializer: Any = None, regularizer: Any = None, caching_device: Any = None,
                 partitioner: Any = None, custom_getter: Any = None, reuse: Any = None, dtype: Any = None,
                 use_resource: Any = None, constraint: Any = None,
                 auxiliary_name_scope: bool = True) -> None:  # fmt: skip
        if name_or_scope is None and default_name is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if name_or_scope is not None and not isinstance(name_or_scope, str | VariableScope):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        if use_resource is False:
            raise ValueError("When eager execution is enabled, use_resource cannot be set to false.")
        if reuse not in (None, False, True, AUTO_REUSE):
            raise ValueError(f"The reuse parameter must be True or False or tf.AUTO_REUSE, got {reuse!r}.")
        self._given = name_or_scope
        self._default = default_name
        self._options = {"initializer": initializer, "regularizer": regularizer, "caching_device": caching_device,
                         "partitioner": partitioner, "custom_getter": custom_getter, "use_resource": use_resource,
                         "constraint": constraint, "dtype": dtype}  # fmt: skip
        self._auxiliary = auxiliary_name_scope
        self._outer: list[Any] = []

    def __enter__(self) -> VariableScope:
        outer = _state.scope
        given = self._given
        if isinstance(given, VariableScope):
            whole, last, base = given.name, given.name.rpartition("/")[2], given
        else:
            whole = unique_scope(self._default or "") if given is None else f"{outer.name}/{given}".removeprefix("/")
            last, base = given if given is not None else whole.removeprefix(f"{outer.name}/"), outer
        names = name_scope(last) if self._auxiliary and last else None
        original = names.__enter__() if names else get_current_name_scope() and f"{get_current_name_scope()}/"
        options = {name: getattr(base, name) if value is None else value for name, value in self._options.items()}
        inner, getter = base.custom_getter, self._options["custom_getter"]
        if inner is not None and getter is not None:
            options["custom_getter"] = lambda make, *args, **kwargs: getter(
                lambda *a, **k: inner(make, *a, **k), *args, **kwargs
            )
        if isinstance(given, VariableScope):
            original = given.original_name_scope
        _state.scope = VariableScope(None, whole, name_scope=original, **options)
        opened(whole)
        self._outer.append((outer, names))
        return _state.scope

    def __exit__(self, *error: Any) -> None:
        inside = f"{_state.scope.name}/"
        for scope in [scope for scope in _state.opened if scope.startswith(inside)]:
            del _state.opened[scope]
        _state.scope, names = self._outer.pop()
        if names is not None:
            names.__exit__(*error)


def variable_op_scope(values: Any, name_or_scope: Any, default_name: Any = None, **options: Any) -> variable_scope:
    """`variable_scope`, with its arguments in another order."""
    return variable_scope(name_or_scope, default_name, values, **options)


def get_variable(name: str, shape: Any = None, dtype: Any = None, initializer: Any = None, regularizer: Any = None,
                 trainable: bool | None = None, collections: Any = None, caching_device: Any = None,
                 partitioner: Any = None, validate_shape: bool = True, use_resource: Any = None,
                 custom_getter: Any = None, constraint: Any = None,
                 synchronization: Any = VariableSynchronization.AUTO,
                 aggregation: Any = VariableAggregation.NONE) -> Any:  # fmt: skip
    """A variable of this name in the scope that this code is in: a new one, unless a template made it before.

    Args:
      name: its name, which comes after that of the scope.
      shape, dtype: of the variable.
      initializer: called with the shape, gives its value; or the value itself. By default that of the scope, or
        `glorot_uniform_initializer` for numbers with a point, and zeros for others.
      regularizer: called with the variable, gives a loss that `losses.get_regularization_losses` tells of.
      trainable: whether a GradientTape watches it by itself.
      custom_getter: is called in place of what makes the variable, with that as first argument.

    Raises:
      ValueError: if there is no shape where one is needed, or one beside a value.
    """
    return _state.scope.get_variable(name, shape, dtype, initializer, regularizer, trainable, custom_getter, constraint,
                                     synchronization, aggregation, collections=collections,
                                     caching_device=caching_device, partitioner=partitioner,
                                     validate_shape=validate_shape, use_resource=use_resource)  # fmt: skip


def get_local_variable(name: str, *args: Any, **options: Any) -> Any:
    """`get_variable`, of a variable that is not trained."""
    return get_variable(name, *args, **{**options, "trainable": False})


def _variable(name: str, shape: Any = None, dtype: Any = float32, initializer: Any = None, regularizer: Any = None,
              trainable: bool | None = None, constraint: Any = None,
              synchronization: Any = VariableSynchronization.AUTO, aggregation: Any = VariableAggregation.NONE,
              **_: Any) -> Any:  # fmt: skip
    """The variable of this whole name."""
    dtype = as_dtype(dtype)
    is_value = initializer is not None and not callable(initializer)
    if is_value and shape is not None:
        raise ValueError("If initializer is a constant, do not specify shape.")
    dims = None if shape is None else TensorShape(shape)
    if _state.store is not None and name in _state.store:
        found = _state.store[name]
        if dims is not None and not dims.is_compatible_with(found.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {dims} and found shape {found.shape}."
            )
        if not is_value and dtype is not found.dtype:
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype {found.dtype.name}."
            )
        return found
    if initializer is None:
        if dims is None:
            raise ValueError(f"Variable {name} did not get an initializer, so its `shape` argument must be specified.")
        if not (dtype.is_floating or dtype.is_integer or dtype.is_bool or dtype.name == "string"):
            raise ValueError(f"An initializer for variable {name} of {dtype} is required")
        initializer = initializers.glorot_uniform() if dtype.is_floating else initializers.zeros()
    if inspect.isclass(initializer):
        initializer = initializer()
    if is_value or dims is None:
        value, of = initializer, None
    else:
        lengths, make = dims.as_list(), initializer
        value, of = (lambda: make(lengths, dtype=dtype)), dtype
    with init_scope(), name_scope(""):
        made = _Variable(value, trainable=trainable, name=name.removesuffix("/"), dtype=of, constraint=constraint,
                         synchronization=synchronization, aggregation=aggregation)  # fmt: skip
    if _state.store is not None:
        _state.store[name] = made
        eager.add_to_collection(eager.GraphKeys.GLOBAL_VARIABLES, made)
        if made.trainable:
            eager.add_to_collection(eager.GraphKeys.TRAINABLE_VARIABLES, made)
    if regularizer is not None and regularizer(made) is not None:
        eager.add_to_collection(eager.GraphKeys.REGULARIZATION_LOSSES, _Later(lambda: regularizer(made), name))
    return made


class _Later:
    """A tensor that is computed each time that it is asked for."""

    def __init__(self, function: Callable[[], Any], name: str) -> None:
        self._function = function
        self.name = f"{name}/Regularizer"

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return convert_to_tensor(self._function(), dtype)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__tf_tensor__(), name)

    def __add__(self, other: Any) -> Any:
        return self.__tf_tensor__() + other

    def __radd__(self, other: Any) -> Any:
        return other + self.__tf_tensor__()

    def __mul__(self, other: Any) -> Any:
        return self.__tf_tensor__() * other

    __rmul__ = __mul__


def no_regularizer(_: Any) -> None:
    """No loss, in place of that of the scope."""


# --- templates -------------------------------------------------------------------------------------------------------


class _Template(Trackable):
    """A function whose variables of `get_variable` are the same each time that it is called."""

    def __init__(self, name: str, function: Callable[..., Any], custom_getter: Any, now: bool) -> None:
        self._default, self._function, self._getter = name, function, custom_getter
        self._scope: VariableScope | None = None
        self._store: dict[str, Any] = {}
        self._created = False
        if now:
            with variable_scope(None, name, custom_getter=custom_getter) as self._scope:
                pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        scope = variable_scope(self._scope, self._default, custom_getter=None if self._scope else self._getter)
        with scope as entered:
            self._scope = self._scope or entered
            outer, _state.store = _state.store, self._store
            try:
                before = len(self.trainable_variables)
                result = self._function(*args, **kwargs)
                if self._created and len(self.trainable_variables) != before:
                    raise ValueError(
                        "Trainable variable created when calling a template after the first time, perhaps you used "
                        f"tf.Variable when you meant tf.get_variable: {self.trainable_variables[before:]}"
                    )
            finally:
                _state.store = outer
            self._created = True
            return result

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        start = f"{self.name}/"
        own = {name.removeprefix(start): v for name, v in self._store.items()}
        return {**super()._trackable_children(save_type, **kwargs), **own}

    @property
    def name(self) -> str:
        return self._scope.name if self._scope else self._default

    @property
    def func(self) -> Callable[..., Any]:
        return self._function

    @property
    def variable_scope(self) -> VariableScope | None:
        return self._scope

    var_scope = variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        return self._scope.name if self._scope else None

    @property
    def variables(self) -> list[Any]:
        return sorted(self._store.values(), key=lambda v: v.name)

    weights = global_variables = variables

    @property
    def trainable_variables(self) -> list[Any]:
        return [v for v in self.variables if v.trainable]

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        return [v for v in self.variables if not v.trainable]

    non_trainable_weights = non_trainable_variables

    @property
    def local_variables(self) -> list[Any]:
        return []


def make_template(name_: str, func_: Callable[..., Any], create_scope_now_: bool = False, unique_name_: Any = None,
                  custom_getter_: Any = None, **kwargs: Any) -> Any:  # fmt: skip
    """A function that makes its variables of `get_variable` when it is first called, and uses them from then on.

    Args:
      name_: the name of the scope of its variables; a number is added if there was one of it.
      func_: the function.
      create_scope_now_: whether its scope is opened now, or at the first call.
      custom_getter_: see `get_variable`.
      **kwargs: arguments that `func_` is always given.

    >>> import gradtape as tf
    >>> def layer(x):
    ...     w = tf.compat.v1.get_variable("w", [2, 1], initializer=tf.compat.v1.ones_initializer())
    ...     return x @ w
    >>> layer = tf.compat.v1.make_template("layer", layer)
    >>> layer(tf.ones([1, 2])).numpy(), layer(tf.zeros([1, 2])).numpy(), [v.name for v in layer.variables]
    (array([[2.]], dtype=float32), array([[0.]], dtype=float32), ['layer/w:0'])
    """
    if unique_name_ is not None:
        raise ValueError("unique_name_ cannot be used when eager execution is enabled.")
    return _Template(name_, functools.partial(func_, **kwargs) if kwargs else func_, custom_getter_, create_scope_now_)


# --- all of them -----------------------------------------------------------------------------------------------------


def variables_initializer(var_list: Any, name: str = "init") -> None:
    """Nothing: a variable has its value when it is made."""


initialize_variables = variables_initializer


def global_variables_initializer() -> None:
    """Nothing: a variable has its value when it is made."""


initialize_all_variables = initialize_local_variables = local_variables_initializer = global_variables_initializer


def is_variable_initialized(variable: Any) -> Any:
    """A true tensor: a variable has its value when it is made."""
    return variable.is_initialized()


def assert_variables_initialized(var_list: Any = None) -> None:
    """Nothing: a variable has its value when it is made."""


def report_uninitialized_variables(var_list: Any = None, name: str = "report_uninitialized_variables") -> Any:
    """The names of variables without a value: none."""
    return convert_to_tensor([], "string")


def _in_collection(key: str) -> Callable[..., list[Any]]:
    def variables(scope: str | None = None) -> list[Any]:
        return eager.get_collection(key, scope)

    variables.__doc__ = (
        f"What is in the collection {key!r}. Only variables of templates are put there: a program keeps others "
        f"itself, or "
        "as attributes of a `tf.Module`, which gives them as `module.trainable_variables`."
    )
    return variables


all_variables = global_variables = _in_collection(eager.GraphKeys.GLOBAL_VARIABLES)
local_variables = _in_collection(eager.GraphKeys.LOCAL_VARIABLES)
model_variables = _in_collection(eager.GraphKeys.MODEL_VARIABLES)
moving_average_variables = _in_collection(eager.GraphKeys.MOVING_AVERAGE_VARIABLES)
trainable_variables = _in_collection(eager.GraphKeys.TRAINABLE_VARIABLES)
