"""`tf.distribute.coordinator`: gives work to other processes, of which there are none here."""

from ..values.lacking import lacking
from ..values.refused import refused, refusing

_ONE = "gradtape runs in one process. Call the function, or use tf.distribute.MirroredStrategy() and its run()."

ClusterCoordinator = refused("tf.distribute.coordinator.ClusterCoordinator", _ONE)
PerWorkerValue = refused("tf.distribute.coordinator.PerWorkerValue", _ONE)
PerWorkerValues = PerWorkerValue
RemoteValue = refused("tf.distribute.coordinator.RemoteValue", _ONE)
experimental_get_current_worker_index = refusing(
    "tf.distribute.coordinator.experimental_get_current_worker_index", _ONE
)

__all__ = [
    "ClusterCoordinator", "PerWorkerValue", "PerWorkerValues", "RemoteValue", "experimental_get_current_worker_index",
]  # fmt: skip

__getattr__ = lacking(__name__)
