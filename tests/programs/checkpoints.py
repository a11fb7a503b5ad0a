"""Saving and restoring variables, modules, containers and generators; what a checkpoint holds."""

import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()


class Layer(tf.Module):
    def __init__(self, n):
        super().__init__()
        self.w = tf.Variable(tf.range(n, dtype=tf.float32), name="w")
        self.flags = tf.Variable([True, False])


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Layer(2), Layer(3)]
        self.table = {"a.b/c": tf.Variable(1), "inner": {"list": [tf.Variable([0.5], dtype=tf.float64)]}, "n": 3}
        self.pair = (tf.Variable(tf.constant([1.5, -2.0], tf.bfloat16)), 7, [tf.Variable("text")])
        self.words = tf.Variable([["a", ""], ["long" * 50, "é"]])
        self.big = tf.Variable([2**40, -1], dtype=tf.int64)
        self.half = tf.Variable(tf.constant([0.1], tf.float16))
        self.z = tf.Variable([1 + 2j])
        self.small = tf.Variable([1, 2], dtype=tf.uint8)
        self.empty = tf.Variable(tf.zeros([0, 4]))
        self.generator = tf.random.Generator.from_seed(3)
        self.shared = self.layers[0]
        self.none = None
        self.removed = tf.Variable(0.0)
        del self.removed


model = Model()
checkpoint = tf.train.Checkpoint(model=model, step=tf.Variable(5, dtype=tf.int64))
path = checkpoint.save(os.path.join(folder, "ckpt"))
print(os.path.relpath(path, folder), sorted(os.listdir(folder)))
print(open(os.path.join(folder, "checkpoint")).read())
reader = tf.train.load_checkpoint(folder)
dtypes = reader.get_variable_to_dtype_map()
for name, shape in tf.train.list_variables(folder):
    print(name, shape, dtypes[name])
    if name[0] != "_":
        print("   ", reader.get_tensor(name))
print(reader.has_tensor("model/w"), tf.train.load_variable(path, "step/.ATTRIBUTES/VARIABLE_VALUE"))
print(reader.debug_string().decode())

numbers = model.generator.normal([3])
for layer in model.layers:
    layer.w.assign_add(tf.ones_like(layer.w))
model.table["inner"]["list"][0].assign([9.0])
model.pair[0].assign([0, 0])
model.words.assign([["", ""], ["", ""]])
status = checkpoint.restore(path)
status.assert_consumed().assert_existing_objects_matched().assert_nontrivial_match()
print([layer.w.numpy() for layer in model.layers], model.table["inner"]["list"][0].numpy(), model.pair[0].numpy())
print(model.words.numpy()[0], model.words[1, 1].numpy())
print(bool(tf.reduce_all(numbers == model.generator.normal([3]))))
print(checkpoint.save_counter.numpy(), checkpoint.save(os.path.join(folder, "ckpt"))[-6:], checkpoint.save_counter)
print(tf.train.latest_checkpoint(folder)[-6:], tf.train.latest_checkpoint(folder + "/none"))

# A root, with others beside it.
rooted = tf.train.Checkpoint(model.layers[1], step=checkpoint.step)
written = rooted.write(os.path.join(folder, "rooted"))
print([name for name, _ in tf.train.list_variables(written)])
checkpoint.step.assign(0)
rooted.read(written).assert_consumed()
print(checkpoint.step.numpy())
try:
    tf.train.Checkpoint(model, generator=tf.Module())
except ValueError as error:
    print(error)

# Part of it, and other objects than there were.
other = tf.train.Checkpoint(step=tf.Variable(0, dtype=tf.int64))
print(other.restore(path).expect_partial().assert_existing_objects_matched() is not None, other.step.numpy())


# In a function, and with callbacks.
@tf.function
def bump():
    checkpoint.step.assign_add(1)
    return checkpoint.write(os.path.join(folder, "inside"))


for _ in range(2):
    print(bump().dtype, tf.train.load_variable(os.path.join(folder, "inside"), "step/.ATTRIBUTES/VARIABLE_VALUE"))
said = []
options = tf.train.CheckpointOptions(
    experimental_write_callbacks=[lambda path: said.append(path[-6:]), lambda: said.append(0)]
)
checkpoint.write(os.path.join(folder, "called"), options)
print(said)
view = tf.train.TrackableView(checkpoint)
print(list(view.children(checkpoint)), list(view.children(model)))
