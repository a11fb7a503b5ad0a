"""Reading the arguments that convolutions and pools share: strides, windows, paddings, data formats."""

from collections.abc import Sequence
from typing import Any

from ..values.convert import convert_to_tensor, gives_tensor
from ..values.errors import UnimplementedError, invalid
from ..values.symbolic import Dim, checked, computation, greatest
from ..values.tensor import EagerTensor

__all__: list[str] = []

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_LAST = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
_FIRST = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


def channels_first(data_format: Any, spatial: int, op: str, error: Any = None) -> bool:
    """Whether `data_format` says that channels come before the spatial axes."""
    if data_format is None or data_format == _LAST[spatial]:
        return False
    if data_format == _FIRST[spatial]:
        return True
    allowed = f'"{_LAST[spatial]}", "{_FIRST[spatial]}"'
    message = f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: {allowed}"
    raise invalid(op, message) if error is None else error(message)


def per_axis(value: Any, spatial: int, first: bool, name: str, op: str, default: int | None = None) -> Ints:
    """A number for each spatial axis, from an integer, or a list of 1, `spatial`, or `spatial + 2` integers."""
    if type(value) is int and value > 0:
        return (value,) * spatial
    if value is None and default is not None:
        return (default,) * spatial
    if gives_tensor(value):
        value = convert_to_tensor(value).numpy().tolist()
    given = list(value) if isinstance(value, Sequence) or hasattr(value, "__len__") else [value]
    given = [int(v) for v in given]
    if len(given) == 1:
        numbers = given * spatial
    elif len(given) == spatial:
        numbers = given
    elif len(given) == spatial + 2:
        outer = (given[0], given[1] if first else given[-1])
        numbers = given[2:] if first else given[1:-1]
        if outer != (1, 1):
            raise UnimplementedError(None, None, f"{op} cannot have {name} along the batch and the channels, got "
                                     f"{name}={given}. [Op:{op}]")  # fmt: skip
    else:
        raise ValueError(f"{name} should be of length 1, {spatial} or {spatial + 2}. Received: {name}={value} of "
                         f"length {len(given)}")  # fmt: skip
    if any(n <= 0 for n in numbers):
        raise invalid(op, f"{name} should be larger than 0, got {given}")
    return tuple(numbers)


def pairs(padding: Any, size: Ints, kernel: Ints, strides: Ints, dilations: Ints, first: bool, op: str,
          explicit: bool = True) -> Pairs:  # fmt: skip
    """The padding before and after each spatial axis.

    "SAME" gives `ceil(size / stride)` windows, and what is odd of the padding it needs comes after.
    """
    if padding == "VALID":
        return ((0, 0),) * len(size)
    if padding == "SAME":
        found = []
        for n, k, s, d in zip(size, kernel, strides, dilations, strict=True):
            total = (k - 1) * d if s == 1 else greatest(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n)
            found.append((total // 2, total - total // 2))
        return tuple(found)
    if isinstance(padding, str):
        if padding == "EXPLICIT":
            raise ValueError("'EXPLICIT' is not a valid value for `padding`. Explicit padding is a list of pairs.")
        allowed = '"SAME", "VALID", "EXPLICIT"'
        raise invalid(op, f"Value for attr 'padding' of \"{padding}\" is not in the list of allowed values: {allowed}")
    if padding is None or not explicit:
        raise TypeError(f"Expected string for argument 'padding' not {padding!r}.")
    given = [tuple(int(p) for p in pair) for pair in padding]
    if len(given) != len(size) + 2:
        raise ValueError(f"When padding is a list, it must be of size {len(size) + 2}. Received: padding={padding} of "
                         f"size {len(given)}")  # fmt: skip
    if any(len(pair) != 2 for pair in given):
        raise ValueError(f"Each element of padding must be a pair. Received: padding={padding}")
    if any(p < 0 for pair in given for p in pair):
        raise invalid(op, f"All elements of explicit_paddings must be nonnegative, got {padding}")
    channels = given[1] if first else given[-1]
    if any((*given[0], *channels)):
        raise invalid(op, f"Nonzero explicit padding in the batch or depth dimensions is not supported, got {padding}")
    return tuple(given[2:] if first else given[1:-1])  # type: ignore[arg-type]


def fits(size: Ints, kernel: Ints, strides: Ints, padding: Pairs, dilations: Ints, op: str) -> None:
    """Raise where a window is so much larger than the image that not even nothing comes out."""
    for n, k, s, around, d in zip(size, kernel, strides, padding, dilations, strict=True):
        checked(_check_window, n, (k - 1) * d + 1, s, *around, op)


@computation
def _check_window(n: int, extent: int, stride: int, before: int, after: int, op: str) -> None:
    if n + before + after - extent + stride <= -stride:
        raise invalid(op, f"Computed output size would be negative: a window of {extent} on an axis of {n} padded by "
                      f"{(before, after)}, with stride {stride}")  # fmt: skip


def uncertain_axes(x_shape: Ints, *_: Ints, **__: Any) -> set[int]:
    """The spatial axes that are not known, and so are those of the result, whose lengths round."""
    return {i for i in range(1 - len(x_shape), -1) if type(x_shape[i]) is Dim}


def image(value: Any, dtype: Any = None) -> EagerTensor:
    return value if type(value) is EagerTensor else convert_to_tensor(value, dtype)


def to_last(ndim: int) -> Ints:
    """The permutation that moves channels from after the batch to the end."""
    return (-ndim, *range(2 - ndim, 0), 1 - ndim)


def to_first(ndim: int) -> Ints:
    """The permutation that moves them back."""
    return (-ndim, -1, *range(1 - ndim, -1))
