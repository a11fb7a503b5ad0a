"""Saving modules and loading them: variables, functions, signatures, gradients, errors."""

import os
import tempfile
from collections import namedtuple

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()


def path(name):
    return os.path.join(folder, name)


def attempt(label, f):
    try:
        print(label, "->", f())
    except Exception as error:
        print(label, "raises", type(error).__name__, str(error).split("\n")[0][:50])


class Dense(tf.Module):
    def __init__(self, inputs, outputs, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(
            tf.reshape(tf.range(inputs * outputs, dtype=tf.float32), [inputs, outputs]) / 10.0, name="w"
        )
        self.b = tf.Variable(tf.zeros([outputs]), name="b")

    @tf.function
    def __call__(self, x, activate=True):
        y = x @ self.w + self.b
        return tf.tanh(y) if activate else y


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.first = Dense(3, 4)
        self.layers = [Dense(4, 2), {"last": Dense(2, 1)}]
        self.steps = tf.Variable(0, trainable=False, name="steps")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="features")])
    def predict(self, x):
        h = self.layers[0](self.first(x))
        return {"y": self.layers[1]["last"](h, activate=False), "hidden": h}

    @tf.function
    def train(self, x, y, rate=0.1):
        weights = [self.first.w, self.first.b, self.layers[0].w]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.predict(x)["y"] - y) ** 2)
        for v, g in zip(weights, tape.gradient(loss, weights)):
            v.assign_sub(rate * g)
        self.steps.assign_add(1)
        return loss

    @tf.function
    def never(self, x):
        return x


x = tf.constant([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25]])
y = tf.constant([[1.0], [2.0]])
model = Model()
print("loss", model.train(x, y).numpy())
print("contains", tf.saved_model.contains_saved_model(path("model")))
tf.saved_model.save(model, path("model"))
print("contains", tf.saved_model.contains_saved_model(path("model")))
loaded = tf.saved_model.load(path("model"))

# --- variables
print(loaded.first.w.name, loaded.first.w.shape, loaded.first.w.trainable, loaded.steps.trainable, loaded.steps.numpy())
print(np.array_equal(loaded.first.w, model.first.w), loaded.layers[1]["last"].w.numpy())

# --- functions
print(loaded.predict(x)["y"].numpy(), model.predict(x)["y"].numpy())
print(loaded.first(x).numpy())
print(loaded.layers[1]["last"](tf.ones([2, 2]), activate=False).numpy())
for _ in range(3):
    print("train", model.train(x, y).numpy(), loaded.train(x, y).numpy(), loaded.steps.numpy())
attempt("a list", lambda: loaded.predict([[1.0, 2.0, 3.0]])["y"].numpy())
attempt("another rate", lambda: loaded.train(x, y, 0.2))
attempt("a Python number", lambda: loaded.train(x, y, rate=0.1).numpy())
attempt("another shape", lambda: loaded.first(tf.ones([5, 3])))
attempt("another argument", lambda: loaded.first(x, other=1))
attempt("never", lambda: loaded.never(x))
attempt("no attribute", lambda: hasattr(loaded, "nothing"))
attempt("callable", lambda: (callable(loaded.first), callable(loaded)))
attempt("input_signature", lambda: loaded.predict.input_signature)
attempt("structured", lambda: loaded.predict.concrete_functions[0].structured_input_signature)
attempt("concretes", lambda: len(loaded.first.__call__.concrete_functions))

# --- gradients
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        z = tf.reduce_sum(loaded.predict(x)["hidden"] ** 2)
    g, gw = inner.gradient(z, [x, loaded.first.w])
print(z.numpy(), g.numpy(), gw.numpy(), outer.gradient(g, x).numpy())
before = loaded.predict(x)["y"].numpy()
loaded.first.w.assign(loaded.first.w * 2.0)
print(before, loaded.predict(x)["y"].numpy())

# --- signatures
serve = loaded.signatures["serving_default"]
print(list(loaded.signatures), serve.structured_input_signature, sorted(serve.structured_outputs.items()))
print({k: v.numpy() for k, v in sorted(serve(features=x).items())})
attempt("nothing given", lambda: serve())
attempt("no such signature", lambda: loaded.signatures["other"])
call = model.first.__call__.get_concrete_function(tf.TensorSpec([None, 3]), activate=False)
tf.saved_model.save(model, path("named"), signatures={"dense": call, "predict": model.predict})
named = tf.saved_model.load(path("named"))
print(sorted(named.signatures), named.signatures["dense"].structured_input_signature)
print(named.signatures["dense"](x=x)["output_0"].numpy())
attempt("no signature", lambda: tf.saved_model.save(model, path("bad"), signatures=model.train))

# --- again
tf.saved_model.save(loaded, path("again"))
again = tf.saved_model.load(path("again"))
print(np.array_equal(again.predict(x)["y"], loaded.predict(x)["y"]), list(again.signatures))

# --- control flow, structures, dtypes
Point = namedtuple("Point", "x y")
module = tf.Module()
module.table = tf.Variable(["a", "b"], name="table")
module.half = tf.Variable([1.5, 2.5], dtype=tf.bfloat16)


@tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([3])])
def collatz(n, values):
    steps = 0
    while n > 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps, tf.map_fn(lambda v: v * v, values), tf.reduce_sum(tf.scan(lambda a, v: a * v, values))


module.collatz = collatz
module.move = tf.function(lambda p, by: Point(p.x + by["k"], [p.y]))
module.move(Point(tf.constant(1.0), tf.constant(2.0)), {"k": tf.constant(3.0)})
module.apply = tf.function(lambda v, k: v * k)
module.apply(tf.Variable(2.0), 3.0)
tf.saved_model.save(module, path("module"))
back = tf.saved_model.load(path("module"))
print(back.table.numpy(), back.half)
print([t.numpy() for t in back.collatz(27, [1.0, 2.0, 3.0])])
print(back.move(Point(tf.constant(10.0), tf.constant(20.0)), {"k": tf.constant(5.0)}))
print(back.apply(tf.Variable(4.0), 3.0).numpy())


@tf.custom_gradient
def clipped(x):
    return x * 1.0, lambda g: tf.clip_by_value(g, -1.0, 1.0)


custom = tf.Module()
custom.f = tf.function(lambda x: clipped(x), input_signature=[tf.TensorSpec([])])
tf.saved_model.save(custom, path("custom"))
custom = tf.saved_model.load(path("custom"))
v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    w = custom.f(v) * 10.0
print(tape.gradient(w, v).numpy())

# --- what cannot be saved
stray = tf.Variable(1.0)
lost = tf.Module()
lost.f = tf.function(lambda x: x * stray, input_signature=[tf.TensorSpec([])])
attempt("stray variable", lambda: tf.saved_model.save(lost, path("lost")))
attempt("no module", lambda: tf.saved_model.save([1], path("list")))
unnamed = tf.Module()
unnamed.f = tf.function(lambda x, o: x)
key = object()
unnamed.f(tf.constant(1.0), key)
tf.saved_model.save(unnamed, path("object"))
attempt("trace of an object", lambda: tf.saved_model.load(path("object")).f(tf.constant(1.0), key))
try:
    tf.saved_model.load(path("nothing"))
except OSError as error:
    print(str(error).split(":")[0])
