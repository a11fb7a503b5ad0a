"""The optimisers of `tf.compat.v1.train`: each by its formula, for whole gradients and for those of rows."""

from typing import Any, ClassVar

from ...array.creation import fill, zeros_like
from ...array.gathering import gather
from ...array.shape import shape
from ...math import maximum, pow, rsqrt, sign, sqrt, square
from ...math.cast import cast
from ...math.comparison import where
from ...math.complex_numbers import abs
from ...operations.reading import convert_to_tensor
from ...values.indexed_slices import IndexedSlices
from .optimizer import Optimizer

__all__ = [
    "AdadeltaOptimizer", "AdagradDAOptimizer", "AdagradOptimizer", "AdamOptimizer", "FtrlOptimizer",
    "GradientDescentOptimizer", "MomentumOptimizer", "ProximalAdagradOptimizer", "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
]  # fmt: skip


class _ByFormula(Optimizer):
    """An optimiser with one formula: what it keeps for a variable, and the variable, follow from both and a gradient.

    `_kept` has, for each name of what is kept, what it is at first: a number, or the name of an attribute with one.
    `_hyperparameters` are attributes, of which `_new` takes the values by these names.
    """

    _kept: ClassVar[dict[str, Any]] = {}
    _hyperparameters: tuple[str, ...] = ("learning_rate",)

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            for name, first in self._kept.items():
                if self.get_slot(v, name) is None:
                    value = getattr(self, first) if isinstance(first, str) else first
                    self._get_or_make_slot(v, fill(shape(v), cast(value, v.dtype)), name, self._slot_name(name))

    def _slot_name(self, name: str) -> str:
        return self._name

    def _prepare(self) -> None:
        self._now = {
            name: convert_to_tensor(self._call_if_callable(getattr(self, f"_{name}"))) for name in self._hyperparameters
        }

    def _step(self, dtype: Any) -> dict[str, Any]:
        return {name: cast(value, dtype) for name, value in self._now.items()}

    def _new(self, x: Any, kept: dict[str, Any], g: Any, **now: Any) -> Any:
        """The variable after a step; what is kept is put in `kept`."""
        raise NotImplementedError

    def _resource_apply_dense(self, grad: Any, handle: Any) -> None:
        slots = {name: self.get_slot(handle, name) for name in self._kept}
        kept = {name: convert_to_tensor(slot) for name, slot in slots.items()}
        new = self._new(convert_to_tensor(handle), kept, grad, **self._step(handle.dtype))
        for name, slot in slots.items():
            slot.assign(kept[name])
        handle.assign(new)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> None:
        slots = {name: self.get_slot(handle, name) for name in self._kept}
        kept = {name: gather(slot, indices) for name, slot in slots.items()}
        new = self._new(gather(handle, indices), kept, grad, **self._step(handle.dtype))
        for name, slot in slots.items():
            slot.scatter_update(IndexedSlices(kept[name], indices))
        handle.scatter_update(IndexedSlices(new, indices))


class GradientDescentOptimizer(_ByFormula):
    """x -= learning_rate * g.

    >>> import gradtape as tf
    >>> x = tf.Variable(2.0)
    >>> tf.compat.v1.train.GradientDescentOptimizer(0.25).minimize(lambda: x * x)
    >>> x.numpy()
    np.float32(1.0)
    """

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate

    def _resource_apply_dense(self, grad: Any, handle: Any) -> None:
        handle.assign_sub(grad * self._step(handle.dtype)["learning_rate"])

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> None:
        handle.scatter_sub(IndexedSlices(grad * self._step(handle.dtype)["learning_rate"], indices))


class MomentumOptimizer(_ByFormula):
    """m = momentum * m + g; x -= learning_rate * m, or with `use_nesterov` that of the step after."""

    _kept: ClassVar = {"momentum": 0}
    _hyperparameters = ("learning_rate", "momentum")

    def __init__(self, learning_rate: Any, momentum: Any, use_locking: bool = False, name: str = "Momentum",
                 use_nesterov: bool = False) -> None:  # fmt: skip
        super().__init__(use_locking, name)
        self._learning_rate, self._momentum, self._use_nesterov = learning_rate, momentum, use_nesterov

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, momentum: Any) -> Any:
        m = kept["momentum"] = momentum * kept["momentum"] + g
        return x - learning_rate * (g + momentum * m if self._use_nesterov else m)


