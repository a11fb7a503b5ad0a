"""Operators with structure: circulant and Toeplitz matrices by Fourier transforms, and updates of low rank."""

from collections.abc import Callable
from typing import Any, ClassVar

from ..array.creation import range as range_of
from ..array.gathering import gather
from ..array.joining import concat, reverse
from ..array.shape import broadcast_to, expand_dims, matrix_transpose, reshape
from ..debugging import assert_near
from ..linalg.determinants import det, slogdet
from ..linalg.diagonal import diag_part
from ..linalg.inverses import solve
from ..linalg.matmul import matmul
from ..linalg.norms import adjoint as conjugate_transpose
from ..linalg.triangular import cholesky, cholesky_solve
from ..math.cast import cast
from ..math.complex_numbers import abs as absolute
from ..math.complex_numbers import conj, imag, real
from ..math.elementwise import log
from ..math.reduction import reduce_max, reduce_mean, reduce_min, reduce_prod, reduce_sum
from ..signal.fourier import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from ..values.dtypes import complex64, complex128
from ..values.symbolic import broadcast_shapes, integers_tensor
from .matrices import LinearOperatorDiag, LinearOperatorIdentity, _at_least, _log_abs
from .operator import LinearOperator, dims_of, given, in_batches, parameter, product_hints, rule

__all__ = [
    "LinearOperatorCirculant", "LinearOperatorCirculant2D", "LinearOperatorCirculant3D", "LinearOperatorLowRankUpdate",
    "LinearOperatorToeplitz",
]  # fmt: skip

Hint = bool | None


class _Circulant(LinearOperator):
    """What circulant operators of one, two and three dimensions are: diagonal in the basis of Fourier.

    `A x = IFFT(spectrum * FFT(x))`: `spectrum` holds the eigenvalues, shape `(*batch, n1, ..., nd)`; the operator is
    N x N, with N the product of the n. See P. J. Davis, "Circulant matrices" (1979).
    """

    _block_depth: ClassVar[int]
    _fft: ClassVar[tuple[Callable[[Any], Any], Callable[[Any], Any]]]

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = complex64,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = True,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        self._spectrum = parameter(spectrum, "spectrum")
        if is_square is False:
            raise ValueError("A circulant operator is always square.")
        if not self._spectrum.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real spectrum always corresponds to a self-adjoint operator.")
            is_self_adjoint = True
        _at_least(self._spectrum, self._block_depth, "spectrum")
        super().__init__(input_output_dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True,
                         name or type(self).__name__, parameters)  # fmt: skip

    @property
    def block_depth(self) -> int:
        return self._block_depth

    @property
    def spectrum(self) -> Any:
        return self._spectrum

    @property
    def block_shape(self) -> Any:
        return self._spectrum.shape[-self._block_depth :]

    def block_shape_tensor(self) -> Any:
        return integers_tensor(self._block(), "int32")

    def _block(self) -> tuple[int, ...]:
        return dims_of(self._spectrum)[-self._block_depth :]

    def _shape(self) -> Any:
        dims = dims_of(self._spectrum)
        n = 1
        for length in self._block():
            n = n * length
        return (*dims[: -self._block_depth], n, n)

    def _complex(self, x: Any) -> Any:
        return cast(x, complex128 if self.dtype.real_dtype.name == "float64" else complex64)

    def _own(self, x: Any) -> Any:
        """What the operator gives, in its dtype."""
        return cast(x if self.dtype.is_complex else real(x), self.dtype)

    def convolution_kernel(self, name: str = "convolution_kernel") -> Any:
        """What the operator convolves with, shape of the spectrum: `IFFT(spectrum)`."""
        return self._own(self._fft[1](self._complex(self._spectrum)))

    def _apply(self, x: Any, spectrum: Any) -> Any:
        """`IFFT(spectrum * FFT(x))` of columns, shape `(*batch, N, k)`."""
        *batch, n, k = dims_of(x)
        x = reshape(matrix_transpose(x), (*batch, k, *self._block()))
        front = dims_of(spectrum)[: -self._block_depth]
        spectrum = reshape(spectrum, (*front, 1, *self._block()))
        y = self._fft[1](spectrum * self._fft[0](self._complex(x)))
        whole = broadcast_shapes(tuple(batch), front)
        return self._own(matrix_transpose(reshape(y, (*whole, k, n))))

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        spectrum = self._complex(conj(self._spectrum) if adjoint else self._spectrum)
        return self._apply(conjugate_transpose(x) if adjoint_arg else x, spectrum)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        spectrum = self._complex(conj(self._spectrum) if adjoint else self._spectrum)
        return self._apply(conjugate_transpose(rhs) if adjoint_arg else rhs, 1 / spectrum)

    def _flat(self) -> Any:
        return reshape(self._spectrum + 0, self._dims()[:-1])

    def _determinant(self) -> Any:
        return self._own(reduce_prod(self._flat(), -1))

    def _log_abs_determinant(self) -> Any:
        return self._own(reduce_sum(_log_abs(self._flat()), -1))

    def _trace(self) -> Any:
        return self._own(reduce_sum(self._flat(), -1))

    def _diag_part(self) -> Any:
        mean = self._own(reduce_mean(self._flat(), -1))
        return broadcast_to(expand_dims(mean, -1), self._dims()[:-1])

    def _eigvals(self) -> Any:
        return self._flat()

    def _cond(self) -> Any:
        values = absolute(self._flat())
        return cast(reduce_max(values, -1) / reduce_min(values, -1), self.dtype)

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> None:
        """Raises InvalidArgumentError where the operator would not give real numbers of real ones."""
        kernel = self._fft[1](self._complex(self._spectrum))
        assert_near(imag(kernel), 0 * imag(kernel), message="Spectrum was not Hermitian.")


