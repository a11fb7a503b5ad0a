"""What TensorBoard shows: `scalar`, `histogram`, `image`, `audio`, `text`, as its plugins read them."""

import struct
from typing import Any

import numpy as np

from ..io import messages, png
from ..operations import reading
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.tensor import EagerTensor
from .writer import put, summary_scope


def _metadata(plugin: str, description: str | None, content: bytes = b"") -> bytes:
    made = messages.SummaryMetadata(summary_description=description or "")
    made.plugin_data.plugin_name, made.plugin_data.content = plugin, content
    return made.SerializeToString()  # type: ignore[no-any-return]


def _put(make: Any, name: str, x: Any, step: Any, metadata: bytes, *options: Any) -> EagerTensor:
    with summary_scope(name) as (tag, _):
        return put(make, tag, x, step, metadata, *options)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> EagerTensor:
    """Write a number.

    Args:
      name: by which it is shown, after the present name scope.
      data: a scalar.
      step: an integer, or a variable or tensor; by default that of `tf.summary.experimental.set_step`.
      description: what is shown about it, as Markdown.

    Returns:
      Whether it was written, as a boolean scalar.

    Raises:
      ValueError: if it is no scalar, or there is no step.
    """
    x = reading.convert_to_tensor(data)
    if x._array.ndim:
        raise ValueError(f"Expected scalar shape, saw shape: {x.shape}.")
    return _put(_scalar, name, x, step, _metadata("scalars", description))


def _scalar(x: Any) -> Any:
    return x.astype(np.float32)


def histogram(name: str, data: Any, step: Any = None, buckets: int | None = None,
              description: str | None = None) -> EagerTensor:  # fmt: skip
    """Write how many elements of a tensor lie where.

    Args:
      data: a tensor of numbers.
      buckets: of how many intervals of equal length between the least and the greatest; 30 by default.
      name, step, description: see `scalar`.
    """
    count = 30 if buckets is None else int(buckets)
    metadata = _metadata("histograms", description)
    return _put(_histogram, name, data, step, metadata, count)


def _histogram(x: Any, count: int) -> Any:
    """For each interval where it begins, where it ends, and how many elements are in it.

    What has no place, as infinities and nan, is in none, as in TensorBoard.
    """
    x = x.astype(np.float64).ravel()
    if not count or not x.size:
        return np.zeros((count, 3))
    low, high = x.min(), x.max()
    if low == high:
        out = np.zeros((count, 3))
        out[:, :2], out[-1, 2] = low, x.size
        return out
    with np.errstate(invalid="ignore", over="ignore"):
        places = np.floor((x - low) / ((high - low) / count))
        edges = np.linspace(low, high, count + 1)
    places = np.minimum(places[np.isfinite(places)], count - 1).astype(np.int64)
    return np.stack([edges[:-1], np.concatenate([edges[1:-1], [high]]), np.bincount(places, minlength=count)], 1)


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None) -> EagerTensor:
    """Write pictures.

    Args:
      data: of shape (pictures, height, width, channels), of 1 to 4 channels: uint8, or floats from 0 to 1.
      max_outputs: how many of them at most.
      name, step, description: see `scalar`.

    Raises:
      ValueError: if it has another rank.
    """
    x = reading.convert_to_tensor(data)
    if x._array.ndim != 4:
        raise ValueError(f"Tensor  must have rank 4.  Received rank {x._array.ndim}, shape {x.shape}")
    return _put(_image, name, x, step, _metadata("images", description), int(max_outputs))


def _image(x: Any, count: int) -> Any:
    """Width, height, and the pictures as PNG files."""
    x = x[:count]
    if x.dtype not in (np.uint8, np.uint16):
        scaled = np.nan_to_num(np.clip(x.astype(np.float64), 0, 1)) * 255.5 if x.dtype.kind in "fV" else x
        x = np.minimum(scaled, 255).astype(np.uint8)
    return _texts([str(x.shape[2]).encode(), str(x.shape[1]).encode(), *(png.write(picture, -1) for picture in x)])


def _texts(items: list[bytes]) -> Any:
    out = np.empty(len(items), np.object_)
    out[:] = items
    return out


def audio(name: str, data: Any, sample_rate: Any, step: Any = None, max_outputs: int = 3, encoding: str | None = None,
          description: str | None = None) -> EagerTensor:  # fmt: skip
    """Write sounds, as WAV files.

    Args:
      data: floats from -1 to 1, of shape (sounds, length, channels).
      sample_rate: how many of them a second has.
      max_outputs: how many sounds at most.
      encoding: "wav".
      name, step, description: see `scalar`.

    Raises:
      ValueError: for another encoding or rank.
    """
    if encoding not in (None, "wav"):
        raise ValueError(f"Unknown encoding: {encoding!r}")
    x = reading.convert_to_tensor(data)
    if x._array.ndim != 3:
        raise ValueError(f"Tensor  must have rank 3.  Received rank {x._array.ndim}, shape {x.shape}")
    rate = int(convert_to_tensor(sample_rate))
    return _put(_audio, name, x, step, _metadata("audio", description, b"\x10\x0b"), rate, int(max_outputs))


def _audio(x: Any, rate: int, count: int) -> Any:
    """Sounds as WAV files, and a label of each."""
    out = np.empty((min(count, len(x)), 2), np.object_)
    out[:, 1] = b""
    for i, sound in enumerate(x[:count]):
        out[i, 0] = _wav(sound, rate)
    return out


def _wav(sound: Any, rate: int) -> bytes:
    channels = sound.shape[1]
    data = np.trunc(np.clip(sound.astype(np.float32) * np.float32(32768), -32768, 32767)).astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + (
        struct.pack("<I", len(data)) + data
    )  # fmt: skip


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> EagerTensor:
    """Write text, as Markdown; a matrix of strings as a table.

    Args:
      data: strings.
      name, step, description: see `scalar`.

    Raises:
      TypeError: if it is of something else.
    """
    x = convert_to_tensor(data)
    if x.dtype is not dtypes.string:
        raise TypeError(f"tensor must be of type {dtypes.string!r}; got {x.dtype!r}")
    return _put(_text, name, x, step, _metadata("text", description))


def _text(x: Any) -> Any:
    return x
