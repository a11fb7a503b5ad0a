"""`Variable`: a named value that changes by assignment. All reads of one variable add to one gradient on a tape."""

import contextlib
import enum
import functools
import inspect
import itertools
import math
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..engine import numpy as engine
from . import naming
from .claims import Claimed
from .convert import convert_to_tensor
from .dtypes import DType, as_dtype
from .errors import invalid
from .indexed_slices import IndexedSlices
from .shape import TensorShape, as_shape
from .symbolic import computation, computed
from .tensor import EagerTensor, Reference, Tensor, TensorLike, value_repr, wrap
from .thread import Local, current
from .trackable import Trackable


class VariableSynchronization(enum.Enum):
    """When a distributed variable is synchronised. One process has nothing to synchronise."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How the copies of a distributed variable are aggregated."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


_watched: Callable[[Any, Any, Any], EagerTensor]  # what is read while tapes look on; given by the room of tapes
_read: Callable[[Any], EagerTensor]


def set_reading(watched: Callable[[Any, Any, Any], EagerTensor], read: Callable[[Any], EagerTensor]) -> None:
    """Give `watched(variable, array, recordings)`, the tensor of a read, and `read(tensor)`, a reading operation."""
    global _watched, _read
    _watched, _read = watched, read


_serial = itertools.count().__next__


class Handle(Claimed):
    """The storage of a variable; its identity is the variable's, and its `serial` says which was made first.

    `array` has the variable's shape and dtype; whoever wants its numbers asks `local()`, since they may be on a device,
    or just being written. Who changes the array according to what it was is the variable's `owner` until it is done,
    and anybody else who wants to change it waits. A reader waits only while the array is written in place, when `array`
    is the handle itself and the array is `held`.
    """

    __slots__ = ("array", "held", "serial")

    def __init__(self, array: Any) -> None:
        self.array = array
        self.held: Any = None
        self.owner = None
        self.serial = _serial()

    @property
    def form(self) -> Any:
        """The array, to look at its shape and dtype."""
        while True:
            array = self.array
            array = self.held if array is self else array
            if array is not None:
                return array

    # As `array` has them, while it is this.
    shape = property(lambda self: self.form.shape)
    dtype = property(lambda self: self.form.dtype)
    ndim = property(lambda self: self.form.ndim)

    # --- reading -------------------------------------------------------------------------------------------------

    def local(self) -> Any:
        """The array, as NumPy's."""
        while True:
            array = self.array
            if isinstance(array, np.ndarray | np.generic):
                return array
            if array is self:
                held, owner = self.held, self.owner
                if owner is None or owner.of is None:  # it was interrupted
                    if self.array is self:
                        self.array = held
                elif owner.of == current.thread.claim.of:  # and here something is called in the midst of it
                    return held.copy()
                else:
                    self.wait(current.thread.claim)
                continue
            try:
                here = np.asarray(array)
            except RuntimeError:  # its memory was given away to what is computed now
                if self.array is array and not self._is_claimed_elsewhere():
                    raise
                self.wait(current.thread.claim)
                continue
            if self.array is array:
                self.array = here
            return here

    def whole(self) -> Any:
        """The array, wherever it is."""
        array = self.array
        return self.local() if array is self else array

    def _is_claimed_elsewhere(self) -> bool:
        owner = self.owner
        return owner is not None and owner.of not in (None, current.thread.claim.of)

    # --- changing ------------------------------------------------------------------------------------------------

    def put(self, array: Any) -> None:
        """Replace the array, whatever it was, when nobody else is changing it."""
        while self.wait(current.thread.claim):
            owner = self.owner
            if owner is None or owner.of is None:
                break
        self.array = array

    def update(self, function: Callable[[Any, Any, Any], Any], delta: Any) -> None:
        """Replace the array by `function(array, delta, out)`, as one step between threads. It is to give `out`, which
        is `array` where no tensor, tape or view holds it; or else `out` is None, and it gives a new array.
        """
        thread = current.thread
        run = thread.run
        claim = thread.claim
        while True:
            owner = self.owner
            if owner is None or owner.of is None:
                self.owner = claim
                break
            if not self.wait(claim):
                self._update_inside(function, delta)
                return
        try:
            while True:
                array = self.array
                if type(array) is not np.ndarray:
                    if not isinstance(array, np.generic):
                        array = self.local()
                elif array.ndim:
                    self.held = array
                    self.array = self
                    if sys.getrefcount(array) == _ALONE and array.flags.owndata:
                        try:
                            run(function, array, delta, array)
                        except RuntimeError as error:
                            engine.reentered(error, function, array, delta, array)
                        if self.array is self:
                            self.array = array
                        return
                    self.array = array
                try:
                    made = run(function, array, delta, None)
                except RuntimeError as error:
                    made = engine.reentered(error, function, array, delta, None)
                if self.array is array:  # or else something was called in the midst of this that changed it
                    self.array = made
                    return
        finally:
            if self.array is self:
                self.array = self.held
            self.held = None
            self.owner = None

    def _update_inside(self, function: Callable[[Any, Any, Any], Any], delta: Any) -> None:
        """The same in the midst of a change: between two lines of it a signal came, or it calls what changes this."""
        run = current.thread.quietly
        while True:
            array, held = self.array, self.held
            if array is self:
                run(function, held, delta, held)
                return
            array = self.local()
            made = run(function, array, delta, None)
            if self.array is array:
                self.array = made
                return

    def _references(self) -> int:
        """As `update` measures them of an array that only its handle holds."""
        array = self.array
        self.held = array
        self.array = self
        return sys.getrefcount(array)


