"""Files that are damaged, cut off, or of another kind: what reading them raises, and what is read before."""

import gzip
import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()


def at(name, content=None):
    path = os.path.join(folder, name)
    if content is not None:
        with open(path, "wb") as file:
            file.write(content)
    return path


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(
            label, "OpError" if label == "checkpoint" and isinstance(error, tf.errors.OpError) else type(error).__name__
        )


def walked(dataset):
    read = []
    try:
        for element in dataset:
            read.append(element.numpy() if tf.is_tensor(element) else [x.numpy() for x in element])
    except Exception as error:
        read.append(type(error).__name__)
    return read


records = at("good.tfrecord")
with tf.io.TFRecordWriter(records) as writer:
    for text in ("one", "two", "three"):
        writer.write(text.encode())
good = open(records, "rb").read()
print("records", walked(tf.data.TFRecordDataset(records)))
for cut in (0, 5, 12, 14, 19, 25, len(good) - 1):
    print("cut", cut, walked(tf.data.TFRecordDataset(at("cut", good[:cut]))))
for place in (0, 9, 13, 16, 20):
    print("damaged", place, walked(tf.data.TFRecordDataset(at("bad", good[:place] + b"\xff" + good[place + 1 :]))))
print("zipped", walked(tf.data.TFRecordDataset(at("z", gzip.compress(good)), compression_type="GZIP")))
print("not zipped", walked(tf.data.TFRecordDataset(records, compression_type="GZIP")))
print("zipped unsaid", walked(tf.data.TFRecordDataset(at("z"))))
print("half zipped", walked(tf.data.TFRecordDataset(at("h", gzip.compress(good)[:30]), compression_type="GZIP")))
print("missing", walked(tf.data.TFRecordDataset([records, at("missing")])))
print("skipped", walked(tf.data.TFRecordDataset([at("bad"), records]).ignore_errors().take(2)))

lines = at("table.csv", b'a,b\n1,2.5\nx,3\n4,5,6\n7\n"8",9\n"10,11\n')
print("csv", walked(tf.data.experimental.CsvDataset(lines, [tf.int32, tf.float32], header=True)))
print("csv kept", walked(tf.data.experimental.CsvDataset(lines, [tf.int32, tf.float32], header=True).ignore_errors()))
for text in (b"no newline", b"a\r\nb\n\nc", b"", b"\n", b"\xff\xfe\x00"):
    print("lines", walked(tf.data.TextLineDataset(at("text", text))))
print("fixed", walked(tf.data.FixedLengthRecordDataset(at("text", b"hab12cd34"), 3, header_bytes=1)))
print("fixed", walked(tf.data.FixedLengthRecordDataset(at("text", b"hab12cd34f"), 3, header_bytes=1, footer_bytes=0)))

picture = tf.io.encode_png(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).numpy()
for content in (b"", b"no picture", picture[:20], picture[:40] + b"??" + picture[42:]):
    attempt("png", lambda: tf.io.decode_png(content).shape)
    attempt("image", lambda: tf.io.decode_image(content).shape)
pictures = tf.data.Dataset.from_tensor_slices([picture, b"bad", picture]).map(tf.io.decode_png)
print("pictures", [x.shape for x in pictures.ignore_errors()])

example = tf.train.Example()
example.features.feature["x"].int64_list.value.append(3)
description = {"x": tf.io.FixedLenFeature([], tf.int64)}
for content in (example.SerializeToString(), b"", b"\x00", example.SerializeToString()[:-1]):
    attempt("example", lambda: tf.io.parse_single_example(content, description)["x"].numpy())
tensor = tf.io.serialize_tensor([1, 2]).numpy()
for content in (b"", b"\xff", tensor[:-1], tensor):
    attempt("tensor", lambda: tf.io.parse_tensor(content, tf.int32).numpy())
attempt("raw", lambda: tf.io.decode_raw(b"12345", tf.int32).numpy())
attempt("base64", lambda: tf.io.decode_base64("a*").numpy())
attempt("inflate", lambda: tf.io.decode_compressed(b"abc", "ZLIB").numpy())

checkpoint = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]), w=tf.Variable(3))
path = checkpoint.save(at("ckpt"))
for name, change in (
    ("index", lambda b: b[:-9]),
    ("index", lambda b: b[:10] + b"\xff" + b[11:]),
    ("index", lambda b: b""),
):
    content = open(f"{path}.{name}", "rb").read()
    open(f"{path}.{name}", "wb").write(change(content))
    attempt("checkpoint", lambda: checkpoint.restore(path))
    open(f"{path}.{name}", "wb").write(content)
data = f"{path}.data-00000-of-00001"
content = open(data, "rb").read()
open(data, "wb").write(bytes([content[0] ^ 1]) + content[1:])
attempt("checkpoint", lambda: checkpoint.restore(path))
os.remove(data)
attempt("checkpoint", lambda: checkpoint.restore(path))
attempt("checkpoint", lambda: checkpoint.restore(at("nothing")))
at("checkpoint", b"model_checkpoint_path: ")
attempt("latest", lambda: tf.train.latest_checkpoint(folder))
at("vocabulary", b"a\nb\na\n")
attempt(
    "table",
    lambda: tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer(
            at("vocabulary"),
            tf.string,
            tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.int64,
            tf.lookup.TextFileIndex.LINE_NUMBER,
        ),
        -1,
    ),
)
