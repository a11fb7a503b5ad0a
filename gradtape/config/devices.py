"""The devices of this machine: the CPU, and the GPUs that JAX finds. JAX is imported when GPUs are first asked for."""

import functools
import importlib.util
import os
from collections.abc import Sequence
from typing import Any, NamedTuple


class PhysicalDevice(NamedTuple):
    """A device of this machine."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device as programs use it: a physical one, or a part of one."""

    name: str
    device_type: str


class LogicalDeviceConfiguration(NamedTuple):
    """What is asked of a logical device. Only how many there are counts; the fields are TensorFlow's."""

    memory_limit: float | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


_CPU = PhysicalDevice("/physical_device:CPU:0", "CPU")
_hidden: set[PhysicalDevice] = set()
_parts: dict[PhysicalDevice, list[LogicalDeviceConfiguration]] = {}


@functools.cache
def jax_gpus() -> tuple[Any, ...]:
    """The GPUs as JAX knows them; none without JAX."""
    if importlib.util.find_spec("jax") is None:
        return ()
    # Looking at the GPUs is what starts JAX on them, and it would take most of their memory at once. It asks for memory
    # as it needs it if told so before, which leaves a program the time to ask for that, as it would in TensorFlow.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    import jax

    try:
        return tuple(jax.devices("gpu"))
    except RuntimeError:  # there is no such platform
        return ()


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of this machine.

    GPUs are found by JAX, if it is installed, and functions compiled with `jit_compile=True` run on them; all other
    operations run on the CPU.

    Args:
      device_type: "CPU", "GPU", or None for all.

    Returns:
      A list of `PhysicalDevice`s, empty for a type of which there are none.

    >>> import gradtape as tf
    >>> tf.config.list_physical_devices("CPU")
    [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]
    """
    found = [_CPU] if device_type in (None, "CPU") else []
    if device_type in (None, "GPU"):
        found += [PhysicalDevice(f"/physical_device:GPU:{i}", "GPU") for i in range(len(jax_gpus()))]
    return found


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Those of `list_physical_devices` that programs use: all, unless `set_visible_devices` chose."""
    return [device for device in list_physical_devices(device_type) if device not in _hidden]


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Choose among the devices.

    Args:
      devices: a `PhysicalDevice` or a list of some; the others are no longer used.
      device_type: the type to choose among, all by default.

    Raises:
      ValueError: if one is not among `list_physical_devices(device_type)`.
    """
    chosen = devices if isinstance(devices, list | tuple) and not isinstance(devices, PhysicalDevice) else [devices]
    known = list_physical_devices(device_type)
    for device in chosen:
        if device not in known:
            raise ValueError(f"Unrecognized device: {device!r}. The devices are {known}.")
    _hidden.difference_update(known)
    _hidden.update(device for device in known if device not in chosen)


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices as programs use them: the visible ones, or the parts that they were configured to have.

    Args:
      device_type: "CPU", "GPU", or None for all.

    >>> import gradtape as tf
    >>> tf.config.list_logical_devices("CPU")
    [LogicalDevice(name='/device:CPU:0', device_type='CPU')]
    """
    found: list[LogicalDevice] = []
    for kind in ("CPU", "GPU") if device_type is None else (device_type,):
        count = sum(len(_parts.get(device, [None])) for device in get_visible_devices(kind))
        found += [LogicalDevice(f"/device:{kind}:{i}", kind) for i in range(count)]
    return found


def get_logical_device_configuration(device: PhysicalDevice) -> list[LogicalDeviceConfiguration] | None:
    """What `set_logical_device_configuration` was given for `device`; None if nothing.

    Raises:
      ValueError: if there is no such device.
    """
    return _parts.get(_known(device))


def set_logical_device_configuration(
    device: PhysicalDevice, logical_devices: Sequence[LogicalDeviceConfiguration] | None
) -> None:
    """Have a device count as several, one for each configuration. They share its memory and its time.

    Args:
      device: one of `list_physical_devices()`.
      logical_devices: a list of `LogicalDeviceConfiguration`s; None makes the device one again.

    Raises:
      ValueError: if there is no such device, or for a limit of the CPU's memory.

    >>> import gradtape as tf
    >>> cpu = tf.config.list_physical_devices("CPU")[0]
    >>> tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    >>> [device.name for device in tf.config.list_logical_devices("CPU")]
    ['/device:CPU:0', '/device:CPU:1']
    >>> tf.config.set_logical_device_configuration(cpu, None)
    """
    _known(device)
    if logical_devices is None:
        _parts.pop(device, None)
        return
    parts = list(logical_devices)
    if device.device_type == "CPU" and any(part.memory_limit is not None for part in parts):
        raise ValueError("Setting memory limit on CPU virtual devices is currently not supported")
    _parts[device] = parts


def _known(device: PhysicalDevice) -> PhysicalDevice:
    known = list_physical_devices(getattr(device, "device_type", None))
    if device not in known:
        raise ValueError(f"Unrecognized device: {device!r}. The devices are {known}.")
    return device
