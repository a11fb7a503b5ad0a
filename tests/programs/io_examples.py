"""tf.train.Example: made, written, read by parse_example in all kinds of features, in functions, and what is wrong."""

import tensorflow as tf

io = tf.io
train = tf.train


def shown(x):
    if isinstance(x, dict):
        return {key: shown(value) for key, value in x.items()}
    if isinstance(x, tuple):
        return tuple(map(shown, x))
    if isinstance(x, tf.SparseTensor):
        return "sparse", x.indices.numpy().tolist(), x.values.numpy().tolist(), x.dense_shape.numpy().tolist()
    if isinstance(x, tf.RaggedTensor):
        return "ragged", x.to_list(), x.row_splits.dtype.name
    return x.dtype.name, x.shape.as_list(), x.numpy().tolist()


def attempt(label, function):
    try:
        print(label, shown(function()))
    except Exception as error:
        text = str(error).split("}} ")[-1].replace(" name: ", "").splitlines()[0]
        print(label, type(error).__name__, text.split(" (from shape")[0].split(" [Op:")[0])


def feature(values):
    if not values:
        return train.Feature()
    if isinstance(values[0], float):
        return train.Feature(float_list=train.FloatList(value=values))
    if isinstance(values[0], bytes):
        return train.Feature(bytes_list=train.BytesList(value=values))
    return train.Feature(int64_list=train.Int64List(value=values))


def example(**values):
    return train.Example(features=train.Features(feature={k: feature(v) for k, v in values.items()}))


print("messages")
one = example(x=[1.0, 2.0], i=[3], s=[b"a", b"b"], e=[])
again = train.Example.FromString(one.SerializeToString())
print(again == one, sorted(again.features.feature), list(again.features.feature["x"].float_list.value))
print(again.features.feature["i"].WhichOneof("kind"), again.features.feature["e"].WhichOneof("kind"))
again.features.feature["new"].int64_list.value.extend([7, 8])
again.MergeFrom(example(i=[9]))
print(again.features.feature["i"].int64_list.value, again.features.feature["new"].int64_list.value)
print(example(i=[1, 300, -1]).SerializeToString())
print(example(f=[0.5]))
other = train.Example()
other.ParseFromString(example(s=[b"z"]).SerializeToString())
print(other.features.feature["s"].bytes_list.value[0], other.ByteSize(), other.HasField("features"))

print("batches")
a, b, c = (x.SerializeToString() for x in (one, example(x=[3.0, 4.0], i=[5], s=[b"c"]), example(i=[7])))
F, V, R, S, Q = io.FixedLenFeature, io.VarLenFeature, io.RaggedFeature, io.SparseFeature, io.FixedLenSequenceFeature
P, P1 = io.parse_example, io.parse_single_example
attempt("fixed", lambda: P([a, b], {"x": F([2], tf.float32), "i": F([], tf.int64)}))
attempt("default", lambda: P([a, c], {"x": F([2], tf.float32, [9.0, 8.0]), "s": V(tf.string)}))
attempt("variable", lambda: P([a, b, c], {"s": V(tf.string), "x": V(tf.float32)}))
attempt("rows", lambda: P([a, b, c], {"s": Q([], tf.string, True), "x": Q([2], tf.float32, True)}))
attempt("filled", lambda: P([a, b, c], {"s": Q([], tf.string, True, "z")}))
attempt("ragged", lambda: P([a, b, c], {"s": R(tf.string), "x": R(tf.float32, row_splits_dtype=tf.int64)}))
attempt("order", lambda: P([b], {"x": R(tf.float32), "s": V(tf.string), "i": F([], tf.int64), "a": V(tf.int64)}))
attempt("none", lambda: P(tf.constant([], tf.string), {"x": F([2], tf.float32), "s": V(tf.string)}))
cut = [
    example(v=[1, 2, 3, 4], n=[1, 3], at=[0, 1, 4], ids=[0, 1, 1, 1]),
    example(v=[5], n=[0, 1], at=[0, 0, 1], ids=[1]),
]
cut = [x.SerializeToString() for x in cut]
for how in (R.RowLengths("n"), R.RowSplits("at"), R.ValueRowIds("ids")):
    attempt("cut", lambda: P(cut, {"r": R(tf.int64, "v", [how])}))
    attempt("cut", lambda: P1(cut[0], {"r": R(tf.int64, "v", [how])}))
