"""The programs in TensorFlow under `tf.function`."""

from functools import partial

import tensorflow as tf

from benchmarks.workloads import tensorflow

training_step = partial(tensorflow.training_step, compiled=tf.function)
first_step = partial(tensorflow.made_anew, compiled=tf.function)
mlp_hvp = partial(tensorflow.mlp_hvp, compiled=tf.function)
scalar_call = partial(tensorflow.scalar_call, compiled=tf.function)
loop_forward = partial(tensorflow.loop_forward, compiled=tf.function)
loop_gradient = partial(tensorflow.loop_gradient, compiled=tf.function)
