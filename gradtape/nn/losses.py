"""Losses: cross entropies of logits, exact where composed ones overflow; Poisson loss; averages of losses."""

from typing import Any

import numpy as np

from ..array.shape import reshape, squeeze, transpose_p
from ..autodiff.cotangents import shape_of
from ..math.arithmetic import divide_no_nan_p
from ..math.cast import by_float32, cast, rounded_once
from ..math.comparison import like, where_p
from ..math.elementwise import exp_p, log_p, sigmoid_p
from ..math.reduction import reduce_sum, sum_p
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..operations.primitive import elementwise, primitive
from ..operations.public import operands
from ..values import replica
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import Dim, broadcast_shapes, checked, computation, computed, differ, integers_tensor, whole_int
from ..values.tensor import EagerTensor
from .activations import log_softmax_p, softmax_back, softmax_p, softplus_p

__all__ = [
    "compute_average_loss", "in_top_k", "log_poisson_loss", "scale_regularization_loss",
    "sigmoid_cross_entropy_with_logits", "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits", "weighted_cross_entropy_with_logits",
]  # fmt: skip


def _column(g: Any) -> Any:
    """`g` with a last axis of length 1, for the classes."""
    return reshape_p(g, shape=(*shape_of(g), 1))


# --- softmax cross entropy, over the last axis -----------------------------------------------------------------------


@primitive(op="SoftmaxCrossEntropyWithLogits", kinds="f", same=("logits", "labels"), halves=by_float32)
def softmax_cross_entropy_p(xp: Any, logits: Any, labels: Any) -> Any:
    if not logits.shape[-1]:
        return xp.sum(logits, (-1,))
    z = logits - xp.max(logits, (-1,), keepdims=True)
    total = xp.log(xp.sum(xp.exp(z), (-1,), keepdims=True))
    return xp.sum(labels * (total - z), (-1,))


# As in TensorFlow, the labels of an example are taken to sum to 1.
softmax_cross_entropy_p.vjp(
    logits=lambda g, logits, labels: _column(g) * (softmax_p(logits, axis=-1) - labels),
    labels=lambda g, logits: -_column(g) * log_softmax_p(logits, axis=-1),
)
softmax_cross_entropy_p.along(logits=lambda j: j - 1,
                              labels=lambda j: j - 1)  # fmt: skip


@primitive(op="SparseSoftmaxCrossEntropyWithLogits", kinds="f", same=("logits",), halves=by_float32)
def sparse_softmax_cross_entropy_p(xp: Any, logits: Any, labels: Any) -> Any:
    z = logits - xp.max(logits, (-1,), keepdims=True)
    total = xp.log(xp.sum(xp.exp(z), (-1,)))
    return total - xp.take_along_axis(z, labels[..., None], -1)[..., 0]


@primitive(op="SparseSoftmaxCrossEntropyWithLogits", kinds="f", same=("logits",))
def sparse_slope_p(xp: Any, logits: Any, labels: Any) -> Any:
    """The softmax of `logits`, less 1 at the labels."""
    e = xp.exp(logits - xp.max(logits, (-1,), keepdims=True))
    return xp.decrement(e / xp.sum(e, (-1,), keepdims=True), labels)


sparse_slope_p.vjp(logits=lambda g, logits: softmax_back(g, softmax_p(logits, axis=-1), -1))
sparse_slope_p.along(logits=lambda j: None if j == -1 else j)
sparse_softmax_cross_entropy_p.vjp(logits=lambda g, logits, labels: _column(g) * sparse_slope_p(logits, labels))
sparse_softmax_cross_entropy_p.along(logits=lambda j: j - 1)

# --- of independent classes ------------------------------------------------------------------------------------------


def _sigmoid_cross_entropy(xp: Any, logits: Any, labels: Any) -> Any:
    loss = xp.maximum(logits, 0) - logits * labels
    loss += xp.log1p(xp.exp(-xp.abs(logits)))
    return loss


def _sigmoid_cross_entropy_slope(xp: Any, logits: Any, labels: Any) -> Any:
    """`sigmoid(logits) - labels`, in which what is left where both are near 1 is not lost."""
    size = xp.exp(xp.abs(logits))
    size += 1
    side = (logits > 0).astype(logits.dtype)
    slope = side - labels
    side *= -2
    side += 1
    side /= size
    slope += side
    return slope


sigmoid_cross_entropy_slope_p = elementwise(_sigmoid_cross_entropy_slope, "logits", "labels", op="Sub", kinds="f")
sigmoid_cross_entropy_slope_p.vjp(logits=lambda g, logits: g * sigmoid_p(logits) * sigmoid_p(-logits),
                                  labels=lambda g: -g)  # fmt: skip
