"""`tf.linalg`: products of matrices and tensors, norms, diagonals."""

from ..array.creation import eye
from ..array.shape import matrix_transpose
from ..math.clip import global_norm
from ..math.reduction import l2_normalize
from ..values.lacking import lacking
from .decompositions import eig, eigh, eigvals, eigvalsh, qr, svd
from .determinants import det, slogdet
from .diagonal import band_part, diag, diag_part, set_diag, tensor_diag, tensor_diag_part, trace
from .einsum import einsum, tensordot
from .functions import expm, tridiagonal_matmul, tridiagonal_solve
from .inverses import inv, solve
from .least_squares import lstsq, matrix_rank, pinv
from .lu import lu, lu_matrix_inverse, lu_reconstruct, lu_solve
from .matmul import matmul
from .norms import adjoint, cross, matvec, norm, normalize
from .triangular import banded_triangular_solve, cholesky, cholesky_solve, logdet, triangular_solve

__getattr__ = lacking(__name__)

__all__ = [
    "adjoint", "band_part", "banded_triangular_solve", "cholesky", "cholesky_solve", "cross", "det", "diag",
    "diag_part", "eig", "eigh", "eigvals", "eigvalsh", "einsum", "expm", "eye", "global_norm", "inv",
    "l2_normalize", "logdet", "lstsq", "lu", "lu_matrix_inverse", "lu_reconstruct", "lu_solve", "matmul",
    "matrix_rank", "matrix_transpose", "matvec", "norm", "normalize", "pinv", "qr", "set_diag", "slogdet", "solve",
    "svd", "tensor_diag", "tensor_diag_part", "tensordot", "trace", "triangular_solve", "tridiagonal_matmul",
    "tridiagonal_solve",
]  # fmt: skip
