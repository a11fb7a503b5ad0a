"""Operations that TensorFlow 1 had and that are written otherwise today, or did something else."""

import functools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...array.creation import constant
from ...math.cast import cast
from ...operations.public import operands
from ...operations.reading import convert_to_tensor
from ...values.dtypes import bfloat16, bool_, complex64, complex128, float32, float64, int32, int64
from ...values.errors import OutOfRangeError, invalid
from ...values.indexed_slices import IndexedSlices
from ...values.shape import Dimension, TensorShape

__all__ = [
    "Dimension", "Print", "RaggedTensorValue", "SparseTensorValue", "TFRecordCompressionType", "assign", "assign_add",
    "assign_sub", "batch_scatter_update", "clip_by_average_norm", "convert_to_tensor_or_indexed_slices",
    "convert_to_tensor_or_sparse_tensor", "count_up_to", "dimension_at_index", "dimension_value", "div",
    "get_temp_dir", "multinomial", "scatter_add", "scatter_div", "scatter_max", "scatter_min", "scatter_mul",
    "scatter_nd_add", "scatter_nd_sub", "scatter_nd_update", "scatter_sub", "scatter_update", "setdiff1d",
    "sparse_to_dense", "split", "string_split", "tf_record_iterator", "to_bfloat16", "to_complex64", "to_complex128",
    "to_double", "to_float", "to_int32", "to_int64", "tuple", "where",
]  # fmt: skip


# --- values ----------------------------------------------------------------------------------------------------------


def _cast_to(dtype: Any) -> Callable[..., Any]:
    def to(x: Any, name: str | None = None) -> Any:
        return cast(x, dtype)

    to.__doc__ = f"`tf.cast(x, tf.{dtype.name})`."
    return to


to_bfloat16, to_float, to_double = _cast_to(bfloat16), _cast_to(float32), _cast_to(float64)
to_int32, to_int64 = _cast_to(int32), _cast_to(int64)
to_complex64, to_complex128 = _cast_to(complex64), _cast_to(complex128)


