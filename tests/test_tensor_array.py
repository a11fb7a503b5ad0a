"""`tf.TensorArray`, eagerly. What is expected is what TensorFlow 2.21 does."""

import numpy as np
import pytest

import gradtape as tf
from gradtape.tensor_array import TensorArray

ERRORS = tf.errors


def array(**options):
    return TensorArray(tf.float32, **options)


def values(x):
    return x.numpy().tolist()


def test_write_and_stack():
    assert values(array(size=2).write(0, [1.0, 2.0]).write(1, [3.0, 4.0]).stack()) == [[1.0, 2.0], [3.0, 4.0]]
    assert values(array(size=3).write(1, [3.0, 4.0]).stack()) == [[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]
    assert values(array(size=2).write(0, 1).write(0, np.float64(2.0)).stack()) == [2.0, 0.0]
    assert values(array(size=1).write(0, tf.Variable(2.0)).stack()) == [2.0]
    assert values(TensorArray("string", 2).write(0, "a").stack()) == [b"a", b""]


def test_all_handles_are_of_the_same_elements():
    first = array(size=0, dynamic_size=True)
    second = first.write(1, 1.0)
    assert second is not first
    assert values(first.stack()) == [0.0, 1.0]
    assert first.identity() is first


def test_what_it_says_of_itself():
    a = array(size=2).write(0, [1.0, 2.0])
    assert (a.dtype, a.dynamic_size, a.handle) == (tf.float32, False, None)
    assert a.element_shape == (2,)
    assert repr(a.size()) == "<tf.Tensor: shape=(), dtype=int32, numpy=2>"
    assert a.flow.dtype == tf.int32


def test_nothing_written():
    assert array(size=0).stack().shape == (0,)
    assert array(size=0, element_shape=[2]).stack().shape == (0, 2)
    assert values(array(size=1, element_shape=[2]).stack()) == [[0.0, 0.0]]
    assert values(array(size=1, element_shape=[2]).read(0)) == [0.0, 0.0]
    for use in (lambda a: a.stack(), lambda a: a.read(0)):
        with pytest.raises(ValueError, match="partially known"):
            use(array(size=2))


def test_read_is_once():
    a = array(size=2).write(0, 1.0)
    assert a.read(0).numpy() == 1.0
    with pytest.raises(ERRORS.InvalidArgumentError, match="twice"):
        a.read(0)
    assert values(a.stack()) == [0.0, 0.0]
    b = array(size=1, clear_after_read=False).write(tf.constant(0), 1.0)
    assert b.read(tf.constant(0)).numpy() == b.read(0).numpy() == 1.0


def test_read_is_as_often_as_one_likes_in_a_function():
    @tf.function
    def f(x):
        a = array(size=2).split(x, [1, 2])
        return a.read(1), a.read(1), a.concat()

    assert [values(x) for x in f(tf.constant([1.0, 2.0, 3.0]))] == [[2.0, 3.0], [2.0, 3.0], [1.0, 2.0, 3.0]]


def test_gather_concat_scatter_split_unstack():
    a = array(size=3).unstack([1.0, 2.0, 3.0])
    assert values(a.gather([2, 0])) == [3.0, 1.0]
    assert values(array(size=3).scatter([2, 0], [1.0, 2.0]).stack()) == [2.0, 0.0, 1.0]
    assert values(array(size=2).write(0, [1.0, 0.0]).write(1, [1.0, 2.0]).concat()) == [1.0, 0.0, 1.0, 2.0]
    assert values(array(size=2).write(0, [1.0]).concat()) == [1.0, 0.0]
    b = array(size=2).split([1.0, 2.0, 3.0], [1, 2])
    assert [values(b.read(i)) for i in (0, 1)] == [[1.0], [2.0, 3.0]]
    assert array(size=2, dynamic_size=True).unstack([1.0, 2.0, 3.0]).size().numpy() == 3
    assert values(array(size=3).unstack([1.0, 2.0]).stack()) == [1.0, 2.0]
    assert values(array(size=2).unstack(tf.constant([1, 2])).stack()) == [1.0, 2.0]


def test_shapes():
    ragged = array(size=2, infer_shape=False).write(0, [1.0]).write(1, [1.0, 2.0])
    assert values(ragged.concat()) == [1.0, 1.0, 2.0]
    with pytest.raises(ERRORS.InvalidArgumentError):
        ragged.stack()
    for a in (array(size=2).write(0, 1.0), array(size=2, element_shape=[2]), array(size=2, element_shape=[None, 1])):
        with pytest.raises(ValueError, match="Incompatible shape"):
            a.write(1, [1.0])


@pytest.mark.parametrize(
    ("use", "error", "says"),
    [
        (lambda: array(size=2).write(2, 1.0), ERRORS.OutOfRangeError, "not resizeable and size is: 2"),
        (lambda: array(size=2).write(-1, 1.0), ERRORS.OutOfRangeError, "negative"),
        (lambda: array(size=2).read(5), ERRORS.OutOfRangeError, "array size is: 2"),
        (lambda: array(size=2).read(-1), ERRORS.OutOfRangeError, "negative"),
        (lambda: array(size=3).unstack([1.0]).gather([3]), IndexError, None),
        (lambda: array(size=2).unstack([1.0, 2.0, 3.0]), ValueError, "static size 2"),
        (lambda: array(size=2).write(0, tf.constant(1)), ERRORS.InvalidArgumentError, "dtype int32"),
        (lambda: array(size=1).write(0, 1.0).concat(), ERRORS.InvalidArgumentError, "scalar"),
        (lambda: array(size=1).scatter([2], [1.0]), ERRORS.OutOfRangeError, "not resizeable"),
        (lambda: array(size=2).split([1.0, 2.0], [1, 2]), ERRORS.InvalidArgumentError, "sum of lengths is 3"),
        (lambda: array(size=3).split([1.0, 2.0], [1, 1]), ERRORS.InvalidArgumentError, "3 vs. 2"),
        (lambda: array(), ValueError, "Size must be declared"),
        (lambda: array(size=1, handle=3), ValueError, "handles"),
        (lambda: array(size=1).grad("s"), NotImplementedError, "eagerly"),
        (lambda: array(size=1).write(0.0, 1.0), TypeError, None),
    ],
)
def test_errors(use, error, says):
    with pytest.raises(error, match=says):
        use()


def test_close():
    a = array(size=1).write(0, 1.0)
    assert a.close() is None
    with pytest.raises(ERRORS.OutOfRangeError):
        a.read(0)


def gradient(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return values(tape.gradient(y, x))


def test_gradients():
    x = tf.constant([1.0, 2.0])
    assert gradient(lambda x: array(size=2).write(0, x).write(1, x * x).stack(), x) == [3.0, 5.0]
    assert gradient(lambda x: array(size=2).unstack(x).read(1) * 3.0, x) == [0.0, 3.0]
    assert gradient(lambda x: array(size=3).write(1, x * x).stack(), x) == [2.0, 4.0]
    assert gradient(lambda x: array(size=2).split(x, [1, 1]).concat() * x, x) == [2.0, 4.0]
    assert gradient(lambda x: array(size=2).scatter([1, 0], x).gather([1, 1]), x) == [2.0, 0.0]


def test_in_a_loop():
    def body(i, a):
        return i + 1, a.write(i, tf.cast(i, tf.float32))

    total, last = 0, array(size=3)
    while total < 3:
        total, last = body(total, last)
    assert values(last.stack()) == [0.0, 1.0, 2.0]


def test_in_a_while_loop():
    found = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a.write(i, tf.cast(i, tf.float32))),
                          (tf.constant(0), array(size=3)))  # fmt: skip
    assert values(found[1].stack()) == [0.0, 1.0, 2.0]


