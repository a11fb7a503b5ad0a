"""`tf.nn.experimental`: dropout whose random choice is that of a seed, or of a sampler of one's own."""

from ..values.lacking import lacking
from .layers import general_dropout, stateless_dropout

__all__ = ["general_dropout", "stateless_dropout"]

__getattr__ = lacking(__name__)
