"""`tf.config.optimizer`: which passes over graphs are wanted."""

from typing import Any

from ..values.lacking import lacking

__all__ = ["get_experimental_options", "get_jit", "set_experimental_options", "set_jit"]

_PASSES = (
    "layout_optimizer", "constant_folding", "shape_optimization", "remapping", "arithmetic_optimization",
    "dependency_optimization", "loop_optimization", "function_optimization", "debug_stripper",
    "disable_model_pruning", "scoped_allocator_optimization", "pin_to_host_optimization", "implementation_selector",
    "auto_mixed_precision", "disable_meta_optimizer", "min_graph_nodes",
)  # fmt: skip

_jit = False
_options: dict[str, bool] = {"disable_model_pruning": False, "disable_meta_optimizer": False}


def set_jit(enabled: bool | str) -> None:
    """Ask for functions to be compiled that do not say so themselves: True or "autoclustering"; or not."""
    global _jit
    _jit = enabled in (True, "autoclustering")


def get_jit() -> str:
    """What `set_jit` asked for: "autoclustering", or an empty string."""
    return "autoclustering" if _jit else ""


def set_experimental_options(options: dict[str, Any]) -> None:
    """Switch passes on or off, by TensorFlow's names of them; other names are ignored.

    Args:
      options: whether each is wanted. `{"disable_meta_optimizer": True}` is for none at all.
    """
    options = dict(options)
    _options.update({name: bool(options[name]) for name in _PASSES if options.get(name) is not None})


def get_experimental_options() -> dict[str, bool]:
    """The options that were set, and `disable_model_pruning` and `disable_meta_optimizer`, False by default."""
    return {name: _options[name] for name in _PASSES if name in _options}


__getattr__ = lacking(__name__)
