"""`tf.distribute.experimental.partitioners`: how variables are divided among servers, of which there are none here."""

from ..values.lacking import lacking
from ..values.refused import refused

_ONE = "gradtape runs in one process, and its variables are whole. Leave the partitioner out."


class Partitioner:
    """What says in how many parts a variable is kept."""


FixedShardsPartitioner = refused("tf.distribute.experimental.partitioners.FixedShardsPartitioner", _ONE, Partitioner)
MaxSizePartitioner = refused("tf.distribute.experimental.partitioners.MaxSizePartitioner", _ONE, Partitioner)
MinSizePartitioner = refused("tf.distribute.experimental.partitioners.MinSizePartitioner", _ONE, Partitioner)

__all__ = ["FixedShardsPartitioner", "MaxSizePartitioner", "MinSizePartitioner", "Partitioner"]

__getattr__ = lacking(__name__)