class LinearOperatorCirculant(_Circulant):
    """Circulant matrices: each row is the one above moved by one; of their eigenvalues, shape `(*batch, n)`.

    >>> import gradtape as tf
    >>> tf.linalg.LinearOperatorCirculant(tf.signal.fft(tf.constant([1., 2., 3.], tf.complex64)), tf.float32).to_dense()
    <tf.Tensor: shape=(3, 3), dtype=float32, numpy=
    array([[1., 3., 2.],
           [2., 1., 3.],
           [3., 2., 1.]], dtype=float32)>
    """

    _block_depth = 1
    _fft = (fft, ifft)


class LinearOperatorCirculant2D(_Circulant):
    """Circulant matrices of circulant blocks: convolutions of pictures, whose spectrum has shape `(*batch, n1, n2)`."""

    _block_depth = 2
    _fft = (fft2d, ifft2d)


class LinearOperatorCirculant3D(_Circulant):
    """Convolutions in three dimensions, whose spectrum has shape `(*batch, n1, n2, n3)`."""

    _block_depth = 3
    _fft = (fft3d, ifft3d)


@rule("adjoint", _Circulant)
def _adjoint_of_circulant(a: Any) -> LinearOperator:
    return type(a)(conj(a.spectrum), a.dtype, **a._hints())  # type: ignore[no-any-return]


@rule("inverse", _Circulant)
def _inverse_of_circulant(a: Any) -> LinearOperator:
    hints = a._hints() | {"is_non_singular": True, "is_square": True}
    return type(a)(1 / a.spectrum, a.dtype, **hints)  # type: ignore[no-any-return]


def _circulants(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], LinearOperator | None]:
    def made(a: Any, b: Any) -> LinearOperator | None:
        if type(a) is not type(b):
            return None
        hints = product_hints(a, b) | {"is_square": True}
        return type(a)(combine(a.spectrum, b.spectrum), a.dtype, **hints)  # type: ignore[no-any-return]

    return made


rule("matmul", _Circulant, _Circulant)(_circulants(lambda a, b: a * b))
rule("solve", _Circulant, _Circulant)(_circulants(lambda a, b: b / a))


