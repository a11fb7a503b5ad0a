"""Profiles: what is in them, in which form, and that nothing of them stays."""

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.function.function import ConcreteFunction, Function
from gradtape.profiler import collector
from gradtape.replay import program as replay
from gradtape.values.thread import current

profiler = tf.profiler.experimental


def profiled(folder: Path) -> list[dict[str, Any]]:
    """The events of the one profile in a folder that took time, and those that name threads."""
    (path,) = folder.glob("plugins/profile/*/*.trace.json.gz")
    found = json.loads(gzip.decompress(path.read_bytes()))
    return found["traceEvents"]  # type: ignore[no-any-return]


def events(folder: Path) -> list[dict[str, Any]]:
    return [event for event in profiled(folder) if event["ph"] == "X"]


def within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    end, outer_end = inner["ts"] + inner["dur"], outer["ts"] + outer["dur"]
    return bool(inner["tid"] == outer["tid"] and inner["ts"] >= outer["ts"] and end <= outer_end + 1e-3)


def one(folder: Path, name: str) -> dict[str, Any]:
    (found,) = [event for event in events(folder) if event["name"] == name]
    return found


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_operations_derivatives_and_steps_are_in_the_profile_and_nest(tmp_path: Path) -> None:
    w = tf.Variable(np.ones((3, 3)))
    with profiler.Profile(str(tmp_path)):
        for step in range(2):
            with profiler.Trace("train", step_num=step, _r=1):
                with tf.GradientTape() as tape:
                    y = tf.reduce_sum(tf.tanh(w @ w))
                tape.gradient(y, w)
    found = events(tmp_path)
    names = [event["name"] for event in found if event["tid"] and event["cat"] in ("operation", "derivative")]
    assert names == 2 * ["MatMul", "Tanh", "Sum", "SumGrad", "TanhGrad", "MatMulGrad", "MatMulGrad", "AddN"]
    steps = [event for event in found if event["name"] == "train"]
    assert [event["args"] for event in steps] == [{"step_num": 0, "_r": 1}, {"step_num": 1, "_r": 1}]
    passes = [event for event in found if event["name"] == "GradientTape.gradient"]
    for event in found:
        if event["cat"] == "derivative":
            assert sum(within(event, p) for p in passes) == 1
        if event["cat"] in ("operation", "derivative", "backward"):
            assert sum(within(event, s) for s in steps) == 1
    rows = {event["tid"]: event["args"]["name"] for event in profiled(tmp_path) if event["name"] == "thread_name"}
    assert rows == {0: "Steps", 1: "MainThread"}
    assert [event["name"] for event in found if event["tid"] == 0] == ["0", "1"]


def test_what_is_in_functions_branches_and_loops_nests_in_their_calls(tmp_path: Path) -> None:
    @tf.function
    def f(x: Any) -> Any:
        if tf.reduce_sum(x) > 0.0:
            x = tf.sin(x)
        for _ in tf.range(3):
            x = tf.cos(x)
        return x

    with profiler.Profile(str(tmp_path)):
        f(tf.ones([2]))
        f(tf.ones([2]))
    found = events(tmp_path)
    calls = [event for event in found if event["name"] == "f"]
    assert len(calls) == 2
    for name, count in (("Sin", 1), ("Cos", 3), ("If", 1), ("While", 1)):
        assert [sum(within(event, call) for event in found if event["name"] == name) for call in calls] == [count] * 2
    loops = [event for event in found if event["name"] == "While"]
    assert sum(within(event, loop) for loop in loops for event in found if event["name"] == "Cos") == 6
    assert one(tmp_path, "trace f")["cat"] == "tracing"


