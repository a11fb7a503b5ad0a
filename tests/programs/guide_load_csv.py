"""The tutorial on loading CSV data: in memory, from files, mixed types, several files, and by hand."""

import gzip
import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
columns = ["survived", "sex", "age", "n_siblings_spouses", "fare", "class", "alone"]
rng = np.random.default_rng(0)
rows = []
for i in range(40):
    female = int(rng.integers(2))
    rows.append([
        str(int(rng.random() < 0.2 + 0.6 * female)), ("male", "female")[female], f"{rng.integers(1, 70)}.0",
        str(rng.integers(0, 3)), f"{rng.random() * 80:.4f}", ("First", "Second", "Third")[rng.integers(3)],
        ("n", "y")[rng.integers(2)],
    ])  # fmt: skip
titanic_file_path = os.path.join(folder, "train.csv")
with open(titanic_file_path, "w") as file:
    file.write("\n".join([",".join(columns), *map(",".join, rows)]) + "\n")

# In memory
titanic_features = {name: np.array([row[i] for row in rows]) for i, name in enumerate(columns)}
titanic_labels = titanic_features.pop("survived").astype(np.int64)
for name in ("age", "n_siblings_spouses", "fare"):
    titanic_features[name] = titanic_features[name].astype(np.float32)


def slices(features):
    i = 0
    while True:
        example = {name: values[i] for name, values in features.items()}
        yield example
        i += 1


for example in slices(titanic_features):
    for name, value in example.items():
        print(f"{name:19s}: {value}")
    break
features_ds = tf.data.Dataset.from_tensor_slices(titanic_features)
for example in features_ds:
    for name, value in example.items():
        print(f"{name:19s}: {value}")
    break
titanic_ds = tf.data.Dataset.from_tensor_slices((titanic_features, titanic_labels))
print(titanic_ds.element_spec)
titanic_batches = titanic_ds.shuffle(len(titanic_labels), seed=1).batch(8)
for features, label in titanic_batches.take(1):
    print({name: value.numpy()[:3].tolist() for name, value in features.items()}, label.numpy())

# From a single file
titanic_csv_ds = tf.data.experimental.make_csv_dataset(
    titanic_file_path,
    batch_size=5,
    label_name="survived",
    num_epochs=1,
    ignore_errors=True,
    shuffle=True,
    shuffle_seed=4,
)
for batch, label in titanic_csv_ds.take(1):
    for key, value in batch.items():
        print(f"{key:20s}: {value}")
    print()
    print(f"{'label':20s}: {label}")
print(len(list(titanic_csv_ds)))

# Compressed
compressed = os.path.join(folder, "traffic.csv.gz")
with gzip.open(compressed, "wt") as file:
    file.write("holiday,temp,traffic_volume\n")
    file.writelines(f"None,{280 + i / 2},{5000 + i}\n" for i in range(11))
traffic_volume_csv_gz_ds = tf.data.experimental.make_csv_dataset(
    compressed, batch_size=4, label_name="traffic_volume", num_epochs=1, compression_type="GZIP", shuffle=False
)
for batch, label in traffic_volume_csv_gz_ds.take(1):
    for key, value in batch.items():
        print(f"{key:20s}: {value[:5]}")
    print(f"{'label':20s}: {label[:5]}")
caching = traffic_volume_csv_gz_ds.cache().shuffle(10, seed=2)
for i, (batch, label) in enumerate(caching.repeat(2)):
    print(i, label.numpy())
snapshotting = traffic_volume_csv_gz_ds.snapshot(os.path.join(folder, "titanic.tfsnap")).shuffle(1000, seed=3)
for i, (batch, label) in enumerate(snapshotting.repeat(2)):
    print(i, label.numpy())

# Several files
for number in range(5):
    with open(os.path.join(folder, f"font{number}.csv"), "w") as file:
        file.write("font,fontVariant,m_label,r0c0,r0c1,r1c0,r1c1\n")
        for i in range(2 + 3 * (number % 2)):
            file.write(f'F{number},"a, b",{i},{i},{i + 1},{i + 2},{255 - number}\n')
