"""`contract_p`: the product of two tensors, summed over axes that they share; behind `tensordot` and `einsum`.

Axes go by labels, one character each: `left="bik"`, `right="kj"`, `to="bij"`. No label is twice in one tensor, and
each label of an input is in the other one or in `to`. So a contraction's derivatives are contractions.
"""

import functools
import math
from typing import Any, NamedTuple

from ..autodiff.cotangents import lead_of, shape_of
from ..operations.later import later
from ..operations.primitive import primitive


def fresh(count: int, *used: str) -> str:
    """So many labels that none of `used` has."""
    first = max((ord(c) for labels in used for c in labels), default=96) + 1
    return "".join(map(chr, range(first, first + count)))


class _Plan(NamedTuple):
    swap: bool
    batch: int  # the number of axes that both inputs and the output have
    rows: int  # the number of axes of the output that only the left input has
    columns: int  # and only the right one
    inner: int  # the number of axes summed over
    left: tuple[int, ...]  # the left input's axes in the order batch, rows, inner
    right: tuple[int, ...]  # the right input's axes in the order batch, inner, columns
    out: tuple[int, ...] | None  # the axes of batch, rows, columns in the output's order; None if they are
    left_index: Any = None  # without a sum: how to index the inputs for broadcasting, all axes in the output's order
    right_index: Any = None


@functools.lru_cache(4096)
def _plan(left: str, right: str, out: str) -> _Plan:
    swap = bool(out) and out[-1] not in right
    if swap:  # so that the output comes out in order more often
        left, right = right, left
    batch = [c for c in out if c in left and c in right]
    rows = [c for c in left if c not in right]
    columns = [c for c in right if c not in left]
    inner = [c for c in left if c in right and c not in out]
    counts = len(batch), len(rows), len(columns), len(inner)
    if not inner:

        def ordered(labels: str) -> tuple[tuple[int, ...], tuple[Any, ...]]:
            order = tuple(labels.index(c) for c in out if c in labels)
            return order, tuple(slice(None) if c in labels else None for c in out)

        (left_order, left_index), (right_order, right_index) = ordered(left), ordered(right)
        return _Plan(swap, *counts, left_order, right_order, None, left_index, right_index)
    made = batch + rows + columns
    order = tuple(made.index(c) for c in out)
    return _Plan(swap, *counts, tuple(left.index(c) for c in batch + rows + inner),
                 tuple(right.index(c) for c in batch + inner + columns),
                 None if order == tuple(range(len(order))) else order)  # fmt: skip


@primitive(op="Einsum", kinds="fciu", same=("x", "y"), linear=("x", "y"))
def contract_p(xp: Any, x: Any, y: Any, *, left: str, right: str, to: str) -> Any:
    """The sum of `x * y` over the labels that are not in `to`: a matrix product, of views where strides allow it."""
    plan = _plan(left, right, to)
    if plan.swap:
        x, y = y, x
    x, y = x.transpose(plan.left), y.transpose(plan.right)
    if not plan.inner:
        return x[plan.left_index] * y[plan.right_index]
    batch, rows = plan.batch, plan.batch + plan.rows
    inner = plan.batch + plan.inner
    shape = x.shape[:rows] + y.shape[inner:]
    if plan.rows != 1 or plan.inner != 1:
        x = x.reshape(x.shape[:batch] + (math.prod(x.shape[batch:rows]), math.prod(x.shape[rows:])))
    if plan.columns != 1 or plan.inner != 1:
        y = y.reshape(y.shape[:batch] + (math.prod(y.shape[batch:inner]), math.prod(y.shape[inner:])))
    z = xp.matmul(x, y)
    if plan.rows != 1 or plan.columns != 1:
        z = z.reshape(shape)
    return z if plan.out is None else z.transpose(plan.out)


def _into(g: Any, other: Any, theirs: str, ours: str, out: str) -> Any:
    """The cotangent of the input with the labels `ours`."""
    lead = fresh(len(lead_of(g, len(out))), theirs, ours)
    return contracted(g, other, lead + out, theirs, lead + ours)


def contracted(g: Any, other: Any, left: str, right: str, to: str) -> Any:
    """The contraction of the cotangent `g` with `other`."""
    sizes = dict(zip(left + right, shape_of(g) + shape_of(other), strict=True))
    return later(contract_p, tuple([sizes[c] for c in to]), g, other, left=left, right=right, to=to)


contract_p.vjp(x=lambda g, y, left, right, to: _into(g, y, right, left, to),
               y=lambda g, x, left, right, to: _into(g, x, left, right, to))  # fmt: skip


def _labelled(label: str, labels: str) -> int | None:
    i = labels.find(label)
    return None if i < 0 else i - len(labels)


contract_p.along(x=lambda j, left, to: _labelled(to[j], left),
                 y=lambda j, right, to: _labelled(to[j], right))  # fmt: skip
