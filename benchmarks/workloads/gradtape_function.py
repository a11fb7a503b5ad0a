"""The programs under `tf.function`, replayed on NumPy."""

from functools import partial

import gradtape as tf
from benchmarks.workloads import gradtape

training_step = partial(gradtape.training_step, compiled=tf.function)
first_step = partial(gradtape.made_anew, compiled=tf.function)
mlp_hvp = partial(gradtape.mlp_hvp, compiled=tf.function)
scalar_call = partial(gradtape.scalar_call, compiled=tf.function)
loop_forward = partial(gradtape.loop_forward, compiled=tf.function)
loop_gradient = partial(gradtape.loop_gradient, compiled=tf.function)
