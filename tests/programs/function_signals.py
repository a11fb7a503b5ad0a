"""Spectra, images and matrix functions in losses: what programs on sound, pictures and physics differentiate."""

import math

import tensorflow as tf


def show(label, *tensors):
    print(label, *[t.numpy().round(4).tolist() for t in tensors])


print("a multi-resolution spectral loss")
time = tf.range(64.0) / 64.0
wanted = tf.sin(2 * math.pi * 5.0 * time)
amplitude, frequency = tf.Variable(0.5), tf.Variable(4.5)


@tf.function
def spectral_loss(signal, target):
    total = 0.0
    for size in (8, 16):
        a = tf.abs(tf.signal.stft(signal, size, size // 2))
        b = tf.abs(tf.signal.stft(target, size, size // 2))
        total += tf.reduce_mean(tf.abs(a - b)) + tf.reduce_mean(tf.math.squared_difference(a, b))
    return total


for step in range(3):
    with tf.GradientTape() as tape:
        loss = spectral_loss(amplitude * tf.sin(2 * math.pi * frequency * time), wanted)
    gradients = tape.gradient(loss, [amplitude, frequency])
    show(f"step {step}", loss, *gradients)
    for v, g in zip([amplitude, frequency], gradients):
        v.assign_sub(0.01 * g)

print("a derivative by its spectrum")
x = tf.Variable(tf.sin(2 * math.pi * time))
waves = 2 * math.pi * tf.signal.fftshift(tf.range(-32.0, 32.0))
with tf.GradientTape() as tape:
    slope = tf.math.real(
        tf.signal.ifft(tf.complex(0.0, 1.0) * tf.cast(waves, tf.complex64) * tf.signal.fft(tf.cast(x, tf.complex64)))
    )
    energy = tf.reduce_mean(slope**2) / 2
show("energy", energy, tape.gradient(energy, x)[:3])

print("a Jacobian and a Hessian through a transform")
v = tf.Variable([1.0, -0.5, 0.25, 2.0])
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        power = tf.reduce_sum(tf.abs(tf.signal.rfft(v)) ** 4) / 100.0
    g = tape.gradient(power, v)
show("hessian", outer.jacobian(g, v))

print("an image made smooth")
noisy = tf.reshape(tf.sin(tf.range(48.0) * 3.7), [1, 4, 4, 3]) * 0.5 + 0.5
image = tf.Variable(noisy)
for step in range(3):
    with tf.GradientTape() as tape:
        small = tf.image.resize(image, [2, 2], antialias=True)
        large = tf.image.resize(small, [4, 4], method="bicubic")
        loss = tf.reduce_sum(tf.image.total_variation(image)) + tf.reduce_sum((large - noisy) ** 2)
    g = tape.gradient(loss, image)
    show(f"step {step}", loss, tf.norm(g))
    image.assign(tf.clip_by_value(image - 0.05 * g, 0.0, 1.0))
show("psnr", tf.image.psnr(image, noisy, max_val=1.0))
dy, dx = tf.image.image_gradients(image)
show("gradients", tf.reduce_sum(tf.abs(dy)), tf.reduce_sum(tf.abs(dx)))
show("grey", tf.image.rgb_to_grayscale(image)[0, 0])

print("an upscaling layer")
kernel = tf.Variable(tf.reshape(tf.sin(tf.range(12.0)), [1, 1, 3, 4]))
with tf.GradientTape() as tape:
    up = tf.nn.depth_to_space(tf.nn.conv2d(noisy, kernel, 1, "SAME"), 2)
    loss = tf.reduce_mean(up**2)
show(str(up.shape), loss, tape.gradient(loss, kernel))

print("a linear system's flow")
a = tf.Variable([[0.0, 1.0], [-2.0, -0.3]])
with tf.GradientTape() as tape:
    state = tf.linalg.matvec(tf.linalg.expm(a), [1.0, 0.0])
    loss = tf.reduce_sum(state**2)
show("expm", state, tape.gradient(loss, a))

print("a fit by least squares, differentiated by its points")
points = tf.Variable([0.0, 1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    design = tf.stack([tf.ones_like(points), points], 1)
    line = tf.linalg.lstsq(design, [[1.0], [2.0], [2.5], [4.5]])
    slope = line[1, 0]
show("line", line, tape.gradient(slope, points))

print("sequences read both ways")
sequence = tf.Variable(tf.reshape(tf.range(6.0), [2, 3]))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.reverse_sequence(sequence, [2, 3], seq_axis=1) * [1.0, 10.0, 100.0])
show("reversed", y, tape.gradient(y, sequence))

print("a beta distribution's tail, and a gamma distribution's")
q, shape = tf.Variable(0.3), tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    below = tf.math.betainc(2.0, 3.0, q)
    rest = tf.math.igammac(shape, 1.5)
show("slopes", below, tape.gradient(below, q), rest, tape.gradient(rest, shape))
