"""The ways in which programs import TensorFlow, and version 1's switches, which do nothing."""

import importlib
import sys
from math import pi

import tensorflow
import tensorflow as tf
import tensorflow.compat.v1 as v1
from tensorflow import GradientTape, constant, nn
from tensorflow import math as tfm

tf.compat.v1.enable_eager_execution()
v1.enable_eager_execution()
print(tf.executing_eagerly(), v1.executing_eagerly())
print(tensorflow is tf, sys.modules["tensorflow"] is tf, importlib.import_module("tensorflow") is tf)
print(GradientTape is tf.GradientTape, constant is tf.constant, nn is tf.nn, tfm.sin is tf.sin)

x = constant(pi / 3.0)
with GradientTape() as tape:
    tape.watch(x)
    y = tfm.sin(x) + nn.relu(x)
print(y, tape.gradient(y, x))
print(__name__, len(sys.argv), sys.argv[0].endswith("importing.py"), isinstance(tf.__version__, str))
