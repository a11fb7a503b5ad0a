"""`tf.config`, as far as programs ask on what they run: on one device, the CPU. And `tf.device`."""

import types
from collections.abc import Sequence
from typing import Any, NamedTuple

from .core.lacking import lacking

__all__ = [
    "LogicalDevice", "PhysicalDevice", "experimental", "get_soft_device_placement", "get_visible_devices",
    "list_logical_devices", "list_physical_devices", "set_soft_device_placement", "set_visible_devices",
]  # fmt: skip


class PhysicalDevice(NamedTuple):
    """A device of this machine."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device as programs use it."""

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of this type, or all: of type "CPU" there is one, of others none.

    >>> import gradtape as tf
    >>> len(tf.config.list_physical_devices("GPU"))
    0
    """
    return [PhysicalDevice("/physical_device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices of this type, or all, as programs use them."""
    return [LogicalDevice("/device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


get_visible_devices = list_physical_devices


def set_visible_devices(devices: PhysicalDevice | Sequence[PhysicalDevice], device_type: str | None = None) -> None:
    """Choose among the devices; the CPU, the only one, stays visible.

    Raises:
      ValueError: if a device is not one of `list_physical_devices()`.
    """
    for device in [devices] if isinstance(devices, PhysicalDevice) else devices or []:
        if device not in list_physical_devices(device_type):
            raise ValueError(f"{device} is none of the devices {list_physical_devices(device_type)}")


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """For a GPU. There is none here.

    Raises:
      ValueError: always.
    """
    raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")


def get_soft_device_placement() -> bool:
    """True: what a program places elsewhere runs on the CPU."""
    return True


def set_soft_device_placement(enabled: bool) -> None:
    """Does nothing: there is only the CPU to place anything on."""


experimental = types.SimpleNamespace(
    get_visible_devices=get_visible_devices, list_logical_devices=list_logical_devices,
    list_physical_devices=list_physical_devices, set_memory_growth=set_memory_growth,
    set_visible_devices=set_visible_devices,
)  # fmt: skip

_PARTS = ("job", "replica", "task", "device", "cpu", "gpu", "tpu")


class device:
    """A context for the operations of a device. All run on the CPU, so it only checks the name.

    Args:
      device_name: "/device:CPU:0", "/GPU:1", "cpu", ..., or None.

    Raises:
      ValueError: at entry, if `device_name` is no such name.

    >>> import gradtape as tf
    >>> with tf.device("GPU:0"):
    ...     print(tf.constant(1.0))
    tf.Tensor(1.0, shape=(), dtype=float32)
    """

    def __init__(self, device_name: Any) -> None:
        self._name = device_name

    def __enter__(self) -> None:
        name = self._name
        if name is None or isinstance(name, LogicalDevice):
            return
        if not isinstance(name, str):
            raise ValueError(f"Expecting a string device name. Got {type(name)}({name})")
        for part in filter(None, name.split("/")):
            if part.partition(":")[0].lower() not in _PARTS:
                raise ValueError(f"Unknown attribute {part!r} is encountered while parsing the device spec: {name!r}.")

    def __exit__(self, *error: object) -> None:
        pass


__getattr__ = lacking(__name__)
