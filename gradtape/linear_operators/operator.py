"""`LinearOperator`: a batch of matrices that is known by what it does, and the adjoint, inverse and product of such.

What a subclass does not do in its own way is done to the matrix itself. Which class a product, an inverse or an adjoint
has, where it is simpler than those here, stands in `rules`.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from ..array.creation import eye
from ..array.shape import broadcast_to, expand_dims, squeeze
from ..linalg.decompositions import eigvalsh, svd
from ..linalg.determinants import det, slogdet
from ..linalg.diagonal import diag_part, set_diag
from ..linalg.inverses import solve
from ..linalg.matmul import matmul
from ..linalg.norms import adjoint as conjugate_transpose
from ..linalg.triangular import cholesky, cholesky_solve
from ..math.arithmetic import add
from ..math.cast import cast
from ..math.comparison import equal
from ..math.complex_numbers import abs as absolute
from ..math.complex_numbers import conj
from ..math.elementwise import exp, log
from ..math.reduction import reduce_all, reduce_max, reduce_min, reduce_sum
from ..module import Module
from ..values.convert import convert_to_tensor
from ..values.dtypes import DType, as_dtype
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import Dim, broadcast_shapes, checked, computation, integers_tensor, never_equal
from ..values.tensor import EagerTensor

Dims = tuple[int, ...]
_HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


def parameter(value: Any, name: str, dtype: Any = None) -> Any:
    """A tensor or variable that an operator is made of; variables stay what they are."""
    if value is None:
        raise ValueError(f"Argument `{name}` must not be None")
    return value if hasattr(value, "assign") else convert_to_tensor(value, dtype)


def given(names: dict[str, Any]) -> dict[str, Any]:
    """The arguments among a constructor's `locals()`."""
    return {name: value for name, value in names.items() if name not in ("self", "__class__")}


def dims_of(x: Any) -> Dims:
    return convert_to_tensor(x)._array.shape  # type: ignore[no-any-return]


def same(*hints: bool | None) -> bool | None:
    """True where all are, else not known."""
    return True if all(hints) else None


