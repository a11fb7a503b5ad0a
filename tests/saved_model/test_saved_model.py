"""Saving and loading modules: what comes back, what is refused, and that nothing in a file can run."""

import ast
import contextlib
import copy
import hashlib
import importlib.util
import inspect
import json
import pkgutil
import random
import re
import struct
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.operations.primitive import named
from gradtape.saved_model import files
from gradtape.saved_model.load import _Loader
from gradtape.saved_model.save import SaveOptions, _Saver
from gradtape.saved_model.weights import Weights, packed
from gradtape.values import symbolic
from gradtape.values.tensor import Tensor
from tests.operations.operation import Operation, flatten, is_array
from tests.operations.table import rows


class Dense(tf.Module):
    def __init__(self, inputs: int, outputs: int, name: str | None = None) -> None:
        super().__init__(name=name)
        self.w = tf.Variable(tf.random.stateless_normal([inputs, outputs], [1, inputs]), name="w")
        self.b = tf.Variable(tf.zeros([outputs]), name="b")

    def __call__(self, x: Any) -> Any:
        return tf.tanh(x @ self.w + self.b)


class Net(tf.Module):
    def __init__(self) -> None:
        super().__init__(name="net")
        self.layers = [Dense(3, 4, name="first"), Dense(4, 1)]
        self.steps = tf.Variable(0, trainable=False, name="steps")

    @tf.function
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([None, 1])])
    def train(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x) - y) ** 2)
        weights = [v for layer in self.layers for v in (layer.w, layer.b)]
        for v, g in zip(weights, tape.gradient(loss, weights), strict=True):
            v.assign_sub(0.1 * g)
        self.steps.assign_add(1)
        return {"loss": loss}


X = tf.random.stateless_normal([5, 3], [1, 2])
Y = tf.ones([5, 1])


def again(module: Any, path: Path, **options: Any) -> Any:
    tf.saved_model.save(module, path, **options)
    return tf.saved_model.load(path)


def module_of(f: Any, signature: Any = None, **options: Any) -> tf.Module:
    module = tf.Module()
    module.f = tf.function(f, input_signature=signature, **options)
    return module


# --- objects ----------------------------------------------------------------------------------------------------------


