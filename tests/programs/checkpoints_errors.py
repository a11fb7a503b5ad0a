"""What is said of checkpoints that do not fit, are not there, or are damaged."""

import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()


def attempt(action):
    try:
        print(action())
    except Exception as error:
        kind = "OpError" if isinstance(error, tf.errors.OpError) else type(error).__name__
        print(kind, str(error).rpartition("}} ")[2].replace(folder, "FOLDER"))


v = tf.Variable([1.0, 2.0], name="v")
checkpoint = tf.train.Checkpoint(v=v)
path = checkpoint.save(folder + "/a")

for other in (tf.Variable([1.0, 2.0, 3.0], name="w"), tf.Variable([1, 2]), tf.Variable([1.0, 2.0], dtype=tf.float64)):
    attempt(lambda other=other: tf.train.Checkpoint(v=other).restore(path).expect_partial())
attempt(lambda: checkpoint.restore(folder + "/a"))
attempt(lambda: checkpoint.read(folder + "/nothing"))
attempt(lambda: tf.train.load_checkpoint(folder + "/nothing"))
attempt(lambda: tf.train.load_variable(path, "x"))
os.mkdir(folder + "/empty")
attempt(lambda: tf.train.load_checkpoint(folder + "/empty"))
attempt(lambda: tf.train.latest_checkpoint(folder + "/empty"))
for wrong in (3, "text", tf.constant(1.0), object):
    attempt(lambda wrong=wrong: tf.train.Checkpoint(v=wrong))

status = tf.train.Checkpoint(u=tf.Variable(1.0)).restore(path).expect_partial()
attempt(status.assert_consumed)
attempt(status.assert_existing_objects_matched)
attempt(lambda: status.assert_nontrivial_match() is status)
status = tf.train.Checkpoint().restore(path).expect_partial()
attempt(status.assert_consumed)
attempt(lambda: status.assert_existing_objects_matched() is status)
status = tf.train.Checkpoint(u=tf.Variable(1.0)).read(path).expect_partial()
attempt(status.assert_nontrivial_match)
nothing = checkpoint.restore(None)
attempt(nothing.assert_consumed)
attempt(nothing.assert_existing_objects_matched)
attempt(nothing.assert_nontrivial_match)
attempt(nothing.initialize_or_restore)
attempt(lambda: nothing.expect_partial() is nothing)
other = tf.train.Checkpoint(v=tf.Variable([0.0, 0.0]))
attempt(other.read(checkpoint.write(folder + "/counted")).expect_partial().assert_consumed)

module = tf.Module()
module.table = {1: tf.Variable(1.0)}
attempt(lambda: tf.train.Checkpoint(module=module).write(folder + "/keys"))


@tf.function
def inside():
    checkpoint.save(folder + "/inside")


try:
    inside()
except NotImplementedError as error:
    print("NotImplementedError", "Calling tf.train.Checkpoint.save() from a function is not supported" in str(error))

index, data = path + ".index", path + ".data-00000-of-00001"
good = {file: open(file, "rb").read() for file in (index, data)}


def damage(file, change):
    content = bytearray(good[file])
    with open(file, "wb") as out:
        out.write(change(content))
    try:
        checkpoint.restore(path).expect_partial()
        print("restored")
    except (tf.errors.OpError, IndexError):
        print("refused")
    with open(file, "wb") as out:
        out.write(good[file])


def flip(place):
    def change(content):
        content[place] ^= 1
        return content

    return change


damage(index, flip(3))
damage(index, flip(-1))
damage(index, lambda content: content[:40])
damage(index, lambda content: b"")
damage(data, lambda content: content[:3])
damage(data, lambda content: b"")
checkpoint.restore(path).assert_consumed()
with open(folder + "/checkpoint", "w") as out:
    out.write('model_checkpoint_path: "gone-1"\n')
attempt(lambda: tf.train.latest_checkpoint(folder))
with open(folder + "/checkpoint", "w") as out:
    out.write("all_model_checkpoint_paths: 'a-1' all_model_checkpoint_paths: \"\\141-2\"")
attempt(lambda: tf.train.get_checkpoint_state(folder))
with open(folder + "/checkpoint", "w") as out:
    out.write("model_checkpoint_path: 'a-1' all_model_checkpoint_paths: \"\\141-\\x32\"  last_preserved_timestamp: 5")
state = tf.train.get_checkpoint_state(folder)
print(state.model_checkpoint_path == folder + "/a-1", state.all_model_checkpoint_paths[0] == folder + "/a-2")
print(float(state.last_preserved_timestamp), list(state.all_model_checkpoint_timestamps))
