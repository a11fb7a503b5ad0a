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
from .array.partitions import dynamic_partition, dynamic_stitch, tensor_scatter_nd_max, tensor_scatter_nd_min
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
from .autodiff.custom import custom_gradient, grad_pass_through
from .autodiff.recompute import recompute_grad
from .autodiff.tape import GradientTape, UnconnectedGradients
from .autodiff.tape import tools as _tools
from .config.execution import enable_eager_execution, executing_eagerly
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
from .debugging import Assert, assert_equal, assert_greater, assert_less, assert_rank
from .function.decorator import function, inside_function
from .graph_gradients import gradients, hessians
from .initial_values import Constant as constant_initializer
from .initial_values import Ones as ones_initializer
from .initial_values import RandomNormal as random_normal_initializer
from .initial_values import RandomUniform as random_uniform_initializer
from .initial_values import Zeros as zeros_initializer
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
from .math.cast import bitcast, cast
from .math.clip import clip_by_global_norm, clip_by_norm, clip_by_value, saturate_cast
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
from .operations.reading import convert_to_tensor
from .printing import print
from .py_function import numpy_function, py_function, timestamp
from .tensor_array import TensorArray
from .tensor_array_spec import TensorArraySpec
from .values.convert import register_tensor_conversion_function
from .values.dtypes import (
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
from .values.dtypes import bool_ as bool
from .values.indexed_slices import IndexedSlices
from .values.lacking import lacking
from .values.lacking import show as _show
from .values.lacking import show_room as _show_room
from .values.log import get_logger
from .values.naming import get_current_name_scope, name_scope
from .values.shape import TensorShape
from .values.tensor import Tensor
from .values.type_spec import IndexedSlicesSpec, TensorSpec, TypeSpec, type_spec_from_value
from .values.variable import Variable, VariableAggregation, VariableSynchronization, variable_creator_scope
from .vectorized_map import vectorized_map
from .version import VERSION as __version__

# Rooms that few programs ask for, and a notebook's `%load_ext gradtape`: they load when they are asked for.
for _name in (
    "autograph", "bitwise", "data", "debug", "distribute", "experimental", "image", "io", "keras", "lite", "lookup",
    "profiler", "quantization", "ragged", "raw_ops", "saved_model", "sets", "signal", "sparse", "strings", "summary",
    "sysconfig", "test", "testing", "tpu", "train", "types",
):  # fmt: skip
    _show_room("gradtape", _name, f"gradtape.{_name}")
_show_room("gradtape", "__internal__", "gradtape.tensorflow.internal")
_show_room("gradtape", "tensorflow", "gradtape.tensorflow")
_show("gradtape", "gradtape.keras", "initializers", "losses", "metrics", "optimizers")
_show("gradtape", "gradtape.data.optional", "OptionalSpec")
_show(
    "gradtape.data.experimental", "gradtape.lookup.datasets", "DatasetInitializer", "index_table_from_dataset",
    "table_from_dataset",
)  # fmt: skip
_show("gradtape", "gradtape.io.tensor_protos", "make_ndarray", "make_tensor_proto")
_show("gradtape", "gradtape.ragged.spec", "RaggedTensorSpec")
_show("gradtape", "gradtape.ragged.tensor", "RaggedTensor")
_show("gradtape", "gradtape.sparse.spec", "SparseTensorSpec")
_show("gradtape", "gradtape.sparse.tensor", "SparseTensor")
_show("gradtape", "gradtape.strings", "as_string")
_show("gradtape", "gradtape.tensorflow", "load_ipython_extension", "unload_ipython_extension")

# Names of a namespace that rooms above it define.
_show(
    "gradtape.math", "gradtape.array.segments",
    "bincount", "confusion_matrix", "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod",
    "unsorted_segment_sqrt_n", "unsorted_segment_sum",
)  # fmt: skip
_show("gradtape.math", "gradtape.debugging", "is_non_decreasing", "is_strictly_increasing")
_show(
    "gradtape.math", "gradtape.math.special",
    "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "betainc", "erfcinv", "igamma", "igammac", "lbeta", "ndtri",
    "zeta",
)  # fmt: skip
_show(
    "gradtape.image", "gradtape.io",
    "decode_and_crop_jpeg", "decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png", "encode_jpeg",
    "encode_png", "extract_jpeg_shape", "is_jpeg",
)  # fmt: skip
_show("gradtape.debugging", "gradtape.debug.numerics", "disable_check_numerics", "enable_check_numerics")
_show_room("gradtape.debugging", "experimental", "gradtape.debugging.experimental")
_show_room("gradtape.math", "special", "gradtape.math.special")
_show("gradtape.math", "gradtape.nn.activations", "log_softmax", "softmax", "softplus", "softsign")
_show("gradtape.math", "gradtape.nn.losses", "in_top_k")
_show(
    "gradtape.linalg", "gradtape.linear_operators", "LinearOperator", "LinearOperatorAdjoint",
    "LinearOperatorBlockDiag", "LinearOperatorBlockLowerTriangular", "LinearOperatorCirculant",
    "LinearOperatorCirculant2D", "LinearOperatorCirculant3D", "LinearOperatorComposition", "LinearOperatorDiag",
    "LinearOperatorFullMatrix", "LinearOperatorHouseholder", "LinearOperatorIdentity", "LinearOperatorInversion",
    "LinearOperatorKronecker", "LinearOperatorLowRankUpdate", "LinearOperatorLowerTriangular",
    "LinearOperatorPermutation", "LinearOperatorScaledIdentity", "LinearOperatorToeplitz", "LinearOperatorTridiag",
    "LinearOperatorZeros",
)  # fmt: skip
_show("gradtape.random", "gradtape.nn.sampled", "log_uniform_candidate_sampler", "uniform_candidate_sampler")

__getattr__ = lacking(__name__)


def _tool(room: str, name: str) -> Any:
    return lambda *args: getattr(_importlib.import_module(room), name)(*args)


_tools["explain"] = _tool("gradtape.debug.explain", "explain")
_tools["summary"] = _tool("gradtape.debug.summary", "summary")

if _os.environ.get("GRADTAPE_DEBUG", "0") not in ("", "0"):
    from .debug.trace import enable as _enable

    _enable()

del Any
