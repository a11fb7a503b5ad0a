"""Functions with a derivative of their own: `custom_gradient`, `grad_pass_through`."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..values import nest
from ..values.composite import elements_of, is_among, with_elements
from ..values.convert import convert_to_tensor, pack
from ..values.symbolic import is_symbolic
from ..values.tensor import Tensor, variable_of, wrap
from ..values.thread import current
from ..values.variable import ResourceVariable
from .cotangents import full_like, operations, shape_of
from .recording import Recording, enter, select, watching
from .rules import Plan, Rules

__all__ = ["custom_gradient", "grad_pass_through"]


class VariableWatcher(Recording):
    """A recording that only notes which trainable variables are read."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        self.follows = False


@functools.cache
def plan_of(name: str) -> Plan:
    """The plan of functions called `name`, of which each call saves its own rule: `rule(g)` gives all cotangents."""
    rules = Rules(name, ("xs",), ("rule",), variadic=True, holomorphic=False)
    rules.vjp(xs=lambda g, rule: rule(g))
    return Plan(rules, 1)


def record_custom(
    name: str,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    rule: Callable[[Any], Sequence[Any]],
    traced: bool = False,
) -> list[Tensor]:
    """The `outputs`, which were computed from `inputs`, as those of an operation `name` that has its own derivative.

    Args:
      rule: the derivative, by the contract of variadic primitives; `g` is a list unless there is just one output.
      traced: whether the function that is being traced, if one is, knows of it already.
    """
    trace = current.thread.trace
    if trace is not None and not traced and any(map(is_symbolic, outputs)):
        outputs = trace.custom(name, inputs, outputs, rule)
    nodes = tuple(x._node for x in inputs)
    arrays = [x._array for x in outputs]
    recordings = watching(nodes, current.thread.recordings)
    if not recordings:  # as in TensorFlow, tapes see what it computed of what it took from around it
        return [operations.read(x) for x in outputs]
    current.thread.quietly(list, outputs)  # for forward mode, which looks at what operations make
    node = enter(recordings, plan_of(name), nodes, rule)
    if len(arrays) == 1:
        return [wrap(arrays[0], node)]
    return [wrap(a, select(node, i, len(arrays))) for i, a in enumerate(arrays)]


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorates a function that gives its result and the function of its gradient.

    Args:
      f: `f(*args, **kwargs)` gives `(result, grad_fn)`. `grad_fn(*upstream)` takes a cotangent for each tensor of
        `result` and gives one for each tensor among `args` (None for none). Where `f` reads trainable variables that
        are not arguments, `grad_fn` also takes `variables=`, a list of them, and gives two things: the arguments'
        cotangents, and a list of the variables'. What it computes is recorded by tapes around it: that makes second
        derivatives.

    Returns:
      A function of the same arguments that gives `result`.

    Raises:
      TypeError: if `f` reads variables and `grad_fn` takes no `variables`.
      ValueError: if `grad_fn` gives another number of cotangents than there are inputs.

    >>> import gradtape as tf
    >>> @tf.custom_gradient
    ... def log1pexp(x):
    ...     e = tf.exp(x)
    ...     return tf.math.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))
    >>> x = tf.constant(100.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = log1pexp(x)
    >>> tape.gradient(y, x).numpy()
    np.float32(1.0)
    """
    if f is None:
        return custom_gradient

    return _Decorated(f)


class _Decorated:
    """A decorated function. As an attribute of a class it is a method, whose `self` is no input."""

    def __init__(self, f: Callable[..., Any]) -> None:
        functools.update_wrapper(self, f)
        self._f = f

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else _Decorated(self._f.__get__(instance, owner))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any(variable_of(x) is not x for x in nest.flatten((args, kwargs))):
            args, kwargs = nest.map_structure(_value_of, (args, kwargs))
        watcher = VariableWatcher()
        thread = current.thread
        recordings = thread.recordings
        try:
            watcher.start()
            result, grad_fn = self._f(*args, **kwargs)
        finally:
            thread.recordings = recordings
        if not callable(grad_fn):
            raise TypeError(
                "A function under @tf.custom_gradient must return its result and the function of its gradient, and "
                f"{getattr(self._f, '__name__', 'this one')} returned a {type(grad_fn).__name__} for that: an "
                "unsupported callable."
            )
        leaves = [elements_of(x) for x in nest.flatten(args)]
        given = [x.handle for x in (*leaves, *nest.flatten(kwargs)) if isinstance(x, ResourceVariable)]
        variables = [v for v, _ in watcher.variables.values() if v.handle not in given]
        if variables and not _takes_variables(grad_fn):
            raise TypeError(
                "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since the function uses "
                f"variables: {variables}"
            )
        wholes = nest.flatten(result)
        outputs = [convert_to_tensor(elements_of(x)) for x in wholes]
        of_outputs = _of_composites(grad_fn, wholes) if is_among(wholes) else grad_fn
        made = _record(getattr(self._f, "__name__", "custom"), leaves, variables, outputs, of_outputs)
        return nest.pack_sequence_as(result, list(map(with_elements, wholes, made)))


def _value_of(x: Any) -> Any:
    """The value of what stands for a variable, as it is read: it may be cast."""
    return x if variable_of(x) is x else convert_to_tensor(x)


def _of_composites(grad_fn: Callable[..., Any], outputs: Sequence[Any]) -> Callable[..., Any]:
    """`grad_fn`, given the cotangents of `outputs` as what these are."""

    def function(*upstream: Any, **variables: Any) -> Any:
        return grad_fn(*map(with_elements, outputs, upstream), **variables)

    return function


def _takes_variables(grad_fn: Any) -> bool:
    import inspect

    parameters = inspect.signature(grad_fn).parameters.values()
    return any(p.kind is p.VAR_KEYWORD or p.name == "variables" for p in parameters)


def _record(
    name: str,
    leaves: list[Any],
    variables: list[ResourceVariable],
    outputs: Sequence[Tensor],
    grad_fn: Callable[..., Any],
) -> list[Tensor]:
    """The outputs as values of their own, whose derivative is `grad_fn`."""
    given = [x for x in leaves if isinstance(x, Tensor | ResourceVariable)]
    inputs = [convert_to_tensor(x) for x in (*given, *variables)]
    arrays = tuple(x._array for x in outputs)
    several = len(outputs) != 1

    def cotangents(*upstream: Any) -> list[Any]:
        if not variables:
            return _of_inputs(grad_fn(*upstream), leaves)
        of_inputs, of_variables = grad_fn(*upstream, variables=variables)
        of_variables = nest.flatten(of_variables)
        if len(of_variables) != len(variables):
            raise ValueError(f"Must return gradient for each variable from @custom_gradient grad_fn: {variables}.")
        return [*_of_inputs(of_inputs, leaves), *of_variables]

    def rule(g: Any) -> list[Any]:
        gs = g if several else [g]
        raw = not any(isinstance(x, Tensor) for x in gs)
        lead = max(x.ndim - a.ndim for x, a in zip(gs, arrays, strict=True) if x is not None)
        found = along_rows(lambda gs: cotangents(*map(filled, gs, arrays)), gs, lead)
        return [None if c is None else c._array if raw else c for c in found]

    def filled(g: Any, array: Any) -> Tensor:
        return full_like(array, 0) if g is None else convert_to_tensor(g)

    return record_custom(name, inputs, outputs, rule)


def along_rows(f: Callable[[list[Any]], list[Any]], gs: Sequence[Any], lead: int) -> list[Any]:
    """`f`, of cotangents without leading axes, applied to `gs`, which have `lead` of them, for one row at a time.

    Args:
      f: takes a list of cotangents, and gives a list of tensors. In both, None is for zeros.
    """
    if not lead:
        return f(list(gs))
    given = [i for i, g in enumerate(gs) if g is not None]
    places: list[bool] = []

    def on(row: Sequence[Any]) -> list[Any]:
        parts: list[Any] = [None] * len(gs)
        for i, g in zip(given, row, strict=True):
            parts[i] = g
        found = along_rows(f, parts, lead - 1)
        places[:] = [c is not None for c in found]
        return [c for c in found if c is not None]

    whole = [gs[i] for i in given]
    length = shape_of(whole[0])[0]
    if any(map(is_symbolic, whole)):
        trace = current.thread.trace
        made = trace.over_rows(lambda _, row: ((), on(row)), (), whole, length, "custom_gradient")[1]
    elif length:
        found = [on([g[i] for g in whole]) for i in range(length)]
        made = [pack(list(column), None) for column in zip(*found, strict=True)]
    else:
        like = on([np.zeros(shape_of(g)[1:], getattr(g, "_array", g).dtype) for g in whole])
        made = [full_like(c._array, 0, (0,)) for c in like]
    rows = iter(made)
    return [next(rows) if there else None for there in places]


def _of_inputs(found: Any, leaves: list[Any]) -> list[Any]:
    """The cotangents that `grad_fn` gave, of those arguments that are tensors."""
    flat = [elements_of(c) for c in nest.flatten(found)]
    if len(flat) != len(leaves):
        raise ValueError(
            f"custom_gradient function expected to return {len(leaves)} gradients, but returned {len(flat)}."
        )
    pairs = zip(flat, leaves, strict=True)
    return [None if c is None else convert_to_tensor(c) for c, x in pairs if isinstance(x, Tensor | ResourceVariable)]


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function that computes what `f` does, and whose derivative is the identity's.

    >>> import gradtape as tf
    >>> x = tf.constant(1.6)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = tf.grad_pass_through(tf.round)(x)
    >>> y.numpy(), tape.gradient(y, x).numpy()
    (np.float32(2.0), np.float32(1.0))
    """

    @custom_gradient
    def identity_gradient(*args: Any, **kwargs: Any) -> Any:
        def grad(*upstream: Any, variables: Any = None) -> Any:
            one = upstream[0] if len(upstream) == 1 else list(upstream)
            return one if variables is None else (one, [None] * len(variables))

        return f(*args, **kwargs), grad

    return functools.wraps(f)(identity_gradient)