def convert_to_tensor_or_indexed_slices(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """`value` if it is an `IndexedSlices`, and else as a tensor."""
    return value if isinstance(value, IndexedSlices) else convert_to_tensor(value, dtype)


def convert_to_tensor_or_sparse_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """`value` if it is a sparse tensor, and else as a tensor."""
    from ...sparse.tensor import SparseTensor

    if isinstance(value, SparseTensorValue):
        return SparseTensor(*value)
    return value if isinstance(value, SparseTensor) else convert_to_tensor(value, dtype)


class SparseTensorValue(NamedTuple):
    """The arrays of a sparse tensor."""

    indices: Any
    values: Any
    dense_shape: Any


class RaggedTensorValue(NamedTuple):
    """The arrays of a ragged tensor."""

    values: Any
    row_splits: Any


def dimension_value(dimension: Any) -> int | None:
    """The length that a `Dimension` is, or a number or None itself."""
    return dimension.value if isinstance(dimension, Dimension) else dimension  # type: ignore[no-any-return]


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """The length of one axis, as a `Dimension`."""
    return Dimension(None) if shape.rank is None else Dimension(dimension_value(shape[index]))


def tuple(tensors: Any, name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """The tensors, None left as it is, as a list."""
    if all(x is None for x in tensors):
        raise ValueError("Must have at least one Tensor: there is none to be returned.")
    return [None if x is None else convert_to_tensor_or_indexed_slices(x) for x in tensors]


# --- arithmetic ------------------------------------------------------------------------------------------------------


def div(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y`, as Python 2 divides: of whole numbers down to a whole one."""
    from ...math import divide, floordiv

    x, y = operands(x, y)
    return floordiv(x, y) if x.dtype.is_integer else divide(x, y)


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Any:
    """`t`, scaled so that the mean of its elements' norm is at most `clip_norm`."""
    from ...array.shape import size
    from ...math import minimum, reduce_sum, rsqrt, square

    t = convert_to_tensor(t)
    count = cast(size(t), float32)
    inverse = rsqrt(reduce_sum(square(t)))
    return t * clip_norm * minimum(inverse * count, constant(1.0) / clip_norm)


def setdiff1d(x: Any, y: Any, index_dtype: Any = int32, name: str | None = None) -> Any:
    """The elements of a vector that are not in another, and where they are.

    >>> import gradtape as tf
    >>> out, where = tf.compat.v1.setdiff1d([1, 2, 3, 4], [1, 3])
    >>> out.numpy(), where.numpy()
    (array([2, 4], dtype=int32), array([1, 3], dtype=int32))
    """
    from ...array.gathering import boolean_mask
    from ...array.shape import reshape
    from ...math import equal, logical_not, reduce_any
    from ...math.comparison import where

    x, y = operands(x, y)
    kept = logical_not(reduce_any(equal(x[:, None], y[None, :]), axis=1))

    return _Difference(boolean_mask(x, kept), cast(reshape(where(kept), [-1]), index_dtype))


class _Difference(NamedTuple):
    out: Any
    idx: Any


def multinomial(
    logits: Any, num_samples: Any, seed: Any = None, name: str | None = None, output_dtype: Any = None
) -> Any:
    """`tf.random.categorical`."""
    from ...random import categorical

    return categorical(logits, num_samples, output_dtype, seed)


# --- variables -------------------------------------------------------------------------------------------------------


def assign(ref: Any, value: Any, validate_shape: Any = None, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign(value)`."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign_add(value)`."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign_sub(value)`."""
    return ref.assign_sub(value)


def _scatter(method: str) -> Callable[..., Any]:
    def scatter(ref: Any, indices: Any, updates: Any, use_locking: Any = False, name: str | None = None) -> Any:
        indices = convert_to_tensor(indices)
        updates = convert_to_tensor(updates, ref.dtype)
        return getattr(ref, method)(IndexedSlices(updates, indices))

    scatter.__name__ = scatter.__qualname__ = method
    scatter.__doc__ = f"`ref.{method}(tf.IndexedSlices(updates, indices))`."
    return scatter


def _scatter_nd(method: str) -> Callable[..., Any]:
    def scatter(ref: Any, indices: Any, updates: Any, use_locking: Any = False, name: str | None = None) -> Any:
        return getattr(ref, method)(indices, updates)

    scatter.__name__ = scatter.__qualname__ = method
    scatter.__doc__ = f"`ref.{method}(indices, updates)`."
    return scatter


scatter_add, scatter_sub, scatter_update = map(_scatter, ("scatter_add", "scatter_sub", "scatter_update"))
scatter_mul, scatter_div = map(_scatter, ("scatter_mul", "scatter_div"))
scatter_max, scatter_min = map(_scatter, ("scatter_max", "scatter_min"))
batch_scatter_update = _scatter("batch_scatter_update")
scatter_nd_add, scatter_nd_sub = map(_scatter_nd, ("scatter_nd_add", "scatter_nd_sub"))
scatter_nd_update = _scatter_nd("scatter_nd_update")


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Any:
    """The value of a variable, to which 1 is added.

    Raises:
      OutOfRangeError: if it has reached `limit`.
    """
    value = ref.read_value()
    if int(value) >= limit:
        raise OutOfRangeError(None, None, f"Reached limit of {limit}")
    ref.assign_add(1)
    return value


# --- text and sparse tensors -----------------------------------------------------------------------------------------


def string_split(source: Any, sep: Any = None, skip_empty: bool = True, delimiter: str | None = None,
                 result_type: str = "SparseTensor", name: str | None = None) -> Any:  # fmt: skip
    """The parts of strings, as a sparse matrix with a row for each.

    Args:
      source: a vector of strings.
      sep, delimiter: characters that each end a part; " " by default.
      skip_empty: whether empty parts are left out.
      result_type: "SparseTensor" or "RaggedTensor".

    >>> import gradtape as tf
    >>> tf.compat.v1.string_split(["a b", "c"]).values.numpy()
    array([b'a', b'b', b'c'], dtype=object)
    """
    from ...ragged import constant as ragged_constant

    if sep is not None and delimiter is not None:
        raise ValueError("Cannot specify both 'delimiter' and 'sep'.")
    by = delimiter if sep is None else sep
    by = (" " if by is None else by).encode() if isinstance(by, str | None) else convert_to_tensor(by).numpy()
    source = convert_to_tensor(source, "string")
    if source.shape.rank not in (None, 1):
        raise ValueError(f"Shape must be rank 1 but is rank {source.shape.rank}: `source` is a vector of strings.")
    rows = [_parts(text, by, skip_empty) for text in source.numpy()]
    return _as(ragged_constant(rows, "string", ragged_rank=1), result_type)


def _parts(text: bytes, by: bytes, skip_empty: bool) -> list[bytes]:
    if by:
        for other in by[1:]:
            text = text.replace(bytes([other]), by[:1])
        parts = text.split(by[:1])
    else:
        parts = [bytes([c]) for c in text]
    return [part for part in parts if part] if skip_empty else parts


def _as(found: Any, result_type: str) -> Any:
    if result_type.lower() == "raggedtensor":
        return found
    if result_type.lower() == "sparsetensor":
        return found.to_sparse()
    raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def split(input: Any = None, sep: Any = None, maxsplit: int = -1, result_type: str = "SparseTensor",
          source: Any = None, name: str | None = None) -> Any:  # fmt: skip
    """`tf.strings.split`, which gives a sparse matrix unless `result_type` is "RaggedTensor"."""
    from ...strings import split

    if input is not None and source is not None:
        raise ValueError("Cannot specify both 'source' and 'input'.")
    text = convert_to_tensor(source if input is None else input, "string")
    if result_type.lower() == "sparsetensor" and text.shape.rank == 0:
        text = text[None]
    return _as(split(text, sep, maxsplit), result_type)


def sparse_to_dense(sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any = 0,
                    validate_indices: bool = True, name: str | None = None) -> Any:  # fmt: skip
    """A tensor that is `default_value` but at some indices, a scalar, a vector or a matrix of which each is a row."""
    from ...array.creation import fill
    from ...array.gathering import tensor_scatter_nd_update
    from ...array.shape import broadcast_to, reshape

    indices = cast(convert_to_tensor(sparse_indices), int64)
    values = convert_to_tensor(sparse_values)
    rank = indices.shape.rank
    indices = indices if rank == 2 else reshape(indices, [-1, 1])
    values = broadcast_to(values, [indices.shape[0]]) if values.shape.rank == 0 else values
    whole = fill(output_shape, convert_to_tensor(default_value, values.dtype))
    return tensor_scatter_nd_update(whole, indices, values)


class TFRecordCompressionType:
    """How files of records are compressed."""

    NONE, ZLIB, GZIP = 0, 1, 2


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a file, as bytes."""
    kind = getattr(options, "compression_type", options) or ""
    kind = {0: "", 1: "ZLIB", 2: "GZIP"}.get(kind, kind)
    for record in sys.modules["gradtape"].data.TFRecordDataset(path, kind):
        yield record.numpy()


# --- others ----------------------------------------------------------------------------------------------------------


def Print(input_: Any, data: Any, message: str | None = None, first_n: int | None = None, summarize: int | None = None,
          name: str | None = None) -> Any:  # fmt: skip
    """`input_`; what is in `data` is printed to the standard error stream."""
    from ...printing import print

    parts: list[Any] = [] if message is None else [message]
    for x in map(convert_to_tensor, data):
        parts += ["[", x, "]"] if x.shape.rank == 0 else [x]
    print(*parts, sep="", summarize=3 if summarize is None else summarize)
    return convert_to_tensor(input_)


@functools.cache
def get_temp_dir() -> str:
    """A folder for the files of tests, which is gone when the process ends."""
    import atexit
    import shutil

    folder = os.environ.get("TEST_TMPDIR") or tempfile.mkdtemp()
    if "TEST_TMPDIR" not in os.environ:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`x` where `condition` is true and `y` elsewhere, or the places where it is true, as `tf.where` gives them.

    Args:
      condition: of the shape of `x`; or a scalar, or a vector that chooses rows, one for each.
      x, y: tensors of one dtype and shape.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
      ValueError: if just one of `x` and `y` is given.

    >>> import gradtape as tf
    >>> tf.compat.v1.where([True, False], [[1, 2], [3, 4]], [[5, 6], [7, 8]]).numpy()
    array([[1, 2],
           [7, 8]], dtype=int32)
    """
    from ...array.shape import reshape
    from ...math.comparison import where

    if x is None or y is None:
        return where(condition, x, y)
    chosen = convert_to_tensor(condition, bool_)
    x, y = operands(x, y)
    shape, given = x.shape, chosen.shape
    if given.rank == 1 and shape.rank > 1:
        if not given[:1].is_compatible_with(shape[:1]):
            raise invalid("Select", f"Number of batches of 'then' must match size of 'cond', but saw {shape[0]} vs. "
                          f"{given[0]}")  # fmt: skip
        chosen = reshape(chosen, [-1] + [1] * (shape.rank - 1))
    elif given.rank and not given.is_compatible_with(shape):
        raise invalid("Select", f"'condition' must have the shape of 'then', {shape}, or be a scalar or a vector; its "
                      f"shape is {given}")  # fmt: skip
    if not shape.is_compatible_with(y.shape):
        raise invalid("Select", f"'then' and 'else' must have the same shape, but received {shape} vs. {y.shape}")
    return where(chosen, x, y)
