"""`tf.debugging.experimental`: TensorFlow's files for TensorBoard's debugger, which gradtape does not write."""

from typing import Any

from ..values.lacking import lacking

__all__ = ["disable_dump_debug_info", "enable_dump_debug_info"]


def enable_dump_debug_info(dump_root: Any, tensor_debug_mode: str = "NO_TENSOR", circular_buffer_size: int = 1000,
                           op_regex: str | None = None, tensor_dtypes: Any = None) -> None:  # fmt: skip
    """Not there.

    Raises:
      NotImplementedError: always; it says what does the same.
    """
    raise NotImplementedError(
        "tf.debugging.experimental.enable_dump_debug_info writes files for TensorBoard's debugger, which gradtape does "
        "not. tf.debugging.enable_check_numerics raises at the first operation that makes a NaN or an infinity, "
        "tf.debug.tracing notes every operation with its line of the program, and tf.profiler.experimental writes what "
        "each takes."
    )


def disable_dump_debug_info() -> None:
    """Nothing: it is never on."""


__getattr__ = lacking(__name__)
