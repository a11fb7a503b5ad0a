"""Whether functions are traced, and where XLA keeps what it compiles."""

import os
import sys
from typing import Any

from ..values.thread import current

_eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Have every `tf.function` run its Python as it is, without tracing, so that it can be stepped through.

    >>> import gradtape as tf
    >>> tf.config.run_functions_eagerly(True)
    >>> tf.config.functions_run_eagerly()
    True
    >>> tf.config.run_functions_eagerly(False)
    """
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether every `tf.function` runs its Python as it is."""
    return _eagerly


_cache: str | None = None


def set_compilation_cache_dir(path: str | None) -> None:
    """Keep what XLA compiles in the directory `path`, so that another run of the program need not compile it again.

    Args:
      path: a directory, made if it is not there; None to keep nothing. The environment variable
        `JAX_COMPILATION_CACHE_DIR` does the same.
    """
    global _cache
    _cache = None if path is None else os.fspath(path)
    if "jax" in sys.modules:
        use_compilation_cache()


def cache_is_set() -> bool:
    return _cache is not None


def use_compilation_cache() -> None:
    """Tell JAX where to keep what it compiles, if it was set."""
    import jax

    if _cache is None:
        if jax.config.jax_compilation_cache_dir is not None:
            jax.config.update("jax_compilation_cache_dir", None)
        return
    jax.config.update("jax_compilation_cache_dir", _cache)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def executing_eagerly() -> bool:
    """Whether operations run when they are called, as they do but for functions that are being traced."""
    return current.thread.trace is None


def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Does nothing: gradtape is eager. For programs written when TensorFlow was not."""
