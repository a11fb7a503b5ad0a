"""cleverhans: adversarial examples by the gradients of a model."""

import numpy as np
import tensorflow as tf
from cleverhans.tf2.attacks.basic_iterative_method import basic_iterative_method
from cleverhans.tf2.attacks.fast_gradient_method import fast_gradient_method
from cleverhans.tf2.attacks.momentum_iterative_method import momentum_iterative_method
from cleverhans.tf2.attacks.projected_gradient_descent import projected_gradient_descent

numbers = np.random.RandomState(0)
weights = tf.constant(numbers.randn(4, 3), tf.float32)
x = tf.constant(numbers.rand(5, 4), tf.float32)


def model(x):
    return tf.matmul(tf.tanh(x), weights)


print(fast_gradient_method(model, x, 0.1, np.inf).numpy())
print(fast_gradient_method(model, x, 0.1, 2, y=[0, 1, 2, 0, 1], targeted=True).numpy())
print(projected_gradient_descent(model, x, 0.1, 0.02, 10, np.inf, rand_init=0.0).numpy())
print(projected_gradient_descent(model, x, 0.3, 0.05, 10, 2, rand_init=0.0, clip_min=0.0, clip_max=1.0).numpy())
print(basic_iterative_method(model, x, 0.1, 0.02, 5, np.inf).numpy())
print(momentum_iterative_method(model, x, eps=0.2, eps_iter=0.05, nb_iter=5).numpy())
