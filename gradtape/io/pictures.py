"""Pictures as files: `decode_jpeg`, `encode_png`, ... libjpeg-turbo reads JPEG files; Pillow GIF and most PNG files."""

import functools
import importlib
import io
import struct
import zlib
from typing import Any

import numpy as np

from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import InternalError, InvalidArgumentError, invalid
from ..values.symbolic import Value, computation, computed
from ..values.tensor import EagerTensor
from . import png
from .extras import needed
from .files import scalar, strings, text_of

_MOST = 1 << 29  # bytes of a picture, in TensorFlow too
_MOST_SQUEEZED = 1100  # how many times as long as what is compressed it can be
# What Pillow raises for damaged files. (Those that are too large have an error of their own, which is none of these.)
_WRONG = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error,
          zlib.error)  # fmt: skip
_MAGIC = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"), (b"BM", "BMP"))


def _pillow(kind: str) -> Any:
    return needed("PIL.Image", "Pillow", f"Reading and writing {kind} files")


def _kind_of(content: bytes, op: str) -> str:
    if not content:
        raise invalid(op, "Input is empty.")
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    raise invalid(op, "Unknown image file format. One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required.")


def _content(contents: Any, op: str) -> bytes:
    if not isinstance(contents, bytes) and np.ndim(contents):
        raise invalid(op, f"`contents` must be scalar but got shape[{','.join(map(str, np.shape(contents)))}]")
    return text_of(contents, op, "`contents`")


# --- one format each -------------------------------------------------------------------------------------------------


