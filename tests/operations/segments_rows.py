"""Rows of segment sums, means, products and extrema, of counts and of confusion matrices."""

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, floats

X = floats(6, 2)
VECTOR = floats(6)
IN_ORDER = np.array([0, 0, 1, 3, 3, 3], np.int32)
ANY_ORDER = np.array([2, 0, -1, 2, 2, 0], np.int32)
MATRIX = np.array([[0, 1], [1, 0], [2, 2], [-1, 2], [0, 0], [1, 0]], np.int64)
TIES = np.array([2.0, 2.0, 5.0, 5.0, -1.0, 5.0])
ZEROS = np.array([0.0, 2.0, 3.0, 0.0, 0.0, 4.0])
INTS = np.array([7, -2, 4, -8, 3, 1], np.int32)
HALF = VECTOR.astype(np.float16)
BFLOAT = VECTOR.astype(ml_dtypes.bfloat16)
COMPLEX = floats(6) + 1j * floats(6, seed=1)
STRINGS = np.array(["a"] * 6)
EMPTY = np.zeros((0, 2)), np.zeros(0, np.int32)


def in_order(name: str, *edges: object) -> Operation:
    def call(tf, data, ids):
        return getattr(tf.math, f"segment_{name}")(data, ids)

    bad_ids = [IN_ORDER[::-1].copy(), IN_ORDER - 1, IN_ORDER[:4], IN_ORDER[None], np.int32(0), IN_ORDER * 1.0]
    return Operation(
        f"math.segment_{name}",
        call,
        [(X, IN_ORDER), (VECTOR, IN_ORDER.astype(np.int64)), (VECTOR, IN_ORDER * 0 + 2)],
        [
            *((x, IN_ORDER) for x in (TIES, ZEROS, INTS, HALF, BFLOAT, STRINGS, *edges)),
            EMPTY,
            *((VECTOR, ids) for ids in bad_ids),
        ],
    )


def any_order(name: str, *edges: object) -> Operation:
    def call(tf, data, ids, count):
        return getattr(tf.math, f"unsorted_segment_{name}")(data, ids, count)

    bad = [(ANY_ORDER, 2), (ANY_ORDER[:4], 3), (ANY_ORDER, -1), (ANY_ORDER * 1.0, 3)]
    bad += [(ANY_ORDER, 3.0)] * (name not in ("mean", "sqrt_n"))  # TensorFlow raises another error there
    # The samples have no empty segments: their extrema are too great for differences.
    return Operation(
        f"math.unsorted_segment_{name}",
        call,
        [
            (X, np.abs(ANY_ORDER), 3),
            (VECTOR, np.array([1, 0, 0, 1, -1, 0]), 2),
            (X, MATRIX, 3),
            (floats(2, 3), np.int32(0), 1),
        ],
        [
            *((x, ANY_ORDER, 3) for x in (TIES, ZEROS, INTS, HALF, BFLOAT, *edges)),
            (X, ANY_ORDER, 5),
            (X, ANY_ORDER.astype(np.int16), np.int64(4)),
            (INTS, ANY_ORDER, 5),
            (*EMPTY, 2),
            (*EMPTY, 0),
            *((VECTOR, *arguments) for arguments in bad),
        ],
    )


def bincount(tf, numbers, options):
    return tf.math.bincount(numbers, **options)


def confusion_matrix(tf, labels, predictions, weights, options):
    return tf.math.confusion_matrix(labels, predictions, weights=weights, **options)


NUMBERS = np.array([1, 1, 3], np.int32)
ROWS_OF_NUMBERS = np.array([[1, 1], [0, 3]], np.int64)
F64 = {"dtype": "float64"}

ROWS = [
    in_order("sum", COMPLEX),
    in_order("mean"),
    in_order("max", COMPLEX),
    in_order("min", COMPLEX),
    in_order("prod"),
    any_order("sum", COMPLEX, STRINGS),
    any_order("mean", COMPLEX),
    any_order("sqrt_n"),
    any_order("max", COMPLEX, STRINGS),
    any_order("min", COMPLEX, STRINGS),
    any_order("prod", STRINGS),
    Operation(
        "math.bincount",
        bincount,
        edges=[
            (numbers, options)
            for numbers in (NUMBERS, ROWS_OF_NUMBERS, np.zeros(0, np.int32), np.int32(3), -NUMBERS, NUMBERS + 0.5)
            for options in (
                {}, {"minlength": 6}, {"maxlength": 2}, {"maxlength": 2, "minlength": 5}, {"axis": -1}, {"axis": 0},
                {"axis": 1}, {"binary_output": True, "axis": -1}, {"dtype": "int64"}, {"dtype": "float32"},
                {"minlength": -2}, {"maxlength": -2}, {"maxlength": 0},
            )
        ] + [
            (numbers, {"weights": weights, **options})
            for numbers in (NUMBERS, ROWS_OF_NUMBERS)
            for weights in ([1.0, 0.5, 2.0], [1, 5, 2], [[1.0, 2.0], [3.0, 4.0]])
            for options in ({}, {"axis": -1}, {"binary_output": True})
        ],
        order=0,
    ),
    Operation(
        "math.confusion_matrix",
        confusion_matrix,
        [
            (np.array([1, 2, 0]), np.array([2, 2, 1]), floats(3), F64),
            (np.array([1, 0, 1]), np.array([0, 0, 0]), floats(3), {"num_classes": 4, **F64}),
        ],
        [
            (np.array([1, 2, 4]), np.array([2, 2, 4], np.int32), None, {}),
            (np.array([1, 2, 0]), np.array([2, 2, 1]), [0.5, 1.0, 2.0], {"num_classes": 3}),
            (np.array([1, 2, 0]), np.array([2, 2, 1]), None, {"dtype": "int64"}),
            (np.array([1.0, 2.0]), np.array([2.0, 1.0]), None, {}),
            (np.array([[1], [2]]), np.array([2, 1]), None, {}),
            (np.array([1, -2, 0]), np.array([2, 2, 1]), None, {}),
            (np.array([1, 2, 0]), np.array([2, 2, 1]), None, {"num_classes": 2}),
            (np.array([1, 1, 0]), np.array([2, 2, 1]), None, {"num_classes": 2}),
            (np.array([1, 2]), np.array([2, 2, 1]), None, {}),
            (np.array([[1], [2]]), np.array([[2], [1]]), None, {}),
            (np.array([1]), np.array([0]), [1, 2], {}),
        ],
        order=1,
    ),
]  # fmt: skip
