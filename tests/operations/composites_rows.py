"""Rows of operations of sparse and ragged tensors, as functions of their values."""

import importlib

import numpy as np

from tests.operations.operation import Operation, floats

V = floats(4)
COMPLEX = floats(4) + 1j * floats(4, seed=1)
INTS = np.array([3, -1, 2, 5], np.int32)
EMPTY = np.zeros(0)
PLACES = np.array([[3, 1], [1, 0], [1, 1], [0, 2]])  # in no order


def sparse(tf, values):
    """A 3 x 2 matrix with these values in it."""
    return tf.sparse.SparseTensor([[0, 0], [0, 1], [1, 1], [2, 0]], values, [3, 2])


def elsewhere(tf, values):
    """A matrix of that shape with 3 values, in other places."""
    return tf.sparse.SparseTensor([[0, 1], [1, 0], [1, 1]], values, [3, 2])


def ragged(tf, values):
    """Rows of 2, 0, 1 and 1 of these values."""
    return tf.RaggedTensor.from_row_splits(values, [0, 2, 2, 3, 4])


def parts(result):
    """The tensors that sparse ones, alone or in a tuple, are made of."""
    if isinstance(result, tuple):
        return [part for x in result for part in parts(x)]
    return [result.indices, result.values, result.dense_shape] if hasattr(result, "dense_shape") else [result]


def parts_of_ragged(x):
    return [x.flat_values, *x.nested_row_splits]


def of_sparse(name, f, edges=(), **more):
    return Operation(f"sparse.{name}", lambda tf, v: f(tf, sparse(tf, v)), [(V,)], edges, **more)


def of_ragged(name, f, edges=(), **more):
    return Operation(f"ragged.{name}", lambda tf, v: f(tf, ragged(tf, v)), [(V,)], edges, **more)


def product(name, *shape, **adjoints):
    return Operation(
        f"sparse.sparse_dense_matmul{name}",
        lambda tf, v, b: tf.sparse.sparse_dense_matmul(sparse(tf, v), b, **adjoints),
        [(V, floats(*shape))],
        [(V, floats(5, 5)), (COMPLEX, floats(*shape) + 1j * floats(*shape, seed=2)), (V, floats(4))],
    )