def test_split_in_a_function():
    f = tf.function(lambda x: array(size=2, infer_shape=False).split(x * x, [1, 2]).concat() * x)
    assert values(f(tf.constant([1.0, 2.0, 3.0]))) == [1.0, 8.0, 27.0]


@pytest.mark.parametrize("in_function", [False, True])
def test_methods_called_by_the_class(in_function: bool) -> None:
    """An array of a graph has its own form of each, which `map_structure(tf.TensorArray.stack, x)` finds too."""

    def program(n):
        x = tf.TensorArray(tf.float32, 3, clear_after_read=False)
        for i in tf.range(n):
            x = tf.TensorArray.write(x, i, tf.cast(i, tf.float32) + 1.0)
        unstacked = tf.TensorArray.unstack(x, tf.TensorArray.stack(x) * 2.0)
        scattered = tf.TensorArray.scatter(unstacked, [1], [9.0])
        rows = tf.TensorArray(tf.float32, 2, infer_shape=False)
        return (
            tf.nest.map_structure(tf.TensorArray.stack, scattered),
            tf.TensorArray.read(unstacked, n - 1),
            tf.TensorArray.gather(unstacked, [2, 0]),
            tf.TensorArray.size(unstacked),
            tf.TensorArray.concat(tf.TensorArray.split(rows, [1.0, 2.0, 3.0, 4.0], [2, 2])),
        )

    found = (tf.function(program) if in_function else program)(tf.constant(3))
    expected = [[2.0, 9.0, 6.0], 6.0, [6.0, 2.0], 3, [1.0, 2.0, 3.0, 4.0]]
    assert [values(x) for x in found] == expected
