"""Event files: what is in them, when it is written, and that TensorBoard shows it."""

import contextlib
import json
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf

messages = pytest.importorskip("gradtape.io.messages")
pytest.importorskip("google.protobuf")


def events(folder: Path) -> list[Any]:
    """All events of the files in a folder, the first of each file left out."""
    found = []
    for path in sorted(folder.glob("events.out.tfevents.*")):
        data, at = path.read_bytes(), 0
        while at < len(data):
            (length,) = struct.unpack_from("<Q", data, at)
            found.append(messages.Event.FromString(data[at + 12 : at + 12 + length]))
            at += 16 + length
    return [event for event in found if not event.file_version]


def scalars(folder: Path) -> list[tuple[str, int, float]]:
    return [
        (value.tag, event.step, float(np.frombuffer(value.tensor.tensor_content, np.float32)[0]))
        for event in events(folder)
        for value in event.summary.value
        if value.metadata.plugin_data.plugin_name == "scalars"
    ]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Any]:
    made = tf.summary.create_file_writer(str(tmp_path))
    with made.as_default():
        yield made
    tf.summary.experimental.set_step(None)


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    tf.summary.create_file_writer(str(tmp_path / "a" / "b"), filename_suffix=".end")
    (path,) = (tmp_path / "a" / "b").glob("events.out.tfevents.*.end")
    first = messages.Event.FromString(path.read_bytes()[12:-4])
    assert first.file_version == "brain.Event:2"


def test_scalars_are_written_with_their_step(writer: Any, tmp_path: Path) -> None:
    assert tf.summary.scalar("x", 1.5, step=3)
    with tf.name_scope("train"):
        tf.summary.scalar("loss", tf.constant(2), step=tf.Variable(4, dtype=tf.int64))
    tf.summary.experimental.set_step(7)
    tf.summary.scalar("y", 0.25)
    writer.flush()
    assert scalars(tmp_path) == [("x", 3, 1.5), ("train/loss", 4, 2.0), ("y", 7, 0.25)]


def test_what_is_no_scalar_and_what_has_no_step_is_refused(writer: Any) -> None:
    with pytest.raises(ValueError, match="Expected scalar shape, saw shape"):
        tf.summary.scalar("x", [1.0, 2.0], step=1)
    with pytest.raises(ValueError, match="No step set"):
        tf.summary.scalar("x", 1.0)
    with pytest.raises(ValueError, match="must have rank 4"):
        tf.summary.image("x", np.zeros((2, 3, 1)), step=1)
    with pytest.raises(TypeError, match="must be of type"):
        tf.summary.text("x", 3, step=1)


def test_nothing_is_written_without_a_writer_or_where_a_condition_says_no(tmp_path: Path) -> None:
    assert not tf.summary.scalar("x", 1.0, step=1)
    assert not tf.summary.should_record_summaries()
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        with tf.summary.record_if(False):
            assert not tf.summary.scalar("no", 1.0, step=1)
        with tf.summary.record_if(lambda: tf.summary.experimental.get_step() % 2 == 0):
            for step in range(4):
                tf.summary.experimental.set_step(step)
                tf.summary.scalar("even", float(step))
        with tf.summary.create_noop_writer().as_default():
            assert not tf.summary.scalar("no", 1.0, step=1)
    tf.summary.experimental.set_step(None)
    assert scalars(tmp_path) == [("even", 0, 0.0), ("even", 2, 2.0)]


def test_functions_write_in_order_each_time_that_they_run(writer: Any, tmp_path: Path) -> None:
    step = tf.Variable(7, dtype=tf.int64)
    tf.summary.experimental.set_step(step)

    @tf.function
    def train(x: Any) -> None:
        tf.summary.scalar("before", x)
        step.assign_add(1)
        tf.summary.scalar("after", 2 * x)
        for i in tf.range(2):
            tf.summary.scalar("loop", tf.cast(i, tf.float32), step=tf.cast(i, tf.int64))
        with tf.summary.record_if(x > 1.0):
            tf.summary.scalar("large", x, step=100)

    train(tf.constant(1.0))
    train(tf.constant(2.0))
    writer.flush()
    assert scalars(tmp_path) == [
        ("before", 7, 1.0), ("after", 8, 2.0), ("loop", 0, 0.0), ("loop", 1, 1.0),
        ("before", 8, 2.0), ("after", 9, 4.0), ("loop", 0, 0.0), ("loop", 1, 1.0), ("large", 100, 2.0),
    ]  # fmt: skip