SPARSE = [
    product("", 2, 3),
    product("/adjoint_a", 3, 2, adjoint_a=True),
    product("/adjoint_b", 3, 2, adjoint_b=True),
    product("/both", 2, 3, adjoint_a=True, adjoint_b=True),
    Operation("sparse.sparse_dense_matmul/dense first",
              lambda tf, v, b: tf.sparse.sparse_dense_matmul(b, sparse(tf, v)), [(V, floats(2, 3))]),
    of_sparse("to_dense", lambda tf, x: tf.sparse.to_dense(x), [(INTS,), (COMPLEX,)]),
    of_sparse("to_dense/default", lambda tf, x: tf.sparse.to_dense(x, default_value=2)),
    Operation("sparse.from_dense", lambda tf, x: tf.sparse.from_dense(x).values, [(floats(2, 3),)]),
    of_sparse("transpose", lambda tf, x: tf.sparse.transpose(x).values),
    of_sparse("reshape", lambda tf, x: tf.sparse.to_dense(tf.sparse.reshape(x, [2, -1]))),
    of_sparse("reduce_sum", lambda tf, x: tf.sparse.reduce_sum(x)),
    of_sparse("reduce_sum/axis", lambda tf, x: [tf.sparse.reduce_sum(x, 0), tf.sparse.reduce_sum(x, [1], True)]),
    of_sparse("softmax", lambda tf, x: tf.sparse.softmax(x).values),
    of_sparse("add", lambda tf, x: tf.sparse.add(x, x * 2.0).values,
              notes={"tensorflow_gradient": "TensorFlow's raises where nothing watches the indices"}),
    Operation("sparse.add/dense", lambda tf, v, d: tf.sparse.add(sparse(tf, v), d), [(V, floats(3, 2))]),
    of_sparse("concat", lambda tf, x: tf.sparse.concat(1, [x, x]).values,
              notes={"tensorflow_gradient": "TensorFlow has none"}),
    of_sparse("concat/v1", lambda tf, x: parts(tf.compat.v1.sparse_concat(0, [x, x])),
              notes={"tensorflow_gradient": "TensorFlow has none"}),
    of_sparse("slice", lambda tf, x: tf.sparse.slice(x, [0, 1], [3, 1]).values),
    of_sparse("retain", lambda tf, x: tf.sparse.retain(x, [True, False, True, True]).values),
    of_sparse("elementwise", lambda tf, x: [f(x).values for f in (
        tf.abs, tf.asinh, tf.atan, tf.negative, tf.sign, tf.sin, tf.square, tf.tan, tf.tanh, tf.math.erf, tf.identity,
        tf.math.bessel_i0e, tf.math.bessel_i1e)], order=1),
    of_sparse("elementwise/numbers", lambda tf, x: parts(tf.abs(x)) + parts(tf.square(tf.stop_gradient(x))),
              [(INTS,), (COMPLEX,)], order=0),
    Operation("sparse.elementwise/below 1", lambda tf, v: [
        tf.asin(sparse(tf, v)).values, tf.atanh(sparse(tf, v)).values, tf.sqrt(sparse(tf, v)).values],
        [(floats(4, low=0, high=1),)]),
    of_sparse("cast", lambda tf, x: [tf.cast(x, d).values for d in ("float64", "complex128")], [(INTS,)]),
    of_sparse("cast/others", lambda tf, x: parts(tf.cast(x, tf.int32)) + parts(tf.cast(x, "bool")), [(INTS,)], order=0),
    of_sparse("shape", lambda tf, x: [tf.shape(x), tf.shape(x, tf.int64), tf.size(x), tf.rank(x)], order=0),
    of_sparse("divide", lambda tf, x: tf.divide(x, tf.constant([[2.0], [3.0], [4.0]], x.dtype)).values,
              notes={"tensorflow_gradient": "TensorFlow's raises where nothing watches the indices"}),
    of_sparse("expand_dims", lambda tf, x: [tf.sparse.expand_dims(x, i).dense_shape for i in (0, 1, -1)], order=0),
    of_sparse("fill_empty_rows", lambda tf, x: parts(tf.sparse.fill_empty_rows(
        tf.sparse.SparseTensor([[0, 1], [2, 1], [2, 0], [4, 0]], x.values, [6, 2]), 3)), [(INTS,), (COMPLEX,)]),
    Operation("sparse.fill_empty_rows/default", lambda tf, v, d: parts(tf.sparse.fill_empty_rows(
        tf.sparse.SparseTensor([[0, 1], [0, 0], [3, 0], [1, 0]], v, [5, 2]), d)),
        [(V, np.float64(0.7))], [(INTS, np.int32(4)), (V, floats(1)), (V, INTS[0])]),
    Operation("sparse.fill_empty_rows/places", lambda tf, i, v, d: parts(tf.sparse.fill_empty_rows(
        tf.sparse.SparseTensor(i, v, d), 9)),
        edges=[(PLACES, V, np.array([4, 3])), (PLACES, V, np.array([2, 3])), (PLACES[:0], EMPTY, np.array([2, 2])),
               (PLACES[:0], EMPTY, np.array([0, 2])), (PLACES[:, :1], V, np.array([7]))], order=0),
    *(Operation(
        f"sparse.{name}",
        lambda tf, a, b, name=name: parts(getattr(tf.sparse, name)(sparse(tf, a), elsewhere(tf, b))),
        [(V, floats(3, seed=1))], [(INTS, INTS[1:]), (V, INTS[1:])],
        notes={"tensorflow_gradient": "TensorFlow's raises, whatever it is given"},
    ) for name in ("maximum", "minimum")),
    Operation("sparse.maximum/shapes", lambda tf, a, b: tf.sparse.maximum(sparse(tf, a), tf.sparse.SparseTensor(
        [[0, 1]], b, [3, 3])), edges=[(INTS, INTS[:1])], order=0),
    of_sparse("map_values", lambda tf, x: tf.sparse.map_values(tf.sin, x).values, [(COMPLEX,)]),
    Operation("sparse.multiply", lambda tf, v, d: (sparse(tf, v) * d).values, [(V, floats(3, 2)), (V, floats(2))]),
]  # fmt: skip

