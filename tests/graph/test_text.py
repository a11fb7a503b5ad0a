"""What a traced function looks like: its graph as text, as operations, and as a picture."""

import re
from typing import Any

import pytest

import gradtape as tf


@tf.function
def scaled(x, k):
    return tf.sin(x) * k + 1.0


def graph_of(f: Any, *args: Any) -> Any:
    return f.get_concrete_function(*args).graph


# --- text ------------------------------------------------------------------------------------------------------------


def test_a_graph_prints_an_operation_on_each_line() -> None:
    graph = graph_of(scaled, tf.TensorSpec([None, 3]), tf.constant(2.0))
    assert str(graph).splitlines() == [
        "scaled(x: float32[?,3], k: float32[])",
        "  %sin: float32[?,3] = sin(%x)",
        "  %multiply: float32[?,3] = multiply(%sin, %k)",
        "  %add: float32[?,3] = add(%multiply, 1.0)",
        "  return %add",
    ]


def test_attributes_and_small_constants_are_written_out_and_large_ones_are_not() -> None:
    table = tf.zeros([100, 2])

    @tf.function
    def f(x):
        return tf.reduce_sum(x * [1.0, 2.0] + table[:1], axis=0, keepdims=True) @ tf.transpose(table)

    text = str(graph_of(f, tf.ones([3, 2])))
    assert "multiply(%x, [1.0,2.0])" in text
    assert "float32[100,2]{...}" in text
    assert re.search(r"sum\(%add, (keepdims=True, axis=\(-2,\)|axis=\(-2,\), keepdims=True)\)", text)


def test_lengths_that_differ_are_values_in_attributes() -> None:
    f = tf.function(lambda x: tf.reshape(x, [tf.shape(x)[0] * 2, 2]))
    text = str(graph_of(f, tf.TensorSpec([None, 4])))
    assert re.search(r"%reshape\w*: float32\[\?,2\] = reshape\(%x, shape=\(%item, 2\)\)", text), text


def test_variables_have_their_names_and_assignments_come_last() -> None:
    v = tf.Variable([1.0, 2.0], name="weights")

    @tf.function
    def f(x):
        v.assign_add(x)
        return v * 2.0

    lines = str(graph_of(f, tf.ones([2]))).splitlines()
    assert lines[0] == "f(x: float32[2]), with the variables weights: float32[2]"
    assert lines[1] == "  %add: float32[2] = add(weights, %x)"
    assert lines[-1] == "  weights := %add"


def test_branches_and_loops_are_indented() -> None:
    @tf.function
    def f(x):
        for _ in tf.range(3):
            x = tf.cond(tf.reduce_sum(x) > 1.0, lambda: x / 2.0, lambda: x * 3.0)  # noqa: B023
        return x

    text = str(graph_of(f, tf.ones([2])))
    assert re.search(r"^      body\(", text, re.M), text
    assert re.search(r"^            branch 0\(.*\n +%multiply.*\n +return", text, re.M), text


def test_lines_of_the_program_are_told_when_it_was_traced_in_tracing() -> None:
    @tf.function
    def f(x):
        return tf.exp(x)

    with tf.debug.tracing():
        traced = graph_of(f, tf.ones([1]))
    assert re.search(r"exp\(%x\)  # .*test_text\.py:\d+", str(traced))
    assert "#" not in str(graph_of(scaled, tf.ones([1]), tf.ones([])))


def test_unknown_lengths_stay_unknown_in_a_function_that_was_first_called_by_another() -> None:
    inner = tf.function(lambda x: x + tf.ones(tf.shape(x)), input_signature=[tf.TensorSpec([None])])
    tf.function(lambda x: inner(x))(tf.ones([2]))
    assert str(inner.get_concrete_function().graph).startswith("lambda(x: float32[?])")
    assert inner(tf.ones([3])).shape == [3]


def test_values_of_one_name_are_told_apart() -> None:
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.tanh(x) * tf.tanh(x + 1.0) * tf.tanh(x + 2.0)
        return tape.gradient(y, x)

    names = re.findall(r"^  (%\w+):", str(graph_of(f, tf.ones([2]))), re.M)
    assert len(names) == len(set(names))