def test_histograms_are_intervals_and_counts(writer: Any, tmp_path: Path) -> None:
    tf.summary.histogram("h", [1.0, 2.0, 2.0, 5.0], step=1, buckets=4)
    tf.summary.histogram("h", [3.0, 3.0], step=2, buckets=2)
    tf.summary.histogram("h", tf.zeros([0]), step=3, buckets=1)
    writer.flush()
    arrays = [
        np.array(tf.io.parse_tensor(e.summary.value[0].tensor.SerializeToString(), tf.float64))
        for e in events(tmp_path)
    ]
    np.testing.assert_array_equal(arrays[0], [[1, 2, 1], [2, 3, 2], [3, 4, 0], [4, 5, 1]])
    np.testing.assert_array_equal(arrays[1], [[3, 3, 0], [3, 3, 2]])
    np.testing.assert_array_equal(arrays[2], [[0, 0, 0]])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("data", "counts"),
    [
        ([1.0, 2.0, np.inf], [2, 0]),
        ([-np.inf, 1.0, np.inf], [0, 0]),
        ([np.nan, 1.0], [0, 0]),
        ([np.inf], [0, 1]),
        ([-1e308, 1e308], [1, 0]),
    ],
)
def test_histograms_leave_out_what_is_in_no_interval(
    writer: Any, tmp_path: Path, data: list[float], counts: list[int]
) -> None:
    """Weights of a training that diverges: TensorBoard's formula gives these counts."""
    tf.summary.histogram("h", tf.constant(data, tf.float64), step=1, buckets=2)
    writer.flush()
    (event,) = events(tmp_path)
    buckets = np.array(tf.io.parse_tensor(event.summary.value[0].tensor.SerializeToString(), tf.float64))
    np.testing.assert_array_equal(buckets[:, 2], counts)


def test_pictures_sounds_and_text_are_as_plugins_read_them(writer: Any, tmp_path: Path) -> None:
    pixels = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    tf.summary.image("i", pixels, step=1, max_outputs=1)
    tf.summary.image("f", np.float32([[[[0.0], [0.5], [1.0], [7.0]]]]), step=1)
    tf.summary.audio("a", np.float32([[[-1.0], [0.0], [0.5], [1.0]]]), 8000, step=1)
    tf.summary.text("t", [["a", "b"]], step=1, description="about")
    writer.flush()
    image, grays, audio, text = (event.summary.value[0] for event in events(tmp_path))
    width, height, file = image.tensor.string_val
    assert (width, height, image.metadata.plugin_data.plugin_name) == (b"5", b"4", "images")
    np.testing.assert_array_equal(tf.io.decode_png(file), pixels[0])
    assert tf.io.decode_png(grays.tensor.string_val[2]).numpy().ravel().tolist() == [0, 127, 255, 255]
    sound, label = audio.tensor.string_val
    assert (sound[:4], sound[8:16], struct.unpack_from("<I", sound, 24)[0], label) == (b"RIFF", b"WAVEfmt ", 8000, b"")
    assert struct.unpack("<4h", sound[44:]) == (-32768, 0, 16384, 32767)
    assert [d.size for d in audio.tensor.tensor_shape.dim] == [1, 2]
    assert (text.tensor.string_val[:], text.metadata.summary_description) == ([b"a", b"b"], "about")


