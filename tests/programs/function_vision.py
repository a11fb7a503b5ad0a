"""Images in functions: CNN, residual blocks, batch normalisation, U-Net, style transfer, FGSM, DeepDream, saliency, attributions."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(3)


def weights(*shape, scale=0.3):
    return tf.Variable(scale * rng.randn(*shape).astype(np.float32))


images = tf.constant(rng.rand(4, 8, 8, 2), tf.float32)
labels = tf.constant([0, 2, 1, 2])


class BatchNorm(tf.Module):
    def __init__(self, size, momentum=0.9, eps=1e-3):
        self.gamma, self.beta = (
            tf.Variable(tf.ones([size])),
            tf.Variable(tf.zeros([size])),
        )
        self.moving_mean = tf.Variable(tf.zeros([size]), trainable=False)
        self.moving_var = tf.Variable(tf.ones([size]), trainable=False)
        self.momentum, self.eps = momentum, eps

    def __call__(self, x, training):
        if training:
            mean, var = tf.nn.moments(x, axes=[0, 1, 2])
            self.moving_mean.assign(self.momentum * self.moving_mean + (1.0 - self.momentum) * mean)
            self.moving_var.assign(self.momentum * self.moving_var + (1.0 - self.momentum) * var)
        else:
            mean, var = self.moving_mean, self.moving_var
        return tf.nn.batch_normalization(x, mean, var, self.beta, self.gamma, self.eps)


class Residual(tf.Module):
    def __init__(self, size):
        self.k1, self.k2 = weights(3, 3, size, size), weights(3, 3, size, size)
        self.bn1, self.bn2 = BatchNorm(size), BatchNorm(size)

    def __call__(self, x, training):
        y = tf.nn.relu(self.bn1(tf.nn.conv2d(x, self.k1, 1, "SAME"), training))
        y = self.bn2(tf.nn.conv2d(y, self.k2, strides=[1, 1, 1, 1], padding="SAME"), training)
        return tf.nn.relu(x + y)


class ResNet(tf.Module):
    def __init__(self):
        self.stem = weights(3, 3, 2, 4)
        self.blocks = [Residual(4) for _ in range(2)]
        self.w, self.b = weights(4, 3), tf.Variable(tf.zeros([3]))

    @tf.function
    def __call__(self, x, training=False):
        x = tf.nn.relu(tf.nn.conv2d(x, self.stem, 2, "SAME"))
        for block in self.blocks:
            x = block(x, training)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.reduce_mean(x, [1, 2]) @ self.w + self.b


net = ResNet()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = net(x, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        loss += 1e-3 * tf.add_n([tf.nn.l2_loss(v) for v in net.trainable_variables if len(v.shape) > 1])
    grads = tape.gradient(loss, net.trainable_variables)
    for v, g in zip(net.trainable_variables, grads):
        v.assign_sub(0.1 * g)
    return loss


for _ in range(3):
    print("resnet", train_step(images, labels).numpy())
print(
    "moving",
    net.blocks[0].bn1.moving_mean.numpy(),
    net.blocks[1].bn2.moving_var.numpy(),
)
print("inference", net(images).numpy()[0], net(images, training=False).numpy()[1])
print(
    "traces",
    net.__call__.experimental_get_tracing_count(),
    len(net.variables),
    len(net.trainable_variables),
)

# --- dropout by a mask that is an argument; global pooling; a class activation map ---


@tf.function
def cam(x, index):
    with tf.GradientTape() as tape:
        features = tf.nn.relu(tf.nn.conv2d(x, net.stem, 1, "SAME"))
        tape.watch(features)
        score = tf.gather(tf.reduce_mean(features, [1, 2]) @ net.w, index, batch_dims=1)
    alpha = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(alpha * features, -1))
    return heat / (tf.reduce_max(heat, (1, 2), keepdims=True) + 1e-8)


print("cam", tf.reduce_sum(cam(images, labels), (1, 2)).numpy())

# --- a small U-Net: transposed convolutions, skip connections, resizing by reshaping ---


class UNet(tf.Module):
    def __init__(self):
        self.down1, self.down2 = weights(3, 3, 2, 3), weights(3, 3, 3, 5)
        self.up1, self.up2 = weights(2, 2, 3, 5), weights(3, 3, 2, 6)

    @tf.function
    def __call__(self, x):
        d1 = tf.nn.leaky_relu(tf.nn.conv2d(x, self.down1, 1, "SAME"))
        p1 = tf.nn.avg_pool2d(d1, 2, 2, "SAME")
        d2 = tf.nn.leaky_relu(tf.nn.conv2d(p1, self.down2, 1, "SAME"))
        u1 = tf.nn.conv2d_transpose(d2, self.up1, output_shape=tf.shape(d1), strides=2, padding="SAME")
        return tf.nn.conv2d_transpose(tf.concat([u1, d1], -1), self.up2, tf.shape(x), 1, "SAME")


unet = UNet()


@tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 2])])
def unet_step(x):
    with tf.GradientTape() as tape:
        logits = unet(x)
        intersection = tf.reduce_sum(tf.sigmoid(logits) * x, [1, 2, 3])
        dice = 1 - tf.reduce_mean(2 * intersection / (tf.reduce_sum(tf.sigmoid(logits) + x, [1, 2, 3]) + 1e-6))
    grads = tape.gradient(dice, unet.trainable_variables)
    for v, g in zip(unet.trainable_variables, grads):
        v.assign_sub(g)
    return dice


for n in (4, 2, 4):
    print("unet", unet_step(images[:n]).numpy())

# --- style transfer: the image is the variable, the loss a Gram matrix, total variation, clipping ---


def gram_matrix(input_tensor):
    result = tf.linalg.einsum("bijc,bijd->bcd", input_tensor, input_tensor)
    input_shape = tf.shape(input_tensor)
    num_locations = tf.cast(input_shape[1] * input_shape[2], tf.float32)
    return result / num_locations


def clip_0_1(image):
    return tf.clip_by_value(image, clip_value_min=0.0, clip_value_max=1.0)


def high_pass_x_y(image):
    return image[:, :, 1:, :] - image[:, :, :-1, :], image[:, 1:, :, :] - image[:, :-1, :, :]


def total_variation_loss(image):
    x_deltas, y_deltas = high_pass_x_y(image)
    return tf.reduce_sum(tf.abs(x_deltas)) + tf.reduce_sum(tf.abs(y_deltas))


extract_kernel = tf.constant(rng.randn(3, 3, 2, 4), tf.float32)


def extractor(x):
    layer = tf.nn.relu(tf.nn.conv2d(x, extract_kernel, 1, "SAME"))
    return {
        "style": {"conv1": gram_matrix(layer)},
        "content": {"conv2": tf.nn.max_pool2d(layer, 2, 2, "SAME")},
    }


targets = extractor(images[:1])
image = tf.Variable(images[1:2])
m, v = tf.Variable(tf.zeros_like(image)), tf.Variable(tf.zeros_like(image))


@tf.function()
def style_step(image):
    with tf.GradientTape() as tape:
        outputs = extractor(image)
        loss = tf.add_n([tf.reduce_mean((outputs["style"][n] - targets["style"][n]) ** 2) for n in outputs["style"]])
        loss += 0.1 * tf.add_n(
            [tf.reduce_mean((outputs["content"][n] - targets["content"][n]) ** 2) for n in outputs["content"]]
        )
        loss += 1e-3 * total_variation_loss(image)
    grad = tape.gradient(loss, image)
    m.assign(0.9 * m + 0.1 * grad)
    v.assign(0.99 * v + 0.01 * grad * grad)
    image.assign(clip_0_1(image - 0.02 * m / (tf.sqrt(v) + 1e-3)))
    return loss


for _ in range(4):
    print("style", style_step(image).numpy())
print(image.numpy().min() >= 0, image.numpy().max() <= 1, image.numpy().mean())

# --- adversarial examples: one step, and many projected ones ---


@tf.function
def create_adversarial_pattern(input_image, input_label):
    with tf.GradientTape() as tape:
        tape.watch(input_image)
        prediction = net(input_image)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(input_label, prediction)
    return tf.sign(tape.gradient(loss, input_image))


@tf.function
def pgd(x, y, epsilon, steps):
    adversarial = x
    for _ in tf.range(steps):
        adversarial += 0.3 * epsilon * create_adversarial_pattern(adversarial, y)
        adversarial = tf.clip_by_value(adversarial, x - epsilon, x + epsilon)
        adversarial = clip_0_1(adversarial)
    return adversarial


pattern = create_adversarial_pattern(images, labels)
print(
    "fgsm",
    tf.reduce_sum(pattern).numpy(),
    net(clip_0_1(images + 0.1 * pattern)).numpy()[0],
)
print(
    "pgd",
    tf.reduce_max(tf.abs(pgd(images, labels, tf.constant(0.1), tf.constant(5)) - images)).numpy(),
)

# --- DeepDream: gradient ascent in a loop in a method with a signature, over tiles ---


class DeepDream(tf.Module):
    def __init__(self, model):
        self.model = model

    @tf.function(
        input_signature=(
            tf.TensorSpec(shape=[None, None, 2], dtype=tf.float32),
            tf.TensorSpec(shape=[], dtype=tf.int32),
            tf.TensorSpec(shape=[], dtype=tf.float32),
        )
    )
    def __call__(self, img, steps, step_size):
        print("Tracing")
        loss = tf.constant(0.0)
        for n in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(img)
                loss = tf.reduce_mean(self.model(tf.expand_dims(img, 0)))
            gradients = tape.gradient(loss, img)
            gradients /= tf.math.reduce_std(gradients) + 1e-8
            img = img + gradients * step_size
            img = tf.clip_by_value(img, -1, 1)
        return loss, img


dream = DeepDream(lambda x: tf.nn.relu(tf.nn.conv2d(x, extract_kernel, 1, "SAME")))
for size, steps in ((8, 3), (6, 2), (6, 0)):
    loss, img = dream(images[0, :size], tf.constant(steps), tf.constant(0.01))
    print("dream", loss.numpy(), img.shape, img.numpy().mean())


@tf.function(input_signature=[tf.TensorSpec([None, None, 2]), tf.TensorSpec([2], tf.int32)])
def tiled_gradients(img, shift):
    img_rolled = tf.roll(img, shift=shift, axis=[0, 1])
    gradients = tf.zeros_like(img_rolled)
    tile_size = 4
    xs = tf.range(0, tf.shape(img)[1], tile_size)[:-1]
    if not tf.cast(len(xs), bool):
        xs = tf.constant([0])
    ys = tf.range(0, tf.shape(img)[0], tile_size)[:-1]
    if not tf.cast(len(ys), bool):
        ys = tf.constant([0])
    for x in xs:
        for y in ys:
            with tf.GradientTape() as tape:
                tape.watch(img_rolled)
                img_tile = img_rolled[y : y + tile_size, x : x + tile_size]
                loss = tf.reduce_sum(tf.nn.relu(tf.nn.conv2d(img_tile[None], extract_kernel, 1, "SAME")))
            gradients = gradients + tape.gradient(loss, img_rolled)
    gradients = tf.roll(gradients, shift=-shift, axis=[0, 1])
    return gradients / (tf.math.reduce_std(gradients) + 1e-8)


g = tiled_gradients(tf.tile(images[0], [2, 2, 1]), [3, 5])
print("tiled", g.shape, g.numpy()[3:5, 3:5, 0])

# --- saliency, SmoothGrad, integrated gradients ---


@tf.function
def saliency(x, target):
    with tf.GradientTape() as tape:
        tape.watch(x)
        top = tf.gather(tf.nn.softmax(net(x)), target, axis=1, batch_dims=1)
    return tf.reduce_max(tf.abs(tape.gradient(top, x)), -1)


print("saliency", tf.reduce_sum(saliency(images, labels), [1, 2]).numpy())

baseline = tf.zeros([8, 8, 2])


def interpolate_images(baseline, image, alphas):
    alphas_x = alphas[:, tf.newaxis, tf.newaxis, tf.newaxis]
    baseline_x = tf.expand_dims(baseline, axis=0)
    return baseline_x + alphas_x * (tf.expand_dims(image, axis=0) - baseline_x)


def compute_gradients(images, target_class_idx):
    with tf.GradientTape() as tape:
        tape.watch(images)
        probs = tf.nn.softmax(net(images), axis=-1)[:, target_class_idx]
    return tape.gradient(probs, images)


@tf.function
def one_batch(baseline, image, alpha_batch, target_class_idx):
    interpolated = interpolate_images(baseline=baseline, image=image, alphas=alpha_batch)
    return compute_gradients(images=interpolated, target_class_idx=target_class_idx)


@tf.function
def integrated_gradients(baseline, image, target_class_idx, m_steps=20, batch_size=8):
    alphas = tf.linspace(start=0.0, stop=1.0, num=m_steps + 1)
    gradient_batches = tf.TensorArray(tf.float32, size=m_steps + 1)
    for alpha in tf.range(0, len(alphas), batch_size):
        from_ = alpha
        to = tf.minimum(from_ + batch_size, len(alphas))
        batch = one_batch(baseline, image, alphas[from_:to], target_class_idx)
        gradient_batches = gradient_batches.scatter(tf.range(from_, to), batch)
    total = gradient_batches.stack()
    grads = (total[:-1] + total[1:]) / tf.constant(2.0)
    return (image - baseline) * tf.math.reduce_mean(grads, axis=0)


for target in (0, 1):
    attributions = integrated_gradients(baseline, images[0], target)
    ends = tf.nn.softmax(net(tf.stack([baseline, images[0]])))[:, target].numpy()
    print("integrated", tf.reduce_sum(attributions).numpy(), ends[1] - ends[0])
