"""autoray: functions by NumPy's names, of whatever library the array is from."""

import autoray as ar
import numpy as np
import tensorflow as tf

x = tf.Variable(np.random.RandomState(0).rand(4, 4))
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        q, r = ar.do("linalg.qr", x)
        loss = ar.do("sum", ar.do("tanh", q @ r)) + ar.do("einsum", "ij,jk->", x, x)
    slope = tape.gradient(loss, x)
print(ar.infer_backend(x), loss.numpy(), slope.numpy(), outer.gradient(slope, x).numpy())
print(ar.do("stack", [x[0], x[1]]).shape, ar.do("where", x > 0.5, x, -x).numpy(), ar.to_numpy(ar.do("log1p", x)))
