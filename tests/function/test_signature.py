"""What calls of a `tf.function` are known by: which of them one trace serves, and what it is given."""

import collections
import dataclasses
import functools
import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.function.signature import Call, Signature, Traces

Point = collections.namedtuple("Point", "x y")


class Counted:
    """Stands for a function that is traced: counts how many traces its calls need."""

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        self.signature = Signature(function, **options)
        self.traces = Traces()
        self.calls: list[Call] = []

    def __call__(self, *args: Any, **kwargs: Any) -> int:
        call = self.signature.bind(args, kwargs)
        if self.traces.find(call) is None:
            call = self.traces.widen(call)
            self.calls.append(call)
            self.traces.add(call, object())
        return len(self.calls)

    def specs(self) -> list[list[Any]]:
        return [[spec.shape.as_list() if spec.shape.rank is not None else None for spec in c.specs] for c in self.calls]


def one(x: Any) -> Any:
    return x


def three(a: Any, b: Any = 2, *, c: Any = 3) -> Any:
    return a


def many(*args: Any, **kwargs: Any) -> Any:
    return args


# --- which calls are the same ----------------------------------------------------------------------------------------


def distinct(*values: Any) -> list[int]:
    """After a call with each value, how many traces there are."""
    f = Counted(one)
    return [f(value) for value in values]


def test_tensors_are_known_by_dtype_and_shape() -> None:
    assert distinct(tf.constant(1), tf.constant(2), tf.constant(1.0), tf.constant([1]), tf.constant([2])) == [
        1,
        1,
        2,
        3,
        3,
    ]
    assert distinct(tf.constant("a"), tf.constant("b"), tf.constant(["b"])) == [1, 1, 2]


def test_arrays_are_as_tensors() -> None:
    assert distinct(np.ones(2), np.zeros(2), tf.constant([1.0, 2.0], tf.float64), np.float64(3)) == [1, 1, 1, 2]


def test_python_values_are_known_by_type_and_value() -> None:
    # TensorFlow takes 1.0 and True for 1, and then gives an int32 for both.
    assert distinct(1, 1.0, True, 1, "1", b"1", None, 1.0) == [1, 2, 3, 3, 4, 5, 6, 6]
    assert distinct(0.0, -0.0, 0.0, float("nan"), float("nan"), "", "''") == [1, 2, 2, 3, 3, 4, 5]


def test_containers_are_known_by_kind_and_items() -> None:
    x = tf.constant(1)
    assert distinct([x, 2], (x, 2), Point(x, 2), [x, 2], [x, 3], [x]) == [1, 2, 3, 3, 4, 5]
    assert distinct({"a": x, "b": 2}, {"b": 2, "a": x}, collections.OrderedDict(b=2, a=x), {"a": x}) == [1, 1, 1, 2]
    assert distinct([1.0, 2.0], [1.0, 2.0], [1.0, 3.0], range(2), range(2)) == [1, 1, 2, 3, 3]


def test_objects_are_known_by_identity_or_by_their_own_equality() -> None:
    class Thing:
        def method(self) -> None:
            pass

    thing, other = Thing(), Thing()
    assert distinct(thing, thing, other, Thing, one, one) == [1, 1, 2, 3, 4, 4]
    assert distinct(thing.method, thing.method, other.method) == [1, 1, 2]
    assert distinct(tf.float32, tf.float32, tf.float64, tf.TensorShape([1]), tf.TensorShape([1])) == [1, 1, 2, 3, 3]

    @dataclasses.dataclass(frozen=True)
    class Options:
        n: int

    first, same, changed = Options(1), Options(1), Options(2)
    assert distinct(first, same, changed) == [1, 1, 2]


def test_variables_are_known_by_shape_dtype_and_which_are_the_same() -> None:
    f = Counted(lambda x, y: x)
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    assert [f(v, w), f(w, v), f(v, v), f(w, w), f(v, tf.constant(1.0))] == [1, 1, 2, 2, 3]
    assert [f(v, tf.Variable(1.0, trainable=False)), f(v, tf.Variable([1.0])), f(v, tf.Variable(1))] == [4, 5, 6]


