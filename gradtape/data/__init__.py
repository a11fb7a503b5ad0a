"""`tf.data`: datasets as far as Keras feeds its models by them. The rest of them is to come."""

from types import SimpleNamespace

from ..values.lacking import planned
from .dataset import Dataset, compute_batch_size
from .iterator import Iterator, IteratorSpec
from .options import AutoShardPolicy, ExternalStatePolicy, Options

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "Iterator", "IteratorSpec", "Options"]

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2

experimental = SimpleNamespace(
    AUTOTUNE=AUTOTUNE,
    AutoShardPolicy=AutoShardPolicy,
    ExternalStatePolicy=ExternalStatePolicy,
    INFINITE_CARDINALITY=INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY=UNKNOWN_CARDINALITY,
)

__getattr__ = planned(__name__, "datasets of files and records")
