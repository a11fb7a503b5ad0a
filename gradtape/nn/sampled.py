"""Losses of many classes that look at a sample of them, and the samplers."""

from typing import Any, NamedTuple

import numpy as np

from ..array.joining import concat_p
from ..array.shape import stop_gradient
from ..array.slicing import slice_p
from ..linalg.matmul import matmul_p
from ..math.cast import cast
from ..math.comparison import equal_p, like, where_p, zeros_like
from ..math.elementwise import log_p
from ..math.reduction import sum_p
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .layers import embedding_lookup
from .losses import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits

__all__ = ["log_uniform_candidate_sampler", "nce_loss", "sampled_softmax_loss", "uniform_candidate_sampler"]


class Candidates(NamedTuple):
    """What a sampler gives."""

    sampled_candidates: EagerTensor
    true_expected_count: EagerTensor
    sampled_expected_count: EagerTensor


# --- samplers: the program's random numbers seed one that draws until it has enough ----------------------------------


def _odds(classes: Any, range_max: int, log: bool) -> Any:
    """The probability of each class in one draw."""
    if not log:
        return np.full(np.shape(classes), 1.0 / range_max)
    return np.log1p(1.0 / (np.asarray(classes, np.float64) + 1.0)) / np.log1p(range_max)


def _draw(generator: Any, count: int, range_max: int, log: bool) -> Any:
    if not log:
        return generator.integers(0, range_max, count)
    return np.minimum(np.exp(generator.random(count) * np.log1p(range_max)).astype(np.int64) - 1, range_max - 1)


@computation
def _sampled(seed: Any, count: int, range_max: int, unique: bool, log: bool) -> Any:
    """The classes, and last how many draws they took."""
    generator = np.random.default_rng(seed.tolist())
    if not unique:
        return np.append(_draw(generator, count, range_max, log), count)
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        for candidate in _draw(generator, count, range_max, log).tolist():
            tries += 1
            found[candidate] = None
            if len(found) == count:
                break
    return np.array([*found, tries])


@computation
def _expected(classes: Any, tries: Any, range_max: int, unique: bool, log: bool) -> Any:
    odds, tries = _odds(classes, range_max, log), int(tries)
    return (-np.expm1(tries * np.log1p(-odds)) if unique else odds * tries).astype(np.float32)


@computation
def _check_columns(columns: int, num_true: int, op: str) -> None:
    if columns != num_true:
        raise invalid(op, f"true_classes must have num_true columns, expected: {num_true} was: {columns}")


def _candidates(op: str, true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any,
                log: bool) -> Candidates:  # fmt: skip
    from ..random.sampling import uniform

    true = convert_to_tensor(true_classes, dtype_hint=dtypes.int64)
    if true._array.ndim != 2:
        raise invalid(op, f"true_classes must be a matrix, got shape {true.shape}")
    checked(_check_columns, true._array.shape[1], num_true, op)
    if unique and num_sampled > range_max:
        raise invalid(op, f"Sampler's range is too small: {num_sampled} of {range_max} classes")
    how = {"range_max": int(range_max), "unique": bool(unique), "log": log}
    fresh = uniform([2], 0, dtypes.int32.max, dtypes.int32, seed=seed)
    drawn = computed(_sampled, fresh, int(num_sampled), **how)
    classes = slice_p(drawn, key=(slice(0, int(num_sampled)),))
    tries = slice_p(drawn, key=(int(num_sampled),))
    return Candidates(classes, computed(_expected, true, tries, **how), computed(_expected, classes, tries, **how))


