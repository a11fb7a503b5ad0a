"""`tf.distribute.experimental`: earlier names of strategies, and what those of several processes are told."""

import enum

from ..values.lacking import lacking
from ..values.refused import refused
from . import coordinator, partitioners
from .elsewhere import CentralStorageStrategy, MultiWorkerMirroredStrategy, ParameterServerStrategy, TPUStrategy
from .strategy import ValueContext

_ONE = "gradtape runs in one process, and saves by tf.train.CheckpointManager or keras.callbacks.BackupAndRestore."


class CommunicationImplementation(enum.Enum):
    """By what processes communicate, in TensorFlow."""

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


CollectiveCommunication = CommunicationImplementation


class CommunicationOptions:
    """How processes communicate, in TensorFlow; without effect here."""

    def __init__(
        self,
        bytes_per_pack: int = 0,
        timeout_seconds: float | None = None,
        implementation: CommunicationImplementation = CommunicationImplementation.AUTO,
    ) -> None:
        self.bytes_per_pack = bytes_per_pack
        self.timeout_seconds = timeout_seconds
        self.implementation = CommunicationImplementation(implementation)


CollectiveHints = CommunicationOptions
PreemptionCheckpointHandler = refused("tf.distribute.experimental.PreemptionCheckpointHandler", _ONE)
PreemptionWatcher = refused("tf.distribute.experimental.PreemptionWatcher", _ONE)
TerminationConfig = refused("tf.distribute.experimental.TerminationConfig", _ONE)

__all__ = [
    "CentralStorageStrategy", "CollectiveCommunication", "CollectiveHints", "CommunicationImplementation",
    "CommunicationOptions", "MultiWorkerMirroredStrategy", "ParameterServerStrategy", "PreemptionCheckpointHandler",
    "PreemptionWatcher", "TPUStrategy", "TerminationConfig", "ValueContext", "coordinator", "partitioners",
]  # fmt: skip

__getattr__ = lacking(__name__)
