"""Values that a checkpoint keeps until their variables are made: attributes, items of lists and dicts, in functions."""

import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()


class Dense(tf.Module):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.w = None

    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(tf.zeros([x.shape[-1], self.units]), name="w")
            self.b = tf.Variable(tf.zeros([self.units]), name="b")
        return x @ self.w + self.b


class Stack(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = []
        self.named = {}
        self.nest = {"lists": [[]]}

    def grow(self):
        self.layers.append(Dense(2))
        self.layers.extend([Dense(3)])
        self.layers += [Dense(1)]
        self.named["scale"] = tf.Variable(1.0)
        self.named.update(shift=tf.Variable(0.0), deep={"x": tf.Variable(0)})
        self.nest["lists"][0].append(tf.Variable([0.0]))

    @tf.function
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x * self.named["scale"] + self.named["shift"]


first = Stack()
first.grow()
first(tf.ones([1, 2]))
for i, v in enumerate(first.variables):
    v.assign(tf.cast(tf.fill(v.shape, i + 1), v.dtype))
expected = first(tf.ones([1, 2]))
path = tf.train.Checkpoint(net=first).save(os.path.join(folder, "net"))
for name, shape in tf.train.list_variables(path):
    print(name, shape)

second = Stack()
checkpoint = tf.train.Checkpoint(net=second)
status = checkpoint.restore(path)
try:
    status.assert_consumed()
except AssertionError as error:
    print(str(error).splitlines()[0])
print(len(second.variables), status.assert_existing_objects_matched() is status)
second.grow()
print(
    second.named["scale"].numpy(),
    second.named["shift"].numpy(),
    second.named["deep"]["x"].numpy(),
    second.nest["lists"][0][0].numpy(),
)
print(bool(tf.reduce_all(second(tf.ones([1, 2])) == expected)))
status.assert_consumed()

# What is restored again, and what is assigned, counts.
third = Stack()
checkpoint = tf.train.Checkpoint(net=third)
checkpoint.restore(path)
first.named["scale"].assign(50.0)
later = tf.train.Checkpoint(net=first).write(os.path.join(folder, "later"))
checkpoint.read(later)
third.grow()
print(third.named["scale"].numpy(), third.named["shift"].numpy())
third.named["scale"].assign(7.0)
print(third.named["scale"].numpy())

# The checkpoint may be removed before its values are needed.
holder = tf.Module()
kept = tf.train.Checkpoint(holder)
status = kept.read(tf.train.Checkpoint(x=tf.Variable([1, 2, 3])).write(os.path.join(folder, "x")))
holder.x = tf.Variable([0, 0, 0])
print(holder.x.numpy())
holder.x = tf.Variable([4, 5, 6])  # another variable: it keeps its own value
print(holder.x.numpy())

# Containers are as lists and dicts are.
holder.l = outside = [tf.Variable(1.0)]
holder.d = {"b": tf.Variable(2.0), "a": [1]}
outside.append(3)
print(holder.l[1], len(holder.l), isinstance(holder.l, list), isinstance(holder.d, dict), holder.d["a"] == [1])
holder.l.append(4)
print(outside[1:], [*holder.l][1:], holder.l[1:] + [5], holder.d.get("z"), list(holder.d), sorted(holder.d.items())[0])
print(
    len(holder.variables),
    tf.nest.flatten(holder.d)[0],
    {**holder.d} == holder.d,
    holder.d | {"c": 1} == {**holder.d, "c": 1},
)
