"""The table of `tf.experimental.numpy`: calls that run with NumPy, with gradtape and with TensorFlow alike.

A row is `name: (call, inputs, ...)`, where `call(np, *arrays)` is given a namespace and arrays of it. Rows of
`SMOOTH` are differentiated at their inputs, which are float64; rows of `OTHERS` are not.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Call = Callable[..., Any]
Inputs = tuple[Any, ...]


def floats(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Any:
    """Distinct numbers, none near 0 or near another."""
    count = int(np.prod(shape, dtype=int))
    grid = low + (high - low) * (np.arange(count) + 0.8) / max(count, 1)
    return np.random.default_rng([seed, count]).permutation(grid).reshape(shape)


X, Y, POSITIVE, UNIT = (
    floats(2, 3),
    floats(2, 3, seed=1),
    floats(2, 3, low=0.3, high=3.0),
    floats(2, 3, low=-0.9, high=0.9),
)
V, W, SQUARE = floats(4), floats(4, seed=2), floats(3, 3, seed=3)
CUBE = floats(2, 3, 4)


def named(name: str, *args: Any, **kwargs: Any) -> Call:
    return lambda np, *arrays: getattr(np, name)(*arrays, *args, **kwargs)


def words(text: str) -> list[str]:
    return text.split()


def each(names: str, *inputs: Any) -> dict[str, tuple[Call, Inputs]]:
    return {name: (named(name), inputs) for name in names.split()}


SMOOTH: dict[str, tuple[Call, Inputs]] = {
    **each(
        "sin cos tan sinh cosh tanh arctan arcsinh exp expm1 exp2 cbrt sinc deg2rad rad2deg absolute abs fabs "
        "conj conjugate negative positive square reciprocal real angle around round sign fix ceil floor",
        X,
    ),
    **each("arcsin arccos arctanh", UNIT),
    **each("log log1p log2 log10 sqrt", POSITIVE),
    "arccosh": (named("arccosh"), (POSITIVE + 1,)),
    **each(
        "add subtract multiply true_divide divide maximum minimum arctan2 hypot logaddexp "
        "logaddexp2 heaviside",
        X, Y,
    ),
    "add/broadcast": (named("add"), (X, floats(3))),
    **each("floor_divide mod remainder divmod", X, Y * 0.7 + 0.05),
    "power": (named("power"), (POSITIVE, Y)),
    "float_power": (named("float_power"), (POSITIVE, Y)),
    "power/number": (named("power", 2), (X,)),
    "clip": (named("clip", -1.0, 1.0), (X,)),
    "clip/low": (named("clip", None, 1.0), (X,)),
    "clip/arrays": (lambda np, x, a, b: np.clip(x, a, b), (X, floats(3) - 2, floats(3) + 2)),
    # reductions
    **{f"{name}{suffix}": (named(name, **options), (CUBE,))
       for name in ("sum", "prod", "mean", "amax", "amin", "max", "min", "var", "std", "ptp")
       for suffix, options in (("", {}), ("/axis", {"axis": 1}), ("/axes", {"axis": (0, -1)}),
                               ("/keepdims", {"axis": -1, "keepdims": True}))},
    **{f"{name}{suffix}": (named(name, **options), (np.where(CUBE > 1.5, np.nan, CUBE),))
       for name in ("nansum", "nanprod", "nanmean")
       for suffix, options in (("", {}), ("/axis", {"axis": 1}), ("/keepdims", {"axis": -1, "keepdims": True}))},
    "var/ddof": (named("var", ddof=1), (CUBE,)),
    "var/ddof axis": (named("var", axis=1, ddof=1, keepdims=True), (CUBE,)),
    "average": (named("average"), (CUBE,)),
    "average/axis": (named("average", axis=1), (CUBE,)),
    "average/weights": (lambda np, x, w: np.average(x, weights=w), (POSITIVE, POSITIVE[::-1].copy())),
    "average/vector": (lambda np, x, w: np.average(x, axis=1, weights=w, returned=True), (X, POSITIVE[0])),
    "cumsum": (named("cumsum"), (X,)),
    "cumsum/axis": (named("cumsum", axis=-1), (X,)),
    "cumprod": (named("cumprod"), (X,)),
    "cumprod/axis": (named("cumprod", axis=0), (X,)),
    "sort": (named("sort"), (X,)),
    "sort/axis": (named("sort", axis=0), (X,)),
    "sort/none": (named("sort", axis=None), (X,)),
    # products
    "dot": (named("dot"), (V, W)),
    "dot/matrices": (named("dot"), (X, SQUARE)),
    "dot/matrix vector": (named("dot"), (X, SQUARE[0])),
    "dot/number": (named("dot", 3.0), (X,)),
    "dot/many": (named("dot"), (CUBE, floats(3, 4, 2, seed=4))),
    "inner": (named("inner"), (X, Y)),
    "vdot": (named("vdot"), (X, Y)),
    "outer": (named("outer"), (V, W)),
    "matmul": (named("matmul"), (X, SQUARE)),
    "matmul/vector": (named("matmul"), (X, SQUARE[0])),
    "matmul/row": (named("matmul"), (SQUARE[0], SQUARE)),
    "matmul/batches": (named("matmul"), (CUBE, floats(4, 3, seed=4))),
    "tensordot": (named("tensordot", axes=1), (CUBE, floats(4, 2))),
    "tensordot/axes": (named("tensordot", axes=[[1, 0], [0, 1]]), (CUBE, floats(3, 2))),
    "einsum": (lambda np, x, y: np.einsum("ij,jk->ki", x, y), (X, SQUARE)),
    "einsum/diagonal": (lambda np, x: np.einsum("ii->i", x), (SQUARE,)),
    "kron": (named("kron"), (X, SQUARE)),
    "kron/ranks": (named("kron"), (V, X)),
    "cross": (named("cross"), (X, Y)),
    "cross/axis": (named("cross", axis=0), (X.T.copy(), Y.T.copy())),
    "cross/broadcast": (named("cross"), (X, SQUARE[0])),
    "polyval": (named("polyval"), (V, X)),
    "trace": (named("trace"), (SQUARE,)),
    "trace/offset": (named("trace", offset=1, axis1=1, axis2=2), (CUBE,)),
    "diag": (named("diag"), (V,)),
    "diag/k": (named("diag", k=-1), (V,)),
    "diag/part": (named("diag", k=1), (SQUARE,)),
    "diagflat": (named("diagflat"), (X,)),
    "diagonal": (named("diagonal"), (CUBE,)),
    "diagonal/axes": (named("diagonal", offset=-1, axis1=2, axis2=1), (CUBE,)),
    "tril": (named("tril"), (SQUARE,)),
    "tril/k": (named("tril", k=1), (CUBE,)),
    "triu": (named("triu", k=-1), (SQUARE,)),
    "vander": (named("vander"), (V,)),
    "vander/increasing": (named("vander", 3, increasing=True), (V,)),
    # shapes
    "reshape": (named("reshape", (3, 2)), (X,)),
    "reshape/free": (named("reshape", (-1, 2)), (X,)),
    "reshape/F": (named("reshape", (3, 2), order="F"), (X,)),
    "ravel": (named("ravel"), (X,)),
    "expand_dims": (named("expand_dims", 1), (X,)),
    "squeeze": (lambda np, x: np.squeeze(np.expand_dims(x, 1), axis=1), (X,)),
    "transpose": (named("transpose"), (CUBE,)),
    "transpose/axes": (named("transpose", (1, 0, 2)), (CUBE,)),
    "swapaxes": (named("swapaxes", 0, -1), (CUBE,)),
    "moveaxis": (named("moveaxis", 0, -1), (CUBE,)),
    "moveaxis/several": (named("moveaxis", (0, 1), (-1, -2)), (CUBE,)),
    "broadcast_to": (named("broadcast_to", (4, 2, 3)), (X,)),
    "broadcast_arrays": (named("broadcast_arrays"), (X, floats(2, 1))),
    "atleast_1d": (named("atleast_1d"), (np.float64(0.5),)),
    "atleast_2d": (named("atleast_2d"), (V, X)),
    "atleast_3d": (lambda np, a, b, c: np.atleast_3d(a, b, c), (np.float64(0.5), V, X)),
    "concatenate": (lambda np, x, y: np.concatenate([x, y], axis=-1), (X, Y)),
    "append": (named("append"), (X, Y)),
    "append/axis": (named("append", axis=0), (X, Y)),
    "stack": (lambda np, x, y: np.stack([x, y], axis=1), (X, Y)),
    "hstack": (lambda np, x, y: np.hstack([x, y]), (X, Y)),
    "hstack/vectors": (lambda np, x, y: np.hstack([x, y]), (V, W)),
    "vstack": (lambda np, x, y: np.vstack([x, y]), (V, W)),
    "dstack": (lambda np, x, y: np.dstack([x, y]), (X, Y)),
    "split": (named("split", 2), (V,)),
    "split/indices": (named("split", [1, 3], axis=-1), (CUBE,)),
    "split/beyond": (named("split", [2, 9]), (V,)),
    "hsplit": (named("hsplit", 3), (X,)),
    "vsplit": (named("vsplit", 2), (X,)),
    "dsplit": (named("dsplit", [1]), (CUBE,)),
    "repeat": (named("repeat", 2), (X,)),
    "repeat/axis": (named("repeat", [1, 2], axis=0), (X,)),
    "tile": (named("tile", 2), (X,)),
    "tile/more": (named("tile", (2, 1, 3)), (X,)),
    "flip": (named("flip"), (X,)),
    "flip/axis": (named("flip", axis=-1), (X,)),
    "flipud": (named("flipud"), (X,)),
    "fliplr": (named("fliplr"), (X,)),
    "roll": (named("roll", 2), (X,)),
    "roll/axis": (named("roll", -1, axis=1), (X,)),
    **{f"rot90/{k}": (named("rot90", k=k), (X,)) for k in (0, 1, 2, 3, -1)},
    "rot90/axes": (named("rot90", axes=(1, 2)), (CUBE,)),
    "pad": (named("pad", [[1, 2], [0, 1]], "constant"), (X,)),
    "pad/value": (named("pad", [[1, 2], [0, 1]], "constant", constant_values=7.0), (X,)),
    "pad/reflect": (named("pad", [[1, 1], [0, 2]], "reflect"), (X,)),
    "pad/symmetric": (named("pad", [[1, 1], [0, 2]], "symmetric"), (X,)),
    "meshgrid": (named("meshgrid"), (V, W[:3])),
    "meshgrid/ij": (named("meshgrid", indexing="ij"), (V, W[:3])),
    # choices
    "where": (lambda np, x, y: np.where(x > 0, x * y, y), (X, Y)),
    "select": (lambda np, x, y: np.select([x > 0, y > 0], [x * y, y], x), (X, Y)),
    "compress": (lambda np, x: np.compress([True, False, True], x, axis=1), (X,)),
    "compress/flat": (lambda np, x: np.compress([False, True, False, True], x), (X,)),
    "take": (named("take", [0, 2, 2], axis=1), (X,)),
    "take/flat": (named("take", [[0, 5], [2, 2]]), (X,)),
    "take/wrap": (named("take", [-1, 7], mode="wrap"), (X,)),
    "take_along_axis": (lambda np, x: np.take_along_axis(x, np.argsort(x, axis=1), axis=1), (X,)),
    "take_along_axis/one": (lambda np, x: np.take_along_axis(x, np.array([[-1], [0]]), axis=1), (X,)),
    "diff": (named("diff"), (X,)),
    "diff/n": (named("diff", n=2, axis=0), (SQUARE,)),
    # creation
    "array": (named("array"), (X,)),
    "asarray": (named("asarray"), (X,)),
    "copy": (named("copy"), (X,)),
    "array/list": (lambda np, x, y: np.array([x, y]), (X, Y)),
    "full": (lambda np, x: np.full((4, 2, 3), x), (X,)),
    "full_like": (lambda np, x: np.full_like(x, 2.0) * x, (X,)),
    "zeros_like": (lambda np, x: np.zeros_like(x) + x, (X,)),
    "ones_like": (lambda np, x: np.ones_like(x) * x, (X,)),
    "linspace": (lambda np, x, y: np.linspace(x, y, 4), (X, Y)),
    "linspace/axis": (lambda np, x, y: np.linspace(x, y, 4, axis=-1, endpoint=False, retstep=True), (X, Y)),
    "logspace": (lambda np, x, y: np.logspace(x, y, 3), (X, Y)),
    "geomspace": (lambda np, x, y: np.geomspace(x, y, 3), (POSITIVE, POSITIVE + 1)),
    "imag": (lambda np, x: np.imag(np.multiply(x, 1j)) * np.real(np.add(x, 1j)), (X,)),
}  # fmt: skip

EDGES = np.array([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan])
INTEGERS, WHOLE = np.array([[3, -2, 0], [1, 4, 4]], np.int32), np.array([7, -3, 2])
BYTES, SMALL = np.array([3, 0, 200], np.uint8), np.array([3, 0, 9], np.uint8)
BOOLS, COMPLEX = np.array([[True, False, True], [False, False, True]]), np.array([1 + 2j, -0.5j, 3.0, -1 + 0j])
EMPTY, SCALAR, SINGLE = np.zeros((0, 3)), np.float64(0.7), np.array([0.5, 1.5, -2.0], np.float32)
KINDS = {"int": INTEGERS, "byte": SMALL, "bool": BOOLS, "complex": COMPLEX, "empty": EMPTY, "scalar": SCALAR,
         "single": SINGLE, "edges": EDGES}  # fmt: skip

# What is asked of an array of every kind, by the kinds that NumPy or TensorFlow has no answer for.
WITHOUT: dict[str, str] = {
    **dict.fromkeys(words("cbrt sinc deg2rad rad2deg fabs fix ceil floor signbit isposinf isneginf"), "complex bool"),
    **dict.fromkeys(["negative", "sign"], "bool"), **dict.fromkeys(words(
            "arctan arcsinh positive exp2"
        ), "bool"),
    **dict.fromkeys(words("amax amin max min ptp"), "complex empty bool"),
    **dict.fromkeys(["argmax", "argmin"], "complex empty bool edges"),
    "reciprocal": "int byte bool edges", "ptp": "bool complex empty",
    "bitwise_not": "complex empty scalar single edges",
    "diff": "scalar byte", "sort": "complex scalar", "argsort": "complex scalar edges", "angle": "edges",
    "round": "bool", "around": "bool", "square": "bool", "conj": "bool", "real": "bool",
    "nonzero": "scalar", "nanmean": "empty", "mean": "empty", "var": "empty",
    "std": "empty", "average": "empty",
    "diagflat": "", "tril": "scalar byte complex single edges", "triu": "scalar byte complex single edges",
}  # fmt: skip
OF_ONE = [
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arctan",
    "arcsinh",
    "exp",
    "expm1",
    "exp2",
    "cbrt",
    "sinc",
    "deg2rad",
    "rad2deg",
    "absolute",
    "abs",
    "fabs",
    "conj",
    "negative",
    "positive",
    "square",
    "reciprocal",
    "real",
    "imag",
    "angle",
    "around",
    "round",
    "sign",
    "fix",
    "ceil",
    "floor",
    "signbit",
    "isnan",
    "isinf",
    "isfinite",
    "isposinf",
    "isneginf",
    "iscomplex",
    "isreal",
    "iscomplexobj",
    "isrealobj",
    "logical_not",
    "bitwise_not",
    "sum",
    "prod",
    "mean",
    "amax",
    "amin",
    "max",
    "min",
    "ptp",
    "var",
    "std",
    "all",
    "any",
    "count_nonzero",
    "nansum",
    "nanprod",
    "nanmean",
    "average",
    "cumsum",
    "cumprod",
    "argmax",
    "argmin",
    "sort",
    "argsort",
    "ravel",
    "transpose",
    "squeeze",
    "flip",
    "shape",
    "ndim",
    "size",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "nonzero",
    "diff",
    "copy",
    "array",
    "asarray",
    "zeros_like",
    "ones_like",
    "diagflat",
    "tril",
    "triu",
    "isscalar",
]

OTHERS: dict[str, tuple[Call, Inputs]] = {
    **{f"{name}/{kind}": (named(name), (x,)) for name in OF_ONE for kind, x in KINDS.items()
       if kind not in WITHOUT.get(name, "").split()},
    **{f"{name}/{kinds}": (named(name), xs)
       for name in words(
               "add multiply equal not_equal greater greater_equal less less_equal logical_and logical_or "
               "logical_xor maximum minimum isclose allclose array_equal"
           )
       for kinds, xs in {"int float": (INTEGERS, X), "bools": (BOOLS, BOOLS[:1]), "bool int": (BOOLS, INTEGERS),
                         "byte int": (BYTES, WHOLE), "edges": (EDGES, EDGES[::-1].copy()), "empty": (EMPTY, SINGLE),
                         "single int": (SINGLE, INTEGERS), "scalar": (SCALAR, INTEGERS)}.items()
       if (name, kinds) != ("array_equal", "bools")},
    **{f"{name}/{kinds}": (named(name), xs)
       for name in words(
               "subtract true_divide floor_divide mod power arctan2 hypot logaddexp logaddexp2 heaviside divide "
               "remainder float_power"
           )
       for kinds, xs in {"int float": (np.abs(INTEGERS) + 1, POSITIVE), "ints": (INTEGERS, np.abs(WHOLE)),
                         "edges": (EDGES, EDGES[::-1].copy()), "empty": (EMPTY, SINGLE)}.items()
       if (name, kinds) != ("float_power", "ints") and (kinds != "edges" or name != "floor_divide")},
    **{f"{name}/{kinds}": (named(name), xs) for name in ["bitwise_and", "bitwise_or", "bitwise_xor"]
       for kinds, xs in {"ints": (INTEGERS, WHOLE), "bools": (BOOLS, BOOLS[:1])}.items()},
    "gcd": (named("gcd"), (INTEGERS, WHOLE)), "lcm": (named("lcm"), (INTEGERS, WHOLE)),
    "nextafter": (named("nextafter"), (X, Y)),
    "true_divide/bools": (named("true_divide"), (BOOLS, BOOLS[:, :1] | True)),
    "isclose/nan": (named("isclose", equal_nan=True), (EDGES, EDGES)),
    "isclose/far": (named("isclose", rtol=0.5), (X, Y)),
    "around/decimals": (named("around", decimals=2), (X,)),
    "around/tens": (named("around", decimals=-1), (np.array([15, 24, -37]),)),
    "angle/deg": (named("angle", deg=True), (COMPLEX,)),
    **{f"{name}/{dtype}": (named(name, dtype=dtype), (INTEGERS,))
       for name in ("sum", "prod", "mean", "cumsum", "cumprod") for dtype in ("float32", "int64")},
    "var/float32": (named("var", dtype="float32"), (INTEGERS,)),
    "empty_like": (lambda np, x: np.empty_like(x) * 0, (INTEGERS,)),
    "sum/axes int": (named("sum", axis=(0, 1), keepdims=True), (INTEGERS,)),
    "all/axis": (named("all", axis=0, keepdims=True), (BOOLS,)), "any/axis": (named("any", axis=-1), (BOOLS,)),
    "count_nonzero/axis": (named("count_nonzero", axis=1), (INTEGERS,)),
    "argmax/axis": (named("argmax", axis=1), (INTEGERS,)), "argmin/axis": (named("argmin", axis=0), (INTEGERS,)),
    "argsort/axis": (named("argsort", axis=0, kind="stable"), (INTEGERS,)),
    "argsort/none": (named("argsort", axis=None, kind="stable"), (INTEGERS,)),
    "mean/complex": (named("mean"), (COMPLEX,)), "var/complex": (named("var"), (COMPLEX,)),
    "vdot/complex": (named("vdot"), (COMPLEX, COMPLEX[::-1].copy())),
    "matmul/ints": (named("matmul"), (INTEGERS, INTEGERS.T.copy())),
    "dot/bools": (named("dot"), (BOOLS, BOOLS.T.copy())),
    "matmul/int float": (named("matmul"), (INTEGERS, SQUARE)), "inner/scalars": (named("inner"), (SCALAR, SCALAR)),
    "outer/ints": (named("outer"), (WHOLE, BYTES)), "kron/ints": (named("kron"), (WHOLE, INTEGERS)),
    "cross/ints": (named("cross"), (INTEGERS, WHOLE)),
    "trace/ints": (named("trace"), (INTEGERS,)),
    "trace/byte": (named("trace"), (BYTES[None] * np.ones((3, 1), np.uint8),)),
    "diag/empty": (named("diag"), (np.zeros(0),)), "diag/far": (named("diag", k=5), (SQUARE,)),
    "diagonal/far": (named("diagonal", offset=-7), (SQUARE,)),
    "vander/ints": (named("vander"), (WHOLE,)), "tril/ints": (named("tril"), (INTEGERS,)),
    "polyval/ints": (named("polyval"), (WHOLE, INTEGERS)),
    "where/indices": (named("where"), (INTEGERS,)),
    "where/mixed": (lambda np, c, x: np.where(c, x, 1.5), (BOOLS, INTEGERS)),
    "ix_": (lambda np: np.ix_([0, 2], [True, False, True]), ()),
    "diag_indices": (lambda np: np.diag_indices(3, 2), ()), "tri": (lambda np: np.tri(3, 4, -1), ()),
    "tri/k": (lambda np: np.tri(3, k=1, dtype="int32"), ()),
    "eye": (lambda np: np.eye(3), ()), "eye/k": (lambda np: np.eye(3, 5, -1, dtype="int64"), ()),
    "eye/far": (lambda np: np.eye(2, 3, 7), ()), "identity": (lambda np: np.identity(2), ()),
    "zeros": (lambda np: np.zeros((2, 3)), ()), "ones": (lambda np: np.ones(3, dtype="int32"), ()),
    "empty": (lambda np: np.empty((0, 2)), ()), "full/number": (lambda np: np.full((2, 2), 7), ()),
    "full/dtype": (lambda np: np.full(3, 7, dtype="float32"), ()),
    "full_like/dtype": (lambda np, x: np.full_like(x, 2.7), (INTEGERS,)),
    **{f"arange/{args}": (lambda np, args=args: np.arange(*args), ())
       for args in ((5,), (2.5,), (1, 7, 2), (5, 1), (5, 1, -2), (0, 1, 0.25), (0,))},
    "arange/dtype": (lambda np: np.arange(3, dtype="float32"), ()),
    **{f"linspace/{options}": (lambda np, options=options: np.linspace(0, 7, **options), ())
       for options in ({"num": 3}, {"num": 1}, {"num": 0}, {"num": 4, "endpoint": False},
                       {"num": 4, "dtype": "int64"}, {"num": 4, "dtype": "float32"})},
    "logspace/numbers": (lambda np: np.logspace(0, 2, 5), ()),
    "logspace/base": (lambda np: np.logspace(0, 3, 4, base=2), ()),
    "geomspace/numbers": (lambda np: np.geomspace(1, 1000, 4), ()),
    "geomspace/negative": (lambda np: np.geomspace(-1, -1000, 4), ()),
    "array/numbers": (lambda np: np.array([[1, 2], [3, 4]]), ()),
    "array/mixed": (lambda np: np.array([1, 2.5, True]), ()),
    "array/ndmin": (lambda np: np.array(3, ndmin=2), ()),
    "array/dtype": (lambda np: np.array([1.7, -1.7], "int32"), ()),
    "ascontiguousarray": (lambda np: np.ascontiguousarray(3.0), ()),
    "asanyarray": (lambda np: np.asanyarray([1, 2]), ()),
    "concatenate/mixed": (lambda np, x: np.concatenate([x, [[1, 2, 3]]]), (SINGLE[None],)),
    "concatenate/none": (lambda np, x: np.concatenate([x, [7]], axis=None), (INTEGERS,)),
    "stack/mixed": (lambda np: np.stack([1, 2.5]), ()), "hstack/scalars": (lambda np: np.hstack([1, 2.5]), ()),
    "meshgrid/mixed": (lambda np: np.meshgrid([1, 2], [0.5, 1.5, 2.5]), ()),
    "tile/empty": (named("tile", (2, 1)), (EMPTY,)), "repeat/scalar": (named("repeat", 3), (SCALAR,)),
    "pad/one": (named("pad", 1, "constant"), (INTEGERS,)),
    "expand_dims/several": (named("expand_dims", (0, -1)), (X,)), "flip/axes": (named("flip", axis=(0, 1)), (X,)),
    "roll/axes": (named("roll", (1, 2), axis=(0, 1)), (X,)),
    "take/clip": (named("take", [0, 9], mode="clip"), (X,)),
    "result_type": (lambda np: np.result_type(np.float32, np.int64), ()),
    "result_type/number": (lambda np, x: np.result_type(x, 2.5), (SINGLE,)),
    "promote_types": (lambda np: np.promote_types("int32", "float32"), ()),
    "issubdtype": (lambda np: np.issubdtype(np.float32, np.inexact), ()),
    "finfo": (lambda np: np.finfo(np.float32).eps, ()), "iinfo": (lambda np: np.iinfo(np.int16).max, ()),
    "constants": (lambda np: [np.pi, np.e, np.inf, np.newaxis], ()),
}  # fmt: skip
