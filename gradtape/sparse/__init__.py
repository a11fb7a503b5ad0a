"""`tf.sparse`: tensors that are zero but in a few places.

Gradients flow through the values of a SparseTensor. Left out is what makes no difference to them: set operations,
cross products of features, `bincount`, `segment_` sums and the CSR matrices of `tf.raw_ops`.
"""

from ..core.indexed_slices import IndexedSlices
from ..core.lacking import lacking
from .operations import (
    add,
    concat,
    expand_dims,
    eye,
    from_dense,
    map_values,
    mask,
    reduce_max,
    reduce_sum,
    reorder,
    reshape,
    retain,
    slice,
    softmax,
    sparse_dense_matmul,
    to_dense,
    transpose,
)
from .tensor import SparseTensor

__all__ = [
    "IndexedSlices", "SparseTensor", "add", "concat", "expand_dims", "eye", "from_dense", "map_values", "mask",
    "reduce_max", "reduce_sum", "reorder", "reshape", "retain", "slice", "softmax", "sparse_dense_matmul", "to_dense",
    "transpose",
]  # fmt: skip

__getattr__ = lacking(__name__)
