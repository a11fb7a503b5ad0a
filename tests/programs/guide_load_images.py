"""The tutorial on loading images: files in folders, with tf.data and with Keras's utility, and a training on them."""

import os
import pathlib
import tempfile

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(7)
data_dir = pathlib.Path(tempfile.mkdtemp()) / "flower_photos"
for number, kind in enumerate(["daisy", "dandelion", "roses"]):
    (data_dir / kind).mkdir(parents=True)
    for i in range(8):
        rng = np.random.default_rng([number, i])
        picture = np.zeros((24 + i, 30, 3), np.uint8)
        picture[..., number] = 180 + rng.integers(0, 60, picture.shape[:2])
        tf.io.write_file(str(data_dir / kind / f"{i}.png"), tf.io.encode_png(picture))
(data_dir / "LICENSE.txt").write_text("no picture")

image_count = len(list(data_dir.glob("*/*.png")))
print(image_count)
list_ds = tf.data.Dataset.list_files(str(data_dir / "*/*"), shuffle=False)
list_ds = list_ds.shuffle(image_count, seed=123, reshuffle_each_iteration=False)
for f in list_ds.take(5):
    print(os.path.relpath(f.numpy().decode(), data_dir))

class_names = np.array(sorted([item.name for item in data_dir.glob("*") if item.name != "LICENSE.txt"]))
print(class_names)
val_size = int(image_count * 0.25)
train_ds = list_ds.skip(val_size)
val_ds = list_ds.take(val_size)
print(tf.data.experimental.cardinality(train_ds).numpy())
print(tf.data.experimental.cardinality(val_ds).numpy())
img_height, img_width, batch_size = 16, 12, 6


def get_label(file_path):
    parts = tf.strings.split(file_path, os.path.sep)
    one_hot = parts[-2] == class_names
    return tf.argmax(one_hot)


def decode_img(img):
    img = tf.io.decode_jpeg(img, channels=3)
    return tf.image.resize(img, [img_height, img_width])


def process_path(file_path):
    label = get_label(file_path)
    img = tf.io.read_file(file_path)
    img = decode_img(img)
    return img, label


train_ds = train_ds.map(process_path, num_parallel_calls=tf.data.AUTOTUNE)
val_ds = val_ds.map(process_path, num_parallel_calls=tf.data.AUTOTUNE)
print(train_ds.element_spec)
for image, label in train_ds.take(2):
    print("Image shape: ", image.numpy().shape, float(tf.reduce_mean(image)))
    print("Label: ", label.numpy())


def configure_for_performance(ds):
    ds = ds.cache()
    ds = ds.shuffle(buffer_size=1000, seed=3)
    ds = ds.batch(batch_size)
    ds = ds.prefetch(buffer_size=tf.data.AUTOTUNE)
    return ds


train_ds = configure_for_performance(train_ds)
val_ds = configure_for_performance(val_ds)
image_batch, label_batch = next(iter(train_ds))
print(image_batch.shape, label_batch.numpy(), class_names[label_batch])

normalization_layer = tf.keras.layers.Rescaling(1.0 / 255)
normalized_ds = train_ds.map(lambda x, y: (normalization_layer(x), y))
image_batch, labels_batch = next(iter(normalized_ds))
print(np.min(image_batch[0]), np.max(image_batch[0]))


@tf.function
def augment(image_label, seed):
    image, label = image_label
    image = tf.image.resize_with_crop_or_pad(image, img_height + 6, img_width + 6)
    new_seed = tf.random.split(seed, num=1)[0, :]
    image = tf.image.stateless_random_crop(image, size=[img_height, img_width, 3], seed=seed)
    image = tf.image.stateless_random_brightness(image, max_delta=0.5, seed=new_seed)
    return tf.clip_by_value(image, 0, 1), label


counter = tf.data.Dataset.counter()
seeded = tf.data.Dataset.zip((normalized_ds.unbatch(), (counter, counter))).map(augment).batch(6)
print(seeded.element_spec)
for image, label in seeded.take(2):
    print(image.shape, label.numpy(), float(tf.reduce_sum(image)))

keras_ds = tf.keras.utils.image_dataset_from_directory(
    data_dir, validation_split=0.25, subset="training", seed=123, image_size=(img_height, img_width),
    batch_size=batch_size,
)  # fmt: skip
print(keras_ds.class_names, keras_ds.element_spec)
for image_batch, labels_batch in keras_ds.take(1):
    print(image_batch.shape, labels_batch.numpy(), float(tf.reduce_mean(image_batch)))
for image_batch, labels_batch in tf.keras.utils.image_dataset_from_directory(
    data_dir, label_mode="categorical", shuffle=False, color_mode="grayscale", batch_size=None, image_size=(4, 4)
).take(2):
    print(image_batch.shape, labels_batch.numpy())

weights = tf.Variable(tf.zeros([3, 3]))
bias = tf.Variable(tf.zeros([3]))


def logits_of(images):
    return tf.reduce_mean(images, axis=[1, 2]) @ weights + bias


for epoch in range(4):
    total = tf.keras.metrics.Mean()
    for images, labels in normalized_ds:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits_of(images)))
        for v, g in zip((weights, bias), tape.gradient(loss, [weights, bias])):
            v.assign_sub(2.0 * g)
        total(loss)
    right = [tf.equal(tf.argmax(logits_of(x / 255.0), axis=1), y) for x, y in val_ds]
    print(epoch, float(total.result()), float(tf.reduce_mean(tf.cast(tf.concat(right, 0), tf.float32))))
