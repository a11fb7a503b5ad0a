"""Style transfer, saliency, integrated gradients, Grad-CAM and FGSM."""

import tensorflow as tf

tf.random.set_seed(12)


def gram_matrix(t):
    r = tf.linalg.einsum("bijc,bijd->bcd", t, t)
    s = tf.shape(t)
    return r / tf.cast(s[1] * s[2], tf.float32)


K = [tf.random.normal((3, 3, 3, 6), stddev=0.3), tf.random.normal((3, 3, 6, 8), stddev=0.3)]


def feats(x):
    o = []
    for k in K:
        x = tf.nn.relu(tf.nn.conv2d(x, k, 1, "SAME"))
        o.append(x)
        x = tf.nn.avg_pool2d(x, 2, 2, "VALID")
    return o


style, content = tf.random.uniform((1, 16, 16, 3)), tf.random.uniform((1, 16, 16, 3))
st = [gram_matrix(f) for f in feats(style)]
ct = feats(content)[-1]
image = tf.Variable(content)


def high_pass(x):
    return x[:, :, 1:, :] - x[:, :, :-1, :], x[:, 1:, :, :] - x[:, :-1, :, :]


def clip01(x):
    return tf.clip_by_value(x, clip_value_min=0.0, clip_value_max=1.0)


for i in range(8):
    with tf.GradientTape() as tape:
        f = feats(image)
        sl = tf.add_n([tf.reduce_mean((gram_matrix(a) - b) ** 2) for a, b in zip(f, st)])
        cl = tf.reduce_mean((f[-1] - ct) ** 2)
        dx, dy = high_pass(image)
        loss = sl + 10.0 * cl + 1e-4 * (tf.reduce_sum(tf.abs(dx)) + tf.reduce_sum(tf.abs(dy)))
    g = tape.gradient(loss, image)
    image.assign(clip01(image - 0.05 * g))
    print(i, f"{loss:.5f}", f"{tf.reduce_mean(tf.abs(g)):.6f}")
img = tf.random.uniform((1, 16, 16, 3))
w = tf.random.normal((8, 4))
with tf.GradientTape() as tape:
    tape.watch(img)
    logits = tf.reduce_mean(feats(img)[-1], axis=[1, 2]) @ w
    loss = tf.nn.softmax_cross_entropy_with_logits(tf.one_hot([2], 4), logits)
g = tape.gradient(loss, img)
sg = tf.sign(g)
adv = tf.clip_by_value(img + 0.1 * sg, 0, 1)
print(tf.reduce_sum(sg, [0, 1, 2]), tf.reduce_max(tf.abs(adv - img)))
sal = tf.reduce_max(tf.abs(g), axis=-1)
sal = (sal - tf.reduce_min(sal)) / (tf.reduce_max(sal) - tf.reduce_min(sal))
print(sal[0, ::5, ::5])
# integrated gradients
alphas = tf.linspace(0.0, 1.0, 11)
base = tf.zeros_like(img)
xi = base + alphas[:, tf.newaxis, tf.newaxis, tf.newaxis] * (img - base)
with tf.GradientTape() as tape:
    tape.watch(xi)
    pr = tf.nn.softmax(tf.reduce_mean(feats(xi)[-1], [1, 2]) @ w, axis=-1)[:, 2]
gr = tape.gradient(pr, xi)
gr = (gr[:-1] + gr[1:]) / tf.constant(2.0)
ig = (img[0] - base[0]) * tf.math.reduce_mean(gr, axis=0)
print(tf.reduce_sum(ig), pr[-1] - pr[0])
# grad-cam
with tf.GradientTape() as tape:
    fm = feats(img)[-1]
    tape.watch(fm)
    sc = (tf.reduce_mean(fm, [1, 2]) @ w)[:, 1]
gg = tape.gradient(sc, fm)
pooled = tf.reduce_mean(gg, axis=(0, 1, 2))
heat = tf.squeeze(fm[0] @ pooled[..., tf.newaxis])
heat = tf.maximum(heat, 0) / tf.math.reduce_max(heat)
print(heat[::4, ::4])
