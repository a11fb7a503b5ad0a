"""The guide to TFRecord and tf.train.Example."""

import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()


def _bytes_feature(value):
    """Returns a bytes_list from a string / byte."""
    if isinstance(value, type(tf.constant(0))):
        value = value.numpy()  # BytesList won't unpack a string from an EagerTensor.
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _float_feature(value):
    return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))


def _int64_feature(value):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


print(_bytes_feature(b"test_string"))
print(_bytes_feature(b"test_bytes"))
print(_float_feature(np.exp(1)))
print(_int64_feature(int(True)))
print(_int64_feature(1))
feature = _float_feature(np.exp(1))
print(feature.SerializeToString())

n_observations = 200
rng = np.random.default_rng(0)
feature0 = rng.choice([0, 1], n_observations)
feature1 = rng.integers(0, 5, n_observations)
strings = np.array([b"cat", b"dog", b"chicken", b"horse", b"goat"])
feature2 = strings[feature1]
feature3 = rng.standard_normal(n_observations)


def serialize_example(feature0, feature1, feature2, feature3):
    feature = {
        "feature0": _int64_feature(feature0),
        "feature1": _int64_feature(feature1),
        "feature2": _bytes_feature(feature2),
        "feature3": _float_feature(feature3),
    }
    example_proto = tf.train.Example(features=tf.train.Features(feature=feature))
    return example_proto.SerializeToString()


serialized_example = serialize_example(0, 4, b"goat", 0.9876)
example_proto = tf.train.Example.FromString(serialized_example)
print(sorted(example_proto.features.feature), example_proto.features.feature["feature2"])

features_dataset = tf.data.Dataset.from_tensor_slices((feature0, feature1, feature2, feature3))
print(features_dataset)
for f0, f1, f2, f3 in features_dataset.take(1):
    print(f0)
    print(f1)
    print(f2)
    print(f3)


def tf_serialize_example(f0, f1, f2, f3):
    tf_string = tf.py_function(serialize_example, (f0, f1, f2, f3), tf.string)
    return tf.reshape(tf_string, ())


print(len(tf_serialize_example(f0, f1, f2, f3).numpy()))
serialized_features_dataset = features_dataset.map(tf_serialize_example)
print(serialized_features_dataset)


def generator():
    for features in features_dataset:
        yield serialize_example(*features)


serialized_features_dataset = tf.data.Dataset.from_generator(generator, output_types=tf.string, output_shapes=())
print(serialized_features_dataset)
filename = os.path.join(folder, "test.tfrecord")
with tf.io.TFRecordWriter(filename) as writer:
    for record in serialized_features_dataset:
        writer.write(record.numpy())
filenames = [filename]
raw_dataset = tf.data.TFRecordDataset(filenames)
print(raw_dataset)
for raw_record in raw_dataset.take(3):
    print(tf.train.Example.FromString(raw_record.numpy()).features.feature["feature1"].int64_list.value)
feature_description = {
    "feature0": tf.io.FixedLenFeature([], tf.int64, default_value=0),
    "feature1": tf.io.FixedLenFeature([], tf.int64, default_value=0),
    "feature2": tf.io.FixedLenFeature([], tf.string, default_value=""),
    "feature3": tf.io.FixedLenFeature([], tf.float32, default_value=0.0),
}


def _parse_function(example_proto):
    return tf.io.parse_single_example(example_proto, feature_description)


parsed_dataset = raw_dataset.map(_parse_function)
print(parsed_dataset)
for parsed_record in parsed_dataset.take(3):
    print({key: value.numpy() for key, value in sorted(parsed_record.items())})

with tf.io.TFRecordWriter(filename) as writer:
    for i in range(n_observations):
        writer.write(serialize_example(feature0[i], feature1[i], feature2[i], feature3[i]))
print(os.path.getsize(filename))
for raw_record in tf.data.TFRecordDataset(filenames).take(1):
    example = tf.train.Example()
    example.ParseFromString(raw_record.numpy())
    result = {}
    for key, feature in sorted(example.features.feature.items()):
        kind = feature.WhichOneof("kind")
        result[key] = np.array(getattr(feature, kind).value)
    print(result)

# Images
image_labels = {}
for name, label in (("cat", 0), ("bridge", 1)):
    path = os.path.join(folder, name + ".jpg")
    picture = np.linspace(0, 255, 20 * (30 + label) * 3).reshape(20, 30 + label, 3).astype(np.uint8)
    tf.io.write_file(path, tf.io.encode_jpeg(picture))
    image_labels[path] = label


