"""`tf.compat.v1`, for programs that begin with it and run eagerly: gradtape's names, and the switches of that time."""

import importlib
import sys
from types import SimpleNamespace
from typing import Any

from ..autodiff.tape import enable_eager_execution
from ..random.seeds import set_seed as set_random_seed
from ..values.shape import Dimension
from . import logging

__all__ = [
    "ConfigProto",
    "Dimension",
    "GPUOptions",
    "InteractiveSession",
    "Session",
    "assign",
    "assign_add",
    "assign_sub",
    "disable_eager_execution",
    "disable_v2_behavior",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_v2_behavior",
    "executing_eagerly_outside_functions",
    "logging",
    "placeholder",
    "random_normal_initializer",
    "random_uniform_initializer",
    "reset_default_graph",
    "set_random_seed",
    "sparse_concat",
    "sparse_placeholder",
]


def enable_v2_behavior() -> None:
    """Does nothing: it is enabled."""


def enable_resource_variables() -> None:
    """Does nothing: variables are that."""


def executing_eagerly_outside_functions() -> bool:
    """True: there is no other mode."""
    return True


def disable_eager_execution() -> None:
    """Graph mode is not to be had.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError("gradtape runs eagerly; graphs with sessions are not supported.")


disable_v2_behavior = disable_eager_execution


def reset_default_graph() -> None:
    """Does nothing: there is no graph that all operations are written into."""


def assign(ref: Any, value: Any, validate_shape: Any = None, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign(value)`."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign_add(value)`."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, use_locking: Any = None, name: Any = None) -> Any:
    """`ref.assign_sub(value)`."""
    return ref.assign_sub(value)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A symbolic tensor of the `FuncGraph` that is being written.

    Args:
      dtype: its element type.
      shape: its shape, in which None is a length that is not known.

    Raises:
      RuntimeError: in eager code, and in a `tf.function`: its arguments are its placeholders.
      NotImplementedError: if the rank is not known.
    """
    from ..tracing.func_graph import placeholder

    return placeholder(dtype, shape, name)


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A symbolic `tf.SparseTensor` of the `FuncGraph` that is being written; as `placeholder`."""
    from ..sparse.spec import SparseTensorSpec

    spec = SparseTensorSpec(shape, dtype)
    return spec._from_components([placeholder(s.dtype, s.shape, name) for s in spec._component_specs])


class GPUOptions(SimpleNamespace):
    """How a session uses GPUs: nothing here, where memory grows as it is needed."""


class ConfigProto:
    """How a session runs: what programs set before there was `tf.config`. It changes nothing."""

    def __init__(self, **options: Any) -> None:
        self.gpu_options = GPUOptions()
        self.__dict__.update(options)


class Session:
    """A session, as programs make one for its `config` alone.

    >>> import gradtape as tf
    >>> config = tf.compat.v1.ConfigProto()
    >>> config.gpu_options.allow_growth = True
    >>> session = tf.compat.v1.InteractiveSession(config=config)
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        pass

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        """Does nothing."""

    def run(self, *_: Any, **__: Any) -> Any:
        """Graph mode is not to be had.

        Raises:
          NotImplementedError: always.
        """
        raise NotImplementedError("gradtape runs eagerly; graphs with sessions are not supported.")


InteractiveSession = Session


def sparse_concat(axis: Any, sp_inputs: Any, name: str | None = None, expand_nonconcat_dim: bool = False,
                  concat_dim: Any = None, expand_nonconcat_dims: bool | None = None) -> Any:  # fmt: skip
    """`tf.sparse.concat`, with the names that its arguments have had."""
    from ..sparse.operations import concat

    expand = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    return concat(axis if concat_dim is None else concat_dim, sp_inputs, expand)


class random_normal_initializer:
    """Numbers of a normal distribution; `dtype` is what a call gives that names none."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = "float32") -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        from ..random import normal

        return normal(shape, self.mean, self.stddev, dtype or self.dtype, self.seed)


class random_uniform_initializer:
    """Numbers between two bounds; `dtype` is what a call gives that names none."""

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: Any = None, dtype: Any = "float32") -> None:
        self.minval, self.maxval, self.seed, self.dtype = minval, maxval, seed, dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        from ..random import uniform

        upper = 1 if self.maxval is None else self.maxval
        return uniform(shape, self.minval, upper, dtype or self.dtype, self.seed)


def __getattr__(name: str) -> Any:
    if name in ("math", "nn"):
        return importlib.import_module(f"{__package__}.v1_{name}")
    return getattr(sys.modules["gradtape"], name)
