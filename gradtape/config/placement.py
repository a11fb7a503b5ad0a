"""Names of devices: `tf.DeviceSpec`, and `tf.device`, which asks for one."""

import contextlib
from typing import Any, NamedTuple

from ..values.errors import InvalidArgumentError
from ..values.thread import Local
from .devices import LogicalDevice, list_logical_devices

_HERE = {"job": "localhost", "replica": 0, "task": 0}


class _Parts(NamedTuple):
    job: str | None = None
    replica: int | None = None
    task: int | None = None
    device_type: str | None = None
    device_index: int | None = None


class DeviceSpec(_Parts):
    """The parts of a device's name, `/job:localhost/replica:0/task:0/device:CPU:0`. Any of them may be None.

    Args:
      job: the name of the job.
      replica, task, device_index: numbers.
      device_type: "CPU" or "GPU".

    >>> import gradtape as tf
    >>> spec = tf.DeviceSpec.from_string("/task:1/GPU:2")
    >>> spec.device_type, spec.device_index, spec.to_string()
    ('GPU', 2, '/task:1/device:GPU:2')
    """

    __slots__ = ()

    def __new__(cls, job: Any = None, replica: Any = None, task: Any = None, device_type: Any = None,
                device_index: Any = None) -> "DeviceSpec":  # fmt: skip
        def number(x: Any) -> int | None:
            return None if x is None else int(x)

        kind = None if device_type is None else str(device_type)
        if kind is not None and kind.lower() in ("cpu", "gpu"):
            kind = kind.upper()
        name = None if job is None else str(job)
        return super().__new__(cls, name, number(replica), number(task), kind, number(device_index))

    @classmethod
    def from_string(cls, spec: str) -> "DeviceSpec":
        """The spec of a name such as "/device:CPU:0", "GPU:1", "cpu", "/job:worker/task:3".

        Raises:
          ValueError: if a part of it has no meaning, or it names two devices.
        """
        parts: dict[str, Any] = {}
        for part in filter(None, spec.split("/")):
            name, *rest = part.split(":")
            kind = rest[0] if name == "device" and len(rest) == 2 else name
            if name in ("job", "replica", "task") and len(rest) == 1:
                parts[name] = rest[0]
            elif kind is not name or (kind.upper() in ("CPU", "GPU", "TPU") and len(rest) < 2):
                if "device_type" in parts:
                    raise ValueError(f"Multiple device types are not allowed while parsing the device spec: {spec}.")
                parts["device_type"] = kind
                parts["device_index"] = rest[-1] if rest and rest[-1] != "*" else None
            else:
                raise ValueError(
                    f"Unknown attribute {name!r} is encountered while parsing the device spec: {spec!r}. A device is "
                    'named like "/device:CPU:0" or "GPU:0", after a "/job:", "/replica:" and "/task:" if any.'
                )
        return cls(**parts)

    def parse_from_string(self, spec: str) -> "DeviceSpec":
        """As `from_string`."""
        return self.from_string(spec)

    def make_merged_spec(self, dev: "DeviceSpec") -> "DeviceSpec":
        """The parts of `dev`, and of this spec those that `dev` does not say."""
        return DeviceSpec(*(mine if its is None else its for mine, its in zip(self, dev, strict=True)))

    def replace(self, **kwargs: Any) -> "DeviceSpec":
        """A spec with other parts of these names."""
        return DeviceSpec(**{**self._asdict(), **kwargs})

    def to_string(self) -> str:
        """The name, which `from_string` reads."""
        text = "".join(
            f"/{part}:{x}" for part, x in zip(("job", "replica", "task"), self, strict=False) if x is not None
        )
        if self.device_type is None:
            return text
        return f"{text}/device:{self.device_type}:{'*' if self.device_index is None else self.device_index}"

    def __repr__(self) -> str:
        return f"<DeviceSpec({', '.join(f'{name}={x}' for name, x in self._asdict().items())})>"


class _Placement(Local):
    asked = DeviceSpec()


_placement = _Placement()
_soft = True


def current_device() -> DeviceSpec:
    """What the open `tf.device` contexts of this thread ask for."""
    return _placement.asked


def get_soft_device_placement() -> bool:
    """Whether what is placed on a device that is not there runs on the CPU."""
    return _soft


def set_soft_device_placement(enabled: bool) -> None:
    """Choose whether what is placed on a device that is not there runs on the CPU, or is refused."""
    global _soft
    _soft = bool(enabled)


class device(contextlib.ContextDecorator):
    """A context, or decorator, that asks for a device.

    Operations run on the CPU. A function compiled with `jit_compile=True` runs on the GPU that is asked for, or the
    first if none is.

    Args:
      device_name: "/device:CPU:0", "/GPU:1", "cpu", ..., a `tf.DeviceSpec` or a logical device. What it does not say
        the contexts around it do. None is for no wish at all.

    Raises:
      ValueError: at entry, if `device_name` is no such name.
      InvalidArgumentError: at entry, if it is the name of another machine's; without soft placement, also if there is
        no such device.

    >>> import gradtape as tf
    >>> with tf.device("GPU:0"):
    ...     print(tf.constant(1.0))
    tf.Tensor(1.0, shape=(), dtype=float32)
    """

    def __init__(self, device_name: Any) -> None:
        if callable(device_name):
            raise RuntimeError("tf.device does not support functions. Name the device.")
        self._name = device_name
        self._outer: list[DeviceSpec] = []

    def __enter__(self) -> None:
        outer = _placement.asked
        asked = DeviceSpec() if self._name is None else outer.make_merged_spec(_spec(self._name))
        whole = DeviceSpec(**_HERE).make_merged_spec(asked)
        if whole[:3] != tuple(_HERE.values()) or (whole.device_index or 0) < 0:
            name = whole.replace(
                device_type=whole.device_type or "CPU", device_index=whole.device_index or 0
            ).to_string()
            raise InvalidArgumentError(None, None, f"{name} unknown device.")
        if not _soft and asked.device_type is not None:
            there = list_logical_devices(asked.device_type)
            if (asked.device_index or 0) >= len(there):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Could not satisfy device specification '{whole.to_string()}'. enable_soft_placement=0. "
                    f"All available devices {[d.name for d in list_logical_devices()]}.",
                )
        self._outer.append(outer)
        _placement.asked = asked

    def __exit__(self, *error: object) -> None:
        _placement.asked = self._outer.pop()


def _spec(name: Any) -> DeviceSpec:
    if isinstance(name, DeviceSpec):
        return name
    if isinstance(name, LogicalDevice):
        name = name.name
    if not isinstance(name, str):
        raise ValueError(f"Expecting a string device name. Got {type(name)}({name})")
    return DeviceSpec.from_string(name)
