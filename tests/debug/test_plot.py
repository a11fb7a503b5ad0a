"""`gradtape.debug.plot`: the recorded graph as a picture."""

import re
import shutil
import sys

import numpy as np
import pytest

import gradtape as tf
from gradtape.debug.picture import plot


def network(layers=2):
    ws = [tf.Variable(tf.fill([4, 4], 0.1 * (i + 1)), name=f"w{i}") for i in range(layers)]
    with tf.GradientTape(persistent=True) as tape:
        h = tf.ones([2, 4])
        for w in ws:
            h = tf.tanh(h @ w)
        y = tf.reduce_mean(h)
    return tape, y, ws


def unrolled(steps):
    w = tf.Variable(tf.fill([4, 4], 0.1), name="w")
    with tf.GradientTape() as tape:
        h, total = tf.ones([2, 4]), 0.0
        for _ in range(steps):
            a, b = tf.split(h @ w, 2, 1)
            h = tf.concat([tf.tanh(a) * b, tf.sigmoid(b)], 1)
            total = total + tf.reduce_mean(h)
    return tape, total, w


def boxes(text):
    """Labels by name."""
    return dict(re.findall(r'^ *(\w+) \[label="([^"]*)"', text, re.M))


def arrows(text):
    names = boxes(text)
    found = re.findall(r'^ *(\w+) -> (\w+)(?: \[label=" ([^"]*)")?', text, re.M)
    return [(names[a].split("\\n")[0], names[b].split("\\n")[0], label) for a, b, label in found]


def test_operations_variables_and_shapes():
    tape, y, _ = network()
    text = str(plot(tape, y))
    assert sorted(boxes(text).values()) == [
        "matmul\\n(2, 4)", "matmul\\n(2, 4)", "mean\\n()", "tanh\\n(2, 4)", "tanh\\n(2, 4)", "w0\\n(4, 4)",
        "w1\\n(4, 4)",
    ]  # fmt: skip
    assert sorted((a, b) for a, b, _ in arrows(text)) == [
        ("matmul", "tanh"), ("matmul", "tanh"), ("tanh", "matmul"), ("tanh", "mean"), ("w0", "matmul"),
        ("w1", "matmul"),
    ]  # fmt: skip


def test_only_the_ways_from_the_sources():
    tape, y, ws = network()
    labels = boxes(str(plot(tape, y, ws[1])))
    assert "w0\\n(4, 4)" not in labels.values()
    assert len(labels) == 4


def test_a_source_without_a_way():
    tape, y, ws = network()
    other = tf.Variable(1.0, name="other")
    assert "other\\n()\\nno path to the target" in boxes(str(plot(tape, y, [ws[0], other]))).values()


def test_norms_are_those_of_the_gradients():
    tape, y, ws = network()
    found = {a: float(label) for a, _, label in arrows(str(plot(tape, y, norms=True))) if a.startswith("w")}
    for w in ws:
        expected = np.linalg.norm(tape.gradient(y, w).numpy())
        np.testing.assert_allclose(found[w.name.removesuffix(":0")], expected, rtol=1e-2)


def test_norms_of_broadcast_inputs():
    b = tf.Variable(1.0, name="b")
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.ones([3, 4]) * b)
    assert ("b", "multiply", "12") in arrows(str(plot(tape, y, norms=True)))


