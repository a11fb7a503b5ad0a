"""Sparse tensors as strings, three each: of their indices, values and shape."""

from typing import Any

import numpy as np

from ..sparse.tensor import SparseTensor
from ..values import dtypes
from ..values.dtypes import as_dtype
from ..values.errors import invalid
from ..values.symbolic import computation, computed, computed_all
from ..values.tensor import EagerTensor
from . import messages
from .files import strings, vector
from .tensors import array_of, tensor_proto

__all__ = ["deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"]


def _parts(sp_input: Any, out_type: Any) -> tuple[Any, ...]:
    if not isinstance(sp_input, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    if as_dtype(out_type) is not dtypes.string:
        raise NotImplementedError("A sparse tensor is serialized as strings: out_type must be tf.string.")
    return sp_input.indices, sp_input.values, sp_input.dense_shape


def serialize_sparse(sp_input: Any, out_type: Any = dtypes.string, name: str | None = None) -> EagerTensor:
    """A sparse tensor as three strings, which `deserialize_many_sparse` makes it of again.

    Raises:
      ImportError: if protobuf is not installed.
      TypeError: if it is no sparse tensor.
    """
    return computed(_serialized, *_parts(sp_input, out_type))


def serialize_many_sparse(sp_input: Any, out_type: Any = dtypes.string, name: str | None = None) -> EagerTensor:
    """The sparse tensors along the first axis of one, as strings of shape (count, 3).

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if it has less than two axes.
      TypeError: if it is no sparse tensor.

    >>> import gradtape as tf
    >>> rows = tf.sparse.from_dense([[0, 5], [6, 0]])
    >>> strings = tf.io.serialize_many_sparse(rows)
    >>> tf.sparse.to_dense(tf.io.deserialize_many_sparse(strings, tf.int32)).numpy().tolist()
    [[0, 5], [6, 0]]
    """
    return computed(_serialized_rows, *_parts(sp_input, out_type))


def deserialize_many_sparse(serialized_sparse: Any, dtype: Any, rank: int | None = None,
                            name: str | None = None) -> SparseTensor:  # fmt: skip
    """The sparse tensors that strings of shape (count, 3) are of, as one with a new first axis.

    Args:
      dtype: of their values.
      rank: how many axes each has.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if there are no such strings, or their tensors have other dtypes or ranks.
    """
    dtype = as_dtype(dtype)
    x = strings(serialized_sparse, "DeserializeManySparse")
    found = computed_all(_deserialized, x, dtype=dtype.name, rank=None if rank is None else int(rank))
    return SparseTensor(*found)


def _string(array: Any) -> bytes:
    return tensor_proto(np.asarray(array)).SerializeToString()  # type: ignore[no-any-return]


@computation(made=lambda n, *_: [((3,), np.object_)])
def _serialized(indices: Any, values: Any, shape: Any) -> Any:
    return vector([_string(indices), _string(values), _string(shape)])


@computation(made=lambda n, *_: [((n, 3), np.object_)])
def _serialized_rows(indices: Any, values: Any, shape: Any) -> Any:
    if len(shape) < 2:
        raise invalid("SerializeManySparse", f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")
    order = np.argsort(indices[:, 0], kind="stable")
    indices, values = np.asarray(indices)[order], np.asarray(values)[order]
    ends = np.searchsorted(indices[:, 0], np.arange(int(shape[0]) + 1))
    out = np.empty((int(shape[0]), 3), np.object_)
    rest = _string(shape[1:])
    for i in range(len(out)):
        mine = slice(ends[i], ends[i + 1])
        out[i] = _string(indices[mine, 1:]), _string(values[mine]), rest
    return out


def _sparse_shapes(n: int, serialized: Any, *, dtype: str, rank: int | None) -> Any:
    axes = 1 + (n if rank is None else rank)
    return [((n, axes), np.int64), ((n,), as_dtype(dtype)._numpy), ((axes,), np.int64)]


@computation(made=_sparse_shapes, multiple=True)
def _deserialized(serialized: Any, dtype: str, rank: int | None) -> list[Any]:
    op = "DeserializeManySparse"
    if np.ndim(serialized) != 2 or serialized.shape[1] != 3:
        shape = ",".join(map(str, np.shape(serialized)))
        raise invalid(op, f"Serialized sparse should have 3 as the last dimension [{shape}]")
    if not len(serialized):
        raise invalid(op, "Must have at least 1 serialized SparseTensor, but got 0")
    rows, values, shapes = [], [], []
    for number, row in enumerate(serialized.tolist()):
        index, value, shape = (_array(item, op) for item in row)
        if value.dtype != as_dtype(dtype)._numpy:
            kind = dtypes.BY_NUMPY[value.dtype].name
            raise invalid(op, f"Requested SparseTensor of type {dtype} but SparseTensor[{number}].values.dtype() == "
                          f"{dtypes.KERNEL_NAMES.get(kind, kind)}")  # fmt: skip
        if index.dtype != np.int64 or shape.dtype != np.int64 or index.ndim != 2 or value.ndim != 1 or (
            shape.ndim != 1 or index.shape != (len(value), len(shape))
        ):  # fmt: skip
            raise invalid(op, f"SparseTensor[{number}] has indices of shape {list(index.shape)}, values of shape "
                          f"{list(value.shape)} and a shape of shape {list(shape.shape)}")  # fmt: skip
        if len(shape) != (len(shapes[0]) if rank is None and shapes else len(shape) if rank is None else rank):
            raise invalid(op, f"Inconsistent rank across SparseTensors: SparseTensor[{number}] has {len(shape)} axes")
        rows.append(np.concatenate([np.full((len(value), 1), number, np.int64), index], 1))
        values.append(value)
        shapes.append(shape)
    whole = np.concatenate([[len(rows)], np.max(shapes, 0)]).astype(np.int64)
    return [np.concatenate(rows), np.concatenate(values), whole]


def _array(item: bytes, op: str) -> Any:
    proto = messages.TensorProto()
    try:
        proto.ParseFromString(item)
        array = array_of(proto)
    except Exception:
        array = None
    if array is None:
        raise invalid(op, "Could not parse serialized proto")
    return array
