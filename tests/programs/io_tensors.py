"""Tensors as strings: serialize_tensor and parse_tensor, decode_raw, decode_csv, base64, compressed bytes, records."""

import gzip
import os
import tempfile
import zlib

import numpy as np
import tensorflow as tf

os.chdir(tempfile.mkdtemp())
io = tf.io


def attempt(label, function):
    try:
        made = function()
        print(label, [x.numpy().tolist() for x in made] if isinstance(made, list) else made)
    except Exception as error:
        text = str(error).split("}} ")[-1].splitlines()[0].replace(" name: ", "")
        print(label, type(error).__name__, text.split("; NodeDef")[0].split(" [Op:")[0])


print("one tensor")
for array in (np.float32(1.5), np.arange(6).reshape(2, 3), np.array([True, False]), np.array([1 + 2j]), np.float16([1, 2]),
              np.array(["a", "bc"]), np.zeros((0, 3)), np.uint8(7), np.array([b"\xff\x00", b""])):  # fmt: skip
    x = tf.constant(array)
    string = io.serialize_tensor(x)
    print(string.numpy(), io.parse_tensor(string, x.dtype))
x = io.serialize_tensor(tf.constant([1.0, 2.0]))
attempt("dtype", lambda: io.parse_tensor(x, tf.int32))
attempt("cut", lambda: io.parse_tensor(x.numpy()[:-3], tf.float32))
attempt("junk", lambda: io.parse_tensor("junk!", tf.float32))
attempt("vector", lambda: io.parse_tensor([x], tf.float32))
attempt("repeated", lambda: io.parse_tensor(b"\x08\x01\x12\x04\x12\x02\x08\x03\x2a\x04\x00\x00\x80\x3f", tf.float32))
print(tf.function(lambda s: io.parse_tensor(s, tf.float32) * 2)(x))
print(tf.function(lambda v: io.serialize_tensor(v + 1))(tf.constant([1, 2])).numpy())

print("raw bytes")
attempt("shorts", lambda: io.decode_raw(["abcd", "efgh"], tf.int16))
attempt("high byte first", lambda: io.decode_raw("abcd", tf.int16, little_endian=False))
attempt("halves", lambda: io.decode_raw("abcd", tf.float16))
attempt("odd", lambda: io.decode_raw("abc", tf.int16))
attempt("lengths", lambda: io.decode_raw(["abcd", "ab"], tf.int16))
attempt("fixed", lambda: io.decode_raw(["abcd", "ab", "abcdefgh"], tf.int16, fixed_length=4))
attempt("odd fixed", lambda: io.decode_raw(["abcd"], tf.int16, fixed_length=3))
attempt("strings", lambda: io.decode_raw("abcd", tf.string))
attempt("nothing", lambda: io.decode_raw(tf.constant([], tf.string), tf.uint8))


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def images(strings):
    pixels = io.decode_raw(strings, tf.uint8, fixed_length=4)
    print(pixels.shape, io.decode_raw(strings, tf.uint8).shape)
    return tf.reduce_sum(tf.cast(pixels, tf.int32), 1)


print(images(tf.constant(["abcd", "bcde"])), images(tf.constant(["a"])))

print("base64")
print(io.encode_base64(["hello", "a", b"\xff\xfe\xfb", ""]), io.encode_base64(["hello", "a"], pad=True))
print(io.decode_base64(["aGVsbG8", "aGVsbG8=", "YQ", "__77"]))
for bad in ("a*", "aaaaa", "a+/a", "YQ="):
    attempt(bad, lambda: io.decode_base64(bad))
print(tf.function(lambda s: io.decode_base64(io.encode_base64(s)))(tf.constant(["x", "yy"])))

print("compressed")
attempt("zlib", lambda: io.decode_compressed([zlib.compress(b"hello" * 3)], "ZLIB"))
attempt("gzip", lambda: io.decode_compressed(gzip.compress(b"hello"), "GZIP"))
attempt("none", lambda: io.decode_compressed("x"))
attempt("what", lambda: io.decode_compressed("x", "FOO"))

print("csv")
csv = io.decode_csv
attempt("plain", lambda: csv(["1,2.5,a", "3,,b"], [[0], [1.5], [""]]))
attempt("scalar", lambda: csv("1,x", [[0], ["d"]]))
attempt("required", lambda: csv("1,", [[0], tf.constant([], tf.float32)]))
attempt("few", lambda: csv("1", [[0], [1]]))
attempt("many", lambda: csv("1,2,3", [[0], [1]]))
attempt("number", lambda: csv(["1,2", "x,2"], [[0], [1]]))
attempt("float", lambda: csv("x", [[0.0]]))
attempt("too large", lambda: csv("9999999999", [[0]]))
attempt("long", lambda: csv("9999999999", [tf.constant([0], tf.int64)]))
attempt("quotes", lambda: csv(['"a,b",2', '"a""c",3', '"",4'], [["z"], [0]]))
attempt("open quote", lambda: csv('"ab,2', [[""], [0]]))
attempt("quote inside", lambda: csv('a"b,2', [[""], [0]]))
attempt("after a quote", lambda: csv('"a"b,2', [[""], [0]]))
attempt("no quotes", lambda: csv('"a,2', [[""], [0]], use_quote_delim=False))
attempt("delimiter", lambda: csv("1;2", [[0], [0]], field_delim=";"))
attempt("delimiters", lambda: csv("1;2", [[0], [0]], field_delim=";;"))
attempt("na", lambda: csv("NA,2", [[5], [0]], na_value="NA"))
attempt("columns", lambda: csv("1,2,3", [[0], [0.0]], select_cols=[0, 2]))
attempt("columns in order", lambda: csv("1,2,3", [[0], [0]], select_cols=[2, 0]))
attempt("matrix", lambda: csv([["1,2"], ["3,4"]], [[0], [0]]))
attempt("defaults", lambda: csv("1", [[1, 2]]))
attempt("empty", lambda: csv("", [[3]]))


@tf.function
def rows(lines):
    a, b = csv(lines, [[0.0], ["none"]])
    return tf.reduce_sum(a), tf.strings.join([b, b])


print(rows(tf.constant(["1.5,x", "2,"])), rows(tf.constant(["4,y"])))
try:
    rows(tf.constant(["q,y"]))
except tf.errors.InvalidArgumentError as error:
    print("is not a valid float: q" in str(error))

print("records")
for kind in (None, "", "GZIP", "ZLIB"):
    with io.TFRecordWriter("a", io.TFRecordOptions(compression_type=kind)) as writer:
        for record in (b"hello", "text", b"", b"x" * 1000):
            writer.write(record)
    data = open("a", "rb").read()
    data = zlib.decompress(data, 47) if kind else data
    print(kind, len(data), data[:60].hex())
attempt("kind", lambda: io.TFRecordOptions(compression_type="FOO"))
attempt("folder", lambda: io.TFRecordWriter("no/b"))
writer.close()
attempt("closed", lambda: writer.write(b"x"))
