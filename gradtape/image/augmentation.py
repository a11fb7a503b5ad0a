"""Images changed at random: by the global seed and that of the operation, or by the `seed` that stateless ones are
given.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..array.arguments import integers
from ..array.indexing import slice as slice_of
from ..array.joining import reverse_p
from ..array.slicing import sized
from ..math.cast import cast
from ..math.comparison import less_p, like, where_p
from ..math.elementwise import round_p
from ..operations.broadcasting import reshape_p
from ..random.sampling import uniform
from ..random.stateless import stateless_uniform
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed, integers_tensor
from ..values.tensor import EagerTensor
from .colours import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation
from .form import image_of

__all__ = [
    "random_brightness", "random_contrast", "random_crop", "random_flip_left_right", "random_flip_up_down",
    "random_hue", "random_saturation", "stateless_random_brightness", "stateless_random_contrast",
    "stateless_random_crop", "stateless_random_flip_left_right", "stateless_random_flip_up_down",
    "stateless_random_hue", "stateless_random_saturation",
]  # fmt: skip

Draw = Callable[..., Any]  # numbers of a shape, between two bounds


def _drawn(seed: Any) -> Draw:
    return lambda shape, low, high, dtype=dtypes.float32: uniform(shape, low, high, dtype, seed=seed)


def _stateless(seed: Any) -> Draw:
    return lambda shape, low, high, dtype=dtypes.float32: stateless_uniform(shape, seed, low, high, dtype)


# --- mirrored --------------------------------------------------------------------------------------------------------


def _flip(image: Any, axis: int, draw: Draw) -> EagerTensor:
    """Each image mirrored along `axis`, or not."""
    x = image_of(image)
    mirrored = reverse_p(x, axes=(axis,))
    if x._array.ndim == 3:
        half = draw([], 0, 1.0)
        return where_p(less_p(half, like(half, 0.5)), mirrored, x)  # type: ignore[no-any-return]
    batch = x._array.shape[0]
    chosen = cast(round_p(reshape_p(draw([batch], 0, 1.0), shape=(batch, 1, 1, 1))), x.dtype)
    return chosen * mirrored + (1 - chosen) * x  # type: ignore[operator,no-any-return]


def random_flip_left_right(image: Any, seed: Any = None) -> EagerTensor:
    """Images mirrored left to right, each with probability 1/2.

    Args:
      image: of shape (height, width, channels), or with a batch axis before.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Raises:
      ValueError: if `image` has neither 3 nor 4 axes.
    """
    return _flip(image, -2, _drawn(seed))


def random_flip_up_down(image: Any, seed: Any = None) -> EagerTensor:
    """Images mirrored top to bottom, each with probability 1/2; see `random_flip_left_right`."""
    return _flip(image, -3, _drawn(seed))


def stateless_random_flip_left_right(image: Any, seed: Any) -> EagerTensor:
    """As `random_flip_left_right`, by a `seed` of two integers alone."""
    return _flip(image, -2, _stateless(seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> EagerTensor:
    """As `random_flip_up_down`, by a `seed` of two integers alone."""
    return _flip(image, -3, _stateless(seed))


# --- adjusted --------------------------------------------------------------------------------------------------------


def _around_zero(adjust: Any, image: Any, most: Any, draw: Draw, limit: float | None = None) -> EagerTensor:
    if limit is not None and most > limit:
        raise ValueError(f"max_delta must be <= {limit}.")
    if most < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust(image, draw([], -most, most))  # type: ignore[no-any-return]


def _between(adjust: Any, image: Any, lower: Any, upper: Any, draw: Draw) -> EagerTensor:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return adjust(image, draw([], lower, upper))  # type: ignore[no-any-return]


def random_brightness(image: Any, max_delta: Any, seed: Any = None) -> EagerTensor:
    """`tf.image.adjust_brightness` by a number in [-max_delta, max_delta).

    Raises:
      ValueError: if `max_delta` is negative.
    """
    return _around_zero(adjust_brightness, image, max_delta, _drawn(seed))


def random_contrast(image: Any, lower: Any, upper: Any, seed: Any = None) -> EagerTensor:
    """`tf.image.adjust_contrast` by a number in [lower, upper).

    Raises:
      ValueError: if `lower` is negative, or not below `upper`.
    """
    return _between(adjust_contrast, image, lower, upper, _drawn(seed))


def random_hue(image: Any, max_delta: Any, seed: Any = None) -> EagerTensor:
    """`tf.image.adjust_hue` by a number in [-max_delta, max_delta).

    Raises:
      ValueError: if `max_delta` is not in [0, 0.5].
    """
    return _around_zero(adjust_hue, image, max_delta, _drawn(seed), 0.5)


def random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> EagerTensor:
    """`tf.image.adjust_saturation` by a number in [lower, upper).

    Raises:
      ValueError: if `lower` is negative, or not below `upper`.
    """
    return _between(adjust_saturation, image, lower, upper, _drawn(seed))


def stateless_random_brightness(image: Any, max_delta: Any, seed: Any) -> EagerTensor:
    """As `random_brightness`, by a `seed` of two integers alone."""
    return _around_zero(adjust_brightness, image, max_delta, _stateless(seed))


def stateless_random_contrast(image: Any, lower: Any, upper: Any, seed: Any) -> EagerTensor:
    """As `random_contrast`, by a `seed` of two integers alone."""
    return _between(adjust_contrast, image, lower, upper, _stateless(seed))


def stateless_random_hue(image: Any, max_delta: Any, seed: Any) -> EagerTensor:
    """As `random_hue`, by a `seed` of two integers alone."""
    return _around_zero(adjust_hue, image, max_delta, _stateless(seed), 0.5)


def stateless_random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> EagerTensor:
    """As `random_saturation`, by a `seed` of two integers alone."""
    return _between(adjust_saturation, image, lower, upper, _stateless(seed))


# --- cut out ---------------------------------------------------------------------------------------------------------


@computation
def _offset(drawn: Any, shape: tuple[int, ...], size: tuple[int, ...]) -> Any:
    return drawn % (shape - size + 1)


@computation
def _check_size(n: int, *lengths: int) -> None:
    shape, sizes = lengths[:n], lengths[n:]
    if len(sizes) != n or any(m > k for m, k in zip(sizes, shape, strict=True)):
        raise invalid("Assert", f"Need value.shape >= size, got {list(shape)} and {list(sizes)}")


def _crop(value: Any, size: Any, draw: Draw) -> EagerTensor:
    x = convert_to_tensor(value)
    shape, sizes = x._array.shape, integers(size, "Slice", "size")
    checked(_check_size, len(shape), *shape, *sizes)
    drawn = draw([len(shape)], 0, dtypes.int32.max, dtypes.int32)
    at = computed(
        _offset, drawn, integers_tensor(shape, drawn.dtype._numpy), integers_tensor(sizes, drawn.dtype._numpy)
    )
    return sized(slice_of(x, at, integers_tensor(sizes, drawn.dtype._numpy)), sizes)  # type: ignore[no-any-return]


def random_crop(value: Any, size: Sequence[int], seed: Any = None, name: str | None = None) -> EagerTensor:
    """A part of a tensor, from a random place.

    Args:
      value: a tensor.
      size: the part's length along each axis.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Raises:
      InvalidArgumentError: if `value` is smaller than that.

    >>> import gradtape as tf
    >>> tf.image.random_crop(tf.ones([8, 8, 3]), [5, 6, 3]).shape
    TensorShape([5, 6, 3])
    """
    return _crop(value, size, _drawn(seed))


def stateless_random_crop(value: Any, size: Sequence[int], seed: Any, name: str | None = None) -> EagerTensor:
    """As `random_crop`, by a `seed` of two integers alone."""
    return _crop(value, size, _stateless(seed))
