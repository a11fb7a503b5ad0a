"""gradtape: automatic differentiation with the GradientTape programming model, on NumPy.

    import gradtape as tf

gives the names that `import tensorflow as tf` gives, with the same behaviour. This file only collects them.
"""

import importlib as _importlib
import os as _os
from typing import Any

from . import math, array, linalg, nn, random  # isort: skip  (in this order: each uses those before it)
from . import autodiff, compat, config, debugging, dtypes, errors, nest, version
from .array.blocks import (
    batch_to_space,
    required_space_to_batch_paddings,
    reverse_sequence,
    space_to_batch,
    space_to_batch_nd,
)
from .array.creation import (
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
from .array.gathering import (
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
from .array.indexing import slice, strided_slice
from .array.joining import concat, pad, repeat, reverse, roll, split, stack, tile, unstack
from .array.shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    ensure_shape,
    expand_dims,
    get_static_value,
    identity,
    identity_n,
    is_tensor,
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
from .config.placement import DeviceSpec, device
from .control_flow import (
    case,
    cond,
    control_dependencies,
    foldl,
    foldr,
    group,
    init_scope,
    map_fn,
    no_op,
    scan,
    switch_case,
    while_loop,
)  # fmt: skip
from .core.convert import convert_to_tensor
from .core.custom import custom_gradient, grad_pass_through, gradients, hessians
from .core.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)  # fmt: skip
from .core.dtypes import bool_ as bool
from .core.indexed_slices import IndexedSlices
from .core.lacking import lacking
from .core.log import get_logger
from .core.naming import get_current_name_scope, name_scope
from .core.recompute import recompute_grad
from .core.shape import TensorShape
from .core.tape import GradientTape, UnconnectedGradients, enable_eager_execution, executing_eagerly
from .core.tensor import Tensor
from .core.type_spec import IndexedSlicesSpec, TensorSpec, TypeSpec, type_spec_from_value
from .core.variable import Variable, VariableAggregation, VariableSynchronization
from .debugging import Assert, assert_equal, assert_greater, assert_less, assert_rank
from .function.decorator import function, inside_function
from .initializers import Constant as constant_initializer
from .initializers import Ones as ones_initializer
from .initializers import RandomNormal as random_normal_initializer
from .initializers import RandomUniform as random_uniform_initializer
from .initializers import Zeros as zeros_initializer
from .linalg.decompositions import eig, eigvals
from .linalg.einsum import einsum, tensordot
from .linalg.matmul import matmul
from .linalg.norms import norm
from .math.arithmetic import (
    add,
    add_n,
    atan2,
    divide,
    maximum,
    minimum,
    multiply,
    pow,
    realdiv,
    scalar_mul,
    subtract,
    truediv,
    truncatediv,
    truncatemod,
)
from .math.cast import bitcast, cast, saturate_cast
from .math.clip import clip_by_global_norm, clip_by_norm, clip_by_value
from .math.comparison import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
    where,
)
from .math.complex_numbers import abs, complex, sign
from .math.cumulative import cumsum
from .math.elementwise import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    exp,
    floor,
    negative,
    round,
    sigmoid,
    sin,
    sinh,
    sqrt,
    square,
    tan,
    tanh,
)
from .math.histograms import histogram_fixed_width, histogram_fixed_width_bins
from .math.partitions import dynamic_partition, dynamic_stitch, tensor_scatter_nd_max, tensor_scatter_nd_min
from .math.reduction import (
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from .math.sorting import argmax, argmin, argsort, sort
from .module import Module
from .printing import print
from .py_function import numpy_function, py_function, timestamp
from .tensor_array import TensorArray
from .tensor_array_spec import TensorArraySpec
from .vectorized_map import vectorized_map
from .version import VERSION as __version__


def _room(name: str) -> Any:
    return _importlib.import_module(f"{__name__}.{name}")


_ROOMS = (
    "autograph", "bitwise", "data", "debug", "distribute", "experimental", "image", "io", "keras", "lookup",
    "quantization", "ragged", "raw_ops", "saved_model", "sets", "signal", "sparse", "strings", "summary", "test",
    "testing", "train",
)  # fmt: skip

# What few programs ask for, and a notebook's `%load_ext gradtape`, loads when it is asked for.
__getattr__ = lacking(
    __name__,
    {
        **{name: lambda name=name: _room(name) for name in _ROOMS},
        "__internal__": lambda: _room("tensorflow.internal"),
        "OptionalSpec": lambda: _room("data.optional").OptionalSpec,
        "RaggedTensor": lambda: _room("ragged.tensor").RaggedTensor,
        "RaggedTensorSpec": lambda: _room("ragged.spec").RaggedTensorSpec,
        "SparseTensorSpec": lambda: _room("sparse.spec").SparseTensorSpec,
        "SparseTensor": lambda: _room("sparse").SparseTensor,
        "as_string": lambda: _room("strings").as_string,
        **{
            name: lambda name=name: getattr(_room("tensorflow"), name)
            for name in ("load_ipython_extension", "unload_ipython_extension")
        },
    },
)

if _os.environ.get("GRADTAPE_DEBUG", "0") not in ("", "0"):
    from .debug.trace import enable as _enable

    _enable()

del Any
