"""Rows of `tf.signal`: Fourier and cosine transforms, windows, frames, short-time spectra."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.operations.operation import Operation, Sample, floats


def numbers(*shape: int, seed: int = 0) -> Any:
    return floats(*shape, seed=seed) + 1j * floats(*shape, seed=seed + 1)


INTS = np.arange(6, dtype=np.int32).reshape(2, 3)
HALF = floats(2, 4).astype(np.float16)
CUBE = numbers(2, 3, 2, 4)


# What tests of rows leave out, and why.
REAL_DTYPES = {"half": "of float32 and float64 alone"}
SHORTER = {"tensorflow_gradient": "TensorFlow's is of another shape where elements are cut off"}
NO_GRADIENT = {"tensorflow_gradient": "TensorFlow has none"}


def transform(
    name: str, samples: Sequence[Any], edges: Sequence[Sample] = (), notes: dict[str, str] | None = None, **options: Any
) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"signal.{name}",
        lambda tf, x: getattr(tf.signal, plain)(x, **options),
        samples=[(x,) for x in samples],
        edges=edges,
        notes=REAL_DTYPES | (notes or {}),
    )


COMPLEX = [
    transform(
        name,
        [numbers(*(3, 4, 2)[-rank:]), CUBE],
        [(CUBE.astype(np.complex64),), (floats(2, 3, 4),), (INTS,), (np.complex128(1),), (CUBE[:0],)],
    )
    for name, rank in (("fft", 1), ("ifft", 1), ("fft2d", 2), ("ifft2d", 2), ("fft3d", 3), ("ifft3d", 3))
]  # fmt: skip

REAL = [
    transform("rfft", [floats(4), floats(2, 5), floats(1)], [(HALF,), (INTS,), (np.float64(1),), (numbers(3),)]),
    transform("rfft/padded", [floats(2, 4)], fft_length=[7]),
    transform("rfft/cut", [floats(2, 5)], notes=SHORTER, fft_length=[4]),
    transform("rfft/refused", [], [(floats(2, 5),)], fft_length=[4, 4]),
    transform("irfft", [numbers(3), numbers(2, 4)], [(floats(3),), (np.complex128(1),)]),
    transform("irfft/odd", [numbers(3), numbers(2, 3)], fft_length=[5]),
    transform("irfft/padded", [numbers(3)], fft_length=[8]),
    transform("irfft/cut", [numbers(5)], notes=SHORTER, fft_length=[5]),
    transform("rfft2d", [floats(3, 4), floats(2, 2, 5)], [(floats(4),)]),
    transform("rfft2d/padded", [floats(3, 4)], fft_length=[4, 6]),
    transform("irfft2d", [numbers(3, 3), numbers(2, 4, 2)]),
    transform("irfft2d/odd", [numbers(3, 3)], fft_length=[3, 5]),
    transform("rfft3d", [floats(2, 3, 4)], notes=NO_GRADIENT),
    transform("irfft3d", [numbers(2, 3, 3)], notes=NO_GRADIENT),
    Operation(
        "signal.rfft/filter",
        lambda tf, x, w: tf.signal.irfft(tf.signal.rfft(x) * tf.cast(w, tf.signal.rfft(x).dtype)),
        samples=[(floats(2, 6), floats(4))],
        notes=REAL_DTYPES,
    ),
    transform("fftshift", [floats(5), floats(3, 4)], [(INTS,), (numbers(4),)]),
    transform("fftshift/axes", [floats(3, 4)], axes=[-1]),
    transform("ifftshift", [floats(5), floats(3, 4)]),
    transform("ifftshift/axis", [floats(3, 4)], axes=0),
]  # fmt: skip

COSINE = [
    *(
        transform(f"{name}/{type}{norm or ''}", [floats(5), floats(2, 4)], type=type, norm=norm)
        for name in ("dct", "idct")
        for type in (1, 2, 3, 4)
        for norm in (None, "ortho")
        if (type, norm) != (1, "ortho")
    ),
    transform("dct/longer", [floats(2, 4)], n=6),
    transform("dct/shorter", [floats(2, 4)], n=3),
    transform("dct/refused", [], [(floats(4),)], type=5),
    transform("dct/one", [], [(floats(1),), (floats(1, 2),)], type=1),
    transform("dct/dtypes", [], [(INTS,), (HALF,)]),
    transform("mdct", [floats(12), floats(2, 10)], frame_length=4),
    transform("mdct/padded", [floats(9)], frame_length=4, window_fn=None, norm="ortho", pad_end=True),
    transform("mdct/refused", [], [(floats(9),)], frame_length=6),
    transform("inverse_mdct", [floats(3, 2), floats(2, 3, 4)]),
    transform("inverse_mdct/ortho", [floats(3, 4)], window_fn=None, norm="ortho"),
    transform("mfccs_from_log_mel_spectrograms", [floats(2, 5)]),
]

FRAMES = [
    transform("frame", [floats(8), floats(2, 7)], [(INTS,), (floats(2),), (numbers(6),)], frame_length=3, frame_step=2),
    transform("frame/padded", [floats(8), floats(2, 7)], [(floats(0),)],
              frame_length=3, frame_step=2, pad_end=True, pad_value=1.5),
    transform("frame/axis", [floats(5, 2)], frame_length=2, frame_step=3, axis=0),
    transform("overlap_and_add", [floats(3, 4), floats(2, 2, 5)], [(INTS,), (floats(3),), (numbers(2, 3),)],
              frame_step=2),
    transform("overlap_and_add/apart", [floats(3, 2)], frame_step=3),
    transform("overlap_and_add/beside", [floats(3, 2)], frame_step=2),
    transform("stft", [floats(12), floats(2, 9)], [(INTS,), (floats(2),)], frame_length=4, frame_step=2),
    transform("stft/lengths", [floats(12)], frame_length=5, frame_step=3, pad_end=True),
    transform("stft/longer", [floats(12)], frame_length=4, frame_step=2, fft_length=6, window_fn=None),
    transform("inverse_stft", [numbers(3, 3), numbers(2, 4, 3)], frame_length=4, frame_step=2),
    transform("inverse_stft/lengths", [numbers(3, 5)], frame_length=5, frame_step=2),
    transform("inverse_stft/longer", [numbers(3, 3)], frame_length=6, frame_step=3, fft_length=4, window_fn=None),
    Operation(
        "signal.inverse_stft/undone",
        lambda tf, x: tf.signal.inverse_stft(
            tf.signal.stft(x, 4, 2), 4, 2, window_fn=tf.signal.inverse_stft_window_fn(2)
        ),
        samples=[(floats(10),)],
        notes=REAL_DTYPES,
    ),
]  # fmt: skip

WINDOWS = [
    *(
        Operation(
            f"signal.{name}_window",
            lambda tf, n, name=name: getattr(tf.signal, f"{name}_window")(n, dtype=tf.float64),
            edges=[(8,), (1,), (2,)] + [(7,)] * (name != "kaiser_bessel_derived"),
            rtol=1e-6,
        )
        for name in ("hann", "hamming", "kaiser", "kaiser_bessel_derived", "vorbis")
    ),
    *(
        Operation(
            f"signal.{name}_window/symmetric",
            lambda tf, n, name=name: getattr(tf.signal, f"{name}_window")(n, periodic=False),
            edges=[(8,), (7,), (1,)],
        )
        for name in ("hann", "hamming")
    ),
    Operation("signal.kaiser_window/beta", lambda tf, n: tf.signal.kaiser_window(n, beta=3.0), edges=[(8,)]),
    Operation("signal.hann_window/dtype", lambda tf, n: tf.signal.hann_window(n, dtype=tf.int32), edges=[(8,)]),
    Operation(
        "signal.linear_to_mel_weight_matrix",
        lambda tf, n: tf.signal.linear_to_mel_weight_matrix(n, 65, 8000, 80.0, 3600.0),
        edges=[(12,), (0,)],
    ),
    Operation(
        "signal.linear_to_mel_weight_matrix/refused",
        lambda tf, low, high: tf.signal.linear_to_mel_weight_matrix(12, 65, 8000, low, high),
        edges=[(-1.0, 100.0), (200.0, 100.0), (200.0, 5000.0)],
    ),
]

ROWS = [*COMPLEX, *REAL, *COSINE, *FRAMES, *WINDOWS]