def test_gradients_that_are_not_finite_are_red_and_zeros_dashed():
    x = tf.Variable(0.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.sqrt(x)
        z = tf.abs(x)
    assert "#cc0000" in str(plot(tape, y, norms=True))
    assert "style=dashed" in str(plot(tape, z, norms=True))


def test_the_tape_is_not_used_up():
    tape, y, w = unrolled(2)
    plot(tape, y, norms=True)
    assert tape.gradient(y, w) is not None
    with pytest.raises(RuntimeError, match="holds nothing any more"):
        plot(tape, y)


def test_a_target_that_is_not_recorded():
    tape, _, _ = network()
    with pytest.raises(ValueError, match="leads to the target"):
        plot(tape, tf.constant(1.0))


def test_runs_of_operations_are_folded_into_chains():
    tape, y, _ = network(20)
    assert plot(tape, y).folded == "chains"
    assert "matmul → tanh\\n(2, 4)" in boxes(str(plot(tape, y, limit=50))).values()
    assert plot(tape, y, limit=1000).folded == ""


@pytest.mark.parametrize("steps", [40, 3000])
def test_large_graphs_are_folded_by_family(steps):
    tape, y, w = unrolled(steps)
    made = plot(tape, y, w, norms=True)
    assert made.folded == "families"
    labels = boxes(str(made))
    assert len(labels) < 50
    assert any("operations: elementwise" in label for label in labels.values())
    assert "subgraph cluster4" in str(made)
    counts = [int(n) for label in labels.values() for n in re.findall(r"matmul × (\d+)", label)]
    assert sum(counts) == steps


def test_lines_of_the_program_where_they_were_traced():
    with tf.debug.tracing():
        tape, y, _ = network()
    assert "test_plot.py:" in str(plot(tape, y))


def test_names_are_escaped():
    v = tf.Variable(1.0, name='a"b')
    with tf.GradientTape() as tape:
        y = v * 2.0
    assert 'a\\"b' in str(plot(tape, y))


def test_functions_with_their_own_derivative():
    f = tf.custom_gradient(lambda x: ((x, x * 2.0), lambda a, b: a + b))
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        a, b = f(v * 1.0)
        y = a * b
    assert any(label.startswith("<lambda>") for label in boxes(str(plot(tape, y))).values())


def test_the_text_as_a_file(tmp_path):
    tape, y, _ = network()
    made = plot(tape, y, path=tmp_path / "tape.dot")
    assert (tmp_path / "tape.dot").read_text() == str(made)
    assert repr(made).startswith("<Plot")


needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


@needs_graphviz
def test_pictures(tmp_path):
    pytest.importorskip("graphviz")
    for make in (lambda: network()[:2], lambda: network(20)[:2], lambda: unrolled(100)[:2]):
        made = plot(*make(), path=tmp_path / "tape.png", norms=True)
        assert (tmp_path / "tape.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in made._repr_svg_()


def test_without_graphviz_there_is_the_text(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    tape, y, _ = network()
    with pytest.warns(RuntimeWarning, match="pip install gradtape"):
        made = plot(tape, y, path=tmp_path / "tape.png")
    assert (tmp_path / "tape.dot").read_text() == str(made)
    assert made._repr_svg_() is None
    with pytest.raises(RuntimeError, match="Graphviz"):
        made.render("png")


def test_without_the_program_dot(monkeypatch):
    pytest.importorskip("graphviz")
    monkeypatch.setenv("PATH", "")
    tape, y, _ = network()
    assert plot(tape, y)._repr_svg_() is None


def test_it_has_its_name_each_time_it_is_asked_for():
    assert tf.debug.plot is plot
    assert tf.debug.plot is plot


def test_ways_that_begin_at_one_of_several_outputs():
    x = tf.Variable([1.0, 2.0], name="x")
    with tf.GradientTape() as tape:
        a, b = tf.split(x, 2)
        y = a * b
    assert sorted(label.split("\\n")[0] for label in boxes(str(plot(tape, y, a))).values()) == ["multiply", "tensor"]
    assert len(boxes(str(plot(tape, y, x)))) == 3


def test_a_ragged_tensor_is_drawn_as_its_values():
    x = tf.ragged.constant([[1.0, 2.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    assert len(boxes(str(plot(tape, y, x)))) == 2


def test_a_function_has_no_norms():
    f = tf.function(lambda x: tf.sin(x) * 2.0).get_concrete_function(tf.constant(1.0))
    assert str(plot(f, norms=True)) == str(plot(f))


def test_sources_that_are_no_tensors():
    tape, y, _ = network()
    with pytest.raises(TypeError, match="tensors and variables"):
        plot(tape, y, 3.0)
