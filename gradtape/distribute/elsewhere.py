"""What needs other machines, or devices that nothing here runs on: the names are there, and say what to use instead."""

from typing import NamedTuple

from ..values.refused import refused
from .strategy import Strategy

_MIRRORED = (
    "gradtape runs in one process. Use tf.distribute.MirroredStrategy(), whose replicas are this machine's devices."
)
_TPU = "gradtape runs on no TPU. Use tf.distribute.get_strategy(), or tf.distribute.MirroredStrategy()."

MultiWorkerMirroredStrategy = refused("tf.distribute.MultiWorkerMirroredStrategy", _MIRRORED, Strategy)
ParameterServerStrategy = refused("tf.distribute.ParameterServerStrategy", _MIRRORED, Strategy)
CentralStorageStrategy = refused("tf.distribute.experimental.CentralStorageStrategy", _MIRRORED, Strategy)
TPUStrategy = refused("tf.distribute.TPUStrategy", _TPU, Strategy)
Server = refused("tf.distribute.Server", "gradtape runs in one process, which needs no server.")


class RunOptions(NamedTuple):
    """What `Strategy.run` takes as `options`, without effect."""

    experimental_enable_dynamic_batch_size: bool = True
    experimental_bucketizing_dynamic_shape: bool = False
    experimental_xla_options: object = None
