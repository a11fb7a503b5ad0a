"""einops: patterns between operations, einsum, and layers of Keras; first and second order."""

import einops
import numpy as np
import tensorflow as tf
from einops.layers.keras import EinMix, Rearrange, Reduce

numbers = np.random.RandomState(0)
x = tf.Variable(numbers.rand(2, 4, 6, 3))
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        patches = einops.rearrange(x, "b (h p) (w q) c -> b h w (p q c)", p=2, q=2)
        means = einops.reduce(patches**3, "b h w c -> b c", "mean")
        repeated = einops.repeat(means, "b c -> b c n", n=2)
        loss = tf.reduce_sum(einops.einsum(repeated, means, "b c n, d c -> b d n"))
    slope = tape.gradient(loss, x)
print(patches.shape, loss.numpy(), slope[0, 0].numpy(), outer.gradient(slope, x)[0, 0].numpy())
packed, shapes = einops.pack([x[0], x[1, 0]], "* c")
print(packed.shape, [part.shape for part in einops.unpack(packed, shapes, "* c")])

layers = tf.keras.Sequential(
    [
        Rearrange("b h w c -> b (h w) c"),
        EinMix("b t c -> b t d", weight_shape="c d", bias_shape="d", c=3, d=5),
        Reduce("b t d -> b d", "max"),
    ]
)
images = tf.constant(numbers.rand(2, 4, 6, 3), tf.float32)
layers(images)
for weight in layers.weights:
    weight.assign(numbers.rand(*weight.shape))
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layers(images) ** 2)
    gradients = tape.gradient(loss, layers.trainable_variables)
    optimizer.apply_gradients(zip(gradients, layers.trainable_variables, strict=True))
    print(loss.numpy())
