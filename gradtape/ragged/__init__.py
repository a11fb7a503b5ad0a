"""`tf.ragged`: tensors with rows of different lengths.

Elementwise operations and reductions of `tf` take a RaggedTensor as it is; `map_flat_values` does anything else to its
values. Left out are segment ids, cross products, `RowPartition`, and what only makes sense in graphs.
"""

from ..values.lacking import lacking
from . import shape as _shape
from . import spec as _spec
from .operations import boolean_mask, constant, map_flat_values, range, stack

__all__ = ["boolean_mask", "constant", "map_flat_values", "range", "stack"]

__getattr__ = lacking(__name__)
