"""Crosses of features: for each row of several tensors, all ways to take one element of each. No gradient passes."""

import itertools
from typing import Any

import numpy as np

from ..engine import fingerprints
from ..math.cast import cast
from ..operations.primitive import _brackets, primitive
from ..values.convert import convert_to_tensor
from ..values.dtypes import int64, string
from ..values.errors import invalid
from ..values.symbolic import computation, computed, integers_tensor
from ..values.tensor import Tensor
from .tensor import SparseTensor

__all__ = ["cross", "cross_hashed"]

_KEY = 0xDECAFCAFFE


@primitive(op="SparseCross", multiple=True)
def crosses_p(xp: Any, *parts: Any, sparse: int, buckets: int, key: int, separator: bytes | None) -> Any:
    """The indices of the crosses in a matrix, and the crosses: texts if there is a `separator`, else fingerprints.

    `parts` are the indices and the values of `sparse` SparseTensors, and then matrices.
    """
    op = "SparseCross" if separator is None else "SparseCrossV2"
    dense = parts[2 * sparse + 1 :]
    count = int(parts[2 * sparse][0])
    for i, x in enumerate(dense):
        if len(x) != count:
            raise invalid(op, f"Expected batch size {count} got {len(x)} at dense tensor {i}")
    columns: list[list[list[Any]]] = []
    for i in range(sparse):
        rows: list[list[Any]] = [[] for _ in range(count)]
        for row, value in zip(parts[2 * i][:, 0].tolist(), parts[2 * i + 1].tolist(), strict=True):
            rows[row].append(value)
        columns.append(rows)
    columns += [x.tolist() for x in dense]
    indices, values = [], []
    for row in range(count):
        for place, chosen in enumerate(itertools.product(*(column[row] for column in columns))):
            indices.append((row, place))
            values.append(_hashed(chosen, buckets, key) if separator is None else separator.join(map(_text, chosen)))
    out = np.empty(len(values), np.int64 if separator is None else np.object_)
    out[:] = values
    return np.array(indices, np.int64).reshape(-1, 2), out


def _text(x: Any) -> bytes:
    return x if isinstance(x, bytes) else str(x).encode()


def _hashed(chosen: tuple[Any, ...], buckets: int, key: int) -> int:
    out = key
    for x in chosen:
        out = fingerprints.joined(out, fingerprints.fingerprint64(x) if isinstance(x, bytes) else x & (1 << 64) - 1)
    return out % (buckets or np.iinfo(np.int64).max)


def _crossed(inputs: Any, op: str, **attrs: Any) -> SparseTensor:
    if not isinstance(inputs, list | tuple):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(x, SparseTensor | Tensor) for x in inputs):
        raise TypeError(f"All inputs must be Tensors or SparseTensors, got {inputs!r}")
    if not inputs:
        nothing = np.zeros(0, np.int64 if attrs["separator"] is None else np.object_)
        return SparseTensor(np.zeros((0, 2), np.int64), nothing, np.zeros(2, np.int64))
    sparse = [x for x in inputs if isinstance(x, SparseTensor)]
    dense = [_known(x) for x in inputs if not isinstance(x, SparseTensor)]
    for i, x in enumerate(dense):
        if x._array.ndim != 2:
            raise invalid(op, f"Dense inputs should be a matrix but received shape {_brackets(x._array.shape)} at "
                          f"position {i}")  # fmt: skip
    for i, x in enumerate(sparse):
        if len(x._dims) != 2:
            raise invalid(op, f"Expected D2 of index to be 2 got {len(x._dims)} at position {i}")
    count = sparse[0]._dims[0] if sparse else dense[0]._array.shape[0]
    parts = [part for x in sparse for part in (x.indices, _known(x.values))]
    given = [*parts, integers_tensor((count,), np.int64), *dense]
    indices, values = crosses_p(*given, sparse=len(sparse), **attrs)
    return SparseTensor(indices, values, computed(_shape, indices, count))


def _known(x: Any) -> Any:
    return x if x.dtype is string else cast(x, int64)


@computation
def _shape(indices: Any, count: int) -> Any:
    return np.array([count, indices[:, 1].max(initial=-1) + 1], np.int64)


def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """Crosses of features, as texts.

    Args:
      inputs: a list of tensors and SparseTensors of strings or numbers, of rank 2, with as many rows. Numbers count as
        int64.
      separator: what is between the parts of a cross, by default "_X_".

    Returns:
      A SparseTensor of strings: in each row are all ways to take one element of the same row of each input, first of
      the SparseTensors and then of the others.

    Raises:
      TypeError: if `inputs` is no list of tensors.
      InvalidArgumentError: for other shapes.

    >>> import gradtape as tf
    >>> tf.sparse.cross([tf.constant([["a", "b"]]), tf.constant([["c"]])]).values.numpy().tolist()
    [b'a_X_c', b'b_X_c']
    """
    text = convert_to_tensor("_X_" if separator is None else separator).numpy()
    return _crossed(inputs, "SparseCrossV2", buckets=0, key=0, separator=text)


def cross_hashed(inputs: Any, num_buckets: int = 0, hash_key: int | None = None,
                 name: str | None = None) -> SparseTensor:  # fmt: skip
    """Crosses of features, as fingerprints.

    Args:
      inputs: as for `tf.sparse.cross`.
      num_buckets: how many different results there are to be; 0 for as many as can be.
      hash_key: an integer with which fingerprints begin.

    Returns:
      A SparseTensor of int64, whose elements are where those of `tf.sparse.cross` are.

    Raises:
      TypeError: if `inputs` is no list of tensors.
      InvalidArgumentError: for other shapes, or a negative `num_buckets`.

    >>> import gradtape as tf
    >>> tf.sparse.cross_hashed([tf.constant([["a", "b"]]), tf.constant([["c"]])], 100).values.numpy()
    array([66, 54])
    """
    if num_buckets < 0:
        raise invalid("SparseCross", f"Value for attr 'num_buckets' of {num_buckets} must be at least minimum 0")
    return _crossed(inputs, "SparseCross", buckets=int(num_buckets), key=int(hash_key or _KEY), separator=None)
