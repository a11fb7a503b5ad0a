"""`tf.random`: random tensors, with TensorFlow's numbers for TensorFlow's seeds."""

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
