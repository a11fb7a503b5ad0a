"""The training steps in TensorFlow under `tf.function`: the same programs, the step compiled."""

from functools import partial

import tensorflow as tf

from benchmarks.workloads import tensorflow

mlp_step = partial(tensorflow.mlp_step, compiled=tf.function)