class LinearOperator(Module):
    """A batch of matrices, shape `(*batch, m, n)`, of which a program may know more than their elements.

    A subclass gives its shape, and `_matmul`; the other methods have slower forms that work on the whole matrix.

    Args:
      dtype: of the elements.
      is_non_singular: whether it has an inverse; None if nobody knows. What is asked of a hint is not checked.
      is_self_adjoint: whether it equals its conjugate transpose.
      is_positive_definite: whether `x^H A x` has a positive real part for each x that is not 0.
      is_square: whether it has as many rows as columns.
      name: for error messages and scopes.
      parameters: the arguments that a subclass was made with.

    Raises:
      ValueError: if hints contradict each other.
    """

    # What one class makes of others: of an operation's name, from the classes to a function that gives the simpler
    # operator.
    rules: ClassVar[dict[str, dict[tuple[type, ...], Callable[..., "LinearOperator"]]]] = {
        "matmul": {}, "solve": {}, "adjoint": {}, "inverse": {}, "cholesky": {},
    }  # fmt: skip

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        super().__init__(name=None)
        self._given_name = name or type(self).__name__
        self._dtype = None if dtype is None else as_dtype(dtype).base_dtype
        self._parameters = parameters or {}
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square_set_or_implied_by_hints = is_square

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name that it was given, or that of its class."""
        return self._given_name

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments that it was made with, by name."""
        return dict(self._parameters)

    @property
    def graph_parents(self) -> list[Any]:
        return []

    @property
    def dtype(self) -> DType:
        """The dtype of its elements."""
        return self._dtype  # type: ignore[return-value]

    @property
    def is_non_singular(self) -> bool | None:
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it has as many rows as columns; None where neither its shape nor its hints tell.

        Raises:
          ValueError: if its shape contradicts a hint.
        """
        rows, columns = self.range_dimension, self.domain_dimension
        hint = self._is_square_set_or_implied_by_hints
        if rows is None or columns is None:
            return hint
        if hint is not None and hint != (rows == columns):
            raise ValueError(f"User set is_square hint to {hint}, but the operator is {rows} x {columns}.")
        return rows == columns

    def _dims(self) -> Dims:
        """`(*batch, m, n)`; in a function lengths may be symbolic."""
        return tuple(self._shape())

    def _shape(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} says no shape: define `_shape`.")

    @property
    def shape(self) -> TensorShape:
        """`(*batch, m, n)`, lengths that are not known are None."""
        return TensorShape([None if type(n) is Dim else n for n in self._shape()])

    @property
    def batch_shape(self) -> TensorShape:
        return self.shape[:-2]

    @property
    def tensor_rank(self) -> int:
        return len(self._dims())

    @property
    def domain_dimension(self) -> Any:
        """The number of columns."""
        return self.shape[-1]

    @property
    def range_dimension(self) -> Any:
        """The number of rows."""
        return self.shape[-2]

    def shape_tensor(self, name: str = "shape_tensor") -> EagerTensor:
        """The shape, as a vector of int32."""
        return integers_tensor(self._dims(), np.int32)

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> EagerTensor:
        return integers_tensor(self._dims()[:-2], np.int32)

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> EagerTensor:
        return convert_to_tensor(len(self._dims()))

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> EagerTensor:
        return self.shape_tensor()[-1]  # type: ignore[no-any-return]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> EagerTensor:
        return self.shape_tensor()[-2]  # type: ignore[no-any-return]

    # --- assertions ---------------------------------------------------------------------------------------------------

    def assert_non_singular(self, name: str = "assert_non_singular") -> None:
        """Raises InvalidArgumentError where the condition number is beyond what the dtype can tell."""
        limit = 1 / float(np.finfo(self.dtype.as_numpy_dtype).eps)
        checked(_check, reduce_all(absolute(self.cond()) < limit)._array, "Singular matrix up to precision epsilon.")

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> None:
        """Raises InvalidArgumentError where the matrix, which is self-adjoint, has no Cholesky factor."""
        if self.is_self_adjoint is not True:
            raise NotImplementedError("Positive definiteness is only asserted of operators with is_self_adjoint=True.")
        factor = diag_part(cholesky(self.to_dense()))
        checked(_check, reduce_all(absolute(factor) > 0)._array, "Matrix was not positive definite.")

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> None:
        """Raises InvalidArgumentError where the matrix is not its conjugate transpose."""
        a = self.to_dense()
        checked(_check, reduce_all(equal(a, conjugate_transpose(a)))._array, "Matrix was not equal to its adjoint.")

    def _check_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(f"{what} not implemented for an operator that is expected to not be square.")

    def _tensor(self, x: Any) -> EagerTensor:
        """`x` as a tensor: of its own dtype where it has one, else of the operator's."""
        return convert_to_tensor(x, None if hasattr(x, "dtype") else self.dtype)

    def _argument(self, x: Any, rows: int, axis: int, columns: str) -> EagerTensor:
        """`x` as a tensor that fits."""
        x = self._tensor(x)
        if self.dtype is not None and x.dtype.base_dtype != self.dtype:
            raise TypeError(f"Expected argument to have dtype {self.dtype}. Found: {x.dtype} in tensor {x}")
        found = x._array.shape
        if len(found) < -axis or never_equal(found[axis], rows):
            raise ValueError(
                f"Dimensions are not compatible: this operator of shape {self.shape} has {rows} {columns}, "
                f"and the argument has shape {x.shape}."
            )
        return x

    # --- products -----------------------------------------------------------------------------------------------------

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """The product with `x`: a tensor of shape `(*batch, n, k)`, or an operator, of which an operator comes.

        Args:
          x: what is multiplied.
          adjoint: whether this operator is conjugated and transposed first.
          adjoint_arg: whether `x` is.
          name: of the operation.

        Raises:
          ValueError: if the inner lengths differ.
          TypeError: if the dtypes differ.
        """
        if isinstance(x, LinearOperator):
            left, right = self.adjoint() if adjoint else self, x.adjoint() if adjoint_arg else x
            _fits(left, right)
            return _ruled("matmul", left, right) or LinearOperatorComposition(
                [left, right], **_hints_of_product(left, right)
            )
        rows, columns = self._dims()[-2:]
        x = self._argument(x, rows if adjoint else columns, -1 if adjoint_arg else -2, "columns")
        return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors, shape `(*batch, n)`."""
        rows, columns = self._dims()[-2:]
        x = self._argument(x, rows if adjoint else columns, -1, "columns")
        return self._matvec(x, adjoint=adjoint)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return matmul(self.to_dense(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return squeeze(self.matmul(expand_dims(x, -1), adjoint=adjoint), -1)

    # --- solutions ----------------------------------------------------------------------------------------------------

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """X with `A X = rhs`, for a tensor of shape `(*batch, m, k)` or an operator.

        Args:
          rhs: the right sides.
          adjoint: whether A is conjugated and transposed first.
          adjoint_arg: whether `rhs` is.
          name: of the operation.

        Raises:
          NotImplementedError: if a hint says that A is singular, or not square.
        """
        if self.is_non_singular is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to be singular.")
        self._check_square("Exact solve")
        if isinstance(rhs, LinearOperator):
            left, right = self.adjoint() if adjoint else self, rhs.adjoint() if adjoint_arg else rhs
            _fits(left, right)
            found = _ruled("solve", left, right)
            if found is None and type(left) is LinearOperatorInversion:
                found = left.operator.matmul(right)
            return found or LinearOperatorComposition(
                [LinearOperatorInversion(left), right], is_non_singular=_product_non_singular(left, right)
            )
        rhs = self._argument(rhs, self._dims()[-2], -1 if adjoint_arg else -2, "rows")
        return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """x with `A x = rhs`, for vectors of shape `(*batch, m)`."""
        return self._solvevec(self._argument(rhs, self._dims()[-2], -1, "rows"), adjoint=adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = conjugate_transpose(rhs) if adjoint_arg else rhs
        a = self.to_dense()
        batch = broadcast_shapes(a._array.shape[:-2], rhs._array.shape[:-2])
        a = broadcast_to(a, (*batch, *a._array.shape[-2:]))
        rhs = broadcast_to(rhs, (*batch, *rhs._array.shape[-2:]))
        return cholesky_solve(cholesky(a), rhs) if self._has_cholesky() else solve(a, rhs, adjoint=adjoint)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return squeeze(self.solve(expand_dims(rhs, -1), adjoint=adjoint), -1)

    def _has_cholesky(self) -> bool:
        return bool(self.is_self_adjoint and self.is_positive_definite)

    # --- other operators ----------------------------------------------------------------------------------------------

    def adjoint(self, name: str = "adjoint") -> "LinearOperator":
        """The operator of the conjugate transpose."""
        if self.is_self_adjoint is True:
            return self
        return self._linop_adjoint()

    @property
    def H(self) -> "LinearOperator":
        """The conjugate transpose."""
        return self.adjoint()

    def _linop_adjoint(self) -> "LinearOperator":
        return _ruled("adjoint", self) or LinearOperatorAdjoint(self, **self._hints())

    def inverse(self, name: str = "inverse") -> "LinearOperator":
        """The operator of the inverse.

        Raises:
          ValueError: if hints say that there is none.
        """
        if self.is_square is False:
            raise ValueError("Cannot take the Inverse: This operator represents a non square matrix.")
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        return self._linop_inverse()

    def _linop_inverse(self) -> "LinearOperator":
        return _ruled("inverse", self) or LinearOperatorInversion(self, **self._hints())

    def cholesky(self, name: str = "cholesky") -> "LinearOperator":
        """The operator of L with `A = L L^H`.

        Raises:
          ValueError: if no hints say that the operator is self-adjoint and positive definite.
        """
        if not self._has_cholesky():
            raise ValueError("Cannot take the Cholesky decomposition: Not a positive definite self adjoint matrix.")
        return self._linop_cholesky()

    def _linop_cholesky(self) -> "LinearOperator":
        return _ruled("cholesky", self) or self.rules["cholesky"][LinearOperator,](self)

    def _hints(self) -> dict[str, bool | None]:
        return {hint: getattr(self, hint) for hint in _HINTS}

    # --- numbers ------------------------------------------------------------------------------------------------------

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrices, shape `(*batch, m, n)`."""
        return self._to_dense()

    def _to_dense(self) -> Any:
        *batch, _, columns = self._dims()
        return self.matmul(eye(columns, batch_shape=batch or None, dtype=self.dtype))

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonals, shape `(*batch, min(m, n))`."""
        return self._diag_part()

    def _diag_part(self) -> Any:
        return diag_part(self.to_dense())

    def trace(self, name: str = "trace") -> Any:
        """The sums of the diagonals, shape `batch`."""
        return self._trace()

    def _trace(self) -> Any:
        return reduce_sum(self.diag_part(), -1)

    def determinant(self, name: str = "det") -> Any:
        """The determinants, shape `batch`."""
        self._check_square("Determinant")
        return self._determinant()

    def _determinant(self) -> Any:
        return exp(self.log_abs_determinant()) if self._has_cholesky() else det(self.to_dense())

    def log_abs_determinant(self, name: str = "log_abs_det") -> Any:
        """The logarithms of the determinants' absolute values, shape `batch`."""
        self._check_square("Determinant")
        return self._log_abs_determinant()

    def _log_abs_determinant(self) -> Any:
        if self._has_cholesky():
            return 2 * reduce_sum(log(diag_part(cholesky(self.to_dense()))), -1)
        return slogdet(self.to_dense())[1]

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """`A + x`."""
        return self._add_to_tensor(self._tensor(x))

    def _add_to_tensor(self, x: Any) -> Any:
        return add(self.to_dense(), x)

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues, shape `(*batch, n)`; the operator must be self-adjoint.

        Raises:
          NotImplementedError: if a hint does not say so.
        """
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        return self._eigvals()

    def _eigvals(self) -> Any:
        return eigvalsh(self.to_dense())

    def cond(self, name: str = "cond") -> Any:
        """The condition number in the 2-norm: the greatest singular value over the least, shape `batch`."""
        return self._cond()

    def _cond(self) -> Any:
        values = absolute(self.eigvals()) if self.is_self_adjoint else svd(self.to_dense(), compute_uv=False)
        return cast(reduce_max(values, -1) / reduce_min(values, -1), self.dtype)

    def _on_diagonal(self, x: Any, diagonal: Any) -> Any:
        """`x` with `diagonal` added to its diagonal."""
        return set_diag(x, diag_part(x) + diagonal)


@computation
def _check(holds: Any, message: str) -> None:
    if not holds:
        raise invalid("Assert", message)


def _fits(left: LinearOperator, right: LinearOperator) -> None:
    inner, found = left._dims()[-1], right._dims()[-2]
    if never_equal(inner, found):
        raise ValueError(f"Operators are incompatible. Expected `x` to have dimension {inner} but got {found}.")


def _ruled(operation: str, *operators: LinearOperator) -> LinearOperator | None:
    """What the rule of the nearest classes gives."""
    table = LinearOperator.rules[operation]
    kinds = [type(operator).__mro__ for operator in operators]
    if len(kinds) == 1:
        found = (table.get((a,)) for a in kinds[0] if a is not LinearOperator)
    else:
        found = (table.get((a, b)) for a in kinds[0] for b in kinds[1])
    rule = next(filter(None, found), None)
    return None if rule is None else rule(*operators)


def rule(operation: str, *classes: type) -> Callable[[Any], Any]:
    """Makes a function the rule of `operation` for these classes."""

    def register(function: Any) -> Any:
        LinearOperator.rules[operation][classes] = function
        return function

    return register


# --- hints of products: what TensorFlow says of them ------------------------------------------------------------------


def _product_non_singular(a: LinearOperator, b: LinearOperator) -> bool | None:
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return same(a.is_non_singular, b.is_non_singular)


def product_hints(a: LinearOperator, b: LinearOperator) -> dict[str, bool | None]:
    """Of the product of two that commute."""
    return {
        "is_non_singular": _product_non_singular(a, b),
        "is_self_adjoint": same(a.is_self_adjoint, b.is_self_adjoint),
        "is_positive_definite": same(a.is_positive_definite, b.is_positive_definite),
        "is_square": same(a.is_square, b.is_square),
    }


def _hints_of_product(a: LinearOperator, b: LinearOperator) -> dict[str, bool | None]:
    hints: dict[str, bool | None] = {"is_non_singular": _product_non_singular(a, b)}
    if type(a) is type(b) is not LinearOperatorComposition and b is a:
        hints |= product_hints(a, b)
    return hints


# --- operators of other operators -------------------------------------------------------------------------------------


class _OfOne(LinearOperator):
    """What is made of one operator, whose hints it has too."""

    _suffix = ""

    def __init__(
        self,
        operator: LinearOperator,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        hints = _combined(operator, locals())
        super().__init__(
            operator.dtype,
            **hints,
            name=name or operator.name + self._suffix,
            parameters={"operator": operator, **hints, "name": name},
        )
        self._operator = operator

    @property
    def operator(self) -> LinearOperator:
        return self._operator

    def _cond(self) -> Any:
        return self.operator.cond()


class LinearOperatorAdjoint(_OfOne):
    """The conjugate transpose of an operator."""

    _suffix = "_adjoint"

    def _shape(self) -> Any:
        *batch, rows, columns = self.operator._dims()
        return (*batch, columns, rows)

    def _linop_adjoint(self) -> LinearOperator:
        return self.operator

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self.operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return self.operator.solvevec(rhs, adjoint=not adjoint)

    def _to_dense(self) -> Any:
        return conjugate_transpose(self.operator.to_dense())

    def _determinant(self) -> Any:
        return conj(self.operator.determinant())

    def _log_abs_determinant(self) -> Any:
        return self.operator.log_abs_determinant()

    def _trace(self) -> Any:
        return conj(self.operator.trace())

    def _diag_part(self) -> Any:
        return conj(self.operator.diag_part())

    def _eigvals(self) -> Any:
        return conj(self.operator.eigvals())


class LinearOperatorInversion(_OfOne):
    """The inverse of an operator, which is never computed: products with it solve."""

    _suffix = "_inv"

    def __init__(
        self,
        operator: LinearOperator,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        if False in (operator.is_non_singular, is_non_singular):
            raise ValueError(f"Operator is_non_singular must be True or None: {operator.name} has no inverse.")
        if False in (operator.is_square, is_square):
            raise ValueError(f"Operator must be square: {operator.name} has shape {operator.shape}.")
        super().__init__(operator, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    def _shape(self) -> Any:
        return self.operator._dims()

    def _linop_inverse(self) -> LinearOperator:
        return self.operator

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return 1 / self.operator.determinant()

    def _log_abs_determinant(self) -> Any:
        return -self.operator.log_abs_determinant()

    def _eigvals(self) -> Any:
        return 1 / self.operator.eigvals()


def _combined(operator: LinearOperator, given: dict[str, Any]) -> dict[str, Any]:
    """The hints of an operator's adjoint or inverse: its own, where none was given."""
    hints = {}
    for hint in _HINTS:
        own, other = getattr(operator, hint), given[hint]
        if None not in (own, other) and own != other:
            raise ValueError(f"The operator has {hint} = {own}; {other} contradicts it.")
        hints[hint] = other if own is None else own
    return hints