sigmoid_cross_entropy_p = elementwise(_sigmoid_cross_entropy, "logits", "labels", op="SigmoidCrossEntropy", kinds="f",
                                      halves=by_float32)  # fmt: skip
sigmoid_cross_entropy_p.vjp(logits=lambda g, logits, labels: g * sigmoid_cross_entropy_slope_p(logits, labels),
                            labels=lambda g, logits: -g * logits)  # fmt: skip


def _weighted_cross_entropy(xp: Any, logits: Any, labels: Any, weight: Any) -> Any:
    """`(1 - labels) * softplus(logits) + weight * labels * softplus(-logits)`."""
    down, up = 1 - labels, weight * labels
    loss = xp.log1p(xp.exp(-xp.abs(logits))) * (down + up)
    loss += down * xp.maximum(logits, 0)
    loss -= up * xp.minimum(logits, 0)
    return loss


weighted_cross_entropy_p = elementwise(_weighted_cross_entropy, "logits", "labels", "weight", op="Mul", kinds="f",
                                       halves=by_float32)  # fmt: skip
weighted_cross_entropy_p.vjp(
    logits=lambda g, logits, labels, weight: (
        g * ((1 - labels) * sigmoid_p(logits) - weight * labels * sigmoid_p(-logits))
    ),
    labels=lambda g, logits, weight: g * (weight * softplus_p(-logits) - softplus_p(logits)),
    weight=lambda g, logits, labels: g * (labels * softplus_p(-logits)),
)

# --- public ----------------------------------------------------------------------------------------------------------


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: str | None = None) -> EagerTensor:
    """`-sum(labels * log_softmax(logits))` over the classes, without overflow.

    Args:
      labels: for each example a probability of each class, which sum to 1; they are cast to the dtype of `logits`. A
        gradient flows to them too: use `tf.stop_gradient` where it should not.
      logits: a floating tensor, broadcast with `labels`.
      axis: of the classes.

    Returns:
      The loss of each example: a tensor of the shape of `logits` without `axis`.

    Raises:
      InvalidArgumentError: if the shapes do not broadcast.

    >>> import gradtape as tf
    >>> tf.nn.softmax_cross_entropy_with_logits(labels=[[1.0, 0.0]], logits=[[1.0, 2.0]]).numpy().round(4)
    array([1.3133], dtype=float32)
    """
    z = logits if type(logits) is EagerTensor else convert_to_tensor(logits)
    y = labels if type(labels) is EagerTensor else convert_to_tensor(labels)
    if z._array.dtype != y._array.dtype:
        y = cast(y, z.dtype)
    shape = z._array.shape
    n = len(shape)
    if n == 0 or not -n <= axis < n:
        raise invalid("SoftmaxCrossEntropyWithLogits", f"axis {axis} is not one of the {n} axes of logits{list(shape)}")
    if y._array.shape != shape:
        try:
            fits = not differ(broadcast_shapes(shape, y._array.shape), shape)
        except ValueError:
            fits = False
        if not fits:
            raise invalid("SoftmaxCrossEntropyWithLogits", "logits and labels must be broadcastable: "
                          f"logits_size={list(shape)} labels_size={list(y._array.shape)}")  # fmt: skip
        y = broadcast_to_p(y, shape=shape)
    if axis not in (-1, n - 1):
        last = [i for i in range(-n, 0) if i not in (axis, axis - n)] + [axis if axis < 0 else axis - n]
        z, y = transpose_p(z, perm=tuple(last)), transpose_p(y, perm=tuple(last))
    return softmax_cross_entropy_p(z, y)


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> EagerTensor:
    """`-log_softmax(logits)` of the class that is right, over the last axis, without overflow.

    Args:
      labels: for each example the index of its class, an int32 or int64 tensor.
      logits: a floating tensor of shape `(*labels.shape, classes)`.

    Returns:
      The loss of each example, of the shape of `labels`.

    Raises:
      ValueError: if the shapes do not fit.
      InvalidArgumentError: if `labels` are not int32 or int64, or not in [0, classes).

    >>> import gradtape as tf
    >>> tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0], logits=[[1.0, 2.0]]).numpy().round(4)
    array([1.3133], dtype=float32)
    """
    op = "SparseSoftmaxCrossEntropyWithLogits"
    if labels is None or logits is None:
        raise ValueError("Both `labels` and `logits` must be provided for sparse_softmax_cross_entropy_with_logits: "
                         f"labels={labels} and logits={logits}")  # fmt: skip
    z = logits if type(logits) is EagerTensor else convert_to_tensor(logits)
    y = labels if type(labels) is EagerTensor else convert_to_tensor(labels)
    indices, shape = y._array, z._array.shape
    if not shape:
        raise ValueError(f"`logits` cannot be a scalar. Received logits={logits}`")
    if indices.ndim != len(shape) - 1:
        raise ValueError("`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: "
                         f"labels.shape={y.shape} of rank {indices.ndim} and logits.shape={z.shape} of rank "
                         f"{len(shape)}")  # fmt: skip
    if differ(indices.shape, shape[:-1]):
        raise ValueError("`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
                         f"labels.shape={y.shape} and logits.shape={z.shape}")  # fmt: skip
    if indices.dtype.kind != "i" or indices.dtype.itemsize < 4:
        raise invalid(op, f"Value for attr 'Tlabels' of {y.dtype.name} is not in the list of allowed values: int32, "
                      "int64")  # fmt: skip
    if indices.size != 0:
        if shape[-1] == 0:
            raise invalid(op, f"Must have at least one class, but got logits shape {list(shape)}")
        checked(_labels_within, indices, shape[-1])
    elif shape[-1] == 0:
        return sum_p(z, axis=(-1,))
    return sparse_softmax_cross_entropy_p(z, y)


