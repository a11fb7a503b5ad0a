"""What a tape keeps for the backward pass: what the rules of the watched inputs name, and nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff.recording import Recording
from gradtape.values.tensor import Tensor

X = np.linspace(0.5, 2.0, 6).reshape(2, 3)


def saved(call: Callable[..., Any], *inputs: Any, watch: str | None = None) -> set[str]:
    """Which arrays a tape keeps of a call: `x`, `y`, ... for the inputs, `out`, or `other`."""
    names = "xyz"[: len(inputs)]
    tensors = dict(zip(names, map(tf.constant, inputs), strict=True))
    recording = Recording()
    for name in names if watch is None else watch:
        tensors[name]._node = recording.watch(None)
    recording.start()
    try:
        out = call(*tensors.values())
    finally:
        recording.stop()
    known = {id(t._array): name for name, t in tensors.items()}
    for t in out if isinstance(out, list | tuple) else [out]:
        known.setdefault(id(t._array), "out")
    found = [a for node in recording.nodes() if node.plan is not None for a in arrays_in(node.saved)]
    return {known.get(id(a), "other") for a in found}


def arrays_in(kept: Any) -> list[Any]:
    if isinstance(kept, Tensor):
        return [kept._array]
    if isinstance(kept, np.ndarray):
        return [kept]
    if isinstance(kept, list | tuple):
        return [a for item in kept for a in arrays_in(item)]
    return []


NOTHING: set[str] = set()


@pytest.mark.parametrize(
    ("call", "inputs", "kept"),
    [
        ("add", 2, NOTHING),
        ("subtract", 2, NOTHING),
        ("negative", 1, NOTHING),
        ("multiply", 2, {"x", "y"}),
        ("divide", 2, {"x", "y"}),
        ("maximum", 2, {"x", "y"}),
        ("exp", 1, {"out"}),
        ("tanh", 1, {"out"}),
        ("sigmoid", 1, {"out"}),
        ("sqrt", 1, {"out"}),
        ("sin", 1, {"x"}),
        ("math.log", 1, {"x"}),
        ("square", 1, {"x"}),
        ("nn.relu", 1, {"out"}),
        ("nn.softmax", 1, {"out"}),
        ("nn.log_softmax", 1, {"out"}),
        ("reduce_sum", 1, NOTHING),
        ("reduce_mean", 1, NOTHING),
        ("identity", 1, NOTHING),
        ("transpose", 1, NOTHING),
        ("sign", 1, NOTHING),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_operation_keeps_only_what_its_derivative_needs(call: str, inputs: int, kept: set[str]) -> None:
    function = tf
    for part in call.split("."):
        function = getattr(function, part)
    assert saved(function, *[X + i for i in range(inputs)]) == kept


@pytest.mark.parametrize(
    "call",
    [
        lambda x: tf.reshape(x, [3, 2]),
        lambda x: tf.transpose(x, [1, 0]),
        lambda x: tf.expand_dims(x, 0),
        lambda x: tf.squeeze(tf.expand_dims(x, 0), 0),
        lambda x: tf.broadcast_to(x, [4, 2, 3]),
        lambda x: tf.reduce_sum(x, axis=1),
        lambda x: tf.reduce_mean(x, axis=0, keepdims=True),
        lambda x: tf.concat([x, x], 0),
        lambda x: tf.stack([x, x]),
        lambda x: tf.split(x, 3, axis=1),
        lambda x: tf.unstack(x),
        lambda x: tf.pad(x, [[1, 1], [0, 2]]),
        lambda x: tf.tile(x, [2, 1]),
        lambda x: tf.reverse(x, [0]),
        lambda x: tf.cumsum(x),
        lambda x: tf.cast(x, tf.float32),
        lambda x: x[0],
        lambda x: x[:, 1:],
    ],
    ids=["reshape", "transpose", "expand_dims", "squeeze", "broadcast_to", "reduce_sum", "reduce_mean", "concat",
         "stack", "split", "unstack", "pad", "tile", "reverse", "cumsum", "cast", "index", "slice"],
)  # fmt: skip
def test_moving_and_summing_keeps_no_array(call: Callable[[Any], Any]) -> None:
    assert saved(call, X) == NOTHING


def test_a_product_with_only_w_watched_keeps_x_alone() -> None:
    assert saved(lambda w, x: w * x, X, X + 1, watch="x") == {"y"}
    assert saved(lambda w, x: w * x, X, X + 1, watch="y") == {"x"}


def test_a_matrix_product_with_only_w_watched_keeps_x_alone() -> None:
    assert saved(lambda x, w: x @ w, X, X.T.copy(), watch="y") == {"x"}


def test_a_quotient_with_only_the_numerator_watched_keeps_the_denominator_alone() -> None:
    assert saved(lambda x, y: x / y, X, X + 1, watch="x") == {"y"}


def test_broadcasting_keeps_no_array() -> None:
    assert saved(lambda x, y: x + y, X, X[0]) == NOTHING


def test_gathering_keeps_the_indices_alone() -> None:
    indices = tf.constant([1, 0, 1])
    kept = []

    def call(x: Any) -> Any:
        out = tf.gather(x, indices)
        kept.extend(arrays_in(out._node.saved))
        return out

    saved(call, X)
    assert all(a.dtype.kind == "i" for a in kept if a.ndim)


def test_what_is_not_watched_is_not_kept() -> None:
    assert saved(lambda x, y: tf.sin(y) + x * 2.0, X, X + 1, watch="x") <= {"other"}  # the 2.0


def test_a_rule_may_name_only_what_exists() -> None:
    from gradtape.operations.primitive import elementwise

    p = elementwise("exp", "x")
    with pytest.raises(ValueError, match="a rule of exp asks for 'q'"):
        p.vjp(x=lambda g, q: g)
    with pytest.raises(ValueError, match="no input 'z'"):
        p.vjp(z=lambda g: g)