_ALONE = Handle(np.zeros(1))._references()


class Variable(TensorLike, Trackable):
    """A value that changes by assignment: `tf.Variable(initial_value, trainable=None, name=None, dtype=None, ...)`.

    Args:
      initial_value: a tensor or what can be converted to one, or a function of no arguments that gives it.
      trainable: whether a GradientTape watches it by itself; default True.
      name: its name; `'Variable'` by default, and `:0` is appended.
      dtype: its element type, by default that of `initial_value`.
      shape: its static shape, by default that of `initial_value`; `tf.TensorShape(None)` allows any.

    Raises:
      ValueError: without an initial value, or where it does not fit `shape`.

    >>> import gradtape as tf
    >>> v = tf.Variable([1.0, 2.0], name="v")
    >>> _ = v.assign_add([1.0, 1.0])
    >>> v
    <tf.Variable 'v:0' shape=(2,) dtype=float32, numpy=array([2., 3.], dtype=float32)>
    """

    __slots__ = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Variable:
            return object.__new__(cls)
        if _creators.stack:
            return _created(args, kwargs)
        return object.__new__(ResourceVariable)


class ResourceVariable(Variable):
    """The concrete class of variables."""

    __slots__ = ("__dict__", "__weakref__", "_dtype", "_name", "_shape", "_trainable", "handle")

    __array_priority__ = 100

    handle: Handle

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        if hasattr(self, "handle"):
            return  # a creator has made it
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified, and it was None. "
                "Pass a tensor, a number, a list, a NumPy array, or a function that makes one."
            )
        if name is not None and not isinstance(name, str):
            raise ValueError(f"`name` must be a string, got {name!r} of type {type(name).__name__}.")
        if constraint is not None and not callable(constraint):
            raise ValueError(f"Argument `constraint` must be None or a callable, got {constraint!r}.")
        if synchronization is not None and type(synchronization) is not VariableSynchronization:
            raise ValueError(f"Invalid variable synchronization mode: {synchronization} for variable: {name}")
        if aggregation is not None and type(aggregation) is not VariableAggregation:
            raise ValueError(f"Invalid variable aggregation mode: {aggregation} for variable: {name}")
        trace = current.thread.trace
        if trace is not None:
            initial_value = trace.create(self, initial_value)
        if callable(initial_value) and not isinstance(initial_value, Tensor | Variable):
            initial_value = initial_value()
        value = convert_to_tensor(initial_value, dtype)
        static = value.shape if shape is None else as_shape(shape)
        if not static.is_compatible_with(value.shape):
            raise ValueError(
                f"In this `tf.Variable` creation, the initial value's shape ({value.shape}) is not compatible "
                f"with the explicitly supplied `shape` argument ({shape})."
            )
        array = value._array
        self.handle = Handle(array.copy() if isinstance(initial_value, Tensor | Variable) else array)
        self._dtype = value.dtype
        self._shape = static
        self._name = naming.scoped("Variable" if name is None else name)
        read = synchronization is VariableSynchronization.ON_READ
        self._trainable = not read if trainable is None else bool(trainable)
        if constraint is not None:
            self.__dict__["constraint"] = constraint
        if synchronization is not VariableSynchronization.AUTO:
            self.__dict__["synchronization"] = synchronization
        if aggregation is not VariableAggregation.NONE:
            self.__dict__["aggregation"] = aggregation

    # --- what it is ----------------------------------------------------------------------------------------------

    synchronization = VariableSynchronization.AUTO
    aggregation = VariableAggregation.NONE
    constraint: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        return self._name + ":0"

    @property
    def trainable(self) -> bool:
        return self._trainable

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def ndim(self) -> int:
        return np.ndim(self.handle.array)

    @property
    def device(self) -> str:
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    @property
    def _shared_name(self) -> str:
        return self._name

    @property
    def _unique_id(self) -> str:
        """A name that no other variable of this process has."""
        return f"{self._name}_{self.handle.serial}"

    def get_shape(self) -> TensorShape:
        return self._shape

    def set_shape(self, shape: Any) -> None:
        self._shape = self._shape.merge_with(shape)

    def ref(self) -> Reference:
        return Reference(self)

    def __hash__(self) -> int:
        raise TypeError(f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self})")

    def is_initialized(self, name: str | None = None) -> EagerTensor:
        return wrap(np.True_)

    # --- reading -------------------------------------------------------------------------------------------------

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> EagerTensor:
        """The value as operations read it, on every tape that watches this variable."""
        if dtype is not None and dtype is not self._dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {as_dtype(dtype).name} for Variable {self.name!r} with dtype "
                f"{self._dtype.name}. Use tf.cast(v, tf.{as_dtype(dtype).name})."
            )
        thread = current.thread
        array = self.handle.array if thread.trace is None else thread.trace.read(self)
        if type(array) is not np.ndarray and thread.trace is None:
            array = self.handle.local()
        recordings = thread.recordings
        if not recordings:
            return wrap(array)
        return _watched(self, array, recordings)

    def value(self) -> EagerTensor:
        """A tensor of the present value; later assignments do not change it."""
        return _read(self.__tf_tensor__())

    def read_value(self) -> EagerTensor:
        return self.value()

    def numpy(self) -> Any:
        """The value as a NumPy array, the caller's own."""
        return self._now().numpy()

    def _now(self) -> EagerTensor:
        """The value, for Python."""
        if current.thread.trace is not None:
            raise NotImplementedError(
                f"The value of variable {self.name!r} is not known while a tf.function is traced, so Python cannot "
                "have it: numpy() is only available when eager execution is enabled. Use it in TensorFlow operations, "
                "or tf.print to look at it."
            )
        return wrap(self.handle.local())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return self._now().__array__(dtype, copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self._now().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self._now().__dlpack_device__()

    def __bool__(self) -> bool:
        return bool(self._now())

    def __int__(self) -> int:
        return int(self._now())

    def __float__(self) -> float:
        return float(self._now())

    def __complex__(self) -> complex:
        return complex(self._now())

    def __iter__(self) -> Any:
        return iter(self.__tf_tensor__())

    # --- in checkpoints ------------------------------------------------------------------------------------------

    def _serialize_to_tensors(self) -> dict[str, Any]:
        trace = current.thread.trace
        return {"VARIABLE_VALUE": wrap(self.handle.local() if trace is None else trace.read(self))}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        value = restored_tensors["VARIABLE_VALUE"]
        if not self._shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Received incompatible tensor with shape {value.shape} when attempting to restore variable with "
                f"shape {self._shape} and name {self.name}."
            )
        self.assign(value)

    # --- assigning -----------------------------------------------------------------------------------------------

    def assign(self, value: Any, use_locking: Any = False, name: Any = None, read_value: bool = True) -> Any:
        """Replace the value.

        Args:
          value: of this variable's shape and dtype, or convertible to it.

        Returns:
          This variable (None with `read_value=False`).

        Raises:
          ValueError: if shape or dtype differ; the old value stays.
        """
        new = convert_to_tensor(value, self._dtype)
        if not self._shape.is_compatible_with(new.shape):
            raise ValueError(
                f"Cannot assign value to variable '{self.name}': Shape mismatch. The variable shape {self._shape}, "
                f"and the assigned value shape {new.shape} are incompatible."
            )
        trace = current.thread.trace
        if trace is None:
            handle = self.handle
            owner = handle.owner
            if owner is None or owner.of is None:
                handle.array = new._array
            else:
                handle.put(new._array)
        else:
            trace.assign(self, new)
        return UnreadVariable(self) if read_value else None

    def assign_add(self, delta: Any, use_locking: Any = False, name: Any = None, read_value: bool = True) -> Any:
        """Add `delta`, of this variable's shape and dtype. Raises as `assign` does, and changes nothing then."""
        if isinstance(delta, IndexedSlices):
            self.scatter_add(delta)
        else:
            self._update(np.add, "Add", delta)
        return UnreadVariable(self) if read_value else None

    def assign_sub(self, delta: Any, use_locking: Any = False, name: Any = None, read_value: bool = True) -> Any:
        """Subtract `delta`, of this variable's shape and dtype. Raises as `assign` does, and changes nothing then."""
        if isinstance(delta, IndexedSlices):
            self.scatter_sub(delta)
        else:
            self._update(np.subtract, "Sub", delta)
        return UnreadVariable(self) if read_value else None

    def _update(self, function: np.ufunc, which: str, delta: Any) -> None:
        array = convert_to_tensor(delta, self._dtype)._array
        if array.shape != self.handle.array.shape:
            raise invalid(
                f"Assign{which}VariableOp",
                f"Cannot update variable with shape {list(self.handle.array.shape)} using a Tensor with shape "
                f"{list(array.shape)}, shapes must be equal.",
            )
        trace = current.thread.trace
        if trace is None:
            self.handle.update(function, array)
        else:
            trace.update(self, which, array)

    # --- assigning to some rows or elements: what is refused changes nothing -------------------------------------

    def scatter_update(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Replace the rows at `sparse_delta.indices` by `sparse_delta.values`; of equal indices, the last counts.

        Args:
          sparse_delta: a `tf.IndexedSlices`, whose values have the dtype of this variable and the shape
            `indices.shape + shape[1:]`, or none. Equal indices count as often as they come.

        Returns:
          This variable.

        Raises:
          InvalidArgumentError: if an index is out of range, or shapes do not fit.
          TypeError: if `sparse_delta` is something else.
          ValueError: if dtypes differ.
        """
        return self._scatter("Update", sparse_delta)

    def scatter_add(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Add `sparse_delta.values` to the rows at `sparse_delta.indices`; see `scatter_update`."""
        return self._scatter("Add", sparse_delta)

    def scatter_sub(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Subtract `sparse_delta.values` from the rows at `sparse_delta.indices`; see `scatter_update`."""
        return self._scatter("Sub", sparse_delta)

    def scatter_mul(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Multiply the rows at `sparse_delta.indices` by `sparse_delta.values`; see `scatter_update`."""
        return self._scatter("Mul", sparse_delta)

    def scatter_div(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Divide the rows at `sparse_delta.indices` by its values, integers toward zero; see `scatter_update`."""
        return self._scatter("Div", sparse_delta)

    def scatter_max(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Raise the rows at `sparse_delta.indices` to `sparse_delta.values` at least; see `scatter_update`."""
        return self._scatter("Max", sparse_delta)

    def scatter_min(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Lower the rows at `sparse_delta.indices` to `sparse_delta.values` at most; see `scatter_update`."""
        return self._scatter("Min", sparse_delta)

    def _scatter(self, which: str, sparse_delta: Any) -> Any:
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {sparse_delta!r}")
        op = f"ResourceScatter{which}"
        trace = current.thread.trace
        if trace is not None:
            return self._scatter_in(trace, f"scatter_{which.lower()}", sparse_delta.indices, sparse_delta.values)
        indices, updates = self._scattered(op, sparse_delta.indices, sparse_delta.values)
        shape = self.handle.array.shape
        if not shape or (updates.ndim and updates.shape != indices.shape + shape[1:]):
            raise invalid(
                op,
                f"Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got "
                f"updates.shape {list(updates.shape)}, indices.shape {list(indices.shape)}, params.shape {list(shape)}",
            )
        wrong = np.argwhere((indices < 0) | (indices >= shape[0]))
        if wrong.size:
            at = wrong[0]
            raise invalid(op, f"indices{at.tolist()} = {indices[tuple(at)]} is not in [0, {shape[0]})")
        updates = np.broadcast_to(updates, indices.shape + shape[1:])
        return self._write_at(which, (indices.reshape(-1),), updates.reshape(indices.size, *shape[1:]))

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Replace the elements, or slices, at `indices` by `updates`; of equal indices, the last counts.

        Args:
          indices: integers of shape (..., k): each the first k indices into this variable. A vector means (n, 1).
          updates: of shape `indices.shape[:-1] + shape[k:]`, and of the dtype of this variable.

        Returns:
          This variable.

        Raises:
          InvalidArgumentError: if an index is out of range, or shapes do not fit.
          ValueError: if dtypes differ.

        >>> import gradtape as tf
        >>> v = tf.Variable([1, 2, 3])
        >>> v.scatter_nd_update([[0], [2]], [10, 30]).numpy()
        array([10,  2, 30], dtype=int32)
        """
        return self._scatter_nd("Update", indices, updates)

    def scatter_nd_add(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Add `updates` to the elements, or slices, at `indices`, which may repeat; see `scatter_nd_update`."""
        return self._scatter_nd("Add", indices, updates)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Subtract `updates` from the elements, or slices, at `indices`, which may repeat; see `scatter_nd_update`."""
        return self._scatter_nd("Sub", indices, updates)

    def scatter_nd_max(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Raise the elements, or slices, at `indices` to `updates` at least; see `scatter_nd_update`."""
        return self._scatter_nd("Max", indices, updates)

    def scatter_nd_min(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Lower the elements, or slices, at `indices` to `updates` at most; see `scatter_nd_update`."""
        return self._scatter_nd("Min", indices, updates)

    def _scatter_nd(self, which: str, indices: Any, updates: Any) -> Any:
        op = f"ResourceScatterNd{which}"
        trace = current.thread.trace
        if trace is not None:
            return self._scatter_in(trace, f"scatter_nd_{which.lower()}", indices, updates)
        indices, updates = self._scattered(op, indices, updates)
        indices = indices[:, None] if indices.ndim == 1 else indices
        shape = self.handle.array.shape
        depth = indices.shape[-1] if indices.ndim else 0
        if not indices.ndim or depth > len(shape) or updates.shape != indices.shape[:-1] + shape[depth:]:
            raise invalid(
                op,
                f"Must have updates.shape = indices.shape[:-1] + input.shape[indices.shape[-1]:], got updates.shape "
                f"{list(updates.shape)}, indices.shape {list(indices.shape)}, input.shape {list(shape)}",
            )
        rows = indices.reshape(math.prod(indices.shape[:-1]), depth)
        wrong = np.flatnonzero(((rows < 0) | (rows >= shape[:depth])).any(axis=1))
        if wrong.size:
            at = list(map(int, np.unravel_index(wrong[0], indices.shape[:-1])))
            raise invalid(op, f"indices{at} = {rows[wrong[0]].tolist()} does not index into shape {list(shape)}")
        return self._write_at(which, tuple(rows.T), updates.reshape(len(rows), *shape[depth:]))

    def batch_scatter_update(self, sparse_delta: Any, use_locking: Any = False, name: Any = None) -> Any:
        """Replace the rows at `sparse_delta.indices` of each element of a batch by `sparse_delta.values`: with indices
        of shape (..., n), `v[i, ..., indices[i, ..., j]] = values[i, ..., j]`. Raises as `scatter_update` does.
        """
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {sparse_delta!r}")
        indices = convert_to_tensor(sparse_delta.indices)
        return self.scatter_nd_update(computed(_in_a_batch, indices), sparse_delta.values, name)

    def _scatter_in(self, trace: Any, method: str, indices: Any, updates: Any) -> Any:
        trace.scatter(self, method, convert_to_tensor(indices), convert_to_tensor(updates, self._dtype))
        return UnreadVariable(self)

    def _scattered(self, op: str, indices: Any, updates: Any) -> tuple[Any, Any]:
        """The arrays of what a scatter method is given, of dtypes that it takes."""
        at = convert_to_tensor(indices)
        if at.dtype.name not in ("int32", "int64"):
            raise invalid(op, f"Value for attr 'Tindices' of {at.dtype.name} is not in the list of allowed values: "
                          "int32, int64")  # fmt: skip
        kinds = "fciubs" if op.endswith("Update") else "fiu" if op.endswith(("Max", "Min")) else "fciu"
        if self._dtype._kind not in kinds:
            raise invalid(op, f"Value for attr 'dtype' of {self._dtype.name} is not in the list of allowed values")
        return at._array, convert_to_tensor(updates, self._dtype)._array

    def _write_at(self, which: str, at: tuple[Any, ...], updates: Any) -> Any:
        """Replace `array[at]` by what `which` makes of it and `updates`; indices may repeat."""
        function = _SCATTER[which]
        if which == "Div" and self._dtype.is_integer:
            if (updates == 0).any():
                raise invalid("ResourceScatterDiv", "updates must not contain 0")
            function = _divide_toward_zero

        def write(array: Any, updates: Any, out: Any) -> Any:
            array = np.array(array) if out is None else out
            if not at:  # the indices are empty: each means the whole
                for update in updates:
                    array[...] = update if function is None else function(array, update)
            elif function is None:
                array[at] = updates
            elif not _repeats(at, array.shape):
                array[at] = function(array[at], updates)
            elif isinstance(function, np.ufunc):
                function.at(array, at, updates)
            else:
                for i, update in zip(zip(*at, strict=True), updates, strict=True):
                    array[i] = function(array[i], update)
            return array

        self.handle.update(write, updates)
        return UnreadVariable(self)

    def _not_in_place(self, other: Any) -> Any:
        raise RuntimeError(
            "Variable += value and the like are not supported, since they would make a Tensor of the name. Use "
            "variable.assign_add(value) to modify the variable, or variable = variable + value to get a new Tensor."
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = __imatmul__ = _not_in_place

    # --- printing ------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        about = f"<tf.Variable '{self.name}' shape={self._shape} dtype={self._dtype.name}"
        if current.thread.trace is not None:
            return f"{about}>"
        return f"{about}, numpy={value_repr(self.handle.local())}>"

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        copied = ResourceVariable(self.numpy(), self.trainable, name=self._name, dtype=self._dtype, shape=self._shape)
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> Any:
        return _unpickle, (self.numpy(), self.trainable, self._name, self._dtype, self._shape)


_SCATTER: dict[str, Callable[[Any, Any], Any] | None] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Max": np.maximum, "Min": np.minimum,
    "Update": None,
}  # fmt: skip


@computation
def _in_a_batch(indices: Any) -> Any:
    """Indices of rows of each element of a batch, each behind the indices of the element."""
    places = np.indices(indices.shape, indices.dtype)[:-1]
    return np.stack([*places, indices], axis=-1)


def _divide_toward_zero(x: Any, y: Any) -> Any:
    quotient = x // y
    return quotient + ((quotient < 0) & (quotient * y != x)).astype(quotient.dtype)


def _repeats(at: tuple[Any, ...], shape: tuple[int, ...]) -> bool:
    """Whether two of the indices are equal."""
    flat = np.ravel_multi_index(at, shape[: len(at)])
    return len(np.unique(flat)) < len(flat)


def _unpickle(value: Any, trainable: bool, name: str, dtype: DType, shape: TensorShape) -> ResourceVariable:
    return ResourceVariable(value, trainable, name=name, dtype=dtype, shape=shape)


def _called_by_class(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """What `tf.Variable` has for a method: `tf.Variable.assign(v, x)` is `v.assign(x)`."""

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(self, name)(*args, **kwargs)

    return call


for _name, _method in list(vars(ResourceVariable).items()):
    if isinstance(_method, types.FunctionType) and not _name.startswith("_"):
        setattr(Variable, _name, _called_by_class(_name, _method))


class UnreadVariable(ResourceVariable):
    """What an assignment gives: the variable itself, to read from or to assign to again."""

    __slots__ = ()

    def __init__(self, variable: ResourceVariable) -> None:
        self.handle = variable.handle
        self._dtype = variable._dtype
        self._shape = variable._shape
        self._trainable = variable._trainable
        self._name = "UnreadVariable"

    @property
    def name(self) -> str:
        return self._name


class _Creators(Local):
    stack: tuple[Callable[..., Any], ...] = ()


_creators = _Creators()


@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """A context in which `variable_creator(next_creator, **kwargs)` makes what `tf.Variable` is asked for.

    Args:
      variable_creator: gets what `tf.Variable` was given, by name, and gives a variable: `next_creator(**kwargs)` makes
        one as the contexts around this do.

    >>> import gradtape as tf
    >>> def fixed(next_creator, **kwargs):
    ...     return next_creator(**{**kwargs, "trainable": False})
    >>> with tf.variable_creator_scope(fixed):
    ...     v = tf.Variable(1.0)
    >>> v.trainable
    False
    """
    outer = _creators.stack
    _creators.stack = (*outer, variable_creator)
    try:
        yield
    finally:
        _creators.stack = outer


_parameters = inspect.signature(ResourceVariable.__init__)


def _created(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the creators make of the arguments of `tf.Variable`."""
    bound = _parameters.bind(None, *args, **kwargs)
    bound.apply_defaults()
    given = dict(bound.arguments)
    del given["self"]

    def make(creators: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
        if not creators:
            return ResourceVariable
        return lambda **kwargs: creators[-1](make(creators[:-1]), **kwargs)

    return make(_creators.stack)(**given)


UnreadVariable.__name__ = UnreadVariable.__qualname__ = "_UnreadVariable"  # programs print it


def overload(**operators: Callable[..., Any]) -> None:
    """Give `Variable` the operators of tensors, on what it reads."""
    for name, function in operators.items():
        setattr(ResourceVariable, name, _on_value(function))


def _on_value(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: ResourceVariable, *args: Any) -> Any:
        return function(self.__tf_tensor__(), *args)

    method.__name__ = method.__qualname__ = function.__name__
    return method
