"""`GradientTape`: records what a program computes, and differentiates it."""

import contextlib
import enum
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import numpy as np

from ..values import nest
from ..values.composite import CompositeTensor, differentiated, elements_of, watched_parts
from ..values.convert import convert_to_tensor
from ..values.deferred import form_of
from ..values.endings import ending
from ..values.errors import invalid
from ..values.log import warn_first
from ..values.symbolic import differ
from ..values.tensor import Tensor, variable_of
from ..values.thread import current
from ..values.variable import ResourceVariable
from .backward import pull
from .cotangents import full_like, full_of, operations, shape_of, tensor_of
from .jacobian import Seed, batch_first, rows
from .recording import Node, Recording
from .scattered import Scattered

__all__ = ["GradientTape", "UnconnectedGradients"]


# What looks into tapes for people, `explain` and `summary`: given by the room that does it.
tools: dict[str, Callable[..., Any]] = {}


class UnconnectedGradients(enum.Enum):
    """What the gradient is where the target does not depend on the source."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Records operations for automatic differentiation.

    Operations inside the `with` block are recorded when they use a watched value: a trainable Variable that is read,
    or a tensor given to `watch`. A tape made without `with` records from its first `watch` to `gradient()`.

    Args:
      persistent: allow several calls of `gradient`; what was saved is kept until the tape is dropped.
      watch_accessed_variables: watch trainable Variables when they are read.

    >>> import gradtape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> tape.gradient(y, x)
    <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
    """

    _trace: Any = None  # what `debug.tracing` notes of the program

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watch_accessed = watch_accessed_variables
        self._recording: Recording | None = None
        self._active = False  # between __enter__ (or the first watch) and __exit__, but for stop_recording
        self._watched: tuple[ResourceVariable, ...] = ()
        self._paused: object = None  # the newest `stop_recording`
        self._ending: Any = None  # what closes the recording when the tape is dropped

    # --- recording -----------------------------------------------------------------------------------------------

    def __enter__(self) -> "GradientTape":
        if self._active:
            raise ValueError("Tape is still recording. This can happen if you try to re-enter an already-active tape.")
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._paused = None
        if self._active:
            self._stop()

    def _start(self) -> None:
        if self._recording is None:
            recording = Recording(self._watch_accessed)
            self._ending = ending(recording.end)
            self._recording = recording
        self._active = True
        self._recording.start()

    def _stop(self) -> None:
        if not self._active or self._recording is None:
            raise ValueError("Tape is not recording.")
        self._recording.stop()
        self._active = False

    def _close(self) -> None:
        recording = self._recording
        if recording is not None:
            self._watched = self.watched_variables()
            self._recording = None
            recording.close()

    def __getstate__(self) -> Any:
        if self._recording is not None:
            self._recording.__reduce__()
        return vars(self) | {"_ending": None}

    def watch(self, tensor: Any) -> None:
        """Have the tape follow `tensor`: a tensor, a variable, or a nested structure of these.

        On a tape that was not entered with `with`, this starts the recording.

        Raises:
          ValueError: if it holds something else.
        """
        leaves = [part for x in nest.flatten(tensor) for part in watched_parts(x)]
        for x in leaves:
            checked(x)
        if self._recording is None:
            self._start()
        assert self._recording is not None
        for x in leaves:
            if not x.dtype.is_differentiable:
                warn_first(5, "The dtype of the watched tensor must be floating (e.g. tf.float32), got %r", x.dtype)
            if isinstance(x, ResourceVariable):
                self._recording.watch_variable(x)
            elif x.dtype.is_differentiable:
                self._recording.watch_tensor(x)

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A context in which this tape records nothing.

        Raises:
          RuntimeError: if the tape has recorded nothing.
          ValueError: if it is not recording.
        """
        if self._recording is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        self._stop()
        self._paused = pause = object()
        try:
            yield
        finally:
            if self._paused is pause:  # or else it was interrupted, and is dropped after the tape was left
                self._start()

    def reset(self) -> None:
        """Forget everything recorded and watched, as if the tape were left and a new one entered."""
        self._stop()
        self._close()
        self._start()

    def watched_variables(self) -> tuple[ResourceVariable, ...]:
        """The variables this tape watches, in the order in which they were made."""
        if self._recording is not None:
            variables = (v for v, _ in self._recording.variables.values())
            self._watched = tuple(sorted(variables, key=lambda v: v.handle.serial))
        return self._watched

    # --- differentiating -----------------------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of `target` with respect to `sources`.

        Args:
          target: a tensor, or a nested structure of tensors, whose gradients are summed.
          sources: a tensor, a variable, or a nested structure of these.
          output_gradients: the cotangents of the targets, by default ones; a list with one for each target.
          unconnected_gradients: what to give where there is no path: `"none"` or `"zero"`.

        Returns:
          In the structure of `sources`, tensors of the sources' shapes and dtypes, or None; for a source of which only
          rows were gathered, `tf.IndexedSlices`; for a ragged tensor, one with the same rows.

        Raises:
          RuntimeError: on the second call, unless the tape is persistent.
          TypeError: if the target is None.
          ValueError: if `unconnected_gradients` is unknown, or a target or source is a SparseTensor.
        """
        unconnected = _unconnected(unconnected_gradients)
        recording = self._begin(target)
        targets = [differentiated(x) for x in nest.flatten(target)]
        given = nest.flatten(sources)
        flat = [differentiated(x) for x in given]
        for role, values in (("target", targets), ("source", flat)):
            for x in values:
                if not isinstance(x, Tensor | ResourceVariable):
                    raise (AttributeError if isinstance(x, int | float | np.ndarray | np.generic) else TypeError)(
                        f"A {role} of a gradient must be a tensor or variable that the tape has seen, and this one is "
                        f"{x!r} of type {type(x).__name__}."
                    )
        cotangents = [None] * len(targets)
        if output_gradients is not None:
            cotangents = [elements_of(g) for g in nest.flatten(output_gradients)]
            if len(cotangents) < len(targets):
                raise ValueError(
                    f"output_gradients has {len(cotangents)} items for {len(targets)} targets; give one for each."
                )
            cotangents = cotangents[: len(targets)]
        lifted = current.thread.lifts
        seeds: dict[Node, Any] = {}
        unwatched: dict[int, Any] = {}  # a target that is a source has a gradient even so
        for x, g in zip(targets, cotangents, strict=True):
            node = recording.node_of(x)
            into, key = (unwatched, _identity(x)) if node is None else (seeds, node)
            if node is not None or x.dtype.is_differentiable:
                seed = _seed(x, g, lifted)
                into[key] = into[key] + seed if key in into else seed  # type: ignore[index]
        nodes = [recording.node_of(x) for x in flat]
        wanted = filter(None, nodes)
        found = pull(recording, seeds, wanted, lifted=lifted, release=not self._persistent, sparse=True)
        if not self._persistent:
            self._close()
        gradients = []
        for whole, x, node in zip(given, flat, nodes, strict=True):
            g = unwatched.get(_identity(x)) if node is None else found.get(node)
            if g is None:
                g = zeros_of(x) if unconnected is UnconnectedGradients.ZERO else None
            elif type(g) is Scattered:
                g = g.slices() or convert_to_tensor(g.whole())
            else:
                g = tensor_of(g)
            composed = g is not None and isinstance(whole, CompositeTensor)
            gradients.append(whole._with_elements(convert_to_tensor(g)) if composed else g)
        return nest.pack_sequence_as(sources, gradients)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The Jacobian of `target` with respect to `sources`, by one backward pass for all rows.

        Args:
          target: a tensor.
          sources: a tensor, a variable, or a nested structure of these.
          unconnected_gradients: what to give where there is no path: `"none"` or `"zero"`.
          parallel_iterations: nothing here; TensorFlow's.
          experimental_use_pfor: False makes a pass for each row, which takes less memory and needs a persistent tape.

        Returns:
          In the structure of `sources`, tensors of shape `target.shape + source.shape`, or None. For a ragged tensor,
          its `flat_values` are the target or source.

        Raises:
          RuntimeError: on the second call of a tape that is not persistent, or where one is needed.
          AttributeError: if `target` is no tensor.
          ValueError: if `unconnected_gradients` is unknown.

        >>> import gradtape as tf
        >>> x = tf.constant([1.0, 2.0])
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.jacobian(y, x).numpy()
        array([[2., 0.],
               [0., 4.]], dtype=float32)
        """
        unconnected = _unconnected(unconnected_gradients)
        target, flat = differentiated(target), [differentiated(x) for x in nest.flatten(sources)]
        shape, array = self._shape_of_target(target), _array(target)
        found = self._rows(target, flat, Seed(shape, array.dtype), not experimental_use_pfor, "jacobian")
        jacobians: list[Any] = []
        for x, c in zip(flat, found, strict=True):
            if c is not None:
                c = tensor_of(c)
            elif unconnected is UnconnectedGradients.ZERO:
                c = full_like(_array(x), 0, shape)
            jacobians.append(c)
        return nest.pack_sequence_as(sources, jacobians)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The Jacobian of each `target[i]` with respect to `source[i]`, where it depends on no other part of `source`.

        Args:
          target: a tensor of shape `(batch, ...)`.
          source: a tensor or variable of shape `(batch, ...)`.
          unconnected_gradients, parallel_iterations, experimental_use_pfor: as in `jacobian`; without a path, zeros.

        Returns:
          A tensor of shape `(batch, *target.shape[1:], *source.shape[1:])`.

        Raises:
          RuntimeError: as `jacobian` does.
          ValueError: if a rank is less than 2, or the first dimensions differ.

        >>> import gradtape as tf
        >>> x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.batch_jacobian(y, x).numpy()[1]
        array([[6., 0.],
               [0., 8.]], dtype=float32)
        """
        _unconnected(unconnected_gradients)
        target, source = variable_of(target), variable_of(source)
        shape, over = self._shape_of_target(target), _array(source).shape
        if differ(shape[:1], over[:1]):
            raise ValueError(f"Need first dimension of target shape ({shape}) and source shape ({over}) to match.")
        for s in (shape, over):
            if len(s) < 2:
                raise ValueError(f"Shape {s} must have rank at least 2: one axis for the batch, others for its parts.")
        seed = Seed(shape, _array(target).dtype, batch=1)
        (c,) = self._rows(target, [source], seed, not experimental_use_pfor, "batch_jacobian")
        if c is None:
            return full_of((*shape, *over[1:]), 0, _array(target).dtype)
        return tensor_of(batch_first(c, len(over)))

    # --- looking into it -----------------------------------------------------------------------------------------

    def explain(self, target: Any, source: Any) -> Any:
        """Why the gradient of `target` with respect to `source` is None, or which way it goes.

        Inside `gradtape.debug.tracing()` the explanation tells the line of the program for each step, and can be asked
        for after `gradient` too. Otherwise it tells what can be seen on the tape, which must not be used up.

        Args:
          target: a tensor or variable, or a nested structure of these, as for `gradient`.
          source: a tensor or variable, or a nested structure of these.

        Returns:
          A `gradtape.debug.Explanation`, in the structure of `source`: its `cause`, `steps`, `file` and `line`. It
          prints as a short story.

        Raises:
          TypeError: if target or source holds something else.

        >>> import gradtape as tf
        >>> v = tf.Variable(2.0, trainable=False, name="v")
        >>> with tf.GradientTape() as tape:
        ...     y = v * v
        >>> tape.explain(y, v).cause.name
        'NOT_TRAINABLE'
        """
        return tools["explain"](self, target, source)

    def summary(self, largest: int = 5) -> Any:
        """What the tape has recorded: operations, calls, and the bytes that they keep for the backward pass.

        Args:
          largest: how many of the calls that keep most to list.

        Returns:
          A `gradtape.debug.Summary`, which prints as a table. Inside `gradtape.debug.tracing()` it also has times, and
          lines of the program.

        >>> import gradtape as tf
        >>> x = tf.ones((256, 256))
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = tf.reduce_sum(tf.tanh(x) * 2.0)
        >>> print(tape.summary())
        operation  calls      saved
        ---------------------------
        tanh           1  256.0 KiB
        multiply       1        4 B
        sum            1        0 B
        ---------------------------
        total          3  256.0 KiB
        0 variables watched
        <BLANKLINE>
        largest holders
        tanh float32(256, 256)  256.0 KiB
        multiply float32()            4 B
        """
        return tools["summary"](self, largest)

    def _rows(self, target: Any, sources: list[Any], seed: Seed, loop: bool, name: str) -> list[Any]:
        """The cotangents of `sources` for each of the cotangents of `target` that `seed` stands for."""
        if loop and not self._persistent:
            raise RuntimeError(
                f"GradientTape must be created with persistent=True to compute the {name} with "
                "experimental_use_pfor set to False."
            )
        recording = self._begin(target)
        lifted = current.thread.lifts
        node = recording.node_of(target)
        nodes = [recording.node_of(x) for x in sources]
        wanted = list(filter(None, nodes))
        found: dict[Node, Any] = {}
        if node is not None:
            found = rows(recording, node, seed, wanted, lifted=lifted, release=not self._persistent, loop=loop)
        if not self._persistent:
            self._close()
        results = [None if n is None else found.get(n) for n in nodes]
        if node is None and _array(target).dtype.kind in "fcV":  # a target that is a source, watched or not
            whole = seed.whole()
            results = [whole if _identity(x) == _identity(target) else c for x, c in zip(sources, results, strict=True)]
        return results

    def _shape_of_target(self, target: Any) -> tuple[int, ...]:
        if not isinstance(target, Tensor | ResourceVariable):
            raise AttributeError(
                f"The target of a Jacobian must be one tensor, got {target!r} of type {type(target).__name__}. "
                "For several targets, concatenate them or ask for each on a persistent tape."
            )
        return _array(target).shape  # type: ignore[no-any-return]

    def _begin(self, target: Any) -> Recording:
        """The recording to differentiate, no longer active unless it is to record its own derivatives."""
        if self._recording is None:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
            )
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors or Variables to be "
                "differentiated, but received None."
            )
        if self._active:
            if self._persistent:
                warn_first(
                    1,
                    "A gradient is taken on a persistent tape inside its context, so the tape records that too, which "
                    "takes time and memory. Do it only for derivatives of higher order.",
                )
            else:
                self._stop()
        return self._recording


