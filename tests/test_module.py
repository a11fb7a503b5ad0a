"""tf.Module: names, and which variables and modules it finds, in which order."""

import collections

import pytest

import gradtape as tf


class Layer(tf.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(1.0, name="w")
        self.b = tf.Variable(2.0, name="b", trainable=False)


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.second = Layer("two")
        self.first = Layer("one")
        self.own = tf.Variable(0.0, name="own")
        self.several = [Layer("listed"), {"z": tf.Variable(0.0, name="z"), "a": (tf.Variable(0.0, name="a"),)}]
        self.again = self.first
        self.count = 3


def names(found) -> list[str]:
    return [x.name for x in found]


def test_variables_come_by_attribute_then_by_module_each_once() -> None:
    model = Model()
    assert names(model.submodules) == ["one", "two", "listed"]
    assert names(model.variables) == ["own:0", "a:0", "z:0", "b:0", "w:0", "b:0", "w:0", "b:0", "w:0"]
    assert len(model.trainable_variables) == 6
    assert names(model.non_trainable_variables) == ["b:0"] * 3


def test_attributes_may_come_and_go() -> None:
    module = tf.Module()
    module.v = tf.Variable(1.0, name="v")
    assert names(module.variables) == ["v:0"]
    del module.v
    assert module.variables == ()


def test_cycles_end() -> None:
    one, two = tf.Module("one"), tf.Module("two")
    one.other, two.other = two, one
    assert names(one.submodules) == ["two"]


def test_containers_that_have_no_order_are_left_out() -> None:
    module = tf.Module()
    module.odd = {1: tf.Variable(1.0), "a": tf.Variable(1.0)}
    module.fine = collections.OrderedDict(k=tf.Variable(1.0))
    assert len(module.variables) == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Dense", "dense"), ("MyDenseLayer", "my_dense_layer"), ("MLP2D", "mlp2_d"),
     ("MyHTTPLayer2D", "my_http_layer2_d"), ("A", "a")],
)  # fmt: skip
def test_default_name_is_the_classs_in_snake_case(kind: str, name: str) -> None:
    assert type(kind, (tf.Module,), {})().name == name


@pytest.mark.parametrize("name", ["1bad", "a/b", "a b", ""])
def test_a_name_is_an_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="not a valid module name"):
        tf.Module(name=name)


def test_name_scope_prefixes_variables_and_nests() -> None:
    class Outer(tf.Module):
        def __init__(self):
            super().__init__(name="outer")
            with self.name_scope:
                self.v = tf.Variable(1.0, name="v")
                self.inner = tf.Module(name="inner")
            with self.inner.name_scope:
                self.w = tf.Variable(1.0, name="w")

        @tf.Module.with_name_scope
        def build(self):
            """Makes one."""
            return tf.Variable(1.0, name="late")

    module = Outer()
    assert (module.v.name, module.w.name, module.build().name) == ("outer/v:0", "outer/inner/w:0", "outer/late:0")
    assert module.name_scope.name == "outer/"
    assert module.inner.name == "inner"
    assert Outer.build.__doc__ == "Makes one."


def test_without_super_init_variables_are_still_found() -> None:
    class Forgetful(tf.Module):
        def __init__(self):
            self.v = tf.Variable(1.0)

    assert names(Forgetful().variables) == ["Variable:0"]
    with pytest.raises(AttributeError):
        Forgetful().name
