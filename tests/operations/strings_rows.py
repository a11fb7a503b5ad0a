"""Rows of `tf.strings`, those whose results are tensors; rows of different lengths are in tests/programs/strings.py."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, floats


def texts(*values: Any) -> Any:
    return np.array(values, object)


WORDS = texts("Gradient", " tape\n", "", "naïve Ü", "a1b22")
TABLE = np.array([["a", "b"], ["c", ""]], object)
NUMBERS = np.array([0.0, 1.5, -2.25, 1e-7, 12345678.0, np.inf, -np.inf, np.nan])
INTS = np.array([0, -7, 123456], np.int32)


def op(name: str, edges: Sequence[Any], *given: Any, **options: Any) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"strings.{name}",
        lambda tf, *xs: getattr(tf.strings, plain)(*xs, *given, **options),
        edges=[x if type(x) is tuple else (x,) for x in edges],
        order=0,
    )


MADE = [
    op("as_string", [NUMBERS, INTS, INTS.astype(np.uint8), NUMBERS > 0, floats(2) + 1j, WORDS, np.float64(0.1)]),
    op("as_string/halves", [floats(3).astype(np.float16), floats(3).astype(ml_dtypes.bfloat16)]),
    op("as_string/precision", [NUMBERS, INTS], precision=2),
    op("as_string/scientific", [NUMBERS, INTS], scientific=True),
    op("as_string/shortest", [NUMBERS, INTS], shortest=True),
    op("as_string/both", [NUMBERS], shortest=True, scientific=True),
    op("as_string/width", [NUMBERS, INTS], width=8),
    op("as_string/fill", [NUMBERS[:5], INTS], width=8, fill="0"),
    op("as_string/left", [NUMBERS, INTS], width=8, fill="-"),
    op("as_string/fills", [INTS], width=8, fill="00"),
    op("as_string/other", [INTS], width=8, fill="x"),
    Operation("as_string", lambda tf, x: tf.as_string(x), edges=[(INTS,)], order=0),
    Operation(
        "strings.format",
        lambda tf, x, y: tf.strings.format("a {} b {}", [x, y]),
        edges=[
            (floats(8), INTS),
            (TABLE, INTS),
            (INTS, texts("x")),
            (floats(3, 2), NUMBERS > 0),
            (np.float64(0.5), NUMBERS),
        ],
        order=0,
    ),
    Operation(
        "strings.format/options",
        lambda tf, x: tf.strings.format("%t%", x, placeholder="%t%", summarize=-1),
        edges=[(floats(8),), (np.float64(2),), (texts("x")[0:1],)],
        order=0,
    ),
    Operation("strings.format/count", lambda tf, x: tf.strings.format("{} {}", x), edges=[(INTS,)], order=0),
    op("to_number", [texts("1.5", "-2", "1e3", " 7 ", "inf"), texts("x"), texts(""), texts("1_0"), INTS]),
    *(op(f"to_number/{kind}", [texts("15", "-2"), texts("1.5"), texts("99999999999")], kind)
      for kind in ("int32", "int64", "float64")),
]  # fmt: skip

TOGETHER = [
    Operation("strings.join", lambda tf, x, y: tf.strings.join([x, y], "-"),
              edges=[(WORDS, WORDS), (TABLE, np.array("z", object)), (TABLE, WORDS), (WORDS, INTS)], order=0),
    op("reduce_join", [TABLE, WORDS, np.zeros((2, 0), object), INTS]),
    op("reduce_join/axis", [TABLE, np.array([[["a", "b"]]], object)], axis=-1, separator=", "),
    op("reduce_join/axes", [TABLE, np.array([[["a", "b"]]], object)], axis=[0, 1], keepdims=True),
    op("reduce_join/order", [TABLE], axis=[1, 0]),
    op("reduce_join/refused", [TABLE], axis=2),
]  # fmt: skip

EACH = [
    op("length", [WORDS, TABLE, INTS]),
    op("length/characters", [WORDS], unit="UTF8_CHAR"),
    op("length/refused", [WORDS], unit="foo"),
    op("lower", [WORDS, INTS]),
    op("lower/unicode", [WORDS], encoding="utf-8"),
    op("upper", [WORDS]),
    op("upper/unicode", [WORDS], encoding="utf-8"),
    op("strip", [WORDS, TABLE]),
    op("substr", [WORDS[[0, 3]]], 2, 3),
    op("substr/end", [WORDS[[0, 3]]], -4, 9),
    op("substr/characters", [WORDS[[0, 3]]], 2, 3, unit="UTF8_CHAR"),
    op("substr/outside", [WORDS], 5, 2),
    Operation("strings.substr/each", lambda tf, x, at, n: tf.strings.substr(x, at, n),
              edges=[(TABLE[:1], np.array([[0, 1]]), np.array([[1, 1]]))], order=0),
    op("regex_replace", [WORDS, TABLE], "[a-z]([0-9]+)", r"<\1|\0>"),
    op("regex_replace/first", [WORDS], "a", "A", replace_global=False),
    op("regex_replace/refused", [WORDS], "(", "A"),
    op("regex_full_match", [WORDS, TABLE], "[a-z0-9]*"),
]  # fmt: skip

LONG = texts(*("naïve " * n for n in range(1, 45)), *("x" * n for n in range(70)), "\0" * 200, "abc" * 1000)


def ngrams(name: str, *given: Any, **options: Any) -> Operation:
    edges = [TABLE, WORDS, TABLE[None], TABLE[:, :0], np.array("a", object), INTS]
    return op(f"ngrams{name}", edges, *given, **options)


def ragged(x: Any) -> list[Any]:
    return [x.flat_values, *x.nested_row_splits]


def of_ragged(name: str, splits: list[int], *given: Any, **options: Any) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"strings.{name}",
        lambda tf, x: ragged(getattr(tf.strings, plain)(tf.RaggedTensor.from_row_splits(x, splits), *given, **options)),
        edges=[(WORDS[: splits[-1]],)],
        order=0,
    )


HASHED = [
    op("to_hash_bucket_fast", [LONG, TABLE, WORDS, INTS], 2**62),
    op("to_hash_bucket_fast/few", [WORDS, np.array("a", object)], 7),
    op("to_hash_bucket_fast/none", [WORDS], 0),
    op("to_hash_bucket", [LONG, TABLE, WORDS, INTS], 2**62),
    op("to_hash_bucket/none", [WORDS], 0),
    op("to_hash_bucket_strong", [LONG, TABLE, WORDS, INTS], 2**62, [1, 2]),
    op("to_hash_bucket_strong/negative", [LONG], 2**62, key=[-(2**63), 2**63 - 1]),
    op("to_hash_bucket_strong/key", [WORDS], 9, [1, 2, 3]),
    ngrams("", 2),
    ngrams("/several", (3, 1, 2), separator="_"),
    ngrams("/padded", 3, pad_values="#"),
    ngrams("/padded apart", [3, 2], pad_values=("<", ">"), padding_width=1),
    ngrams("/padded wide", 3, pad_values=("<", ">"), padding_width=9),
    ngrams("/short", 4, preserve_short_sequences=True),
    ngrams("/short, padded", 7, preserve_short_sequences=True, pad_values="#", padding_width=1),
    ngrams("/zero", 0),
    ngrams("/pad", 2, pad_values=5),
    ngrams("/padding", 2, pad_values="#", padding_width=0),
    ngrams("/no padding", 2, padding_width=2),
    of_ragged("ngrams/ragged", [0, 0, 2, 5], (2, 3)),
    of_ragged("ngrams/ragged, padded", [0, 0, 2, 5], 3, pad_values="#", padding_width=1),
    of_ragged("ngrams/ragged, empty", [0, 0, 0], 3, pad_values="#"),
    of_ragged("ngrams/ragged, short", [0, 0, 2, 5], 3, preserve_short_sequences=True),
    of_ragged("to_hash_bucket_fast/ragged", [0, 0, 2, 5], 100),
    Operation("strings.ngrams/deep", lambda tf, x: ragged(tf.strings.ngrams(
        tf.RaggedTensor.from_nested_row_splits(x, [[0, 2], [0, 2, 5]]), 2)), edges=[(WORDS,)], order=0),
]  # fmt: skip


# Where RE2 and Python's `re` differ: texts that are empty, of several lines, or no UTF-8, and empty matches.
MATCHED = texts("", "baac", "aaa", "héllo wörld", "a\nb", b"\xff\xfea", "ab12cd", "x.y.z", "AAaa", "日本語", "a\0b")
REPLACED = [
    "a*", "", ".", "(a)(b)?", "a|b*", "^", "$", r"\b", r"\C", "(?i)a", r"\pL+", "[[:alpha:]]", "(?m)^", "x*?",
]  # fmt: skip
REWRITES = [r"\1\2", r"<\n>", "<\\", r"\g<0>", r"a\0\9", r"#\\", ""]
FULL = [
    "a*", ".*", "(?s).*", r"\d+", r"\w+", r"\pL*", "[^a]*", "(?i)a+", r"\Qx.y.z\E", "(?=a)", r"(a)\1", "a{1001}",
    r"a\Z", "[", "a**",
]  # fmt: skip
EXPRESSIONS = [
    *(op(f"regex_replace/{x}", [MATCHED], x, r"<\0>") for x in REPLACED),
    *(op(f"regex_replace/first_{x}", [MATCHED], x, r"<\0>", False) for x in REPLACED),
    *(op(f"regex_replace/to_{x}", [MATCHED], "(a)(b)?", x) for x in REWRITES),
    *(op(f"regex_replace/first_to_{x}", [MATCHED], "(a)(b)?", x, False) for x in REWRITES),
    *(op(f"regex_full_match/{x}", [MATCHED], x) for x in FULL),
]

ROWS = [*MADE, *TOGETHER, *EACH, *EXPRESSIONS, *HASHED]
