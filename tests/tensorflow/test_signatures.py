"""Public functions have TensorFlow's parameters; those of primitives have them from their `def`, and cost nothing."""

import importlib
import inspect
import json
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import gradtape as tf
from gradtape.operations import public as made
from gradtape.operations.primitive import elementwise
from gradtape.operations.public import functions, public
from tests.tensorflow.record_signatures import RECORD, parameters

OURS = ["", "autodiff", "debug", "math.special"]  # namespaces with functions that TensorFlow need not have

# Where gradtape's signature differs from TensorFlow's, and why.
SPELLED_OUT = "TensorFlow takes **kwargs and refuses those that it does not know; here they are parameters"
DIFFERENT = {"group": SPELLED_OUT, "nest.map_structure": SPELLED_OUT, "print": SPELLED_OUT}


def at(path: str) -> Any:
    """What gradtape has by this name; None if nothing."""
    value: Any = tf
    for name in filter(None, path.split(".")):
        value = getattr(value, name, None)
    return value


def recorded() -> Iterator[tuple[str, str]]:
    """TensorFlow's functions and their signatures."""
    for signature, names in json.loads(RECORD.read_text("utf-8")).items():
        if signature != "tensorflow":
            for name in names.split():
                yield name, signature


def is_function(value: Any) -> bool:
    """Whether it is one, and does more than to say what to use instead."""
    refused = getattr(value, "__module__", "") == "gradtape.values.refused"
    return callable(value) and not inspect.isclass(value) and not refused


# --- all public functions --------------------------------------------------------------------------------------------


def test_parameters_are_tensorflows() -> None:
    common = {name: signature for name, signature in recorded() if is_function(at(name))}
    assert len(common) > 600
    differences = {name: (parameters(at(name)), s) for name, s in common.items() if parameters(at(name)) != s}
    assert {n: d for n, d in differences.items() if n not in DIFFERENT} == {}
    assert sorted(DIFFERENT) == sorted(differences)  # no reason outlives its difference


def test_only_functions_with_stars_in_tensorflow_have_them() -> None:
    stars = {name for name, signature in recorded() if "*" in signature}
    for room in OURS:
        names = getattr(at(room), "__all__", dir(at(room)))
        for name in names:
            value = getattr(at(room), name)
            if name.startswith("_") or not isinstance(value, types.FunctionType) or name in stars:
                continue
            kinds = {p.kind for p in inspect.signature(value).parameters.values()}
            assert not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}, f"{room}.{name}"


# --- functions of primitives -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def _all_loaded() -> None:
    importlib.import_module("gradtape.math.special")  # which is loaded when it is first used


def test_registry_knows_public_names() -> None:
    assert len(functions) > 100
    for path, (function, primitive) in functions.items():
        name = path.rpartition(".")[2]
        found = [at(place) for place in (path, name, f"math.{name}", f"math.special.{name}")]
        assert any(value is function for value in found), path
        assert function.__name__ == name
        assert function.__doc__, path
        assert primitive.definition.call is primitive
        assert function.__module__.startswith("gradtape.")


def test_signature_docstring_and_source_are_those_of_the_def() -> None:
    assert str(inspect.signature(tf.math.igamma)).startswith("(a: Any, x: Any, name: str | None = None) -> ")
    assert list(inspect.signature(tf.reduce_sum).parameters) == ["input_tensor", "axis", "keepdims", "name"]
    assert inspect.signature(tf.math.logical_xor).parameters["name"].default == "LogicalXor"
    assert inspect.getdoc(tf.exp).startswith("e to the power of `x`")  # type: ignore[union-attr]
    assert inspect.getsource(tf.exp).startswith("@public(exp_p)\ndef exp(x: Any")


def test_parameters_are_named_as_in_the_def() -> None:
    assert tf.exp(x=0.0, name="e").numpy() == 1
    assert tf.nn.relu(features=-1.0).numpy() == 0
    assert tf.atan2(x=1.0, y=0.0).numpy() == 0
    assert tf.math.nextafter(x1=tf.constant(0.0), x2=1.0).numpy() > 0
    with pytest.raises(TypeError, match=r"relu\(\) got an unexpected keyword argument 'x'"):
        tf.nn.relu(x=1.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"add\(\) missing 1 required positional argument: 'y'"):
        tf.add(1.0)  # type: ignore[call-arg]


def test_functions_travel_by_name() -> None:
    for function in (tf.exp, tf.maximum, tf.reduce_sum, tf.nn.selu):
        assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize(
    ("function", "count"), [(tf.exp, 1), (tf.abs, 1), (tf.sqrt, 1), (tf.add, 2), (tf.maximum, 2), (tf.nn.relu, 1)]
)
def test_function_of_tensors_calls_the_primitive_and_nothing_else(function: Callable[..., Any], count: int) -> None:
    inputs = [tf.constant([1.0, 2.0])] * count
    called: list[str] = []
    sys.setprofile(lambda frame, event, _: called.append(frame.f_code.co_name) if event == "call" else None)
    try:
        function(*inputs)
    finally:
        sys.setprofile(None)
    assert called[:2] == [function.__name__, "call"]


def test_def_with_other_parameters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "functions", {})
    twice_p = elementwise(lambda xp, x: x + x, "x", op="Twice")

    @public(twice_p)
    def twice(number: Any, name: str | None = None) -> Any:
        """Two times `number`."""

    assert twice(number=2.0).numpy() == 4
    with pytest.raises(ValueError, match="co_varnames"):

        @public(twice_p)
        def thrice(number: Any, extra: Any, name: str | None = None) -> Any:
            """Has one parameter too many."""


# --- dispatch --------------------------------------------------------------------------------------------------------


def test_sparse_tensor_is_done_to_its_values() -> None:
    x = tf.sparse.SparseTensor([[0], [2]], [4.0, 9.0], [3])
    assert tf.sqrt(x).values.numpy().tolist() == [2, 3]
    assert tf.abs(tf.negative(x)).values.numpy().tolist() == [4, 9]


def test_ragged_tensors_are_done_to_their_elements() -> None:
    x, y = tf.ragged.constant([[1.0], [2.0, 3.0]]), tf.ragged.constant([[True], [False, True]])
    assert tf.atan2(x - x, x).to_list() == [[0], [0, 0]]
    assert tf.logical_and(y, y).to_list() == y.to_list()
    assert tf.add(1, x).to_list() == [[2], [3, 4]]


def test_complex_and_real_numbers_take_their_own_primitives() -> None:
    assert tf.abs(3 + 4j).numpy() == 5
    assert tf.math.imag([1.0, 2.0]).numpy().tolist() == [0, 0]
    with pytest.raises(TypeError, match="numeric"):
        tf.math.real(tf.constant([True]))
