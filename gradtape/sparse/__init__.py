"""`tf.sparse`: tensors that are zero but in a few places.

Gradients flow through the values of a SparseTensor. Left out are `segment_` sums and the CSR matrices of `tf.raw_ops`.
"""

from ..core.indexed_slices import IndexedSlices
from ..core.lacking import lacking
from .crossing import cross, cross_hashed
from .operations import (
    add,
    concat,
    expand_dims,
    eye,
    from_dense,
    map_values,
    mask,
    maximum,
    minimum,
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
from .rows import bincount, fill_empty_rows
from .tensor import SparseTensor

__all__ = [
    "IndexedSlices", "SparseTensor", "add", "bincount", "concat", "cross", "cross_hashed", "expand_dims", "eye",
    "fill_empty_rows", "from_dense", "map_values", "mask", "maximum", "minimum", "reduce_max", "reduce_sum", "reorder",
    "reshape", "retain", "slice", "softmax", "sparse_dense_matmul", "to_dense", "transpose",
]  # fmt: skip

__getattr__ = lacking(__name__)
