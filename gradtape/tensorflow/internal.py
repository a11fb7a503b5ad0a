"""`tf.__internal__`: names that TensorFlow keeps for Keras and other libraries of its own, which ask for them here."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ..control_flow import cond, init_scope
from ..distribute.strategy import get_replica_context, get_strategy, has_strategy
from ..tracing.func_graph import FuncGraph
from ..values.composite import CompositeTensor
from ..values.symbolic import is_symbolic
from ..values.tensor import EagerTensor, Tensor, TensorLike
from ..values.trackable import AutoTrackable, Trackable, no_automatic_dependency_tracking
from ..values.variable import Variable

__all__ = [
    "CompositeTensor", "EagerTensor", "FuncGraph", "distribute", "eager_context", "smart_cond", "tf2", "tracking",
    "types",
]  # fmt: skip


def _smart_cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """`tf.cond`, that calls one of the functions alone where `pred` is known already."""
    if is_symbolic(pred) or isinstance(pred, Variable):
        return cond(pred, true_fn, false_fn)
    if isinstance(pred, Tensor):
        pred = pred._array
    return true_fn() if pred else false_fn()


def _maybe_merge_call(fn: Callable[..., Any], strategy: Any, *args: Any, **kwargs: Any) -> Any:
    """`fn(strategy, *args, **kwargs)`, once for all replicas where there are several."""
    context = get_replica_context()
    if context is None or not has_strategy():
        return fn(strategy, *args, **kwargs)
    return context.merge_call(fn, args, kwargs)


tracking = SimpleNamespace(
    AutoTrackable=AutoTrackable,
    Trackable=Trackable,
    no_automatic_dependency_tracking=no_automatic_dependency_tracking,
)
types = SimpleNamespace(Tensor=TensorLike)
smart_cond = SimpleNamespace(smart_cond=_smart_cond)
eager_context = SimpleNamespace(eager_mode=init_scope)
tf2 = SimpleNamespace(enabled=lambda: True)
distribute = SimpleNamespace(
    interim=SimpleNamespace(maybe_merge_call=_maybe_merge_call),
    strategy_supports_no_merge_call=lambda: not has_strategy(),
    get_strategy=get_strategy,
)