class LinearOperatorToeplitz(LinearOperator):
    """Toeplitz matrices: constant along each diagonal, of their first column and first row.

    Args:
      col, row: shape `(*batch, n)`; the first element of the diagonal is that of `col`.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.
    """

    def __init__(
        self,
        col: Any,
        row: Any,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorToeplitz",
    ) -> None:
        parameters = given(locals())
        if is_square is False:
            raise ValueError("Only square Toeplitz operators currently supported.")
        self._row, self._col = parameter(row, "row"), parameter(col, "col")
        for x, what in ((self._row, "row"), (self._col, "col")):
            _at_least(x, 1, what)
        super().__init__(self._row.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True, name,
                         parameters)  # fmt: skip

    @property
    def col(self) -> Any:
        return self._col

    @property
    def row(self) -> Any:
        return self._row

    def _shape(self) -> Any:
        batch = broadcast_shapes(dims_of(self._row)[:-1], dims_of(self._col)[:-1])
        n = dims_of(self._row)[-1]
        return (*batch, n, n)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        """The product with the circulant matrix of twice the size that begins with this one."""
        x = conjugate_transpose(x) if adjoint_arg else x
        batch = broadcast_shapes(self._dims()[:-2], dims_of(x)[:-2])
        n = self._dims()[-1]
        row, col = (in_batches(v, batch, n) for v in (self._row, self._col))
        if adjoint:
            col, row = concat([conj(col[..., :1]), conj(row[..., 1:])], -1), conj(col)
        kernel = concat([col, col[..., :1] * 0, reverse(row[..., 1:], [-1])], -1)
        wide = complex128 if self.dtype.real_dtype.name == "float64" else complex64
        x = in_batches(x, batch, *dims_of(x)[-2:])
        padded = concat([x, x * 0], -2)
        circulant = LinearOperatorCirculant(fft(cast(kernel, wide)), self.dtype)
        return circulant.matmul(padded)[..., :n, :]

    def _diag_part(self) -> Any:
        return self._col[..., :1] + self._row * 0

    def _trace(self) -> Any:
        return reduce_sum(self._diag_part(), -1)

    def _to_dense(self) -> Any:
        batch, n = self._dims()[:-2], self._dims()[-1]
        row, col = (in_batches(v, batch, n) for v in (self._row, self._col))
        elements = concat([reverse(col, [-1]), row[..., 1:]], -1)
        places = range_of(n)
        return gather(elements, expand_dims(places, 0) - expand_dims(places, 1) + n - 1, axis=-1)


@rule("adjoint", LinearOperatorToeplitz)
def _adjoint_of_toeplitz(a: Any) -> LinearOperator:
    col = concat([conj(a.col[..., :1]), conj(a.row[..., 1:])], -1)
    return LinearOperatorToeplitz(col, conj(a.col), **a._hints())


