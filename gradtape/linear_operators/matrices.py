"""Operators of one matrix: full, diagonal, triangular, tridiagonal; permutations, reflections, identities, zeros."""

from typing import Any

from ..array.arguments import shape_argument
from ..array.creation import eye, fill, zeros
from ..array.gathering import gather
from ..array.shape import expand_dims
from ..linalg.diagonal import band_part, diag, diag_part
from ..linalg.functions import tridiagonal_matmul, tridiagonal_solve
from ..linalg.matmul import matmul
from ..linalg.norms import adjoint as conjugate_transpose
from ..linalg.triangular import cholesky, triangular_solve
from ..math.cast import cast
from ..math.complex_numbers import abs as absolute
from ..math.complex_numbers import conj
from ..math.elementwise import log, sqrt
from ..math.reduction import l2_normalize, reduce_max, reduce_min, reduce_prod, reduce_sum
from ..math.sorting import argsort
from ..values.dtypes import as_dtype, float32
from ..values.symbolic import broadcast_shapes, computation, computed, integers_tensor, never_equal
from .operator import (
    LinearOperator,
    _product_non_singular,
    dims_of,
    given,
    in_batches,
    parameter,
    product_hints,
    rule,
)

__all__ = [
    "LinearOperatorDiag", "LinearOperatorFullMatrix", "LinearOperatorHouseholder", "LinearOperatorIdentity",
    "LinearOperatorLowerTriangular", "LinearOperatorPermutation", "LinearOperatorScaledIdentity",
    "LinearOperatorTridiag", "LinearOperatorZeros",
]  # fmt: skip

Hint = bool | None


def _log_abs(x: Any) -> Any:
    return log(absolute(x))


