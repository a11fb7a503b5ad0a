"""Arguments and results of functions: named tuples, dataclasses, keywords, methods, closures, partials."""

import collections
import dataclasses
import functools
import typing

import tensorflow as tf

Batch = collections.namedtuple("Batch", ["x", "y"])


class Params(typing.NamedTuple):
    w: tf.Tensor
    b: tf.Tensor = 0.0


@dataclasses.dataclass(frozen=True)
class Config:
    units: int
    act: str = "relu"


@dataclasses.dataclass
class MaskedTensor:
    mask: bool
    value: tf.Tensor

    def __tf_flatten__(self):
        return (self.mask,), (self.value,)

    @classmethod
    def __tf_unflatten__(cls, metadata, components):
        return cls(mask=metadata[0], value=components[0])


C3, C1, CT = Config(3), Config(1), Config(3, "tanh")


@tf.function
def loss(params, batch, cfg, *, scale=1.0):
    print("tracing", type(params).__name__, type(batch).__name__, cfg, scale)
    act = {"relu": tf.nn.relu, "tanh": tf.tanh}[cfg.act]
    pred = act(batch.x @ params.w + params.b)
    return {
        "loss": scale * tf.reduce_mean((pred - batch.y) ** 2),
        "pred": pred,
        "parts": Params(params.w * 2.0, params.b),
    }


p = Params(tf.Variable([[1.0], [2.0]]), tf.constant([0.5]))
b = Batch(tf.constant([[1.0, 2.0], [3.0, -4.0]]), tf.constant([[1.0], [0.0]]))
with tf.GradientTape() as tape:
    tape.watch(p.b)
    out = loss(p, b, C3)
print(out["loss"], type(out["parts"]).__name__, out["parts"])
print(tape.gradient(out["loss"], p))
loss(p, b, C3)
loss(p, b, C3, scale=2.0)
loss(p, b, cfg=CT)
loss(p, Batch(y=b.y, x=b.x), C3)
loss(p, b, C3, scale=tf.constant(2.0))
print(loss.experimental_get_tracing_count())


@tf.function
def masked(mt):
    print("tracing masked", mt.mask)
    return dataclasses.replace(mt, value=mt.value * (2.0 if mt.mask else 3.0))


print(masked(MaskedTensor(True, tf.constant([1.0, 2.0]))))
print(
    masked(MaskedTensor(False, tf.constant([1.0, 2.0]))).value,
    masked(MaskedTensor(True, tf.constant([3.0, 2.0]))).value,
)


class Layer:
    count = tf.Variable(0)
    scale = 3.0

    def __init__(self, k):
        self.k = k

    @tf.function
    def __call__(self, x):
        print("call", self.k)
        return x * self.k

    @classmethod
    @tf.function
    def klass(cls, x):
        print("class", cls.__name__)
        cls.count.assign_add(1)
        return x * cls.scale

    @staticmethod
    @tf.function
    def static(x, n=2):
        print("static")
        return x**n

    @property
    def doubled(self):
        return tf.function(lambda x: x * 2 * self.k)

    @tf.function
    def kw(self, x, *args, flag=False, **kwargs):
        print("kw", len(args), flag, sorted(kwargs))
        total = x
        for a in args:
            total += a
        for k, v in sorted(kwargs.items()):
            total += v * (10.0 if flag else 1.0)
        return total


class Sub(Layer):
    scale = 5.0

    def __call__(self, x):
        return super().__call__(x) + 1.0


l, m = Layer(2.0), Sub(4.0)
print(l(tf.constant(1.0)), m(tf.constant(1.0)), l(tf.constant(2.0)))
print(Layer.klass(tf.constant(1.0)), Sub.klass(tf.constant(1.0)), l.klass(tf.constant(2.0)), Layer.count)
print(Layer.static(tf.constant(3)), l.static(tf.constant(3), n=3), Layer.static(tf.constant(3), 3))
print(l.doubled(tf.constant(1.0)))
c = tf.constant(1.0)
print(l.kw(c), l.kw(c, c, c), l.kw(c, flag=True, z=c, y=c), l.kw(c, c, flag=False, q=c))
print(Layer.kw(l, c, c))


def outer(n):
    v = tf.Variable(float(n))
    k = n

    @tf.function
    def inner(x):
        nonlocal k
        k += 1
        v.assign_add(x)
        return v * k

    return inner, lambda: k


f, get = outer(2)
print(f(tf.constant(1.0)), f(tf.constant(1.0)), get())


def base(x, y, mult=1.0, *, sub=0.0):
    return x * mult + y - sub


for g in (
    functools.partial(base, mult=2.0),
    functools.partial(base, tf.constant(5.0)),
    functools.partial(base, y=tf.constant(1.0), sub=tf.constant(2.0)),
):
    h = tf.function(g)
    print(h(tf.constant(3.0), tf.constant(4.0)) if "y" not in g.keywords else h(tf.constant(3.0)))
    print(
        h.get_concrete_function(tf.TensorSpec([]), tf.TensorSpec([])).structured_input_signature
        if "y" not in g.keywords
        else "-"
    )
part = functools.partial(tf.function(base), mult=3.0)
print(part(1.0, 2.0), part(tf.constant(1.0), 2.0, sub=1.0))

cf = loss.get_concrete_function(
    Params(tf.TensorSpec([2, 1]), tf.TensorSpec([1])),
    Batch(tf.TensorSpec([None, 2]), tf.TensorSpec([None, 1])),
    C1,
    scale=tf.TensorSpec([]),
)

print(cf(Params(tf.ones([2, 1]), tf.ones([1])), b, C1, scale=tf.constant(1.0))["loss"])
print(tf.nest.map_structure(lambda t: t.shape, cf.structured_outputs))


@tf.function(input_signature=[{"a": tf.TensorSpec([None]), "b": (tf.TensorSpec([], tf.int32), [tf.TensorSpec([2])])}])
def nested(d):
    return d["a"] * tf.cast(d["b"][0], tf.float32), d["b"][1][0]


print(nested({"a": [1.0, 2.0], "b": (3, [[1.0, 2.0]])}))
try:
    nested({"a": [1.0, 2.0], "b": (3, [[1.0, 2.0, 3.0]])})
except Exception as e:
    print(type(e).__name__)


@tf.function
def returns(x):
    return collections.OrderedDict(z=x, a=[x, (x + 1, None)]), Batch(x, {"k": x}), 3, "text", True


r = returns(tf.constant(1))
print(type(r[0]).__name__, list(r[0]), r)
ff = tf.function(lambda d: {k: v + 1 for k, v in d.items()})
print(ff({"b": tf.constant(1), "a": tf.constant(2.0)}))
print(ff(collections.OrderedDict(b=tf.constant(1), a=tf.constant(2.0))), ff.experimental_get_tracing_count())
dd = collections.defaultdict(lambda: 0, x=tf.constant(1))
print(ff(dd))


TWO = tf.constant(2.0)


@tf.function
def keywords(x, *, second, first=TWO, **others):
    return 100 * x + 10 * second + first + 1000 * others.get("z", 0.0) + 10000 * others.get("a", 0.0)


one, three = tf.constant(1.0), tf.constant(3.0)
print(keywords(one, second=three), keywords(one, first=three, second=one), keywords(one, second=one, z=one, a=three))
print(tf.function(functools.partial(keywords.python_function, second=three, first=one))(three))
