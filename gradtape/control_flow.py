"""Functional control flow, run eagerly: `cond`, `case`, `switch_case`, `while_loop`, `map_fn`, `scan` and folds.

A program that runs eagerly needs none of it: Python's own `if`, `while` and `for` say the same, and a tape follows
them. These are for programs that are written with them.
"""

import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from . import mapping
from .array.creation import zeros
from .array.joining import concat, stack, unstack
from .array.shape import identity_p
from .operations import reading
from .tensor_array import TensorArray
from .values import nest
from .values.composite import CompositeTensor
from .values.convert import convert_to_tensor
from .values.dtypes import DType
from .values.errors import OutOfRangeError, invalid
from .values.settings import setting
from .values.symbolic import checked, common_length, computation, is_symbolic
from .values.tensor import EagerTensor, Tensor
from .values.thread import current
from .values.type_spec import TypeSpec, dtype_of
from .values.variable import ResourceVariable

__all__ = [
    "case", "cond", "control_dependencies", "foldl", "foldr", "group", "init_scope", "map_fn", "no_op", "scan",
    "switch_case",
    "while_loop",
]  # fmt: skip


def _callable(name: str, function: Any) -> Any:
    if not callable(function):
        raise TypeError(f"{name!r} must be callable, got {function!r}.")
    return function


def _truth(value: Any) -> bool:
    """Whether `value` is true, as the condition of a branch or loop."""
    return bool(convert_to_tensor(value))


# --- branches --------------------------------------------------------------------------------------------------------


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What `true_fn()` returns if `pred` is true, else what `false_fn()` returns; the other is not called.

    Args:
      pred: one boolean: a tensor, variable, or Python or NumPy value.

    Raises:
      TypeError: if a function is missing, or is not callable.
      ValueError: if `pred` is more than one value.

    >>> import gradtape as tf
    >>> x = tf.constant(3.0)
    >>> tf.cond(x > 1.0, lambda: x * x, lambda: -x)
    <tf.Tensor: shape=(), dtype=float32, numpy=9.0>
    """
    for argument, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if function is None:
            raise TypeError(f"cond(): {argument!r} argument required")
        _callable(argument, function)
    if is_symbolic(pred):
        return current.thread.trace.branches(pred, [false_fn, true_fn], "cond")
    return _taken(true_fn if _truth(pred) else false_fn)


def _taken(function: Any) -> Any:
    """What the branch returns that is taken in any case; in a function, as tensors of its own, as all branches do."""
    made = function()
    if current.thread.trace is None:
        return made
    return nest.map_structure(lambda x: identity_p(x) if isinstance(x, Tensor) else x, made)


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first true predicate returns, or else what `default()` returns.

    Args:
      pred_fn_pairs: pairs of a boolean scalar tensor and a function of no arguments.
      default: a function for when no predicate is true.
      exclusive: whether TensorFlow's graphs may assume at most one to be true; the first one is taken in any case.

    Raises:
      InvalidArgumentError: if no predicate is true, and there is no default.
      TypeError: if a pair is not one, a predicate is no boolean tensor, or a function is not callable.
      ValueError: if there are no pairs.
    """
    if isinstance(pred_fn_pairs, Mapping):
        raise ValueError("Unordered dictionaries are not supported for the 'pred_fn_pairs' argument: give pairs.")
    if not isinstance(pred_fn_pairs, list | tuple):
        raise TypeError(f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pred_fn_pairs)}")
    if not pred_fn_pairs:
        raise ValueError("'pred_fn_pairs' must hold at least one pair of a predicate and a function.")
    for pair in pred_fn_pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair!r}.")
        if not isinstance(pair[0], Tensor | ResourceVariable):
            raise TypeError(f"pred must be a Tensor, got: {pair[0]!r}")
        if not pair[0].dtype.is_bool:
            raise TypeError(f"pred must be of type bool, got {pair[0].dtype.name}")
        _callable("fn", pair[1])
    if default is not None:
        _callable("default", default)
    for i, (pred, function) in enumerate(pred_fn_pairs):
        if is_symbolic(pred):
            rest = pred_fn_pairs[i + 1 :]
            otherwise = default or functools.partial(_unmatched, pred, function)
            return cond(pred, function, functools.partial(case, rest, default) if rest else otherwise)
        if _truth(pred):
            return _taken(function)
    if default is None:
        _none_is_true(False)
    return _taken(default)


