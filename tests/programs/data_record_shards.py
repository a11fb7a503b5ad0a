"""TFRecord shards: written by a hash, read interleaved and in parallel, kept in a snapshot, and parsed in batches."""

import os
import tempfile

import tensorflow as tf

os.chdir(tempfile.mkdtemp())


def serialized(n):
    feature = {
        "id": tf.train.Feature(int64_list=tf.train.Int64List(value=[n])),
        "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"item %d" % n])),
        "weights": tf.train.Feature(float_list=tf.train.FloatList(value=[n / 4] * 3)),
        "tags": tf.train.Feature(int64_list=tf.train.Int64List(value=range(n % 4))),
    }
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


SHARDS = 4
writers = [tf.io.TFRecordWriter(f"part-{i:05d}-of-{SHARDS:05d}", "GZIP" if i == 3 else "") for i in range(SHARDS)]
for n in range(30):
    shard = int(tf.strings.to_hash_bucket_fast(tf.strings.as_string(n), SHARDS))
    writers[shard].write(serialized(n))
for writer in writers:
    writer.close()
print(sorted(os.listdir(".")))

plain = tf.data.Dataset.list_files("part-*[012]-of-*", shuffle=False)
zipped = tf.data.TFRecordDataset("part-00003-of-00004", compression_type="GZIP")
records = plain.interleave(
    tf.data.TFRecordDataset, cycle_length=3, block_length=2, num_parallel_calls=2, deterministic=True
).concatenate(zipped)

schema = {
    "id": tf.io.FixedLenFeature([], tf.int64),
    "name": tf.io.FixedLenFeature([], tf.string),
    "weights": tf.io.FixedLenFeature([3], tf.float32),
    "tags": tf.io.VarLenFeature(tf.int64),
    "lacking": tf.io.FixedLenFeature([2], tf.float32, default_value=[0.5, -0.5]),
}
parsed = records.batch(7).map(lambda batch: tf.io.parse_example(batch, schema))
for batch in parsed:
    print(batch["id"].numpy(), batch["name"].numpy()[:2], batch["weights"].numpy().sum(1))
    print(tf.sparse.to_dense(batch["tags"], default_value=-1).numpy().tolist(), batch["lacking"].numpy()[0])

ragged = records.batch(10).map(
    lambda batch: tf.io.parse_example(batch, {"tags": tf.io.RaggedFeature(tf.int64), "id": schema["id"]})
)
for batch in ragged.take(2):
    print(batch["tags"], tf.reduce_sum(batch["tags"], axis=1).numpy())

kept = records.map(lambda r: tf.io.parse_single_example(r, schema)["id"]).snapshot("snapshot")
first = [int(n) for n in kept]
for name in os.listdir("."):
    if name.startswith("part"):
        os.remove(name)
print(first == [int(n) for n in kept], sum(first), len(set(first)))

try:
    for _ in records:
        pass
except tf.errors.NotFoundError as error:
    print(type(error).__name__, "No such file or directory" in str(error))
