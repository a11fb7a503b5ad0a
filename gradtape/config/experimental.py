"""`tf.config.experimental`: the memory of GPUs, and older names."""

import os
import re
from typing import Any

from ..values.lacking import lacking
from .devices import (
    LogicalDeviceConfiguration,
    PhysicalDevice,
    get_logical_device_configuration,
    get_visible_devices,
    jax_gpus,
    list_logical_devices,
    list_physical_devices,
    set_logical_device_configuration,
    set_visible_devices,
)

__all__ = [
    "VirtualDeviceConfiguration", "enable_op_determinism", "enable_tensor_float_32_execution", "get_device_details",
    "get_memory_growth", "get_memory_info", "get_synchronous_execution", "get_virtual_device_configuration",
    "get_visible_devices", "list_logical_devices", "list_physical_devices", "set_memory_growth",
    "set_synchronous_execution", "set_virtual_device_configuration", "set_visible_devices",
    "tensor_float_32_execution_enabled",
]  # fmt: skip

VirtualDeviceConfiguration = LogicalDeviceConfiguration
get_virtual_device_configuration = get_logical_device_configuration
set_virtual_device_configuration = set_logical_device_configuration


def get_memory_growth(device: PhysicalDevice) -> bool:
    """Whether memory of a GPU is taken as it is needed, rather than most of it at the start. So it is by default.

    Raises:
      KeyError: if `device` is no GPU.
    """
    if device not in list_physical_devices("GPU"):
        raise KeyError(device)
    return os.environ.get("XLA_PYTHON_CLIENT_PREALLOCATE", "true").lower() in ("false", "0")


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Ask for memory of a GPU to be taken as it is needed, which is the default.

    Raises:
      ValueError: if `device` is no GPU.
      RuntimeError: for what is not so now. The environment variable XLA_PYTHON_CLIENT_PREALLOCATE ("true" or "false")
        decides when the program starts.
    """
    if device not in list_physical_devices("GPU"):
        raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")
    if get_memory_growth(device) != bool(enable):
        raise RuntimeError(
            "Physical devices cannot be modified after being initialized. Start the program with the environment "
            f"variable XLA_PYTHON_CLIENT_PREALLOCATE={str(not enable).lower()}."
        )


def get_device_details(device: PhysicalDevice) -> dict[str, Any]:
    """What is known of a GPU: its `device_name` and `compute_capability`; nothing of a CPU.

    Raises:
      ValueError: if `device` is no `tf.config.PhysicalDevice`.
    """
    if not isinstance(device, PhysicalDevice):
        raise ValueError(f"device must be a tf.config.PhysicalDevice, but got: {device}")
    if device.device_type != "GPU":
        return {}
    gpu = jax_gpus()[int(device.name.rpartition(":")[2])]
    details = {"device_name": gpu.device_kind}
    capability = getattr(gpu, "compute_capability", None)
    if capability:
        details["compute_capability"] = tuple(map(int, str(capability).split(".")))
    return details


def get_memory_info(device: str) -> dict[str, int]:
    """The bytes of a GPU's memory that are in use, and were at most; 0 for the CPU, where nobody counts.

    Args:
      device: such as "GPU:0".

    Returns:
      A dict of `current` and `peak`.

    Raises:
      ValueError: if it names no device.
    """
    found = re.fullmatch(r"(?:.*/)?(?:device:)?(CPU|GPU):(\d+)", str(device), re.IGNORECASE)
    if not found:
        raise ValueError(
            f"Failed parsing device name: {device!r}. Note a valid device string should at least contain a device type "
            'and a device index, like "GPU:0".'
        )
    kind, index = found[1].upper(), int(found[2])
    if index >= len(list_logical_devices(kind)):
        raise ValueError(f"No matching devices found for {device!r}")
    used: dict[str, int] = (jax_gpus()[index].memory_stats() or {}) if kind == "GPU" else {}
    return {"current": used.get("bytes_in_use", 0), "peak": used.get("peak_bytes_in_use", 0)}


_deterministic = False


def enable_op_determinism() -> None:
    """Ask that operations be deterministic, as they are on the CPU. On a GPU,
    XLA_FLAGS=--xla_gpu_deterministic_ops=true makes them so.
    """
    global _deterministic
    _deterministic = True


def disable_op_determinism() -> None:
    """Take back `enable_op_determinism`. TensorFlow has this among its private names."""
    global _deterministic
    _deterministic = False


def is_op_determinism_enabled() -> bool:
    """Whether it was asked that operations be deterministic. TensorFlow has this among its private names."""
    return _deterministic


_tensor_float_32 = True


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Choose whether matrix products of float32 on a GPU may be computed with TensorFloat-32's 10 bits."""
    global _tensor_float_32
    _tensor_float_32 = bool(enabled)


def tensor_float_32_execution_enabled() -> bool:
    """Whether matrix products of float32 on a GPU may be computed with TensorFloat-32's 10 bits."""
    return _tensor_float_32


def get_synchronous_execution() -> bool:
    """True: an operation has run when its call returns."""
    return True


def set_synchronous_execution(enable: bool | None) -> None:
    """Does nothing: an operation has run when its call returns."""


__getattr__ = lacking(__name__)
