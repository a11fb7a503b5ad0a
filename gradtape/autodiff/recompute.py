"""`recompute_grad`: a function that is computed again in the backward pass, instead of kept for it."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.draws import Draws
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from ..values.variable import ResourceVariable
from .backward import pull
from .cotangents import full_like, lead_of, operations
from .custom import VariableWatcher, record_custom
from .recording import Recording

__all__ = ["recompute_grad"]


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function that computes what `f` does, and keeps nothing of it but its inputs for the backward pass.

    The backward pass computes `f` again. Of a chain of n layers in blocks of about sqrt(n), each block wrapped in this,
    a tape keeps about 2 sqrt(n) layers' values at a time instead of n, for the time of one more forward pass.
    (Chen et al., "Training deep nets with sublinear memory cost", 2016.)

    Gradients flow to the tensors and variables among the arguments, which may be nested, and to the trainable variables
    that `f` reads; not to tensors that it takes from around it, so pass these. Operations of `tf.random` draw the same
    numbers both times. Other side effects, such as assignments to variables, happen twice.

    Args:
      f: gives a tensor or a nested structure of tensors.

    Returns:
      A function of the same arguments.

    >>> import gradtape as tf
    >>> w = tf.Variable(tf.fill([4, 4], 0.1))
    >>> @tf.recompute_grad
    ... def block(x):
    ...     for _ in range(8):
    ...         x = tf.tanh(x @ w)
    ...     return x
    >>> with tf.GradientTape() as tape:
    ...     y = tf.reduce_sum(block(tf.ones([1, 4])))
    >>> tape.gradient(y, w).shape
    TensorShape([4, 4])
    """

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        thread = current.thread
        recordings = thread.recordings
        if not recordings:
            return f(*args, **kwargs)
        watcher, draws = VariableWatcher(), Draws()
        arguments = (args, kwargs)
        thread.recordings = watcher.alone
        try:
            with draws.noted():
                result = _on(f, arguments, [wrap(x._array) for x in _tensors(arguments)])
        finally:
            thread.recordings = recordings
        given = [x for x in nest.flatten(arguments) if isinstance(x, ResourceVariable)]
        variables = list({v.handle: v for v in (*given, *(v for v, _ in watcher.variables.values()))}.values())
        again = functools.partial(_pull_again, f, arguments, variables, draws)
        inputs = [*_tensors(arguments), *map(convert_to_tensor, variables)]
        outputs = [convert_to_tensor(x) for x in nest.flatten(result)]
        made = record_custom(getattr(f, "__name__", "function"), inputs, outputs, again)
        return nest.pack_sequence_as(result, made)

    return call


def _tensors(structure: Any) -> list[Tensor]:
    return [x for x in nest.flatten(structure) if isinstance(x, Tensor)]


def _on(f: Callable[..., Any], arguments: tuple[Any, Any], tensors: Sequence[Tensor]) -> Any:
    """`f` of the arguments, with `tensors` in the places of the tensors among them."""
    new = iter(tensors)
    leaves = [next(new) if isinstance(x, Tensor) else x for x in nest.flatten(arguments)]
    args, kwargs = nest.pack_sequence_as(arguments, leaves)
    return f(*args, **kwargs)


def _pull_again(
    f: Callable[..., Any], arguments: tuple[Any, Any], variables: list[ResourceVariable], draws: Draws, g: Any
) -> list[Any]:
    """The cotangents of the tensors among `arguments` and of `variables`, by computing `f` again."""
    gs = g if isinstance(g, list) else [g]
    lifted = any(isinstance(x, Tensor) for x in gs)
    recording = Recording(watch_accessed=False)
    tensors = [operations.read(x) if lifted else wrap(x._array) for x in _tensors(arguments)]
    for x in tensors:
        if x.dtype.is_differentiable:
            recording.watch_tensor(x)
    for v in variables:
        recording.watch_variable(v)
    thread = current.thread
    recordings = thread.recordings
    try:
        recording.start()
        with draws.again():
            outputs = [convert_to_tensor(x) for x in nest.flatten(_on(f, arguments, tensors))]
    finally:
        thread.recordings = recordings
    seeds: dict[Any, Any] = {}
    lead: tuple[int, ...] = ()
    for x, c in zip(outputs, gs, strict=True):
        if c is not None:
            lead = lead_of(c, x.ndim)
            if x._node is not None and recording in x._node.watchers:
                seeds[x._node] = seeds[x._node] + c if x._node in seeds else c
    nodes = [x._node if x.dtype.is_differentiable else None for x in tensors]
    nodes += list(map(recording.node_of, variables))
    arrays = [x._array for x in tensors] + [v.handle.form for v in variables]
    del x, tensors, outputs  # so that what the pass has used is freed
    found = pull(recording, seeds, filter(None, nodes), lifted=lifted, release=True)
    recording.close()
    cotangents: list[Any] = []
    for node, array in zip(nodes, arrays, strict=True):
        c = None if node is None else found.get(node)
        if c is None and node is not None:  # as in TensorFlow, there is a gradient, and it is zero
            c = full_like(array, 0, lead) if lifted else np.zeros(lead + array.shape, array.dtype)
        cotangents.append(c)
    return cotangents
