"""Sums of products by Einstein's convention: `einsum` and `tensordot`, each a chain of products of two tensors."""

import functools
import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..array.shape import identity_p
from ..math.reduction import sum_p
from ..operations.broadcasting import broadcast_to_p, reshape_p, transpose_p
from ..values.convert import convert_to_tensor, gives_tensor
from ..values.errors import invalid
from ..values.symbolic import Dim, broadcast_shapes, differ, never_equal, sample_shape, varies
from ..values.tensor import EagerTensor, Tensor
from ..values.variable import Variable
from .contract import contract_p
from .diagonal import Bands, take_diagonals_p

__all__ = ["einsum", "tensordot"]

Shape = tuple[int, ...]

_TERM = r"[a-zA-Z]*(?:\.\.\.)?[a-zA-Z]*"
_EQUATION = re.compile(rf"{_TERM}(?:,{_TERM})*(?:->{_TERM})?")


@functools.lru_cache(1024)
def _parse(equation: str) -> tuple[list[str], str]:
    """The labels of the inputs and of the output, in which `.` stands for the axes of an ellipsis."""
    compact = equation.replace(" ", "")
    if not _EQUATION.fullmatch(compact):
        raise ValueError(
            f"Subscripts have incorrect format: {equation}. Write the labels (letters) of the axes of each input, with "
            "commas between inputs, and after `->` those of the output; `...` stands for any number of axes."
        )
    left, arrow, out = compact.replace("...", ".").partition("->")
    terms = left.split(",")
    counts = Counter(left.replace(",", "").replace(".", ""))
    if not arrow:  # the labels that come once, in order
        out = "." * ("." in left) + "".join(sorted(c for c, n in counts.items() if n == 1))
    if len(set(out)) < len(out):
        raise ValueError(f"Output subscripts contain a label appearing more than once: {equation}")
    for label in out.replace(".", ""):
        if label not in counts:
            raise ValueError(
                f"Output subscripts contain the label {label} not present in the input subscripts: {equation}"
            )
    return terms, out


class _Plan(NamedTuple):
    """How to compute an equation for inputs of given shapes."""

    # Of each: diagonals to take, the shape to broadcast to where it may have to be, the shape then, axes to sum.
    inputs: list[tuple[list[tuple[Shape, Bands]], Shape | None, Shape | None, Shape]]
    products: list[tuple[int, int, str, str, str]]  # which two to multiply next, their labels, and the product's
    perm: Shape | None  # the order of the only input's axes, where it is not the output's


def _made(equation: str, shapes: tuple[Shape, ...]) -> _Plan:
    terms, out, broadcast = _spell_out(equation, shapes)
    sizes = _sizes(terms, shapes, broadcast)
    used = Counter("".join("".join(set(t)) for t in terms) + out)
    inputs: list[Any] = []
    labels = []
    for term, shape in zip(terms, shapes, strict=True):
        lengths = dict(zip(term, shape, strict=True))
        diagonals = []
        while len(set(term)) < len(term):  # a label that comes twice
            label = next(c for c in term if term.count(c) > 1)
            first = term.index(label)
            second = term.index(label, first + 1)
            order = [i for i in range(len(term)) if i not in (first, second)] + [first, second]
            diagonals.append((tuple(i - len(term) for i in order), Bands(sizes[label], sizes[label])))
            term = "".join(term[i] for i in order[:-1])
        wide = tuple(lengths[c] if c not in broadcast or lengths[c] == 1 else sizes[c] for c in term)
        matching = "".join(c for c, n in zip(term, wide, strict=True) if n != 1 or sizes[c] == 1)  # others broadcast
        squeezed = tuple(sizes[c] for c in matching) if matching != term else None
        alone = tuple(i - len(matching) for i, c in enumerate(matching) if used[c] == 1)
        inputs.append((diagonals, wide if wide != tuple(lengths[c] for c in term) else None, squeezed, alone))
        labels.append("".join(c for c in matching if used[c] > 1))
    if len(labels) == 1:
        perm = tuple(labels[0].index(c) - len(out) for c in out) if labels[0] != out else None
        return _Plan(inputs, [], perm)
    return _Plan(inputs, _products(labels, out, sizes), None)


_plan = functools.lru_cache(4096)(_made)