class LinearOperatorComposition(LinearOperator):
    """The product of operators, from the left to the right: the last is applied first.

    Args:
      operators: at least one, which fit each other and have one dtype.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    Raises:
      ValueError: if there is none, or the lengths between two of them differ.
      TypeError: if their dtypes differ.

    >>> import gradtape as tf
    >>> half = tf.linalg.LinearOperatorDiag([0.5, 0.5])
    >>> tf.linalg.LinearOperatorComposition([half, tf.linalg.LinearOperatorFullMatrix([[2., 4.], [6., 8.]])]).to_dense()
    <tf.Tensor: shape=(2, 2), dtype=float32, numpy=
    array([[1., 2.],
           [3., 4.]], dtype=float32)>
    """

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        operators = checked_operators(operators)
        for left, right in itertools.pairwise(operators):
            _fits(left, right)
        if all(operator.is_non_singular for operator in operators):
            if is_non_singular is False:
                raise ValueError("The composition of non-singular operators is always non-singular.")
            is_non_singular = True
        super().__init__(
            operators[0].dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, is_square,
            name or "_o_".join(operator.name for operator in operators),
            parameters,
        )  # fmt: skip
        self._operators = operators

    @property
    def operators(self) -> list[LinearOperator]:
        return self._operators

    def _shape(self) -> Any:
        batch = broadcast_shapes(*(operator._dims()[:-2] for operator in self.operators))
        return (*batch, self.operators[0]._dims()[-2], self.operators[-1]._dims()[-1])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = self.operators if adjoint else self.operators[::-1]
        x = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        return functools.reduce(lambda y, operator: operator.matmul(y, adjoint=adjoint), others, x)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = self.operators[::-1] if adjoint else self.operators
        x = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        return functools.reduce(lambda y, operator: operator.solve(y, adjoint=adjoint), others, x)

    def _determinant(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._determinant()
        return functools.reduce(lambda a, b: a * b, (operator.determinant() for operator in self.operators))

    def _log_abs_determinant(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._log_abs_determinant()
        return functools.reduce(lambda a, b: a + b, (operator.log_abs_determinant() for operator in self.operators))


def checked_operators(operators: Any) -> list[LinearOperator]:
    """A list of operators of one dtype.

    Raises:
      ValueError: if it is empty.
      TypeError: if their dtypes differ.
    """
    operators = list(operators)
    if not operators:
        raise ValueError("Expected a non-empty list of operators. Found: []")
    if len({operator.dtype for operator in operators}) > 1:
        found = [(operator.name, operator.dtype.name) for operator in operators]
        raise TypeError(f"Expected all operators to have the same dtype. Found {found}")
    return operators


def in_batches(x: Any, batch: Dims, *rest: int) -> Any:
    """`x`, whose last axes are `rest`, with a batch shape that `batch` fits into."""
    found = dims_of(x)
    whole = broadcast_shapes(found[: len(found) - len(rest)], batch)
    return broadcast_to(x, (*whole, *rest))


__all__ = ["LinearOperator", "LinearOperatorAdjoint", "LinearOperatorComposition", "LinearOperatorInversion"]
