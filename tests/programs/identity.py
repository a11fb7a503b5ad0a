"""Tensors as objects: hashing, references, copies and pickles."""

import copy
import pickle

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__, error)


t, v = tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0], name="v")

attempt("hash of a tensor:", lambda: hash(t))
attempt("tensor as a key:", lambda: {t: 1})
attempt("tensor in a set:", lambda: {t})
attempt("hash of a variable:", lambda: hash(v))

table = {t.ref(): "tensor", v.ref(): "variable"}
print(table[t.ref()], table[v.ref()], t.ref() == t.ref(), t.ref() == v.ref())
print(t.ref().deref() is t, v.ref().deref() is v, tf.constant([1.0, 2.0]).ref() == t.ref())
print(t.ref())
print(len({t.ref(), t.ref(), v.ref()}))

print(t in [t], any(x is t for x in [v, t]), [v, t].index(v))
print(copy.copy(t), copy.deepcopy(t), copy.deepcopy({"a": [t]}))
other = copy.deepcopy(v)
other.assign([3.0, 4.0])
print(v.numpy(), other.numpy(), other.name)
print(pickle.loads(pickle.dumps(t)))