def _unconnected(value: UnconnectedGradients | str) -> UnconnectedGradients:
    try:
        return UnconnectedGradients(value)
    except ValueError:
        raise ValueError(f"Unknown value for unconnected_gradients: {value!r}. Use 'none' or 'zero'.") from None


def checked(x: Any) -> Any:
    """`x`, if it is a tensor or variable."""
    if not isinstance(x, Tensor | ResourceVariable):
        raise ValueError(
            f"Passed in object {x!r} of type {type(x).__name__!r}, not tf.Tensor or tf.Variable. "
            "Make a tensor of it first: x = tf.constant(x)."
        )
    return x


def _identity(x: Any) -> int:
    return id(x.handle if isinstance(x, ResourceVariable) else x)


def _array(x: Any) -> Any:
    """An array of the shape and dtype of `x`."""
    return x.handle.form if isinstance(x, ResourceVariable) else form_of(x)


def _seed(x: Any, g: Any, lifted: bool) -> Any:
    """The cotangent of the target `x`: `g`, or ones."""
    array = _array(x)
    if g is None:
        return full_like(array, 1) if lifted else np.ones(array.shape, array.dtype)
    g = convert_to_tensor(g, dtype_hint=x.dtype)
    try:
        if g.dtype is not x.dtype:
            raise ValueError
        g = g if shape_of(g) == array.shape else operations.broadcast_to(g, shape=array.shape)
    except ValueError:
        raise invalid(
            "GradientTape",
            f"output_gradients has a {g.dtype.name} tensor of shape {g.shape} for a {x.dtype.name} target of shape "
            f"{x.shape}; they must be the same.",
        ) from None
    return g if lifted else g._array


def zeros_of(x: Any) -> Tensor:
    """Zeros of the shape and dtype of a tensor or variable."""
    return full_like(_array(x), 0)
