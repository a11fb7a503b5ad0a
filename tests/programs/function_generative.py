"""Generative models trained in functions: GAN, WGAN-GP, VAE, autoencoder, flow, mixture density, diffusion."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(1)


def glorot(n, m, seed):
    return np.random.RandomState(seed).uniform(-1, 1, (n, m)).astype(np.float32) * np.sqrt(6 / (n + m)).astype(
        np.float32
    )


class Dense(tf.Module):
    def __init__(self, n, m, activation=None, seed=0, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(glorot(n, m, seed), name="w")
        self.b = tf.Variable(tf.zeros([m]), name="b")
        self.activation = activation

    def __call__(self, x):
        y = tf.matmul(x, self.w) + self.b
        return self.activation(y) if self.activation is not None else y


class MLP(tf.Module):
    def __init__(self, sizes, activation=tf.nn.relu, last=None, seed=0):
        super().__init__()
        pairs = list(zip(sizes[:-1], sizes[1:]))
        self.layers = [
            Dense(n, m, activation if i + 1 < len(pairs) else last, seed + i) for i, (n, m) in enumerate(pairs)
        ]

    @tf.function
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def sgd(variables, grads, lr=0.05):
    for v, g in zip(variables, grads):
        v.assign_sub(lr * g)


# --- GAN: two tapes in one step ---

generator = MLP([2, 8, 3], tf.nn.leaky_relu, tf.tanh, seed=3)
discriminator = MLP([3, 8, 1], tf.nn.leaky_relu, seed=7)


def cross_entropy(labels, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


@tf.function
def gan_step(images, noise):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise)
        real_output = discriminator(images)
        fake_output = discriminator(generated)
        gen_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
        disc_loss = cross_entropy(tf.ones_like(real_output), real_output) + cross_entropy(
            tf.zeros_like(fake_output), fake_output
        )
    gen_gradients = gen_tape.gradient(gen_loss, generator.trainable_variables)
    disc_gradients = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    sgd(generator.trainable_variables, gen_gradients)
    sgd(discriminator.trainable_variables, disc_gradients)
    return gen_loss, disc_loss


for _ in range(4):
    images, noise = (
        rng.randn(6, 3).astype(np.float32),
        rng.randn(6, 2).astype(np.float32),
    )
    g, d = gan_step(tf.constant(images), tf.constant(noise))
    print("gan", g.numpy(), d.numpy())

# --- WGAN-GP: a gradient inside the loss, and several critic steps for one of the generator ---

generator = MLP([2, 8, 3], tf.nn.elu, seed=13)
critic = MLP([3, 8, 1], tf.tanh, seed=17)


def gradient_penalty(real, fake, alpha):
    interpolated = real + alpha * (fake - real)
    with tf.GradientTape() as tape:
        tape.watch(interpolated)
        pred = critic(interpolated)
    grads = tape.gradient(pred, [interpolated])[0]
    norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=1))
    return tf.reduce_mean((norm - 1.0) ** 2)


@tf.function
def wgan_step(real, noises, alphas, n_critic: int):
    c_loss = tf.constant(0.0)
    for i in range(n_critic):
        with tf.GradientTape() as tape:
            fake = generator(noises[i])
            c_cost = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real))
            gp = gradient_penalty(real, fake, alphas[i])
            c_loss = c_cost + gp * 10.0
        sgd(
            critic.trainable_variables,
            tape.gradient(c_loss, critic.trainable_variables),
            0.01,
        )
    with tf.GradientTape() as tape:
        g_loss = -tf.reduce_mean(critic(generator(noises[-1])))
    sgd(
        generator.trainable_variables,
        tape.gradient(g_loss, generator.trainable_variables),
        0.01,
    )
    return {"c_loss": c_loss, "g_loss": g_loss}


for _ in range(3):
    out = wgan_step(
        tf.constant(rng.randn(5, 3), tf.float32),
        tf.constant(rng.randn(4, 5, 2), tf.float32),
        tf.constant(rng.rand(3, 5, 1), tf.float32),
        3,
    )
    print("wgan-gp", {k: v.numpy() for k, v in out.items()})

# --- VAE: noise as an argument, the loss in parts ---


class VAE(tf.Module):
    def __init__(self, latent):
        self.encoder = MLP([4, 6, 2 * latent], tf.nn.softplus, seed=21)
        self.decoder = MLP([latent, 6, 4], tf.nn.softplus, seed=31)

    def encode(self, x):
        mean, logvar = tf.split(self.encoder(x), num_or_size_splits=2, axis=1)
        return mean, logvar

    def reparameterize(self, mean, logvar, eps):
        return eps * tf.exp(logvar * 0.5) + mean

    def decode(self, z, apply_sigmoid=False):
        logits = self.decoder(z)
        if apply_sigmoid:
            return tf.sigmoid(logits)
        return logits


def log_normal_pdf(sample, mean, logvar, raxis=1):
    log2pi = tf.math.log(2.0 * np.pi)
    return tf.reduce_sum(-0.5 * ((sample - mean) ** 2.0 * tf.exp(-logvar) + logvar + log2pi), axis=raxis)


vae = VAE(2)


@tf.function
def vae_step(x, eps):
    with tf.GradientTape() as tape:
        mean, logvar = vae.encode(x)
        z = vae.reparameterize(mean, logvar, eps)
        x_logit = vae.decode(z)
        cross_ent = tf.nn.sigmoid_cross_entropy_with_logits(logits=x_logit, labels=x)
        logpx_z = -tf.reduce_sum(cross_ent, axis=[1])
        logpz = log_normal_pdf(z, 0.0, 0.0)
        logqz_x = log_normal_pdf(z, mean, logvar)
        loss = -tf.reduce_mean(logpx_z + logpz - logqz_x)
    sgd(vae.trainable_variables, tape.gradient(loss, vae.trainable_variables))
    return loss


data = (rng.rand(8, 4) > 0.5).astype(np.float32)
for _ in range(4):
    print("vae", vae_step(data, rng.randn(8, 2).astype(np.float32)).numpy())
print("sample", tf.function(vae.decode)(tf.zeros([1, 2]), True).numpy())
print(
    "variables",
    len(vae.trainable_variables),
    "traces",
    vae_step.experimental_get_tracing_count(),
)

# --- a tied autoencoder with a sparsity penalty ---

W = tf.Variable(glorot(4, 3, 5))
b_enc, b_dec = tf.Variable(tf.zeros([3])), tf.Variable(tf.zeros([4]))


@tf.function(
    input_signature=[
        tf.TensorSpec([None, 4], tf.float32),
        tf.TensorSpec([], tf.float32),
    ]
)
def autoencode(x, penalty):
    with tf.GradientTape() as tape:
        h = tf.sigmoid(x @ W + b_enc)
        r = tf.matmul(h, W, transpose_b=True) + b_dec
        rho = tf.reduce_mean(h, 0)
        kl = tf.reduce_sum(0.1 * tf.math.log(0.1 / rho) + 0.9 * tf.math.log(0.9 / (1 - rho)))
        loss = tf.reduce_mean(tf.reduce_sum((x - r) ** 2, -1)) + penalty * kl
    variables = (W, b_enc, b_dec)
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.1 * g)
    return loss


for n in (8, 3, 1, 8):
    print("autoencoder", n, autoencode(tf.constant(data[:n]), 0.01).numpy())
print("traces", autoencode.experimental_get_tracing_count())

# --- a planar flow: a log-determinant by a tape's batch_jacobian, and by formula ---

u, v, c = tf.Variable([0.5, -0.3]), tf.Variable([1.0, 0.7]), tf.Variable(0.1)


@tf.function
def flow(z):
    return z + u * tf.tanh(tf.reduce_sum(z * v, -1, keepdims=True) + c)


@tf.function
def log_det_by_tape(z):
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = flow(z)
    return tf.linalg.logdet(tf.transpose(tape.batch_jacobian(y, z), [0, 2, 1]) @ tape_free(z))


def tape_free(z):
    return tf.eye(2, batch_shape=[z.shape[0]])


@tf.function
def log_det_by_formula(z):
    psi = (1 - tf.tanh(tf.reduce_sum(z * v, -1, keepdims=True) + c) ** 2) * v
    return tf.math.log(tf.abs(1 + tf.reduce_sum(psi * u, -1)))


z = tf.constant(rng.randn(4, 2), tf.float32)
try:
    print("flow by tape", log_det_by_tape(z).numpy())
except Exception as error:
    print("flow by tape", type(error).__name__)
print("flow", log_det_by_formula(z).numpy())

# --- a mixture density network ---

mdn = MLP([1, 8, 9], tf.tanh, seed=41)
xs = tf.constant(np.linspace(-1, 1, 10)[:, None], tf.float32)
ys = tf.sin(3 * xs)


@tf.function
def mdn_loss(x, y):
    pi, mu, log_sigma = tf.split(mdn(x), 3, axis=-1)
    log_pi = tf.nn.log_softmax(pi)
    log_prob = -0.5 * ((y - mu) / tf.exp(log_sigma)) ** 2 - log_sigma - 0.5 * np.log(2 * np.pi)
    return -tf.reduce_mean(tf.reduce_logsumexp(log_pi + log_prob, axis=-1))


for _ in range(4):
    with tf.GradientTape() as tape:  # a tape outside, the loss inside
        loss = mdn_loss(xs, ys)
    sgd(mdn.trainable_variables, tape.gradient(loss, mdn.trainable_variables), 0.1)
    print("mdn", loss.numpy())

# --- diffusion: a noise schedule, and sampling backwards in a loop ---

betas = tf.linspace(1e-4, 0.2, 8)
alphas_bar = tf.math.cumprod(1.0 - betas)
denoiser = MLP([3, 8, 2], tf.nn.silu, seed=51)


@tf.function
def diffusion_step(x0, t, noise):
    a = tf.gather(alphas_bar, t)[:, None]
    xt = tf.sqrt(a) * x0 + tf.sqrt(1 - a) * noise
    with tf.GradientTape() as tape:
        predicted = denoiser(tf.concat([xt, tf.cast(t, tf.float32)[:, None] / 8.0], 1))
        loss = tf.reduce_mean((predicted - noise) ** 2)
    sgd(denoiser.trainable_variables, tape.gradient(loss, denoiser.trainable_variables))
    return loss


@tf.function
def ddim(x):
    for t in tf.range(7, -1, -1):
        a = alphas_bar[t]
        before = alphas_bar[t - 1] if t > 0 else tf.constant(1.0)
        times = tf.fill([tf.shape(x)[0], 1], tf.cast(t, tf.float32) / 8.0)
        eps = denoiser(tf.concat([x, times], 1))
        x0 = (x - tf.sqrt(1 - a) * eps) / tf.sqrt(a)
        x = tf.sqrt(before) * x0 + tf.sqrt(1 - before) * eps
    return x


for _ in range(3):
    batch = (
        tf.constant(rng.randn(4, 2), tf.float32),
        tf.constant(rng.randint(0, 8, 4)),
        tf.constant(rng.randn(4, 2), tf.float32),
    )
    print("diffusion", diffusion_step(*batch).numpy())
print("ddim", ddim(tf.constant(rng.randn(3, 2), tf.float32)).numpy())
