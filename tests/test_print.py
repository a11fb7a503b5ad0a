"""tf.print: TensorFlow's notation of tensors, structures, and where it goes."""

import collections
import logging
import sys

import numpy as np
import pytest

import gradtape as tf

c = tf.constant
Point = collections.namedtuple("Point", ["x", "y"])


@pytest.fixture
def printed(capsys):
    def run(*values, **how) -> str:
        assert tf.print(*values, **how) is None
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    return run


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (("hello", 1, 2.5, True, None), "hello 1 2.5 True None"),
        ((c(3.0), c([1.0, 2.5])), "3 [1 2.5]"),
        ((c([0.1, 1 / 3, 1e-10]), c(123456789.0)), "[0.1 0.333333343 1e-10] 123456792"),
        ((c(1 / 3, tf.float64), c(1.1, tf.float16), c(1.1, tf.bfloat16)), "0.33333333333333331 1.09960938 1.1015625"),
        ((c([float("nan"), float("inf"), -0.0]),), "[nan inf -0]"),
        ((c(True), c([True, False]), c(1 + 2j)), "1 [1 0] ?"),
        ((c("x"),), "x"),
        ((c("x"), c(["a", 'b"c\n'])), '"x" ["a" "b\\"c\\n"]'),
        ((tf.Variable(2.0), [tf.Variable([1, 2])]), "2 [[1 2]]"),
        (([c(3.0), c([1, 2])], {"b": 1, "a": (c(1), ["s"])}), "[3, [1 2]] {'a': (1, ['s']), 'b': 1}"),
        ((Point(c(1), 2), collections.OrderedDict(b=c(1))), f"Point(x=1, y=2) {collections.OrderedDict(b=1)}"),
        (((), [], {}), "() [] {}"),
        ((np.array([1, 2]), np.float32(1), [1, "a"]), "array([1, 2]) np.float32(1.0) [1, 'a']"),
        (("{}", c(1), ["{}", c(2)]), "{} 1 ['{}', 2]"),
        ((tf.float32, tf.TensorShape([1, None])), "tf.float32 TensorShape([1, None])"),
        ((tf.reshape(tf.range(8), (2, 2, 2)),), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"),
        ((tf.zeros((0,)), tf.zeros((2, 0))), "[] [\n ...]"),
        ((), ""),
    ],
)  # fmt: skip
def test_notation(printed, values: tuple, text: str) -> None:
    assert printed(*values) == text + "\n"


def test_long_structures_break_as_pprint_does(printed) -> None:
    assert printed([c(1.5)] * 30) == "[" + ",\n ".join(["1.5"] * 30) + "]\n"


@pytest.mark.parametrize(
    ("summarize", "text"),
    [(3, "[0 1 2 ... 7 8 9]"), (2, "[0 1 ... 8 9]"), (5, "[0 1 2 3 4 5 6 7 8 9]"),
     (-1, "[0 1 2 3 4 5 6 7 8 9]"), (0, "[ ...]")],
)  # fmt: skip
def test_summarize(printed, summarize: int, text: str) -> None:
    assert printed(tf.range(10), summarize=summarize) == text + "\n"


def test_sep_and_end(printed) -> None:
    assert printed("a", c(1), sep=", ", end="!") == "a, 1!"


def test_goes_to_standard_output_when_asked(capsys) -> None:
    tf.print("here", output_stream=sys.stdout)
    assert capsys.readouterr() == ("here\n", "")


def test_goes_to_the_end_of_a_file(tmp_path) -> None:
    path = tmp_path / "log.txt"
    for i in range(2):
        tf.print("line", c(i), output_stream=f"file://{path}")
    assert path.read_text() == "line 0\nline 1\n"


def test_goes_to_a_logger(caplog) -> None:
    tf.print("seen", c(1), output_stream=logging.getLogger("a").warning)
    assert caplog.messages == ["seen 1\n"]


@pytest.mark.parametrize("stream", ["nowhere", 5, print])
def test_refuses_other_streams(stream) -> None:
    with pytest.raises(ValueError, match="Unsupported output stream"):
        tf.print(1, output_stream=stream)


def test_refuses_unknown_keywords() -> None:
    with pytest.raises(ValueError, match="foo"):
        tf.print(1, foo=2)