def test_programs_of_xla_and_their_compilation_are_in_the_profile(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    f = tf.function(lambda x: tf.sin(x) * 2.0, jit_compile=True)
    with profiler.Profile(str(tmp_path)):
        f(tf.ones([3]))
        f(tf.ones([3]))
    runs = [event for event in events(tmp_path) if event["name"] == "XLA lambda"]
    assert len(runs) == 2
    assert within(one(tmp_path, "compile lambda"), runs[0])


def test_elements_of_datasets_are_in_the_profile(tmp_path: Path) -> None:
    data = tf.data.Dataset.range(4).map(lambda x: tf.cast(x, tf.float32)).batch(2)
    with profiler.Profile(str(tmp_path)):
        assert len(list(data)) == 2
    drawn = [event for event in events(tmp_path) if event["name"] == "IteratorGetNext"]
    assert [event["cat"] for event in drawn] == ["input"] * 3  # the last finds the end


def test_what_is_told_of_a_trace_is_what_it_was_then(tmp_path: Path) -> None:
    step = tf.Variable(3, dtype=tf.int64)
    profiler.start(str(tmp_path))
    with profiler.Trace("train", step_num=step, loss=tf.constant(0.5), nan=float("nan"), label="7", large=2**70):
        step.assign_add(1)
    profiler.stop()
    told = {"step_num": 3, "loss": 0.5, "nan": "nan", "label": "7", "large": str(2**70)}
    assert one(tmp_path, "train")["args"] == told


def test_what_began_before_begins_with_the_profile(tmp_path: Path) -> None:
    f = tf.function(lambda x: tf.py_function(lambda x: profiler.start(str(tmp_path)), [x], []))
    f(1.0)
    f_ = tf.sin(1.0)
    del f_
    profiler.stop()
    assert all(event["ts"] >= 0 and event["dur"] >= 0 for event in events(tmp_path))


def test_each_thread_has_a_row_also_one_that_began_before_or_ended(tmp_path: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def early() -> None:
        tf.sin(tf.ones([2]))
        begun.set()
        go.wait(20)
        tf.cos(tf.ones([2]))

    before = threading.Thread(target=early, name="early")
    before.start()
    begun.wait(20)
    with profiler.Profile(str(tmp_path)):
        late = threading.Thread(target=lambda: tf.tan(tf.ones([2])), name="late")
        late.start()
        late.join()
        go.set()
        before.join()
        tf.exp(tf.ones([2]))
    rows = {event["tid"]: event["args"]["name"] for event in profiled(tmp_path) if event["name"] == "thread_name"}
    by = {rows[event["tid"]]: event["name"] for event in events(tmp_path) if event["name"] in ("Cos", "Tan", "Exp")}
    assert by == {"early": "Cos", "late": "Tan", "MainThread": "Exp"}


def test_options_choose_what_is_noted(tmp_path: Path) -> None:
    f = tf.function(lambda x: tf.sin(x))
    f(tf.ones([2, 3]))
    for level in (1, 3):
        with profiler.Profile(str(tmp_path / str(level)), profiler.ProfilerOptions(level, int(level == 3))):
            x = tf.ones([2, 3])
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.tanh(f(x))
            tape.gradient(y, x)
    assert {event["name"] for event in events(tmp_path / "1")} == {"lambda", "GradientTape.gradient"}
    args = one(tmp_path / "3", "Tanh")["args"]
    assert args["shapes"] == "float32[2,3]"
    line = Path(__file__).read_text("utf-8").splitlines()[int(args["line"].rpartition(":")[2]) - 1]
    assert "y = tf.tanh(f(x))" in line
    assert one(tmp_path / "3", "TanhGrad")["args"]["line"] == args["line"]  # that of what is differentiated


def test_a_profile_may_begin_later(tmp_path: Path) -> None:
    profiler.start(str(tmp_path), profiler.ProfilerOptions(delay_ms=60_000))
    tf.sin(tf.ones([2]))
    profiler.stop()
    assert not events(tmp_path)


def test_an_error_is_the_same_and_what_raised_it_is_in_the_profile(tmp_path: Path) -> None:
    f = tf.function(lambda x, i: tf.gather(tf.sin(x), i))

    def raised() -> str:
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            f(tf.eye(2), tf.constant([0, 7]))
        return str(error.value)

    def fail() -> None:
        with profiler.Profile(str(tmp_path)), profiler.Trace("outer"):
            assert raised() == expected
            with profiler.Trace("inner") as trace:
                trace.set_metadata(reason="none")
                _ = 1 / 0

    expected = raised()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert within(one(tmp_path, "inner"), one(tmp_path, "outer"))
    assert one(tmp_path, "inner")["args"] == {"reason": "none"}
    assert one(tmp_path, "GatherV2")["cat"] == "operation"


def test_values_and_assignments_are_what_they_are_without(tmp_path: Path) -> None:
    def run() -> list[Any]:
        v = tf.Variable(np.arange(1.0, 5.0).reshape(2, 2))

        @tf.function
        def step(x: Any) -> Any:
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(tf.exp(-x @ v) * v)
            v.assign_sub(0.1 * tape.gradient(y, v))
            return tf.scan(lambda a, b: a * b + y, x)

        out = [step(tf.constant(np.eye(2))) for _ in range(3)]
        with tf.GradientTape(persistent=True) as tape:
            y = step(v * 1.0)
        return [*out, y, v.read_value(), tape.gradient(y, v), tape.jacobian(y, v)]

    expected = run()
    with profiler.Profile(str(tmp_path)):
        found = run()
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


# --- on and off -------------------------------------------------------------------------------------------------------


def test_there_is_one_profile_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(tf.errors.UnavailableError, match="No profiler is running"):
        profiler.stop()
    profiler.start(str(tmp_path))
    with pytest.raises(tf.errors.AlreadyExistsError, match="Another profiler is running"):
        profiler.start(str(tmp_path))
    with pytest.raises(tf.errors.AlreadyExistsError, match="Another profiler is running"), profiler.Profile("other"):
        pass
    profiler.stop(save=False)
    assert not list(tmp_path.iterdir())
    with pytest.raises(tf.errors.UnavailableError, match="No profiler is running"):
        profiler.stop()


def test_two_profiles_in_one_second_are_two_runs(tmp_path: Path) -> None:
    for _ in range(3):
        with profiler.Profile(str(tmp_path)):
            tf.sin(1.0)
    assert len(list(tmp_path.glob("plugins/profile/*/*.trace.json.gz"))) == 3


def test_nothing_stays_when_it_has_ended(tmp_path: Path) -> None:
    def places() -> list[Any]:
        thread = current.thread
        methods = [vars(cls)[name] for cls, name in ((ConcreteFunction, "run_on"), (Function, "_traced_once"),
                                                     (tf.GradientTape, "gradient"))]  # fmt: skip
        return [thread.run, thread.around, thread.entries, replay.program_of, *methods]

    before = places()
    with profiler.Profile(str(tmp_path), profiler.ProfilerOptions(3, 1)):
        assert not any(a is b for a, b in zip(places(), before, strict=True))
        tf.sin(1.0)
    assert all(a is b for a, b in zip(places(), before, strict=True))
    assert not collector.listening()


def test_other_tools_go_on_with_it_and_after_it(tmp_path: Path) -> None:
    zero, x = tf.constant(0.0), tf.Variable(0.0)

    def derive() -> None:
        with tf.GradientTape() as tape:
            y = tf.sqrt(x)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Infinity or NaN in the derivative"):
            tape.gradient(y, x)

    profiler.start(str(tmp_path))
    with tf.debug.check_numerics():
        with pytest.raises(tf.errors.InvalidArgumentError, match="Infinity or NaN"):
            tf.math.log(zero)
        profiler.stop()
        with pytest.raises(tf.errors.InvalidArgumentError, match="Infinity or NaN"):
            tf.math.log(zero)
    assert np.isneginf(tf.math.log(zero))
    assert one(tmp_path, "Log")["cat"] == "operation"
    with tf.debug.check_numerics():
        with profiler.Profile(str(tmp_path / "inside")):
            derive()
        derive()
    assert one(tmp_path / "inside", "SqrtGrad")["cat"] == "derivative"
    with profiler.Profile(str(tmp_path / "traced")), tf.debug.tracing(), tf.GradientTape() as tape:
        y = tf.constant(np.mean(x * x))
    assert tape.explain(y, x).cause is tf.debug.Cause.NUMPY


@pytest.mark.parametrize("order", ["profile around", "check around", "profile on", "check on"])
def test_a_profile_and_a_check_may_begin_and_end_in_any_order(tmp_path: Path, order: str) -> None:
    x = tf.Variable(1.0)

    def step() -> None:
        with tf.GradientTape() as tape:
            y = tf.sin(x)
        tape.gradient(y, x)

    if order.startswith("profile"):
        profiler.start(str(tmp_path))
        check = tf.debug.check_numerics()
    else:
        check = tf.debug.check_numerics()
        profiler.start(str(tmp_path))
    step()
    if order in ("profile around", "check on"):
        check.__exit__(None, None, None)
        step()
        profiler.stop()
    else:
        profiler.stop()
        step()
        check.__exit__(None, None, None)
    step()
    assert current.thread.around is current.thread.look is None
    count = 2 if order in ("profile around", "check on") else 1
    for name in ("Sin", "SinGrad"):
        assert [event["name"] for event in events(tmp_path)].count(name) == count


def test_forward_mode_is_profiled_too(tmp_path: Path) -> None:
    x = tf.constant(0.5)
    with profiler.Profile(str(tmp_path)), tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as forward:
        y = tf.sin(x)
    np.testing.assert_allclose(forward.jvp(y), np.cos(0.5), rtol=1e-6)
    assert "Sin" in {event["name"] for event in events(tmp_path)}


# --- for TensorBoard --------------------------------------------------------------------------------------------------


def test_another_reader_finds_the_same_in_the_xspace(tmp_path: Path) -> None:
    pytest.importorskip("google.protobuf")
    reader = pytest.importorskip("jax.profiler")
    if not hasattr(reader, "ProfileData"):
        pytest.skip("this JAX reads no profiles")
    with profiler.Profile(str(tmp_path)), profiler.Trace("step", step_num=4, kind="train", rate=0.5):
        tf.sin(tf.ones([2]))
    (path,) = tmp_path.glob("plugins/profile/*/*.xplane.pb")
    (plane,) = reader.ProfileData.from_file(str(path)).planes
    (line,) = plane.lines
    assert (plane.name, line.name) == ("/host:CPU", "MainThread")
    found = {event.name: event for event in line.events}
    assert set(found) == {"step", "Sin:Sin"}
    assert dict(found["step"].stats) == {"step_num": 4, "kind": "train", "rate": 0.5}
    assert found["step"].duration_ns == pytest.approx(1000 * one(tmp_path, "step")["dur"], abs=2)
    assert abs(found["step"].start_ns / 1e9 - time.time()) < 60


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


SERVED = """
import sys
import gradtape as tf
tf.profiler.experimental.server.start(int(sys.argv[1]))
print("ready", flush=True)
for _ in range(10**9):
    tf.sin(1.0)
"""


def test_another_process_can_be_asked_for_a_profile(tmp_path: Path, port: int) -> None:
    pytest.importorskip("grpc")
    pytest.importorskip("google.protobuf")
    command = [sys.executable, "-c", SERVED, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            profiler.client.trace(f"grpc://localhost:{port}", str(tmp_path), 50)
            with pytest.raises(tf.errors.UnavailableError, match="Cannot listen on port"):
                profiler.server.start(port)
        finally:
            process.kill()
    assert {event["name"] for event in events(tmp_path)} == {"Sin"}
    with pytest.raises(tf.errors.UnavailableError, match="No trace event was collected"):
        profiler.client.trace(f"localhost:{port}", str(tmp_path), 50, num_tracing_attempts=1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="duration_ms must be positive"):
        profiler.client.trace(f"localhost:{port}", str(tmp_path), 0)


def test_names_are_tensorflows() -> None:
    assert set(tf.profiler.__all__) == {"experimental"}
    assert set(profiler.__all__) == {"Profile", "ProfilerOptions", "Trace", "client", "server", "start", "stop"}
    assert set(profiler.client.__all__) == {"monitor", "trace"}
    assert set(profiler.server.__all__) == {"start"}
    with pytest.raises(NotImplementedError, match="TPUs"):
        profiler.client.monitor("localhost:1", 10)