def test_what_is_made_of_tensors_is_known_by_those() -> None:
    def slices(n: int) -> tf.IndexedSlices:
        return tf.IndexedSlices(tf.ones([n, 2]), tf.zeros([n], tf.int32))

    assert distinct(slices(1), slices(1), slices(2), tf.ones([1, 2])) == [1, 1, 2, 3]
    written = tf.TensorArray(tf.float32, 2).unstack([1.0, 2.0])
    assert distinct(written, tf.TensorArray(tf.float32, 2).unstack([3.0, 4.0]), tf.TensorArray(tf.float32, 3)) == [
        1,
        1,
        2,
    ]


@pytest.mark.parametrize("value", [{1, 2}, bytearray(b"a"), [{1}]])
def test_what_cannot_be_told_apart_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="not hashable"):
        distinct(value)


def test_a_spec_is_no_value() -> None:
    with pytest.raises(ValueError, match="takes values"):
        distinct(tf.TensorSpec([2]))


def test_defaults_and_keywords_are_as_positions() -> None:
    f = Counted(three)
    assert [f(1), f(1, 2), f(1, b=2), f(a=1, c=3), f(1, c=4), f(b=2, a=1, c=4)] == [1, 1, 1, 1, 2, 2]
    g = Counted(many)
    assert [g(1, 2), g(1), g(x=1), g(x=1, y=2), g(y=2, x=1)] == [1, 2, 3, 4, 4]


def test_a_partial_has_the_parameters_that_are_left() -> None:
    f = Counted(functools.partial(three, 5))
    assert [f(), f(2), f(b=2), f(tf.constant(1))] == [1, 1, 1, 2]


def test_self_is_no_argument() -> None:
    class Model:
        def call(self, x: Any) -> Any:
            return x

    f = Counted(Model.call, bound_self=Model())
    assert [f(1), f(1), f(x=1)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("args", "kwargs", "why"),
    [
        ((), {}, "missing a required argument: 'a'"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1,), {"d": 1}, "got an unexpected keyword argument 'd'"),
        ((1,), {"a": 1}, "multiple values for argument 'a'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(args: tuple[Any, ...], kwargs: dict[str, Any], why: str) -> None:
    with pytest.raises(TypeError, match=r"Binding inputs to tf.function failed") as error:
        Counted(three)(*args, **kwargs)
    assert why in str(error.value)
    assert "for signature: (a, b=<captured_default_value>, *, c=<captured_default_value>)" in str(error.value)


# --- what a trace is given -------------------------------------------------------------------------------------------


def test_tensors_come_in_the_order_of_sorted_keys_and_go_back_to_their_places() -> None:
    call = Signature(three).bind(({"b": tf.constant(1), "a": [np.ones(2), "text"]},), {"c": tf.constant(3)})
    assert [x.shape.as_list() for x in call.tensors] == [[2], [], []]
    assert call.specs == [tf.TensorSpec([2], tf.float64), tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.int32)]
    assert call.rebuild(["A", "B", "C"]) == ([{"b": "B", "a": ["A", "text"]}, 2], {"c": "C"})


def test_keyword_only_tensors_keep_their_places_whatever_the_order_of_their_names() -> None:
    def f(x, *, b, a, **more):
        return 1000 * x + 100 * b + 10 * a + sum(more.values())

    made = tf.function(f)
    x, b, a, c = map(tf.constant, (1, 2, 3, 4))
    assert made(x, b=b, a=a).numpy() == made(x, a=a, b=b).numpy() == 1230
    assert made(x, d=c, b=b, c=c, a=a).numpy() == 1238
    assert tf.function(functools.partial(f, x=x, a=a))(b=b).numpy() == 1230


def test_a_default_that_is_an_array_is_a_tensor() -> None:
    def f(x: Any, y: Any = np.ones(3)) -> Any:  # noqa: B008
        return x

    call = Signature(f).bind((tf.constant(1),), {})
    assert [x.shape.as_list() for x in call.tensors] == [[], [3]]
    assert call.rebuild(["X", "Y"]) == (["X", "Y"], {})


def test_variables_come_each_once_and_may_be_replaced() -> None:
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    call = Signature(three).bind(([v, w], v), {})
    assert [x.handle for x in call.variables] == [v.handle, w.handle]
    assert call.rebuild([], ["V", "W"]) == ([["V", "W"], "V"], {"c": 3})
    (args, _) = call.rebuild([])
    assert args[1] is v


def test_slices_and_arrays_are_rebuilt_from_their_tensors() -> None:
    slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))
    array = tf.TensorArray(tf.float32, 3).write(0, 1.0).write(2, 3.0)
    call = Signature(three).bind((slices, array), {})
    assert len(call.tensors) == len(call.specs) == 5
    values, indices, dense, first, last = call.tensors
    (again, elements), _ = call.rebuild([2 * values, indices, dense, 10 * first, last])
    assert tf.convert_to_tensor(again).numpy().tolist() == [[0, 0], [2, 2], [0, 0]]
    assert elements.stack().numpy().tolist() == [10.0, 0.0, 3.0]
    assert array.stack().numpy().tolist() == [1.0, 0.0, 3.0]


