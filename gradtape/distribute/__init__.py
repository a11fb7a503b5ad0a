"""`tf.distribute`: several replicas of a program, of which each has a part of the data. They run in this process."""

from ..values.lacking import lacking
from . import cluster_resolver, coordinator, experimental
from .elsewhere import MultiWorkerMirroredStrategy, ParameterServerStrategy, RunOptions, Server, TPUStrategy
from .input import DistributedDataset, DistributedIterator, InputContext, InputOptions
from .strategy import (
    CrossDeviceOps,
    HierarchicalCopyAllReduce,
    InputReplicationMode,
    MirroredStrategy,
    NcclAllReduce,
    OneDeviceStrategy,
    ReduceOp,
    ReductionToOneDevice,
    ReplicaContext,
    Strategy,
    StrategyExtended,
    experimental_set_strategy,
    get_replica_context,
    get_strategy,
    has_strategy,
    in_cross_replica_context,
)
from .values import DistributedValues

__all__ = [
    "CrossDeviceOps", "DistributedDataset", "DistributedIterator", "DistributedValues", "HierarchicalCopyAllReduce",
    "InputContext", "InputOptions", "InputReplicationMode", "MirroredStrategy", "MultiWorkerMirroredStrategy",
    "NcclAllReduce", "OneDeviceStrategy", "ParameterServerStrategy", "ReduceOp", "ReductionToOneDevice",
    "ReplicaContext", "RunOptions", "Server", "Strategy", "StrategyExtended", "TPUStrategy", "cluster_resolver",
    "coordinator", "experimental", "experimental_set_strategy", "get_replica_context", "get_strategy", "has_strategy",
    "in_cross_replica_context",
]  # fmt: skip

__getattr__ = lacking(__name__)
