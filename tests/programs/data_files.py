"""Datasets of files: lines, records of one length, TFRecords, comma-separated values; damaged files."""

import gzip
import os
import tempfile
import zlib

import tensorflow as tf

Dataset = tf.data.Dataset


def attempt(function):
    try:
        for x in function():
            print(tf.nest.map_structure(lambda t: t.numpy(), x))
        print("end")
    except Exception as error:
        print(type(error).__name__)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


os.chdir(tempfile.mkdtemp())
write("a.txt", b"one\ntwo\r\n\nlast")
write("b.txt", b"x\n")
write("c.txt.gz", gzip.compress(b"packed\nlines\n"))
attempt(lambda: tf.data.TextLineDataset("a.txt"))
attempt(lambda: tf.data.TextLineDataset(["a.txt", "b.txt"]))
attempt(lambda: tf.data.TextLineDataset("c.txt.gz", compression_type="GZIP"))
attempt(lambda: tf.data.TextLineDataset(Dataset.list_files("*.txt", shuffle=False)))
attempt(lambda: Dataset.list_files(["b*", "a*"], shuffle=False).interleave(tf.data.TextLineDataset, 2))
attempt(lambda: Dataset.list_files("*", seed=3))
attempt(lambda: Dataset.list_files("*.png"))
attempt(lambda: tf.data.TextLineDataset("none"))
attempt(lambda: tf.data.TextLineDataset(["b.txt", "none"]))
print(tf.data.TextLineDataset("a.txt"), tf.data.TFRecordDataset(["a", "b"]))

write("bytes", bytes(range(65, 75)))
attempt(lambda: tf.data.FixedLengthRecordDataset("bytes", 3, header_bytes=1))
attempt(lambda: tf.data.FixedLengthRecordDataset("bytes", 3, 2, 2))
attempt(lambda: tf.data.FixedLengthRecordDataset("bytes", 3))

one = "0300000000000000b099490e6f6e6501405508"
two = "0700000000000000bbd79f1174776f2074776f334430bf"
empty = "000000000000000029039807d8ea82a2"
records = bytes.fromhex(one + two + empty)
for data in (
    records,
    b"",
    records[:-7],  # in the middle of a length
    records[:25],
    records[:13],  # in the middle of a record
    records[:34],
    b"\x04" + records[1:],  # another length
    records[:12] + b"x" + records[13:],  # another byte
    records[:16] + b"x" + records[17:],  # another checksum
    b"this is no file of records at all",
):
    write("records", data)
    attempt(lambda: tf.data.TFRecordDataset("records"))
write("packed", gzip.compress(records))
attempt(lambda: tf.data.TFRecordDataset("packed", "GZIP"))
attempt(lambda: tf.data.TFRecordDataset("packed"))
write("deflated", zlib.compress(records))
attempt(lambda: tf.data.TFRecordDataset(["deflated", "deflated"], compression_type="ZLIB"))
write("cut", gzip.compress(records)[:-12])
attempt(lambda: tf.data.TFRecordDataset("cut", "GZIP"))
attempt(lambda: tf.data.TFRecordDataset("records", "GZIP"))

write("table.csv", b'a,b,c\n1,2.5,x\n,,"y,z"\n3,4,\n')
table = tf.data.experimental.CsvDataset
attempt(lambda: table("table.csv", [tf.constant([7]), tf.constant([1.5]), tf.constant(["d"])], header=True))
attempt(lambda: table("table.csv", [tf.int32, tf.float32, tf.string], header=True))
attempt(lambda: table("table.csv", [[0], [1.0]], header=True, select_cols=[0, 1]))
attempt(lambda: table("table.csv", [tf.int32, tf.float32, tf.string]))
attempt(lambda: table("table.csv", [[0], [0.0]], header=True))
batches = tf.data.experimental.make_csv_dataset("table.csv", 2, num_epochs=1, shuffle=False, label_name="a")
for features, label in batches:
    print({k: v.numpy() for k, v in features.items()}, label.numpy())
print(tf.data.experimental.make_csv_dataset("table.csv", 2).element_spec["b"])
