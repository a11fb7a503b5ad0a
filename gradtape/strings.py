"""`tf.strings`: strings made of tensors, and the usual work on tensors of strings. No gradient passes.

Strings are bytes. The scripts of characters are left out.
"""

import codecs
import functools
import itertools
import math
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .array.arguments import integers
from .engine import fingerprints
from .printing import format_array
from .values import dtypes
from .values.composite import is_among, mapped
from .values.composite import kinds as composites
from .values.convert import convert_to_tensor, tensor_of
from .values.dtypes import as_dtype
from .values.errors import OutOfRangeError, invalid
from .values.lacking import lacking
from .values.symbolic import computation, computed, computed_rows, is_symbolic, opaque
from .values.tensor import EagerTensor, Tensor

__all__ = [
    "as_string", "bytes_split", "format", "join", "length", "lower", "ngrams", "reduce_join", "regex_full_match",
    "regex_replace", "split", "strip", "substr", "to_hash_bucket", "to_hash_bucket_fast", "to_hash_bucket_strong",
    "to_number", "unicode_decode", "unicode_encode", "unicode_split", "upper",
]  # fmt: skip


def _strings(value: Any, op: str) -> EagerTensor:
    x = convert_to_tensor(value)
    if x.dtype is not dtypes.string:
        raise invalid(op, f"cannot compute {op} as input #0(zero-based) was expected to be a string tensor but is a "
                      f"{x.dtype.name} tensor")  # fmt: skip
    return x


def _of_each(function: Callable[..., Any], op: str, value: Any, *inputs: Any, **attrs: Any) -> Any:
    """`function` of strings; of a RaggedTensor one of its elements."""
    if type(value) in composites:
        return mapped(lambda elements: _of_each(function, op, elements, *inputs, **attrs), value)
    return computed(function, _strings(value, op), *inputs, **attrs)


def _each(function: Callable[..., Any], *arrays: Any, dtype: Any = np.object_) -> Any:
    """`function` of the elements of arrays, which broadcast."""
    arrays = np.broadcast_arrays(*[np.asarray(a) for a in arrays]) if len(arrays) > 1 else [np.asarray(arrays[0])]  # type: ignore[assignment]
    out = np.empty(arrays[0].size, dtype)
    out[:] = [function(*items) for items in zip(*[a.ravel().tolist() for a in arrays], strict=True)]
    return out.reshape(arrays[0].shape)


# --- made of tensors -------------------------------------------------------------------------------------------------


