"""Rows of `tf.raw_ops`."""

from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, floats

NUMBERS = np.array([-5.0, 0.0, 1.0, 2.0, 100.0, np.inf, np.nan])
INTS = np.array([[1, 1, 2], [3, 3, 4], [1, 1, 2]])
WORDS = np.array([[b"a", b"b"], [b"c", b"b"], [b"a", b"b"]], object)

BUCKETS = [
    Operation(f"raw_ops.Bucketize{name}", lambda tf, x, edges=edges: tf.raw_ops.Bucketize(input=x, boundaries=edges),
              edges=[(NUMBERS,), (INTS,), (INTS.astype(np.int32),), (np.array(1.0),), (INTS.astype(np.int8),),
                     (NUMBERS[:0],), (floats(2, 3),)], order=0)
    for name, edges in (("", [0.0, 1.0, 10.0]), ("/none", []), ("/twice", [1.0, 1.0]), ("/unsorted", [3.0, 1.0]),
                        ("/rounded", [0.1, 0.2, 0.7]))
]  # fmt: skip
BUCKETS.append(Operation(
    "raw_ops.Bucketize/positional", lambda tf, x: tf.raw_ops.Bucketize(x, [1.0]), edges=[(NUMBERS,)], order=0,
))  # fmt: skip

UNIQUE = [
    Operation(f"raw_ops.{op}{name}",
              lambda tf, x, op=op, axis=axis: list(getattr(tf.raw_ops, op)(x=x, axis=axis)),
              edges=[(INTS,), (INTS[0],), (WORDS,), (INTS * 0.5,), (INTS[:0],), (INTS.reshape(1, 3, 3),),
                     (np.array([[1.0, np.nan], [1.0, np.nan], [0.0, 1.0], [-0.0, 1.0]]),), (INTS > 1,),
                     (INTS.astype(ml_dtypes.bfloat16),)], order=0, notes={"tensorflow_gradient": "TensorFlow has none"})
    for op in ("UniqueV2", "UniqueWithCountsV2")
    for name, axis in (("", [0]), ("/1", [1]), ("/last", [-1]), ("/two", [0, 1]), ("/scalar", 0))
]  # fmt: skip
UNIQUE.append(Operation(
    "raw_ops.UniqueV2/none", lambda tf, x: list(tf.raw_ops.UniqueV2(x=x, axis=np.zeros(0, np.int32))),
    edges=[(INTS[0],), (INTS,)], order=0,
))  # fmt: skip
UNIQUE.append(Operation(
    "raw_ops.UniqueV2/int64", lambda tf, x: list(tf.raw_ops.UniqueV2(x=x, axis=[0], out_idx=tf.int64)),
    edges=[(INTS,)], order=0,
))  # fmt: skip

IMAGE = floats(2, 3, 4, 2)
FAR = [[1.1, 0.3, -0.7, -0.2, 0.9, 0.4, 0.01, -0.02], [0.5, -2.3, 4.2, 3.1, 0.2, -7.3, 0.0, 0.1]]
ONE = [[1.0, 0.13, -1.5, 0.05, 1.0, 0.3, 0.0, 0.0]]


def seen(name: str, images: Any, transforms: Any = ONE, shape: Any = (3, 4), fill: Any = 0.0, edges: Any = (),
         **options: Any) -> Operation:  # fmt: skip
    options = {"interpolation": "BILINEAR", **options}
    return Operation(
        f"raw_ops.ImageProjectiveTransformV3{name}",
        lambda tf, x: tf.raw_ops.ImageProjectiveTransformV3(
            images=x, transforms=np.array(transforms, np.float32), output_shape=list(shape), fill_value=fill,
            **options),
        [(x,) for x in images], [(x,) for x in edges], rtol=1e-5,
        notes={"tensorflow_gradient": "TensorFlow's is by the inverse transform, and only near"},
    )  # fmt: skip


SEEN = [
    seen("", [IMAGE], edges=[
        (IMAGE * 30 + 90).astype(np.uint8), (IMAGE * 9).astype(np.int32), (IMAGE * 9).astype(np.int64),
        (IMAGE * 9).astype(np.int8), IMAGE.astype(np.float16), IMAGE.astype(ml_dtypes.bfloat16), IMAGE[0], IMAGE[:0],
    ]),
    *(seen(f"/{interpolation}, {mode}", [IMAGE], FAR, (5, 3), 0.7, interpolation=interpolation, fill_mode=mode)
      for interpolation in ("NEAREST", "BILINEAR") for mode in ("CONSTANT", "NEAREST", "REFLECT", "WRAP")),
    *(seen(f"/one, {mode}", [floats(1, 1, 1, 2)], ONE, (5, 3), fill_mode=mode) for mode in ("REFLECT", "WRAP")),
    seen("/infinite", [], [[1, 0, 0, 0, 1, 0, -1, 0]], fill=5.0, fill_mode="NEAREST", edges=[IMAGE]),
    seen("/halves", [], [[1, 0, 0.5, 0, 1, -0.5, 0, 0]], interpolation="NEAREST", edges=[IMAGE]),
    seen("/transforms", [], [ONE[0]] * 3, edges=[IMAGE]),
    seen("/seven", [], [ONE[0][:7]], edges=[IMAGE]),
    seen("/vector", [], ONE[0], edges=[IMAGE]),
    seen("/shape", [], shape=[3, 4, 2], edges=[IMAGE]),
    seen("/negative", [], shape=[-1, 4], edges=[IMAGE]),
    seen("/fill", [], fill=[1.0, 2.0], edges=[IMAGE]),
]  # fmt: skip

ROWS = [*BUCKETS, *UNIQUE, *SEEN]
