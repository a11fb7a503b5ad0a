"""What tests may ask of the machine: whether it has a GPU, and what gradtape is installed with."""

import importlib.util
import platform

from ..config.devices import list_logical_devices, list_physical_devices


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None) -> bool:
    """Whether there is a GPU that functions compiled by XLA run on, of this compute capability or a later one."""
    from ..config.experimental import get_device_details

    found = [get_device_details(gpu).get("compute_capability") for gpu in list_physical_devices("GPU")]
    if cuda_only or min_cuda_compute_capability is not None:
        return any(x is not None and x >= (min_cuda_compute_capability or (0, 0)) for x in found)
    return bool(found)


def gpu_device_name() -> str:
    """The name of the first GPU, such as "/device:GPU:0", or an empty string."""
    return next((device.name for device in list_logical_devices("GPU")), "")


def is_built_with_xla() -> bool:
    """Whether functions can be compiled by XLA: whether JAX is installed."""
    return importlib.util.find_spec("jax") is not None


def is_built_with_cuda() -> bool:
    """Whether JAX is installed with what it needs for GPUs of Nvidia."""
    return _has("jax_cuda12_plugin", "jax_cuda13_plugin")


def is_built_with_rocm() -> bool:
    """Whether JAX is installed with what it needs for GPUs of AMD."""
    return _has("jax_rocm60_plugin", "jax_rocm7_plugin")


def is_built_with_gpu_support() -> bool:
    """Whether JAX is installed with what it needs for GPUs."""
    return is_built_with_cuda() or is_built_with_rocm()


def _has(*packages: str) -> bool:
    return is_built_with_xla() and any(importlib.util.find_spec(name) is not None for name in packages)


def is_cpu_target_available(target: str) -> bool:
    """Whether the machine's processor is of this kind: "x86_64", "aarch64", ..."""
    return platform.machine() in (target, {"aarch64": "arm64", "x86_64": "AMD64"}.get(target))
