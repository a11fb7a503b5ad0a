"""Every name of `tf.compat.v1` is there, or says that it is not and what to write instead."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf
from gradtape.compat.v1 import names
from gradtape.compat.v1.namespace import Gone

v1 = tf.compat.v1


def paths() -> list[str]:
    """The names of TensorFlow 2.21, with their rooms."""
    found: list[str] = []
    room = ""
    for line in (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines()[1:]:
        if line.startswith("["):
            room, _, line = line[1:].partition("]")
        found += [f"{room}.{name}" if room else name for name in line.split()]
    return found


def at(path: str) -> Any:
    found = v1
    for name in path.split("."):
        found = getattr(found, name)
    return found


def test_every_name_is_there_or_says_why_not() -> None:
    count = dict.fromkeys(("there", "gone", "lacking"), 0)
    wrong = []
    for path in paths():
        try:
            found = at(path)
        except NotImplementedError as error:
            count["lacking"] += 1
            if not (isinstance(error, AttributeError) and path.rpartition(".")[2] in str(error)):
                wrong.append(path)
        except AttributeError:
            wrong.append(path)
        else:
            gone = isinstance(found, type) and issubclass(found, Gone)
            count["gone" if gone else "there"] += 1
            if gone:
                with pytest.raises(NotImplementedError, match=r"tf\.compat\.v1"):
                    found()
    assert not wrong
    assert count["there"] > 1500, count


def test_what_the_tables_name_is_there() -> None:
    homes = [path for listed in names.HOMES.values() for path in listed.split() if path != "flags"]
    assert [path for path in homes if not at(path)] == []


def test_what_is_not_there_may_be_derived_from() -> None:
    class Hook(v1.train.SessionRunHook):
        pass

    with pytest.raises(NotImplementedError, match="a training loop is a Python loop"):
        Hook()
    assert not hasattr(v1.train.SessionRunHook, "after_run")
    assert not isinstance(3, v1.train.Scaffold)


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda: v1.layers.dense(1.0, 2), r"layer = tf.keras.layers.Dense\(...\)"),
        (lambda: v1.layers.max_pooling2d(1.0, 2, 2), r"tf.keras.layers.MaxPooling2D\(...\)"),
        (lambda: v1.metrics.accuracy([1], [1]), r"m.update_state\(value\)"),
        (lambda: v1.nn.rnn_cell.LSTMCell(3), "tf.keras.layers.LSTMCell"),
        (lambda: v1.train.batch([1], 2), "for batch in dataset"),
        (lambda: v1.summary.scalar("x", 1.0), "tf.summary.create_file_writer"),
        (lambda: v1.Graph().as_default(), "Leave out the line"),
        (lambda: v1.disable_eager_execution(), "gradtape runs eagerly"),
        (lambda: v1.disable_v2_behavior(), "gradtape runs eagerly"),
        (lambda: v1.contrib.layers.fully_connected, "it went with TensorFlow 2"),
    ],
)
def test_what_needs_a_graph_says_what_to_write(use: Any, said: str) -> None:
    with pytest.raises(NotImplementedError, match=said):
        use()


def test_run_of_a_session_shows_its_own_line_eagerly() -> None:
    sess, x, y, z = v1.Session(), 1.0, tf.constant(1.0), tf.constant(2.0)

    def said(run: Any) -> str:
        with pytest.raises(NotImplementedError) as error:
            run()
        return str(error.value)

    def fetched() -> None:
        out = sess.run(y)
        print(out)

    def several() -> None:
        a, b = sess.run([y, z])
        print(a, b)

    def fed() -> None:
        sess.run(y, {x: 1})

    def initialised() -> None:
        sess.run(v1.global_variables_initializer())

    assert "Instead of `out = sess.run(y)` write `out = y.numpy()`" in said(fetched)
    assert "write `a, b = y.numpy(), z.numpy()`" in said(several)
    assert "Instead of `sess.run(y, {x: 1})` write `f(1)`" in said(fed)
    assert "`def f(x): ...; return y`" in said(fed)
    assert "Leave out `sess.run(v1.global_variables_initializer())`" in said(initialised)


def test_a_session_is_the_default_one_around_code() -> None:
    assert v1.get_default_session() is None
    with v1.Session() as outer, v1.Session().as_default() as inner:
        assert v1.get_default_session() is inner is not outer
    interactive = v1.InteractiveSession()
    assert v1.get_default_session() is interactive
    interactive.close()
    assert v1.get_default_session() is None


def test_importing_gradtape_loads_none_of_it() -> None:
    program = "import sys, gradtape; print(*(name for name in sys.modules if name.startswith('gradtape.compat.')))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


def test_a_wrapped_function_is_a_graph() -> None:
    v = tf.Variable(2.0)
    f = v1.wrap_function(lambda x: v * x, [tf.TensorSpec([None], tf.float32)])
    with tf.GradientTape() as tape:
        y = f(tf.constant([3.0, 4.0]))
    assert tape.gradient(y, v).numpy() == 7.0
