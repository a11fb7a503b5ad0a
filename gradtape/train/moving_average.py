"""`ExponentialMovingAverage`: averages of variables over training, of which the latest values count most."""

from collections.abc import Iterable
from typing import Any

from ..control_flow import init_scope
from ..math.arithmetic import minimum
from ..math.cast import cast
from ..operations.reading import convert_to_tensor
from ..values.dtypes import bfloat16, float16, float32, float64
from ..values.naming import name_scope
from ..values.tensor import Tensor
from ..values.variable import Variable

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage:
    """Keeps a variable beside each of some variables, which follows it slowly.

    Args:
      decay: what part of an average stays in an update: a number, tensor or variable.
      num_updates: a count of steps; `decay` is at most `(1 + num_updates) / (10 + num_updates)` then.
      zero_debias: has no effect, as averages begin with the values of their variables.
      name: the last part of the averages' names.

    >>> import gradtape as tf
    >>> v = tf.Variable(1.0)
    >>> averages = tf.train.ExponentialMovingAverage(decay=0.9)
    >>> averages.apply([v])
    >>> _ = v.assign(2.0)
    >>> averages.apply([v])
    >>> averages.average(v).numpy()
    np.float32(1.1)
    """

    def __init__(
        self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> None:
        """Update the averages of these variables; where there is none yet, make it, with the variable's value.

        Raises:
          TypeError: if one is a tensor, or not of floating point numbers.
        """
        variables = list(var_list or ())
        for v in variables:
            if isinstance(v, Tensor):
                raise TypeError(
                    "tf.train.ExponentialMovingAverage does not support non-Variable tensors when eager execution is "
                    "enabled."
                )
            if v.dtype not in (bfloat16, float16, float32, float64):
                raise TypeError(f"The variables must be half, float, or double: {v.name}")
            if v.ref() not in self._averages:
                with init_scope(), name_scope(""):
                    name = f"{v.name.removesuffix(':0')}/{self._name}"
                    self._averages[v.ref()] = Variable(v.read_value(), trainable=False, name=name)
        decay = convert_to_tensor(self._decay, float32)
        if self._num_updates is not None:
            count = cast(self._num_updates, float32)
            decay = minimum(decay, (1.0 + count) / (10.0 + count))
        for v in variables:
            average = self._averages[v.ref()]
            average.assign_sub((average - v) * cast(1.0 - decay, average.dtype))  # type: ignore[attr-defined]

    def average(self, var: Any) -> Variable | None:
        """The variable that holds the average of `var`; None if there is none."""
        return self._averages.get(var.ref())

    def average_name(self, var: Any) -> str:
        """The name that the average of `var` has, or would have."""
        average = self._averages.get(var.ref())
        if average is not None:
            return average.name.removesuffix(":0")  # type: ignore[attr-defined, no-any-return]
        return f"{var.name.removesuffix(':0')}/{self._name}"
