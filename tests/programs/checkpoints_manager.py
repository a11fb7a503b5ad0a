"""Managing checkpoints: how many are kept, resuming, intervals, and following what another program saves."""

import os
import tempfile

import tensorflow as tf

folder = os.path.join(tempfile.mkdtemp(), "run", "checkpoints")


def names(paths):
    return [os.path.basename(path) for path in paths]


class Program:
    def __init__(self, **options):
        self.w = tf.Variable(2.0)
        self.step = tf.Variable(0)
        self.checkpoint = tf.train.Checkpoint(w=self.w, step=self.step)
        self.manager = tf.train.CheckpointManager(self.checkpoint, folder, **{"max_to_keep": 3, **options})

    def train(self, steps):
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = (self.w - 5.0) ** 2
            self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
            self.step.assign_add(1)


program = Program()
print(program.manager.latest_checkpoint, program.manager.checkpoints, program.manager.restore_or_initialize())
for _ in range(5):
    program.train(2)
    print(os.path.basename(program.manager.save()), names(program.manager.checkpoints))
print(sorted(os.listdir(folder)))
print([line.split(":")[0] for line in open(os.path.join(folder, "checkpoint"))])
final = program.w.numpy()

resumed = Program()
print(os.path.basename(resumed.manager.restore_or_initialize()), resumed.step.numpy(), resumed.w.numpy() == final)
resumed.train(1)
print(os.path.basename(resumed.manager.save()), names(resumed.manager.checkpoints))
print(os.path.basename(resumed.manager.save(checkpoint_number=100)), names(resumed.manager.checkpoints))
print(os.path.basename(resumed.manager.save(checkpoint_number=resumed.step)), names(resumed.manager.checkpoints))
print(resumed.checkpoint.save_counter.numpy(), resumed.manager.directory == folder, resumed.manager.checkpoint_interval)
print(os.path.basename(tf.train.latest_checkpoint(folder)))
state = tf.train.get_checkpoint_state(folder)
print(
    names(state.all_model_checkpoint_paths),
    os.path.basename(state.model_checkpoint_path),
    len(state.all_model_checkpoint_timestamps),
)

# One name again and again is one checkpoint.
for _ in range(3):
    resumed.train(1)
    resumed.manager.save(checkpoint_number=7)
print(names(resumed.manager.checkpoints), sorted(os.listdir(folder))[-2:])
again = Program()
again.checkpoint.restore(again.manager.latest_checkpoint).assert_consumed()
print(again.step.numpy(), again.w.numpy() == resumed.w.numpy())

# Intervals.
folder = tempfile.mkdtemp()
step = tf.Variable(0)
manager = tf.train.CheckpointManager(
    tf.train.Checkpoint(step=step),
    folder,
    max_to_keep=None,
    step_counter=step,
    checkpoint_interval=3,
    checkpoint_name="model",
    init_fn=lambda: print("initialized"),
)
manager.restore_or_initialize()
saved = []
for _ in range(8):
    step.assign_add(1)
    path = manager.save()
    saved.append(path and os.path.basename(path))
print(saved, manager.save(check_interval=False)[-7:], manager.save(check_interval=False))
print(names(manager.checkpoints))
hours = tf.train.CheckpointManager(tf.train.Checkpoint(step=step), folder, 1, keep_checkpoint_every_n_hours=1e-9)
hours.save()
hours.save()
print(names(hours.checkpoints), len([name for name in os.listdir(folder) if name.endswith(".index")]))

for path in tf.train.checkpoints_iterator(folder, timeout=0):
    print(os.path.basename(path))
for path in tf.train.checkpoints_iterator(folder, timeout=0, timeout_fn=lambda: True):
    print(os.path.basename(path))
for options in ({"max_to_keep": 0}, {"checkpoint_interval": 3}):
    try:
        Program(**options)
    except ValueError as error:
        print(error)
