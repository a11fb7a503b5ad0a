"""`tf.distribute.cluster_resolver`: where the processes of a cluster are. Here there is one process, and no cluster."""

from ..values.lacking import lacking
from ..values.refused import refused

_ONE = "gradtape runs in one process. Leave the cluster out and use tf.distribute.MirroredStrategy(), or no strategy."
_TPU = "gradtape runs on no TPU. Use tf.distribute.get_strategy(), or tf.distribute.MirroredStrategy()."


def _resolver(name: str, instead: str = _ONE) -> type:
    return refused(f"tf.distribute.cluster_resolver.{name}", instead, ClusterResolver)


class ClusterResolver:
    """What knows where the processes of a cluster are."""


GCEClusterResolver = _resolver("GCEClusterResolver")
KubernetesClusterResolver = _resolver("KubernetesClusterResolver")
SimpleClusterResolver = _resolver("SimpleClusterResolver")
SlurmClusterResolver = _resolver("SlurmClusterResolver")
TFConfigClusterResolver = _resolver("TFConfigClusterResolver")
TPUClusterResolver = _resolver("TPUClusterResolver", _TPU)
UnionResolver = _resolver("UnionResolver")

__all__ = [
    "ClusterResolver", "GCEClusterResolver", "KubernetesClusterResolver", "SimpleClusterResolver",
    "SlurmClusterResolver", "TFConfigClusterResolver", "TPUClusterResolver", "UnionResolver",
]  # fmt: skip

__getattr__ = lacking(__name__)