def test_attributes_of_a_class_with_tf_flatten_are_arguments() -> None:
    @dataclasses.dataclass
    class State:
        x: Any
        name: str

        def __tf_flatten__(self) -> Any:
            return (self.name,), (self.x,)

        @classmethod
        def __tf_unflatten__(cls, metadata: Any, components: Any) -> "State":
            return cls(*components, *metadata)

    x = tf.constant(1)
    assert distinct(State(x, "a"), State(x, "a"), State(x, "b"), State(tf.constant([1]), "a")) == [1, 1, 2, 3]
    assert Signature(one).bind((State(x, "a"),), {}).rebuild(["X"]) == ([State("X", "a")], {})


# --- which trace ----------------------------------------------------------------------------------------------------


def test_a_trace_of_a_wider_spec_serves_all_that_fit() -> None:
    signature, traces = Signature(one), Traces()
    traces.add(signature.bind((tf.TensorSpec([None]),), {}, specs=True), "any length")
    traces.add(signature.bind((tf.ones([3]),), {}), "length 3")

    def found(x: Any) -> Any:
        return traces.find(signature.bind((x,), {}))

    assert found(tf.ones([2])) == "any length"
    assert found(tf.ones([3])) == found(np.ones(3, np.float32)) == "length 3"
    assert found(tf.ones([2, 2])) is None
    assert found(tf.ones([2], tf.int32)) is None
    assert list(traces) == ["any length", "length 3"]


def test_retracing_is_reduced_to_shapes_less_and_less_known() -> None:
    f = Counted(one, reduce_retracing=True)
    calls = [tf.ones(shape) for shape in ([1], [2], [3], [1, 1], [1, 2], [], [1])]
    assert [f(x) for x in calls] == [1, 2, 2, 3, 3, 3, 3]
    assert f.specs() == [[[1]], [[None]], [None]]


def test_retracing_is_reduced_for_each_static_value_and_dtype_apart() -> None:
    f = Counted(lambda a, b: a, reduce_retracing=True)
    calls: list[Any] = [([1], 1), ([1, 2], 1), ([1, 2], 2), ([1, 2, 3], 2), ([1, 2, 3, 4], 1), ([1.0], 1)]
    assert [f(tf.constant(x), n) for x, n in calls] == [1, 2, 3, 4, 4, 5]


def test_what_was_traced_for_an_object_goes_with_it() -> None:
    class Thing:
        pass

    f = Counted(one)
    thing = Thing()
    f(thing)
    gone = weakref.ref(thing)
    f.calls.clear()
    assert len(f.traces) == 1
    del thing
    gc.collect()
    assert gone() is None
    assert len(f.traces) == 0
    assert f(Thing()) == 1


