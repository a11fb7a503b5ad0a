"""`Optimizer` of `tf.compat.v1.train`: what its optimisers have in common."""

from collections.abc import Callable
from typing import Any

from ...array.creation import zeros_like
from ...array.gathering import unique
from ...array.segments import unsorted_segment_sum
from ...array.shape import size
from ...autodiff.tape import GradientTape
from ...control_flow import init_scope
from ...operations.reading import convert_to_tensor
from ...values.indexed_slices import IndexedSlices
from ...values.naming import name_scope
from ...values.tensor import Tensor
from ...values.trackable import Trackable
from ...values.variable import Variable
from . import variables

__all__ = ["Optimizer"]


class Optimizer(Trackable):
    """Changes variables so that a loss gets smaller.

    A subclass defines `_resource_apply_dense(grad, variable)` and `_resource_apply_sparse(grad, variable, indices)`,
    whose indices are all different; and where it needs them `_create_slots(variables)`, `_prepare()` before variables
    are changed, and `_finish(updates, name)` after.

    Args:
      use_locking: has no effect.
      name: of the optimiser, which names what it keeps for variables.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Any, Variable]] = {}
        self._non_slot_dict: dict[str, Variable] = {}

    def get_name(self) -> str:
        return self._name

    # --- what it does ------------------------------------------------------------------------------------------------

    def minimize(self, loss: Callable[[], Any], global_step: Any = None, var_list: Any = None, gate_gradients: int = 1,
                 aggregation_method: Any = None, colocate_gradients_with_ops: bool = False, name: str | None = None,
                 grad_loss: Any = None) -> None:  # fmt: skip
        """`compute_gradients` and `apply_gradients`.

        Raises:
          RuntimeError: if `loss` is no function.
          ValueError: if it has no gradient with respect to any variable.
        """
        pairs = self.compute_gradients(loss, var_list, grad_loss=grad_loss)
        if all(g is None for g, _ in pairs):
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support gradients, "
                "between "
                f"variables {[str(v) for _, v in pairs]} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(self, loss: Callable[[], Any], var_list: Any = None, gate_gradients: int = 1,
                          aggregation_method: Any = None, colocate_gradients_with_ops: bool = False,
                          grad_loss: Any = None) -> list[tuple[Any, Any]]:  # fmt: skip
        """Pairs of a gradient, or None, and a variable.

        Args:
          loss: a function without arguments, which gives the loss.
          var_list: variables, by default those that are trainable and that `loss` reads.
          grad_loss: the gradient of something else with respect to the loss.
        """
        if not callable(loss):
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled."
            )
        with GradientTape() as tape:
            if var_list is not None:
                tape.watch(var_list)
            value = loss()
        sources = tape.watched_variables() if var_list is None else var_list
        return list(zip(tape.gradient(value, sources, grad_loss), sources, strict=True))

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None,
                        skip_gradients_aggregation: bool = False) -> None:  # fmt: skip
        """Change variables by their gradients, and add 1 to `global_step`.

        Raises:
          ValueError: if there are no pairs, or no gradients in them.
          TypeError: if a gradient cannot be a tensor.
        """
        pairs = [(None if g is None else _gradient(g), v) for g, v in grads_and_vars]
        if not pairs:
            raise ValueError("No variables provided.")
        found = [(g, v) for g, v in pairs if g is not None]
        if not found:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in pairs]}.")
        with init_scope():
            self._create_slots([v for _, v in found])
        self._prepare()
        updates = [self._apply(g, v) for g, v in found]
        self._finish(updates, name or self._name)
        if global_step is not None:
            global_step.assign_add(convert_to_tensor(1, global_step.dtype))

    def _apply(self, grad: Any, variable: Any) -> Any:
        if isinstance(grad, IndexedSlices):
            update = self._resource_apply_sparse_duplicate_indices(grad.values, variable, grad.indices)
        else:
            update = self._resource_apply_dense(grad, variable)
        if variable.constraint is not None:
            variable.assign(variable.constraint(variable))
        return update

    # --- what subclasses define --------------------------------------------------------------------------------------

    def _create_slots(self, var_list: list[Any]) -> None:
        """Make what is kept for each variable, if that is anything."""

    def _prepare(self) -> None:
        """Make tensors of what the updates need."""

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        """Change a variable by a gradient."""
        raise NotImplementedError

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        """Change rows of a variable by the gradient of these rows."""
        raise NotImplementedError

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        """The same, where indices may repeat: their gradients are added up."""
        rows, at = unique(indices)
        return self._resource_apply_sparse(unsorted_segment_sum(grad, at, size(rows)), handle, rows)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._resource_apply_dense(grad, var)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._resource_apply_sparse(grad.values, var, grad.indices)

    def _finish(self, update_ops: list[Any], name_scope: str) -> None:
        """Do what comes after all updates."""

    @staticmethod
    def _call_if_callable(param: Any) -> Any:
        return param() if callable(param) and not isinstance(param, Variable | Tensor) else param

    # --- what is kept ------------------------------------------------------------------------------------------------

    def get_slot(self, var: Any, name: str) -> Any:
        """What is kept for a variable under this name, itself a variable; None if there is nothing."""
        return self._slots.get(name, {}).get(var.ref())

    def get_slot_names(self) -> list[str]:
        """The names under which something is kept for variables."""
        return sorted(self._slots)

    def variables(self) -> list[Variable]:
        """What is kept, sorted by name."""
        kept = [*self._non_slot_dict.values(), *(v for slots in self._slots.values() for v in slots.values())]
        return sorted(kept, key=lambda v: v.name)  # type: ignore[attr-defined, no-any-return]

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        """What is kept for `var`, which is `val` at first."""
        slots = self._slots.setdefault(slot_name, {})
        key = var.ref()
        if key not in slots:
            scope = variables.unique_scope(f"{var._shared_name}/{op_name}")
            variables.opened(scope)
            with name_scope(""):
                slots[key] = Variable(val, trainable=False, name=scope)
        return slots[key]

    def _get_or_make_slot_with_initializer(self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str,
                                           op_name: str) -> Any:  # fmt: skip
        """The same, where an initialiser gives what it is at first."""
        if self.get_slot(var, slot_name) is not None:
            return self.get_slot(var, slot_name)
        value = initializer if isinstance(initializer, Tensor) else initializer(shape, dtype=dtype)
        return self._get_or_make_slot(var, value, slot_name, op_name)

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        """What is kept for `var`, which is 0 at first."""
        found = self.get_slot(var, slot_name)
        return self._get_or_make_slot(var, zeros_like(var), slot_name, op_name) if found is None else found

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any = None) -> Any:
        """What is kept under this name, for no variable."""
        if name not in self._non_slot_dict:
            made = Variable(self._call_if_callable(initial_value), trainable=False, name=name)
            self._non_slot_dict[name] = made
            self._handle_deferred_dependencies(name, made)
        return self._non_slot_dict[name]

    def _get_non_slot_variable(self, name: str, graph: Any = None) -> Any:
        return self._non_slot_dict.get(name)

    # --- checkpoints -------------------------------------------------------------------------------------------------

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {**super()._trackable_children(save_type, **kwargs), **dict(sorted(self._non_slot_dict.items()))}

    def _create_or_restore_slot_variable(self, slot_variable_position: Any, slot_name: str, variable: Any) -> None:
        """Restore what is kept for a variable from its place in a checkpoint; make it first if it is not there."""
        slot = self.get_slot(variable, slot_name)
        if slot is None:
            slot = self._get_or_make_slot(variable, zeros_like(variable), slot_name, self._name)
        slot_variable_position.restore(slot)


def _gradient(x: Any) -> Any:
    """As a tensor, or an IndexedSlices."""
    if isinstance(x, IndexedSlices):
        return IndexedSlices(convert_to_tensor(x.values), convert_to_tensor(x.indices), x.dense_shape)
    try:
        return convert_to_tensor(x)
    except TypeError:
        raise TypeError(f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {x}") from None
