"""Formulations of convolution on NumPy and BLAS, tried against each other.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.experiments.convolution

Milliseconds, the least of 12, float32, one core of an AMD EPYC (Zen 4; BLAS alone 80 to 100 GFLOP/s):

    images, kernel              64x30x30x1  64x15x15x32  64x30x30x32  32x57x57x16  32x32x32x64  8x9x9x256  32x36x36x3
                                    3x3x32       3x3x64       3x3x64    3x3x32, /2      1x1x128    3x3x256      5x5x16
    forward: columns                  1.22         5.84         31.9          4.51         6.53       4.65        1.82
             blocks                   1.25         4.58         21.4          3.49         6.04       4.87        1.91
             block_planes             0.59         6.3          29            5.5          8.2        5.6         2.1
             positions               21.2          5.47         35.5          5.73         6.50       4.73        4.56
             lowered_rows             0.59         4.49         22.8          4.18         7.42       5.28        2.30
    filter:  filter_columns           1.57         5.41         32.4          5.08         7.44       4.59        2.15
             filter_columns_first     0.75         7.50         41.3          7.21         7.46       5.24        2.20
             filter_blocks            1.63         4.81         22.3          3.63         7.18       5.01        2.08
             filter_positions         0.88         5.46         30.8          5.26         7.49       4.85        3.88
    image:   image_columns            1.16         7.85         47.5          8.84         7.87       5.04       21.4
             image_blocks             1.18         6.74         32.0          7.43         7.73       5.94       12.3
             image_planes             1.62         7.7          31            7.4         16          6.2         3.6
             image_positions          1.25         5.57         31.6          6.43         7.96       5.10        5.14
             image_position_blocks    1.32         5.64         26.9          6.41         8.1        5.3         5.0
             image_convolution_blocks 3.65         7.10         28.1         16.2          7.87       9.18        7.63

So: windows copied out some images at a time, in blocks that stay in the cache, are within a tenth of BLAS alone; with
few channels (1), each place in the window is to be a row. Back to the image, a product for each place in the kernel,
added in. Block sizes from 2**17 to 2**20 elements differ little. gradtape/engine/numpy_convolution.py does that.
"""

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array = Any


