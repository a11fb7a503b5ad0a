"""Dropout, and looking up the rows of an embedding."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.arguments import axis_of, whole_number
from ..array.gathering import gather
from ..array.partitions import dynamic_partition, dynamic_stitch
from ..math.clip import clip_by_norm
from ..math.comparison import like, where_p
from ..operations import reading
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..values.convert import convert_to_tensor, gives_tensor
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import Dim, computation, computed, least
from ..values.tensor import EagerTensor

__all__ = ["dropout", "embedding_lookup", "general_dropout", "stateless_dropout"]


def dropout(x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None) -> EagerTensor:
    """`x` with a random part of its elements set to 0, and the others scaled by `1 / (1 - rate)`.

    Args:
      x: a floating tensor.
      rate: the probability of being dropped, in [0, 1): a number or scalar tensor. Where it is 0, `x` is returned.
      noise_shape: the shape of the random choice, broadcast with `x`: `[batch, 1]` drops whole rows. None in it is the
        size of `x`.
      seed: for the random numbers; see `tf.random.set_seed`.

    Raises:
      ValueError: if `rate` is outside of [0, 1), or `x` is not floating.

    >>> import gradtape as tf
    >>> sorted(set(tf.nn.dropout(tf.ones([100]), rate=0.5).numpy().tolist()))
    [0.0, 2.0]
    """
    from ..random.sampling import uniform

    return _dropped(x, rate, noise_shape, functools.partial(uniform, seed=seed))


def stateless_dropout(x: Any, rate: Any, seed: Any, rng_alg: Any = None, noise_shape: Any = None,
                      name: str | None = None) -> EagerTensor:  # fmt: skip
    """As `tf.nn.dropout`, with the same random choice for the same `seed`.

    Args:
      x, rate, noise_shape: see `tf.nn.dropout`.
      seed: two integers, int32 or int64.
      rng_alg: the algorithm, as of `tf.random.stateless_uniform`.

    Raises:
      ValueError: if `rate` is outside of [0, 1), or `x` is not floating.
      InvalidArgumentError: if `seed` is not of the right form.

    >>> import gradtape as tf
    >>> tf.nn.experimental.stateless_dropout(tf.ones([4]), rate=0.5, seed=[1, 0]).numpy()
    array([2., 0., 2., 0.], dtype=float32)
    """
    from ..random.stateless import stateless_uniform

    sampler = functools.partial(stateless_uniform, seed=seed, alg="auto_select" if rng_alg is None else rng_alg)
    return _dropped(x, rate, noise_shape, sampler)


def general_dropout(x: Any, rate: Any, uniform_sampler: Callable[..., Any], noise_shape: Any = None,
                    name: str | None = None) -> EagerTensor:  # fmt: skip
    """As `tf.nn.dropout`, with random numbers of your own.

    Args:
      x, rate, noise_shape: see `tf.nn.dropout`.
      uniform_sampler: `uniform_sampler(shape=..., dtype=...)` gives random numbers in [0, 1), such as
        `tf.random.Generator.uniform`.

    Raises:
      ValueError: if `rate` is outside of [0, 1), or `x` is not floating.

    >>> import gradtape as tf
    >>> g = tf.random.Generator.from_seed(7)
    >>> sorted(set(tf.nn.experimental.general_dropout(tf.ones([100]), 0.5, g.uniform).numpy().tolist()))
    [0.0, 2.0]
    """
    return _dropped(x, rate, noise_shape, uniform_sampler)


def _dropped(x: Any, rate: Any, noise_shape: Any, sampler: Callable[..., Any]) -> EagerTensor:
    x = reading.convert_to_tensor(x)
    if not x.dtype.is_floating:
        raise ValueError("`x.dtype` must be a floating point tensor as `x` will be scaled. Received: "
                         f"x_dtype={x.dtype}")  # fmt: skip
    if gives_tensor(rate):
        rate = _of_rate(rate, x)
    else:
        if not isinstance(rate, int | float | np.number):
            raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}")
        if rate == 0:
            return x
    size = x._array.shape
    shape = size if noise_shape is None else _noise_shape(noise_shape, size)
    keep = sampler(shape=shape, dtype=x.dtype) >= rate
    if keep._array.shape != size:
        try:
            keep = broadcast_to_p(keep, shape=size)
        except InvalidArgumentError:
            message = f"`noise_shape` {list(shape)} does not broadcast to the shape of x, {list(size)}"
            raise invalid("SelectV2", message) from None
    return where_p(keep, x * (1 / (1 - rate)), like(x, 0))  # type: ignore[no-any-return]


def _of_rate(rate: Any, x: EagerTensor) -> EagerTensor:
    rate = convert_to_tensor(rate)
    if rate._array.ndim:
        raise ValueError(f"`rate` must be a scalar, got shape {rate.shape}")
    if rate.dtype != x.dtype:
        raise ValueError("`x.dtype` must be compatible with `rate.dtype`. Received: "
                         f"x.dtype={x.dtype} and rate.dtype={rate.dtype}")  # fmt: skip
    return rate


def _noise_shape(given: Any, size: tuple[int, ...]) -> tuple[int, ...]:
    if gives_tensor(given):
        given = convert_to_tensor(given)._array.tolist()
    found = [n if n is None or type(n) is Dim else axis_of(n) for n in given]
    if len(found) == len(size):
        found = [m if n is None else n for n, m in zip(found, size, strict=True)]
    return tuple(n for n in found if n is not None)


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> EagerTensor:
    """The rows of `params` at `ids`.

    Args:
      params: a tensor or variable of shape `(rows, *row)`; or a list of such, among which the rows are spread in order
        and as evenly as can be, the first ones having one more.
      ids: int32 or int64 indices, of any shape.
      max_norm: rows of a greater Euclidean norm are scaled down to it.

    Returns:
      A tensor of shape `(*ids.shape, *row)`. The gradient of each of `params` is a `tf.IndexedSlices`.

    Raises:
      ValueError: if there are no params.
      InvalidArgumentError: if an index is not in [0, rows), or the rows are not spread evenly.

    >>> import gradtape as tf
    >>> tf.nn.embedding_lookup(tf.constant([[1.0, 2.0], [3.0, 4.0]]), [1, 1]).numpy()
    array([[3., 4.],
           [3., 4.]], dtype=float32)
    """
    if params is None:
        raise ValueError("params must be specified")
    if isinstance(params, list) and not params:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    ids = convert_to_tensor(ids)
    if isinstance(params, list) and len(params) > 1:
        rows = _of_partitions(params, ids)
    else:
        rows = gather(params[0] if isinstance(params, list) else params, ids)
    if max_norm is None:
        return rows
    ndim = rows._array.ndim - ids._array.ndim
    return clip_by_norm(rows, max_norm, axes=list(range(-ndim, 0)))  # type: ignore[no-any-return]


def _of_partitions(params: list[Any], ids: Any) -> EagerTensor:
    """The rows at `ids` of several params, from each of which only its own are taken."""
    count = math.prod(ids._array.shape)
    at = reshape_p(ids, shape=(count,))
    whole_number(at._array.dtype, "GatherV2", "Tindices", ("int16", "int32", "int64"))
    tables = [convert_to_tensor(p) for p in params]
    if not all(t._array.ndim for t in tables):
        raise invalid("GatherV2", "params must be at least 1 dimensional")
    whole: Any = sum(t._array.shape[0] for t in tables)
    each, more = whole // len(tables), whole % len(tables)  # the first `more` have a row more
    which = computed(_table_of, at, each, more)
    parts = dynamic_partition(computed(_places, count), which, len(tables))
    rows = []
    for i, (table, part) in enumerate(zip(tables, parts, strict=True)):
        rows.append(gather(table, gather(at, part) - like(at, i * each + least(i, more))))
    shape = (*ids._array.shape, *rows[0]._array.shape[1:])
    return reshape_p(dynamic_stitch(parts, rows), shape=shape)  # type: ignore[no-any-return]


@computation
def _table_of(at: Any, each: int, more: int) -> Any:
    return np.maximum(at // (each + 1), (at - more) // max(each, 1)).astype(np.int32)


@computation
def _places(count: int) -> Any:
    return np.arange(count, dtype=np.int32)