class AdagradOptimizer(_ByFormula):
    """a += g^2; x -= learning_rate * g / sqrt(a)."""

    _kept: ClassVar = {"accumulator": "_initial_accumulator_value"}

    def __init__(self, learning_rate: Any, initial_accumulator_value: float = 0.1, use_locking: bool = False,
                 name: str = "Adagrad") -> None:  # fmt: skip
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate, self._initial_accumulator_value = learning_rate, initial_accumulator_value

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any) -> Any:
        a = kept["accumulator"] = kept["accumulator"] + square(g)
        return x - learning_rate * g * rsqrt(a)


class AdadeltaOptimizer(_ByFormula):
    """Steps as long as the last ones were, over what gradients were: Zeiler (2012)."""

    _kept: ClassVar = {"accum": 0, "accum_update": 0}
    _hyperparameters = ("learning_rate", "rho", "epsilon")

    def __init__(self, learning_rate: Any = 0.001, rho: Any = 0.95, epsilon: Any = 1e-8, use_locking: bool = False,
                 name: str = "Adadelta") -> None:  # fmt: skip
        super().__init__(use_locking, name)
        self._learning_rate, self._rho, self._epsilon = learning_rate, rho, epsilon

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, rho: Any, epsilon: Any) -> Any:
        a = kept["accum"] = rho * kept["accum"] + (1 - rho) * square(g)
        step = sqrt(kept["accum_update"] + epsilon) * rsqrt(a + epsilon) * g
        kept["accum_update"] = rho * kept["accum_update"] + (1 - rho) * square(step)
        return x - learning_rate * step


class RMSPropOptimizer(_ByFormula):
    """r is the mean of g^2; m = momentum * m + learning_rate * g / sqrt(r + epsilon); x -= m.

    With `centered` it is the variance of g.
    """

    _hyperparameters = ("learning_rate", "decay", "momentum", "epsilon")

    def __init__(self, learning_rate: Any, decay: Any = 0.9, momentum: Any = 0.0, epsilon: Any = 1e-10,
                 use_locking: bool = False, centered: bool = False, name: str = "RMSProp") -> None:  # fmt: skip
        super().__init__(use_locking, name)
        self._learning_rate, self._decay, self._momentum, self._epsilon = learning_rate, decay, momentum, epsilon
        self._centered = centered
        self._kept = {"rms": 1, "mg": 0, "momentum": 0} if centered else {"rms": 1, "momentum": 0}

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, decay: Any, momentum: Any,
             epsilon: Any) -> Any:  # fmt: skip
        r = kept["rms"] = kept["rms"] + (square(g) - kept["rms"]) * (1 - decay)
        if self._centered:
            mean = kept["mg"] = kept["mg"] + (g - kept["mg"]) * (1 - decay)
            r = r - square(mean)
        m = kept["momentum"] = momentum * kept["momentum"] + learning_rate * g * rsqrt(r + epsilon)
        return x - m