def log_uniform_candidate_sampler(true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
                                  seed: Any = None, name: str | None = None) -> Candidates:  # fmt: skip
    """Classes of which small numbers are more likely, as words sorted by frequency are: by 1 / (class + 1), about.

    Args:
      true_classes: int64, of shape (batch, num_true).
      num_true: how many classes each example has.
      num_sampled: how many to draw.
      unique: draw each at most once.
      range_max: how many classes there are.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`. The numbers are not TensorFlow's.

    Returns:
      The classes drawn; how often each true class, and each one drawn, is to be expected in such a sample.

    Raises:
      InvalidArgumentError: if there are fewer classes than are to be drawn, or `true_classes` is of another shape.
    """
    return _candidates("LogUniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, True)


def uniform_candidate_sampler(true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
                              seed: Any = None, name: str | None = None) -> Candidates:  # fmt: skip
    """Classes that are equally likely; see `log_uniform_candidate_sampler`."""
    return _candidates("UniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, False)


# --- losses ----------------------------------------------------------------------------------------------------------


def _logits(weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, num_classes: int, num_true: int,
            sampled_values: Any, remove_accidental_hits: bool, seed: Any = None) -> tuple[Any, Any]:  # fmt: skip
    """The logits of the true classes and of those sampled, less the logarithms of their odds; and their labels."""
    x = convert_to_tensor(inputs)
    true = cast(convert_to_tensor(labels), dtypes.int64)
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(true, num_true, num_sampled, True, num_classes, seed)
    sampled, true_count, sampled_count = (stop_gradient(convert_to_tensor(v)) for v in sampled_values)
    sampled = cast(sampled, dtypes.int64)
    batch, width = x._array.shape
    count = sampled._array.shape[0]
    flat = reshape_p(true, shape=(batch * num_true,))
    ids = concat_p(flat, sampled, axis=-1)
    rows, offsets = embedding_lookup(weights, ids), embedding_lookup(biases, ids)

    first = slice_p(rows, key=(slice(0, batch * num_true),))
    of_true = sum_p(
        reshape_p(first, shape=(batch, num_true, width)) * reshape_p(x, shape=(batch, 1, width)), axis=(-1,)
    )
    of_true = of_true + reshape_p(slice_p(offsets, key=(slice(0, batch * num_true),)), shape=(batch, num_true))
    of_sampled = matmul_p(x, slice_p(rows, key=(slice(batch * num_true, None),)), tb=True)
    of_sampled = of_sampled + slice_p(offsets, key=(slice(batch * num_true, None),))
    if remove_accidental_hits:
        hits = equal_p(reshape_p(true, shape=(batch, num_true, 1)), sampled)
        least = like(of_sampled, float(of_sampled.dtype.min))
        of_sampled = of_sampled + sum_p(where_p(hits, least, zeros_like(least)), axis=(-2,))
    of_true = of_true - log_p(cast(true_count, x.dtype))
    of_sampled = of_sampled - log_p(cast(sampled_count, x.dtype))
    ones = broadcast_to_p(like(x, 1.0 / num_true), shape=(batch, num_true))
    zeros = broadcast_to_p(zeros_like(x), shape=(batch, count))
    return concat_p(of_true, of_sampled, axis=-1), concat_p(ones, zeros, axis=-1)


def nce_loss(weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, num_classes: int, num_true: int = 1,
             sampled_values: Any = None, remove_accidental_hits: bool = False,
             name: str = "nce_loss") -> EagerTensor:  # fmt: skip
    """The noise-contrastive estimation loss: to tell the true classes from those sampled.

    Source: Gutmann and Hyvarinen, "Noise-contrastive estimation" (2010).

    Args:
      weights: a row for each class, of shape (num_classes, width); or a list of such parts.
      biases: a number for each class.
      labels: int64, of shape (batch, num_true), the true classes.
      inputs: of shape (batch, width).
      num_sampled: how many classes to draw for the batch.
      num_classes: how many there are.
      num_true: how many true classes each example has.
      sampled_values: what a sampler gave; by default `tf.random.log_uniform_candidate_sampler`.
      remove_accidental_hits: leave out those drawn that are true.

    Returns:
      A tensor of shape (batch,).
    """
    logits, targets = _logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits
    )
    return sum_p(sigmoid_cross_entropy_with_logits(targets, logits), axis=(-1,))  # type: ignore[no-any-return]


def sampled_softmax_loss(weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, num_classes: int,
                         num_true: int = 1, sampled_values: Any = None, remove_accidental_hits: bool = True,
                         seed: Any = None, name: str = "sampled_softmax_loss") -> EagerTensor:  # fmt: skip
    """The softmax cross entropy among the true classes and those sampled; arguments as in `nce_loss`.

    Source: Jean et al., "On using very large target vocabulary for neural machine translation" (2014).
    """
    logits, targets = _logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
    )
    return softmax_cross_entropy_with_logits(targets, logits)
