"""Operations on the form of tensors: creation, shapes, joining, slicing, gathering. Public as `tf.*`."""

from .blocks import (
    batch_to_space,
    depth_to_space,
    required_space_to_batch_paddings,
    reverse_sequence,
    space_to_batch,
    space_to_batch_nd,
    space_to_depth,
)
from .creation import (
    constant,
    eye,
    fill,
    linspace,
    meshgrid,
    one_hot,
    ones,
    ones_like,
    range,
    sequence_mask,
    zeros,
    zeros_like,
)
from .gathering import (
    boolean_mask,
    gather,
    gather_nd,
    scatter_nd,
    searchsorted,
    tensor_scatter_nd_add,
    tensor_scatter_nd_sub,
    tensor_scatter_nd_update,
    unique,
    unique_with_counts,
    unravel_index,
)
from .indexing import slice, strided_slice
from .joining import concat, pad, repeat, reverse, roll, split, stack, tile, unstack
from .shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    ensure_shape,
    expand_dims,
    get_static_value,
    identity,
    identity_n,
    is_tensor,
    matrix_transpose,
    newaxis,
    rank,
    reshape,
    shape,
    shape_n,
    size,
    squeeze,
    stop_gradient,
    transpose,
)

__all__ = [
    "batch_to_space", "boolean_mask", "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to",
    "concat", "constant", "depth_to_space", "ensure_shape", "expand_dims", "eye", "fill", "gather", "gather_nd",
    "get_static_value", "identity", "identity_n", "is_tensor", "linspace", "matrix_transpose", "meshgrid",
    "newaxis", "one_hot", "ones", "ones_like", "pad", "range", "rank", "repeat",
    "required_space_to_batch_paddings", "reshape", "reverse", "reverse_sequence", "roll", "scatter_nd",
    "searchsorted", "sequence_mask", "shape", "shape_n", "size", "slice", "space_to_batch", "space_to_batch_nd",
    "space_to_depth", "split", "squeeze", "stack", "stop_gradient", "strided_slice", "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub", "tensor_scatter_nd_update", "tile", "transpose", "unique", "unique_with_counts",
    "unravel_index", "unstack", "zeros", "zeros_like",
]  # fmt: skip