def image_example(image_string, label):
    image_shape = tf.io.decode_jpeg(image_string).shape
    feature = {
        "height": _int64_feature(image_shape[0]),
        "width": _int64_feature(image_shape[1]),
        "depth": _int64_feature(image_shape[2]),
        "label": _int64_feature(label),
        "image_raw": _bytes_feature(image_string),
    }
    return tf.train.Example(features=tf.train.Features(feature=feature))


record_file = os.path.join(folder, "images.tfrecords")
with tf.io.TFRecordWriter(record_file, "GZIP") as writer:
    for filename, label in image_labels.items():
        image_string = open(filename, "rb").read()
        tf_example = image_example(image_string, label)
        writer.write(tf_example.SerializeToString())
raw_image_dataset = tf.data.TFRecordDataset(record_file, compression_type="GZIP")
image_feature_description = {
    "height": tf.io.FixedLenFeature([], tf.int64),
    "width": tf.io.FixedLenFeature([], tf.int64),
    "depth": tf.io.FixedLenFeature([], tf.int64),
    "label": tf.io.FixedLenFeature([], tf.int64),
    "image_raw": tf.io.FixedLenFeature([], tf.string),
}


def _parse_image_function(example_proto):
    return tf.io.parse_single_example(example_proto, image_feature_description)


parsed_image_dataset = raw_image_dataset.map(_parse_image_function)
print(parsed_image_dataset)
for image_features in parsed_image_dataset:
    image = tf.io.decode_jpeg(image_features["image_raw"])
    print(image.shape, [image_features[name].numpy() for name in ("height", "width", "depth", "label")])


def decoded(example_proto):
    features = _parse_image_function(example_proto)
    image = tf.io.decode_jpeg(features["image_raw"], channels=3)
    image = tf.reshape(image, [features["height"], features["width"], 3])
    image = tf.image.resize(tf.cast(image, tf.float32) / 255.0, [8, 8])
    return image, features["label"]


decoded_ds = raw_image_dataset.map(decoded, num_parallel_calls=2).batch(2)
print(decoded_ds.element_spec)
for images, labels in decoded_ds:
    print(images.shape, labels.numpy(), abs(float(tf.reduce_mean(images)) - 0.5) < 0.02)

# Tensors in records
matrices = [np.arange(6, dtype=np.float32).reshape(2, 3) * i for i in range(3)]
tensor_file = os.path.join(folder, "tensors.tfrecords")
with tf.io.TFRecordWriter(tensor_file) as writer:
    for i, matrix in enumerate(matrices):
        feature = {
            "matrix": _bytes_feature(tf.io.serialize_tensor(matrix)),
            "shape": tf.train.Feature(int64_list=tf.train.Int64List(value=matrix.shape)),
            "raw": _bytes_feature(matrix.tobytes()),
            "words": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"w"] * i)),
        }
        writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())


def parse_tensors(record):
    features = tf.io.parse_single_example(record, {
        "matrix": tf.io.FixedLenFeature([], tf.string),
        "shape": tf.io.FixedLenFeature([2], tf.int64),
        "raw": tf.io.FixedLenFeature([], tf.string),
        "words": tf.io.VarLenFeature(tf.string),
    })  # fmt: skip
    matrix = tf.io.parse_tensor(features["matrix"], tf.float32)
    print(matrix.shape)
    matrix = tf.ensure_shape(matrix, [None, 3])
    raw = tf.reshape(tf.io.decode_raw(features["raw"], tf.float32), features["shape"])
    return matrix, raw, tf.size(features["words"].values), tf.sparse.to_dense(features["words"])


tensors_ds = tf.data.TFRecordDataset(tensor_file).map(parse_tensors)
print(tensors_ds.element_spec)
for matrix, raw, count, words in tensors_ds:
    print(matrix.numpy().tolist() == raw.numpy().tolist(), count.numpy(), words.numpy())
batched = (
    tf.data.TFRecordDataset(tensor_file)
    .batch(2)
    .map(lambda records: tf.io.parse_example(records, {"words": tf.io.RaggedFeature(tf.string)}))
)
print(batched.element_spec)
for batch in batched:
    print(batch["words"])

# Several shards, interleaved
for shard in range(3):
    with tf.io.TFRecordWriter(os.path.join(folder, f"data-{shard:05d}-of-00003.tfrecord")) as writer:
        for i in range(4):
            writer.write(serialize_example(1, shard * 10 + i, b"x", float(i)))
files = tf.data.Dataset.list_files(os.path.join(folder, "data-*.tfrecord"), shuffle=False)
ds = files.interleave(tf.data.TFRecordDataset, cycle_length=3, block_length=2, num_parallel_calls=tf.data.AUTOTUNE)
ds = ds.map(_parse_function).map(lambda features: features["feature1"])
print([x.numpy() for x in ds])
print([x.numpy() for x in ds.shuffle(12, seed=42).batch(5)])