@computation
def _labels_within(labels: Any, classes: int) -> None:
    if not labels.size:
        return
    least, greatest = labels.min(), labels.max()
    if least < 0 or greatest >= classes:
        wrong = least if least < 0 else greatest
        raise invalid("SparseSoftmaxCrossEntropyWithLogits",
                      f"Received a label value of {wrong} which is outside the valid range of [0, {classes}).  "
                      f"Label values: {' '.join(map(str, labels.ravel()[:100]))}")  # fmt: skip


def _pair(function: str, **given: Any) -> tuple[EagerTensor, EagerTensor]:
    """Logits and labels (or whatever they are called), of one shape."""
    (first, z), (second, y) = given.items()
    if z is None or y is None:
        raise ValueError(f"Both `{second}` and `{first}` must be provided for {function}: {second}={y} and {first}={z}")
    z = z if type(z) is EagerTensor else convert_to_tensor(z)
    y = y if type(y) is EagerTensor else convert_to_tensor(y)
    if differ(z._array.shape, y._array.shape):
        raise ValueError(f"`{first}` and `{second}` must have the same shape, received ({z.shape} vs {y.shape}).")
    return z, y


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> EagerTensor:
    """`-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits))`, elementwise, without overflow.

    For classes that do not exclude each other.

    Args:
      labels: probabilities, of the dtype and shape of `logits`.
      logits: a floating tensor.

    Returns:
      The loss of each element.

    Raises:
      ValueError: if the shapes differ.
      InvalidArgumentError: if the dtypes differ.

    >>> import gradtape as tf
    >>> tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[1.0, -1.0]).numpy().round(4)
    array([0.3133, 0.3133], dtype=float32)
    """
    return sigmoid_cross_entropy_p(*_pair("sigmoid_cross_entropy_with_logits", logits=logits, labels=labels))


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> EagerTensor:
    """`sigmoid_cross_entropy_with_logits` in which what is positive counts `pos_weight` times.

    That is `-pos_weight * labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits))`.

    Args:
      labels: probabilities, of the dtype and shape of `logits`.
      logits: a floating tensor.
      pos_weight: a number or tensor, broadcast.

    Raises:
      ValueError: if the shapes of `labels` and `logits` differ.
    """
    z, y = _pair("weighted_cross_entropy_with_logits", logits=logits, labels=labels)
    weight, y = operands(pos_weight, y)
    return weighted_cross_entropy_p(z, y, weight)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> EagerTensor:
    """`exp(log_input) - log_input * targets`: minus the log-likelihood of Poisson counts, elementwise.

    Args:
      targets: the counts.
      log_input: the logarithm of the expected counts, of the dtype and shape of `targets`.
      compute_full_loss: add Stirling's approximation of `log(targets!)` where `targets > 1`, which is constant in
        `log_input`: `targets * log(targets) - targets + log(2 * pi * targets) / 2`.

    Raises:
      ValueError: if the shapes differ.
    """
    z, y = _pair("log_poisson_loss", log_input=log_input, targets=targets)
    return rounded_once(_full_poisson_loss if compute_full_loss else _poisson_loss, z, y)  # type: ignore[no-any-return]


def _poisson_loss(z: Any, y: Any) -> Any:
    return exp_p(z) - z * y


def _full_poisson_loss(z: Any, y: Any) -> Any:
    stirling = y * log_p(y) - y + 0.5 * log_p(2 * np.pi * y)
    return _poisson_loss(z, y) + where_p((y >= 0) & (y <= 1), like(y, 0), stirling)


