"""`tf.compat.v1.losses`: losses with weights for elements or examples, reduced to a number in several ways."""

from typing import Any

from ... import nn
from ...array.creation import ones_like, range, zeros_like
from ...array.shape import broadcast_to, rank, shape, size, squeeze, stop_gradient
from ...math import add_n, divide_no_nan, log, maximum, minimum, reduce_sum, square, squared_difference
from ...math.cast import cast
from ...math.comparison import not_equal, where
from ...math.complex_numbers import abs
from ...operations.reading import convert_to_tensor
from ...values.dtypes import float32
from ...values.thread import current
from . import eager, namespace

__all__ = [
    "Reduction", "absolute_difference", "add_loss", "compute_weighted_loss", "cosine_distance", "get_losses",
    "get_regularization_loss", "get_regularization_losses", "get_total_loss", "hinge_loss", "huber_loss", "log_loss",
    "mean_pairwise_squared_error", "mean_squared_error", "sigmoid_cross_entropy", "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]  # fmt: skip

_LOSSES = eager.GraphKeys.LOSSES


class Reduction:
    """How the losses of elements become one."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = SUM_OVER_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        return (cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_OVER_NONZERO_WEIGHTS,
                cls.SUM_BY_NONZERO_WEIGHTS)  # fmt: skip

    @classmethod
    def validate(cls, key: str) -> None:
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}. Key should be one of {cls.all()}.")


_BY_WEIGHTS = Reduction.SUM_BY_NONZERO_WEIGHTS


def compute_weighted_loss(losses: Any, weights: Any = 1.0, scope: str | None = None, loss_collection: Any = _LOSSES,
                          reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """Losses times weights, reduced.

    Args:
      losses: of elements.
      weights: a number, or of as many axes as `losses`, each of its length or 1.
      scope, loss_collection: have no effect.
      reduction: one of `Reduction`: the sum, or that over the number of weights that are not 0 (the usual one), over
        the sum of the weights, or over the number of elements; or none.

    Raises:
      ValueError: if the weights do not fit, or there is no such reduction.

    >>> import gradtape as tf
    >>> tf.compat.v1.losses.compute_weighted_loss([1.0, 2.0, 6.0], weights=[1.0, 1.0, 0.0]).numpy()
    np.float32(1.5)
    """
    Reduction.validate(reduction)
    losses = convert_to_tensor(losses)
    dtype = losses.dtype
    weights = cast(weights, float32)
    _check(weights, losses)
    losses = cast(losses, float32)
    weighted = losses * weights
    if reduction == Reduction.NONE:
        return cast(weighted, dtype)
    loss = reduce_sum(weighted)
    if reduction == Reduction.MEAN:
        loss = divide_no_nan(loss, reduce_sum(ones_like(losses) * weights))
    elif reduction == _BY_WEIGHTS:
        loss = divide_no_nan(loss, reduce_sum(_present(losses, weights)))
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        loss = divide_no_nan(loss, cast(size(losses), float32))
    return cast(loss, dtype)


def _check(weights: Any, values: Any) -> None:
    """Raise ValueError unless the weights are a number, or fit axis by axis."""
    given, wanted = weights.shape, values.shape
    if given.rank in (None, 0) or wanted.rank is None:
        return
    start = "weights can not be broadcast to values."
    if given.rank != wanted.rank:
        raise ValueError(f"{start} values.rank={wanted.rank}. weights.rank={given.rank}. values.shape={wanted}. "
                         f"weights.shape={given}.")  # fmt: skip
    for axis, (n, m) in enumerate(zip(given, wanted, strict=True)):
        if n not in (1, None, m) and m is not None:
            raise ValueError(f"{start} Mismatch at dim {axis}. values.shape={wanted} weights.shape={given}.")


def _present(losses: Any, weights: Any) -> Any:
    """1 where an element has a weight that is not 0, else 0."""
    return broadcast_to(cast(not_equal(weights, 0.0), float32), shape(losses))


def _pair(labels: Any, predictions: Any, names: tuple[str, str] = ("labels", "predictions")) -> tuple[Any, Any]:
    _given(labels, predictions, names)
    predictions, labels = cast(predictions, float32), cast(labels, float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


def _given(labels: Any, predictions: Any, names: tuple[str, str]) -> None:
    for value, name in zip((labels, predictions), names, strict=True):
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def absolute_difference(labels: Any, predictions: Any, weights: Any = 1.0, scope: str | None = None,
                        loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """|predictions - labels|; see `compute_weighted_loss`."""
    labels, predictions = _pair(labels, predictions)
    return compute_weighted_loss(abs(predictions - labels), weights, reduction=reduction)


def cosine_distance(labels: Any, predictions: Any, axis: Any = None, weights: Any = 1.0, scope: str | None = None,
                    loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS, dim: Any = None) -> Any:  # fmt: skip
    """1 less the product of unit vectors along `axis`; see `compute_weighted_loss`."""
    if axis is not None and dim is not None:
        raise ValueError("Cannot specify both 'dim' and 'axis'.")
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    labels, predictions = _pair(labels, predictions)
    losses = 1.0 - reduce_sum(predictions * labels, axis=axis, keepdims=True)
    return compute_weighted_loss(losses, weights, reduction=reduction)


def hinge_loss(labels: Any, logits: Any, weights: Any = 1.0, scope: str | None = None, loss_collection: Any = _LOSSES,
               reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """max(0, 1 - y logits), where y is -1 or 1 for labels of 0 or 1; see `compute_weighted_loss`."""
    labels, logits = _pair(labels, logits, ("labels", "logits"))
    return compute_weighted_loss(nn.relu(1.0 - (2.0 * labels - 1.0) * logits), weights, reduction=reduction)


def huber_loss(labels: Any, predictions: Any, weights: Any = 1.0, delta: Any = 1.0, scope: str | None = None,
               loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """Half the square of errors up to `delta`, and linear beyond; see `compute_weighted_loss`."""
    labels, predictions = _pair(labels, predictions)
    error = abs(predictions - labels)
    quadratic = minimum(error, delta)
    losses = 0.5 * quadratic * quadratic + delta * (error - quadratic)
    return compute_weighted_loss(losses, weights, reduction=reduction)


def log_loss(labels: Any, predictions: Any, weights: Any = 1.0, epsilon: float = 1e-7, scope: str | None = None,
             loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """The cross-entropy of probabilities; see `compute_weighted_loss`."""
    labels, predictions = _pair(labels, predictions)
    losses = -labels * log(predictions + epsilon) - (1.0 - labels) * log(1.0 - predictions + epsilon)
    return compute_weighted_loss(losses, weights, reduction=reduction)


def mean_pairwise_squared_error(labels: Any, predictions: Any, weights: Any = 1.0, scope: str | None = None,
                                loss_collection: Any = _LOSSES) -> Any:  # fmt: skip
    """The mean square of how differences between two elements of an example differ, summed over examples.

    Args:
      labels, predictions: of at least two axes, the first of which is that of examples.
      weights: a number, or one for each example.
    """
    _given(labels, predictions, ("labels", "predictions"))
    labels, predictions = _pair(labels, predictions)
    weights = cast(weights, float32)
    _check(weights, labels)
    errors = predictions - labels
    axes = range(1, rank(errors))
    if weights.shape.rank == 0 and current.thread.trace is None and bool(weights != 0.0):
        count = cast(size(errors), float32)  # of all examples, as TensorFlow has it: eagerly, and with one weight
    else:
        count = reduce_sum(_present(errors, weights), axes, keepdims=True)
    squares = reduce_sum(square(errors), axes, keepdims=True)
    sums = reduce_sum(errors, axes, keepdims=True)
    losses = 2.0 * divide_no_nan(squares, maximum(count - 1.0, 0.0))
    losses -= 2.0 * divide_no_nan(square(sums), maximum(count * (count - 1.0), 0.0))
    loss = reduce_sum(losses * weights)
    return where(reduce_sum(count) > 0.0, loss, zeros_like(loss))


def mean_squared_error(labels: Any, predictions: Any, weights: Any = 1.0, scope: str | None = None,
                       loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """Squares of errors; see `compute_weighted_loss`."""
    labels, predictions = _pair(labels, predictions)
    return compute_weighted_loss(squared_difference(predictions, labels), weights, reduction=reduction)


def _of_classes(labels: Any, logits: Any, name: str) -> tuple[Any, Any]:
    """Labels called `name`, and logits, as tensors of one dtype and shape."""
    _given(labels, logits, (name, "logits"))
    logits = convert_to_tensor(logits)
    labels = cast(labels, logits.dtype)
    logits.shape.assert_is_compatible_with(labels.shape)
    return labels, logits


def sigmoid_cross_entropy(multi_class_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: Any = 0,
                          scope: str | None = None, loss_collection: Any = _LOSSES,
                          reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """`tf.nn.sigmoid_cross_entropy_with_logits`, of labels drawn towards 1/2; see `compute_weighted_loss`."""
    labels, logits = _of_classes(multi_class_labels, logits, "multi_class_labels")
    if label_smoothing > 0:
        labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
    losses = nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(losses, weights, reduction=reduction)


def softmax_cross_entropy(onehot_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: Any = 0,
                          scope: str | None = None, loss_collection: Any = _LOSSES,
                          reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """`tf.nn.softmax_cross_entropy_with_logits`, of labels drawn towards equal ones; see `compute_weighted_loss`."""
    labels, logits = _of_classes(onehot_labels, logits, "onehot_labels")
    if label_smoothing > 0:
        classes = cast(shape(labels)[-1], logits.dtype)
        labels = labels * (1.0 - label_smoothing) + label_smoothing / classes
    losses = nn.softmax_cross_entropy_with_logits(labels=stop_gradient(labels), logits=logits)
    return compute_weighted_loss(losses, weights, reduction=reduction)


def sparse_softmax_cross_entropy(labels: Any, logits: Any, weights: Any = 1.0, scope: str | None = None,
                                 loss_collection: Any = _LOSSES, reduction: str = _BY_WEIGHTS) -> Any:  # fmt: skip
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`; see `compute_weighted_loss`."""
    _given(labels, logits, ("labels", "logits"))
    labels, logits, weights = convert_to_tensor(labels), convert_to_tensor(logits), convert_to_tensor(weights)
    if labels.shape.rank == logits.shape.rank and labels.shape[-1] == 1:
        labels = squeeze(labels, [-1])
    if weights.shape.rank == labels.shape.rank + 1:
        weights = squeeze(weights, [-1])
    losses = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(losses, weights, reduction=reduction)


# --- collections -----------------------------------------------------------------------------------------------------


def add_loss(loss: Any, loss_collection: Any = _LOSSES) -> None:
    """Does nothing: losses of eager code are kept by the program."""


def get_losses(scope: str | None = None, loss_collection: Any = _LOSSES) -> list[Any]:
    """What was put into the collection of losses, by `add_to_collection` alone."""
    return eager.get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Any]:
    """The losses of the regularisers of variables, which are computed when they are used."""
    return eager.get_collection(eager.GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(scope: str | None = None, name: str = "total_regularization_loss") -> Any:
    """The sum of the losses of regularisers; 0 if there are none."""
    losses = get_regularization_losses(scope)
    return add_n([convert_to_tensor(loss) for loss in losses]) if losses else convert_to_tensor(0.0)


def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None) -> Any:
    """The sum of the losses that were put into the collection, and of those of regularisers."""
    losses = get_losses(scope) + (get_regularization_losses(scope) if add_regularization_losses else [])
    if not losses:
        raise ValueError("There is no loss: eager code keeps its losses itself, and adds them.")
    return add_n([convert_to_tensor(loss) for loss in losses])


def __getattr__(name: str) -> Any:
    return namespace.look_up("losses", name)
