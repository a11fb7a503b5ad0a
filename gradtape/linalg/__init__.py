"""`tf.linalg`: products of matrices and tensors, norms, diagonals."""

from ..core.lacking import lacking
from .diagonal import band_part, diag, diag_part, set_diag, tensor_diag, tensor_diag_part, trace
from .einsum import einsum, tensordot
from .matmul import matmul
from .norms import adjoint, cross, matvec, norm, normalize
from ..array.creation import eye
from ..array.shape import matrix_transpose
from ..math.clip import global_norm
from ..math.reduction import l2_normalize

__getattr__ = lacking(__name__)

__all__ = [
    "adjoint", "band_part", "cross", "diag", "diag_part", "einsum", "eye", "global_norm", "l2_normalize",
    "matmul", "matrix_transpose", "matvec", "norm", "normalize", "set_diag", "tensor_diag", "tensor_diag_part",
    "tensordot", "trace",
]  # fmt: skip
