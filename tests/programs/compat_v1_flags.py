"""A program of TensorFlow 1 with flags and a main, around a training loop that runs eagerly."""

import os
import tempfile

import tensorflow.compat.v1 as tf

flags = tf.app.flags if hasattr(tf.app, "flags") else tf.flags
flags.DEFINE_float("learning_rate", 0.2, "The rate at the beginning.")
flags.DEFINE_integer("steps", 6, "How many steps.")
flags.DEFINE_string("decay", "polynomial", "How the rate falls.")
flags.DEFINE_boolean("verbose", False, "Whether to say more.")
FLAGS = flags.FLAGS


def rate_of(step):
    rate = FLAGS.learning_rate
    return {
        "polynomial": tf.train.polynomial_decay(rate, step, FLAGS.steps, 0.01, power=2.0),
        "cycle": tf.train.polynomial_decay(rate, step, 2, 0.01, cycle=True),
        "natural": tf.train.natural_exp_decay(rate, step, 2, 0.5),
        "stairs": tf.train.exponential_decay(rate, step, 2, 0.5, staircase=True),
        "inverse": tf.train.inverse_time_decay(rate, step, 2, 0.5),
        "cosine": tf.train.cosine_decay(rate, step, 4, alpha=0.1),
        "restarts": tf.train.cosine_decay_restarts(rate, step, 2, t_mul=1.5, m_mul=0.9),
        "restarts alike": tf.train.cosine_decay_restarts(rate, step, 2, t_mul=1.0),
        "linear cosine": tf.train.linear_cosine_decay(rate, step, 5),
        "pieces": tf.train.piecewise_constant(step, [1, 3], [rate, rate / 2, rate / 4]),
    }


def main(argv):
    print(len(argv), FLAGS.learning_rate, FLAGS.steps, FLAGS.decay, FLAGS.verbose)
    tf.logging.set_verbosity(tf.logging.ERROR)
    step = tf.train.get_or_create_global_step()
    step.assign(0)
    rates = rate_of(step)
    config = tf.ConfigProto(allow_soft_placement=True, gpu_options=tf.GPUOptions(allow_growth=True))
    with tf.Session(config=config).as_default() as session:
        print(tf.get_default_session() is session)
        w = tf.get_variable("w", initializer=tf.constant([1.0, -1.0]))
        optimizer = tf.train.MomentumOptimizer(rates[FLAGS.decay], 0.5)
        for _ in range(FLAGS.steps):
            optimizer.minimize(lambda: tf.losses.mean_squared_error([2.0, 2.0], w), global_step=step)
            print(int(step), w.numpy(), {name: round(float(rate()), 5) for name, rate in rates.items()})
    folder = os.path.join(tempfile.mkdtemp(), "a", "b")
    tf.gfile.MakeDirs(folder)
    with tf.gfile.Open(os.path.join(folder, "log.txt"), "w") as log:
        log.write("done")
    print(tf.gfile.Exists(folder), tf.gfile.ListDirectory(folder), tf.gfile.GFile(folder + "/log.txt").read())
    tf.gfile.DeleteRecursively(folder)
    print(tf.gfile.IsDirectory(folder))


if __name__ == "__main__":
    tf.app.run(main, ["program", "--steps=5"])