attempt("uniform", lambda: P(cut[:1], {"r": R(tf.int64, "v", [R.UniformRowLength(2)])}))
attempt("both", lambda: P(cut, {"r": R(tf.int64, "v", [R.RowLengths("n"), R.UniformRowLength(1)])}))
sparse = [
    example(ix=[3, 1], iy=[0, 1], v=[1.0, 2.0]).SerializeToString(),
    example(ix=[0], iy=[1], v=[5.0]).SerializeToString(),
]
attempt("sparse", lambda: P(sparse, {"z": S("ix", "v", tf.float32, 5)}))
attempt("matrices", lambda: P(sparse, {"z": S(["ix", "iy"], "v", tf.float32, [5, 2])}))
attempt(
    "single", lambda: P1(a, {"x": F([2], tf.float32), "s": V(tf.string), "q": Q([], tf.string, True), "m": R(tf.int64)})
)

print("wrong")
attempt("missing", lambda: P([a, c], {"x": F([2], tf.float32)}))
attempt("named", lambda: P([a, c], {"x": F([2], tf.float32)}, example_names=["A", "C"]))
attempt("kind", lambda: P([a], {"x": F([2], tf.int64)}))
attempt("variable kind", lambda: P([a], {"s": V(tf.int64)}))
attempt("length", lambda: P([a], {"x": F([3], tf.float32)}))
attempt("rows", lambda: P([example(x=[1.0, 2.0, 3.0]).SerializeToString()], {"x": Q([2], tf.float32, True)}))
attempt("default", lambda: P([a], {"x": F([2], tf.float32, [9.0, 8.0, 7.0])}))
attempt("shape", lambda: P([a], {"x": F([None], tf.float32)}))
attempt("empty", lambda: P([a], {"e": F([2], tf.float32)}))
attempt("none", lambda: P([a], {}))
attempt("what", lambda: P([a], {"x": 3}))
attempt("matrix", lambda: P([[a]], {"x": F([2], tf.float32)}))
attempt("vector", lambda: P1([a], {"x": F([2], tf.float32)}))
attempt("single", lambda: P1(c, {"x": F([2], tf.float32)}))

print("in functions")


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def batch(serialized):
    found = P(serialized, {"x": F([2], tf.float32, [0.0, 0.0]), "s": V(tf.string), "i": R(tf.int64)})
    print(found["x"].shape, found["s"].values.shape, found["i"].shape)
    return tf.reduce_sum(found["x"], 1), tf.sparse.to_dense(found["s"], "-"), found["i"]


for given in ([a, b], [a, b, c]):
    print(shown(batch(tf.constant(given))))


@tf.function
def single(serialized):
    found = P1(serialized, {"x": F([2], tf.float32), "i": F((), tf.int64, 1)})
    print({key: x.shape.as_list() for key, x in sorted(found.items())})
    return found["x"] * tf.cast(found["i"], tf.float32)


print(single(a), single(b))
try:
    single(tf.constant(c))
except tf.errors.InvalidArgumentError as error:
    print("Feature: x (data type: float) is required" in str(error))

print("sequences")
steps = {"t": [[1, 2], [3, 4], [5, 6]], "w": [[b"a"], [b"b", b"c"]]}
short = {"t": [[7, 8]], "w": []}


def sequence(length, lists):
    lists = {k: train.FeatureList(feature=[feature(v) for v in rows]) for k, rows in lists.items()}
    context = train.Features(feature={"l": feature([length])})
    return train.SequenceExample(
        context=context, feature_lists=train.FeatureLists(feature_list=lists)
    ).SerializeToString()


x, y = sequence(3, steps), sequence(1, short)
kinds = {"l": F([], tf.int64)}, {"t": Q([2], tf.int64), "w": V(tf.string)}
attempt("one", lambda: io.parse_single_sequence_example(x, *kinds))
attempt(
    "ragged", lambda: io.parse_single_sequence_example(x, {"l": R(tf.int64)}, {"t": R(tf.int64), "w": R(tf.string)})
)
attempt("two", lambda: io.parse_sequence_example([x, y], *kinds))
attempt("two ragged", lambda: io.parse_sequence_example([x, y], kinds[0], {"t": R(tf.int64), "w": R(tf.string)}))
attempt("missing", lambda: io.parse_single_sequence_example(x, kinds[0], {"z": Q([2], tf.int64)}))
attempt("allowed", lambda: io.parse_single_sequence_example(x, kinds[0], {"z": Q([2], tf.int64, True)}))
attempt("length", lambda: io.parse_single_sequence_example(x, kinds[0], {"t": Q([3], tf.int64)}))
print(F([2], tf.float32), V(tf.string), Q([2], tf.int64), S("ix", "v", tf.float32, 5), sep="\n")
print(R(tf.int64, value_key="v", partitions=[R.RowLengths("n"), R.UniformRowLength(1)]))