def _spell_out(equation: str, shapes: Sequence[Shape]) -> tuple[list[str], str, str]:
    """The labels of inputs and output with those of the ellipsis spelt out, and these."""
    terms, out = _parse(equation)
    if len(terms) != len(shapes):
        raise ValueError(f'Got {len(shapes)} inputs for equation "{equation}", expecting {len(terms)}')
    extra = [len(shape) - len(term.replace(".", "")) for term, shape in zip(terms, shapes, strict=True)]
    for i, (term, n) in enumerate(zip(terms, extra, strict=True)):
        if n < 0 or (n and "." not in term):
            wanted = len(shapes[i]) - n
            raise invalid("Einsum", f"Expected input {i} to have rank {'at least ' * ('.' in term)}{wanted} but got: "
                          f'{len(shapes[i])}, for equation "{equation}"')  # fmt: skip
    most = max(extra)
    if most and "." not in out:
        raise invalid("Einsum", f"Output contains {most} broadcasting dimension(s) but no ellipsis (...) was found in "
                      f'the output subscripts: "{equation}"')  # fmt: skip
    broadcast = "".join(chr(256 + i) for i in range(most))
    spelt = [term.replace(".", broadcast[most - n :]) for term, n in zip(terms, extra, strict=True)]
    return spelt, out.replace(".", broadcast), broadcast