def _unmatched(pred: Tensor, function: Callable[[], Any]) -> Any:
    """The branch of `case` when not even the last `pred` is true."""
    checked(_none_is_true, pred._array)
    return function()


@computation
def _none_is_true(last: Any) -> None:
    if not last:
        raise invalid("Assert", "None of the conditions evaluated as True, and there is no default.")


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str = "switch_case"
) -> Any:
    """What the function number `branch_index` returns.

    Args:
      branch_index: a scalar tensor of an integer dtype.
      branch_fns: functions of no arguments, pairs (index, function), or a dict from index to function.
      default: for an index out of range; by default the function of the greatest index.

    Raises:
      TypeError: if `branch_index` is no integer tensor, or a branch is not callable.
      ValueError: if there are no branches, or their indices are not 0, 1, ...

    >>> import gradtape as tf
    >>> tf.switch_case(tf.constant(1), [lambda: tf.constant("a"), lambda: tf.constant("b")]).numpy()
    b'b'
    """
    if not isinstance(branch_index, Tensor | ResourceVariable):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype!r}")
    if not isinstance(branch_fns, list | tuple | Mapping):
        raise TypeError("'branch_fns' must be a list, tuple, or dict")
    if not branch_fns:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    pairs = list(branch_fns.items()) if isinstance(branch_fns, Mapping) else list(branch_fns)
    if all(callable(function) for function in pairs):
        pairs = list(enumerate(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {pair!r}.")
        if not isinstance(pair[0], int):
            raise TypeError(f"key must be a Python `int`, got {type(pair[0])}")
        _callable(f"fn for key {pair[0]}", pair[1])
    keys = sorted(key for key, _ in pairs)
    if keys != list(range(len(keys))):
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(keys)}) but found "
            f"{{{','.join(map(str, keys))}}}"
        )
    branches = dict(pairs)
    if default is None:
        default = branches[keys[-1]]
    index = convert_to_tensor(branch_index)
    if index.ndim:
        raise invalid("SwitchCase", f"'branch_index' must be a scalar, but has shape {index.shape}")
    if is_symbolic(index):
        functions = [*(branches[k] for k in keys), _callable("default", default)]
        return current.thread.trace.branches(index, functions, "switch_case")
    return _taken(branches.get(int(index), _callable("default", default)))


# --- loops -----------------------------------------------------------------------------------------------------------


def _no_back_prop(result: Any, back_prop: bool) -> Any:
    """TensorFlow takes `back_prop=False` no more seriously than this, when it runs eagerly."""
    if not back_prop:
        warnings.warn("back_prop=False has no effect; use tf.stop_gradient on the results.", DeprecationWarning, 3)
    return result


def _check_parallel(parallel_iterations: Any, least: int = 1) -> None:
    if parallel_iterations is not None and parallel_iterations < least:
        raise TypeError(f"'parallel_iterations' must be a positive integer, got {parallel_iterations!r}.")


