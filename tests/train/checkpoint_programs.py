"""Writes or reads a checkpoint by the library that is `tensorflow` here; what is read is printed.

python checkpoint_programs.py write FOLDER
python checkpoint_programs.py read FOLDER
"""

import sys
import types

import numpy as np
import tensorflow as tf


class Model(tf.Module):
    """Variables of many dtypes, in modules, lists, dicts and tuples; made at once, or after restoring."""

    def __init__(self, build):
        super().__init__()
        self.layers = []
        self.table = {}
        if build:
            self.build(1)

    def build(self, scale):
        for n in (2, 3):
            layer = tf.Module()
            layer.w = tf.Variable(scale * tf.range(float(n * n)), name="w")
            self.layers.append(layer)
        self.layers.append([tf.Variable(scale * 2**40, dtype=tf.int64)])
        self.table["a.b/c"] = tf.Variable(scale == 1)
        self.table["deep"] = {"pair": (tf.Variable(tf.constant([1.5, -scale], tf.bfloat16)), 7)}
        self.words = tf.Variable([["a", ""], ["é" * 200, "z"]] if scale else [["", ""], ["", ""]])
        self.empty = tf.Variable(tf.zeros([0, 3]))
        self.z = tf.Variable(tf.constant([scale * (1 + 2j)], tf.complex128))
        self.half = tf.Variable(tf.constant(scale / 3, tf.float16))
        self.generator = tf.random.Generator.from_seed(7 * scale)
        self.large = tf.Variable(scale * tf.range(500, dtype=tf.float64))


class Optimizer(tf.__internal__.tracking.AutoTrackable):
    """Keeps a variable for each variable, as optimizers of TensorFlow 1 do: as no child of its own."""

    def __init__(self):
        self._made = types.SimpleNamespace(slots={})  # not tracked

    def get_slot_names(self):
        return ["m.o/m"]

    def get_slot(self, var, name):
        return self._made.slots.get(id(var))

    def _create_or_restore_slot_variable(self, slot_variable_position, slot_name, variable):
        assert slot_variable_position.is_simple_variable()
        slot_variable_position.restore(self.slot(variable))

    def slot(self, variable):
        return self._made.slots.setdefault(id(variable), tf.Variable(tf.zeros_like(variable)))


def tables():
    experimental = tf.lookup.experimental
    return {
        "words": experimental.MutableHashTable(tf.string, tf.int64, -1),
        "rows": experimental.MutableHashTable(tf.int64, tf.float32, [0.0, 0.0]),
        "dense": experimental.DenseHashTable(tf.int64, tf.float32, [0.5, 0.0], -1, -2, initial_num_buckets=8),
        "dense_words": experimental.DenseHashTable(tf.string, tf.int64, -1, "", "-", initial_num_buckets=4),
        "fixed": tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), -1),
    }


WORDS = [f"w{i}" * (i % 5 + 1) for i in range(20)]


def main(action, folder):
    model, maps, optimizer = Model(action == "write"), tables(), Optimizer()
    checkpoint = tf.train.Checkpoint(
        model=model, step=tf.Variable(3 * (action == "write"), dtype=tf.uint8), optimizer=optimizer, **maps
    )
    if action == "write":
        model.generator.normal([3])
        for i, layer in enumerate(model.layers[:2]):
            optimizer.slot(layer.w).assign_add(layer.w + i)
        maps["words"].insert(["a", "b"], [1, 2])
        maps["rows"].insert([-3, 4], [[1.0, 2.0], [3.0, 4.0]])
        maps["dense"].insert([5, 13, 21, -7], [[float(i), 1.0] for i in range(4)])
        maps["dense_words"].insert(WORDS, list(range(20)))
        checkpoint.save(folder + "/ckpt")
        return
    maps["words"].insert(["a", "more"], [7, 7])
    status = checkpoint.restore(tf.train.latest_checkpoint(folder))
    model.build(0)
    status.assert_consumed()
    print([optimizer.get_slot(layer.w, "m.o/m").numpy().tolist() for layer in model.layers[:2]])
    print(maps["words"].lookup(["a", "b", "more"]).numpy(), maps["words"].size().numpy())
    print(maps["rows"].lookup([-3, 4, 5]).numpy().tolist())
    print(maps["dense"].lookup([5, 13, 21, -7, 6]).numpy().tolist(), maps["dense"].size().numpy())
    print(maps["dense_words"].lookup([*WORDS, "more"]).numpy().tolist(), maps["dense_words"].size().numpy())
    maps["dense_words"].insert(["more"], [20])
    print(maps["dense_words"].lookup(["more"]).numpy())
    for name, shape in tf.train.list_variables(folder):
        print(name, shape)
    print([v.numpy().tolist() for v in model.variables if v.shape != [500]])
    print(np.array_equal(model.large, np.arange(500)), checkpoint.step.numpy(), checkpoint.save_counter.numpy())
    print(model.generator.normal([2]).numpy())


if __name__ == "__main__":
    main(*sys.argv[1:])
