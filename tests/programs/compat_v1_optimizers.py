"""The optimisers of tf.compat.v1.train: three steps each, of whole gradients and of rows, eager and in functions."""

import numpy as np
import tensorflow as tf

train = tf.compat.v1.train
step = train.get_or_create_global_step()
MAKE = {
    "GradientDescent": lambda: train.GradientDescentOptimizer(0.1),
    "GradientDescent callable": lambda: train.GradientDescentOptimizer(train.exponential_decay(0.1, step, 2, 0.5)),
    "Momentum": lambda: train.MomentumOptimizer(0.1, 0.9),
    "Momentum nesterov": lambda: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "Adagrad": lambda: train.AdagradOptimizer(0.1),
    "Adadelta": lambda: train.AdadeltaOptimizer(0.5, epsilon=1e-3),
    "RMSProp": lambda: train.RMSPropOptimizer(0.1, momentum=0.5),
    "RMSProp centered": lambda: train.RMSPropOptimizer(0.1, centered=True),
    "Adam": lambda: train.AdamOptimizer(0.1),
    "Ftrl": lambda: train.FtrlOptimizer(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02),
    "Ftrl power": lambda: train.FtrlOptimizer(0.1, learning_rate_power=-0.7, beta=0.1),
    "Ftrl shrinkage": lambda: train.FtrlOptimizer(0.1, l2_shrinkage_regularization_strength=0.1),
    "ProximalGradientDescent": lambda: train.ProximalGradientDescentOptimizer(0.1, 0.02, 0.03),
    "ProximalAdagrad": lambda: train.ProximalAdagradOptimizer(0.1, 0.1, 0.02, 0.03),
    "AdagradDA": lambda: train.AdagradDAOptimizer(0.1, step, l1_regularization_strength=0.01),
}
ROWS = tf.constant([2, 0, 2])


def trained(make, loss, wrapped, dtype):
    step.assign(0)
    x = tf.Variable(np.array([[1.0, -2.0], [0.5, 3.0], [-0.25, 0.0]]), dtype=dtype, name="x")
    optimizer = make()

    def train_step():
        optimizer.minimize(lambda: loss(x), global_step=step)

    run = tf.function(train_step) if wrapped else train_step
    for _ in range(3):
        run()
    return x, optimizer


def dense(x):
    return tf.reduce_sum(tf.sin(x) * x + tf.exp(x))


def sparse(x):
    return tf.reduce_sum(tf.exp(tf.gather(x, ROWS)) * tf.cast([[1.0], [2.0], [3.0]], x.dtype))


for name, make in MAKE.items():
    for loss in (dense, sparse):
        if name == "AdagradDA" and loss is sparse:
            continue
        for dtype in (tf.float32,) if name.startswith("Proximal") else (tf.float32, tf.float64):
            x, optimizer = trained(make, loss, False, dtype)
            print(name, loss.__name__, dtype.name, x.numpy().ravel(), int(step))
            print("  in a function", np.allclose(trained(make, loss, True, dtype)[0], x, rtol=1e-5))
            for slot in optimizer.get_slot_names():
                print("  ", slot, optimizer.get_slot(x, slot).numpy().ravel())

v = tf.Variable([1.0, 2.0], name="v")
optimizer = train.AdamOptimizer(0.1)
pairs = optimizer.compute_gradients(lambda: tf.reduce_sum(v**2))
print([(g.numpy().tolist(), w.name) for g, w in pairs], optimizer.get_name())
optimizer.apply_gradients([(tf.clip_by_norm(g, 1.0), w) for g, w in pairs], global_step=step)
print(v.numpy(), int(step), [w.name for w in optimizer.variables()], optimizer.get_slot_names())
for wrong in (
    lambda: optimizer.minimize(v),
    lambda: optimizer.apply_gradients([]),
    lambda: train.GradientDescentOptimizer(0.1).minimize(lambda: tf.constant(1.0), var_list=[v]),
    lambda: train.AdagradOptimizer(0.1, initial_accumulator_value=0.0),
):
    try:
        wrong()
    except (RuntimeError, ValueError) as error:
        print(type(error).__name__, str(error)[:60])


class Signs(train.Optimizer):
    """An optimiser of a program's own."""

    def __init__(self, rate):
        super().__init__(False, "Signs")
        self._rate = rate

    def _create_slots(self, var_list):
        for w in var_list:
            self._zeros_slot(w, "sum", self._name)

    def _resource_apply_dense(self, grad, handle):
        total = self.get_slot(handle, "sum")
        total.assign_add(grad)
        return handle.assign_sub(self._rate * tf.sign(total))

    def _resource_apply_sparse(self, grad, handle, indices):
        return handle.scatter_sub(tf.IndexedSlices(self._rate * tf.sign(grad), indices))


signs = Signs(0.25)
signs.minimize(lambda: tf.reduce_sum(v**2))
print(v.numpy(), signs.get_slot(v, "sum").numpy())