def windows(x: Array, kernel: tuple[int, int], strides: tuple[int, int]) -> Array:
    """A view (n, out_h, out_w, kh, kw, c) of the padded image."""
    n, h, w, c = x.shape
    sn, sh, sw, sc = x.strides
    out = [(size - k) // s + 1 for size, k, s in zip((h, w), kernel, strides, strict=True)]
    return as_strided(x, (n, *out, *kernel, c), (sn, sh * strides[0], sw * strides[1], sh, sw, sc), writeable=False)


# --- forward ---------------------------------------------------------------------------------------------------------


def columns(x: Array, w: Array, s: tuple[int, int]) -> Array:
    view = windows(x, w.shape[:2], s)
    return np.matmul(view.reshape(-1, w[..., 0].size), w.reshape(-1, w.shape[-1])).reshape(*view.shape[:3], -1)


def blocks(x: Array, w: Array, s: tuple[int, int], size: int = 1 << 18) -> Array:
    """`columns`, some images at a time, through one buffer that stays in the cache."""
    view = windows(x, w.shape[:2], s)
    n = view.shape[0]
    step = max(1, size // (view[0].size))
    matrix = w.reshape(-1, w.shape[-1])
    out = np.empty((*view.shape[:3], w.shape[-1]), x.dtype)
    buffer = np.empty((step, *view.shape[1:]), x.dtype)
    for i in range(0, n, step):
        part = buffer[: min(step, n - i)]
        np.copyto(part, view[i : i + step])
        np.matmul(part.reshape(-1, len(matrix)), matrix, out=out[i : i + step].reshape(-1, w.shape[-1]))
    return out


def block_planes(x: Array, w: Array, s: tuple[int, int], size: int = 1 << 18) -> Array:
    """`blocks`, with each place in the window a plane of its own: the copies are long where channels are few."""
    view = windows(x, w.shape[:2], s).transpose(3, 4, 5, 0, 1, 2)
    *_, n, oh, ow = view.shape
    matrix = w.reshape(-1, w.shape[-1])
    step = max(1, size // (len(matrix) * oh * ow))
    out = np.empty((n, oh, ow, w.shape[-1]), x.dtype)
    for i in range(0, n, step):
        part = np.ascontiguousarray(view[:, :, :, i : i + step])
        np.matmul(part.reshape(len(matrix), -1).T, matrix, out=out[i : i + step].reshape(-1, w.shape[-1]))
    return out


def positions(x: Array, w: Array, s: tuple[int, int]) -> Array:
    view = windows(x, w.shape[:2], s)
    out = None
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            part = view[:, :, :, i, j].reshape(-1, w.shape[2]) @ w[i, j]
            out = part if out is None else np.add(out, part, out=out)
    return out.reshape(*view.shape[:3], -1)


def lowered_rows(x: Array, w: Array, s: tuple[int, int]) -> Array:
    """Windows of the rows only, and a product for each output column (memory-efficient convolution)."""
    kh, kw, c, f = w.shape
    view = windows(x, (kh, 1), (s[0], 1))  # n, out_h, w, kh, 1, c
    rows = np.ascontiguousarray(view)
    n, out_h, width = rows.shape[:3]
    out_w = (width - kw) // s[1] + 1
    rows = rows.reshape(n * out_h, width, kh * c)
    matrix = np.ascontiguousarray(w.transpose(1, 0, 2, 3)).reshape(-1, f)
    out = np.empty((n * out_h, out_w, f), x.dtype)
    flat = rows.reshape(n * out_h, -1)
    for j in range(out_w):
        a = j * s[1] * kh * c
        np.matmul(flat[:, a : a + len(matrix)], matrix, out=out[:, j])
    return out.reshape(n, out_h, out_w, f)


# --- gradient of the filter ------------------------------------------------------------------------------------------


def filter_columns(x: Array, g: Array, k: tuple[int, int], s: tuple[int, int]) -> Array:
    view = windows(x, k, s)
    c, f = x.shape[-1], g.shape[-1]
    return (view.reshape(-1, k[0] * k[1] * c).T @ g.reshape(-1, f)).reshape(*k, c, f)


def filter_columns_small_left(x: Array, g: Array, k: tuple[int, int], s: tuple[int, int]) -> Array:
    view = windows(x, k, s)
    c, f = x.shape[-1], g.shape[-1]
    return np.ascontiguousarray((g.reshape(-1, f).T @ view.reshape(-1, k[0] * k[1] * c)).T).reshape(*k, c, f)


def filter_columns_first(x: Array, g: Array, k: tuple[int, int], s: tuple[int, int]) -> Array:
    """The columns laid out with the window first, each position a plane: for few channels the copies are long."""
    view = windows(x, k, s).transpose(3, 4, 5, 0, 1, 2)
    c, f = x.shape[-1], g.shape[-1]
    return (view.reshape(k[0] * k[1] * c, -1) @ g.reshape(-1, f)).reshape(*k, c, f)


def filter_blocks(x: Array, g: Array, k: tuple[int, int], s: tuple[int, int], size: int = 1 << 18) -> Array:
    view = windows(x, k, s)
    c, f = x.shape[-1], g.shape[-1]
    n = view.shape[0]
    step = max(1, size // view[0].size)
    buffer = np.empty((step, *view.shape[1:]), x.dtype)
    out = None
    for i in range(0, n, step):
        part = buffer[: min(step, n - i)]
        np.copyto(part, view[i : i + step])
        d = part.reshape(-1, k[0] * k[1] * c).T @ g[i : i + step].reshape(-1, f)
        out = d if out is None else np.add(out, d, out=out)
    return out.reshape(*k, c, f)


def filter_positions(x: Array, g: Array, k: tuple[int, int], s: tuple[int, int]) -> Array:
    view = windows(x, k, s)
    c, f = x.shape[-1], g.shape[-1]
    flat = g.reshape(-1, f)
    out = [view[:, :, :, i, j].reshape(-1, c).T @ flat for i in range(k[0]) for j in range(k[1])]
    return np.stack(out).reshape(*k, c, f)


# --- gradient of the image -------------------------------------------------------------------------------------------


def image_columns(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int]) -> Array:
    """One product, and a strided addition for each position of the kernel."""
    kh, kw, c, f = w.shape
    n, oh, ow, _ = g.shape
    cols = (g.reshape(-1, f) @ w.reshape(-1, f).T).reshape(n, oh, ow, kh, kw, c)
    out = np.zeros(shape, g.dtype)
    for i in range(kh):
        for j in range(kw):
            out[:, i : i + (oh - 1) * s[0] + 1 : s[0], j : j + (ow - 1) * s[1] + 1 : s[1]] += cols[:, :, :, i, j]
    return out


def image_blocks(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int], size: int = 1 << 18) -> Array:
    kh, kw, c, f = w.shape
    n, oh, ow, _ = g.shape
    step = max(1, size // (oh * ow * kh * kw * c))
    out = np.zeros(shape, g.dtype)
    matrix = w.reshape(-1, f).T
    buffer = np.empty((step * oh * ow, matrix.shape[1]), g.dtype)
    for b in range(0, n, step):
        part = g[b : b + step].reshape(-1, f)
        cols = np.matmul(part, matrix, out=buffer[: len(part)]).reshape(-1, oh, ow, kh, kw, c)
        for i in range(kh):
            for j in range(kw):
                target = out[b : b + step, i : i + (oh - 1) * s[0] + 1 : s[0], j : j + (ow - 1) * s[1] + 1 : s[1]]
                np.add(target, cols[:, :, :, i, j], out=target)
    return out


def image_planes(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int], size: int = 1 << 18) -> Array:
    """`image_blocks`, with channels first until the end."""
    kh, kw, c, f = w.shape
    n, oh, ow, _ = g.shape
    step = max(1, size // (oh * ow * kh * kw * c))
    out = np.empty(shape, g.dtype)
    for b in range(0, n, step):
        cols = (w.reshape(-1, f) @ g[b : b + step].reshape(-1, f).T).reshape(kh, kw, c, -1, oh, ow)
        total = np.zeros((c, cols.shape[3], *shape[1:3]), g.dtype)
        for i in range(kh):
            for j in range(kw):
                target = total[:, :, i : i + (oh - 1) * s[0] + 1 : s[0], j : j + (ow - 1) * s[1] + 1 : s[1]]
                target += cols[i, j]
        out[b : b + step] = total.transpose(1, 2, 3, 0)
    return out


def image_positions(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int]) -> Array:
    kh, kw, c, f = w.shape
    n, oh, ow, _ = g.shape
    flat = g.reshape(-1, f)
    out = np.zeros(shape, g.dtype)
    for i in range(kh):
        for j in range(kw):
            part = (flat @ w[i, j].T).reshape(n, oh, ow, c)
            out[:, i : i + (oh - 1) * s[0] + 1 : s[0], j : j + (ow - 1) * s[1] + 1 : s[1]] += part
    return out


def image_position_blocks(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int], size: int = 1 << 20) -> Array:
    """`image_positions`, some images at a time, through one buffer."""
    kh, kw, c, f = w.shape
    n, oh, ow, _ = g.shape
    step = max(1, size // (oh * ow * max(c, f)))
    out = np.zeros(shape, g.dtype)
    for b in range(0, n, step):
        flat = g[b : b + step].reshape(-1, f)
        buffer = np.empty((len(flat), c), g.dtype)
        for i in range(kh):
            for j in range(kw):
                np.matmul(flat, w[i, j].T, out=buffer)
                target = out[b : b + step, i : i + (oh - 1) * s[0] + 1 : s[0], j : j + (ow - 1) * s[1] + 1 : s[1]]
                target += buffer.reshape(-1, oh, ow, c)
    return out


def image_convolution(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int]) -> Array:
    """A convolution of the padded cotangent with the kernel turned round."""
    kh, kw, _, f = w.shape
    n, oh, ow, _ = g.shape
    padded = np.zeros((n, shape[1] + kh - 1, shape[2] + kw - 1, f), g.dtype)
    padded[:, kh - 1 : kh + (oh - 1) * s[0] : s[0], kw - 1 : kw + (ow - 1) * s[1] : s[1]] = g
    turned = np.ascontiguousarray(w[::-1, ::-1].transpose(0, 1, 3, 2))
    return columns(padded, turned, (1, 1))


def image_convolution_blocks(g: Array, w: Array, shape: tuple[int, ...], s: tuple[int, int]) -> Array:
    kh, kw, _, f = w.shape
    n, oh, ow, _ = g.shape
    padded = np.zeros((n, shape[1] + kh - 1, shape[2] + kw - 1, f), g.dtype)
    padded[:, kh - 1 : kh + (oh - 1) * s[0] : s[0], kw - 1 : kw + (ow - 1) * s[1] : s[1]] = g
    turned = np.ascontiguousarray(w[::-1, ::-1].transpose(0, 1, 3, 2))
    return blocks(padded, turned, (1, 1))


CASES = {
    "64x30x30x1, 3x3x32": ((64, 30, 30, 1), (3, 3, 1, 32), (1, 1)),
    "64x15x15x32, 3x3x64": ((64, 15, 15, 32), (3, 3, 32, 64), (1, 1)),
    "64x30x30x32, 3x3x64": ((64, 30, 30, 32), (3, 3, 32, 64), (1, 1)),
    "32x57x57x16, 3x3x32 /2": ((32, 57, 57, 16), (3, 3, 16, 32), (2, 2)),
    "32x32x32x64, 1x1x128": ((32, 32, 32, 64), (1, 1, 64, 128), (1, 1)),
    "8x9x9x256, 3x3x256": ((8, 9, 9, 256), (3, 3, 256, 256), (1, 1)),
    "32x36x36x3, 5x5x16": ((32, 36, 36, 3), (5, 5, 3, 16), (1, 1)),
}


def fastest(f: Callable[[], Array], rounds: int = 12) -> float:
    f()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def main() -> None:
    rng = np.random.default_rng(0)
    for name, (image, kernel, s) in CASES.items():
        x, w = rng.random(image, dtype=np.float32), rng.random(kernel, dtype=np.float32)
        g = rng.random(columns(x, w, s).shape, dtype=np.float32)
        groups = {
            "forward": ((columns, blocks, block_planes, positions, lowered_rows), (x, w, s)),
            "filter": ((filter_columns, filter_columns_small_left, filter_columns_first, filter_blocks,
                        filter_positions), (x, g, kernel[:2], s)),
            "image": ((image_columns, image_blocks, image_planes, image_positions, image_position_blocks,
                       image_convolution, image_convolution_blocks), (g, w, image, s)),
        }  # fmt: skip
        print(name)
        for group, (functions, arguments) in groups.items():
            reference = functions[0](*arguments)
            results = []
            for f in functions:
                np.testing.assert_allclose(f(*arguments), reference, rtol=1e-3, atol=1e-2)
                results.append(f"{f.__name__} {fastest(functools.partial(f, *arguments)):.2f}")
            print(f"  {group}: " + ", ".join(results), flush=True)


if __name__ == "__main__":
    main()
