"""Specs: what is known of a tensor, a variable, or what is made of tensors."""

import pickle

import numpy as np
import pytest

import gradtape as tf


def test_a_spec_prints_as_tensorflow_prints_it() -> None:
    assert repr(tf.TensorSpec([1, None])) == "TensorSpec(shape=(1, None), dtype=tf.float32, name=None)"
    assert repr(tf.TensorSpec(None, "int32", "a")) == "TensorSpec(shape=<unknown>, dtype=tf.int32, name='a')"


def test_specs_are_equal_when_shape_dtype_and_name_are() -> None:
    assert tf.TensorSpec([None]) == tf.TensorSpec([None])
    assert hash(tf.TensorSpec([2])) == hash(tf.TensorSpec([2]))
    for other in (tf.TensorSpec([3]), tf.TensorSpec([2], tf.int32), tf.TensorSpec([2], name="b"), 3):
        assert tf.TensorSpec([2]) != other


def test_a_spec_survives_pickling() -> None:
    for spec in (tf.TensorSpec([2, None], tf.int64, "x"), tf.IndexedSlicesSpec([3, 2]), tf.TensorArraySpec([2])):
        assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("narrow", "wide", "fits"),
    [
        (tf.TensorSpec([2]), tf.TensorSpec([None]), True),
        (tf.TensorSpec([None]), tf.TensorSpec([2]), False),
        (tf.TensorSpec([2]), tf.TensorSpec(None), True),
        (tf.TensorSpec([2]), tf.TensorSpec([2], tf.int32), False),
        (tf.TensorSpec([2]), tf.TensorSpec([2], name="x"), True),
        (tf.TensorSpec([2], name="x"), tf.TensorSpec([2]), False),
        (tf.IndexedSlicesSpec([3, 2]), tf.IndexedSlicesSpec([None, 2]), True),
        (tf.TensorArraySpec([2]), tf.TensorArraySpec([None]), True),
        (tf.TensorSpec([2]), tf.TensorArraySpec([2]), False),
    ],
)
def test_subtypes(narrow: tf.TypeSpec, wide: tf.TypeSpec, fits: bool) -> None:
    assert narrow.is_subtype_of(wide) is fits


def test_the_common_supertype_forgets_what_differs_in_shape_only() -> None:
    spec = tf.TensorSpec([2, 1])
    assert spec.most_specific_common_supertype([tf.TensorSpec([3, 1])]) == tf.TensorSpec([None, 1])
    assert spec.most_specific_common_supertype([tf.TensorSpec([3, 1]), tf.TensorSpec([3])]) == tf.TensorSpec(None)
    assert spec.most_specific_common_supertype([tf.TensorSpec([2, 1], tf.int32)]) is None
    assert spec.most_specific_common_supertype([tf.TensorSpec([2, 1], name="x")]) is None
    with pytest.raises(ValueError, match="No TypeSpec is compatible with both"):
        spec.most_specific_compatible_type(tf.TensorSpec([2, 1], tf.int32))


def test_compatible_are_tensors_that_may_fit() -> None:
    spec = tf.TensorSpec([None, 2])
    assert spec.is_compatible_with(tf.ones([3, 2]))
    assert spec.is_compatible_with(tf.TensorSpec([3, None]))
    assert not spec.is_compatible_with(tf.ones([3, 3]))
    assert not spec.is_compatible_with(np.ones([3, 2], np.float32))


def test_values_have_specs() -> None:
    assert tf.type_spec_from_value(np.ones(3)) == tf.TensorSpec([3], tf.float64)
    assert tf.type_spec_from_value("a") == tf.TensorSpec([], tf.string)
    variable = tf.type_spec_from_value(tf.Variable([1.0], trainable=False))
    assert repr(variable) == "VariableSpec(shape=(1,), dtype=tf.float32, trainable=False, alias_id=None)"
    slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))
    assert tf.type_spec_from_value(slices) == tf.IndexedSlicesSpec([3, 2], tf.float32, tf.int32, tf.int32, [1])
    array = tf.TensorArray(tf.float32, 3, dynamic_size=True, element_shape=[2])
    assert tf.type_spec_from_value(array) == tf.TensorArraySpec([2], tf.float32, True)


@pytest.mark.parametrize("value", [object(), None, {}, (1, "a"), tf.TensorSpec([2])])
def test_what_is_no_tensor_has_no_spec(value: object) -> None:
    with pytest.raises(TypeError, match="Could not build a TypeSpec"):
        tf.type_spec_from_value(value)


def test_slices_come_apart_and_together() -> None:
    slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))
    spec = tf.type_spec_from_value(slices)
    again = spec._from_components(spec._to_components(slices))
    assert tf.convert_to_tensor(again).numpy().tolist() == [[0, 0], [1, 1], [0, 0]]


def test_only_a_tensor_gives_a_tensor_spec() -> None:
    with pytest.raises(ValueError, match=r"should be a tf.Tensor"):
        tf.TensorSpec.from_tensor([1.0])


def test_a_class_that_says_how_is_taken_apart_as_a_nest() -> None:
    class Pair:
        def __init__(self, name: str, x: object, y: object) -> None:
            self.name, self.x, self.y = name, x, y

        def __tf_flatten__(self) -> tuple[object, tuple[object, ...]]:
            return self.name, (self.x, self.y)

        @classmethod
        def __tf_unflatten__(cls, name: str, components: tuple[object, ...]) -> "Pair":
            return cls(name, *components)

    doubled = tf.nest.map_structure(lambda n: 2 * n, Pair("p", 1, [2, 3]))
    assert (doubled.name, doubled.x, doubled.y) == ("p", 2, [4, 6])


def test_kinds_of_specs_are_known_by_name() -> None:
    from gradtape.values.type_spec import registered, registered_name

    for kind in (tf.TensorSpec, tf.SparseTensorSpec, tf.RaggedTensorSpec, tf.TensorArraySpec):
        assert registered(registered_name(kind)) is kind
    with pytest.raises(ValueError, match=r"No TypeSpec has been registered with name 'tf\.Nothing'"):
        registered("tf.Nothing")
    with pytest.raises(TypeError, match="a TypeSpec"):
        registered_name(int)
