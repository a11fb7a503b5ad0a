"""A convolutional network with batch normalisation, dropout, momentum and weight decay."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(2)
rng = np.random.default_rng(0)
X = rng.standard_normal((32, 12, 12, 1)).astype(np.float32)
y = (X[:, :6].mean((1, 2, 3)) > X[:, 6:].mean((1, 2, 3))).astype(np.int64)


class BatchNorm(tf.Module):
    def __init__(self, c, momentum=0.9):
        super().__init__()
        self.gamma = tf.Variable(tf.ones(c), name="gamma")
        self.beta = tf.Variable(tf.zeros(c), name="beta")
        self.mm = tf.Variable(tf.zeros(c), trainable=False, name="mm")
        self.mv = tf.Variable(tf.ones(c), trainable=False, name="mv")
        self.momentum = momentum

    def __call__(self, x, training):
        if training:
            axes = list(range(len(x.shape) - 1))
            mean, var = tf.nn.moments(x, axes)
            self.mm.assign(self.mm * self.momentum + mean * (1 - self.momentum))
            self.mv.assign(self.mv * self.momentum + var * (1 - self.momentum))
        else:
            mean, var = self.mm, self.mv
        inv = tf.cast(tf.math.rsqrt(var + 1e-3), x.dtype) * self.gamma
        return x * inv + (self.beta - mean * inv)


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.k1 = tf.Variable(tf.random.truncated_normal([3, 3, 1, 8], stddev=0.1))
        self.bn = BatchNorm(8)
        self.k2 = tf.Variable(tf.random.truncated_normal([3, 3, 8, 12], stddev=0.1))
        self.dk = tf.Variable(tf.random.truncated_normal([3, 3, 12, 1], stddev=0.3))
        self.w = tf.Variable(tf.random.normal([12 * 3 * 3, 2], stddev=0.1))
        self.b = tf.Variable(tf.zeros([2]))

    def __call__(self, x, training=True):
        x = tf.nn.conv2d(x, self.k1, strides=1, padding="SAME")
        x = tf.nn.relu(self.bn(x, training))
        x = tf.nn.max_pool2d(x, 2, 2, "SAME")
        x = tf.nn.conv2d(x, self.k2, [1, 1, 1, 1], "SAME")
        x = tf.nn.leaky_relu(x, 0.1)
        x = tf.nn.depthwise_conv2d(x, self.dk, [1, 1, 1, 1], "SAME")
        x = tf.nn.avg_pool(x, ksize=2, strides=2, padding="VALID")
        if training:
            x = tf.nn.dropout(x, 0.25)
        return tf.reshape(x, [x.shape[0], -1]) @ self.w + self.b


net = Net()
vel = [tf.zeros_like(v) for v in net.trainable_variables]
for step in range(12):
    with tf.GradientTape() as tape:
        logits = net(X)
        l2 = tf.add_n([tf.nn.l2_loss(v) for v in net.trainable_variables if len(v.shape) > 1])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)) + 1e-3 * l2
    g = tape.gradient(loss, net.trainable_variables)
    vel = [0.9 * u + a for u, a in zip(vel, g)]
    for v, u in zip(net.trainable_variables, vel):
        v.assign_sub(0.05 * u)
    print(step, f"{loss:.4f}")
acc = tf.reduce_mean(tf.cast(tf.nn.in_top_k(y, net(X, False), 1), tf.float32))
print(acc, net.bn.mm, net.bn.mv)
print([v.name for v in net.variables], len(net.non_trainable_variables))
