"""`tf.raw_ops`: some operations by the names and arguments of TensorFlow's kernels. They take keywords alone."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .array.creation import zeros_like
from .array.gathering import gather_p, searchsorted_p
from .array.shape import reshape, stop_gradient
from .image.projection import projective_transform
from .math.cast import cast
from .nn.fused import fused_batch_norm
from .nn.normalization import moments
from .operations.primitive import _kernel_name
from .sparse.operations import reorder
from .sparse.tensor import SparseTensor
from .values.convert import convert_to_tensor
from .values.dtypes import as_dtype, int32
from .values.errors import NotFoundError, invalid
from .values.lacking import lacking
from .values.symbolic import computation, computed
from .values.tensor import EagerTensor, Tensor, wrap

__all__ = [
    "Bucketize",
    "FusedBatchNormV2",
    "ImageProjectiveTransformV3",
    "SparseReorder",
    "UniqueV2",
    "UniqueWithCountsV2",
]


def _raw(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which says what it takes where it is called without keywords."""
    keys = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        if given:
            raise TypeError(f"{function.__name__} only takes keyword args (possible keys: {keys}). Please pass these "
                            "args as kwargs instead.")  # fmt: skip
        return function(**named)

    return call


# --- Bucketize -------------------------------------------------------------------------------------------------------


@_raw
def Bucketize(*, input: Any, boundaries: Any, name: str | None = None) -> EagerTensor:
    """How many of the boundaries are not greater than each number. No gradient passes.

    Args:
      input: int32, int64, float32 or float64.
      boundaries: a list of numbers, sorted.

    Returns:
      An int32 tensor of the shape of `input`.

    Raises:
      TypeError: if `boundaries` is no list.
      InvalidArgumentError: for another dtype, or boundaries that are not sorted.

    >>> import gradtape as tf
    >>> tf.raw_ops.Bucketize(input=[-5.0, 0.0, 3.0, 200.0], boundaries=[0.0, 10.0, 100.0]).numpy()
    array([0, 1, 1, 3], dtype=int32)
    """
    x = convert_to_tensor(input)
    if x.dtype.name not in ("int32", "int64", "float32", "float64"):
        raise invalid("Bucketize", f"Value for attr 'T' of {_kernel_name(x._array.dtype)} is not in the list of "
                      "allowed values: int32, int64, float, double")  # fmt: skip
    if not isinstance(boundaries, list | tuple):
        raise TypeError(f"Expected list for 'boundaries' argument to 'bucketize' Op, not {boundaries}.")
    wide = np.float64 if x.dtype.name == "float64" else np.float32  # in which TensorFlow compares
    edges = np.array(boundaries, np.float32).astype(wide)
    if (np.diff(edges) < 0).any():
        raise invalid("Bucketize", "Expected sorted boundaries")
    rows = convert_to_tensor(edges.reshape(1, -1))
    found = searchsorted_p(rows, reshape(cast(x, wide), [1, -1]), side="right", dtype=np.dtype(np.int32))
    return reshape(found, x._array.shape)


# --- Unique, along an axis -------------------------------------------------------------------------------------------


class _UniqueV2(NamedTuple):
    y: EagerTensor
    idx: EagerTensor


class _UniqueWithCountsV2(NamedTuple):
    y: EagerTensor
    idx: EagerTensor
    count: EagerTensor


def _unique(x: Any, axis: Any, out_idx: Any, op: str) -> tuple[Any, Any]:
    x = convert_to_tensor(x)
    if x.dtype.is_complex:
        raise NotFoundError(None, None, f"{op} is not defined for {x.dtype.name} [Op:{op}]")
    axes, n = convert_to_tensor(axis, None if isinstance(axis, Tensor | np.ndarray) else int32), x._array.ndim
    if axes._array.ndim != 1:
        raise invalid(op, "axis expects a 1D vector.")
    along = axes._array.tolist()
    if len(along) > 1:
        raise invalid(op, f"axis does not support input tensors larger than 1 elements, got {along}")
    if not along and n != 1:
        raise invalid(op, "unique expects a 1D vector.")
    at = along[0] if along else 0
    if not -n <= at < n:
        raise invalid(op, f"axis has to be between [0, {n}), got {at}")
    idx = computed(_numbers, x, axis=at, dtype=as_dtype(out_idx)._numpy)
    return gather_p(wrap(x._array), computed(_first_places, idx), axis=at % n - n), idx  # no gradient passes


@computation
def _numbers(x: Any, axis: int, dtype: Any) -> Any:
    """The number of each slice along an axis, where equal ones have one: those of first appearances ascend."""
    x = x.astype(np.float32) if x.dtype.kind == "V" else x
    codes = np.unique(x, return_inverse=True, equal_nan=False)[1].reshape(x.shape)
    if not codes.size:
        return np.zeros(x.shape[axis], dtype)
    rows = np.moveaxis(codes, axis, 0).reshape(x.shape[axis], -1)
    _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[which.reshape(-1)].astype(dtype)


@computation
def _first_places(numbers: Any) -> Any:
    return np.unique(numbers, return_index=True)[1]