def _checked_body(body: Callable[..., Any], count: int) -> Callable[..., Any]:
    def checked(*loop_vars: Any) -> Any:
        found = body(*loop_vars)
        if not isinstance(found, list | tuple):
            if count == 1 and current.thread.trace is not None:
                return [found]
            raise TypeError(
                f"'body' must return a list or tuple with the {count} new 'loop_vars', and it returned a "
                f"{type(found).__name__}. For one variable, return a tuple of it: (x,)."
            )
        return found

    return checked


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """`loop_vars = body(*loop_vars)`, as long as `cond(*loop_vars)` is true.

    Args:
      cond: gives a boolean scalar.
      body: gives a list or tuple like `loop_vars`.
      loop_vars: a list or tuple of tensors, numbers or variables, which may be nested.
      shape_invariants: for TensorFlow's graphs; shapes may change here.
      maximum_iterations: an integer scalar: stop after so many at the latest.

    Returns:
      The last `loop_vars`, as tensors; a `TensorArray` stays what it is.

    Raises:
      TypeError: if `cond` or `body` is not callable, or `body` gives no list or tuple.
      ValueError: without `loop_vars`, or if what `body` gives is not structured like them.

    >>> import gradtape as tf
    >>> i, x = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (tf.constant(0), tf.constant(1.0)))
    >>> float(x)
    8.0
    """
    _callable("cond", cond)
    _callable("body", body)
    _check_parallel(parallel_iterations)
    if not isinstance(loop_vars, Sequence) or not loop_vars:
        raise ValueError("'loop_vars' must be provided: a list or tuple of the values that the loop changes.")
    trace = current.thread.trace
    limit = None
    if maximum_iterations is not None:
        maximum = convert_to_tensor(maximum_iterations)
        if maximum.ndim:
            raise ValueError(f"'maximum_iterations' must be a scalar. Received shape: {maximum.shape}")
        limit = int(maximum) if trace is None else maximum
    if trace is not None:
        return _no_back_prop(
            trace.loop(cond, _checked_body(body, len(loop_vars)), loop_vars, limit, shape_invariants), back_prop
        )
    count = 0
    while (limit is None or count < limit) and _truth(cond(*loop_vars)):
        found = _checked_body(body, len(loop_vars))(*loop_vars)
        nest.assert_same_structure(list(loop_vars), list(found))
        loop_vars = found
        count += 1
    keep = lambda x: x if isinstance(x, TensorArray | CompositeTensor) else reading.convert_to_tensor(x)
    return _no_back_prop(nest.map_structure(keep, loop_vars), back_prop)


def _tensors(elems: Any, what: str) -> tuple[Any, int]:
    """`elems` as tensors, and the length that they have along their first axes."""
    elems = nest.map_structure(convert_to_tensor, elems)
    tensors = nest.flatten(elems)
    if not tensors:
        raise ValueError(
            f"elems must be a Tensor or (possibly nested) sequence of Tensors. Got {elems!r}, which holds none."
        )
    if any(not x.ndim for x in tensors):
        raise ValueError(f"Elements in elems must be 1+ dimensional Tensors, not scalars; {what} goes along axis 0.")
    return elems, common_length(what, [x._array.shape[0] for x in tensors])


def _rows(elems: Any) -> list[Any]:
    """`elems` cut along their first axes: a list of structures like `elems`."""
    columns = [unstack(x) for x in nest.flatten(elems)]
    return [nest.pack_sequence_as(elems, list(row)) for row in zip(*columns, strict=True)]


def _check_element(value: EagerTensor, dtype: DType) -> None:
    if value.dtype is not dtype:
        raise invalid("TensorListStack", f"TensorArray dtype is {dtype.name} but Op is trying to write dtype "
                      f"{value.dtype.name}; say what the function returns with fn_output_signature")  # fmt: skip