def _sizes(terms: Sequence[str], shapes: Sequence[Shape], broadcast: str) -> dict[str, int]:
    """The length of the axis of each label."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for axis, (label, n) in enumerate(zip(term, shape, strict=True)):
            known = sizes.setdefault(label, n)
            if label in broadcast and (known == 1 or n == 1 or not never_equal(known, n)):
                (sizes[label],) = broadcast_shapes((known,), (n,))
                continue
            if not differ(known, n):
                sizes[label] = n if type(known) is Dim else known
                continue
            brackets = f"[{','.join(map(str, shape))}]"
            raise invalid("Einsum", f"Expected dimension {known} at axis {axis} of the input shaped {brackets} but got "
                          f"dimension {n}")  # fmt: skip
    return sizes


def _products(labels: list[str], out: str, sizes: dict[str, int]) -> list[tuple[int, int, str, str, str]]:
    """Products of two until one is left; each time, of the two whose product saves most memory. It goes to the end."""

    def size(term: str) -> int:
        return math.prod(sample_shape(tuple(sizes[c] for c in term)))

    def product(i: int, j: int) -> str:
        rest = set(out).union(*(term for k, term in enumerate(labels) if k not in (i, j)))
        return "".join(c for c in dict.fromkeys(labels[i] + labels[j]) if c in rest)

    def cost(pair: tuple[int, int]) -> int:
        return size(product(*pair)) - size(labels[pair[0]]) - size(labels[pair[1]])

    products = []
    while len(labels) > 1:
        i, j = min(itertools.combinations(range(len(labels)), 2), key=cost)
        to = product(i, j) if len(labels) > 2 else out
        products.append((i, j, labels[i], labels[j], to))
        labels = [term for k, term in enumerate(labels) if k not in (i, j)] + [to]
    return products


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> EagerTensor:
    """The sum of products that `equation` describes.

    Each axis of each input has a label, a letter. Axes with the same label are multiplied along each other; labels that
    the output does not have are summed over. A label that one input has twice takes its diagonal. `...` stands for any
    number of axes, which broadcast.

    Args:
      equation: `"ij,jk->ik"`; without `->`, the output has the labels that come once, in alphabetical order.
      inputs: tensors of one number type; they are multiplied two at a time, in an order that keeps the work small.
      **kwargs: `name` and `optimize`, of no effect.

    Raises:
      ValueError: for an equation that cannot be read, or of another number of inputs.
      InvalidArgumentError: if ranks, sizes or dtypes do not fit the equation.
      TypeError: for another keyword.

    >>> import gradtape as tf
    >>> m = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    >>> tf.einsum("ij,jk->ik", m, m).numpy()
    array([[ 7., 10.],
           [15., 22.]], dtype=float32)
    >>> tf.einsum("ii", m).numpy()
    np.float32(5.0)
    """
    if kwargs.keys() - {"name", "optimize"}:
        raise TypeError(f"Invalid keyword arguments for einsum: {', '.join(kwargs)}. Valid arguments: name, optimize.")
    if not isinstance(equation, str):
        raise TypeError(f"The equation of einsum is a string such as 'ij,jk->ik', got {equation!r}")
    first = next((x for x in inputs if isinstance(x, Tensor | Variable)), None)
    hint = None if first is None else first.dtype
    xs: list[Any] = [convert_to_tensor(x, dtype_hint=hint) for x in inputs]
    shapes = tuple([x._array.shape for x in xs])
    plan = _made(equation, shapes) if varies(shapes) else _plan(equation, shapes)
    given = xs[0]
    for i, (diagonals, wide, squeezed, alone) in enumerate(plan.inputs):
        for perm, bands in diagonals:
            xs[i] = take_diagonals_p(transpose_p(xs[i], perm=perm), bands=bands)
        if wide is not None:
            xs[i] = broadcast_to_p(xs[i], shape=wide)
        if squeezed is not None:
            xs[i] = reshape_p(xs[i], shape=squeezed)
        if alone:
            xs[i] = sum_p(xs[i], axis=alone)
    for i, j, left, right, to in plan.products:
        y, x = xs.pop(j), xs.pop(i)
        xs.append(contract_p(x, y, left=left, right=right, to=to))
    if plan.perm is not None:
        return transpose_p(xs[0], perm=plan.perm)
    return identity_p(xs[0]) if xs[0] is given else xs[0]


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> EagerTensor:
    """The sum of `a * b` over pairs of axes.

    Args:
      a, b: tensors of one number type.
      axes: a number n, for the last n axes of `a` with the first n of `b`; or two lists of as many axes, of `a` and
        of `b`.

    Returns:
      A tensor with the other axes of `a`, then the other axes of `b`.

    Raises:
      ValueError: if `axes` is neither, or names no axes of `a` and `b`.
      InvalidArgumentError: if the lengths of two axes differ, or the dtypes.

    >>> import gradtape as tf
    >>> tf.tensordot([[1, 2], [3, 4]], [1, 1], axes=1).numpy()
    array([3, 7], dtype=int32)
    """
    a = convert_to_tensor(a)
    b = convert_to_tensor(b, dtype_hint=a.dtype)
    ours, theirs = _pairs(axes, a, b)
    labels = [chr(256 + i) for i in range(a.ndim + b.ndim)]
    left, right = labels[: a.ndim], labels[a.ndim :]
    for i, j in zip(ours, theirs, strict=True):
        if differ(a._array.shape[i], b._array.shape[j]):
            shapes = ", ".join(f"In[{k}]: [{','.join(map(str, x._array.shape))}]" for k, x in enumerate((a, b)))
            raise invalid(
                "MatMul", f"Matrix size-incompatible: {shapes}; axis {i} of a and axis {j} of b differ in length"
            )
        right[j] = left[i]
    to = [c for c in left if c not in right] + [c for c in right if c not in left]
    return contract_p(a, b, left="".join(left), right="".join(right), to="".join(to))  # type: ignore[no-any-return]


def _pairs(axes: Any, a: EagerTensor, b: EagerTensor) -> tuple[list[int], list[int]]:
    """The axes of `a` and those of `b` to sum over."""
    if gives_tensor(axes) or isinstance(axes, np.ndarray):
        axes = np.asarray(axes).tolist()
    if isinstance(axes, int | np.integer):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        if axes > min(a.ndim, b.ndim):
            raise ValueError(
                f"`axes` must not be larger than the number of dimensions of either tensor. Received {axes}, vs tensor "
                f"dimensions {a.ndim} and {b.ndim}."
            )
        return list(range(a.ndim - axes, a.ndim)), list(range(axes))
    if not isinstance(axes, list | tuple):
        raise TypeError(f"`axes` must be an integer or two lists of axes. Received {axes!r}.")
    if len(axes) != 2:
        raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
    ours, theirs = (np.atleast_1d(np.asarray(convert_to_tensor(list(x) if isinstance(x, tuple) else x)._array))
                    .astype(np.int64).tolist() for x in axes)  # fmt: skip
    if len(ours) != len(theirs):
        raise ValueError(f"Different number of contraction axes `a` and `b`, {len(ours)} != {len(theirs)}.")
    for name, x, given in (("a", a, ours), ("b", b, theirs)):
        if any(not -x.ndim <= i < x.ndim for i in given):
            raise IndexError(f"`axes` {given} are not all axes of `{name}`, whose shape is {x.shape}.")
        given[:] = [i % x.ndim for i in given]
        if len(set(given)) < len(given):
            raise ValueError(f"`axes` {given} name an axis of `{name}` twice.")
    return ours, theirs