def test_variables_modules_and_containers_come_back(tmp_path: Path) -> None:
    net = Net()
    net.table = {"a": (tf.Variable(1.0), tf.Variable([2], dtype=tf.int64)), "sizes": [3, "x", None, 2.5]}
    net.constant = tf.constant([1.0, 2.0])
    loaded = again(net, tmp_path)
    assert isinstance(loaded.layers, list)
    assert [v.name for v in loaded.variables] == [v.name for v in net.variables]
    assert [v.trainable for v in loaded.variables] == [v.trainable for v in net.variables]
    for mine, its in zip(net.variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
        assert mine.dtype is its.dtype
    assert loaded.layers[0].name == "first"
    assert loaded.table["sizes"] == [3, "x", None, 2.5]
    np.testing.assert_array_equal(loaded.constant, [1.0, 2.0])


def test_what_is_shared_is_shared_again_and_cycles_are_no_trouble(tmp_path: Path) -> None:
    parent, child = tf.Module(name="parent"), tf.Module(name="child")
    parent.child, child.parent = child, parent
    parent.v = child.v = tf.Variable(1.0)
    parent.pair = (child, [child])
    loaded = again(parent, tmp_path)
    assert loaded.child.parent is loaded
    assert loaded.pair[0] is loaded.pair[1][0] is loaded.child
    assert loaded.v is loaded.child.v


@pytest.mark.parametrize(
    "value",
    [
        np.float32(1.5), np.array([1, -2], np.int8), np.array([[1 + 2j]]), np.zeros([0, 3]), np.array([True, False]),
        np.array([np.inf, -np.inf, np.nan, -0.0]), np.arange(200, dtype=np.uint16).reshape(2, 100),
        "text", [b"\xff", b""],
        tf.constant([1.5, -2.0], tf.bfloat16), tf.constant([1.5, -2.0], tf.float16),
    ],
    ids=lambda value: str(getattr(value, "dtype", type(value).__name__)),
)  # fmt: skip
def test_values_come_back_bit_for_bit(value: Any, tmp_path: Path) -> None:
    module = tf.Module()
    module.v, module.c = tf.Variable(value), tf.constant(value)
    loaded = again(module, tmp_path)
    for before, after in ((module.v, loaded.v), (module.c, loaded.c)):
        assert before.dtype is after.dtype
        assert before.shape == after.shape
        if before.dtype == tf.string:
            assert np.all(before.numpy() == after.numpy())
        else:
            assert np.asarray(before.numpy()).tobytes() == np.asarray(after.numpy()).tobytes()


def test_a_shape_that_is_not_known_stays_so(tmp_path: Path) -> None:
    module = tf.Module()
    module.v = tf.Variable([1.0], shape=[None])
    loaded = again(module, tmp_path)
    loaded.v.assign([1.0, 2.0, 3.0])
    assert loaded.v.shape.as_list() == [None]


def test_a_generator_goes_on_where_it_was(tmp_path: Path) -> None:
    module = tf.Module()
    module.random = tf.random.Generator.from_seed(7)
    module.f = tf.function(lambda: module.random.normal([3]))
    module.f()
    loaded = again(module, tmp_path)
    np.testing.assert_array_equal(module.f(), loaded.f())
    np.testing.assert_array_equal(module.random.normal([2]), loaded.random.normal([2]))


# --- functions --------------------------------------------------------------------------------------------------------


def test_functions_compute_what_they_did(tmp_path: Path) -> None:
    net = Net()
    net(X)
    loaded = again(net, tmp_path)
    np.testing.assert_array_equal(net(X), loaded(X))
    for _ in range(3):
        np.testing.assert_array_equal(net.train(X, Y)["loss"], loaded.train(X, Y)["loss"])
    for mine, its in zip(net.variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())


def test_a_module_loads_where_its_source_is_not(tmp_path: Path) -> None:
    net = Net()
    net.train(X, Y)
    tf.saved_model.save(net, tmp_path)
    program = f"""if True:
        import gradtape as tf
        loaded = tf.saved_model.load({str(tmp_path)!r})
        print(float(loaded.train(tf.constant({X.numpy().tolist()}), tf.ones([5, 1]))["loss"]))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(float(net.train(X, Y)["loss"]))


def test_what_loads_when_it_is_asked_for_is_loaded_with_a_function_that_uses_it(tmp_path: Path) -> None:
    def spectrum(x: Any) -> Any:
        wave = tf.math.real(tf.signal.ifft(tf.signal.fft(tf.cast(x, tf.complex64)))) * tf.math.special.bessel_j0(x)
        large = tf.image.resize(tf.reshape(wave, [1, -1, 1]), [1, 6])
        bits = tf.bitwise.left_shift(tf.size(x), 1)
        return tf.strings.format("{} {}", [tf.image.total_variation(large), bits])

    tf.saved_model.save(module_of(spectrum, [tf.TensorSpec([3])]), tmp_path)
    program = f"""if True:
        import gradtape as tf
        print(tf.saved_model.load({str(tmp_path)!r}).f(tf.constant([1.0, 2.0, 4.0])).numpy().decode())
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == spectrum(tf.constant([1.0, 2.0, 4.0])).numpy().decode()


def test_gradients_flow_to_any_order(tmp_path: Path) -> None:
    net = Net()
    net(X)
    loaded = again(net, tmp_path)

    def derivatives(model: Any) -> list[Any]:
        with tf.GradientTape() as outer, tf.GradientTape() as inner:
            loss = tf.reduce_sum(model(X) ** 2)
            first = inner.gradient(loss, model.trainable_variables)
            slope = tf.add_n([tf.reduce_sum(g * g) for g in first])
        return [*first, *outer.gradient(slope, model.trainable_variables)]

    for mine, its in zip(derivatives(net), derivatives(loaded), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-5)


def test_what_was_loaded_is_fine_tuned_and_saved_again(tmp_path: Path) -> None:
    net = Net()
    net(X)
    loaded = again(net, tmp_path / "one")
    before = loaded(X).numpy()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((loaded(X) - Y) ** 2)
    for v, g in zip(loaded.trainable_variables, tape.gradient(loss, loaded.trainable_variables), strict=True):
        v.assign_sub(0.5 * g)
    once_more = again(loaded, tmp_path / "two")
    assert not np.allclose(before, loaded(X))
    np.testing.assert_array_equal(loaded(X), once_more(X))
    np.testing.assert_array_equal(loaded.train(X, Y)["loss"], once_more.train(X, Y)["loss"])


def test_a_trace_is_found_by_the_arguments(tmp_path: Path) -> None:
    def f(x, power=2.0, *, shift=None):
        y = x**power
        return y if shift is None else {"y": y + shift}

    module = module_of(f)
    module.f(tf.constant([1.0, 2.0]))
    module.f(tf.constant([1.0, 2.0]), 3.0)
    module.f(tf.constant([1.0, 2.0]), shift=tf.constant(1.0))
    loaded = again(module, tmp_path)
    np.testing.assert_array_equal(loaded.f(tf.constant([3.0, 1.0])), [9.0, 1.0])
    np.testing.assert_array_equal(loaded.f([3.0, 1.0], power=3.0), [27.0, 1.0])  # a list is converted
    np.testing.assert_array_equal(loaded.f(tf.constant([3.0, 1.0]), shift=1.0)["y"], [10.0, 2.0])
    with pytest.raises(ValueError, match=r"(?s)Could not find matching concrete function.*Got:.*following 3 option.s."):
        loaded.f(tf.constant([1.0, 2.0, 3.0]))
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'other'"):
        loaded.f(tf.constant([1.0, 2.0]), other=1)


def test_structures_go_in_and_come_out(tmp_path: Path) -> None:
    point = namedtuple("point", "x y")
    module = module_of(lambda p, d: (point(p.x + d["k"], None), [d]))
    module.f(point(tf.constant(1.0), tf.constant(2.0)), {"k": tf.constant(3.0)})
    loaded = again(module, tmp_path)
    made, (rest,) = loaded.f(point(tf.constant(10.0), tf.constant(2.0)), {"k": tf.constant(5.0)})
    assert (float(made.x), made.y, float(rest["k"])) == (15.0, None, 5.0)
    assert type(made).__name__ == "point"


def test_a_function_that_was_never_called(tmp_path: Path) -> None:
    module = module_of(lambda x: x)
    module.known = tf.function(lambda x: x * 2.0, input_signature=[tf.TensorSpec([None])])
    loaded = again(module, tmp_path)
    assert float(loaded.known([4.0])[0]) == 8.0
    with pytest.raises(ValueError, match="Found zero restored functions"):
        loaded.f(tf.constant(1.0))


def test_variables_may_be_arguments(tmp_path: Path) -> None:
    def f(x, v, w):
        v.assign_add(x)
        return v * w

    module, v, w = module_of(f), tf.Variable(1.0), tf.Variable(2.0)
    module.f(tf.constant(1.0), v, w)
    loaded = again(module, tmp_path)
    assert float(loaded.f(tf.constant(3.0), v, w)) == 10.0
    assert float(v) == 5.0
    assert float(loaded.f.concrete_functions[0](tf.constant(1.0), v, w)) == 12.0
    with pytest.raises(ValueError, match="Could not find matching concrete function"):
        loaded.f(tf.constant(3.0), v, v)


def test_unknown_ranks_are_those_that_were_traced(tmp_path: Path) -> None:
    module = module_of(lambda x: tf.reduce_sum(x * x), [tf.TensorSpec(None)])
    module.f(tf.ones([2]))
    module.f(tf.ones([2, 2]))
    loaded = again(module, tmp_path)
    assert (float(loaded.f(tf.ones([3]))), float(loaded.f(tf.ones([3, 3])))) == (3.0, 9.0)


def test_branches_loops_and_their_gradients(tmp_path: Path) -> None:
    def f(x, n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.scan(lambda a, b: a * b + tf.sin(a), x)
            for _ in tf.range(3):
                y = y / 2.0 if tf.reduce_sum(y) > 1.0 else y * 3.0 + x
        i = 0
        z = y
        while i < n:
            z = tf.cos(z)
            i += 1
        return y, z, tape.gradient(y, x)

    module = module_of(f, [tf.TensorSpec([4, 2]), tf.TensorSpec([], tf.int32)])
    x, n = tf.random.stateless_normal([4, 2], [1, 1]), tf.constant(3)
    loaded = again(module, tmp_path / "one")
    once_more = again(loaded, tmp_path / "two")
    for model in (loaded, once_more):
        for mine, its in zip(module.f(x, n), model.f(x, n), strict=True):
            np.testing.assert_allclose(mine, its, rtol=1e-6)


def test_loops_over_unknown_lengths_and_values_that_grow(tmp_path: Path) -> None:
    def f(x, n):
        unknown = [tf.TensorShape([]), tf.TensorShape([None, 2])]
        step = lambda i, y: (i + 1, tf.concat([y, y * 2.0], 0))
        _, grown = tf.while_loop(lambda i, y: i < n, step, [0, x], shape_invariants=unknown)
        return grown, tf.map_fn(tf.sin, x)

    module = module_of(f, [tf.TensorSpec([None, 2]), tf.TensorSpec([], tf.int32)])
    loaded = again(module, tmp_path)
    for count, turns in ((3, 1), (2, 3), (4, 0)):
        x = tf.random.stateless_normal([count, 2], [1, 1])
        for mine, its in zip(module.f(x, turns), loaded.f(x, turns), strict=True):
            np.testing.assert_array_equal(mine, its)


def test_custom_gradients_are_kept(tmp_path: Path) -> None:
    @tf.custom_gradient
    def clipped(x):
        return x * 1.0, lambda g: tf.clip_by_value(g, -1.0, 1.0)

    loaded = again(module_of(lambda x: clipped(x), [tf.TensorSpec([])]), tmp_path)
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = 5.0 * loaded.f(x)
    assert float(tape.gradient(y, x)) == 1.0


def test_assertions_printing_and_random_numbers(tmp_path: Path, capfd: Any) -> None:
    def f(x):
        tf.debugging.assert_positive(x, message="too small")
        tf.print("x is", x, [x, "and"])
        return tf.random.normal([2])

    loaded = again(module_of(f, [tf.TensorSpec([])]), tmp_path)
    capfd.readouterr()
    one, two = loaded.f(3.0), loaded.f(3.0)
    assert not np.array_equal(one, two)
    assert capfd.readouterr().err == "x is 3 [3, 'and']\n" * 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="too small"):
        loaded.f(-3.0)


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX")
def test_a_compiled_function_stays_one(tmp_path: Path) -> None:
    module = module_of(lambda x: tf.sin(x) * 2.0, [tf.TensorSpec([None])], jit_compile=True)
    loaded = again(module, tmp_path)
    assert loaded.f.jit_compile is True
    np.testing.assert_allclose(loaded.f([1.0, 2.0]), module.f([1.0, 2.0]), rtol=1e-6)
    assert "stablehlo" in loaded.f.experimental_get_compiler_ir(tf.ones([2]))(stage="stablehlo")


def sampled(row: Operation) -> tuple[Callable[..., Any], list[Any]]:
    """A function of a row's first sample, and of its gradient, and the tensors of that sample."""
    sample = row.samples[0]
    places = [i for i, x in enumerate(sample) if is_array(x)]

    def f(*tensors):
        inputs = list(sample)
        for i, x in zip(places, tensors, strict=True):
            inputs[i] = x
        sources = [x for x in tensors if x.dtype.is_floating or x.dtype.is_complex]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            made = [x for x in flatten(row.call(tf, *inputs)) if isinstance(x, Tensor)]
        targets = [x for x in made if x.dtype.is_floating or x.dtype.is_complex]
        found = tape.gradient(targets, sources) if row.order and targets else []
        return made, [x for x in found if isinstance(x, Tensor)]

    return f, [tf.constant(sample[i]) for i in places]


def through_json(module: tf.Module) -> Any:
    document, weights = _Saver(SaveOptions()).saved(module, {})
    return _Loader(json.loads(json.dumps(document)), Weights(b"".join(weights))).root


@pytest.mark.parametrize("row", [row for row in rows() if row.samples], ids=repr)
def test_every_operation_can_be_saved_with_its_gradient(row: Operation) -> None:
    f, inputs = sampled(row)
    module = module_of(f, autograph=False)
    try:
        wanted = module.f(*inputs)
    except (TypeError, ValueError, NotImplementedError) as error:
        pytest.skip(f"not in a tf.function: {error}")
    got = through_json(module).f(*inputs)
    for mine, its in zip(tf.nest.flatten(wanted), tf.nest.flatten(got), strict=True):
        one, other = np.asarray(mine.numpy()), np.asarray(its.numpy())
        assert mine.dtype is its.dtype
        assert np.array_equal(one, other) or one.tobytes() == other.tobytes()


# --- signatures -------------------------------------------------------------------------------------------------------


def test_the_one_function_with_a_signature_serves(tmp_path: Path) -> None:
    module = module_of(lambda a, b: (a + b, a), [tf.TensorSpec([None], name="left"), tf.TensorSpec([])])
    serve = again(module, tmp_path).signatures["serving_default"]
    assert serve.structured_input_signature == (
        (),
        {"left": tf.TensorSpec([None], name="left"), "b": tf.TensorSpec([], name="b")},
    )
    assert set(serve.structured_outputs) == {"output_0", "output_1"}
    assert serve.structured_outputs["output_0"] == tf.TensorSpec([None], name="output_0")
    found = serve(left=tf.constant([1.0]), b=tf.constant(2.0))
    assert {k: v.numpy().tolist() for k, v in found.items()} == {"output_0": [3.0], "output_1": [1.0]}
    with pytest.raises(TypeError, match="missing a required argument: 'b'"):
        serve(left=tf.constant([1.0]))


def test_signatures_can_be_given(tmp_path: Path) -> None:
    net = Net()
    call = net.__call__.get_concrete_function(tf.TensorSpec([None, 3]))
    loaded = again(net, tmp_path, signatures={"predict": call, "train": net.train})
    assert list(loaded.signatures) == ["predict", "train"]
    np.testing.assert_array_equal(loaded.signatures["predict"](x=X)["output_0"], net(X))
    assert set(loaded.signatures["train"](x=X, y=Y)) == {"loss"}
    assert int(loaded.steps) == 1


def test_what_can_be_no_signature(tmp_path: Path) -> None:
    module = module_of(lambda x: {"a": [x]})
    with pytest.raises(ValueError, match=r"Only `tf\.functions` with an input signature or concrete functions"):
        tf.saved_model.save(module, tmp_path, signatures=module.f)
    with pytest.raises(ValueError, match="Got a non-Tensor value"):
        tf.saved_model.save(module, tmp_path, signatures=module.f.get_concrete_function(tf.ones([])))
    assert not tf.saved_model.contains_saved_model(tmp_path)


# --- what is not saved ------------------------------------------------------------------------------------------------


def test_only_modules_are_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Expected an object of type `Trackable`"):
        tf.saved_model.save(3, tmp_path)


def test_a_variable_that_is_no_part_of_the_module_is_named(tmp_path: Path) -> None:
    v = tf.Variable(1.0, name="stray")
    with pytest.raises(AssertionError, match=r"(?s)'untracked' resource.*Function name = lambda.*stray"):
        tf.saved_model.save(module_of(lambda x: x * v, [tf.TensorSpec([])]), tmp_path)


def test_python_code_is_not_exported_and_the_error_names_function_and_line(tmp_path: Path) -> None:
    def doubled(x):
        return tf.py_function(lambda y: y * 2, [x], tf.float32)

    where = r"Cannot save the function 'doubled'.*EagerPyFunc.*test_saved_model\.py:\d+"
    with pytest.raises(ValueError, match=where):
        tf.saved_model.save(module_of(doubled, [tf.TensorSpec([])]), tmp_path)

    def printed(x):
        tf.print(x, output_stream="file:///tmp/never")
        return x

    with pytest.raises(ValueError, match="Cannot save the function 'printed'"):
        tf.saved_model.save(module_of(printed, [tf.TensorSpec([])]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_trace_for_an_object_is_left_out(tmp_path: Path, caplog: Any) -> None:
    module, key = module_of(lambda x, o: x), object()
    module.f(tf.constant(1.0), key)
    module.f(tf.constant(1.0), 3)
    loaded = again(module, tmp_path)
    assert float(loaded.f(tf.constant(2.0), 3)) == 2.0
    with pytest.raises(ValueError, match=r"following 1 option"):
        loaded.f(tf.constant(1.0), 4)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_directory_holds_a_document_and_safetensors(tmp_path: Path) -> None:
    tf.saved_model.save(Net(), tmp_path)
    assert tf.saved_model.contains_saved_model(tmp_path)
    document, weights = sorted(tmp_path.iterdir())
    assert document.name == "saved_model.json"
    data = weights.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert (header["layers.0.w"]["dtype"], header["layers.0.w"]["shape"]) == ("F32", [3, 4])
    begin, end = header["layers.0.w"]["data_offsets"]
    assert end - begin == 48


def test_saving_over_a_model_replaces_it(tmp_path: Path) -> None:
    module = tf.Module()
    module.v = tf.Variable(1.0)
    tf.saved_model.save(module, tmp_path)
    module.v.assign(2.0)
    assert float(again(module, tmp_path).v) == 2.0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_save_that_fails_leaves_the_model_of_before(tmp_path: Path, monkeypatch: Any) -> None:
    module = tf.Module()
    module.v = tf.Variable(1.0)
    tf.saved_model.save(module, tmp_path)
    module.v.assign(2.0)
    before = sorted(tmp_path.iterdir())
    put = files.write_file

    def failing(path: str, parts: Any) -> None:
        if path.endswith(files.DOCUMENT):
            raise OSError("the disk is full")
        put(path, parts)

    monkeypatch.setattr(files, "write_file", failing)
    with pytest.raises(OSError, match="the disk is full"):
        tf.saved_model.save(module, tmp_path)
    assert float(tf.saved_model.load(tmp_path).v) == 1.0
    assert sorted(tmp_path.iterdir()) == before


def test_lines_of_the_program_are_kept_if_that_is_asked_for(tmp_path: Path) -> None:
    with tf.debug.tracing():
        module = module_of(lambda x: tf.sin(x), [tf.TensorSpec([])])
        module.f(1.0)
    options = tf.saved_model.SaveOptions(save_debug_info=True)
    tf.saved_model.save(module, tmp_path, options=options)
    loaded = tf.saved_model.load(tmp_path, options=tf.saved_model.LoadOptions())
    assert re.search(r"sin\(%x\)  # .*test_saved_model\.py:\d+", str(loaded.f.concrete_functions[0].graph))
    assert "test_saved_model.py" not in str(again(module, tmp_path).f.concrete_functions[0].graph)


def test_where_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="SavedModel file does not exist at"):
        tf.saved_model.load(tmp_path / "nothing")
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(OSError, match="TensorFlow's own format"):
        tf.saved_model.load(tmp_path)


# --- damage and malice ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(tmp_path_factory: Any) -> Path:
    """A model with all that a file can hold."""
    path = tmp_path_factory.mktemp("model")
    net = Net()
    net(X)
    net.extra = {"t": (tf.Variable(1.0), 2), "c": tf.constant([1.0] * 100)}
    net.random = tf.random.Generator.from_seed(1)

    @tf.custom_gradient
    def custom(x):
        return x * 1.0, lambda g: g * 2.0

    def looped(x, shape=(2, 3)):
        y = custom(tf.reshape(x[:6], [2, 3]) + tf.ones(shape))
        for _ in tf.range(3):
            y = tf.cond(tf.reduce_sum(y) > 1.0, lambda: y * 0.5, lambda: y + 1.0)  # noqa: B023
        tf.debugging.assert_greater(y, -100.0)
        return y, [tf.random.normal([2]), net.random.normal([2]), tf.zeros([tf.shape(x)[0]]), net.layers[0].w[0]]

    net.looped = tf.function(looped)
    net.looped(tf.ones([7]))
    tf.saved_model.save(net, path)
    return path


def document_of(model: Path) -> dict[str, Any]:
    return json.loads((model / "saved_model.json").read_bytes())  # type: ignore[no-any-return]


def written(folder: Path, document: Any, weights: bytes) -> Path:
    """A model with a document that somebody made up, and the digests that belong to it."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    if isinstance(document, dict):
        name = f"weights-{hashlib.sha256(weights).hexdigest()}.safetensors"
        (folder / name).write_bytes(weights)
        document = {k: v for k, v in document.items() if k != "sha256"}
        if re.fullmatch(r"weights-\w{64}\.safetensors", str(document.get("weights"))):
            document["weights"] = name
    rest = b", " + json.dumps(document).encode()[1:] + b"\n"
    (folder / "saved_model.json").write_bytes(b'{"sha256": "%s"' % hashlib.sha256(rest).hexdigest().encode() + rest)
    return folder


def weights_of(model: Path) -> bytes:
    return next(model.glob("*.safetensors")).read_bytes()


def test_any_damage_to_a_file_is_noticed(model: Path, tmp_path: Path) -> None:
    randomly = random.Random(0)
    originals = {p.name: p.read_bytes() for p in model.iterdir()}
    for name, data in originals.items():
        (tmp_path / name).write_bytes(data)
    assert tf.saved_model.load(tmp_path)(X).shape == [5, 1]
    for number in range(300):
        name = randomly.choice(sorted(originals))
        data = bytearray(originals[name])
        at = randomly.randrange(len(data))
        kind = number % 4
        if kind == 0:
            data[at] ^= 1 << randomly.randrange(8)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            del data[at : at + randomly.randrange(1, 9)]
        else:
            data[at:at] = randomly.randbytes(randomly.randrange(1, 9))
        (tmp_path / name).write_bytes(data)
        with pytest.raises(tf.errors.DataLossError, match="damaged"):
            tf.saved_model.load(tmp_path)
        (tmp_path / name).write_bytes(originals[name])


def places(x: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a document, with each of its keys or indices."""
    for key in list(x) if isinstance(x, dict) else range(len(x)) if isinstance(x, list) else ():
        yield x, key
        yield from places(x[key])


JUNK: list[Any] = [
    None, -1, 0, 1, 10**6, 1 << 70, True, "", "x", "__class__", "../../etc/passwd", "op/Sum/sum", "os.system",
    "computation/os.system", [], {}, [[[[]]]], {"tuple": []}, {"dim": 0}, {"data": 1}, {"constant": 0},
    {"dtype": "float32"}, {"slice": [0, 1, None]}, {"named": ["a", ["b"], [1]]}, {"primitive": "Sum/sum"},
    "switch", "loop", "custom", float("inf"),
]  # fmt: skip


def edited(document: dict[str, Any], randomly: random.Random) -> dict[str, Any]:
    """The document with something in it changed, left out, or moved elsewhere."""
    document = copy.deepcopy(document)
    spots = list(places(document))
    for _ in range(randomly.choice([1, 1, 2])):
        where, key = randomly.choice(spots)
        other, key2 = randomly.choice(spots)
        kind = randomly.randrange(4)
        try:
            if kind == 0:
                del where[key]
            elif kind == 1:
                where[key] = copy.deepcopy(other[key2])
            elif kind == 2 and type(where[key]) is int:
                where[key] += randomly.choice([-1, 1, 1000, -1000])
            else:
                where[key] = copy.deepcopy(randomly.choice(JUNK))
        except (IndexError, KeyError):
            pass
    return document


class Watch:
    """Notes what Python does that data should not make it do."""

    KINDS = ("exec", "compile", "import", "os", "subprocess", "socket", "ctypes", "pickle")

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: Any) -> None:
        if self.on and event.split(".")[0] in self.KINDS:
            self.seen.append(f"{event} {str(args)[:100]}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def test_a_document_made_up_with_care_runs_nothing(model: Path, tmp_path: Path, watch: Watch) -> None:
    """An attacker can make the digests. Then a file is refused, or is a model like others, made of checked parts."""
    randomly = random.Random(1)
    document, weights = document_of(model), weights_of(model)
    loaded = tf.saved_model.load(written(tmp_path / "m", document, weights))
    np.testing.assert_array_equal(loaded(X), tf.saved_model.load(model)(X))
    refused = 0
    for _ in range(400):
        path = written(tmp_path / "m", edited(document, randomly), weights)
        watch.on = True
        try:
            tf.saved_model.load(path)
        except tf.errors.DataLossError:
            refused += 1
        finally:
            watch.on = False
    assert watch.seen == []
    assert refused > 200


ORDINARY = (tf.errors.OpError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RuntimeError)


def test_calls_of_made_up_functions_end_in_errors_like_others(model: Path, tmp_path: Path) -> None:
    """What passes the checks is traced when it is called, and raises what wrong programs raise, or gives numbers."""
    randomly = random.Random(2)
    document, weights = document_of(model), weights_of(model)
    called = 0
    for _ in range(150):
        changed = copy.deepcopy(document)
        function = next(node for node in changed["objects"] if node.get("name") == "looped")
        function.update(edited({"traces": function["traces"]}, randomly))
        try:
            loaded = tf.saved_model.load(written(tmp_path / "m", changed, weights))
        except tf.errors.DataLossError:
            continue
        called += 1
        with contextlib.suppress(*ORDINARY):
            loaded.looped(tf.ones([7]))
    assert called > 10


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=2),
        lambda d: d.update(weights="../weights-" + "0" * 64 + ".safetensors"),
        lambda d: d.update(weights="/etc/passwd"),
        lambda d: d["objects"][0]["attributes"].update(__class__=0),
        lambda d: d["objects"][0]["attributes"].update(variables=0),
        lambda d: d["objects"][0].update(name="x); import os; ("),
        lambda d: d["objects"].append({"kind": "os.system"}),
        lambda d: entries_of(d)[0].update(op="computation/os.system"),
        lambda d: entries_of(d)[0].update(op="computation/gradtape.saved_model.save"),
        lambda d: entries_of(d)[0].update(op="python/exec"),
        lambda d: entries_of(d)[0]["attrs"].update({"x=__import__('os').system('true')": 1}),
        lambda d: entries_of(d)[0].update(inputs=[999, 999]),
        lambda d: entries_of(d)[0].update(inputs=[0, 20]),  # a value that is made later
        lambda d: d["constants"].append(["weights", "float32", [10**12], "layers.0.w"]),
        lambda d: d["constants"].append(["bytes", "string", [1], "00" * 8]),
        lambda d: d["constants"].append(["list", None, None, 10**12, []]),
        lambda d: d.update(extra=1),
    ],
)
def test_what_is_refused(change: Callable[[Any], Any], model: Path, tmp_path: Path) -> None:
    document = document_of(model)
    change(document)
    with pytest.raises(tf.errors.DataLossError, match="Nothing of it was run"):
        tf.saved_model.load(written(tmp_path / "m", document, weights_of(model)))