def _jpeg(content: bytes, channels: int, op: str, ratio: int = 1, recover: bool = False, fast: bool = True,
          fancy: bool = True) -> Any:  # fmt: skip
    if channels == 4:
        raise invalid(op, "JPEG does not support 4 channels")
    damaged = "jpeg::Uncompress failed. Invalid JPEG data or crop window."
    shape = _jpeg_shape(content)
    if shape is None or 3 * shape[0] * shape[1] > _MOST or not shape[0] * shape[1]:
        raise invalid(op, damaged)
    height, width, inherent, adobe = shape
    if recover:
        content += b"\xff\xd9"
    if channels == 1 and inherent == 4:
        raise invalid(op, damaged)
    if (turbo := _turbo()) is not None:
        colours = "CMYK" if inherent == 4 else "GRAY" if (channels or inherent) == 1 else "RGB"
        smaller = {"min_height": -(-height // ratio), "min_width": -(-width // ratio)} if ratio > 1 else {}
        try:
            pixels = turbo(content, colours, fastdct=fast, fastupsample=not fancy, min_factor=ratio, strict=not recover,
                           **smaller)  # fmt: skip
        except ValueError:  # of some of these files Pillow knows more
            pass
        else:
            return pixels if inherent < 4 else _of_ink(pixels if adobe else 255 - pixels)
    image = _pillow("JPEG")
    try:
        with image.open(io.BytesIO(content)) as picture:
            gray = inherent == 3 and channels == 1
            picture.draft("L" if gray else None, (max(1, width // ratio), max(1, height // ratio)))
            pixels = np.asarray(picture)
    except _WRONG as error:
        raise invalid(op, damaged) from error
    scaled = -(-height // ratio), -(-width // ratio)
    if pixels.shape[:2] != scaled:  # too small for Pillow to do this at once
        pixels = pixels[:: pixels.shape[0] // scaled[0] or 1, :: pixels.shape[1] // scaled[1] or 1]
        pixels = pixels[: scaled[0], : scaled[1]]
    return _with_channels(pixels, channels or inherent) if inherent < 4 else _of_ink(255 - pixels)


def _of_ink(light: Any) -> Any:
    """The colours of what four inks let through."""
    light = light.astype(np.int32)
    return (light[..., :3] * light[..., 3:] // 255).astype(np.uint8)


@functools.cache
def _turbo() -> Any:
    """What reads a JPEG file by libjpeg-turbo; None if it is not installed."""
    try:
        return importlib.import_module("simplejpeg").decode_jpeg
    except ImportError:
        return None


def _with_channels(pixels: Any, channels: int) -> Any:
    """Gray or colour pixels as either of them."""
    pixels = pixels if pixels.ndim == 3 else pixels[..., None]
    return np.repeat(pixels, 3, -1) if channels == 3 and pixels.shape[-1] == 1 else pixels


def _jpeg_shape(content: bytes) -> tuple[int, int, int, bool] | None:
    """Height, width and channels, as the header of a JPEG file says, and whether it is Adobe's; None if it has none."""
    at, adobe = 2, False
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return (*struct.unpack_from(">HHB", content, at + 5), adobe)
        adobe |= marker == 0xEE and content.startswith(b"Adobe", at + 4)
        at += 2 + (0 if 0xD0 <= marker <= 0xD8 else struct.unpack_from(">H", content, at + 2)[0])
    return None


def _png(content: bytes, channels: int, op: str, deep: bool) -> Any:
    """The pixels of a PNG file, of 16 bits if `deep`."""
    try:
        told = png.header(content)
    except ValueError as error:
        raise invalid(op, str(error)) from None
    if max(told.width, told.height) >= 1 << 27 or told.width * told.height * 4 * (1 + deep) > _MOST:
        raise invalid(op, f"PNG size too large for int: {told.width} by {told.height}")
    if told.row * told.height > _MOST_SQUEEZED * len(content):
        raise invalid(op, f"Invalid PNG data, size {len(content)}")
    try:
        pixels = _png_pixels(content, told)
    except _WRONG as error:
        raise invalid(op, f"Invalid PNG data, size {len(content)}") from error
    wanted = channels or pixels.shape[-1]
    if wanted != pixels.shape[-1]:
        most = 65535 if pixels.dtype == np.uint16 else 255
        pixels = _png_channels(pixels, wanted, min((1 << told.depth) - 1, most))
    if deep and pixels.dtype == np.uint8:
        return pixels.astype(np.uint16) * 257
    return (pixels >> 8).astype(np.uint8) if not deep and pixels.dtype == np.uint16 else pixels


def _png_pixels(content: bytes, told: png.Header) -> Any:
    if told.depth == 16 and not told.interlaced and told.transparent is None:
        return png.read_deep(content, told)
    image = _pillow("PNG")
    with image.open(io.BytesIO(content)) as picture:
        picture.load()
        transparent = told.transparent is not None
        if told.colour == 3:
            picture = picture.convert("RGBA" if transparent else "RGB")
        elif told.depth == 16 and picture.mode.startswith("I"):
            return np.asarray(picture).astype(np.uint16)[..., None]
        elif transparent:
            picture = picture.convert("RGBA" if told.colour == 2 else "LA")
        elif picture.mode == "1":
            picture = picture.convert("L")
        pixels = np.asarray(picture)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _png_channels(pixels: Any, channels: int, opaque: int) -> Any:
    """Pixels with another number of channels; where they had no transparency they get `opaque`."""
    colours, alpha = pixels, None
    if pixels.shape[-1] in (2, 4):
        colours, alpha = pixels[..., :-1], pixels[..., -1:]
    if channels == 1 and colours.shape[-1] == 3:
        parts = colours.astype(np.int64)
        gray = (parts[..., :1] * 9798 + parts[..., 1:2] * 19235 + parts[..., 2:] * 3735) >> 15
        same = (colours == colours[..., :1]).all(-1, keepdims=True)
        return np.where(same, colours[..., :1], gray.astype(pixels.dtype))
    if channels == 1:
        return colours
    if colours.shape[-1] == 1:
        colours = np.repeat(colours, 3, -1)
    if channels == 3:
        return colours
    alpha = np.full_like(colours[..., :1], opaque) if alpha is None else alpha
    return np.concatenate([colours, alpha], -1)


def _gif(content: bytes, channels: int, op: str) -> Any:
    """The frames of a GIF file."""
    if channels not in (0, 3):
        raise invalid(op, f"channels must be 0 or 3 for GIF, got {channels}")
    image = _pillow("GIF")
    try:
        with image.open(io.BytesIO(content)) as picture:
            count = picture.n_frames
            if count * picture.size[0] * picture.size[1] * 3 > _MOST:
                raise invalid(op, f"GIF size too large: {count} frames of {picture.size[1]} by {picture.size[0]}")
            frames = []
            for i in range(count):
                picture.seek(i)
                frames.append(np.asarray(picture.convert("RGB")))
            return np.stack(frames)
    except InvalidArgumentError:
        raise
    except (*_WRONG, image.DecompressionBombError) as error:
        raise invalid(op, f"Invalid GIF data (size {len(content)}), {error}") from error


def _webp(content: bytes, channels: int, op: str) -> Any:
    """The frames of a WebP file: one, if it is not animated."""
    if channels not in (0, 3, 4):
        raise invalid(op, "WebP only supports 3 or 4 channels")
    image = _pillow("WebP")
    try:
        height, width, inherent, animated = _webp_header(content)
        if channels not in (0, inherent):
            raise invalid(op, "Number of channels requested does not match input")
        if height * width * inherent > _MOST:
            raise invalid(op, f"WebP size too large: {height} by {width}")
        with image.open(io.BytesIO(content), formats=["WEBP"]) as picture:
            count = picture.n_frames if animated else 1
            if count * height * width * inherent > _MOST:
                raise invalid(op, f"WebP size too large: {count} frames of {height} by {width}")
            frames = []
            for i in range(count):
                picture.seek(i)
                frames.append(np.asarray(picture.convert("RGBA" if inherent == 4 else "RGB")))
            return np.stack(frames)
    except InvalidArgumentError:
        raise
    except (*_WRONG, image.DecompressionBombError) as error:
        raise invalid(op, "Failed to decode WebP image.") from error


def _webp_header(content: bytes) -> tuple[int, int, int, bool]:
    """The height, width and channels of a WebP file, and whether it is animated. Raises struct.error if it has none."""
    kind = content[12:16]
    if kind == b"VP8X":
        flags, width, height = struct.unpack_from("<I3s3s", content, 20)
        width, height = int.from_bytes(width, "little"), int.from_bytes(height, "little")
        animated = bool(flags & 2)
        return height + 1, width + 1, 4 if animated or flags & 16 else 3, animated
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1, 4 if bits >> 28 & 1 else 3, False
    width, height = struct.unpack_from("<HH", content, 26)
    return height & 0x3FFF, width & 0x3FFF, 3, False


def _bmp(content: bytes, channels: int, op: str) -> Any:
    if channels == 1:
        raise invalid(op, "`channels` must be 0, 3 or 4 for BMP, but got 1")
    if len(content) < 32:
        raise invalid(op, f"Incomplete bmp content, requires at least 32 bytes to find the header size, width, height, "
                      f"and bpp, got {len(content)} bytes")  # fmt: skip
    (start,) = struct.unpack_from("<i", content, 10)
    width, height = struct.unpack_from("<ii", content, 18)
    (bits,) = struct.unpack_from("<h", content, 28)
    inherent, rows = bits // 8, abs(height)
    if inherent not in (1, 3, 4):
        raise invalid(op, f"Number of channels inherent in the image must be 1, 3 or 4, was {inherent}")
    if width <= 0 or start < 0:
        raise invalid(op, "Width must be positive" if width <= 0 else "header size must be nonnegative")
    if not rows:
        raise invalid(op, "Height must be nonzero")
    row = (inherent * width + 3) // 4 * 4
    lacking = len(content) - start - (row * rows)
    if lacking < 0:
        raise invalid(op, f"Input size should match (header_size + row_size * abs_height) but they differ by {lacking}")
    pixels = np.frombuffer(content, np.uint8, row * rows, start).reshape(rows, row)[:, : width * inherent]
    pixels = pixels.reshape(rows, width, inherent)[:: 1 if height < 0 else -1]
    if inherent > 1:
        pixels = np.concatenate([pixels[..., 2::-1], pixels[..., 3:]], -1)
    if channels in (0, inherent):
        return pixels.copy()
    colours = np.repeat(pixels, 3, -1) if inherent == 1 else pixels[..., :3]
    opaque = np.full_like(colours[..., :1], 255)
    return colours.copy() if channels == 3 else np.concatenate([colours, opaque], -1)


# --- operations ------------------------------------------------------------------------------------------------------


def _check_channels(channels: int, op: str) -> int:
    channels = int(channels or 0)
    if channels not in (0, 1, 3, 4):
        raise invalid(op, f"`channels` must be 0, 1, 3 or 4 but got {channels}")
    return channels


def _picture_of(n: int, contents: Any, *, channels: int, deep: bool = False, **_: Any) -> Any:
    return [((n, n, channels or n), np.uint16 if deep else np.uint8)]


def decode_jpeg(contents: Any, channels: int = 0, ratio: int = 1, fancy_upscaling: bool = True,
                try_recover_truncated: bool = False, acceptable_fraction: float = 1, dct_method: str = "",
                name: str | None = None) -> EagerTensor:  # fmt: skip
    """The pixels of a JPEG file; a PNG file is taken too, and a GIF file of one frame.

    simplejpeg reads it, which has libjpeg-turbo, and the pixels are TensorFlow's. Where that is not installed, and of
    files of four colours, Pillow does: as with `dct_method="INTEGER_ACCURATE"` and `fancy_upscaling`, whose pixels are
    on the average one step of 255 away from others.

    Args:
      contents: the bytes of the file, a string.
      channels: 1 for gray, 3 for colours, 0 for what the file has.
      ratio: by how much to reduce height and width: 1, 2, 4 or 8.
      fancy_upscaling: whether colours are interpolated, where a file has fewer of them than pixels.
      try_recover_truncated: whether to give what there is of a file that has no end.
      acceptable_fraction: of no effect.
      dct_method: "INTEGER_ACCURATE" or "INTEGER_FAST", which "" is too: of how many bits the cosine transform is.

    Returns:
      A uint8 tensor of shape (height, width, channels).

    Raises:
      ImportError: if neither simplejpeg nor Pillow is installed.
      InvalidArgumentError: if it is no such file, or damaged.
    """
    op = "DecodeJpeg"
    how = _how_jpeg(op, ratio, fancy_upscaling, try_recover_truncated, dct_method)
    return computed(_decoded_jpeg, strings(contents, op), channels=_check_channels(channels, op), **how)


def _how_jpeg(op: str, ratio: Any, fancy: Any, recover: Any, dct_method: str) -> dict[str, Any]:
    if ratio not in (1, 2, 4, 8):
        raise invalid(op, f"ratio must be 1, 2, 4, or 8, got {ratio}")
    if dct_method not in ("", "INTEGER_FAST", "INTEGER_ACCURATE"):
        raise invalid(op, f"dct_method must be one of {{'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}}, got {dct_method!r}")
    return {"ratio": int(ratio), "recover": bool(recover), "fast": dct_method != "INTEGER_ACCURATE",
            "fancy": bool(fancy)}  # fmt: skip


@computation(made=_picture_of)
def _decoded_jpeg(contents: Any, channels: int, **how: Any) -> Any:
    return _still(contents, channels, "DecodeJpeg", **how)


def decode_png(contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> EagerTensor:
    """The pixels of a PNG file, exactly; a JPEG file is taken too, and a GIF file of one frame.

    Args:
      contents: the bytes of the file, a string.
      channels: 1 for gray, 3 for colours, 4 with transparency, 0 for what the file has.
      dtype: uint8 or uint16.

    Returns:
      A tensor of shape (height, width, channels).

    Raises:
      ImportError: if Pillow is not installed, which reads files other than of 16 bits.
      InvalidArgumentError: if it is no such file, or damaged.

    >>> import gradtape as tf
    >>> image = tf.constant([[[0], [255]]], tf.uint8)
    >>> tf.io.decode_png(tf.io.encode_png(image)).numpy().tolist()
    [[[0], [255]]]
    """
    op = "DecodePng"
    dtype = as_dtype(dtype)
    if dtype not in (dtypes.uint8, dtypes.uint16):
        raise invalid(op, f"Value for attr 'dtype' of {dtype.name} is not in the list of allowed values: uint8, uint16")
    channels = _check_channels(channels, op)
    return computed(_decoded_png, strings(contents, op), channels=channels, deep=dtype is dtypes.uint16)


@computation(made=_picture_of)
def _decoded_png(contents: Any, channels: int, deep: bool) -> Any:
    return _still(contents, channels, "DecodePng", deep=deep)


def _still(contents: Any, channels: int, op: str, deep: bool = False, **options: Any) -> Any:
    """The one picture in a file of any kind but BMP."""
    content = _content(contents, op)
    kind = _kind_of(content, op)
    if kind == "PNG":
        return _png(content, channels, op, deep)
    if kind == "BMP":
        if channels == 1:
            raise invalid(op, "`channels` must be 0, 3 or 4 for BMP, but got 1")
        raise invalid(op, "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` instead. "
                      f"Op used: {op}")  # fmt: skip
    if kind == "JPEG":
        pixels = _jpeg(content, channels, op, **options)
    elif kind == "WebP":
        raise invalid(op, "Trying to decode WebP format using a wrong op. Use `decode_webp` or `decode_image` instead. "
                      f"Op used: {op}")  # fmt: skip
    else:
        frames = _gif(content, channels, op)
        if len(frames) != 1:
            raise invalid(op, f"Got {len(frames)} frames, but animated gifs can only be decoded by tf.io.decode_gif or "
                          "tf.io.decode_image")  # fmt: skip
        pixels = frames[0]
    return pixels.astype(np.uint16) << 8 if deep else pixels


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> EagerTensor:
    """The pixels of a BMP file that is not compressed, of shape (height, width, channels).

    Args:
      contents: the bytes of the file, a string.
      channels: 3 for colours, 4 with transparency, 0 for what the file has.

    Raises:
      InvalidArgumentError: if it is no such file, or damaged.
    """
    channels = _check_channels(channels, "DecodeBmp")
    return computed(_decoded_bmp, strings(contents, "DecodeBmp"), channels=channels)


@computation(made=_picture_of)
def _decoded_bmp(contents: Any, channels: int) -> Any:
    op = "DecodeBmp"
    content = _content(contents, op)
    kind = _kind_of(content, op)
    if kind == "JPEG" and channels == 4:
        raise invalid(op, "JPEG does not support 4 channels")
    if kind == "GIF" and channels not in (0, 3):
        raise invalid(op, f"channels must be 0 or 3 for GIF, got {channels}")
    if kind != "BMP":
        if kind == "PNG":
            _check_png(content, op)
        instead = f"`decode_{kind.lower()}`"
        raise invalid(
            op, f"Trying to decode {kind} format using DecodeBmp op. Use {instead} or `decode_image` instead."
        )
    return _bmp(content, channels, op)


def _check_png(content: bytes, op: str) -> None:
    try:
        png.header(content)
    except ValueError as error:
        raise invalid(op, str(error)) from None


def decode_gif(contents: Any, name: str | None = None) -> EagerTensor:
    """The frames of a GIF file, of shape (frames, height, width, 3); a JPEG or PNG file is one frame.

    Raises:
      ImportError: if Pillow is not installed.
      InvalidArgumentError: if it is no such file, or damaged.
    """
    return computed(_decoded_gif, strings(contents, "DecodeGif"))


@computation(made=lambda n, contents: [((n, n, n, 3), np.uint8)])
def _decoded_gif(contents: Any) -> Any:
    content = _content(contents, "DecodeGif")
    if _kind_of(content, "DecodeGif") == "GIF":
        return _gif(content, 0, "DecodeGif")
    return _still(contents, 3, "DecodeGif")[None]


def decode_webp(contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> EagerTensor:
    """The frames of a WebP file, of shape (frames, height, width, channels).

    Args:
      contents: the bytes of the file, a string.
      channels: how many it has: 3 for colours, 4 with transparency; 0 for whatever it has. Several frames have 4.
      dtype: uint8.

    Raises:
      ImportError: if Pillow is not installed.
      InvalidArgumentError: if it is no such file, damaged, or has another number of channels.
    """
    op = "DecodeWebP"
    if as_dtype(dtype) is not dtypes.uint8:
        raise invalid(
            op, f"Value for attr 'dtype' of {as_dtype(dtype).name} is not in the list of allowed values: uint8"
        )
    return computed(_decoded_webp, strings(contents, op), channels=_check_channels(channels, op))


@computation(made=lambda n, contents, *, channels: [((n, n, n, channels or n), np.uint8)])
def _decoded_webp(contents: Any, channels: int) -> Any:
    op = "DecodeWebP"
    content = _content(contents, op)
    if _kind_of(content, op) == "WebP":
        return _webp(content, channels, op)
    return _still(contents, channels, op)[None]


def decode_image(contents: Any, channels: int | None = None, dtype: Any = dtypes.uint8, name: str | None = None,
                 expand_animations: bool = True) -> EagerTensor:  # fmt: skip
    """The pixels of a JPEG, PNG, GIF, BMP or WebP file.

    Args:
      contents: the bytes of the file, a string.
      channels: 1 for gray, 3 for colours, 4 with transparency, 0 for what the file has.
      dtype: of the result. Floats are from 0 to 1, and other integers scaled to their greatest number.
      expand_animations: whether a GIF or WebP file gives all of its frames; or the first one, and every file one
        picture.

    Returns:
      A tensor of shape (height, width, channels), or with `expand_animations` of a GIF or WebP file (frames, height,
      width, channels). Which of them must be known while a `tf.function` is traced: it is what the present file gives,
      if that is known, or one picture, and another kind of file raises an error when the function runs.

    Raises:
      ImportError: if Pillow is not installed.
      InvalidArgumentError: if it is no such file, or damaged.
    """
    from ..image.colours import convert_image_dtype

    op = "DecodeImage"
    dtype = as_dtype(dtype)
    channels = _check_channels(channels or 0, op)
    deep = dtype not in (dtypes.uint8, dtypes.float32)
    x = strings(contents, op)
    rank = _rank_now(x) if expand_animations else None
    how = {
        "channels": channels,
        "kind": "uint16" if deep else dtype.name,
        "rank": rank,
        "frames": bool(expand_animations),
    }
    pixels = computed(_decoded_image, x, **how)
    return pixels if dtype in (dtypes.uint8, dtypes.uint16, dtypes.float32) else convert_image_dtype(pixels, dtype)


def _rank_now(x: EagerTensor) -> int | None:
    """The rank of what a file gives, that of the call which a function is traced for; None if nothing is traced."""
    value = x._array
    if type(value) is not Value:
        return None
    content = known_now(x)
    frames = isinstance(content, bytes) and (content.startswith(b"GIF8") or content[8:12] == b"WEBP")
    return 4 if frames else 3


def known_now(x: EagerTensor) -> Any:
    """The array of a tensor: that of the call for which a function is traced, or None if that is not known."""
    value = x._array
    if type(value) is not Value:
        return value
    try:
        found = value.trace.evaluated(value)
    except Exception:
        return None
    return found.item() if isinstance(found, np.ndarray) and not found.ndim else found


@computation(made=lambda n, contents, *, channels, kind, rank, frames: [
    ((n, n, n, channels or n) if rank == 4 else (n, n, channels or n), np.dtype(kind))
])  # fmt: skip
def _decoded_image(contents: Any, channels: int, kind: str, rank: int | None, frames: bool) -> Any:
    op = "DecodeImage"
    content = _content(contents, op)
    what = _kind_of(content, op)
    deep = kind != "uint8"
    if what == "PNG":
        pixels = _png(content, channels, op, deep)
    else:
        if what == "WebP" and deep:
            raise invalid(op, "WebP only supports uint8 for dtype")
        pixels = {"GIF": _gif, "WebP": _webp, "JPEG": _jpeg, "BMP": _bmp}[what](content, channels, op)
        if what in ("GIF", "WebP") and not frames:
            pixels = pixels[0]
    if rank is not None and pixels.ndim != rank:
        raise invalid(op, f"this file has the shape {list(pixels.shape)}, and the tf.function was traced for one of "
                      f"{rank} axes; decode_image(..., expand_animations=False) always gives one picture")  # fmt: skip
    if kind == "float32":
        return pixels.astype(np.float32) / np.float32(255 if pixels.dtype == np.uint8 else 65535)
    return pixels.astype(np.uint16) << 8 if deep and pixels.dtype == np.uint8 else pixels


def decode_and_crop_jpeg(contents: Any, crop_window: Any, channels: int = 0, ratio: int = 1,
                         fancy_upscaling: bool = True, try_recover_truncated: bool = False,
                         acceptable_fraction: float = 1, dct_method: str = "",
                         name: str | None = None) -> EagerTensor:  # fmt: skip
    """A part of the pixels of a JPEG file.

    Args:
      contents: the bytes of the file, a string.
      crop_window: four integers: top, left, height and width of the part.
      channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method: see `decode_jpeg`.

    Raises:
      ImportError: if neither simplejpeg nor Pillow is installed.
      InvalidArgumentError: if it is no JPEG file, or damaged, or the window is not in it.
    """
    op = "DecodeAndCropJpeg"
    how = _how_jpeg(op, ratio, fancy_upscaling, try_recover_truncated, dct_method)
    window = convert_to_tensor(crop_window, dtypes.int32)
    return computed(_cropped, strings(contents, op), window, channels=_check_channels(channels, op), **how)


@computation(made=lambda n, contents, window, *, channels, **_: [((n, n, channels or n), np.uint8)])
def _cropped(contents: Any, window: Any, channels: int, **how: Any) -> Any:
    op = "DecodeAndCropJpeg"
    content = _content(contents, op)
    kind = _kind_of(content, op)
    if kind == "PNG":
        _check_png(content, op)
    if kind != "JPEG":
        raise invalid(op, f"DecodeAndCropJpeg operation can run on JPEG only, but detected {kind}.")
    if np.shape(window) != (4,):
        raise invalid(op, f"crop_window must have four elements, got shape {list(np.shape(window))}")
    top, left, height, width = np.asarray(window).tolist()
    pixels = _jpeg(content, channels, op, **how)
    rows, columns = pixels.shape[:2]
    if top < 0 or left < 0 or height <= 0 or width <= 0 or top + height > rows or left + width > columns:
        raise invalid(op, "jpeg::Uncompress failed. Invalid JPEG data or crop window.")
    return pixels[top : top + height, left : left + width].copy()


def is_jpeg(contents: Any, name: str | None = None) -> EagerTensor:
    """Whether strings begin as JPEG files do."""
    return computed(_is_jpeg, strings(contents, "Substr"))


@computation(made=lambda n, contents: [(np.shape(contents), np.bool_)])
def _is_jpeg(contents: Any) -> Any:
    x = np.asarray(contents, np.object_)
    return np.array([c.startswith(b"\xff\xd8\xff") for c in x.ravel().tolist()], np.bool_).reshape(x.shape)


def extract_jpeg_shape(contents: Any, output_type: Any = dtypes.int32, name: str | None = None) -> EagerTensor:
    """Height, width and channels of a JPEG file, of which only the header is read.

    Args:
      contents: the bytes of the file, a string.
      output_type: int32 or int64.

    Raises:
      InvalidArgumentError: if it is no such file.
    """
    return computed(_jpeg_shape_of, strings(contents, "ExtractJpegShape"), dtype=as_dtype(output_type).name)


@computation(made=lambda n, contents, *, dtype: [((3,), np.dtype(dtype))])
def _jpeg_shape_of(contents: Any, dtype: str) -> Any:
    content = text_of(contents, "ExtractJpegShape", "contents")
    shape = _jpeg_shape(content) if content.startswith(b"\xff\xd8\xff") else None
    if shape is None:
        raise invalid("ExtractJpegShape", f"Invalid JPEG data, size {len(content)}")
    return np.array(shape[:3], dtype)


def encode_jpeg(image: Any, format: str = "", quality: int = 95, progressive: bool = False,
                optimize_size: bool = False, chroma_downsampling: bool = True, density_unit: str = "in",
                x_density: int = 300, y_density: int = 300, xmp_metadata: str = "",
                name: str | None = None) -> EagerTensor:  # fmt: skip
    """An image as a JPEG file.

    Args:
      image: a uint8 tensor of shape (height, width, channels), of 1 or 3 channels.
      format: "grayscale" or "rgb", which the image must be; by default whichever it is.
      quality: from 0 to 100.
      progressive: whether it can be shown while it is loaded.
      optimize_size: whether to take longer and need less space.
      chroma_downsampling: whether colours have half the resolution.
      density_unit: "in" or "cm": of what `x_density` and `y_density` are pixels.
      x_density, y_density: how many pixels there are in it.
      xmp_metadata: what is written as XMP.

    Raises:
      ImportError: if Pillow is not installed.
      InvalidArgumentError: if these are not so.
    """
    op = "EncodeJpeg"
    x = convert_to_tensor(image, dtypes.uint8)
    if not 0 <= quality <= 100:
        raise invalid(op, f"quality must be in [0,100], got {quality}")
    if format not in ("", "grayscale", "rgb"):
        raise invalid(op, f"Value for attr 'format' of \"{format}\" is not in the list of allowed values: \"\", "
                      '"grayscale", "rgb"')  # fmt: skip
    if density_unit not in ("in", "cm"):
        raise invalid(op, f"Value for attr 'density_unit' of \"{density_unit}\" is not in the list of allowed values: "
                      '"in", "cm"')  # fmt: skip
    told = (bool(progressive), bool(optimize_size), bool(chroma_downsampling))
    density = (density_unit, int(x_density), int(y_density))
    return computed(_encoded_jpeg, x, format=format, quality=int(quality), told=told, density=density,
                    xmp=str(xmp_metadata))  # fmt: skip


@computation(made=lambda n, image, **_: [((), np.object_)])
def _encoded_jpeg(image: Any, format: str, quality: int, told: Any, density: Any, xmp: str) -> Any:
    op = "EncodeJpeg"
    shape = f"[{','.join(map(str, image.shape))}]"
    if image.ndim != 3:
        raise invalid(op, f"image must be 3-dimensional{shape}")
    channels = image.shape[-1]
    if channels not in (1, 3) and not format:
        raise invalid(op, f"image must have 1 or 3 channels, got {shape}")
    wanted = {"grayscale": 1, "rgb": 3}.get(format, channels)
    if channels != wanted:
        raise invalid(op, f"format {format} expects {wanted} channels, got {shape}")
    if not image.size:
        raise InternalError(None, None, f"JPEG encoding failed [Op:{op}] name: ")
    progressive, optimize, downsampled = told
    unit, across, down = density
    by_inch = 1.0 if unit == "in" else 2.54
    picture = _pillow("JPEG").fromarray(np.ascontiguousarray(image[..., 0] if channels == 1 else image))
    options = {"xmp": xmp.encode()} if xmp else {}
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, progressive=progressive, optimize=optimize,
                 subsampling=2 if downsampled else 0, dpi=(across * by_inch, down * by_inch), **options)  # fmt: skip
    return scalar(written.getvalue())


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> EagerTensor:
    """Images as PNG files.

    Args:
      image: a uint8 or uint16 tensor of shape (..., height, width, channels), of 1 to 4 channels: gray, gray and
        transparency, colours, colours and transparency.
      compression: from 0, for none, to 9; -1 for what zlib takes by itself.

    Returns:
      A string tensor of the leading shape.

    Raises:
      InvalidArgumentError: if these are not so.
    """
    op = "EncodePng"
    x = convert_to_tensor(image, None if hasattr(image, "dtype") else dtypes.uint8)
    if x.dtype not in (dtypes.uint8, dtypes.uint16):
        raise invalid(op, f"Value for attr 'T' of {dtypes.KERNEL_NAMES.get(x.dtype.name, x.dtype.name)} is not in the "
                      "list of allowed values: uint8, uint16")  # fmt: skip
    if not -1 <= compression <= 9:
        raise invalid(op, f"compression should be in [-1,9], got {compression}")
    return computed(_encoded_png, x, compression=int(compression))


@computation(made=lambda n, image, **_: [(image.shape[:-3], np.object_)])
def _encoded_png(image: Any, compression: int) -> Any:
    op = "EncodePng"
    if image.ndim < 3:
        raise invalid(op, f"images must be at least rank 3[{','.join(map(str, image.shape))}]")
    if image.shape[-1] not in (1, 2, 3, 4):
        raise invalid(op, f"image must have 1, 2, 3, or 4 channels, got {image.shape[-1]}")
    lead = image.shape[:-3]
    out = np.empty(lead, np.object_)
    for i, place in enumerate(np.ndindex(lead)):
        if not image[place].size:
            raise InternalError(None, None, f"PNG encoding failed at the following flattened batch indices: {i} "
                                f"[Op:{op}] name: ")  # fmt: skip
        out[place] = png.write(image[place], compression)
    return out
