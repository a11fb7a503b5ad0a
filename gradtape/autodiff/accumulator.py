"""`tf.autodiff`: the tape, for derivatives in reverse, and `ForwardAccumulator`, for derivatives forward."""

from types import TracebackType
from typing import Any

from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.endings import ending
from ..values.log import warn_first
from ..values.tensor import variable_of
from .forward import Forward
from .tape import GradientTape, UnconnectedGradients, checked, zeros_of

__all__ = ["ForwardAccumulator", "GradientTape"]


class ForwardAccumulator:
    """Computes Jacobian-vector products while the operations execute.

    Inside the `with` block every value that depends on `primals` has a tangent: its Jacobian with respect to them,
    times `tangents`. A product costs about what the operations themselves cost, so this is the way to a directional
    derivative, or to the derivatives of many outputs with respect to few inputs. Nothing is kept for later: memory
    does not grow with the length of the computation. Accumulators nest, within each other and with tapes: a tape's
    `gradient` called inside one has a tangent, which is a Hessian-vector product.

    Args:
      primals: a tensor or variable, or a nested structure of these.
      tangents: the direction: in the same structure, values of the shapes and dtypes of the primals.

    Raises:
      ValueError: if the structures, shapes or dtypes differ, a primal is given twice, or is no tensor or variable.

    >>> import gradtape as tf
    >>> x = tf.constant([2.0, 3.0])
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as forward:
    ...     with tf.GradientTape() as tape:
    ...         tape.watch(x)
    ...         y = tf.reduce_sum(x**3)
    ...     g = tape.gradient(y, x)
    >>> forward.jvp(y)  # the slope of y as x[0] grows
    <tf.Tensor: shape=(), dtype=float32, numpy=12.0>
    >>> forward.jvp(g)  # the Hessian's first column
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([12.,  0.], dtype=float32)>
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        nest.assert_same_structure(primals, tangents)
        seen = set()
        pairs = []
        for x, t in zip(nest.flatten(primals), nest.flatten(tangents), strict=True):
            x = checked(variable_of(x))
            t = convert_to_tensor(t, x.dtype)
            if t.shape != x.shape:
                raise ValueError(
                    f"A primal of shape {x.shape} has a tangent of shape {t.shape}; they must be the same."
                )
            if x.ref() in seen:
                raise ValueError(
                    f"{x!r} was specified as a primal multiple times. If that was intended, give it once, with the "
                    "sum of its tangents."
                )
            seen.add(x.ref())
            pairs.append((x, t))
        self._active = False
        self._forward = Forward()
        self._ending = ending(self._forward.end)
        for x, t in pairs:
            if x.dtype.is_differentiable:
                self._forward.seed(x, t)
            else:
                warn_first(5, "The dtype of the watched primal must be floating (e.g. tf.float32), got %r", x.dtype)

    def __enter__(self) -> "ForwardAccumulator":
        if self._active:
            raise ValueError("Accumulator is already recording.")
        self._forward.start()
        self._active = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._active = False
        self._forward.stop()

    def jvp(self, primals: Any, unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE) -> Any:
        """The tangents of `primals`, which were computed inside the `with` block.

        Args:
          primals: a tensor or variable, or a nested structure of these.
          unconnected_gradients: what to give for those that depend on no primal of this accumulator: `"none"` or
            `"zero"`.

        Returns:
          In the structure of `primals`, tensors of their shapes and dtypes, or None.

        Raises:
          ValueError: if `unconnected_gradients` is unknown, or a primal is no tensor or variable.
        """
        zero = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO

        def tangent(x: Any) -> Any:
            x = checked(variable_of(x))
            found = self._forward.tangent(x)
            return zeros_of(x) if found is None and zero else found

        return nest.map_structure(tangent, primals)
