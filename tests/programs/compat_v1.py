"""tf.compat.v1 as programs of today still use it: the log, sessions made for their configuration, switches."""

import tensorflow as tf

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
print(tf.compat.v1.logging.get_verbosity(), tf.compat.v1.logging.WARN, tf.compat.v1.logging.FATAL)
tf.compat.v1.logging.info("not shown")
tf.get_logger().setLevel("WARNING")
print(tf.compat.v1.logging.get_verbosity())

config = tf.compat.v1.ConfigProto()
config.gpu_options.allow_growth = True
config.allow_soft_placement = True
tf.compat.v1.InteractiveSession(config=config)

tf.compat.v1.enable_eager_execution()
tf.compat.v1.enable_v2_behavior()
tf.compat.v1.set_random_seed(1)
print(tf.random.normal([2]))

tf.debugging.set_log_device_placement(False)
print(tf.debugging.get_log_device_placement(), tf.debugging.is_traceback_filtering_enabled())
tf.debugging.disable_traceback_filtering()
print(tf.debugging.is_traceback_filtering_enabled())

v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = v * v
print(tape.gradient(y, v), tf.timestamp().dtype, tf.timestamp().shape)