def test_traces_keep_no_tensors() -> None:
    signature, traces = Signature(one), Traces()
    x = tf.constant(np.ones(3))
    call = signature.bind(([x],), {})
    outline = call.outline()
    traces.add(call, outline)
    gone = weakref.ref(x)
    del x, call
    assert gone() is None
    assert outline.specs == [tf.TensorSpec([3], tf.float64)]


# --- input signatures ------------------------------------------------------------------------------------------------


def constrained(function: Callable[..., Any], *specs: Any) -> Counted:
    return Counted(function, input_signature=specs)


def test_an_input_signature_makes_one_trace_of_all_calls_and_tensors_of_their_arguments() -> None:
    f = constrained(one, tf.TensorSpec([None]))
    values: list[Any] = [tf.ones([1]), tf.ones([2]), [1, 2.5], np.ones(3, np.int64), tf.Variable([1.0])]
    assert [f(x) for x in values] == [1] * 5
    assert f.specs() == [[[None]]]
    (tensor,) = f.signature.bind(([1, 2.5],), {}).tensors
    assert tensor.dtype is tf.float32
    assert f(tf.ones([2])) == f(x=tf.ones([2])) == 1  # now that this shape was seen, too


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (
            tf.constant([1]),
            "Can not cast TensorSpec(shape=(1,), dtype=tf.int32, name=None) to TensorSpec(shape=(None,)",
        ),
        (tf.ones([1, 1]), "Can not cast TensorSpec(shape=(1, 1)"),
        (3.0, "Can not cast TensorSpec(shape=(),"),
        (None, "unsupported type"),
        ("a", "Cannot convert 'a'"),
    ],
)
def test_what_does_not_fit_the_input_signature_is_refused(value: Any, why: str) -> None:
    with pytest.raises(TypeError, match=r"Binding inputs to tf.function failed") as error:
        constrained(one, tf.TensorSpec([None]))(value)
    assert why in str(error.value)


def test_an_input_signature_may_be_nested() -> None:
    f = constrained(one, {"a": tf.TensorSpec([]), "b": [tf.TensorSpec([2])]})
    assert f({"a": 1.0, "b": [[1, 2.0]]}) == 1
    for wrong in ({"a": 1.0}, 1.0, {"a": 1.0, "b": ([1, 2.0],)}, {"a": 1.0, "b": []}):
        with pytest.raises(TypeError, match=r"different keys|Can not cast"):
            f(wrong)


def test_without_arguments_the_input_signature_is_what_is_traced() -> None:
    spec = tf.TensorSpec([None])
    signature = Signature(three, [spec])
    call = signature.bind((), {}, specs=True)
    assert (call.tensors, call.specs) == ([], [spec])
    assert call.rebuild(["X"]) == (["X", 2], {"c": 3})
    assert call.key == signature.bind((tf.TensorSpec([2]),), {}, specs=True).key
    with pytest.raises(TypeError, match="Can not cast"):
        signature.bind((tf.TensorSpec([2, 2]),), {}, specs=True)


def test_what_the_input_signature_leaves_out_keeps_its_default() -> None:
    f = constrained(three, tf.TensorSpec([]))
    assert f(1.0) == f(1.0, 2) == 1
    with pytest.raises(TypeError, match=r"Can not cast 3 to Literal\[2\]"):
        f(1.0, 3)


