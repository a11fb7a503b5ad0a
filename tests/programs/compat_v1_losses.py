"""tf.compat.v1.losses: each with every reduction and kind of weights, and their gradients."""

import numpy as np
import tensorflow as tf

losses = tf.compat.v1.losses
labels = tf.constant([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
x = tf.constant([[0.3, 0.6, 0.2], [0.9, 0.5, 0.1]])
WEIGHTS = (1.0, 0.0, 2.0, [[1.0], [0.0]], [[1.0, 0.0, 3.0]], [[1.0, 2.0, 0.0], [0.0, 0.5, 1.0]])
for name in ("absolute_difference", "hinge_loss", "huber_loss", "log_loss", "mean_squared_error",
             "sigmoid_cross_entropy"):  # fmt: skip
    for weights in WEIGHTS:
        for reduction in losses.Reduction.all()[:5]:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = getattr(losses, name)(labels, x, weights, reduction=reduction)
            print(name, reduction, np.round(y, 5).tolist(), tape.gradient(y, x).numpy().round(4).ravel().tolist())
for weights in (1.0, [1.0, 0.0], [2.0, 0.5]):
    with tf.GradientTape() as tape:
        tape.watch([x, labels])
        y = losses.softmax_cross_entropy(labels, x, weights, label_smoothing=0.1)
        z = losses.sparse_softmax_cross_entropy([[2], [0]], x, weights)
    print(y.numpy(), z.numpy(), tape.gradient([y, z], [x, labels])[0].numpy().round(4).tolist())
print(losses.cosine_distance(labels, x, axis=1).numpy(), losses.cosine_distance(labels, x, dim=0).numpy())
for weights in (1.0, [[1.0], [2.0]], [[0.0], [1.0]]):
    print(losses.mean_pairwise_squared_error(labels, x, weights).numpy())
print(losses.huber_loss([0.0, 0.0], [3.0, 0.5], delta=2.0).numpy(), losses.get_losses())
print(losses.compute_weighted_loss([1, 2, 6], 0.5), losses.mean_squared_error([1], [3]).dtype)
for wrong in (
    lambda: losses.mean_squared_error(labels, x, [1.0, 2.0, 3.0]),
    lambda: losses.mean_squared_error(labels, x[:1]),
    lambda: losses.mean_squared_error(None, x),
    lambda: losses.mean_squared_error(labels, x, reduction="mean"),
    lambda: losses.cosine_distance(labels, x),
):
    try:
        wrong()
    except ValueError as error:
        print("ValueError", str(error)[:40])