def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> EagerTensor:
    """Whether each target is among the `k` greatest predictions; what ties with the k-th is among them.

    Args:
      targets: a vector of class indices, int32 or int64.
      predictions: a float32 matrix, a row for each target.
      k: an integer.

    Returns:
      A bool vector. False where the target is no class, or a prediction of its row that matters is not finite.

    Raises:
      InvalidArgumentError: if the shapes do not fit.

    >>> import gradtape as tf
    >>> tf.math.in_top_k([1, 0], [[0.1, 0.9, 0.0], [0.5, 0.6, 0.7]], k=2).numpy()
    array([ True, False])
    """
    predictions = convert_to_tensor(predictions, np.float32)
    t = convert_to_tensor(targets)
    p, y = predictions._array, t._array
    if y.dtype.kind not in "iu":
        raise invalid("InTopKV2", f"targets must be int32 or int64, got {t.dtype.name}")
    if p.ndim != 2:
        raise invalid("InTopKV2", f"predictions must be 2-dimensional, got shape {list(p.shape)}")
    if y.ndim != 1:
        raise invalid("InTopKV2", f"targets must be 1-dimensional, got shape {list(y.shape)}")
    return computed(_among_greatest, p, y, whole_int(convert_to_tensor(k)._array))


@computation
def _among_greatest(p: Any, y: Any, k: int) -> Any:
    if len(p) != len(y):
        raise invalid("InTopKV2", f"First dimension of predictions {len(p)} must match length of targets {len(y)}")
    valid = (y >= 0) & (y < p.shape[1])
    if not p.shape[1]:
        return valid
    own = np.take_along_axis(p, np.where(valid, y, 0)[:, None], 1)
    greater = (p > own).sum(1)
    return valid & np.isfinite(p).all(1) & (greater < k)


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> EagerTensor:
    """The sum of the losses, weighted, over the number of examples in the global batch.

    Args:
      per_example_loss: a tensor whose first axis is the batch. Integers become float64.
      sample_weight: a weight for each example, broadcast.
      global_batch_size: the number of examples of all replicas; by default as many for each as are given here.

    Raises:
      ValueError: if `per_example_loss` is a scalar, or `global_batch_size` is none.
      TypeError: if `global_batch_size` is not an integer.
      RuntimeError: across the replicas of a strategy.

    >>> import gradtape as tf
    >>> tf.nn.compute_average_loss([1.0, 3.0], sample_weight=[1.0, 2.0]).numpy()
    np.float32(3.5)
    """
    loss = convert_to_tensor(per_example_loss)
    if not loss._array.ndim:
        raise ValueError("Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
                         f"Received per_example_loss={per_example_loss} with rank 0")  # fmt: skip
    if not loss.dtype.is_floating:
        loss = cast(loss, np.float64)
    if sample_weight is not None:
        weight = cast(convert_to_tensor(sample_weight), np.float32)
        if weight._array.ndim == loss._array.ndim + 1:
            weight = squeeze(weight, [-1])
        elif weight._array.ndim and weight._array.ndim + 1 == loss._array.ndim:
            weight = reshape(weight, [*weight._array.shape, 1])
        loss = cast(cast(loss, np.float32) * weight, loss.dtype)  # as float32, as TensorFlow does
    replicas = replica.count("compute_average_loss")
    total = loss._array.shape[0] * replicas if global_batch_size is None else _batch_size(global_batch_size)
    summed = reduce_sum(loss)
    if type(total) is Dim:
        return divide_no_nan_p(summed, cast(integers_tensor(total, np.int64), summed.dtype))
    return summed / float(total) if total else summed * 0.0


def _batch_size(size: Any) -> int:
    array = convert_to_tensor(size)._array
    if array.ndim:
        raise ValueError(f"global_batch_size must be scalar. Expected scalar shape, saw shape: {array.shape}.")
    if array.dtype.kind not in "iu":
        raise TypeError(f"global_batch_size must be an integer. Found: tensor of dtype {array.dtype}")
    size = whole_int(array)
    if size < 0:
        raise InvalidArgumentError(None, None, f"global_batch_size must be non-negative, got {size}.")
    return size


def scale_regularization_loss(regularization_loss: Any) -> EagerTensor:
    """The sum of the regularization losses, over the number of replicas. Integers become float64.

    Raises:
      RuntimeError: across the replicas of a strategy.
    """
    loss = convert_to_tensor(regularization_loss)
    replicas = replica.count("scale_regularization_loss")
    total = reduce_sum(loss if loss.dtype.is_floating else cast(loss, np.float64))
    return total if replicas == 1 else total / float(replicas)