class LinearOperatorLowRankUpdate(LinearOperator):
    """`L + U D V^H`: an operator and few more ranks, which solves by the Woodbury formula.

    Args:
      base_operator: L, shape `(*batch, m, n)`.
      u: shape `(*batch, m, k)`.
      diag_update: the diagonal of D, shape `(*batch, k)`; ones by default.
      v: shape `(*batch, n, k)`; `u` by default.
      is_diag_update_positive: whether all of `diag_update` is positive: then solving takes a Cholesky factor.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    Raises:
      ValueError: if a hint contradicts others.
    """

    def __init__(
        self,
        base_operator: LinearOperator,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: Hint = None,
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        parameters = given(locals())
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError("Default diagonal is the identity, which is positive.")
            is_diag_update_positive = True
        self._u = parameter(u, "u")
        self._v = self._u if v is None else parameter(v, "v")
        self._diag_update = None if diag_update is None else parameter(diag_update, "diag_update")
        if v is None and base_operator.is_self_adjoint:
            if is_self_adjoint is False:
                raise ValueError("If L is self-adjoint, with real diagonal update and U = V, the operator is as well.")
            if is_self_adjoint is None and not self._u.dtype.is_complex:
                is_self_adjoint = True
        if v is None and base_operator.is_positive_definite and is_diag_update_positive:
            is_positive_definite = True if is_positive_definite is None else is_positive_definite
        super().__init__(self._u.dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name,
                         parameters)  # fmt: skip
        self._base_operator = base_operator
        self._is_diag_update_positive = is_diag_update_positive
        self._use_cholesky = bool(
            base_operator.is_positive_definite
            and base_operator.is_self_adjoint
            and is_diag_update_positive
            and v is None
        )

    @property
    def u(self) -> Any:
        return self._u

    @property
    def v(self) -> Any:
        return self._v

    @property
    def is_diag_update_positive(self) -> Hint:
        return self._is_diag_update_positive

    @property
    def diag_update(self) -> Any:
        return self._diag_update

    @property
    def diag_operator(self) -> LinearOperator:
        k = dims_of(self._u)[-1]
        if self._diag_update is None:
            return LinearOperatorIdentity(k, dtype=self.dtype)
        return LinearOperatorDiag(self._diag_update, is_positive_definite=self._is_diag_update_positive)

    @property
    def base_operator(self) -> LinearOperator:
        return self._base_operator

    def _shape(self) -> Any:
        batch = broadcast_shapes(
            self.base_operator._dims()[:-2],
            dims_of(self._u)[:-2],
            dims_of(self._v)[:-2],
            self.diag_operator._dims()[:-2],
        )
        return (*batch, *self.base_operator._dims()[-2:])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        u, v = (self._v, self._u) if adjoint else (self._u, self._v)
        x = conjugate_transpose(x) if adjoint_arg else x
        inner = self.diag_operator.matmul(matmul(v, x, adjoint_a=True), adjoint=adjoint)
        return self.base_operator.matmul(x, adjoint=adjoint) + matmul(u, inner)

    def _capacitance(self) -> Any:
        """`D^-1 + V^H L^-1 U`."""
        inner = matmul(self._v, self.base_operator.solve(self._u), adjoint_a=True)
        return self.diag_operator.inverse().add_to_tensor(inner)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        """L^-1 b - L^-1 U C^-1 V^H L^-1 b, with C the capacitance (Woodbury)."""
        u, v = (self._v, self._u) if adjoint else (self._u, self._v)
        first = self.base_operator.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(v, first, adjoint_a=True)
        capacitance = self._capacitance()
        batch = broadcast_shapes(dims_of(capacitance)[:-2], dims_of(inner)[:-2])
        capacitance, inner = (in_batches(x, batch, *dims_of(x)[-2:]) for x in (capacitance, inner))
        if self._use_cholesky:
            inner = cholesky_solve(cholesky(capacitance), inner)
        else:
            inner = solve(capacitance, inner, adjoint=adjoint)
        return first - self.base_operator.solve(matmul(u, inner), adjoint=adjoint)

    def _determinant(self) -> Any:
        return det(self._capacitance()) * self.diag_operator.determinant() * self.base_operator.determinant()

    def _log_abs_determinant(self) -> Any:
        if self._use_cholesky:
            inner = 2 * reduce_sum(log(diag_part(cholesky(self._capacitance()))), -1)
        else:
            inner = slogdet(self._capacitance())[1]
        return inner + self.diag_operator.log_abs_determinant() + self.base_operator.log_abs_determinant()

    def _diag_part(self) -> Any:
        return reduce_sum(self._u * conj(self._v) * self._weights(), -1) + self.base_operator.diag_part()

    def _weights(self) -> Any:
        return expand_dims(self.diag_operator.diag_part(), -2)

    def _to_dense(self) -> Any:
        return self.base_operator.to_dense() + matmul(self._u * self._weights(), self._v, adjoint_b=True)


@rule("adjoint", LinearOperatorLowRankUpdate)
def _adjoint_of_update(a: Any) -> LinearOperator:
    update = None if a.diag_update is None else conj(a.diag_update)
    return LinearOperatorLowRankUpdate(a.base_operator.adjoint(), a.v, update, a.u, a.is_diag_update_positive,
                                       **a._hints())  # fmt: skip