RAGGED = [
    of_ragged("to_tensor", lambda tf, x: x.to_tensor(), [(INTS,)]),
    of_ragged("to_tensor/shape", lambda tf, x: x.to_tensor(default_value=1, shape=[None, 3])),
    of_ragged("reduce_sum", lambda tf, x: [tf.reduce_sum(x), tf.reduce_sum(x, 0), tf.reduce_sum(x, 1)], [(INTS,)]),
    of_ragged("reduce_mean", lambda tf, x: [tf.reduce_mean(x), tf.reduce_mean(x, 0)]),
    of_ragged("reduce_max", lambda tf, x: [tf.reduce_max(x), tf.reduce_max(x, 0)]),
    of_ragged("reduce_prod", lambda tf, x: tf.reduce_prod(x, 1)),
    of_ragged("elementwise", lambda tf, x: [(tf.exp(x) * x - 2 / x).flat_values, tf.maximum(x, -x).flat_values]),
    of_ragged("where", lambda tf, x: tf.where(x > 0, x * x, -x).flat_values),
    of_ragged("getitem", lambda tf, x: [x[0], x[::-1].flat_values, x[:, :1].flat_values, x[2, 0]]),
    of_ragged("concat", lambda tf, x: [tf.concat([x, x], axis).flat_values for axis in (0, 1)]),
    of_ragged("gather", lambda tf, x: tf.gather(x, [3, 0, 0]).flat_values),
    Operation(
        "gather/ragged indices",
        lambda tf, x, i, axis: parts_of_ragged(tf.gather(x, ragged(tf, i), axis=axis)),
        [
            (floats(4, 3), np.array([3, 0, 0, 2]), 0),
            (floats(2, 4, 3), np.array([3, 0, 0, 2]), 1),
            (floats(2, 3, 4), np.array([3, 0, 0, 2]), -1),
        ],
        [(floats(3), np.array([3, 0, 0, 2]), 0)],
    ),
    Operation(
        "gather/ragged indices, batch",
        lambda tf, x, i: parts_of_ragged(tf.gather(x, ragged(tf, i), axis=1, batch_dims=1)),
        [(floats(4, 3), np.array([2, 0, 0, 2])), (floats(4, 3, 2), np.array([2, 0, 0, 2]))],
    ),
    of_ragged(
        "boolean_mask", lambda tf, x: tf.ragged.boolean_mask(x, ragged(tf, [True, False, True, True])).flat_values
    ),
    Operation("ragged.multiply/column", lambda tf, v, c: (ragged(tf, v) * c).flat_values, [(V, floats(4, 1))]),
]

NUMBERS = np.array([[1, 3, 1], [0, 5, 5]])
NO_GRADIENT = {"tensorflow_gradient": "TensorFlow has none"}


def bincount(name, kind=None, edges=(), **options):
    def call(tf, x, *weights):
        x, *weights = (kind(tf, t) if kind else t for t in (x, *weights))
        return parts(tf.sparse.bincount(x, *weights, **options))

    return Operation(f"sparse.bincount{name}", call, edges=edges, order=0, notes=NO_GRADIENT)


