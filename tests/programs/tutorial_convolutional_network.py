"""Tutorial: a small convolutional network that tells bars from crosses."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(7)


def picture(kind):
    image = rng.normal(0.0, 0.1, (8, 8))
    row, column = rng.integers(2, 6, 2)
    image[row, 1:7] += 1.0
    if kind:
        image[1:7, column] += 1.0
    return image


labels = np.arange(24) % 2
images = tf.constant(np.stack([picture(kind) for kind in labels])[..., None])


class Net(tf.Module):
    def __init__(self):
        super().__init__(name="net")
        self.k1 = tf.Variable(rng.normal(0.0, 0.3, (3, 3, 1, 4)), name="k1")
        self.b1 = tf.Variable(np.zeros(4), name="b1")
        self.k2 = tf.Variable(rng.normal(0.0, 0.3, (3, 3, 4, 6)), name="k2")
        self.b2 = tf.Variable(np.zeros(6), name="b2")
        self.w = tf.Variable(rng.normal(0.0, 0.3, (24, 2)), name="w")

    def __call__(self, x):
        x = tf.nn.relu(tf.nn.conv2d(x, self.k1, strides=1, padding="SAME") + self.b1)
        x = tf.nn.max_pool2d(x, ksize=2, strides=2, padding="VALID")
        x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, self.k2, 1, "SAME"), self.b2))
        x = tf.nn.avg_pool2d(x, 2, 2, "SAME")
        return tf.reshape(x, [tf.shape(x)[0], -1]) @ self.w


net = Net()
print([(v.name, v.shape.as_list()) for v in net.trainable_variables])
for step in range(13):
    with tf.GradientTape() as tape:
        logits = net(images)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    gradients = tape.gradient(loss, net.trainable_variables)
    for variable, gradient in zip(net.trainable_variables, gradients, strict=True):
        variable.assign_sub(0.3 * gradient)
    if step % 4 == 0:
        accuracy = np.mean(tf.argmax(logits, 1).numpy() == labels)
        norms = [float(tf.norm(g)) for g in gradients]
        print(f"{step} {loss:.6f} {accuracy:.3f}", np.round(norms, 5))

print("what in the first picture matters")
with tf.GradientTape() as tape:
    tape.watch(images)
    score = net(images)[:, 1]
saliency = tape.gradient(score, images)[0, :, :, 0]
print(saliency.numpy().round(2) + 0.0)
