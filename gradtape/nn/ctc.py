"""Connectionist temporal classification: the loss of sequences whose labels are in order, and nobody knows where."""

import functools
from typing import Any

import numpy as np

from ..array.creation import one_hot
from ..array.joining import concat_p, stack_p
from ..array.slicing import slice_p
from ..linalg.matmul import matmul_p
from ..math.comparison import equal_p, less_p, like, logical_and_p, logical_or_p, not_equal_p, where_p
from ..math.reduction import reduce_logsumexp
from ..operations.broadcasting import broadcast_to_p, reshape_p, transpose_p
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import Dim, computation, computed, least
from ..values.tensor import EagerTensor
from .activations import log_softmax

__all__ = ["ctc_loss"]

_NEVER = -1e30  # the logarithm of a probability that is 0, finite so that differences of two are

# Between the labels, before and after them are blanks: of n labels there are 2 * n + 1 states, in order.


def _dense(labels: Any, label_length: Any) -> tuple[Any, Any]:
    """Labels as a matrix, and how many there are in each row."""
    if not isinstance(labels, CompositeTensor):
        return convert_to_tensor(labels), convert_to_tensor(label_length)
    from ..sparse.operations import to_dense

    rows = np.asarray(labels.indices)[:, 0]  # type: ignore[attr-defined]
    count = int(labels.dense_shape[0])  # type: ignore[attr-defined]
    return to_dense(labels), convert_to_tensor(np.bincount(rows, minlength=count))


def ctc_loss(labels: Any, logits: Any, label_length: Any, logit_length: Any, logits_time_major: bool = True,
             unique: Any = None, blank_index: int | None = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The negative logarithms of the probabilities of labels, whatever steps they are at.

    Source: Graves et al., "Connectionist temporal classification" (2006).

    Args:
      labels: integers of shape (batch, labels); or a SparseTensor, which says how many there are.
      logits: floating, of shape (steps, batch, classes).
      label_length: of shape (batch,), how many of the labels count; None for a SparseTensor.
      logit_length: of shape (batch,), how many of the steps count.
      logits_time_major: False for logits of shape (batch, steps, classes).
      unique: not used.
      blank_index: the class of no label, by default 0, and the last for a SparseTensor; negative ones count from the
        end.

    Returns:
      A tensor of shape (batch,).

    Raises:
      ValueError: if the number of steps is not known, or no `blank_index` is.
      InvalidArgumentError: if `logits` has not 3 axes.

    >>> import gradtape as tf
    >>> tf.nn.ctc_loss([[1]], tf.zeros([2, 1, 2]), [1], [2]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    x = convert_to_tensor(logits)
    if x._array.ndim != 3:
        raise invalid("CTCLoss", f"logits must have 3 axes, got shape {x.shape}")
    if logits_time_major:
        x = transpose_p(x, perm=(-2, -3, -1))  # type: ignore[assignment]
    steps, classes = x._array.shape[-2:]
    if type(steps) is Dim:
        raise ValueError(f"ctc_loss must know the number of steps, and the logits' shape is {x.shape}.")
    sparse = isinstance(labels, CompositeTensor)
    blank = (-1 if sparse else 0) if blank_index is None else int(blank_index)
    blank = blank + classes if blank < 0 else blank
    given, count = _dense(labels, label_length)
    length = convert_to_tensor(logit_length)

    labels_shape = given._array.shape
    blanks = broadcast_to_p(like(given, blank), shape=labels_shape)
    pairs = reshape_p(stack_p(blanks, given, axis=-1), shape=(labels_shape[0], 2 * labels_shape[1]))
    states = concat_p(pairs, broadcast_to_p(like(given, blank), shape=(labels_shape[0], 1)), axis=-1)
    per_step = matmul_p(log_softmax(x), one_hot(states, classes, dtype=x.dtype), tb=True)
    never = like(x, _NEVER)
    at = computed(_numbers, 2 * labels_shape[1] + 1, dtype=count._array.dtype)

    def before(values: Any, by: int, start: Any) -> Any:
        """The values of the states `by` before, and `start` where there are none."""
        batch, width = values._array.shape
        first = broadcast_to_p(start, shape=(batch, least(by, width)))
        return concat_p(first, slice_p(values, key=(..., slice(0, -by))), axis=-1)

    # The last state but one, a label, may come before a label that differs from it. A label may be the blank's class.
    label = computed(_odd, 2 * labels_shape[1] + 1)
    skip = logical_and_p(label, not_equal_p(states, before(states, 2, like(states, -1))))

    def forward(alpha: Any, step: int) -> Any:
        ways = stack_p(alpha, before(alpha, 1, never), where_p(skip, before(alpha, 2, never), never), axis=-1)
        running = less_p(like(length, step), length)
        new = reduce_logsumexp(ways, -1) + slice_p(per_step, key=(..., step, slice(None)))
        return where_p(_column(running), new, alpha)

    first = where_p(less_p(at, like(at, 2)), slice_p(per_step, key=(..., 0, slice(None))), never)
    alpha = functools.reduce(forward, range(1, steps), first)
    end = _column(count + count)
    ends = logical_or_p(equal_p(at, end), equal_p(at, end - 1))
    return -reduce_logsumexp(where_p(ends, alpha, never), -1)  # type: ignore[no-any-return]


def _column(x: Any) -> Any:
    return reshape_p(x, shape=(*x._array.shape, 1))


@computation
def _odd(count: int) -> Any:
    return np.arange(count) % 2 == 1


@computation
def _numbers(count: int, dtype: Any) -> Any:
    return np.arange(count, dtype=dtype)