class AdamOptimizer(_ByFormula):
    """Means of g and g^2, without the bias of their beginning: Kingma and Ba (2014)."""

    _kept: ClassVar = {"m": 0, "v": 0}
    _hyperparameters = ("learning_rate", "beta1", "beta2", "epsilon")

    def __init__(self, learning_rate: Any = 0.001, beta1: Any = 0.9, beta2: Any = 0.999, epsilon: Any = 1e-8,
                 use_locking: bool = False, name: str = "Adam",
                 use_own_namescope_for_non_slot_vars: bool = False) -> None:  # fmt: skip
        super().__init__(use_locking, name)
        self._learning_rate, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon

    def _create_slots(self, var_list: list[Any]) -> None:
        self._create_non_slot_variable(self._beta1, "beta1_power")
        self._create_non_slot_variable(self._beta2, "beta2_power")
        super()._create_slots(var_list)

    def _get_beta_accumulators(self) -> tuple[Any, Any]:
        return self._non_slot_dict["beta1_power"], self._non_slot_dict["beta2_power"]

    def _rate(self, dtype: Any, learning_rate: Any) -> Any:
        power1, power2 = (cast(power, dtype) for power in self._get_beta_accumulators())
        return learning_rate * sqrt(1 - power2) / (1 - power1)

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, beta1: Any, beta2: Any,
             epsilon: Any) -> Any:  # fmt: skip
        m = kept["m"] = kept["m"] + (g - kept["m"]) * (1 - beta1)
        v = kept["v"] = kept["v"] + (square(g) - kept["v"]) * (1 - beta2)
        return x - self._rate(x.dtype, learning_rate) * m / (sqrt(v) + epsilon)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> None:
        now = self._step(handle.dtype)
        m, v = self.get_slot(handle, "m"), self.get_slot(handle, "v")
        m.assign(m * now["beta1"])
        m.scatter_add(IndexedSlices(grad * (1 - now["beta1"]), indices))
        v.assign(v * now["beta2"])
        v.scatter_add(IndexedSlices(square(grad) * (1 - now["beta2"]), indices))
        handle.assign_sub(self._rate(handle.dtype, now["learning_rate"]) * m / (sqrt(v) + now["epsilon"]))

    def _finish(self, update_ops: list[Any], name_scope: str) -> None:
        power1, power2 = self._get_beta_accumulators()
        power1.assign(power1 * cast(self._now["beta1"], power1.dtype))
        power2.assign(power2 * cast(self._now["beta2"], power2.dtype))


class FtrlOptimizer(_ByFormula):
    """Follow the regularised leader: McMahan et al. (2013).

    Args:
      learning_rate_power: of the sum of g^2, by which steps get shorter; not positive.
      l1_regularization_strength, l2_regularization_strength, l2_shrinkage_regularization_strength: not negative.
      beta: is added to the root of the sum of g^2.
    """

    _kept: ClassVar = {"accum": "_initial_accumulator_value", "linear": 0}
    _hyperparameters = ("learning_rate", "learning_rate_power", "l1_regularization_strength",
                        "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta")  # fmt: skip

    def __init__(self, learning_rate: Any, learning_rate_power: Any = -0.5, initial_accumulator_value: Any = 0.1,
                 l1_regularization_strength: Any = 0.0, l2_regularization_strength: Any = 0.0,
                 use_locking: bool = False, name: str = "Ftrl", accum_name: str | None = None,
                 linear_name: str | None = None, l2_shrinkage_regularization_strength: Any = 0.0,
                 beta: Any = None) -> None:  # fmt: skip
        super().__init__(use_locking, name)
        for said, value in {
            "initial_accumulator_value": initial_accumulator_value,
            "learning_rate_power": -learning_rate_power,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }.items():
            if value < 0.0:
                sign_of = "negative" if said == "learning_rate_power" else "positive"
                raise ValueError(f"{said} needs to be {sign_of} or zero")
        self._learning_rate, self._learning_rate_power = learning_rate, learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._beta = 0.0 if beta is None else beta
        self._names = {"accum": accum_name or name, "linear": linear_name or name}

    def _slot_name(self, name: str) -> str:
        return self._names[name]

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, learning_rate_power: Any,
             l1_regularization_strength: Any, l2_regularization_strength: Any,
             l2_shrinkage_regularization_strength: Any, beta: Any) -> Any:  # fmt: skip
        before, l1 = kept["accum"], l1_regularization_strength
        l2 = l2_regularization_strength + beta / (2 * maximum(learning_rate, 1e-36))
        a = kept["accum"] = before + square(g)
        sigma = (pow(a, -learning_rate_power) - pow(before, -learning_rate_power)) / learning_rate
        shrunk = g + 2 * l2_shrinkage_regularization_strength * x
        linear = kept["linear"] = kept["linear"] + shrunk - sigma * x
        curvature = pow(a, -learning_rate_power) / learning_rate + 2 * l2
        return where(abs(linear) > l1, (sign(linear) * l1 - linear) / curvature, zeros_like(linear))