def _stack(values: list[EagerTensor], dtype: DType) -> EagerTensor:
    """The results of the calls, which must agree in dtype and shape, stacked."""
    for value in values:
        _check_element(value, dtype)
        if value.shape != values[0].shape:
            raise ValueError(f"Incompatible shape for value ({value.shape}), expected ({values[0].shape})")
    return stack(values)


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """The results of `fn` on each of `elems[0], elems[1], ...`, stacked.

    Args:
      fn: takes one element, or a structure of elements, and returns a tensor or a structure of tensors.
      elems: a tensor of shape `(n, ...)`, a SparseTensor or a RaggedTensor, or a nested structure of these.
      fn_output_signature: the dtypes of what `fn` returns, in its structure; by default those of `elems`. A
        `tf.RaggedTensorSpec` makes rows of a RaggedTensor of results, whose lengths then may differ, and a
        `tf.SparseTensorSpec` those of a SparseTensor.

    Returns:
      Tensors of shapes `(n, ...)`, in the structure that `fn` returns.

    Raises:
      InvalidArgumentError: if `fn` returns another dtype.
      TypeError: if `fn` is not callable.
      ValueError: if `elems` are empty, scalars, or of different lengths; if the results differ in shape, or are not
        structured as `fn_output_signature` or `elems`.

    >>> import gradtape as tf
    >>> tf.map_fn(lambda row: tf.reduce_sum(row), tf.constant([[1, 2], [3, 4]])).numpy()
    array([3, 7], dtype=int32)
    """
    _callable("fn", fn)
    _check_parallel(parallel_iterations, 0)
    signature = dtype if fn_output_signature is None else fn_output_signature
    if mapping.is_for(elems, signature):
        return _no_back_prop(mapping.mapped(fn, elems, signature, _stack), back_prop)
    elems, length = _tensors(elems, "map_fn")
    if signature is None:
        signature = nest.map_structure(lambda x: x.dtype, elems)
    specs = nest.flatten(signature)
    dtypes = [dtype_of(spec) for spec in specs]

    def results_of(row: Any) -> list[EagerTensor]:
        out = fn(row)
        nest.assert_same_structure(signature, out)
        return [convert_to_tensor(x, dtype_hint=wanted) for x, wanted in zip(nest.flatten(out), dtypes, strict=True)]

    trace = current.thread.trace
    if trace is not None:
        _, made = trace.over_rows(lambda state, row: ((), results_of(row)), (), elems, length, "map_fn")
        for x, wanted in zip(made, dtypes, strict=True):
            _check_element(x, wanted)
        return _no_back_prop(nest.pack_sequence_as(signature, made), back_prop)
    results: list[list[EagerTensor]] = [[] for _ in specs]
    for row in _rows(elems):
        for column, value in zip(results, results_of(row), strict=True):
            column.append(value)
    stacked = []
    for column, spec, wanted in zip(results, specs, dtypes, strict=True):
        shape = spec.shape if isinstance(spec, TypeSpec) else None
        if shape is not None and column and not shape.is_compatible_with(column[0].shape):
            raise ValueError(f"Incompatible shape for value ({column[0].shape}), expected ({shape})")
        empty = [0, *(n or 0 for n in shape)] if shape is not None and shape.rank is not None else [0]
        stacked.append(_stack(column, wanted) if column else zeros(empty, wanted))
    return _no_back_prop(nest.pack_sequence_as(signature, stacked), back_prop)