def format(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """A string with tensors in it, as `tf.print` writes them.

    Args:
      template: a text with a placeholder for each tensor.
      inputs: a tensor, or a list of them.
      placeholder: what stands for a tensor in `template`.
      summarize: how many elements to show at the start and at the end of an axis; all if negative.

    Raises:
      ValueError: if there are not as many placeholders as tensors.

    >>> import gradtape as tf
    >>> tf.strings.format("loss {} of {}", [0.5, tf.range(3)]).numpy()
    b'loss 0.5 of [0 1 2]'
    """
    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    count = template.count(placeholder)
    if count != len(given):
        raise ValueError(f"The template expects {count} tensors, but the inputs only has {len(given)}. Please ensure "
                         "the number of placeholders in template matches inputs length.")  # fmt: skip
    return computed(_filled, *_tensors(given), parts=tuple(template.split(placeholder)), summarize=int(summarize))


def _tensors(values: Sequence[Any]) -> list[EagerTensor]:
    return [convert_to_tensor(x) for x in values]


@computation
def _filled(*arrays: Any, parts: tuple[str, ...], summarize: int) -> Any:
    text = parts[0]
    for array, part in zip(arrays, parts[1:], strict=True):
        text += format_array(array, summarize) + part
    return _scalar(text.encode())


def _scalar(text: bytes) -> Any:
    out = np.empty((), np.object_)
    out[()] = text
    return out


def as_string(input: Any, precision: int = -1, scientific: bool = False, shortest: bool = False, width: int = -1,
              fill: str = "", name: str | None = None) -> EagerTensor:  # fmt: skip
    """Each number as a string.

    Args:
      input: numbers or booleans.
      precision: how many digits follow the point of floats; 6 by default.
      scientific: write floats with an exponent.
      shortest: write floats with or without one, whichever is shorter.
      width: the least number of characters.
      fill: what shorter numbers are filled up with: " " (the default), "0", or "-" to put them to the left.

    Raises:
      InvalidArgumentError: if these contradict each other, or the dtype.

    >>> import gradtape as tf
    >>> tf.strings.as_string([3.14159, 2.0], precision=2).numpy().tolist()
    [b'3.14', b'2.00']
    """
    x = convert_to_tensor(input)
    kind = x.dtype._kind
    if scientific and shortest:
        raise invalid("AsString", "Cannot select both scientific and shortest notation")
    if kind not in "fc" and (scientific or shortest):
        raise invalid("AsString", f"scientific and shortest format not supported for datatype {x.dtype.name}")
    if kind not in "fc" and precision >= 0:
        raise invalid("AsString", f"precision not supported for datatype {x.dtype.name}")
    if len(fill) > 1:
        raise invalid("AsString", f"Fill string must be one or fewer characters, got {fill!r}")
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise invalid("AsString", f"Fill argument not supported: {fill!r}")
    if kind == "s":
        return x
    form = "%" + fill + (str(width) if width > -1 else "") + (f".{precision}" if precision > -1 else "")
    form += ("e" if scientific else "g" if shortest else "f") if kind in "fc" else "d"
    if type(x) in composites:
        return mapped(lambda elements: computed(_written, elements, form=form), x)  # type: ignore[no-any-return]
    return computed(_written, x, form=form)


@computation
def _written(x: Any, form: str) -> Any:
    kind = x.dtype.kind
    if kind == "b":
        return _each(lambda value: b"true" if value else b"false", x)
    if kind == "c":
        return _each(lambda value: f"({form % value.real},{form % value.imag})".encode(), x)
    if kind == "V":
        x = x.astype(np.float32)
    return _each(lambda value: (form % value).encode(), x)


def to_number(input: Any, out_type: Any = dtypes.float32, name: str | None = None) -> EagerTensor:
    """Each string as a number.

    Args:
      input: strings.
      out_type: float32, float64, int32 or int64.

    Raises:
      InvalidArgumentError: for a string that is no such number.

    >>> import gradtape as tf
    >>> tf.strings.to_number(["1.5", "-2"]).numpy()
    array([ 1.5, -2. ], dtype=float32)
    """
    return _of_each(_read, "StringToNumber", input, dtype=as_dtype(out_type)._numpy)  # type: ignore[no-any-return]


@computation
def _read(x: Any, dtype: Any) -> Any:
    def number(text: bytes) -> Any:
        try:
            if b"_" in text:
                raise ValueError
            value = float(text) if dtype.kind == "f" else int(text)
            if dtype.kind == "i" and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
                raise ValueError
            return value
        except ValueError:
            shown = text.decode("utf-8", "backslashreplace")
            raise invalid("StringToNumber", f"StringToNumberOp could not correctly convert string: {shown}") from None

    return _each(number, x, dtype=dtype)


# --- as numbers of fingerprints --------------------------------------------------------------------------------------


def _bucket(input: Any, num_buckets: Any, op: str, function: str, key: Any = ()) -> Any:
    x = convert_to_tensor(input, None if isinstance(input, Tensor) or type(input) in composites else dtypes.string)
    if x.dtype is not dtypes.string:
        _strings(x, op)
    count = int(num_buckets)
    if count < 1:
        raise invalid(op, f"Value for attr 'num_buckets' of {count} must be at least minimum 1")

    def hashed(strings: Any) -> EagerTensor:
        return computed(_hashed, strings, count=count, by=function, key=tuple(key))

    return mapped(hashed, x) if is_among((x,)) else hashed(x)


@computation
def _hashed(x: Any, count: int, by: str, key: tuple[int, ...]) -> Any:
    fingerprint = getattr(fingerprints, by)
    return _each(lambda text: fingerprint(text, *([key] if key else [])) % count, x, dtype=np.int64)


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> EagerTensor:
    """A number in [0, num_buckets) for each string, always the same: its FarmHash fingerprint, modulo `num_buckets`.

    Args:
      input: strings.
      num_buckets: how many numbers there are to be.

    Returns:
      An int64 tensor of the shape of `input`.

    Raises:
      InvalidArgumentError: if `num_buckets` is not positive.

    >>> import gradtape as tf
    >>> tf.strings.to_hash_bucket_fast(["Hello", "TensorFlow"], 1000).numpy()
    array([151, 254])
    """
    return _bucket(input, num_buckets, "StringToHashBucketFast", "fingerprint64")  # type: ignore[no-any-return]


def to_hash_bucket_strong(input: Any, num_buckets: int, key: Sequence[int], name: str | None = None) -> EagerTensor:
    """As `to_hash_bucket_fast`, by SipHash: without the `key`, two integers, nobody knows which strings are together.

    Raises:
      InvalidArgumentError: if `num_buckets` is not positive, or `key` has not two elements.

    >>> import gradtape as tf
    >>> tf.strings.to_hash_bucket_strong(["Hello", "TensorFlow"], 1000, [1, 2]).numpy()
    array([274, 926])
    """
    op = "StringToHashBucketStrong"
    if len(key) != 2:
        raise invalid(op, f"Key must have 2 elements, got {len(key)}")
    return _bucket(input, num_buckets, op, "siphash", [int(k) for k in key])  # type: ignore[no-any-return]


def to_hash_bucket(input: Any, num_buckets: int, name: str | None = None) -> EagerTensor:
    """As `to_hash_bucket_fast`, by an older fingerprint.

    >>> import gradtape as tf
    >>> tf.strings.to_hash_bucket(["Hello", "TensorFlow"], 1000).numpy()
    array([941, 232])
    """
    return _bucket(input, num_buckets, "StringToHashBucket", "murmur64")  # type: ignore[no-any-return]


# --- put together ----------------------------------------------------------------------------------------------------


def join(inputs: Any, separator: str = "", name: str | None = None) -> EagerTensor:
    """Strings of several tensors put together, elementwise.

    Args:
      inputs: a list of string tensors of one shape, or scalars; a RaggedTensor among them gives one.
      separator: what comes between them.

    Raises:
      InvalidArgumentError: for other shapes or dtypes.

    >>> import gradtape as tf
    >>> tf.strings.join(["loss", "es"]).numpy()
    b'losses'
    """
    if not isinstance(inputs, list | tuple):
        if not isinstance(inputs, Tensor):
            raise TypeError(f"Expected list for 'inputs' argument to 'string_join' Op, not {inputs!r}.")
        inputs = list(inputs)
    if composites and is_among(inputs):
        return mapped(lambda *given: join(given, separator), *inputs)  # type: ignore[no-any-return]
    return computed(_joined, *(_strings(x, "StringJoin") for x in inputs), separator=separator.encode())


@computation
def _joined(*arrays: Any, separator: bytes) -> Any:
    if not arrays:
        return np.array(b"", np.object_)
    shapes = {np.shape(a) for a in arrays} - {()}
    if len(shapes) > 1:
        raise invalid("StringJoin", f"Input shapes do not match: {' vs. '.join(map(str, sorted(shapes)))}")
    return _each(lambda *items: separator.join(items), *arrays)


def reduce_join(inputs: Any, axis: Any = None, keepdims: bool = False, separator: str = "",
                name: str | None = None) -> EagerTensor:  # fmt: skip
    """The strings along axes put together.

    Args:
      inputs: a string tensor.
      axis: an integer, or a list of them, of which the first is joined first; by default all, the last one first.
      keepdims: keep the axes, with length 1.
      separator: what comes between strings.

    Raises:
      OutOfRangeError: if there is no such axis.

    >>> import gradtape as tf
    >>> tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=-1, separator=" ").numpy().tolist()
    [b'a b', b'c d']
    """
    x = _strings(inputs, "ReduceJoin")
    n = x._array.ndim
    axes = tuple(reversed(range(n))) if axis is None else integers(axis, "ReduceJoin", "axis", scalar=True)
    for i in axes:
        if not -n <= i < n:
            message = f"Invalid reduction dimension {i} for input with {n} dimension(s) [Op:ReduceJoin]"
            raise OutOfRangeError(None, None, message)
    return computed(_reduced, x, axes=tuple(i % n for i in axes), keepdims=bool(keepdims), separator=separator.encode())


@computation
def _reduced(x: Any, axes: tuple[int, ...], keepdims: bool, separator: bytes) -> Any:
    if not axes:
        return x
    x = np.asarray(x)
    rest = [i for i in range(x.ndim) if i not in axes]
    moved = x.transpose(*rest, *reversed(axes))
    rows = moved.reshape(*moved.shape[: len(rest)], -1)
    out = np.empty(rows.shape[:-1], np.object_)
    for place in np.ndindex(out.shape):
        out[place] = separator.join(rows[place].tolist())
    return out.reshape([1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else out


def ngrams(data: Any, ngram_width: Any, separator: str = " ", pad_values: Any = None, padding_width: int | None = None,
           preserve_short_sequences: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """Neighbouring strings along the last axis put together.

    Args:
      data: strings: a tensor of rank 1 or more, or a RaggedTensor.
      ngram_width: how many at a time; or several such numbers, whose results follow each other in each row.
      separator: what comes between them.
      pad_values: a text that is put before and after each row, or a pair of texts for that.
      padding_width: how often, at most as often as all parts of it still have a string of the row in them, which is
        the default.
      preserve_short_sequences: whether a row that is too short for any of these is itself one.

    Returns:
      A tensor or RaggedTensor, as `data` is.

    Raises:
      TypeError: if `pad_values` is something else.
      ValueError: for a scalar, or if a width is not positive.

    >>> import gradtape as tf
    >>> tf.strings.ngrams(["a", "b", "c"], 2).numpy().tolist()
    [b'a b', b'b c']
    """
    from .ragged.tensor import RaggedTensor

    pads = pad_values if isinstance(pad_values, list | tuple) else (pad_values, pad_values)
    if pad_values is not None and not all(isinstance(pad, str | bytes) for pad in (pads[0], pads[1])):
        raise TypeError("pad_values must be a string, tuple of strings, or None.")
    if padding_width is not None and padding_width < 1:
        raise ValueError("padding_width must be greater than 0.")
    if padding_width is not None and pad_values is None:
        raise ValueError("pad_values must be provided if padding_width is set.")
    widths = tuple(int(n) for n in (ngram_width if isinstance(ngram_width, list | tuple) else (ngram_width,)))
    if any(n < 1 for n in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    most = 0 if pad_values is None else -1 if padding_width is None else int(padding_width)
    left, right, between = (t.encode() if isinstance(t, str) else t or b"" for t in (*pads[:2], separator))

    form = (widths, most, left, right, between, bool(preserve_short_sequences))
    if isinstance(data, RaggedTensor):
        if isinstance(data.values, RaggedTensor):
            return data.with_values(ngrams(data.values, ngram_width, separator, pad_values, padding_width,
                                           preserve_short_sequences))  # fmt: skip
        x = _strings(data.values, "StringNGrams")
        if is_symbolic(data.row_splits):
            return _ragged_parts(opaque(_parted_ngrams, x, data.row_splits, *form), data._count)
        ends = tuple(data._at.tolist())
        counts = np.array([len(row) for row in _ngrams_of_rows([b""] * ends[-1], ends, form)], data._at.dtype)
        return RaggedTensor.from_row_lengths(computed(_ragged_ngrams, x, ends, *form), counts)
    x = tensor_of(data, dtypes.string)
    if not x._array.ndim:
        raise ValueError("Data must have rank>0")
    return computed(_dense_ngrams, _strings(x, "StringNGrams"), *form)


def _ngrams_of(strings: Sequence[bytes], widths: tuple[int, ...], most: int, left: bytes, right: bytes, between: bytes,
               short: bool) -> list[bytes]:  # fmt: skip
    found = []
    for n in widths:
        pad = n - 1 if most < 0 else min(most, n - 1)
        padded = [left] * pad + list(strings) + [right] * pad
        found += [between.join(padded[i : i + n]) for i in range(len(padded) - n + 1)]
    if not found and strings and short:
        found = [between.join([left] * most + list(strings) + [right] * most)]
    return found


def _ngrams_of_rows(strings: list[bytes], ends: Sequence[int], form: Any) -> list[list[bytes]]:
    return [_ngrams_of(strings[i:j], *form) if ends[-1] else [] for i, j in itertools.pairwise(ends)]


@computation
def _ragged_ngrams(x: Any, ends: tuple[int, ...], *form: Any) -> Any:
    return _texts([text for row in _ngrams_of_rows(x.tolist(), ends, form) for text in row])


@computation
def _parted_ngrams(x: Any, splits: Any, *form: Any) -> "_Parts":
    rows = _ngrams_of_rows(x.tolist(), splits.tolist(), form)
    return _Parts(_texts([text for row in rows for text in row]), np.array(list(map(len, rows)), splits.dtype))


@computation
def _dense_ngrams(x: Any, *form: Any) -> Any:
    lead, n = x.shape[:-1], x.shape[-1]
    count = len(_ngrams_of([b""] * n, *form)) if n else 0
    rows = x.reshape(math.prod(lead), n).tolist() if count else []
    return _texts([text for row in rows for text in _ngrams_of(row, *form)]).reshape(*lead, count)


def _texts(values: Sequence[bytes]) -> Any:
    out = np.empty(len(values), np.object_)
    out[:] = values
    return out


# --- one by one ------------------------------------------------------------------------------------------------------


def _characters(text: bytes, unit: str) -> Any:
    return text.decode("utf-8", "replace") if unit == "UTF8_CHAR" else text


def _unit(unit: str, op: str) -> str:
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise invalid(op, f"Value for attr 'unit' of \"{unit}\" is not in the list of allowed values: \"BYTE\", "
                      '"UTF8_CHAR"')  # fmt: skip
    return unit


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> EagerTensor:
    """How long each string is, as int32: in bytes, or with `unit="UTF8_CHAR"` in characters.

    >>> import gradtape as tf
    >>> tf.strings.length(["gradient", "tape"]).numpy()
    array([8, 4], dtype=int32)
    """
    return _of_each(_lengths, "StringLength", input, unit=_unit(unit, "StringLength"))  # type: ignore[no-any-return]


@computation
def _lengths(x: Any, unit: str) -> Any:
    return _each(lambda text: len(_characters(text, unit)), x, dtype=np.int32)


@computation
def _cased(x: Any, method: str, unicode: bool) -> Any:
    def changed(text: bytes) -> bytes:
        return getattr(text.decode(), method)().encode() if unicode else getattr(text, method)()  # type: ignore[no-any-return]

    return _each(changed, x)


def lower(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """Strings in lower case: ASCII letters, or with `encoding="utf-8"` all."""
    return _of_each(_cased, "StringLower", input, method="lower", unicode=bool(encoding))  # type: ignore[no-any-return]


def upper(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """Strings in upper case; see `lower`."""
    return _of_each(_cased, "StringUpper", input, method="upper", unicode=bool(encoding))  # type: ignore[no-any-return]


def strip(input: Any, name: str | None = None) -> EagerTensor:
    """Strings without the white space at their ends."""
    return _of_each(_stripped, "StringStrip", input)  # type: ignore[no-any-return]


@computation
def _stripped(x: Any) -> Any:
    return _each(bytes.strip, x)


def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None) -> EagerTensor:
    """A part of each string.

    Args:
      input: strings.
      pos: where the part begins; negative ones count from the end. A scalar, or of the shape of `input`.
      len: how long it is at most.
      unit: "BYTE" or "UTF8_CHAR".

    Raises:
      InvalidArgumentError: if a part begins outside of its string.

    >>> import gradtape as tf
    >>> tf.strings.substr("gradient", 2, 3).numpy()
    b'adi'
    """
    at, count = convert_to_tensor(pos), convert_to_tensor(len)
    return _of_each(_part, "Substr", input, at, count, unit=_unit(unit, "Substr"))  # type: ignore[no-any-return]


@computation
def _part(x: Any, at: Any, count: Any, unit: str) -> Any:
    def part(text: bytes, start: int, size: int) -> bytes:
        characters = _characters(text, unit)
        n = len(characters)
        if not -n <= start <= n:
            raise invalid("Substr", f"pos {start} out of range for string of length {n}")
        start += n if start < 0 else 0
        found = characters[start : start + size]
        return found.encode() if unit == "UTF8_CHAR" else found  # type: ignore[no-any-return]

    return _each(part, x, at, count)


@functools.lru_cache(maxsize=128)
def _pattern(pattern: bytes) -> Any:
    """The regular expression, of RE2's syntax; it is matched in time that is linear in the text."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _expression(pattern: Any, op: str) -> bytes:
    text = pattern if isinstance(pattern, str | bytes) else convert_to_tensor(pattern).numpy()
    text = text.encode() if isinstance(text, str) else text
    try:
        _pattern(text)
    except Exception as error:
        import re2

        if not isinstance(error, re2.error):
            raise
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error
        raise invalid(op, f"Invalid pattern: {text.decode(errors='replace')}, error: {why}") from None
    return text  # type: ignore[no-any-return]


def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True,
                  name: str | None = None) -> EagerTensor:  # fmt: skip
    r"""Strings with what matches a regular expression replaced.

    Args:
      input: strings.
      pattern: a regular expression, in the syntax of RE2.
      rewrite: what to put in its place; `\1` is what the first group matched, `\0` all.
      replace_global: replace every match, not only the first.

    Raises:
      InvalidArgumentError: if `pattern` is no regular expression.

    >>> import gradtape as tf
    >>> tf.strings.regex_replace("a1b22", "[0-9]+", "#").numpy()
    b'a#b#'
    """
    text = convert_to_tensor(rewrite).numpy()
    found = _expression(pattern, "RegexReplace")
    how = {"pattern": found, "rewrite": text, "most": not replace_global}
    return _of_each(_replaced, "RegexReplace", input, **how)  # type: ignore[no-any-return]


@computation
def _replaced(x: Any, pattern: bytes, rewrite: bytes, most: int) -> Any:
    found = _pattern(pattern)
    parts = _rewriting(rewrite, found.groups, bool(most))
    return _each(lambda text: text if parts is None else _rewritten(found, text, parts, bool(most)), x)


def _rewriting(rewrite: bytes, groups: int, first: bool) -> list[bytes | int] | None:
    """The parts of what is put in the place of a match: bytes, and numbers of groups. None, which changes nothing, if
    there is no such group. Where there is no such escape that is so for one match, and of all it is what comes before.
    """
    pieces = re.split(rb"\\(.|\Z)", rewrite, flags=re.DOTALL)
    if any(x.isdigit() and int(x) > groups for x in pieces[1::2]):
        return None
    parts: list[bytes | int] = [pieces[0]]
    for escaped, after in zip(pieces[1::2], pieces[2::2], strict=True):
        if not escaped.isdigit() and escaped != b"\\":
            return None if first else parts
        parts += [int(escaped) if escaped.isdigit() else escaped, after]
    return parts


def _rewritten(pattern: Any, text: bytes, parts: Sequence[bytes | int], first: bool) -> bytes:
    """`text` with its matches replaced, or the first one. As RE2 does it, none is empty at the end of another."""
    made: list[bytes] = []
    at, last = 0, -1
    while at <= len(text):
        match = pattern.search(text, at)
        if match is None:
            break
        begin, end = match.span()
        made.append(text[at:begin])
        if begin == end == last:
            at = begin + _length_of_character(text, begin)
            made.append(text[begin:at])
            if begin == len(text):
                break
            continue
        made += [(match[part] or b"") if isinstance(part, int) else part for part in parts]
        at = last = end
        if first:
            break
    return b"".join([*made, text[at:]])


def _length_of_character(text: bytes, at: int) -> int:
    """How many bytes the UTF-8 character at a place has; 1 if there is none."""
    for length in range(1, 5):
        try:
            text[at : at + length].decode()
        except UnicodeDecodeError:
            continue
        return length
    return 1


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> EagerTensor:
    """Whether a regular expression matches each string as a whole.

    >>> import gradtape as tf
    >>> tf.strings.regex_full_match(["ab", "abc"], "a.").numpy()
    array([ True, False])
    """
    found = _expression(pattern, "RegexFullMatch")
    return _of_each(_matched, "RegexFullMatch", input, pattern=found)  # type: ignore[no-any-return]


@computation
def _matched(x: Any, pattern: bytes) -> Any:
    return _each(lambda text: _pattern(pattern).fullmatch(text) is not None, x, dtype=np.bool_)


# --- taken apart: rows of different lengths --------------------------------------------------------------------------


def _rows(value: Any, op: str, take_apart: Callable[..., Any], *how: Any) -> Any:
    """What `take_apart` makes of each string: of a scalar a vector, else one more axis, which is ragged."""
    from .ragged import partition
    from .ragged.tensor import RaggedTensor, _ragged_or_tensor

    x = _ragged_or_tensor(value)
    if isinstance(x, RaggedTensor):
        inner = _rows(x.values, op, take_apart, *how)
        if not isinstance(inner, RaggedTensor):
            raise invalid(op, "strings of no shape")
        return x.with_values(inner)
    x = _strings(x, op)
    parts = opaque(take_apart, x, *how)
    if not x.ndim:
        return computed(_all_parts, parts)
    out = _ragged_parts(parts, math.prod(x._array.shape))
    shape = x._array.shape
    for axis in range(x.ndim - 1, 0, -1):
        splits = computed(partition.uniform_splits, math.prod(shape[:axis]), shape[axis], dtype=np.dtype(np.int64))
        out = RaggedTensor._of(out, splits, shape[axis])
    return out


def _ragged_parts(parts: Any, count: int) -> Any:
    """A row of the parts of each of `count` strings."""
    from .ragged import partition
    from .ragged.tensor import RaggedTensor

    splits = computed(partition.row_splits, computed_rows(count, _part_counts, parts))
    return RaggedTensor._of(computed(_all_parts, parts), splits)


class _Parts(NamedTuple):
    """Strings taken apart: all the parts, one after the other, and how many there are of each string."""

    items: Any
    counts: Any


@computation(open_axis=0)
def _all_parts(parts: _Parts) -> Any:
    return parts.items


@computation
def _part_counts(parts: _Parts) -> Any:
    return parts.counts


def _taken_apart(x: Any, function: Callable[[bytes], Sequence[Any]], dtype: Any = np.object_) -> _Parts:
    parts = [function(text) for text in np.asarray(x).ravel().tolist()]
    flat = np.empty(sum(map(len, parts)), dtype)
    flat[:] = [item for part in parts for item in part]
    return _Parts(flat, np.array([len(part) for part in parts], np.int64))


@computation
def _split(x: Any, by: bytes | None, most: int) -> _Parts:
    return _taken_apart(x, lambda text: text.split(by, most))


@computation
def _bytes(x: Any) -> _Parts:
    return _taken_apart(x, lambda text: [text[i : i + 1] for i in range(len(text))])


@computation
def _split_characters(x: Any, encoding: str, errors: str, replacement: int) -> _Parts:
    decode = _decoder(encoding, errors, replacement)
    return _taken_apart(x, lambda text: [c.encode(encoding) for c in decode(text)])


@computation
def _numbers(x: Any, encoding: str, errors: str, replacement: int, controls: bool) -> _Parts:
    decode = _decoder(encoding, errors, replacement, controls)
    return _taken_apart(x, lambda text: [ord(c) for c in decode(text)], np.int32)


def split(input: Any, sep: str | None = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """Strings taken apart at separators.

    Args:
      input: strings.
      sep: the separator; by default any white space.
      maxsplit: at how many at most.

    Returns:
      A vector for a scalar, else a RaggedTensor with one more axis.

    >>> import gradtape as tf
    >>> tf.strings.split(["a b", "c"])
    <tf.RaggedTensor [[b'a', b'b'], [b'c']]>
    """
    return _rows(input, "StringSplitV2", _split, sep.encode() if sep else None, maxsplit)


def bytes_split(input: Any, name: str | None = None) -> Any:
    """Strings taken apart into bytes; see `split`."""
    return _rows(input, "StringBytesSplit", _bytes)


def unicode_split(input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533,
                  name: str | None = None) -> Any:  # fmt: skip
    """Strings taken apart into characters, each as UTF-8; see `split`.

    Args:
      input: strings.
      input_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE".
      errors: what to do with what is no character: "replace", "ignore" or "strict", which raises.
      replacement_char: by which character to replace it.

    Raises:
      InvalidArgumentError: with "strict", for what is no character.

    >>> import gradtape as tf
    >>> tf.strings.unicode_split("na\u00efve", "UTF-8").numpy().tolist()
    [b'n', b'a', b'\\xc3\\xaf', b'v', b'e']
    """
    return _rows(input, "UnicodeDecode", _split_characters, input_encoding, errors, replacement_char)


def unicode_decode(input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533,
                   replace_control_characters: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """The numbers of the characters of strings, as int32; arguments and result as in `unicode_split`.

    With `replace_control_characters`, characters below 32 are replaced too.

    >>> import gradtape as tf
    >>> tf.strings.unicode_decode("hi\\n", "UTF-8", replace_control_characters=True).numpy()
    array([  104,   105, 65533], dtype=int32)
    """
    how = input_encoding, errors, replacement_char, bool(replace_control_characters)
    return _rows(input, "UnicodeDecode", _numbers, *how)


def _decoder(encoding: str, errors: str, replacement: int, controls: bool = False) -> Callable[[bytes], str]:
    _check_encoding("UnicodeDecode", encoding)
    if errors not in ("replace", "ignore", "strict"):
        raise invalid("UnicodeDecode", f"Value for attr 'errors' of \"{errors}\" is not in the list of allowed values: "
                      '"strict", "replace", "ignore"')  # fmt: skip

    def decode(text: bytes) -> str:
        try:
            found = text.decode(encoding, errors)
        except UnicodeDecodeError:
            raise invalid("UnicodeDecode", "Invalid formatting on input string") from None
        if replacement != _REPLACEMENT:
            found = found.replace(chr(_REPLACEMENT), chr(replacement))
        return found.translate(dict.fromkeys(range(32), replacement)) if controls else found

    return decode


_REPLACEMENT = 0xFFFD


def unicode_encode(input: Any, output_encoding: str, errors: str = "replace", replacement_char: int = 65533,
                   name: str | None = None) -> Any:  # fmt: skip
    """The strings of which these are the numbers of characters: the inverse of `unicode_decode`.

    >>> import gradtape as tf
    >>> tf.strings.unicode_encode([104, 105], "UTF-8").numpy()
    b'hi'
    """
    from .ragged.tensor import RaggedTensor

    _check_encoding("UnicodeEncode", output_encoding)
    if isinstance(input, RaggedTensor):
        if input.ragged_rank > 1:
            return input.with_values(unicode_encode(input.values, output_encoding, errors, replacement_char))
        how = {"encoding": output_encoding, "errors": errors, "replacement": replacement_char}
        return computed_rows(input._count, _encoded_rows, input.values, input.row_splits, **how)
    x = convert_to_tensor(input)
    return computed(_encoded, x, encoding=output_encoding, errors=errors, replacement=replacement_char)


@computation
def _encoded_rows(x: Any, splits: Any, encoding: str, errors: str, replacement: int) -> Any:
    rows = [x[a:b].tolist() for a, b in itertools.pairwise(splits.tolist())]
    out = np.empty(len(rows), np.object_)
    out[:] = [_text(row, errors, replacement).encode(encoding) for row in rows]
    return out


@computation
def _encoded(x: Any, encoding: str, errors: str = "replace", replacement: int = _REPLACEMENT) -> Any:
    out = np.empty(x.shape[:-1], np.object_)
    for place in np.ndindex(out.shape):
        out[place] = _text(x[place].tolist(), errors, replacement).encode(encoding)
    return out


def _text(numbers: Sequence[int], errors: str, replacement: int) -> str:
    """The text of these characters; what to do with numbers of none is as in `unicode_split`."""
    wrong = [n for n in numbers if not 0 <= n <= sys.maxunicode or 0xD800 <= n < 0xE000]
    if wrong and errors == "strict":
        raise invalid("UnicodeEncode", f"Code point is out of range for Unicode, or is a surrogate: {wrong[0]}")
    instead = chr(replacement) if errors == "replace" else ""
    return "".join([instead if wrong and n in wrong else chr(n) for n in numbers])


def _check_encoding(op: str, encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise invalid(op, f"Could not create converter for encoding: {encoding}") from None


__getattr__ = lacking(__name__)