COUNTS = [
    bincount("", edges=[(NUMBERS,), (NUMBERS.astype(np.int32),), (NUMBERS - 1,), (NUMBERS * 1.0,), (np.array(2),),
                        (NUMBERS, np.ones((2, 3))), (NUMBERS, np.ones((2, 3), np.float16)), (NUMBERS[None],)]),
    bincount("/rows", axis=-1, edges=[
        (NUMBERS,), (NUMBERS[0],), (NUMBERS[:, :0],), (NUMBERS[0, :0],), (NUMBERS[None],), (NUMBERS.astype(np.uint8),),
        (NUMBERS, floats(2, 3)), (NUMBERS, NUMBERS.astype(np.int32)), (NUMBERS, floats(2, 2)),
    ]),
    bincount("/minlength", axis=-1, minlength=9, edges=[(NUMBERS,), (NUMBERS[0],)]),
    bincount("/maxlength", axis=-1, maxlength=4, edges=[(NUMBERS,), (NUMBERS, floats(2, 3))]),
    bincount("/both", axis=-1, minlength=3, maxlength=4, edges=[(NUMBERS,)]),
    bincount("/binary", axis=-1, binary_output=True, edges=[(NUMBERS,), (NUMBERS, floats(2, 3))]),
    bincount("/axis", axis=1, edges=[(NUMBERS,)]),
    bincount("/sparse", sparse, axis=-1, edges=[(np.array([1, 3, 3, 3]),), (np.array([1, 3, 3, 3]), V)]),
    bincount("/sparse, all", sparse, edges=[(np.array([1, 3, 3, 3]),), (np.array([1, 3, 3, 3]), V)]),
    bincount("/ragged", ragged, axis=-1, edges=[(np.array([1, 3, 3, 3]),), (np.array([1, 3, 3, 3]), V)]),
]  # fmt: skip

A = np.array([[1, 2, 2, 9], [3, 3, 4, 1]])
B = np.array([[2, 9, 5], [3, 7, 7]])
WORDS = np.array([[b"b", b"a"], [b"c", b"b"]], object)


def of_sets(name, edges=(), **options):
    plain = name.partition("/")[0]
    return Operation(f"sets.{name}", lambda tf, a, b: parts(getattr(tf.sets, plain)(a, b, **options)), order=0, edges=[
        (A, B), (A[None], B[None]), (A, B + 100), (A, A), (A.astype(np.int8), B.astype(np.int8)), (A, B[:1]),
        (A, B[None]), (A[0], B[0]), (WORDS, WORDS[::-1]), (A, B.astype(np.int32)), (A * 1.0, B * 1.0), *edges,
    ])  # fmt: skip


def of_sparse_sets(name, f):
    return Operation(f"sets.{name}", f, order=0, edges=[
        (np.array([3, 1, 2, 2]), np.array([3, 5, 2, 9])), (np.array([3, 1, 2, 2], np.int8), np.ones(4, np.int8)),
        (np.array([b"a", b"b", b"a", b"c"], object), np.array([b"b", b"b", b"b", b"b"], object)),
    ])  # fmt: skip


SETS = [
    of_sets("intersection"),
    of_sets("union"),
    of_sets("difference"),
    of_sets("difference/b from a", aminusb=False),
    of_sparse_sets("union/sparse", lambda tf, a, b: parts(tf.sets.union(sparse(tf, a), sparse(tf, b)))),
    of_sparse_sets("difference/sparse and dense", lambda tf, a, b: parts(
        tf.sets.difference(sparse(tf, a), tf.reshape(tf.concat([b, b[:2]], 0), [3, 2])))),
    of_sparse_sets("intersection/out of order", lambda tf, a, b: parts(tf.sets.intersection(
        tf.sparse.SparseTensor([[1, 0], [1, 1], [0, 1], [0, 0]], a, [2, 2]), sparse(tf, b)))),
    of_sparse_sets("intersection/outside", lambda tf, a, b: parts(tf.sets.intersection(
        tf.sparse.SparseTensor([[0, 0], [1, 0], [1, 1], [5, 1]], a, [3, 2]), sparse(tf, b)))),
    of_sparse_sets("size", lambda tf, a, b: [tf.sets.size(sparse(tf, x)) for x in (a, b)]),
    of_sparse_sets("size/deep", lambda tf, a, b: tf.sets.size(
        tf.sparse.expand_dims(tf.sparse.expand_dims(sparse(tf, a), 0), 0))),
    of_sparse_sets("size/dense", lambda tf, a, b: tf.sets.size(a)),
]  # fmt: skip

