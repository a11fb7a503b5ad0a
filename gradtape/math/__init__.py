"""`tf.math`: arithmetic, comparisons, elementwise functions, reductions, sorting."""

from ..core.lacking import lacking
from .arithmetic import (
    accumulate_n, add, add_n, atan2, divide, divide_no_nan, floordiv, floormod, maximum, minimum, mod, multiply,
    multiply_no_nan, polyval, pow, scalar_mul, squared_difference, subtract, truediv, xdivy, xlog1py, xlogy,
)  # fmt: skip
from .cast import cast, saturate_cast
from .clip import clip_by_global_norm, clip_by_norm, clip_by_value, global_norm
from .comparison import (
    equal, greater, greater_equal, less, less_equal, logical_and, logical_not, logical_or, logical_xor,
    not_equal, where,
)  # fmt: skip
from .complex_numbers import abs, angle, complex, conj, imag, real, sign
from .cumulative import cumprod, cumsum
from .elementwise import (
    acos, acosh, asin, asinh, atan, atanh, ceil, cos, cosh, digamma, erf, erfc, erfinv, exp, expm1, floor,
    is_finite, is_inf, is_nan, lgamma, log, log1p, log_sigmoid, negative, reciprocal, rint, round, rsqrt,
    sigmoid, sin, sinh, sqrt, square, tan, tanh,
)  # fmt: skip
from .reduction import (
    count_nonzero, l2_normalize, reduce_all, reduce_any, reduce_euclidean_norm, reduce_logsumexp, reduce_max,
    reduce_mean, reduce_min, reduce_prod, reduce_std, reduce_sum, reduce_variance, zero_fraction,
)  # fmt: skip
from .sorting import argmax, argmin, argsort, sort, top_k
from ..nn.activations import log_softmax, softmax, softplus, softsign
from ..nn.losses import in_top_k
from .segments import (
    bincount, confusion_matrix, segment_max, segment_mean, segment_min, segment_prod, segment_sum,
    unsorted_segment_max, unsorted_segment_mean, unsorted_segment_min, unsorted_segment_prod,
    unsorted_segment_sqrt_n, unsorted_segment_sum,
)  # fmt: skip

__getattr__ = lacking(__name__)

__all__ = [
    "abs", "accumulate_n", "acos", "acosh", "add", "add_n", "angle", "argmax", "argmin", "argsort", "asin",
    "asinh", "atan", "atan2", "atanh", "bincount", "cast", "ceil", "clip_by_global_norm", "clip_by_norm",
    "clip_by_value", "complex", "confusion_matrix", "conj", "cos", "cosh", "count_nonzero", "cumprod", "cumsum",
    "digamma", "divide", "divide_no_nan", "equal", "erf", "erfc", "erfinv", "exp", "expm1", "floor", "floordiv",
    "floormod", "global_norm", "greater", "greater_equal", "imag", "in_top_k", "is_finite", "is_inf", "is_nan",
    "l2_normalize", "less", "less_equal", "lgamma", "log", "log1p", "log_sigmoid", "log_softmax", "logical_and",
    "logical_not", "logical_or", "logical_xor", "maximum", "minimum", "mod", "multiply", "multiply_no_nan",
    "negative", "not_equal", "polyval", "pow", "real", "reciprocal", "reduce_all", "reduce_any",
    "reduce_euclidean_norm", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod",
    "reduce_std", "reduce_sum", "reduce_variance", "rint", "round", "rsqrt", "saturate_cast", "scalar_mul",
    "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum", "sigmoid", "sign", "sin",
    "sinh", "softmax", "softplus", "softsign", "sort", "sqrt", "square", "squared_difference", "subtract",
    "tan", "tanh", "top_k", "truediv", "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min",
    "unsorted_segment_prod", "unsorted_segment_sqrt_n", "unsorted_segment_sum", "where", "xdivy", "xlog1py",
    "xlogy", "zero_fraction",
]  # fmt: skip
