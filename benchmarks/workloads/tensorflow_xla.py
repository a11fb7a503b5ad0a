"""The programs in TensorFlow under `tf.function(jit_compile=True)`."""

from functools import partial

import tensorflow as tf

from benchmarks.workloads import tensorflow

compiled = partial(tf.function, jit_compile=True)

training_step = partial(tensorflow.training_step, compiled=compiled)
first_step = partial(tensorflow.made_anew, compiled=compiled)
mlp_hvp = partial(tensorflow.mlp_hvp, compiled=compiled)
scalar_call = partial(tensorflow.scalar_call, compiled=compiled)
loop_forward = partial(tensorflow.loop_forward, compiled=compiled)
loop_gradient = partial(tensorflow.loop_gradient, compiled=compiled)