TABLE = floats(5, 2)
IDS = np.array([1, 4, 0, 4])


def lookup(name, options, weighted=False, safe=False, edges=(), kind=sparse, **more):
    def call(tf, params, ids, *weights):
        function = tf.nn.safe_embedding_lookup_sparse if safe else tf.nn.embedding_lookup_sparse
        found = function(params, kind(tf, ids), kind(tf, weights[0]) if weights else None, **options)
        return found

    weights = (floats(4, low=0.2, seed=3),) if weighted else ()
    samples = [(TABLE, IDS, *weights)]
    if not safe:  # TensorFlow's zeros of rows without ids are matrices
        samples += [(floats(5, 2, 3), IDS.astype(np.int32), *weights)]
    return Operation(f"nn.{'safe_' * safe}embedding_lookup_sparse{name}", call, samples, edges, **more)


LOOKUPS = [
    *(lookup(f"/{combiner}{', weighted' * weighted}", {"combiner": combiner}, weighted)
      for combiner in ("sum", "mean", "sqrtn") for weighted in (False, True)),
    lookup("", {}, edges=[(TABLE, IDS + 1), (TABLE.astype(np.float16), IDS), (TABLE, IDS * 1.0),
                          (TABLE, IDS, floats(3)), (TABLE.astype(np.float32), IDS, V)]),
    lookup("/max_norm", {"max_norm": 1.0}),
    Operation("nn.embedding_lookup_sparse/combiner", lambda tf, a, ids: tf.nn.embedding_lookup_sparse(
        a, sparse(tf, ids), None, "max"), edges=[(TABLE, IDS)]),
    lookup("/ragged", {"combiner": "sum"}, kind=ragged),
    lookup("/ragged, weighted", {"combiner": "mean"}, True, kind=ragged),
    lookup("", {}, safe=True, edges=[(TABLE, np.array([1, -4, -1, 2]))]),
    lookup("/default", {"default_id": 3}, safe=True, edges=[(TABLE, np.array([1, -4, -1, 2]))]),
    lookup("/weighted", {}, True, safe=True, edges=[(TABLE, np.array([1, -4, -1, 2]), V)]),
    lookup("/sum", {"combiner": "sum"}, True, safe=True, edges=[(TABLE, np.array([1, -4, -1, 2]), V)]),
    lookup("/deep", {}, safe=True, kind=lambda tf, x: tf.sparse.expand_dims(sparse(tf, x), -1)),
    Operation("nn.embedding_lookup_sparse/parts", lambda tf, a, b, ids: tf.nn.embedding_lookup_sparse(
        [a, b], sparse(tf, ids), None), [(floats(3, 2), floats(2, 2, seed=1), IDS)]),
    Operation("nn.embedding_lookup_sparse/refused", lambda tf, a, ids: tf.nn.embedding_lookup_sparse(a, ids, None),
              edges=[(TABLE, IDS)]),
]  # fmt: skip


def csr(tf):
    name = "gradtape.sparse.csr" if tf.__name__ == "gradtape" else (
        "tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops")  # fmt: skip
    return importlib.import_module(name)


