"""The tf.data guide: building input pipelines, on files that it makes itself."""

import csv
import itertools
import os
import pathlib
import tempfile

import numpy as np
import tensorflow as tf

tf.random.set_seed(0)
folder = pathlib.Path(tempfile.mkdtemp())

# Basic mechanics
dataset = tf.data.Dataset.from_tensor_slices([8, 3, 0, 8, 2, 1])
print(dataset)
for elem in dataset:
    print(elem.numpy())
it = iter(dataset)
print(next(it).numpy())
print(dataset.reduce(0, lambda state, value: state + value).numpy())

dataset1 = tf.data.Dataset.from_tensor_slices(tf.random.uniform([4, 10]))
print(dataset1.element_spec)
dataset2 = tf.data.Dataset.from_tensor_slices(
    (tf.random.uniform([4]), tf.random.uniform([4, 100], maxval=100, dtype=tf.int32))
)
print(dataset2.element_spec)
dataset3 = tf.data.Dataset.zip((dataset1, dataset2))
print(dataset3.element_spec)
dataset4 = tf.data.Dataset.from_tensors(tf.SparseTensor(indices=[[0, 0], [1, 2]], values=[1, 2], dense_shape=[3, 4]))
print(dataset4.element_spec, dataset4.element_spec.value_type)
dataset1 = tf.data.Dataset.from_tensor_slices(tf.random.uniform([4, 10], minval=1, maxval=10, dtype=tf.int32))
print(dataset1)
for z in dataset1:
    print(z.numpy())
for a, (b, c) in dataset3:
    print("shapes: {a.shape}, {b.shape}, {c.shape}".format(a=a, b=b, c=c))


# Generators
def count(stop):
    i = 0
    while i < stop:
        yield i
        i += 1


ds_counter = tf.data.Dataset.from_generator(count, args=[25], output_types=tf.int32, output_shapes=())
for count_batch in ds_counter.repeat().batch(10).take(10):
    print(count_batch.numpy())


def gen_series():
    rng = np.random.default_rng(0)
    i = 0
    while True:
        size = rng.integers(0, 10)
        yield i, rng.normal(size=(size,))
        i += 1


for i, series in itertools.islice(gen_series(), 5):
    print(i, ":", str(series))
ds_series = tf.data.Dataset.from_generator(gen_series, output_types=(tf.int32, tf.float32), output_shapes=((), (None,)))
print(ds_series)
ds_series_batch = ds_series.shuffle(20, seed=1).padded_batch(10)
ids, sequence_batch = next(iter(ds_series_batch))
print(ids.numpy())
print(sequence_batch.numpy())

# Lines of text
names = ["cowper.txt", "derby.txt", "butler.txt"]
for name, lines in zip(names, (["\ufeffAchilles sing", "His wrath"], ["O Goddess", "Of"], ["Sing, O goddess", "that"])):
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
file_paths = [str(folder / name) for name in names]
dataset = tf.data.TextLineDataset(file_paths)
for line in dataset.take(5):
    print(line.numpy())
files_ds = tf.data.Dataset.from_tensor_slices(file_paths)
lines_ds = files_ds.interleave(tf.data.TextLineDataset, cycle_length=3)
for i, line in enumerate(lines_ds.take(9)):
    if i % 3 == 0:
        print()
    print(line.numpy())

# CSV
titanic_file = folder / "titanic.csv"
rows = ["survived,sex,age,n_siblings_spouses,parch,fare,class,deck,embark_town,alone"]
for i in range(12):
    sex, klass = ("male", "female")[i % 2], ("First", "Second", "Third")[i % 3]
    rows.append(f"{i % 2},{sex},{20.5 + i},{i % 2},{i % 3},{7.25 * (i + 1)},{klass},unknown,Southampton,{'ny'[i % 2]}")
titanic_file.write_text("\n".join(rows) + "\n")
titanic_lines = tf.data.TextLineDataset(str(titanic_file))
for line in titanic_lines.take(3):
    print(line.numpy())


def survived(line):
    return tf.not_equal(tf.strings.substr(line, 0, 1), "0")


survivors = titanic_lines.skip(1).filter(survived)
for line in survivors.take(3):
    print(line.numpy())
with open(titanic_file) as f:
    columns = {name: [] for name in rows[0].split(",")}
    for row in csv.DictReader(f):
        for key, value in row.items():
            columns[key].append(value)
titanic_slices = tf.data.Dataset.from_tensor_slices(columns)
for feature_batch in titanic_slices.take(1):
    for key, value in feature_batch.items():
        print("  {!r:20s}: {}".format(key, value))
titanic_batches = tf.data.experimental.make_csv_dataset(
    str(titanic_file), batch_size=4, label_name="survived", shuffle=False
)
for feature_batch, label_batch in titanic_batches.take(1):
    print("'survived': {}".format(label_batch))
    print("features:")
    for key, value in feature_batch.items():
        print("  {!r:20s}: {}".format(key, value))
