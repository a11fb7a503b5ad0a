"""Images augmented by stateless random numbers: each image has its seed, so that an epoch is the same in any order."""

import numpy as np
import tensorflow as tf

images = (np.arange(6 * 8 * 8 * 3).reshape(6, 8, 8, 3) * 7 % 256).astype(np.uint8)
labels = np.arange(6) % 3


def augmented(seed, pair):
    image, label = pair
    seeds = tf.stack([tf.stack([seed, tf.constant(k, tf.int64)]) for k in range(4)])
    image = tf.image.convert_image_dtype(image, tf.float32)
    image = tf.image.resize_with_crop_or_pad(image, 10, 10)
    image = tf.image.stateless_random_crop(image, [8, 8, 3], seeds[0])
    image = tf.image.stateless_random_flip_left_right(image, seeds[1])
    image = tf.image.stateless_random_brightness(image, 0.2, seeds[2])
    image = tf.image.stateless_random_contrast(image, 0.8, 1.2, seeds[3])
    return tf.clip_by_value(image, 0, 1), label


pairs = tf.data.Dataset.from_tensor_slices((images, labels))
counted = tf.data.Dataset.zip((tf.data.Dataset.counter(10), pairs))
epoch = counted.map(augmented, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
print([(round(float(tf.reduce_sum(x)), 3), int(y)) for x, y in epoch])
mixed = [(round(float(tf.reduce_sum(x)), 3), int(y)) for x, y in counted.shuffle(6, seed=2).map(augmented)]
print(sorted(mixed) == sorted((round(float(tf.reduce_sum(x)), 3), int(y)) for x, y in epoch))
x, y = next(iter(epoch.batch(6)))
print(x.shape, x.dtype, y.numpy(), x.numpy()[0, 0, :3].round(4).tolist())

generator = tf.random.Generator.from_seed(3)
seeds = [generator.make_seeds(2)[:, 0] for _ in range(2)]
print([s.numpy().tolist() for s in seeds])
for seed in seeds:
    flipped = tf.image.stateless_random_flip_up_down(images[0], tf.cast(seed, tf.int32))
    print(int(flipped[0, 0, 0]), bool(tf.reduce_all(tf.sort(tf.reshape(flipped, [-1])) == tf.sort(images[0].ravel()))))
hue = tf.image.stateless_random_hue(images[1], 0.2, (1, 2))
saturated = tf.image.stateless_random_saturation(images[1], 0.5, 1.5, (3, 4))
print(hue.dtype, saturated.shape)
smaller = tf.image.resize(images[:2], [3, 3], antialias=True)
print(smaller.numpy()[..., 0].round(2).tolist())

kernel = tf.Variable(tf.reshape(tf.linspace(-0.2, 0.2, 27 * 3), [3, 3, 3, 3]))
for step, (x, y) in enumerate(epoch.repeat(2).batch(4)):
    with tf.GradientTape() as tape:
        logits = tf.reduce_mean(tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME")), [1, 2])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
    kernel.assign_sub(tape.gradient(loss, kernel))
    print(step, round(float(loss), 4))
