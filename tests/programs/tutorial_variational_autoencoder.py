"""A variational autoencoder with the reparametrisation trick."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(3)
rng = np.random.default_rng(0)
data = (rng.random((64, 20)) < np.repeat(rng.random((2, 20)), 32, 0)).astype(np.float32)


def dense(i, o):
    return [tf.Variable(tf.random.normal((i, o)) * tf.sqrt(2.0 / i)), tf.Variable(tf.zeros((o,)))]


enc1, mu_p, lv_p, dec1, dec2 = dense(20, 16), dense(16, 2), dense(16, 2), dense(2, 16), dense(16, 20)
params = enc1 + mu_p + lv_p + dec1 + dec2


def aff(x, p):
    return tf.linalg.matmul(x, p[0]) + p[1]


def log_normal_pdf(sample, mean, logvar, raxis=1):
    log2pi = tf.math.log(2.0 * np.pi)
    return tf.reduce_sum(-0.5 * ((sample - mean) ** 2.0 * tf.exp(-logvar) + logvar + log2pi), axis=raxis)


def compute_loss(x):
    h = tf.nn.relu(aff(x, enc1))
    mean, logvar = aff(h, mu_p), aff(h, lv_p)
    eps = tf.random.normal(shape=mean.shape)
    z = eps * tf.exp(logvar * 0.5) + mean
    x_logit = aff(tf.nn.relu(aff(z, dec1)), dec2)
    cross_ent = tf.nn.sigmoid_cross_entropy_with_logits(logits=x_logit, labels=x)
    logpx_z = -tf.reduce_sum(cross_ent, axis=[1])
    kl = -0.5 * tf.reduce_sum(1 + logvar - tf.square(mean) - tf.exp(logvar), axis=1)
    logpz = log_normal_pdf(z, 0.0, 0.0)
    logqz_x = log_normal_pdf(z, mean, logvar)
    return -tf.reduce_mean(logpx_z + logpz - logqz_x), tf.reduce_mean(kl)


ms = [tf.Variable(tf.zeros_like(p)) for p in params]
for epoch in range(30):
    with tf.GradientTape() as tape:
        loss, kl = compute_loss(data)
    grads = tape.gradient(loss, params)
    for p, g, m in zip(params, grads, ms):
        m.assign(tf.maximum(m * 0.99, tf.abs(g)))
        p.assign_sub(0.01 * g / (m + 1e-7))
    if epoch % 5 == 0:
        print(f"Epoch: {epoch}, ELBO: {-loss:.3f}, KL {kl:.3f}")
print(tf.round(tf.sigmoid(aff(tf.nn.relu(aff(tf.zeros((1, 2)), dec1)), dec2))))
