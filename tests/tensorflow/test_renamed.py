"""Names and argument orders of TensorFlow 1: messages that say what to write."""

import re
import subprocess
import sys

import pytest

import gradtape as tf
from gradtape.values.renamed import ways


def found(path):
    at = tf
    for name in path.split("."):
        at = getattr(at, name, None)
    return at


def test_what_is_to_be_written_exists():
    named = {name.rstrip(".") for way in ways().values() for name in re.findall(r"`tf\.([\w.]+)", way)}
    named = {name for name in named if not name.startswith("keras.")}  # which asks for Keras
    assert len(named) > 100
    assert [name for name in sorted(named) if found(name) is None] == []


def test_no_name_that_exists_is_among_them():
    assert [name for name in ways() if not name.startswith("compat") and found(name) is not None] == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("mul", r"gradtape has no `tf.mul`: write `tf.multiply`."),
        ("mean", "write `tf.reduce_mean`"),
        ("to_float", re.escape("write `tf.cast(x, tf.float32)`")),
        ("placeholder", "an argument of a function"),
        ("Session", "there are no sessions"),
        ("train.AdamOptimizer", "write `tf.keras.optimizers.Adam`"),
        ("image.resize_images", "write `tf.image.resize`"),
        ("compat.v1.mul", "write `tf.multiply`"),
    ],
)
def test_a_name_says_what_to_write(path, said):
    *rooms, name = path.split(".")
    at = tf
    for room in rooms:
        at = getattr(at, room)
    with pytest.raises(AttributeError, match=said):
        getattr(at, name)


def test_the_axis_is_not_given_first():
    x = tf.ones([2, 2])
    with pytest.raises(ValueError, match=re.escape("tf.concat(values, 0)")):
        tf.concat(0, [x, x])
    with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape("tf.split(value, number or sizes, axis)")):
        tf.split(0, 2, x)
    with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape("got shape [2]")):
        tf.gather(x, 0, axis=[0, 1])


def test_install_is_there_after_import_gradtape():
    program = "import gradtape; gradtape.tensorflow.install(); import tensorflow as tf; print(tf.constant(2).numpy())"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "2\n"
