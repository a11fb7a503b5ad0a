"""Operators of several: Kronecker products, and blocks on and below the diagonal."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ..array.creation import zeros
from ..array.joining import concat, split
from ..array.shape import expand_dims, matrix_transpose, reshape, squeeze
from ..linalg.norms import adjoint as conjugate_transpose
from ..math.cast import cast
from ..values.symbolic import broadcast_shapes, integers_tensor
from .matrices import LinearOperatorFullMatrix
from .operator import (
    LinearOperator,
    checked_operators,
    dims_of,
    given,
    in_batches,
    parameter,
    product_hints,
    rule,
    same,
)

__all__ = ["LinearOperatorBlockDiag", "LinearOperatorBlockLowerTriangular", "LinearOperatorKronecker"]

Hint = bool | None


def _added(lengths: Sequence[int]) -> int:
    return functools.reduce(lambda a, b: a + b, lengths)


def _multiplied(values: Any) -> Any:
    return functools.reduce(lambda a, b: a * b, values)


class _OfSeveral(LinearOperator):
    """What is made of operators of one dtype, and has the hints that all of them have."""

    _between = ""

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        self._operators = checked_operators(operators)
        hints = _all_of(self._operators, is_non_singular, is_self_adjoint, is_positive_definite, is_square)
        name = name or self._between.join(operator.name for operator in self._operators)
        super().__init__(self._operators[0].dtype, None, *hints, name, parameters)

    @property
    def operators(self) -> list[LinearOperator]:
        return self._operators


class LinearOperatorKronecker(_OfSeveral):
    """The Kronecker product of operators.

    Args:
      operators: at least one, of one dtype.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    >>> import gradtape as tf
    >>> a = tf.linalg.LinearOperatorFullMatrix([[1., 2.], [3., 4.]])
    >>> tf.linalg.LinearOperatorKronecker([tf.linalg.LinearOperatorIdentity(2), a]).diag_part()
    <tf.Tensor: shape=(4,), dtype=float32, numpy=array([1., 4., 1., 4.], dtype=float32)>
    """

    _between = "_x_"

    def _shape(self) -> Any:
        batch = broadcast_shapes(*(operator._dims()[:-2] for operator in self.operators))
        return (*batch, *(_multiplied(operator._dims()[i] for operator in self.operators) for i in (-2, -1)))

    def _each(self, x: Any, taken: int, apply: Callable[[LinearOperator, Any], Any]) -> Any:
        """Each operator along its own axis of the rows of `x`, shape `(*batch, N, k)`.

        The axis goes to the end after its turn: behind the last of them stand the columns first, then the rows.
        """
        batch = broadcast_shapes(self._dims()[:-2], dims_of(x)[:-2])
        columns = dims_of(x)[-1]
        lengths = [operator._dims()[taken] for operator in self.operators]
        made: list[int] = []
        x = in_batches(x, batch, *dims_of(x)[-2:])
        for i, operator in enumerate(self.operators):
            others = _multiplied([*lengths[i + 1 :], columns, *made])
            x = matrix_transpose(apply(operator, reshape(x, (*batch, lengths[i], others))))
            made.append(dims_of(x)[-1])
        return matrix_transpose(reshape(x, (*batch, columns, _multiplied(made))))

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        return self._each(x, -2 if adjoint else -1, lambda operator, part: operator.matmul(part, adjoint=adjoint))

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = conjugate_transpose(rhs) if adjoint_arg else rhs
        return self._each(rhs, -2, lambda operator, part: operator.solve(part, adjoint=adjoint))

    def _shares(self) -> list[Any]:
        """Of each operator how often its eigenvalues come: N / n."""
        lengths = [operator._dims()[-1] for operator in self.operators]
        return [_multiplied([1, *lengths[:i], *lengths[i + 1 :]]) for i in range(len(lengths))]

    def _power(self, n: Any) -> Any:
        return cast(integers_tensor(n, "int32"), self.dtype)

    def _determinant(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._determinant()
        return _multiplied(
            a.determinant() ** self._power(n) for a, n in zip(self.operators, self._shares(), strict=True)
        )

    def _log_abs_determinant(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._log_abs_determinant()
        terms = zip(self.operators, self._shares(), strict=True)
        return _added([a.log_abs_determinant() * self._power(n) for a, n in terms])

    def _trace(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._trace()
        return _multiplied(operator.trace() for operator in self.operators)

    def _outer(self, vectors: Sequence[Any]) -> Any:
        def product(a: Any, b: Any) -> Any:
            c = expand_dims(a, -1) * expand_dims(b, -2)
            *batch, m, n = dims_of(c)
            return reshape(c, (*batch, m * n))

        return functools.reduce(product, vectors)

    def _diag_part(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._diag_part()
        return self._outer([operator.diag_part() for operator in self.operators])

    def _eigvals(self) -> Any:
        return self._outer([operator.eigvals() for operator in self.operators])

    def _cond(self) -> Any:
        return _multiplied(operator.cond() for operator in self.operators)


def _all_of(operators: Sequence[LinearOperator], *hints: Hint) -> list[Hint]:
    """The hints of what has them if all of its operators do.

    Raises:
      ValueError: if one was given that says otherwise.
    """
    found = []
    for name, hint in zip(("non_singular", "self_adjoint", "positive_definite", "square"), hints, strict=True):
        if all(getattr(operator, f"is_{name}") for operator in operators):
            if hint is False:
                raise ValueError(f"What is made of operators that are {name} always is: is_{name} cannot be False.")
            hint = True
        found.append(hint)
    return found


@rule("adjoint", LinearOperatorKronecker)
def _adjoint_of_kronecker(a: Any) -> LinearOperator:
    return LinearOperatorKronecker([operator.adjoint() for operator in a.operators], **a._hints())


@rule("inverse", LinearOperatorKronecker)
def _inverse_of_kronecker(a: Any) -> LinearOperator:
    return LinearOperatorKronecker([operator.inverse() for operator in a.operators], **a._hints())


@rule("cholesky", LinearOperatorKronecker)
def _cholesky_of_kronecker(a: Any) -> LinearOperator:
    return LinearOperatorKronecker([operator.cholesky() for operator in a.operators], is_non_singular=True,
                                   is_square=True)  # fmt: skip


class _Blocks(LinearOperator):
    """What is applied to blocks of rows: one tensor that holds them all, or a list of them, of which a list comes."""

    def _rows(self, axis: int) -> list[Any]:
        """The length of each block of rows (-2) or columns (-1)."""
        raise NotImplementedError

    def _on_blocks(self, parts: list[Any], adjoint: bool, solves: bool) -> list[Any]:
        raise NotImplementedError

    def _blockwise(self, x: Any, adjoint: bool, solves: bool, vectors: bool = False) -> list[Any]:
        parts = [parameter(part, "x", None if hasattr(part, "dtype") else self.dtype) for part in x]
        if vectors:
            return [squeeze(part, -1) for part in self._on_blocks([expand_dims(p, -1) for p in parts], adjoint, solves)]
        return self._on_blocks(parts, adjoint, solves)

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        if isinstance(x, list | tuple) and _are_blocks(x):
            return self._blockwise([conjugate_transpose(p) for p in x] if adjoint_arg else x, adjoint, False)
        return super().matmul(x, adjoint, adjoint_arg, name)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        if isinstance(x, list | tuple) and _are_blocks(x):
            return self._blockwise(x, adjoint, False, vectors=True)
        return super().matvec(x, adjoint, name)

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        if isinstance(rhs, list | tuple) and _are_blocks(rhs):
            return self._blockwise([conjugate_transpose(p) for p in rhs] if adjoint_arg else rhs, adjoint, True)
        return super().solve(rhs, adjoint, adjoint_arg, name)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        if isinstance(rhs, list | tuple) and _are_blocks(rhs):
            return self._blockwise(rhs, adjoint, True, vectors=True)
        return super().solvevec(rhs, adjoint, name)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._together(x, adjoint, adjoint_arg, self._rows(-2 if adjoint else -1), False)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._together(rhs, adjoint, adjoint_arg, self._rows(-2), True)

    def _together(self, x: Any, adjoint: bool, adjoint_arg: bool, lengths: list[Any], solves: bool) -> Any:
        x = conjugate_transpose(x) if adjoint_arg else x
        batch = broadcast_shapes(self._dims()[:-2], dims_of(x)[:-2])
        parts = self._on_blocks(split(x, lengths, axis=-2), adjoint, solves)
        return concat([in_batches(part, batch, *dims_of(part)[-2:]) for part in parts], -2)

    def _joined(self, parts: Sequence[Any]) -> Any:
        """Vectors of the blocks as one."""
        batch = self._dims()[:-2]
        return concat([in_batches(part, batch, dims_of(part)[-1]) for part in parts], -1)


def _are_blocks(x: Sequence[Any]) -> bool:
    """Whether these are tensors or arrays; numbers and lists of them are one tensor."""
    return bool(x) and all(hasattr(part, "dtype") and hasattr(part, "shape") and len(part.shape) for part in x)


class LinearOperatorBlockDiag(_Blocks, _OfSeveral):
    """Operators along the diagonal, zeros elsewhere.

    Args:
      operators: at least one, of one dtype.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.
    """

    _between = "_ds_"

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = True,
        name: str | None = None,
    ) -> None:
        super().__init__(operators, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    def _rows(self, axis: int) -> list[Any]:
        return [operator._dims()[axis] for operator in self.operators]

    def _shape(self) -> Any:
        batch = broadcast_shapes(*(operator._dims()[:-2] for operator in self.operators))
        return (*batch, _added(self._rows(-2)), _added(self._rows(-1)))

    def _on_blocks(self, parts: list[Any], adjoint: bool, solves: bool) -> list[Any]:
        pairs = zip(self.operators, parts, strict=True)
        return [(a.solve if solves else a.matmul)(part, adjoint=adjoint) for a, part in pairs]

    def _all_square(self) -> bool:
        return all(operator.is_square for operator in self.operators)

    def _to_dense(self) -> Any:
        batch, whole = self._dims()[:-2], self._dims()[-1]
        rows, before = [], 0
        for operator in self.operators:
            part = operator.to_dense()
            m, n = dims_of(part)[-2:]
            part = in_batches(part, batch, m, n)
            sides = (before, whole - before - n)
            left, right = (zeros((*batch, m, k), self.dtype) for k in sides)
            rows.append(concat([left, part, right], -1))
            before = before + n
        return concat(rows, -2)

    def _determinant(self) -> Any:
        if not self._all_square():
            return super()._determinant()
        return _multiplied(operator.determinant() for operator in self.operators)

    def _log_abs_determinant(self) -> Any:
        if not self._all_square():
            return super()._log_abs_determinant()
        return _added([operator.log_abs_determinant() for operator in self.operators])

    def _diag_part(self) -> Any:
        if not self._all_square():
            return super()._diag_part()
        return self._joined([operator.diag_part() for operator in self.operators])

    def _trace(self) -> Any:
        if not self._all_square():
            return super()._trace()
        return _added([operator.trace() for operator in self.operators])

    def _eigvals(self) -> Any:
        return self._joined([operator.eigvals() for operator in self.operators])


def _block_by_block(method: str) -> Callable[[Any], LinearOperator]:
    def made(a: Any) -> LinearOperator:
        hints = a._hints() if method != "cholesky" else {"is_non_singular": True, "is_square": True}
        return LinearOperatorBlockDiag([getattr(operator, method)() for operator in a.operators], **hints)

    return made


for _method in ("adjoint", "inverse", "cholesky"):
    rule(_method, LinearOperatorBlockDiag)(_block_by_block(_method))


def _alike(a: Any, b: Any) -> bool:
    return [p._dims()[-1] for p in a.operators] == [q._dims()[-2] for q in b.operators]


@rule("matmul", LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _blocks_of_blocks(a: Any, b: Any) -> LinearOperator | None:
    if not _alike(a, b):
        return None
    products = [p.matmul(q) for p, q in zip(a.operators, b.operators, strict=True)]
    return LinearOperatorBlockDiag(products, **product_hints(a, b))


@rule("solve", LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _blocks_into_blocks(a: Any, b: Any) -> LinearOperator | None:
    if not _alike(a, b):
        return None
    solved = [p.solve(q) for p, q in zip(a.operators, b.operators, strict=True)]
    return LinearOperatorBlockDiag(solved, is_non_singular=same(a.is_non_singular, b.is_non_singular))


class LinearOperatorBlockLowerTriangular(_Blocks):
    """Operators on and below the diagonal of blocks, zeros above.

    Args:
      operators: rows of operators; row i has i + 1, the last of which is square.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square, name: see `LinearOperator`.

    Raises:
      ValueError: if a row has another length, or operators do not fit.
    """

    def __init__(
        self,
        operators: Sequence[Sequence[LinearOperator]],
        is_non_singular: Hint = None,
        is_self_adjoint: Hint = None,
        is_positive_definite: Hint = None,
        is_square: Hint = None,
        name: str = "LinearOperatorBlockLowerTriangular",
    ) -> None:
        parameters = given(locals())
        self._operators = [checked_operators(row) for row in operators]
        checked_operators([operator for row in self._operators for operator in row])
        for i, row in enumerate(self._operators):
            if len(row) != i + 1:
                raise ValueError(f"Row {i} of `operators` must have {i + 1} operators, and has {len(row)}.")
            if row[-1].is_square is False:
                raise ValueError(f"Operators on the diagonal must be square; number {i} has shape {row[-1].shape}.")
            for j, operator in enumerate(row):
                fits = row[-1]._dims()[-2], self._operators[j][-1]._dims()[-1]
                if operator._dims()[-2:] != fits:
                    raise ValueError(f"Operator ({i}, {j}) has shape {operator.shape}, where {fits} fits.")
        if is_square is False or is_self_adjoint:
            raise ValueError("A block lower triangular operator is square, and not known to be self-adjoint.")
        diagonal = [row[-1] for row in self._operators]
        if all(operator.is_non_singular for operator in diagonal):
            is_non_singular = True
        elif any(operator.is_non_singular is False for operator in diagonal):
            is_non_singular = False
        super().__init__(diagonal[0].dtype, None, is_non_singular, is_self_adjoint, is_positive_definite, True, name,
                         parameters)  # fmt: skip

    @property
    def operators(self) -> list[list[LinearOperator]]:
        return self._operators

    @property
    def _diagonal_operators(self) -> list[LinearOperator]:
        return [row[-1] for row in self._operators]

    def _rows(self, axis: int) -> list[Any]:
        return [operator._dims()[axis] for operator in self._diagonal_operators]

    def _shape(self) -> Any:
        batch = broadcast_shapes(*(operator._dims()[:-2] for row in self._operators for operator in row))
        n = _added(self._rows(-1))
        return (*batch, n, n)

    def _on_blocks(self, parts: list[Any], adjoint: bool, solves: bool) -> list[Any]:
        count = len(self._operators)
        found: list[Any] = [None] * count
        for i in reversed(range(count)) if adjoint else range(count):
            # The blocks beside the diagonal of row i, of the transpose where it is asked for.
            others = range(i + 1, count) if adjoint else range(i)
            operators = [self._operators[j][i] if adjoint else self._operators[i][j] for j in others]
            taken = found if solves else parts
            products = [a.matmul(taken[j], adjoint=adjoint) for a, j in zip(operators, others, strict=True)]
            own = self._operators[i][i]
            if solves:
                found[i] = own.solve(parts[i] - _added(products) if products else parts[i], adjoint=adjoint)
            else:
                found[i] = _added([own.matmul(parts[i], adjoint=adjoint), *products])
        return found

    def _determinant(self) -> Any:
        return _multiplied(operator.determinant() for operator in self._diagonal_operators)

    def _log_abs_determinant(self) -> Any:
        return _added([operator.log_abs_determinant() for operator in self._diagonal_operators])

    def _diag_part(self) -> Any:
        return self._joined([operator.diag_part() for operator in self._diagonal_operators])

    def _trace(self) -> Any:
        return _added([operator.trace() for operator in self._diagonal_operators])

    def _eigvals(self) -> Any:
        return self._joined([operator.eigvals() for operator in self._diagonal_operators])


@rule("inverse", LinearOperatorBlockLowerTriangular)
def _inverse_of_triangular(a: Any) -> LinearOperator:
    """By forward substitution of operators: block (i, j) is -L_ii^-1 (sum over k of L_ik X_kj)."""
    inverse: list[list[LinearOperator]] = []
    for i, row in enumerate(a.operators):
        own = row[-1].inverse()
        below = []
        for j in range(i):
            total = _added([row[k].matmul(inverse[k][j]).to_dense() for k in range(j, i)])
            below.append(LinearOperatorFullMatrix(-own.matmul(total)))
        inverse.append([*below, own])
    return LinearOperatorBlockLowerTriangular(inverse, is_non_singular=a.is_non_singular, is_square=True)