def sparse_product(name, left, right, edges=(), **options):
    def call(tf, a, b):
        ops = csr(tf)
        given = [tf.sparse.SparseTensor(places, x, shape) for (places, shape), x in ((left, a), (right, b))]
        matrices = [ops.sparse_tensor_to_csr_sparse_matrix(x.indices, x.values, x.dense_shape) for x in given]
        made = ops.sparse_matrix_sparse_mat_mul(*matrices, a.dtype, **options)
        return list(ops.csr_sparse_matrix_to_sparse_tensor(made, a.dtype))

    refused = name in ("/shapes", "/outside")
    given = [(V, floats(3, seed=1))]
    notes = {"tensorflow_gradient": "TensorFlow's raises: its matrices have missing handle data"}
    return Operation(f"sparse.csr{name}", call, () if refused else given, given if refused else edges, notes=notes)


SQUARE = [[0, 1], [1, 0], [1, 2], [2, 2]], [3, 3]
TALL = [[0, 0], [1, 0], [2, 1]], [3, 2]
DEEP, DEEPER = ([[0, 0, 1], [0, 1, 1], [1, 0, 0], [1, 1, 0]], [2, 2, 2]), ([[0, 1, 1], [0, 1, 2], [1, 0, 0]], [2, 2, 3])

PRODUCTS = [
    sparse_product("", SQUARE, TALL, [(COMPLEX, COMPLEX[:3]), (V - V, V[:3]), (INTS, INTS[:3])]),
    sparse_product("/transpose_a", SQUARE, TALL, transpose_a=True),
    sparse_product("/adjoint_a", SQUARE, TALL, [(COMPLEX, COMPLEX[:3])], adjoint_a=True),
    sparse_product("/transpose_b", SQUARE, ([[0, 0], [0, 1], [1, 2]], [2, 3]), transpose_b=True),
    sparse_product("/batch", DEEP, DEEPER),
    sparse_product("/shapes", SQUARE, ([[0, 0], [0, 1], [1, 2]], [2, 3])),
    sparse_product("/outside", SQUARE, ([[0, 0], [0, 1], [5, 2]], [3, 3])),
]


def cross(name, f, *edges):
    return Operation(f"sparse.{name}", lambda tf, *xs: parts(f(tf, *xs)), edges=list(edges), order=0)


ROW = np.array([[b"f"], [b"g"], [b"h"]], object)
TEXTS = np.array([b"a", b"b", b"", b"d" * 99], object)

CROSSES = [
    *(cross(f"cross_hashed{name}",
            lambda tf, a, b, options=options: tf.sparse.cross_hashed([sparse(tf, a), b, sparse(tf, a)], **options),
            (TEXTS, ROW), (INTS, ROW), (TEXTS, ROW[:2]), (V, ROW), (TEXTS, np.array([[1], [-2], [3]])), (TEXTS, ROW[0]))
      for name, options in (("", {}), ("/buckets", {"num_buckets": 100}), ("/key", {"hash_key": 7}))),
    cross("cross_hashed/dense", lambda tf, a, b: tf.sparse.cross_hashed([a, b], 1000),
          (WORDS, WORDS), (ROW, np.array([[1], [-2], [3]], np.int8)), (ROW[:0], ROW[:0]), (ROW[None], ROW)),
    cross("cross_hashed/negative", lambda tf, a: tf.sparse.cross_hashed([a], -1), (ROW,)),
    cross("cross_hashed/list", lambda tf, a: tf.sparse.cross_hashed(a), (ROW,)),
    cross("cross_hashed/lists", lambda tf, a: tf.sparse.cross_hashed([[["a"]], a]), (ROW,)),
    cross("cross_hashed/none", lambda tf, a: tf.sparse.cross_hashed([]), (ROW,)),
    *(cross(f"cross{name}", lambda tf, a, b, options=options: tf.sparse.cross([b, sparse(tf, a), b], **options),
            (TEXTS, ROW), (INTS, ROW), (V * 3, ROW), (TEXTS, ROW[:2]), (TEXTS, ROW[0]))
      for name, options in (("", {}), ("/separator", {"separator": "-"}))),
]  # fmt: skip

ROWS = [*CROSSES, *PRODUCTS, *SPARSE, *RAGGED, *COUNTS, *SETS, *LOOKUPS]
