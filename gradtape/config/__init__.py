"""`tf.config`: the devices there are, and how functions are run."""

from ..values.lacking import lacking
from ..values.refused import refusing
from . import experimental, optimizer, threading
from .devices import (
    LogicalDevice,
    LogicalDeviceConfiguration,
    PhysicalDevice,
    get_logical_device_configuration,
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_logical_device_configuration,
    set_visible_devices,
)
from .execution import functions_run_eagerly, run_functions_eagerly, set_compilation_cache_dir
from .execution import functions_run_eagerly as experimental_functions_run_eagerly
from .execution import run_functions_eagerly as experimental_run_functions_eagerly
from .placement import get_soft_device_placement, set_soft_device_placement

_ONE = "gradtape runs in one process. Leave it out, and use tf.distribute.MirroredStrategy(), or no strategy."
experimental_connect_to_cluster = refusing("tf.config.experimental_connect_to_cluster", _ONE)
experimental_connect_to_host = refusing("tf.config.experimental_connect_to_host", _ONE)

__all__ = [
    "LogicalDevice", "LogicalDeviceConfiguration", "PhysicalDevice", "experimental", "experimental_connect_to_cluster",
    "experimental_connect_to_host",
    "experimental_functions_run_eagerly", "experimental_run_functions_eagerly", "functions_run_eagerly",
    "get_logical_device_configuration", "get_soft_device_placement", "get_visible_devices", "list_logical_devices",
    "list_physical_devices", "optimizer", "run_functions_eagerly", "set_compilation_cache_dir",
    "set_logical_device_configuration",
    "set_soft_device_placement", "set_visible_devices", "threading",
]  # fmt: skip

__getattr__ = lacking(__name__)