titanic_batches = tf.data.experimental.make_csv_dataset(
    str(titanic_file), batch_size=4, label_name="survived", select_columns=["class", "fare", "survived"], shuffle=False
)
for feature_batch, label_batch in titanic_batches.take(1):
    print("'survived': {}".format(label_batch))
    for key, value in feature_batch.items():
        print("  {!r:20s}: {}".format(key, value))
titanic_types = [tf.int32, tf.string, tf.float32, tf.int32, tf.int32, tf.float32, *[tf.string] * 4]
dataset = tf.data.experimental.CsvDataset(str(titanic_file), titanic_types, header=True)
for line in dataset.take(3):
    print([item.numpy() for item in line])
(folder / "missing.csv").write_text("1,2,3,4\n,2,3,4\n1,,3,4\n1,2,,4\n1,2,3,\n,,,\n")
record_defaults = [999, 999, 999, 999]
dataset = tf.data.experimental.CsvDataset(str(folder / "missing.csv"), record_defaults)
dataset = dataset.map(lambda *items: tf.stack(items))
print(dataset)
for line in dataset:
    print(line.numpy())
dataset = tf.data.experimental.CsvDataset(str(folder / "missing.csv"), [999, 999], select_cols=[1, 3])
dataset = dataset.map(lambda *items: tf.stack(items))
for line in dataset:
    print(line.numpy())

# Sets of files
for kind in ("daisy", "roses"):
    (folder / "flowers" / kind).mkdir(parents=True)
    for i in range(3):
        picture = tf.cast(tf.random.stateless_uniform([20 + i, 30, 3], [i, 1], 0, 255, tf.int32), tf.uint8)
        tf.io.write_file(str(folder / "flowers" / kind / f"{i}.jpg"), tf.io.encode_jpeg(picture))
list_ds = tf.data.Dataset.list_files(str(folder / "flowers/*/*"), shuffle=False)
for f in list_ds.take(5):
    print(os.path.relpath(f.numpy().decode(), folder))


def process_path(file_path):
    label = tf.strings.split(file_path, os.sep)[-2]
    return tf.io.read_file(file_path), label


labeled_ds = list_ds.map(process_path)
print(labeled_ds.element_spec)
for image_raw, label_text in labeled_ds.take(1):
    print(repr(image_raw.numpy()[:11]))
    print(label_text.numpy())

# Batching
inc_dataset = tf.data.Dataset.range(100)
dec_dataset = tf.data.Dataset.range(0, -100, -1)
dataset = tf.data.Dataset.zip((inc_dataset, dec_dataset))
batched_dataset = dataset.batch(4)
for batch in batched_dataset.take(4):
    print([arr.numpy() for arr in batch])
print(batched_dataset)
batched_dataset = dataset.batch(7, drop_remainder=True)
print(batched_dataset)
dataset = tf.data.Dataset.range(100)
dataset = dataset.map(lambda x: tf.fill([tf.cast(x, tf.int32)], x))
dataset = dataset.padded_batch(4, padded_shapes=(None,))
for batch in dataset.take(2):
    print(batch.numpy())
    print()


# Epochs
def plot_batch_sizes(ds):
    batch_sizes = [batch.shape[0] for batch in ds]
    print(batch_sizes)


plot_batch_sizes(titanic_lines.repeat(3).batch(8))
plot_batch_sizes(titanic_lines.batch(8).repeat(3))
for epoch in range(3):
    for batch in titanic_lines.batch(8):
        print(batch.shape)
    print("End of epoch: ", epoch)

# Shuffling
lines = tf.data.TextLineDataset(str(titanic_file))
counter = tf.data.experimental.Counter()
dataset = tf.data.Dataset.zip((counter, lines))
dataset = dataset.shuffle(buffer_size=10, seed=5)
dataset = dataset.batch(5)
print(dataset)
n, line_batch = next(iter(dataset))
print(n.numpy())
shuffled = tf.data.Dataset.zip((counter, lines)).shuffle(buffer_size=5, seed=2).batch(4).repeat(2)
print("Here are the item ID's near the epoch boundary:")
for n, line_batch in shuffled.skip(2).take(4):
    print(n.numpy())
shuffled = tf.data.Dataset.zip((counter, lines)).repeat(2).shuffle(buffer_size=5, seed=2).batch(4)
print([n.numpy().mean() for n, line_batch in shuffled])


# Preprocessing
def parse_image(filename):
    parts = tf.strings.split(filename, os.sep)
    label = parts[-2]
    image = tf.io.read_file(filename)
    image = tf.io.decode_jpeg(image)
    image = tf.image.convert_image_dtype(image, tf.float32)
    image = tf.image.resize(image, [8, 8])
    return image, label


images_ds = list_ds.map(parse_image)
for image, label in images_ds.take(2):
    print(image.shape, label.numpy().decode("utf-8"), round(float(tf.reduce_mean(image)), 2))


def random_rotate_image(image):
    return np.rot90(image).copy()


def tf_random_rotate_image(image, label):
    im_shape = image.shape
    [image] = tf.py_function(random_rotate_image, [image], [tf.float32])
    image.set_shape(im_shape)
    return image, label


rot_ds = images_ds.map(tf_random_rotate_image)
for (image, label), (before, _) in zip(rot_ds.take(2), images_ds):
    print(image.shape, label.numpy(), np.array_equal(np.rot90(before), image))
