"""Samples: the arrays that a trace computes along, of which no shape has to be inferred by hand.

A value whose lengths differ from run to run has two samples of different lengths: what is the same in both is known.
"""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..engine.numpy_filled import full_of
from ..graph.graph import Constant
from ..values.errors import InvalidArgumentError
from ..values.symbolic import Value


class Two(NamedTuple):
    """Two samples of one value, of different lengths."""

    sample: Any
    other: Any


def sample_of(x: Any) -> Any:
    """The sample of an input of an entry."""
    if type(x) is Value:
        return x.sample
    return x.array if type(x) is Constant else x


def two_of(sample: Any) -> tuple[Any, Any]:
    """A sample, and another one if there are two; of the length of an axis, there are."""
    one, other = (
        (sample.sample, sample.other) if type(sample) is Value else sample if type(sample) is Two else (sample, None)
    )
    if type(one) is int and other in (None, one):
        return one, one + 1
    return one, other


def two_samples(array: Any, varies: Sequence[bool], least: int = 2) -> Two:
    """An array such as `array`, and another with other lengths of the axes that vary; these are `least` or more."""
    shape = [max(n, least) if v else n for n, v in zip(array.shape, varies, strict=True)]
    sample = array if list(array.shape) == shape else resized(array, shape, 1)
    return Two(sample, resized(array, [n + v for n, v in zip(shape, varies, strict=True)], 1))


def resized(array: Any, shape: Sequence[int], fill: int) -> Any:
    """An array of another shape with the elements of `array` in turn; where there are none, of `fill`, or of ""."""
    return np.resize(array, shape) if array.size else full_of(tuple(shape), fill, array.dtype)


def of_any_length(trace: Callable[[int], Any], arrays: Sequence[Any]) -> Any:
    """What `trace(least)` gives, which takes lengths that vary to be `least` or more.

    Axes of length 1 broadcast, and empty ones vanish, so they are traced as longer ones. Where that is refused, since
    broadcasting is what they are for, they are traced as they are; or else as of a length that a branch may be for
    which is not taken for the present one: a multiple of many numbers.
    """
    if all(type(x) is Value for x in arrays):  # of an outer trace, which says how long they are
        return trace(2)
    try:
        return trace(2)
    except (InvalidArgumentError, ValueError) as error:
        for least in (0, 12):
            with contextlib.suppress(Exception):
                return trace(least)
        raise error from None
