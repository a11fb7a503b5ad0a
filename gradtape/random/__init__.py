"""`tf.random`: random numbers, from global state, from generators, and without state."""

from ..values.lacking import lacking
from . import experimental
from .generator import Algorithm, Generator, create_rng_state, get_global_generator, set_global_generator
from .sampling import categorical, gamma, normal, poisson, shuffle, truncated_normal, uniform
from .seeds import set_seed
from .stateless import (
    fold_in,
    split,
    stateless_binomial,
    stateless_categorical,
    stateless_gamma,
    stateless_normal,
    stateless_poisson,
    stateless_truncated_normal,
    stateless_uniform,
)

__getattr__ = lacking(__name__)

__all__ = [
    "Algorithm", "Generator", "categorical", "create_rng_state", "experimental", "fold_in", "gamma",
    "get_global_generator", "log_uniform_candidate_sampler", "normal", "poisson", "set_global_generator",
    "set_seed", "shuffle", "split", "stateless_binomial", "stateless_categorical", "stateless_gamma",
    "stateless_normal", "stateless_poisson", "stateless_truncated_normal", "stateless_uniform", "truncated_normal",
    "uniform", "uniform_candidate_sampler",
]  # fmt: skip
