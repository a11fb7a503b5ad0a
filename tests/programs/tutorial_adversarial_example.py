"""Tutorial: a gradient with respect to the input, used against the model."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(11)
w1 = tf.constant(rng.normal(size=(6, 8)) / 2.0)
w2 = tf.constant(rng.normal(size=(8, 3)) * 4.0)


def model(x):
    return tf.nn.softmax(tf.nn.relu(x @ w1) @ w2)


image = tf.convert_to_tensor(rng.uniform(size=(1, 6)))
label = tf.one_hot([int(tf.argmax(model(image), axis=1)[0])], 3, dtype=tf.float64)


def perturbation(image, label):
    with tf.GradientTape() as tape:
        tape.watch(image)
        loss = -tf.reduce_sum(label * tf.math.log(model(image)))
    return tf.sign(tape.gradient(loss, image))


signs = perturbation(image, label)
print(signs.numpy(), model(image).numpy().round(5))
for epsilon in 0.0, 0.1, 0.5, 1.0:
    attacked = tf.clip_by_value(image + epsilon * signs, 0.0, 1.0)
    probabilities = model(attacked)[0]
    print(epsilon, int(tf.argmax(probabilities)), probabilities.numpy().round(5))

print("an image made from noise, by ascending its score")
x = tf.Variable(np.full((1, 6), 0.5))
for step in range(20):
    with tf.GradientTape() as tape:
        score = model(x)[0, 2]
    gradient = tape.gradient(score, x)
    gradient /= tf.math.reduce_std(gradient) + 1e-8
    x.assign(tf.clip_by_value(x + 0.05 * gradient, 0.0, 1.0))
print(f"{score:.5f}", x.numpy().round(4))