def entries_of(document: Any) -> list[Any]:
    function = next(node for node in document["objects"] if node.get("name") == "train")
    return function["traces"][0]["graph"]["entries"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff" * 8, struct.pack("<Q", 1 << 60), struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 3) + b"{,}",
        b"".join(packed({"layers.0.w": np.zeros([3, 4], np.float64)})), b"".join(packed({})),
    ],
)  # fmt: skip
def test_weights_are_checked_against_their_file(data: bytes, model: Path, tmp_path: Path) -> None:
    with pytest.raises(tf.errors.DataLossError):
        tf.saved_model.load(written(tmp_path / "m", document_of(model), data))


def test_strings_in_a_graph_are_no_code(tmp_path: Path) -> None:
    """Replay compiles what it writes itself; a string in a file can be a string there and nothing else."""
    evil = "\"') or __import__('os').abort() or ('\\\n"
    module = module_of(lambda x: tf.debugging.check_numerics(x, "PLACE"), [tf.TensorSpec([None])])
    tf.saved_model.save(module, tmp_path)
    text = (tmp_path / "saved_model.json").read_text().replace("PLACE", json.dumps(evil)[1:-1])
    text = text.replace('"name":"f"', json.dumps(evil))
    loaded = tf.saved_model.load(written(tmp_path / "m", json.loads(text), weights_of(tmp_path)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="__import__"):
        loaded.f(tf.constant([np.nan]))


def test_names_of_primitives_are_distinct() -> None:
    for name, definition in named.items():
        assert definition.full_name == name
    assert len({id(d) for d in named.values()}) == len(named)


def modules_of_gradtape() -> Iterator[Any]:
    for found in pkgutil.walk_packages(tf.__path__, "gradtape."):
        if "__main__" not in found.name and "xla" not in found.name:
            yield importlib.import_module(found.name)


def test_functions_in_graphs_are_declared() -> None:
    """What is given to `computed` and the like is known to saved graphs by name: `@computation` says so."""
    takers = {"computed", "computed_all", "computed_like", "checked", "opaque"}
    missing = []
    for module in modules_of_gradtape():
        calls = (n for n in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(n, ast.Call) and n.args)
        for call in calls:
            if not isinstance(call.func, ast.Name) or call.func.id not in takers:
                continue
            if getattr(module, call.func.id, None) is not getattr(symbolic, call.func.id):
                continue
            given = call.args[1 if call.func.id == "computed_like" else 0]
            if isinstance(given, ast.Call) and given.args:  # functools.partial(f, ...)
                given = given.args[0]
            path = ast.unparse(given).split(".")
            function: Any = module
            for name in path:
                function = getattr(function, name, None)
            if function is not None and function not in symbolic.computations.values():
                missing.append(f"{module.__name__}.{'.'.join(path)}")
    assert missing == []


class Bare(tf.Module):
    """A module, with one in it, that never calls `tf.Module.__init__`."""

    def __init__(self, inner: Any = None) -> None:
        self.v = tf.Variable([1.0, 2.0])
        self.inner = inner

    @tf.function(input_signature=[tf.TensorSpec([2])])
    def __call__(self, x: Any) -> Any:
        return x * self.v


def test_a_module_that_was_never_initialised_is_saved(tmp_path: Path) -> None:
    tf.saved_model.save(Bare(Bare()), tmp_path)
    loaded = tf.saved_model.load(tmp_path)
    np.testing.assert_array_equal(loaded(tf.constant([3.0, 3.0])), [3.0, 6.0])
    np.testing.assert_array_equal(loaded.inner.v, [1.0, 2.0])
    assert len(Bare(Bare()).trainable_variables) == 2


def test_functions_are_given_by_the_aliases_that_they_were_saved_under(tmp_path: Path) -> None:
    class Twice(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def __call__(self, x: Any) -> Any:
            return 2.0 * x

    module = Twice()
    tf.saved_model.save(module, tmp_path, options=tf.saved_model.SaveOptions(function_aliases={"f": module.__call__}))
    loaded = tf.saved_model.load(tmp_path, options=tf.saved_model.LoadOptions(experimental_load_function_aliases=True))
    np.testing.assert_array_equal(loaded.function_aliases["f"](tf.constant([1.0, 2.0])), [2.0, 4.0])
    assert not hasattr(tf.saved_model.load(tmp_path), "function_aliases")
    with pytest.raises(TypeError, match=r"alias 'f': expected a tf\.function, got 1"):
        tf.saved_model.save(module, tmp_path, options=tf.saved_model.SaveOptions(function_aliases={"f": 1}))


def test_a_function_has_its_traces_as_children_of_a_saved_model_and_none_of_a_checkpoint() -> None:
    f = tf.function(lambda x: x + 1)
    traces = [f.get_concrete_function(tf.TensorSpec([], dtype)) for dtype in (tf.float32, tf.int32)]
    assert f._trackable_children("savedmodel") == {"trace_0": traces[0], "trace_1": traces[1]}
    assert f._trackable_children() == {}
