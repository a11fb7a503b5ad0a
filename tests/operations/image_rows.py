"""Rows of `tf.image`: form, colours, measures, sizes, and what is drawn at random without state."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.operations.operation import Operation, Sample, floats

IMAGE = floats(3, 4, 3, low=0.05, high=0.95)
BATCH = floats(2, 4, 3, 3, low=0.05, high=0.95, seed=1)
GREY = floats(2, 4, 5, 1, low=0.05, high=0.95, seed=2)
BYTES = np.arange(0, 252, 7, dtype=np.uint8).reshape(3, 4, 3)
SHORTS = BYTES.astype(np.int16) * 100
FLAT = floats(3, 3)
UNEVEN = IMAGE**2 + 0.1 * IMAGE  # no two neighbours are as far apart as two others

# What tests of rows leave out, and why.
IN_FLOAT32 = dict.fromkeys(
    ("central_differences", "second_order", "batched", "forward"), "it computes in float32, whatever it is given"
)
NO_GRADIENT = {"tensorflow_gradient": "TensorFlow has none"}


def in_float32(arrays: Sequence[Any]) -> Sequence[Any]:
    return [x.astype(np.float32) if x.dtype == np.float64 else x for x in arrays]


def op(name: str, samples: Sequence[Any] = (IMAGE, BATCH), edges: Sequence[Any] = (BYTES, FLAT), *given: Any,
       rtol: float = 1e-9, notes: dict[str, str] | None = None, **options: Any) -> Operation:  # fmt: skip
    plain = name.partition("/")[0]
    samples, edges = (in_float32(xs) if notes and "forward" in notes else xs for xs in (samples, edges))
    return Operation(
        f"image.{name}",
        lambda tf, x: getattr(tf.image, plain)(x, *given, **options),
        samples=[(x,) for x in samples],
        edges=[(x,) for x in edges],
        rtol=rtol,
        notes=notes or {},
    )


FORM = [
    op("flip_left_right"),
    op("flip_up_down"),
    op("transpose"),
    *(op(f"rot90/{k}", [IMAGE, BATCH], [BYTES, FLAT], k) for k in (1, 2, 3, 4, -1)),
    op("crop_to_bounding_box", [IMAGE, BATCH], [BYTES, FLAT], 1, 0, 2, 3),
    op("crop_to_bounding_box/outside", [], [BYTES], 2, 0, 2, 3),
    op("crop_to_bounding_box/negative", [], [BYTES], -1, 0, 2, 3),
    op("crop_to_bounding_box/empty", [], [BYTES], 0, 0, 0, 3),
    op("pad_to_bounding_box", [IMAGE, BATCH], [BYTES, FLAT], 1, 2, 6, 7),
    op("pad_to_bounding_box/small", [], [BYTES], 1, 2, 3, 7),
    op("pad_to_bounding_box/negative", [], [BYTES], -1, 2, 6, 7),
    op("resize_with_crop_or_pad", [IMAGE, BATCH], [BYTES, FLAT], 5, 2),
    op("resize_with_crop_or_pad/odd", [IMAGE, BATCH], [BYTES], 2, 7),
    op("resize_with_crop_or_pad/refused", [], [BYTES], 0, 2),
    op("central_crop", [GREY, floats(8, 6, 1)], [BYTES, FLAT], 0.5),
    op("central_crop/most", [GREY], [BYTES], 0.9),
    op("central_crop/all", [IMAGE], [BYTES, FLAT], 1.0),
    op("central_crop/refused", [], [BYTES], 1.5),
    op("extract_patches", [BATCH], [BYTES, BYTES[None]], [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
    op("extract_patches/same", [GREY], [], [1, 3, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "SAME"),
    op("extract_patches/apart", [GREY], [], [1, 2, 2, 1], [1, 1, 2, 1], [1, 2, 2, 1], "VALID"),
    op("extract_patches/refused", [], [GREY], [1, 2, 2], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
]

COLOURS = [
    op("convert_image_dtype/float64", [], [BYTES, SHORTS, FLAT.astype(np.float16)], "float64"),
    op("convert_image_dtype/uint8", [], [IMAGE, BYTES, SHORTS, IMAGE.astype(np.float32)], "uint8"),
    op("convert_image_dtype/saturate", [], [2 * IMAGE - 0.5, SHORTS], "uint8", saturate=True),
    op("convert_image_dtype/int16", [], [IMAGE, BYTES], "int16"),
    op("convert_image_dtype/float16", [IMAGE], [BYTES], "float16",
       notes=dict.fromkeys(("central_differences", "second_order", "batched", "forward", "float32"), "in float16")),
    op("rgb_to_grayscale", [IMAGE, BATCH], [BYTES, GREY, FLAT], rtol=1e-6),
    op("grayscale_to_rgb", [GREY], [BYTES, FLAT]),
    op("rgb_to_yiq", [IMAGE, FLAT], [GREY]),
    op("yiq_to_rgb", [IMAGE]),
    op("rgb_to_yuv", [IMAGE, BATCH]),
    op("yuv_to_rgb", [IMAGE]),
    op("rgb_to_hsv", [IMAGE, BATCH], [GREY, BYTES]),
    op("rgb_to_hsv/equal", [], [np.array([[0, 0, 0], [0.5, 0.5, 0.5], [1, 0, 0], [0, 1, 1]])],
       notes={"tensorflow_gradient": "where channels are equal TensorFlow's is another"}),
    op("hsv_to_rgb", [IMAGE, BATCH], [GREY, BYTES, np.array([[0.0, 1, 1], [1, 1, 0.5], [0.5, 0, 1]])],
       notes=NO_GRADIENT),
    op("adjust_brightness", [IMAGE], [BYTES, IMAGE.astype(np.float16)], 0.1, rtol=1e-6),
    op("adjust_contrast", [IMAGE, BATCH], [BYTES, FLAT], 1.5, rtol=1e-6, notes=NO_GRADIENT),
    op("adjust_gamma", [IMAGE], [BYTES], 1.5, 0.5, rtol=1e-6),
    op("adjust_gamma/refused", [], [IMAGE], -1.0),
    op("adjust_hue", [IMAGE, BATCH], [BYTES, GREY], 0.15, rtol=1e-5, notes=NO_GRADIENT),
    op("adjust_hue/refused", [], [IMAGE], 1.5),
    op("adjust_saturation", [IMAGE, BATCH], [BYTES, GREY], 0.5, rtol=1e-5, notes=NO_GRADIENT),
    op("adjust_saturation/more", [], [IMAGE], 5.0, rtol=1e-5, notes=NO_GRADIENT),
    op("per_image_standardization", [IMAGE, BATCH], [BYTES, FLAT], notes=IN_FLOAT32),
]  # fmt: skip


def likeness(name: str, samples: Sequence[Sample], edges: Sequence[Sample], **options: Any) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"image.{name}",
        lambda tf, a, b: getattr(tf.image, plain)(a, b, 1.0, **options),
        samples=[tuple(in_float32(pair)) for pair in samples],
        edges=[tuple(in_float32(pair)) for pair in edges],
        rtol=3e-4,
        notes=IN_FLOAT32,
    )


LARGE = floats(2, 12, 13, 2, low=0.05, high=0.95, seed=3)
OTHER = floats(2, 12, 13, 2, low=0.05, high=0.95, seed=4)
MANY = np.arange(11 * 12 * 2, dtype=np.int32).reshape(11, 12, 2) % 255
NEAR = 0.9 * LARGE + 0.1 * OTHER

MEASURES = [
    op("total_variation", [UNEVEN, BATCH], [FLAT, BYTES]),
    op("image_gradients", [BATCH], [IMAGE, BYTES[None]]),
    op("sobel_edges", [BATCH, GREY], [IMAGE]),
    likeness("psnr", [(LARGE, NEAR), (IMAGE, IMAGE**2)], [(LARGE, LARGE), (IMAGE, BATCH), (FLAT, FLAT)]),
    likeness("psnr/bytes", [], [(BYTES, BYTES[::-1].copy())]),
    likeness("ssim", [(LARGE, NEAR)], [(MANY.astype(np.uint8),) * 2, (IMAGE, IMAGE), (LARGE, LARGE[:, :-1])]),
    likeness("ssim/map", [(LARGE, NEAR)], [], filter_size=7, filter_sigma=1.0, k1=0.3, k2=1.0, return_index_map=True),
    likeness(
        "ssim_multiscale",
        [(LARGE, NEAR)],
        [(IMAGE, IMAGE)],
        filter_size=3,
        power_factors=(0.5, 0.3, 0.2),
        k1=0.3,
        k2=1.0,
    ),
]

METHODS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")

SIZES = [
    *(
        op(f"resize/{method}", [GREY], [BYTES, IMAGE, FLAT], [7, 3], method=method, rtol=1e-6,
           notes={} if method == "nearest" else IN_FLOAT32 | (NO_GRADIENT if method == "area" else {}))
        for method in METHODS
    ),
    *(
        op(f"resize/{method}/smaller", [floats(1, 8, 9, 2)], [], [3, 4], method=method, rtol=1e-6,
           notes={} if method == "nearest" else IN_FLOAT32 | (NO_GRADIENT if method == "area" else {}))
        for method in METHODS
    ),
    *(
        op(f"resize/{method}/antialias", [floats(1, 8, 9, 2)], [], [3, 12], method=method, antialias=True, rtol=1e-6,
           notes=IN_FLOAT32)
        for method in ("bilinear", "bicubic", "lanczos3", "gaussian", "mitchellcubic")
    ),
    op("resize/same", [GREY], [], [4, 5], rtol=1e-6, notes=IN_FLOAT32),
    op("resize/proportional", [GREY], [], [9, 7], preserve_aspect_ratio=True, rtol=1e-6, notes=IN_FLOAT32),
    op("resize/method", [], [GREY], [4, 5], method="foo"),
    op("resize/size", [], [GREY], [4]),
    op("resize/float size", [], [GREY], [4.0, 5.0]),
    op("resize_with_pad", [GREY, IMAGE], [FLAT], 6, 6, rtol=1e-6, notes=IN_FLOAT32),
    op("resize_with_pad/wide", [GREY], [], 3, 9, method="nearest"),
]  # fmt: skip

SEED = [3, 5]

RANDOM = [
    op("stateless_random_flip_left_right", [IMAGE, BATCH], [BYTES, FLAT], seed=SEED),
    op("stateless_random_flip_up_down", [IMAGE, BATCH], [BYTES], seed=SEED),
    op("stateless_random_brightness", [IMAGE], [BYTES], 0.3, SEED, rtol=1e-6),
    op("stateless_random_contrast", [IMAGE], [BYTES], 0.3, 0.8, SEED, rtol=1e-6, notes=NO_GRADIENT),
    op("stateless_random_contrast/refused", [], [IMAGE], 0.8, 0.3, SEED),
    op("stateless_random_hue", [IMAGE], [BYTES], 0.2, SEED, rtol=1e-5, notes=NO_GRADIENT),
    op("stateless_random_saturation", [IMAGE], [BYTES], 0.3, 0.8, SEED, rtol=1e-5, notes=NO_GRADIENT),
    op("stateless_random_crop", [IMAGE], [BYTES], [2, 3, 3], SEED),
    op("stateless_random_crop/refused", [], [IMAGE], [4, 3, 3], SEED),
]

ROWS = [*FORM, *COLOURS, *MEASURES, *SIZES, *RANDOM]
