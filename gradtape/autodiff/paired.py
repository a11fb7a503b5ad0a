"""`Paired`: the cotangents that a Jacobian's pass carries, one for each element of its target along leading axes.

At the target they are an identity matrix, and what is computed element by element, or example by example, leaves them
mostly zero: the cotangent for one example's element is nonzero at that example only. A leading axis is then *paired*
with an axis of the value, and what is kept is the diagonal alone. A rule carries any leading axes, so it runs on the
diagonal as it is, if it takes the elements along the paired axis one by one; `Rules.along` says where it does.
"""

import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from .cotangents import unbroadcast
from .scattered import whole

Pairs = dict[int, int]  # a leading axis, counted from the front: the axis of the value, counted from the end


class Lead(NamedTuple):
    """The leading axes of all cotangents of a pass: their number, and how many rows they may have unpaired."""

    ndim: int
    room: float = math.inf

    def check(self, shape: tuple[int, ...], lost: Collection[int]) -> None:
        """Raise `TooManyRows` if data of `shape` have them, now that the leading axes `lost` are no longer paired."""
        if not lost or math.prod(shape[: self.ndim]) <= self.room:
            return
        axis = max(lost, key=lambda l: shape[l])
        rest = math.prod(shape[: self.ndim]) // shape[axis]
        raise TooManyRows(axis, max(1, int(self.room // rest)))


class TooManyRows(Exception):
    """A pass has no room to carry all of leading axis `axis` unpaired, only `count` of it at a time."""

    def __init__(self, axis: int, count: int) -> None:
        super().__init__(axis, count)
        self.axis, self.count = axis, count


class Paired:
    """Cotangents of which `data` are the diagonals: of length 1 along a paired leading axis.

    With `pairs = {0: -2}`, `c[l, m, i, j]` is `data[0, m, i, j]` where `i == l`, and 0 elsewhere.
    """

    __slots__ = ("data", "lead", "pairs")

    data: Any  # an array, or Scattered
    pairs: Pairs
    lead: Lead

    def __init__(self, data: Any, pairs: Pairs, lead: Lead) -> None:
        self.data = data
        self.pairs = pairs
        self.lead = lead

    @property
    def dtype(self) -> Any:
        return self.data.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array that this stands for."""
        return self._shape(self.pairs)

    def _shape(self, unpaired: Mapping[int, int]) -> tuple[int, ...]:
        shape = list(self.data.shape)
        for l, j in unpaired.items():
            shape[l] = shape[j]
        return tuple(shape)

    def whole(self) -> Any:
        """The array that this stands for; the diagonals themselves where nothing is paired."""
        if not self.pairs:
            return whole(self.data)
        out = np.zeros(self.shape, self.dtype)
        self.write(out)
        return out

    def write(self, out: Any) -> None:
        """Put the diagonals where they belong in `out`, an array of zeros of this one's shape."""
        data, strides = whole(self.data), list(out.strides)
        if out.shape != self.shape:
            raise ValueError(f"Rows of shape {self.shape}, not {out.shape}: some operation's `along` is wrong")
        for l, j in self.pairs.items():
            strides[j] += strides[l]
        np.lib.stride_tricks.as_strided(out, data.shape, strides)[...] = data

    def keeping(self, pairs: Mapping[int, int]) -> "Paired":
        """The same with only those of its pairs whose leading axes are in `pairs`; the others are written out.

        Raises:
          TooManyRows: if there is no room for that.
        """
        lost = {l: j for l, j in self.pairs.items() if l not in pairs}
        if not lost:
            return self
        shape = self._shape(lost)
        self.lead.check(shape, lost)
        data = np.zeros(shape, self.dtype)
        Paired(self.data, lost, self.lead).write(data)
        return Paired(data, {l: j for l, j in self.pairs.items() if l in pairs}, self.lead)

    def unbroadcast(self, shape: tuple[int, ...]) -> "Paired":
        """The cotangent of what was broadcast from `shape`.

        The sum over a paired axis of the value has one term for each row: it is the diagonal, along the leading axis.
        """
        data, pairs, lost = whole(self.data), {}, []
        for l, j in self.pairs.items():
            if -j <= len(shape) and shape[j] == data.shape[j]:
                pairs[l] = j
            else:
                data = data.swapaxes(l, j)
                lost.append(l)
        self.lead.check(data.shape, lost)
        return Paired(unbroadcast(data, shape, data.shape[: self.lead.ndim]), pairs, self.lead)

    def conj(self) -> "Paired":
        return Paired(self.data.conj(), self.pairs, self.lead)

    def __add__(self, other: "Paired") -> "Paired":
        both = dict(self.pairs.items() & other.pairs.items())
        return Paired(self.keeping(both).data + other.keeping(both).data, both, self.lead)

    def __iadd__(self, other: "Paired") -> "Paired":
        if self.pairs != other.pairs:
            return self + other
        self.data = operator.iadd(self.data, other.data)  # type: ignore[no-untyped-call]
        return self


def along(step: Callable[..., Any], axis_of: Callable[[int, Any], int | None] | None,
          shape: tuple[int, ...] | None) -> Callable[..., Any]:  # fmt: skip
    """`step`, which takes arrays with leading axes, as one that takes `Paired`.

    Args:
      step: `step(g, saved, node)`.
      axis_of: the input's axis that the rule takes as the output's axis j, `axis_of(j, saved)`; None for none.
      shape: what to sum the cotangent to, if the input was broadcast.
    """

    def run(g: Any, saved: Any, node: Any) -> Any:
        several = isinstance(g, list)
        found = [x for x in g if x is not None] if several else [g]
        common = dict(set.intersection(*[set(x.pairs.items()) for x in found]))
        pairs = {}
        if axis_of is not None:
            for l, j in common.items():
                i = axis_of(j, saved)
                if i is not None:
                    pairs[l] = i
        lead = found[0].lead
        arrays = [None if x is None else whole(x.keeping(pairs).data) for x in (g if several else [g])]
        c = step(arrays if several else arrays[0], saved, node)
        if isinstance(c, list | tuple):
            return [None if x is None else Paired(x, pairs, lead) for x in c]
        if c is None:
            return None
        return Paired(c, pairs, lead) if shape is None else Paired(c, pairs, lead).unbroadcast(shape)

    return run