def test_events_wait_and_are_in_the_file_when_the_writer_is_flushed_or_closed(tmp_path: Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path), max_queue=2)
    writer.set_as_default(step=1)
    try:
        counts = []
        for i in range(4):
            tf.summary.scalar("x", float(i))
            counts.append(len(events(tmp_path)))
        assert counts[2:] == [3, 3]
        tf.summary.flush()
        assert len(events(tmp_path)) == 4
        tf.summary.scalar("x", 4.0)
        writer.close()
        assert len(events(tmp_path)) == 5
        with pytest.raises(RuntimeError, match="is already closed"):
            tf.summary.scalar("x", 5.0)
    finally:
        tf.summary.writer._state.writer = None
        tf.summary.experimental.set_step(None)


def test_tensors_are_written_for_other_plugins(writer: Any, tmp_path: Path) -> None:
    metadata = messages.SummaryMetadata()
    metadata.plugin_data.plugin_name = "mine"
    tf.summary.write("x", lambda: tf.constant([1, 2]), step=1, metadata=metadata)
    summary = messages.Summary()
    summary.value.add(tag="raw", simple_value=0.5)
    tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=2)
    writer.flush()
    first, second = events(tmp_path)
    assert first.summary.value[0].metadata == metadata
    assert (second.step, second.summary.value[0].simple_value) == (2, 0.5)


# --- graphs -----------------------------------------------------------------------------------------------------------


@tf.function
def branching(x: Any, n: Any) -> Any:
    with tf.name_scope("layer"):
        x = tf.nn.relu(x * 2.0)
    if tf.reduce_sum(x) > 0.0:
        x = tf.sin(x)
    for _ in tf.range(n):
        x = tf.cos(x)
    return x


def graph() -> Any:
    return branching.get_concrete_function(tf.TensorSpec([None, 2]), tf.TensorSpec([], tf.int32)).graph


def test_a_graph_is_written_as_tensorflow_writes_it(writer: Any, tmp_path: Path) -> None:
    assert tf.summary.graph(graph())
    assert tf.summary.graph(graph().as_graph_def())
    writer.flush()
    first, second = (messages.GraphDef.FromString(event.graph_def) for event in events(tmp_path))
    assert first == second
    nodes = {node.name: node for node in first.node}
    assert (nodes["x"].op, nodes["x"].attr["dtype"].type) == ("Placeholder", messages.DATA_TYPES["DT_FLOAT"])
    assert [d.size for d in nodes["x"].attr["shape"].shape.dim] == [-1, 2]
    assert nodes["layer/relu"].input == ["layer/multiply"]
    assert [d.size for d in nodes["layer/relu"].attr["_output_shapes"].list.shape[0].dim] == [-1, 2]
    functions = {function.signature.name: function for function in first.library.function}
    (branch,) = (node for node in first.node if node.op == "If")
    then = functions[branch.attr["then_branch"].func.name]
    assert [node.op for node in then.node_def] == ["Sin", "Identity"]
    assert list(then.node_def[0].input) == [then.signature.input_arg[0].name]
    assert list(then.node_def[1].input) == [f"{then.node_def[0].name}:output:0"]
    (loop,) = (node for node in first.node if node.op == "While")
    assert "Cos" in {node.op for node in functions[loop.attr["body"].func.name].node_def}


def test_what_a_function_assigns_is_in_its_graph(writer: Any, tmp_path: Path) -> None:
    v = tf.Variable([1.0, 2.0], name="v")
    f = tf.function(lambda x: v.assign(x * 2.0))
    tf.summary.graph(f.get_concrete_function(tf.ones([2])).graph)
    writer.flush()
    (event,) = events(tmp_path)
    nodes = [(node.op, list(node.input)) for node in messages.GraphDef.FromString(event.graph_def).node]
    assert ("AssignVariableOp", ["v", "multiply"]) in nodes


def test_what_is_no_graph_is_refused(writer: Any) -> None:
    with pytest.raises(ValueError, match=r"not tf.Graph or tf.compat.v1.GraphDef. Received graph_data=x of type str"):
        tf.summary.graph("x")
    with pytest.raises(ValueError, match="inside a graph context"):
        tf.function(lambda: tf.summary.graph(graph()))()
    with tf.summary.record_if(False):
        assert not tf.summary.graph(graph())


