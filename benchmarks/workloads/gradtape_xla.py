"""The programs under `tf.function(jit_compile=True)`: runs where JAX is installed."""

from functools import partial

import gradtape as tf
from benchmarks.workloads import gradtape

compiled = partial(tf.function, jit_compile=True)

training_step = partial(gradtape.training_step, compiled=compiled)
first_step = partial(gradtape.made_anew, compiled=compiled)
mlp_hvp = partial(gradtape.mlp_hvp, compiled=compiled)
scalar_call = partial(gradtape.scalar_call, compiled=compiled)
loop_forward = partial(gradtape.loop_forward, compiled=compiled)
loop_gradient = partial(gradtape.loop_gradient, compiled=compiled)
