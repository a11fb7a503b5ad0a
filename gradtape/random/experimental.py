"""`tf.random.experimental`: names of `tf.random`'s generators and of its operations on seeds."""

from ..values.lacking import lacking
from .generator import Algorithm, Generator, create_rng_state, get_global_generator, set_global_generator
from .stateless import fold_in as stateless_fold_in
from .stateless import split as stateless_split

__getattr__ = lacking(__name__)

__all__ = [
    "Algorithm", "Generator", "create_rng_state", "get_global_generator", "set_global_generator", "stateless_fold_in",
    "stateless_split",
]  # fmt: skip
