"""eagerpy: one set of methods for tensors of several libraries, and the gradients that it takes."""

import eagerpy as ep
import numpy as np
import tensorflow as tf

numbers = np.random.RandomState(0)
x = ep.astensor(tf.constant(numbers.rand(3, 4)))
labels = ep.astensor(tf.constant([0, 3, 1]))
loss, slope = ep.value_and_grad(lambda x: (ep.crossentropy(x * 3.0, labels) * x.norms.l2(axis=-1)).sum(), x)
print(type(loss).__name__, loss.item(), slope.numpy())
loss, parts, slope = ep.value_aux_and_grad(lambda x: (x.tanh().square().sum(), x.softmax()), x)
print(loss.item(), parts.numpy(), slope.numpy())
moved = ep.where(slope > 0.7, x.clip(0.2, 0.8), x - 0.1 * slope.sign())
print(moved.numpy(), ep.concatenate([x, moved], axis=0).argmax(axis=-1).numpy(), x.flatten(start=0).shape)
print(x.index_update(ep.index[0], x[1]).numpy()[0], ep.stack([x, x]).shape, x.topk(2)[1].numpy())