class LinearOperatorFullMatrix(LinearOperator):
    """A batch of matrices, shape `(*batch, m, n)`, all of whose elements are given.

    >>> import gradtape as tf
    >>> a = tf.linalg.LinearOperatorFullMatrix([[4., 2.], [2., 2.]], is_self_adjoint=True, is_positive_definite=True)
    >>> a.solvevec([6., 4.])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 1.], dtype=float32)>
    """

    def __init__(
        self,
        matrix: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        parameters = given(locals())
        self._matrix = parameter(matrix, "matrix")
        _at_least(self._matrix, 2, "matrix")
        super().__init__(self._matrix.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, is_square,
                         name, parameters)  # fmt: skip

    @property
    def matrix(self) -> Any:
        return self._matrix

    def _shape(self) -> Any:
        return dims_of(self._matrix)

    def _to_dense(self) -> Any:
        return self._matrix


@rule("adjoint", LinearOperatorFullMatrix)
def _adjoint_of_full(a: Any) -> LinearOperator:
    return LinearOperatorFullMatrix(conjugate_transpose(a.matrix), **a._hints())


class LinearOperatorLowerTriangular(LinearOperator):
    """Lower triangular matrices, shape `(*batch, n, n)`: what stands above the diagonal is not looked at."""

    def __init__(
        self,
        tril: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        parameters = given(locals())
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        self._tril = parameter(tril, "tril")
        _at_least(self._tril, 2, "tril")
        super().__init__(self._tril.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True, name,
                         parameters)  # fmt: skip

    @property
    def tril(self) -> Any:
        return self._tril

    def _shape(self) -> Any:
        return dims_of(self._tril)

    def _to_dense(self) -> Any:
        return band_part(self._tril, -1, 0)

    def _diag_part(self) -> Any:
        return diag_part(self._tril)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = conjugate_transpose(rhs) if adjoint_arg else rhs
        a = self.to_dense()
        batch = broadcast_shapes(dims_of(a)[:-2], dims_of(rhs)[:-2])
        a, rhs = in_batches(a, batch, *dims_of(a)[-2:]), in_batches(rhs, batch, *dims_of(rhs)[-2:])
        return triangular_solve(a, rhs, lower=True, adjoint=adjoint)

    def _determinant(self) -> Any:
        return reduce_prod(self.diag_part(), -1)

    def _log_abs_determinant(self) -> Any:
        return reduce_sum(_log_abs(self.diag_part()), -1)

    def _eigvals(self) -> Any:
        return self.diag_part()


@rule("cholesky", LinearOperator)
def _cholesky(a: Any) -> LinearOperator:
    return LinearOperatorLowerTriangular(cholesky(a.to_dense()), is_non_singular=True, is_self_adjoint=False)


class LinearOperatorDiag(LinearOperator):
    """Diagonal matrices, of their diagonals, shape `(*batch, n)`.

    >>> import gradtape as tf
    >>> tf.linalg.LinearOperatorDiag([2., 3.]).matvec([1., 1.])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([2., 3.], dtype=float32)>
    """

    def __init__(
        self,
        diag: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        parameters = given(locals())
        self._diag = parameter(diag, "diag")
        _at_least(self._diag, 1, "diag")
        if not self._diag.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        if is_square is False:
            raise ValueError("Only square diagonal operators currently supported.")
        super().__init__(self._diag.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True, name,
                         parameters)  # fmt: skip

    @property
    def diag(self) -> Any:
        return self._diag

    def _shape(self) -> Any:
        dims = dims_of(self._diag)
        return (*dims, dims[-1])

    def _turned(self, adjoint: bool) -> Any:
        return conj(self._diag) if adjoint else self._diag + 0

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        return expand_dims(self._turned(adjoint), -1) * x

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self._turned(adjoint) * x

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = conjugate_transpose(rhs) if adjoint_arg else rhs
        return rhs / expand_dims(self._turned(adjoint), -1)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return rhs / self._turned(adjoint)

    def _to_dense(self) -> Any:
        return diag(self._diag)

    def _diag_part(self) -> Any:
        return self._diag

    def _determinant(self) -> Any:
        return reduce_prod(self._diag, -1)

    def _log_abs_determinant(self) -> Any:
        return cast(reduce_sum(_log_abs(self._diag), -1), self.dtype)

    def _add_to_tensor(self, x: Any) -> Any:
        return self._on_diagonal(in_batches(x, self._dims()[:-2], *dims_of(x)[-2:]), self._diag)

    def _eigvals(self) -> Any:
        return self._diag

    def _cond(self) -> Any:
        values = absolute(self._diag)
        return cast(reduce_max(values, -1) / reduce_min(values, -1), self.dtype)


@rule("adjoint", LinearOperatorDiag)
def _adjoint_of_diag(a: Any) -> LinearOperator:
    return LinearOperatorDiag(conj(a.diag), **a._hints())


@rule("inverse", LinearOperatorDiag)
def _inverse_of_diag(a: Any) -> LinearOperator:
    return LinearOperatorDiag(1 / a.diag, **(a._hints() | {"is_non_singular": True}))


@rule("cholesky", LinearOperatorDiag)
def _cholesky_of_diag(a: Any) -> LinearOperator:
    return LinearOperatorDiag(sqrt(a.diag), is_non_singular=True, is_self_adjoint=True, is_positive_definite=True,
                              is_square=True)  # fmt: skip


@rule("matmul", LinearOperatorDiag, LinearOperatorDiag)
def _diag_diag(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorDiag(a.diag * b.diag, **product_hints(a, b))


@rule("solve", LinearOperatorDiag, LinearOperatorDiag)
def _diag_into_diag(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorDiag(b.diag / a.diag, **product_hints(a, b))


def _triangular(a: Any, b: Any, tril: Any) -> LinearOperator:
    return LinearOperatorLowerTriangular(tril, is_non_singular=_product_non_singular(a, b))


@rule("matmul", LinearOperatorDiag, LinearOperatorLowerTriangular)
def _diag_triangular(a: Any, b: Any) -> LinearOperator:
    return _triangular(a, b, expand_dims(a.diag, -1) * b.to_dense())


@rule("matmul", LinearOperatorLowerTriangular, LinearOperatorDiag)
def _triangular_diag(a: Any, b: Any) -> LinearOperator:
    return _triangular(a, b, a.to_dense() * expand_dims(b.diag, -2))


@rule("solve", LinearOperatorDiag, LinearOperatorLowerTriangular)
def _diag_into_triangular(a: Any, b: Any) -> LinearOperator:
    return _triangular(a, b, b.to_dense() / expand_dims(a.diag, -1))


class LinearOperatorIdentity(LinearOperator):
    """The identity: it multiplies and solves at no cost.

    Args:
      num_rows: its size, an integer or a scalar tensor.
      batch_shape: of the batch; none by default.
      dtype: float32 by default.
      assert_proper_shapes: kept for compatibility; arguments are always checked.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.
    """

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: Hint = True,
        is_self_adjoint: Hint = True,
        is_positive_definite: Hint = True,
        is_square: Hint = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        parameters = given(locals())
        for hint in ("is_self_adjoint", "is_non_singular", "is_positive_definite", "is_square"):
            if not parameters[hint]:
                raise ValueError(f"An identity operator is always {hint.removeprefix('is_').replace('_', ' ')}.")
        super().__init__(dtype or float32, None, True, True, True, True, name, parameters)
        self._num_rows = _length(num_rows)
        self._batch = _batch(batch_shape)

    def _shape(self) -> Any:
        return (*self._batch, self._num_rows, self._num_rows)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        return in_batches(x, self._batch, *dims_of(x)[-2:])

    _solve = _matmul

    def _to_dense(self) -> Any:
        return eye(self._num_rows, batch_shape=self._batch, dtype=self.dtype)

    def _diag_part(self) -> Any:
        return _filled((*self._batch, self._num_rows), self.dtype, 1)

    def _trace(self) -> Any:
        return _filled(self._batch, self.dtype, 1) * cast(integers_tensor(self._num_rows, "int32"), self.dtype)

    def _determinant(self) -> Any:
        return _filled(self._batch, self.dtype, 1)

    def _log_abs_determinant(self) -> Any:
        return _filled(self._batch, self.dtype, 0)

    def _add_to_tensor(self, x: Any) -> Any:
        return self._on_diagonal(in_batches(x, self._batch, *dims_of(x)[-2:]), _filled((), self.dtype, 1))

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        return _filled(self._batch, self.dtype, 1)


class LinearOperatorScaledIdentity(LinearOperator):
    """The identity times `multiplier`, of shape `batch`; see `LinearOperatorIdentity`."""

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        parameters = given(locals())
        self._multiplier = parameter(multiplier, "multiplier")
        if not self._multiplier.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        if not is_square:
            raise ValueError("A ScaledIdentity operator is always square.")
        super().__init__(self._multiplier.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True,
                         name, parameters)  # fmt: skip
        self._num_rows = _length(num_rows)

    @property
    def multiplier(self) -> Any:
        return self._multiplier

    def _shape(self) -> Any:
        return (*dims_of(self._multiplier), self._num_rows, self._num_rows)

    def _scale(self, adjoint: bool) -> Any:
        scale = conj(self._multiplier) if adjoint else self._multiplier + 0
        return expand_dims(expand_dims(scale, -1), -1)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return (conjugate_transpose(x) if adjoint_arg else x) * self._scale(adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return (conjugate_transpose(rhs) if adjoint_arg else rhs) / self._scale(adjoint)

    def _diag_part(self) -> Any:
        return expand_dims(self._multiplier + 0, -1) * _filled((self._num_rows,), self.dtype, 1)

    def _to_dense(self) -> Any:
        return diag(self._diag_part())

    def _rows(self) -> Any:
        return cast(integers_tensor(self._num_rows, "int32"), self.dtype)

    def _trace(self) -> Any:
        return self._multiplier * self._rows()

    def _determinant(self) -> Any:
        return self._multiplier ** self._rows()

    def _log_abs_determinant(self) -> Any:
        return cast(_log_abs(self._multiplier), self.dtype) * self._rows()

    def _add_to_tensor(self, x: Any) -> Any:
        x = in_batches(x, dims_of(self._multiplier), *dims_of(x)[-2:])
        return self._on_diagonal(x, expand_dims(self._multiplier + 0, -1))

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        return _filled(dims_of(self._multiplier), self.dtype, 1)


@rule("adjoint", LinearOperatorScaledIdentity)
def _adjoint_of_scaled(a: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(a._num_rows, conj(a.multiplier), **a._hints())


@rule("inverse", LinearOperatorScaledIdentity)
def _inverse_of_scaled(a: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(a._num_rows, 1 / a.multiplier, **(a._hints() | {"is_non_singular": True}))


@rule("cholesky", LinearOperatorScaledIdentity)
def _cholesky_of_scaled(a: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(a._num_rows, sqrt(a.multiplier), is_non_singular=True, is_self_adjoint=True,
                                        is_positive_definite=True)  # fmt: skip


@rule("inverse", LinearOperatorIdentity)
@rule("cholesky", LinearOperatorIdentity)
def _itself(a: Any) -> LinearOperator:
    return a  # type: ignore[no-any-return]


@rule("matmul", LinearOperatorScaledIdentity, LinearOperatorScaledIdentity)
def _scaled_scaled(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(a._num_rows, a.multiplier * b.multiplier, **product_hints(a, b))


@rule("solve", LinearOperatorScaledIdentity, LinearOperatorScaledIdentity)
def _scaled_into_scaled(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(a._num_rows, b.multiplier / a.multiplier, **product_hints(a, b))


@rule("matmul", LinearOperatorScaledIdentity, LinearOperatorDiag)
def _scaled_diag(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorDiag(expand_dims(a.multiplier + 0, -1) * b.diag, **product_hints(a, b))


@rule("matmul", LinearOperatorDiag, LinearOperatorScaledIdentity)
def _diag_scaled(a: Any, b: Any) -> LinearOperator:
    return _scaled_diag(b, a)


@rule("solve", LinearOperatorScaledIdentity, LinearOperatorDiag)
def _scaled_into_diag(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorDiag(b.diag / expand_dims(a.multiplier + 0, -1), **product_hints(a, b))


@rule("solve", LinearOperatorDiag, LinearOperatorScaledIdentity)
def _diag_into_scaled(a: Any, b: Any) -> LinearOperator:
    return LinearOperatorDiag(expand_dims(b.multiplier + 0, -1) / a.diag, **product_hints(a, b))


class LinearOperatorZeros(LinearOperator):
    """Matrices of zeros; see `LinearOperatorIdentity`. `num_columns` is `num_rows` by default."""

    def __init__(
        self,
        num_rows: Any,
        num_columns: Any = None,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: Hint = False,
        is_self_adjoint: Hint = True,
        is_positive_definite: Hint = False,
        is_square: Hint = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ) -> None:
        parameters = given(locals())
        if is_non_singular or is_positive_definite:
            raise ValueError("A zero operator is always singular, and never positive definite.")
        if is_self_adjoint is False and is_square is not False:
            raise ValueError("A zero operator is always self-adjoint.")
        super().__init__(dtype or float32, None, False, is_self_adjoint if is_square else None, False, is_square, name,
                         parameters)  # fmt: skip
        self._num_rows = _length(num_rows)
        self._num_columns = self._num_rows if num_columns is None else _length(num_columns)
        self._batch = _batch(batch_shape)

    def _shape(self) -> Any:
        return (*self._batch, self._num_rows, self._num_columns)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        batch = broadcast_shapes(self._batch, dims_of(x)[:-2])
        return zeros((*batch, self._num_columns if adjoint else self._num_rows, dims_of(x)[-1]), x.dtype)

    def _to_dense(self) -> Any:
        return zeros(self._dims(), self.dtype)

    def _diag_part(self) -> Any:
        return diag_part(self._to_dense())

    def _determinant(self) -> Any:
        return zeros(self._batch, self.dtype)

    def _add_to_tensor(self, x: Any) -> Any:
        return in_batches(x, self._batch, *dims_of(x)[-2:])

    def _eigvals(self) -> Any:
        return self._diag_part()


def _no_rows(a: LinearOperator, b: LinearOperator) -> LinearOperator:
    *batch, rows, _ = a._dims()
    columns = b._dims()[-1]
    square = rows == columns
    batch = broadcast_shapes(tuple(batch), b._dims()[:-2])
    return LinearOperatorZeros(rows, columns, batch, a.dtype, is_square=square, is_self_adjoint=square or None)


for _classes in ((LinearOperator, LinearOperatorZeros), (LinearOperatorZeros, LinearOperator)):
    rule("matmul", *_classes)(_no_rows)


def _adds_no_batch(identity: LinearOperator, other: LinearOperator) -> bool:
    batch = other._dims()[:-2]
    return not never_equal(broadcast_shapes(identity._dims()[:-2], batch), batch)


@rule("matmul", LinearOperatorIdentity, LinearOperator)
@rule("solve", LinearOperatorIdentity, LinearOperator)
def _identity_of(a: Any, b: Any) -> LinearOperator | None:
    return b if _adds_no_batch(a, b) else None


@rule("matmul", LinearOperator, LinearOperatorIdentity)
def _of_identity(a: Any, b: Any) -> LinearOperator | None:
    return a if _adds_no_batch(b, a) else None


@rule("solve", LinearOperator, LinearOperatorIdentity)
def _into_identity(a: Any, b: Any) -> LinearOperator | None:
    return a.inverse() if _adds_no_batch(b, a) else None


class LinearOperatorPermutation(LinearOperator):
    """A permutation: row i of the product is row `perm[i]` of what is multiplied.

    Args:
      perm: each of 0 to n - 1 once, int32 or int64, shape `(*batch, n)`.
      dtype: of the elements, 0 and 1.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    Raises:
      TypeError: if `perm` is not of integers.
    """

    def __init__(
        self,
        perm: Any,
        dtype: Any = float32,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorPermutation",
    ) -> None:
        parameters = given(locals())
        self._perm = parameter(perm, "perm")
        if not self._perm.dtype.is_integer:
            raise TypeError(f"perm must be integer dtype but was {self._perm.dtype}")
        if False in (is_non_singular, is_square):
            raise ValueError("A Permutation operator is always non-singular and square.")
        _at_least(self._perm, 1, "perm")
        super().__init__(dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name,
                         parameters)  # fmt: skip

    @property
    def perm(self) -> Any:
        return self._perm

    def _shape(self) -> Any:
        dims = dims_of(self._perm)
        return (*dims, dims[-1])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        perm = argsort(self._perm) if adjoint else self._perm
        batch = broadcast_shapes(dims_of(perm)[:-1], dims_of(x)[:-2])
        if not batch:
            return gather(x, perm, axis=-2)
        x = in_batches(x, batch, *dims_of(x)[-2:])
        return gather(x, in_batches(perm, batch, dims_of(perm)[-1]), axis=-2, batch_dims=len(batch))

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _to_dense(self) -> Any:
        n = dims_of(self._perm)[-1]
        return gather(eye(n, dtype=self.dtype), self._perm, axis=0)

    def _determinant(self) -> Any:
        return cast(computed(_parity, self._perm, dtype=as_dtype(self.dtype)._numpy), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return zeros(dims_of(self._perm)[:-1], self.dtype)

    def _cond(self) -> Any:
        return _filled(dims_of(self._perm)[:-1], self.dtype, 1)


@computation
def _parity(perm: Any, dtype: Any) -> Any:
    """1 for an even permutation, -1 for an odd one."""
    later = perm[..., None, :] < perm[..., :, None]
    n = perm.shape[-1]
    ahead = later & ([[j > i for j in range(n)] for i in range(n)] if n else False)
    return (1 - 2 * (ahead.sum((-2, -1)) % 2)).astype(dtype)


class LinearOperatorHouseholder(LinearOperator):
    """The reflection at the plane orthogonal to `reflection_axis`, shape `(*batch, n)`: I - 2 v v^H of its unit v."""

    def __init__(
        self,
        reflection_axis: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorHouseholder",
    ) -> None:
        parameters = given(locals())
        if is_self_adjoint is False or is_positive_definite or is_square is False or is_non_singular is False:
            raise ValueError("A Householder operator is always self adjoint, square, non-singular and never positive.")
        self._reflection_axis = parameter(reflection_axis, "reflection_axis")
        _at_least(self._reflection_axis, 1, "reflection_axis")
        super().__init__(self._reflection_axis.dtype, None, is_non_singular, True, False, True, name, parameters)

    @property
    def reflection_axis(self) -> Any:
        return self._reflection_axis

    def _shape(self) -> Any:
        dims = dims_of(self._reflection_axis)
        return (*dims, dims[-1])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        v = expand_dims(l2_normalize(self._reflection_axis, axis=-1), -1)
        return x - 2 * v * matmul(v, x, adjoint_a=True)

    _solve = _matmul

    def _diag_part(self) -> Any:
        v = l2_normalize(self._reflection_axis, axis=-1)
        return 1 - 2 * v * conj(v)

    def _trace(self) -> Any:
        return _filled(self._dims()[:-2], self.dtype, 1) * cast(integers_tensor(self._dims()[-1] - 2, "int32"),
                                                                self.dtype)  # fmt: skip

    def _determinant(self) -> Any:
        return _filled(self._dims()[:-2], self.dtype, -1)

    def _log_abs_determinant(self) -> Any:
        return zeros(self._dims()[:-2], self.dtype)

    def _eigvals(self) -> Any:
        *batch, rows, _ = self._dims()
        ones = _filled((*batch, rows), self.dtype, 1)
        return ones - 2 * cast(eye(rows)[0], self.dtype)

    def _cond(self) -> Any:
        return _filled(self._dims()[:-2], self.dtype, 1)


@rule("inverse", LinearOperatorHouseholder)
def _inverse_of_reflection(a: Any) -> LinearOperator:
    return a  # type: ignore[no-any-return]


class LinearOperatorTridiag(LinearOperator):
    """Tridiagonal matrices, of their diagonals.

    Args:
      diagonals: by the format: "matrix": `(*batch, n, n)`; "sequence": three tensors `(*batch, n)`, the upper, the
        main and the lower one; "compact": `(*batch, 3, n)`, the same stacked. The last element of the upper one and
        the first of the lower one are not looked at.
      diagonals_format: one of these.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    Raises:
      ValueError: if the format is none of them.
    """

    def __init__(
        self,
        diagonals: Any,
        diagonals_format: str = "compact",
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorTridiag",
    ) -> None:
        parameters = given(locals())
        if diagonals_format not in ("matrix", "sequence", "compact"):
            raise ValueError(
                f"Expected `diagonals_format` to be matrix, compact or sequence, found: {diagonals_format}"
            )
        if is_square is False:
            raise ValueError("Only square tridiagonal operators are supported.")
        if diagonals_format == "sequence":
            self._diagonals: Any = [parameter(d, "diagonals") for d in diagonals]
            dtype = self._diagonals[0].dtype
        else:
            self._diagonals = parameter(diagonals, "diagonals")
            _at_least(self._diagonals, 2, "diagonals")
            dtype = self._diagonals.dtype
        self._diagonals_format = diagonals_format
        super().__init__(dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True, name, parameters)

    @property
    def diagonals(self) -> Any:
        return self._diagonals

    @property
    def diagonals_format(self) -> str:
        return self._diagonals_format

    def _shape(self) -> Any:
        if self._diagonals_format == "sequence":
            dims = broadcast_shapes(*(dims_of(d)[:-1] for d in self._diagonals))
            n = dims_of(self._diagonals[1])[-1]
            return (*dims, n, n)
        *batch, _, n = dims_of(self._diagonals)
        return (*batch, n, n)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        if adjoint:
            return super()._matmul(x, adjoint=True, adjoint_arg=adjoint_arg)
        x = conjugate_transpose(x) if adjoint_arg else x
        batch = broadcast_shapes(self._dims()[:-2], dims_of(x)[:-2])
        return tridiagonal_matmul(self._in(batch), in_batches(x, batch, *dims_of(x)[-2:]),
                                  diagonals_format=self._diagonals_format)  # fmt: skip

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = conjugate_transpose(rhs) if adjoint_arg else rhs
        batch = broadcast_shapes(self._dims()[:-2], dims_of(rhs)[:-2])
        return tridiagonal_solve(self._in(batch), in_batches(rhs, batch, *dims_of(rhs)[-2:]),
                                 diagonals_format=self._diagonals_format, conjugate_rhs=False,
                                 transpose_rhs=False) if not adjoint else super()._solve(rhs, adjoint=True)  # fmt: skip

    def _in(self, batch: Any) -> Any:
        if self._diagonals_format == "sequence":
            return [in_batches(d, batch, dims_of(d)[-1]) for d in self._diagonals]
        return in_batches(self._diagonals, batch, *dims_of(self._diagonals)[-2:])

    def _diag_part(self) -> Any:
        if self._diagonals_format == "matrix":
            return diag_part(self._diagonals)
        return self._diagonals[1] if self._diagonals_format == "sequence" else self._diagonals[..., 1, :]

    def _to_dense(self) -> Any:
        if self._diagonals_format == "matrix":
            return band_part(self._diagonals, 1, 1)
        if self._diagonals_format == "sequence":
            upper, middle, lower = self._in(self._dims()[:-2])
        else:
            upper, middle, lower = (self._diagonals[..., i, :] for i in range(3))
        whole = diag(middle)
        return whole + diag(upper[..., :-1], k=1) + diag(lower[..., 1:], k=-1)


@rule("adjoint", LinearOperatorTridiag)
def _adjoint_of_tridiagonal(a: Any) -> LinearOperator:
    return LinearOperatorTridiag(conjugate_transpose(a.to_dense()), "matrix", **a._hints())


def _length(n: Any) -> int:
    (found,) = shape_argument([n])
    return found


def _batch(shape: Any) -> tuple[int, ...]:
    return () if shape is None else tuple(shape_argument(shape))


def _at_least(x: Any, rank: int, name: str) -> None:
    if len(dims_of(x)) < rank:
        raise ValueError(f"Argument `{name}` must have at least {rank} dimensions. Found: {x}")


def _filled(dims: Any, dtype: Any, value: float) -> Any:
    return fill(dims, cast(value, dtype))
