"""Operations of tf.compat.v1, by the names and arguments that they had."""

import numpy as np
import tensorflow.compat.v1 as tf

x = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
for name in ("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod", "reduce_logsumexp"):
    print(name, getattr(tf, name)(x, reduction_indices=1, keep_dims=True).numpy().tolist())
print(tf.argmax(x, dimension=1).numpy(), tf.arg_min(x, 0).numpy(), tf.count_nonzero(x, keep_dims=True).numpy())
print(tf.expand_dims(x, dim=0).shape, tf.squeeze(x[None], squeeze_dims=[0]).shape, tf.norm(x, axis=1).numpy())
print(tf.nn.softmax(x, dim=0).numpy()[:, 0], tf.nn.log_softmax(x).numpy()[0])
print(tf.log(2.0).numpy(), tf.div(7, 2).numpy(), tf.div(-7, 2).numpy(), tf.div(7.0, 2.0).numpy(), tf.mod(7, 3).numpy())
print(tf.to_float(1).dtype, tf.to_int32(2.7).numpy(), tf.to_int64([1]).dtype, tf.to_double(1).dtype)
print(
    tf.matrix_inverse([[2.0]]).numpy(), tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]).numpy(), tf.diag([1.0, 2.0]).numpy()
)
print(tf.gather(x, [1], axis=1).numpy().tolist(), tf.concat([x, x], 0).shape, tf.reverse_v2(x, [0]).numpy().tolist())
image = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
print(tf.nn.max_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], "VALID").numpy().ravel())
print(tf.nn.avg_pool(value=image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME").numpy().ravel())
print(tf.nn.conv2d(image, tf.ones([2, 2, 1, 1]), [1, 1, 1, 1], "VALID").numpy().ravel())
print(tf.nn.conv2d(image, filter=tf.ones([2, 2, 1, 1]), strides=[1, 2, 2, 1], padding="SAME").numpy().ravel())
print(tf.nn.xw_plus_b(x, tf.ones([3, 1]), [1.0]).numpy().ravel(), tf.nn.relu_layer(-x, tf.ones([3, 1]), [8.0]).numpy())
print([m.numpy().tolist() for m in tf.nn.moments(x, [0], keep_dims=True)], tf.nn.dropout(x, keep_prob=1.0).numpy()[0])
for method in ("bilinear", "nearest_neighbor", "bicubic", "area"):
    resize = getattr(tf.image, f"resize_{method}")
    for size in ([3, 6], [2, 2], [7, 5]):
        for corners in (False, True):
            print(
                method, size, corners, resize(image, size, align_corners=corners).numpy().ravel().round(2).tolist()[:12]
            )
print(tf.image.resize_images(image, [2, 3], method=tf.image.ResizeMethod.BICUBIC).numpy().ravel().round(3))
print(tf.nn.softmax_cross_entropy_with_logits(labels=[[0.0, 1.0]], logits=[[1.0, 2.0]]).numpy())
print(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.5]).numpy())
print(tf.nn.weighted_cross_entropy_with_logits(targets=[1.0], logits=[0.5], pos_weight=2.0).numpy())
parts = [tf.constant([[0.0], [2.0]]), tf.constant([[1.0], [3.0]])]
print(tf.nn.embedding_lookup(parts, [0, 1, 2, 3]).numpy().ravel())
print(tf.nn.embedding_lookup(parts, [0, 1, 2, 3], partition_strategy="div").numpy().ravel())
v = tf.Variable([1.0, 2.0, 3.0])
print(
    tf.scatter_add(v, [0], [5.0]).numpy(), tf.scatter_update(v, [1, 2], [7.0, 8.0]).numpy(), tf.assign_add(v, v).numpy()
)
print(tf.sparse_to_dense([[0, 1]], [2, 2], [5]).numpy().tolist(), tf.sparse_to_dense([1, 3], [4], 9, -1).numpy())
print(tf.string_split(["a b", "c"]).values.numpy(), tf.string_split(["a,b;c"], ",;").values.numpy())
print(tf.substr(["hello"], 1, 3).numpy(), tf.string_to_number(["3.5"]).numpy(), tf.string_join(["a", "b"]).numpy())
print(tf.reduce_join([["a", "b"]], reduction_indices=1, separator="-").numpy())
print(tf.constant(3, shape=[2, 2]).numpy().tolist(), tf.zeros_like(x, optimize=False).shape)
print(tf.setdiff1d([1, 2, 3, 4], [1, 3])[0].numpy(), tf.where([True, False], [[1], [2]], [[3], [4]]).numpy().tolist())
print(tf.random_normal([2], seed=1).shape, tf.multinomial([[1.0, 2.0]], 3).shape, tf.truncated_normal([2]).shape)
print(tf.dimension_value(tf.Dimension(3)), tf.AUTO_REUSE, tf.executing_eagerly())
print(tf.cond(tf.constant(True), fn1=lambda: x, fn2=lambda: -x).shape, tf.py_func(np.sin, [0.0], tf.float32).numpy())
for wrong in (
    lambda: tf.reduce_sum(x, axis=0, reduction_indices=0),
    lambda: tf.reduce_sum(x, keepdims=True, keep_dims=True),
    lambda: tf.nn.dropout(x, 0.5, rate=0.5),
):
    try:
        wrong()
    except ValueError as error:
        print(error)
