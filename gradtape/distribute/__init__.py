"""`tf.distribute`: the default strategy, by which one process computes on its own. Others are to come."""

from ..values.lacking import planned
from .strategy import (
    DistributedDataset,
    DistributedIterator,
    DistributedValues,
    MirroredStrategy,
    MultiWorkerMirroredStrategy,
    ReduceOp,
    ReplicaContext,
    Strategy,
    TPUStrategy,
    get_replica_context,
    get_strategy,
    has_strategy,
    in_cross_replica_context,
)

__all__ = [
    "DistributedDataset", "DistributedIterator", "DistributedValues", "MirroredStrategy",
    "MultiWorkerMirroredStrategy", "ReduceOp", "ReplicaContext", "Strategy", "TPUStrategy", "get_replica_context",
    "get_strategy", "has_strategy", "in_cross_replica_context",
]  # fmt: skip

__getattr__ = planned(__name__, "strategies for several devices and processes")