fonts_ds = tf.data.experimental.make_csv_dataset(
    file_pattern=os.path.join(folder, "font*.csv"), batch_size=20, num_epochs=1, num_parallel_reads=3, shuffle=False
)
for features in fonts_ds.take(1):
    for i, (name, value) in enumerate(features.items()):
        print(f"{name:20s}: {value}")


def make_images(features):
    image = [None] * 4
    new_feats = {}
    for name, value in features.items():
        if name.startswith("r"):
            row, column = int(name[1]), int(name[3])
            image[row * 2 + column] = value
        else:
            new_feats[name] = value
    image = tf.stack(image, axis=0)
    image = tf.reshape(image, [2, 2, -1])
    new_feats["image"] = tf.transpose(image, [2, 0, 1])
    return new_feats


fonts_image_ds = fonts_ds.map(make_images)
print(fonts_image_ds.element_spec)
for features in fonts_image_ds.take(1):
    print(features["image"].numpy().tolist(), features["m_label"].numpy())

# By hand
text = open(titanic_file_path).read()
lines = text.split("\n")[1:-1]
all_strings = [""] * 7
features = tf.io.decode_csv(lines, record_defaults=all_strings)
for f in features[:3]:
    print(f"type: {f.dtype.name}, shape: {f.shape}")
titanic_types = [0, "", 0.0, 0, 0.0, "", ""]
print(titanic_types)
features = tf.io.decode_csv(lines, record_defaults=titanic_types)
for f in features:
    print(f"type: {f.dtype.name}, shape: {f.shape}, {f.numpy()[0]}")
simple_titanic = tf.data.experimental.CsvDataset(titanic_file_path, record_defaults=titanic_types, header=True)
for example in simple_titanic.take(1):
    print([e.numpy() for e in example])


def decode_titanic_line(line):
    return tf.io.decode_csv(line, titanic_types)


manual_titanic = tf.data.TextLineDataset(titanic_file_path).skip(1).map(decode_titanic_line)
print(manual_titanic.element_spec)
for example in manual_titanic.take(1):
    print([e.numpy() for e in example])


def pack_row(*row):
    label = row[0]
    features = tf.stack([tf.cast(row[2], tf.float32), tf.cast(row[3], tf.float32), row[4]], 1)
    return features, label


packed_ds = simple_titanic.batch(16).map(pack_row).unbatch()
for features, label in packed_ds.batch(1000).take(1):
    print(features.numpy()[:4], label.numpy()[:4], features.shape)
font_files = sorted(tf.io.gfile.glob(os.path.join(folder, "font?.csv")))
fonts_interleaved = tf.data.Dataset.from_tensor_slices(font_files).interleave(
    lambda path: tf.data.experimental.CsvDataset(path, ["", ""] + [0.0] * 5, header=True), cycle_length=3
)
print([(row[0].numpy(), row[1].numpy(), row[2].numpy()) for row in fonts_interleaved.take(7)])


def make_preprocessed(features, label):
    features["fare"] = tf.math.log1p(features["fare"])
    features["is_adult"] = tf.cast(features["age"] >= 18.0, tf.int32)
    features["class"] = tf.strings.lower(features["class"])
    age = features.pop("age")
    return features, label, age


for features, label, age in titanic_csv_ds.map(make_preprocessed).take(1):
    print(sorted(features), features["class"].numpy(), features["is_adult"].numpy(), age.numpy())
print(sorted(titanic_csv_ds.element_spec[0]))
lookup = tf.lookup.StaticVocabularyTable(
    tf.lookup.KeyValueTensorInitializer(["First", "Second", "Third"], tf.range(3, dtype=tf.int64)), 1
)
classes = titanic_ds.map(lambda f, y: tf.one_hot(lookup[f["class"]], 4)).batch(40)
print(tf.reduce_sum(next(iter(classes)), 0).numpy())