def _shrunk(x: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """The proximal step of both penalties: nearer to 0 by `rate * l1`, and over `1 + rate * l2`."""
    return sign(x) * maximum(abs(x) - rate * l1, 0) / (1 + rate * l2)


class _Proximal(_ByFormula):
    _hyperparameters = ("learning_rate", "l1_regularization_strength", "l2_regularization_strength")
    _learning_rate: Any

    def _set(self, learning_rate: Any, l1_regularization_strength: Any, l2_regularization_strength: Any) -> None:
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength


class ProximalGradientDescentOptimizer(_Proximal):
    """Gradient descent, and a proximal step of the penalties: Duchi and Singer (2009)."""

    def __init__(self, learning_rate: Any, l1_regularization_strength: Any = 0.0,
                 l2_regularization_strength: Any = 0.0, use_locking: bool = False,
                 name: str = "ProximalGradientDescent") -> None:  # fmt: skip
        super().__init__(use_locking, name)
        self._set(learning_rate, l1_regularization_strength, l2_regularization_strength)

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, l1_regularization_strength: Any,
             l2_regularization_strength: Any) -> Any:  # fmt: skip
        after = x - learning_rate * g
        return _shrunk(after, learning_rate, l1_regularization_strength, l2_regularization_strength)


class ProximalAdagradOptimizer(_Proximal):
    """Adagrad, and a proximal step of the penalties: Duchi and Singer (2009)."""

    _kept: ClassVar = {"accumulator": "_initial_accumulator_value"}

    def __init__(self, learning_rate: Any, initial_accumulator_value: float = 0.1,
                 l1_regularization_strength: Any = 0.0, l2_regularization_strength: Any = 0.0,
                 use_locking: bool = False, name: str = "ProximalAdagrad") -> None:  # fmt: skip
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._set(learning_rate, l1_regularization_strength, l2_regularization_strength)
        self._initial_accumulator_value = initial_accumulator_value

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, l1_regularization_strength: Any,
             l2_regularization_strength: Any) -> Any:  # fmt: skip
        a = kept["accumulator"] = kept["accumulator"] + square(g)
        rate = learning_rate * rsqrt(a)
        return _shrunk(x - rate * g, rate, l1_regularization_strength, l2_regularization_strength)


class AdagradDAOptimizer(_Proximal):
    """Adagrad by dual averaging: Duchi et al. (2011)."""

    _kept: ClassVar = {"gradient_accumulator": 0, "gradient_squared_accumulator": "_initial"}

    def __init__(self, learning_rate: Any, global_step: Any, initial_gradient_squared_accumulator_value: float = 0.1,
                 l1_regularization_strength: Any = 0.0, l2_regularization_strength: Any = 0.0,
                 use_locking: bool = False, name: str = "AdagradDA") -> None:  # fmt: skip
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError("initial_gradient_squared_accumulator_value must be positive: "
                             f"{initial_gradient_squared_accumulator_value}")  # fmt: skip
        super().__init__(use_locking, name)
        self._set(learning_rate, l1_regularization_strength, l2_regularization_strength)
        self._initial = initial_gradient_squared_accumulator_value
        self._global_step = global_step

    def _prepare(self) -> None:
        super()._prepare()
        self._now["step"] = convert_to_tensor(self._global_step) + 1

    def _new(self, x: Any, kept: dict[str, Any], g: Any, *, learning_rate: Any, l1_regularization_strength: Any,
             l2_regularization_strength: Any, step: Any) -> Any:  # fmt: skip
        total = kept["gradient_accumulator"] = kept["gradient_accumulator"] + g
        squares = kept["gradient_squared_accumulator"] = kept["gradient_squared_accumulator"] + square(g)
        penalty = l1_regularization_strength * step
        reduced = sign(total) * maximum(abs(total) - penalty, 0)
        return -learning_rate * reduced / (l2_regularization_strength * step * learning_rate + sqrt(squares))
