"""Training that is stopped in the middle of an epoch: the iterator goes on where the checkpoint was written."""

import os
import tempfile

import tensorflow as tf

tf.random.set_seed(1)
os.chdir(tempfile.mkdtemp())


def pipeline():
    numbers = tf.data.Dataset.range(20).shuffle(6, seed=3, reshuffle_each_iteration=True)
    pairs = numbers.map(lambda n: (tf.cast(n, tf.float32) / 10, n % 3 == 0), num_parallel_calls=2, deterministic=True)
    return pairs.batch(4, drop_remainder=True).repeat(3).prefetch(1)


class Trainer(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(0.0)
        self.steps = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def step(self, x, chosen):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.where(chosen, (self.w * x - 1) ** 2, (self.w - x) ** 2))
        self.w.assign_sub(0.3 * tape.gradient(loss, self.w))
        self.steps.assign_add(1)
        return loss


def train(stop_after=None):
    trainer, iterator = Trainer(), iter(pipeline())
    checkpoint = tf.train.Checkpoint(trainer=trainer, iterator=iterator)
    manager = tf.train.CheckpointManager(checkpoint, "run", max_to_keep=2, step_counter=trainer.steps)
    restored = manager.restore_or_initialize()
    print("goes on at" if restored else "begins", trainer.steps.numpy())
    losses = []
    for x, chosen in iterator:
        losses.append(float(trainer.step(x, chosen)))
        if int(trainer.steps) % 3 == 0:
            manager.save()
        if stop_after and len(losses) == stop_after:
            break
    print([round(loss, 5) for loss in losses])
    return trainer


train(stop_after=4)
train(stop_after=5)
last = train()
print(
    last.steps.numpy(),
    round(float(last.w), 5),
    [os.path.basename(p) for p in tf.train.get_checkpoint_state("run").all_model_checkpoint_paths],
)


tf.io.gfile.rmtree("run")
other = train()
print(abs(float(other.w) - float(last.w)) < 1e-6)

left = iter(tf.data.Dataset.range(10).window(3, shift=2).flat_map(lambda w: w.batch(3)).enumerate())
next(left), next(left)
saved = tf.train.Checkpoint(it=left).write("windows")
print([(int(i), x.numpy().tolist()) for i, x in left])
tf.train.Checkpoint(it=left).read(saved)
print([(int(i), x.numpy().tolist()) for i, x in left])
