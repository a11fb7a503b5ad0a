"""Lists and dicts that are attributes, and what restoring remembers with objects."""

import copy
import pickle
from pathlib import Path

import numpy as np

import gradtape as tf


def test_a_list_that_is_an_attribute_is_another_view_of_the_list() -> None:
    module, outside = tf.Module(), [1, [2, 3]]
    module.inside = outside
    outside.append(4)
    module.inside[0] = 5
    module.inside[1].append(6)
    assert outside == [5, [2, 3, 6], 4]
    assert module.inside == outside
    assert outside == module.inside
    assert np.array_equal(np.array(module.inside[1]), [2, 3, 6])  # as C code sees it
    del module.inside[1:]
    assert outside == [5]


def test_a_dict_that_is_an_attribute_is_another_view_of_the_dict() -> None:
    module, outside = tf.Module(), {"a": 1}
    module.inside = outside
    outside["b"] = 2
    module.inside["c"] = {"d": []}
    module.inside["c"]["d"].append(3)
    assert outside == {"a": 1, "b": 2, "c": {"d": [3]}}
    assert {**module.inside} == dict(module.inside) == outside
    assert module.inside.pop("a") == 1
    assert list(outside) == ["b", "c"]


def test_nested_lists_that_are_attributes_are_tensors_as_others_are() -> None:
    module = tf.Module()
    module.paddings = [[0, 1], [1, 0]]
    assert tf.constant(module.paddings).shape == (2, 2)
    assert tf.pad(tf.ones([1, 1]), module.paddings).numpy().tolist() == [[0.0, 1.0], [0.0, 0.0]]
    tf.nest.assert_same_structure(module.paddings, [[1, 2], [3, 4]])


def test_modules_with_containers_are_copied_and_pickled() -> None:
    module = tf.Module()
    module.items = [tf.Variable(1.0), {"a": 2}]
    twin = copy.deepcopy(module)
    twin.items[0].assign(3.0)
    twin.items.append(4)
    assert (module.items[0].numpy(), len(module.items), twin.items[1]) == (1.0, 2, {"a": 2})
    assert [v.numpy() for v in twin.variables] == [3.0]
    assert pickle.loads(pickle.dumps([module.items, {}]))[0][1] == {"a": 2}


def test_a_copy_waits_for_no_values(tmp_path: Path) -> None:
    path = tf.train.Checkpoint(x=tf.Variable(2.0)).write(tmp_path / "x")
    module = tf.Module()
    tf.train.Checkpoint(module).read(path).expect_partial()
    twin = copy.deepcopy(module)
    module.x, twin.x = tf.Variable(0.0), tf.Variable(0.0)
    assert (module.x.numpy(), twin.x.numpy()) == (2.0, 0.0)


def test_restoring_watches_nothing(tmp_path: Path) -> None:
    v = tf.Variable(2.0)
    checkpoint = tf.train.Checkpoint(v=v)
    with tf.GradientTape() as tape:
        checkpoint.read(checkpoint.write(tmp_path / "x"))
    assert tape.watched_variables() == ()