def test_an_input_signature_covers_star_args() -> None:
    f = constrained(many, tf.TensorSpec([]), tf.TensorSpec([]))
    assert f(1.0, 2.0) == 1
    assert f.calls[0].outline().structured_input_signature == (
        (tf.TensorSpec([], name="args_0"), tf.TensorSpec([], name="args_1")),
        {},
    )
    with pytest.raises(TypeError, match="too many"):
        f(1.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("function", "specs", "why"),
    [
        (one, [tf.TensorSpec([])] * 2, "contains 1 extra type constraints"),
        (lambda x, y: x, [tf.TensorSpec([])], "missing type constraint for y"),
        (one, tf.TensorSpec([]), "must be either a tuple or a list"),
        (one, [3], "possibly nested sequence of TensorSpec objects"),
        (one, [tf.type_spec_from_value(tf.Variable(1.0))], "doesn't support VariableSpec"),
    ],
)
def test_input_signatures_that_do_not_fit_are_refused(function: Any, specs: Any, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        Signature(function, specs)


# --- texts -----------------------------------------------------------------------------------------------------------


def test_a_trace_prints_its_parameters_as_tensorflow_does() -> None:
    outline = Signature(three).bind(({"z": tf.constant([1.0]), "k": (1, None)},), {"c": tf.constant(3)}).outline()
    assert outline.pretty(tf.TensorSpec([])) == (
        "Input Parameters:\n"
        "  a (POSITIONAL_OR_KEYWORD): Dict[['z', TensorSpec(shape=(1,), dtype=tf.float32, name=None)], "
        "['k', Tuple[Literal[1], Literal[None]]]]\n"
        "  b (POSITIONAL_OR_KEYWORD): Literal[2]\n"
        "  c (KEYWORD_ONLY): TensorSpec(shape=(), dtype=tf.int32, name=None)\n"
        "Output Type:\n"
        "  TensorSpec(shape=(), dtype=tf.float32, name=None)\n"
        "Captures:\n"
        "  None"
    )
    assert outline.structured_input_signature == (
        ({"z": tf.TensorSpec([1], name="a_z"), "k": (1, None)}, 2),
        {"c": tf.TensorSpec([], tf.int32, "c")},
    )


def test_a_trace_prints_on_one_line_what_is_by_position_or_keyword_only() -> None:
    outline = Signature(many).bind((1, Point(tf.constant(2), "t")), {"y": [tf.constant(1.0)]}).outline()
    assert outline.pretty(None, verbose=False) == (
        "(args_0: Literal[1], args_1: Point[['x', TensorSpec(shape=(), dtype=tf.int32, name=None)], "
        "['y', Literal['t']]], /, *, y: List[TensorSpec(shape=(), dtype=tf.float32, name=None)]) -> Literal[None]"
    )
    assert outline.names == ["args_1", "y"]


def test_traces_are_printed_in_the_order_in_which_they_were_made() -> None:
    f = tf.function(lambda x: tf.constant(x))
    for x in ([1], 2, [3], 2, 4):
        f(x)
    shown = f.pretty_printed_concrete_signatures(verbose=False)
    assert [line.split(")")[0] for line in shown.splitlines()] == [
        "(x: List[Literal[1]]",
        "(x: Literal[2]",
        "(x: List[Literal[3]]",
        "(x: Literal[4]",
    ]


# --- calls of a trace itself -----------------------------------------------------------------------------------------


def test_a_trace_is_called_with_its_tensors() -> None:
    outline = Signature(three).bind((tf.constant([1.0, 2.0]), 7), {"c": tf.constant(3)}).outline()
    x, c = tf.constant([3.0, 4.0]), tf.constant(5)
    assert outline.bind((x,), {"c": c})[0] == outline.bind((x, 7), {"c": c})[0] == [x, c]
    assert [t.numpy().tolist() for t in outline.bind(([3, 4], 7), {"c": 5})[0]] == [[3.0, 4.0], 5]
    flat, _ = outline.bind((x, c), {})
    assert flat[0] is x
    assert flat[1] is c


@pytest.mark.parametrize(
    ("args", "kwargs", "why"),
    [
        ((tf.ones([3]), 7), {"c": 1}, "Can not cast TensorSpec"),
        ((tf.ones([2]), 8), {"c": 1}, r"Can not cast 8 to Literal\[7\]"),
        ((tf.ones([2]), 7), {}, "missing a required argument: 'c'"),
        ((tf.ones([2]), 7), {"d": 1}, "unexpected keyword argument 'd'"),
        ((tf.ones([2]), 7, 1), {"c": 1}, "too many"),
    ],
)
def test_a_trace_refuses_what_it_was_not_made_for(args: Any, kwargs: Any, why: str) -> None:
    outline = Signature(three).bind((tf.constant([1.0, 2.0]), 7), {"c": tf.constant(3)}).outline()
    with pytest.raises(TypeError, match=why):
        outline.bind(args, kwargs)
