"""tensorly: decompositions of tensors, and gradients through what they give."""

import numpy as np
import tensorflow as tf
import tensorly as tl
from tensorly.decomposition import parafac, tucker

tl.set_backend("tensorflow")
x = tl.tensor(np.random.RandomState(0).rand(3, 4, 5))
found = parafac(x, 2, init="svd", n_iter_max=20)
print(tl.norm(tl.cp_to_tensor(found) - x).numpy())
core, factors = tucker(x, [2, 2, 2])
variables = [tf.Variable(factor * 1.1) for factor in factors]
with tf.GradientTape() as tape:
    loss = tl.norm(tl.tucker_to_tensor((core, variables)) - x)
print(loss.numpy(), [np.abs(g.numpy()).sum() for g in tape.gradient(loss, variables)])
