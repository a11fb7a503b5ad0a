"""tf.Module: names, collected variables, submodules; tf.name_scope."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


class Dense(tf.Module):
    def __init__(self, inputs, outputs, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(tf.ones([inputs, outputs]), name="w")
        self.b = tf.Variable(tf.zeros([outputs]), name="b")

    def __call__(self, x):
        return tf.nn.relu(x @ self.w + self.b)


class TwoLayers(tf.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.second = Dense(3, 1, name="second")
        self.first = Dense(2, 3)
        self.scale = tf.Variable(2.0, trainable=False, name="scale")
        self.not_a_variable = 3
        self.listed = [
            Dense(1, 1),
            {"z": tf.Variable(1.0, name="z"), "a": tf.Variable(1.0, name="a")},
        ]
        self.again = self.first

    def __call__(self, x):
        return self.scale * self.second(self.first(x))


class Scoped(tf.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        with self.name_scope:
            self.v = tf.Variable(1.0, name="v")
            self.inner = tf.Variable(2.0)

    @tf.Module.with_name_scope
    def make(self):
        return tf.Variable(3.0, name="made")


class MyHTTPLayer2D(tf.Module):
    pass


model = TwoLayers()
print(model.name, model.first.name, model.second.name, MyHTTPLayer2D().name, tf.Module().name)
print(tf.Module(name="given").name, model.name_scope.name)
print(type(model.variables).__name__, [v.name for v in model.variables])
print([v.name for v in model.trainable_variables])
print([v.name for v in model.non_trainable_variables])
print([module.name for module in model.submodules], type(model.submodules).__name__)
print(len(model.variables), len(tf.Module().variables), tf.Module().submodules)

x = tf.constant([[1.0, 2.0]])
with tf.GradientTape() as tape:
    y = model(x)
gradients = tape.gradient(y, model.trainable_variables)
for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
    print(variable.name, None if gradient is None else gradient.numpy().tolist())

scoped = Scoped(name="outer")
print(scoped.v.name, scoped.inner.name, scoped.make().name, Scoped().v.name)

with tf.name_scope("a") as scope:
    print(scope, tf.Variable(1.0, name="x").name, tf.Variable(1.0).name)
    with tf.name_scope("b"):
        print(tf.Variable(1.0, name="x").name)
with tf.name_scope("a"):
    print(tf.Variable(1.0, name="x").name)
print(tf.Variable(1.0, name="x").name)


class Forgetful(tf.Module):
    def __init__(self):
        self.w = tf.Variable(1.0)


print([v.name for v in Forgetful().variables])
attempt("a name that starts with a digit", lambda: tf.Module(name="1bad").name)
attempt("a name with a slash", lambda: tf.Module(name="a/b").name)
attempt("a name with a space", lambda: tf.Module(name="a b").name)

late = tf.Module(name="late")
late.v = tf.Variable(1.0, name="added")
print([v.name for v in late.variables])
late.v = None
print(late.variables)