@computation
def _unique_counts(numbers: Any) -> Any:
    return np.bincount(numbers).astype(numbers.dtype)


@_raw
def UniqueV2(*, x: Any, axis: Any, out_idx: Any = int32, name: str | None = None) -> _UniqueV2:
    """The distinct slices along an axis, in the order in which they first appear.

    Args:
      x: a tensor.
      axis: a list of one axis; an empty list for a vector.
      out_idx: the dtype of `idx`, int32 or int64.

    Returns:
      `y`, these slices; and `idx`, a vector: which of them each slice of `x` is.

    Raises:
      InvalidArgumentError: if `axis` is not such a list.

    >>> import gradtape as tf
    >>> y, idx = tf.raw_ops.UniqueV2(x=[[1, 2], [3, 4], [1, 2]], axis=[0])
    >>> y.numpy().tolist(), idx.numpy().tolist()
    ([[1, 2], [3, 4]], [0, 1, 0])
    """
    return _UniqueV2(*_unique(x, axis, out_idx, "UniqueV2"))


@_raw
def UniqueWithCountsV2(*, x: Any, axis: Any, out_idx: Any = int32, name: str | None = None) -> _UniqueWithCountsV2:
    """As `UniqueV2`, and how often each is there."""
    y, idx = _unique(x, axis, out_idx, "UniqueWithCountsV2")
    return _UniqueWithCountsV2(y, idx, computed(_unique_counts, idx))


# --- batch normalisation ---------------------------------------------------------------------------------------------


class _FusedBatchNorm(NamedTuple):
    y: EagerTensor
    batch_mean: EagerTensor
    batch_variance: EagerTensor
    reserve_space_1: EagerTensor
    reserve_space_2: EagerTensor


@_raw
def FusedBatchNormV2(*, x: Any, scale: Any, offset: Any, mean: Any, variance: Any, epsilon: float = 0.0001,
                     exponential_avg_factor: float = 1, data_format: str = "NHWC", is_training: bool = True,
                     name: str | None = None) -> _FusedBatchNorm:  # fmt: skip
    """Images normalised by the mean and variance of each channel, in float32 if they are halves.

    Args:
      x: images, with the channels last, or first after the batch in "NCHW".
      scale, offset: a number for each channel.
      mean, variance: of each channel, when not `is_training`; else what averages so far were, or empty.
      exponential_avg_factor: what part of new averages comes from this batch.

    Returns:
      `y`, the images; `batch_mean` and `batch_variance`, of the batch, the latter over one element less, or those that
      were given; `reserve_space_1` and `reserve_space_2`, the mean and variance that it divided by, or zeros when not
      `is_training`. Gradients flow through the first three.

    >>> import gradtape as tf
    >>> x = tf.reshape([1.0, 2.0, 3.0, 6.0], [4, 1, 1, 1])
    >>> made = tf.raw_ops.FusedBatchNormV2(x=x, scale=[2.0], offset=[1.0], mean=[], variance=[])
    >>> made.batch_mean.numpy(), made.reserve_space_2.numpy()
    (array([3.], dtype=float32), array([3.5], dtype=float32))
    """
    given, scale = convert_to_tensor(x), convert_to_tensor(scale)
    wide = cast(given, scale.dtype)
    y, *shown = fused_batch_norm(
        wide, scale, offset, mean, variance, epsilon, data_format, is_training, None, exponential_avg_factor
    )
    kept = [zeros_like(scale), zeros_like(scale)]
    if is_training:
        channel = wide.ndim - 1 if data_format.endswith("C") else 1
        kept = [stop_gradient(part) for part in moments(wide, [i for i in range(wide.ndim) if i != channel])]
    return _FusedBatchNorm(cast(y, given.dtype), *shown, *kept)


# --- sparse tensors --------------------------------------------------------------------------------------------------


class _SparseReorder(NamedTuple):
    output_indices: EagerTensor
    output_values: EagerTensor


@_raw
def SparseReorder(
    *, input_indices: Any, input_values: Any, input_shape: Any, name: str | None = None
) -> _SparseReorder:
    """The indices of a sparse tensor in row-major order, and its values in the same one.

    >>> import gradtape as tf
    >>> made = tf.raw_ops.SparseReorder(input_indices=[[1, 0], [0, 1]], input_values=[5.0, 6.0], input_shape=[2, 2])
    >>> made.output_indices.numpy().tolist(), made.output_values.numpy().tolist()
    ([[0, 1], [1, 0]], [6.0, 5.0])
    """
    ordered = reorder(SparseTensor(input_indices, input_values, input_shape))
    return _SparseReorder(ordered.indices, ordered.values)


# --- images ----------------------------------------------------------------------------------------------------------


@_raw
def ImageProjectiveTransformV3(*, images: Any, transforms: Any, output_shape: Any, fill_value: Any, interpolation: str,
                               fill_mode: str = "CONSTANT", name: str | None = None) -> EagerTensor:  # fmt: skip
    """Images seen through projective transforms; see `gradtape.image.projection.projective_transform`."""
    return projective_transform(images, transforms, output_shape, fill_value, interpolation, fill_mode)


__getattr__ = lacking(__name__)