def test_traces_have_the_graphs_of_the_functions_that_ran(writer: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Must enable trace before export through tf.summary.trace_on"):
        tf.summary.trace_export("t", step=1)
    tf.summary.trace_on()
    tf.summary.trace_on()  # which says that it is on
    branching(tf.ones([1, 2]), tf.constant(2))
    tf.function(lambda x: tf.tan(x))(1.0)
    with pytest.raises(ValueError, match="No step set"):
        tf.summary.trace_export("t")
    tf.summary.trace_export("t", step=3)
    tf.summary.trace_off()
    branching(tf.ones([1, 2]), tf.constant(2))
    writer.flush()
    (event,) = events(tmp_path)
    (value,) = event.summary.value
    assert (event.step, value.tag) == (3, "t")
    assert value.metadata.plugin_data.plugin_name == "graph_run_metadata_graph"
    run = messages.RunMetadata.FromString(value.tensor.string_val[0])
    types = [{node.op for node in function.pre_optimization_graph.node} for function in run.function_graphs]
    assert ["If" in ops for ops in types] == [True, False]
    assert "Tan" in types[1]


def test_traces_may_be_profiled(writer: Any, tmp_path: Path) -> None:
    tf.summary.trace_on(profiler=True, profiler_outdir=str(tmp_path))
    branching(tf.ones([1, 2]), tf.constant(2))
    tf.summary.trace_export("t", step=1)
    assert len(list(tmp_path.glob("plugins/profile/*/*.trace.json.gz"))) == 1
    with pytest.raises(tf.errors.UnavailableError):
        tf.profiler.experimental.stop()


def test_tags_of_summaries_of_ones_own(writer: Any) -> None:
    with tf.name_scope("outer"), tf.summary.experimental.summary_scope("a b") as (tag, scope):
        assert (tag, scope) == ("outer/a b", "outer/ab/")
    with tf.summary.experimental.summary_scope("", "instead") as (tag, scope):
        assert (tag, scope) == ("instead", "instead/")


@contextlib.contextmanager
def tensorboard(folder: Path) -> Iterator[str]:
    """The address of a TensorBoard that shows a folder."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(folder), "--port", "0", "--load_fast=false"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if "http://" in line:
                yield line[line.index("http://") :].split()[0].rstrip("/")
                return
        raise AssertionError("TensorBoard did not start")
    finally:
        process.kill()
        process.wait()


def test_tensorboard_shows_scalars_histograms_pictures_and_graphs(writer: Any, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    for step in range(3):
        tf.summary.scalar("loss", 1.0 / (step + 1), step=step)
    tf.summary.histogram("weights", tf.range(10.0), step=1, buckets=5)
    pixels = np.arange(60, dtype=np.uint8).reshape(1, 4, 5, 3)
    tf.summary.image("picture", pixels, step=1)
    tf.summary.graph(graph())
    tf.summary.trace_on()
    branching(tf.ones([1, 2]), tf.constant(2))
    tf.summary.trace_export("traced", step=1)
    writer.flush()

    def get(path: str) -> Any:
        deadline = time.monotonic() + 60
        while True:
            with (
                contextlib.suppress(urllib.error.HTTPError),
                urllib.request.urlopen(f"{address}/data/plugin/{path}") as r,
            ):
                body = r.read()
                if body not in (b"[]", b"{}"):
                    return body
            assert time.monotonic() < deadline
            time.sleep(0.5)

    with tensorboard(tmp_path) as address:
        points = json.loads(get("scalars/scalars?tag=loss&run=."))
        assert [(step, value) for _, step, value in points] == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
        ((_, step, buckets),) = json.loads(get("histograms/histograms?tag=weights&run=."))
        assert (step, sum(count for _, _, count in buckets)) == (1, 10)
        (shown,) = json.loads(get("images/images?tag=picture&run=.&sample=0"))
        np.testing.assert_array_equal(tf.io.decode_png(get(f"images/individualImage?{shown['query']}")), pixels[0])
        for tag in ("", "&tag=traced"):
            shown = get(f"graphs/graph?run=.{tag}&conceptual=false").decode()
            assert 'name: "layer/relu"' in shown
            assert "then_branch" in shown