# --- operations ------------------------------------------------------------------------------------------------------


def test_operations_have_tensorflows_types() -> None:
    graph = graph_of(scaled, tf.ones([2]), tf.ones([]))
    assert [op.type for op in graph.get_operations()] == ["Sin", "Mul", "AddV2"]
    assert [op.name for op in graph.get_operations()] == ["sin", "multiply", "add"]
    assert [len(op.inputs) for op in graph.get_operations()] == [1, 2, 2]


def test_a_graph_def_has_a_node_also_for_each_argument_constant_and_result() -> None:
    nodes = graph_of(scaled, tf.ones([2]), tf.ones([])).as_graph_def().node
    assert [f"{node.op} {node.name}{node.input}" for node in nodes] == [
        "Placeholder x[]",
        "Placeholder k[]",
        "Sin sin['x']",
        "Mul multiply['sin', 'k']",
        "Const Const[]",
        "AddV2 add['multiply', 'Const']",
        "Identity Identity['add']",
    ]


# --- what XLA is given -----------------------------------------------------------------------------------------------


def test_compiled_functions_export_stablehlo_and_hlo() -> None:
    pytest.importorskip("jax")
    v = tf.Variable([1.0, 2.0])
    f = tf.function(lambda x, k=2.0: tf.sin(x) * v * k, jit_compile=True)
    ir = f.experimental_get_compiler_ir(tf.ones([2]), k=3.0)
    assert "stablehlo.sine" in ir(stage="stablehlo")
    assert ir() == ir(stage="hlo")
    assert "f32[2]{0} sine" in ir(stage="hlo")
    assert "fusion" in ir(stage="optimized_hlo")
    assert isinstance(ir(stage="hlo_serialized"), bytes)
    assert isinstance(ir(stage="optimized_hlo_serialized"), bytes)
    assert f.experimental_get_compiler_ir(tf.TensorSpec([2]), k=3.0)(stage="hlo") == ir(stage="hlo")
    with pytest.raises(ValueError, match="Unknown stage 'other': use one of stablehlo, hlo"):
        ir(stage="other")


def test_only_compiled_functions_have_compiler_ir() -> None:
    with pytest.raises(ValueError, match="jit_compile=True"):
        scaled.experimental_get_compiler_ir(tf.ones([]), tf.ones([]))


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_function_its_trace_and_its_graph_draw_alike() -> None:
    f = tf.function(lambda x: tf.sin(x) * 2.0)
    concrete = f.get_concrete_function(tf.ones([2]))
    assert str(tf.debug.plot(f)) == str(tf.debug.plot(concrete)) == str(tf.debug.plot(concrete.graph))
    assert re.search(r'label="sin\\n\(2\)"', str(tf.debug.plot(f)))


def test_a_picture_frames_branches_and_shows_what_is_assigned() -> None:
    v = tf.Variable(1.0, name="v")

    @tf.function
    def f(x):
        v.assign(tf.cond(x > 0.0, lambda: tf.exp(x), lambda: tf.sin(x)))

    text = str(tf.debug.plot(graph_of(f, tf.ones([]))))
    assert re.search(r'subgraph cluster_\d+ \{\n.*label="branch 0"', text)
    assert "v :=" in text


def test_a_picture_of_many_operations_is_folded() -> None:
    @tf.function
    def f(x):
        for i in range(60):
            x = tf.sin(x) + tf.cos(x) * float(i)
        return x

    plot = tf.debug.plot(graph_of(f, tf.ones([2])), limit=20)
    assert plot.folded == "families"
    assert plot.source.count("label=") < 60


def test_plot_wants_one_trace() -> None:
    f = tf.function(lambda x: x)
    with pytest.raises(ValueError, match="has 0 traces"):
        tf.debug.plot(f)
    with pytest.raises(TypeError, match=r"give a tape and its target, a tf\.function, or a graph"):
        tf.debug.plot(3)