def _accumulate(fn: Any, elems: Any, initializer: Any, what: str, backwards: bool = False) -> tuple[Any, Any]:
    """The last result of an accumulation, and all results, stacked in the order of the elements."""
    _callable("fn", fn)
    elems, length = _tensors(elems, what)
    trace = current.thread.trace
    if initializer is None:
        if length == 0:
            raise OutOfRangeError(None, None, f"{what} of no elements needs an initializer.")
        at, rest = (-1, slice(None, -1)) if backwards else (0, slice(1, None))
        first = nest.map_structure(lambda x: x[at], elems)
        elems, length = nest.map_structure(lambda x: x[rest], elems), length - 1
    else:
        first = nest.map_structure(reading.convert_to_tensor, initializer)

    def step(total: Any, row: Any) -> Any:
        out = fn(total, row)
        nest.assert_same_structure(first, out)
        return nest.map_structure(convert_to_tensor, out)

    if trace is not None:
        last, stacked = trace.over_rows(lambda a, row: (step(a, row),) * 2, first, elems, length, what, backwards)
        if initializer is None:
            join = (
                (lambda x, rows: concat([rows, x[None]], 0))
                if backwards
                else lambda x, rows: concat([x[None], rows], 0)
            )
            stacked = nest.map_structure(join, first, stacked)
        return last, stacked
    rows = _rows(elems)
    last, results = first, [first] if initializer is None else []
    for row in reversed(rows) if backwards else rows:
        last = step(last, row)
        results.append(last)
    return last, results[::-1] if backwards else results


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The running results `a = fn(a, elem)` over `elems[0], elems[1], ...`, stacked.

    Args:
      fn: takes what has come so far and one element (or a structure of elements), and returns the next result.
      elems: a tensor of shape `(n, ...)`, or a nested structure of these.
      initializer: what to begin with; by default the first element, which is then the first result.
      reverse: go from the last element to the first; results stand where their elements do.

    Returns:
      Tensors of shapes `(n, ...)`, in the structure of the results.

    Raises:
      InvalidArgumentError: if the results change their dtype.
      OutOfRangeError: if there are no elements, and no initializer.
      TypeError: if `fn` is not callable.
      ValueError: if `elems` are scalars or of different lengths, or results change their structure or shape.

    >>> import gradtape as tf
    >>> tf.scan(lambda a, x: a + x, tf.constant([1, 2, 3])).numpy()
    array([1, 3, 6], dtype=int32)
    """
    _check_parallel(parallel_iterations)
    last, results = _accumulate(fn, elems, initializer, "scan", reverse)
    if current.thread.trace is None:
        columns = zip(*map(nest.flatten, results), strict=True) if results else [()] * len(nest.flatten(last))
        stacked = [
            _stack(list(column), x.dtype) if column else zeros([0, *x.shape], x.dtype)
            for x, column in zip(nest.flatten(last), columns, strict=True)
        ]
        results = nest.pack_sequence_as(last, stacked)
    return _no_back_prop(results, back_prop)


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last of the results `a = fn(a, elem)` over `elems[0], elems[1], ...`.

    Args:
      fn: takes what has come so far and one element (or a structure of elements), and returns the next result.
      elems: a tensor of shape `(n, ...)`, or a nested structure of these.
      initializer: what to begin with; by default the first element.

    Raises:
      OutOfRangeError: if there are no elements, and no initializer.
      TypeError: if `fn` is not callable.
      ValueError: if `elems` are scalars or of different lengths, or results change their structure.

    >>> import gradtape as tf
    >>> int(tf.foldl(lambda a, x: a * 10 + x, tf.constant([1, 2, 3])))
    123
    """
    return _no_back_prop(_accumulate(fn, elems, initializer, "foldl")[0], back_prop)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As `foldl`, from the last element to the first.

    >>> import gradtape as tf
    >>> int(tf.foldr(lambda a, x: a * 10 + x, tf.constant([1, 2, 3])))
    321
    """
    return _no_back_prop(_accumulate(fn, elems, initializer, "foldr", backwards=True)[0], back_prop)


# --- order, which is that of the program -----------------------------------------------------------------------------


def group(*inputs: Any, name: str | None = None) -> None:
    """Does nothing: what is given has been computed already."""


def no_op(name: str | None = None) -> None:
    """Does nothing."""


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """A context outside of the `tf.function` that is being traced, and of tapes: what is done in it is done now, once.

    >>> import gradtape as tf
    >>> @tf.function
    ... def f(x):
    ...     with tf.init_scope():
    ...         print(tf.executing_eagerly(), tf.constant(2.0).numpy())
    ...     return x
    >>> f(tf.constant(1.0)).numpy()
    True 2.0
    np.float32(1.0)
    """
    with setting(current.thread, trace=None, recordings=()):
        yield


def control_dependencies(control_inputs: Any) -> contextlib.AbstractContextManager[None]:
    """A context that does nothing: what is given has been computed already."""
    return contextlib.nullcontext()