print(rot_ds.element_spec)
numpy_ds = images_ds.map(lambda im, label: (tf.numpy_function(random_rotate_image, [im], tf.float32), label))
print(numpy_ds.element_spec)

# Time series
range_ds = tf.data.Dataset.range(100000)
batches = range_ds.batch(10, drop_remainder=True)
for batch in batches.take(5):
    print(batch.numpy())


def dense_1_step(batch):
    return batch[:-1], batch[1:]


predict_dense_1_step = batches.map(dense_1_step)
for features, label in predict_dense_1_step.take(3):
    print(features.numpy(), " => ", label.numpy())
batches = range_ds.batch(15, drop_remainder=True)


def label_next_5_steps(batch):
    return (batch[:-5], batch[-5:])


for features, label in batches.map(label_next_5_steps).take(3):
    print(features.numpy(), " => ", label.numpy())
feature_length = 10
label_length = 3
features = range_ds.batch(feature_length, drop_remainder=True)
labels = range_ds.batch(feature_length).skip(1).map(lambda labels: labels[:label_length])
predicted_steps = tf.data.Dataset.zip((features, labels))
for features, label in predicted_steps.take(5):
    print(features.numpy(), " => ", label.numpy())
windows = range_ds.window(5, shift=1)
for sub_ds in windows.take(5):
    print(sub_ds)
for x in windows.flat_map(lambda x: x).take(30):
    print(x.numpy(), end=" ")
print()


def sub_to_batch(sub):
    return sub.batch(5, drop_remainder=True)


for example in windows.flat_map(sub_to_batch).take(5):
    print(example.numpy())


def make_window_dataset(ds, window_size=5, shift=1, stride=1):
    windows = ds.window(window_size, shift=shift, stride=stride)

    def sub_to_batch(sub):
        return sub.batch(window_size, drop_remainder=True)

    return windows.flat_map(sub_to_batch)


ds = make_window_dataset(range_ds, window_size=10, shift=5, stride=3)
for example in ds.take(10):
    print(example.numpy())
dense_labels_ds = ds.map(dense_1_step)
for inputs, labels in dense_labels_ds.take(3):
    print(inputs.numpy(), "=>", labels.numpy())

# Resampling
positive = [f"{i}" for i in range(400)]
creditcard = tf.data.Dataset.range(2000).map(lambda i: (tf.cast(i, tf.float32), tf.cast(i % 100 < 4, tf.int64)))
creditcard_ds = creditcard.batch(10)


def count(counts, batch):
    _, labels = batch
    class_1 = labels == 1
    class_1 = tf.cast(class_1, tf.int32)
    class_0 = labels == 0
    class_0 = tf.cast(class_0, tf.int32)
    counts["class_0"] += tf.reduce_sum(class_0)
    counts["class_1"] += tf.reduce_sum(class_1)
    return counts


counts = creditcard_ds.take(10).reduce(initial_state={"class_0": 0, "class_1": 0}, reduce_func=count)
counts = np.array([counts["class_0"].numpy(), counts["class_1"].numpy()]).astype(np.float32)
fractions = counts / counts.sum()
print(fractions)
negative_ds = creditcard_ds.unbatch().filter(lambda features, label: label == 0).repeat()
positive_ds = creditcard_ds.unbatch().filter(lambda features, label: label == 1).repeat()
for features, label in positive_ds.batch(10).take(1):
    print(label.numpy(), features.numpy())
balanced_ds = tf.data.Dataset.sample_from_datasets([negative_ds, positive_ds], [0.5, 0.5], seed=3).batch(10)
for features, labels in balanced_ds.take(10):
    print(labels.numpy())


def class_func(features, label):
    return label


resample_ds = creditcard_ds.unbatch().rejection_resample(
    class_func, target_dist=[0.5, 0.5], initial_dist=fractions, seed=1
)
balanced_ds = resample_ds.map(lambda extra_label, features_and_label: features_and_label)
for features, labels in balanced_ds.batch(10).take(3):
    print(labels.numpy())

# Keras
images = np.linspace(0, 1, 40 * 16, dtype=np.float32).reshape(40, 4, 4)
labels = (np.arange(40) % 3).astype(np.int32)
fmnist_train_ds = tf.data.Dataset.from_tensor_slices((images, labels))
fmnist_train_ds = fmnist_train_ds.shuffle(5000, seed=1).batch(32)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(3, kernel_initializer="zeros"),
    ]
)
model.compile(
    optimizer="sgd",
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(fmnist_train_ds, epochs=2, verbose=0)
print(history.history["loss"])
history = model.fit(fmnist_train_ds.repeat(), epochs=2, steps_per_epoch=3, verbose=0)
loss, accuracy = model.evaluate(fmnist_train_ds, verbose=0)
print("Loss :", loss)
loss, accuracy = model.evaluate(fmnist_train_ds.repeat(), steps=10, verbose=0)
predict_ds = tf.data.Dataset.from_tensor_slices(images).batch(32)
result = model.predict(predict_ds, steps=1, verbose=0)
print(result.shape)
