"""tensorflow-graphics: rotations, cameras, points and lights, and their gradients."""

import numpy as np
import tensorflow as tf
from tensorflow_graphics.geometry.representation import triangle
from tensorflow_graphics.geometry.transformation import axis_angle, quaternion, rotation_matrix_3d
from tensorflow_graphics.math.interpolation import bspline, trilinear
from tensorflow_graphics.rendering.camera import perspective

numbers = np.random.RandomState(0)
angles = tf.Variable(numbers.rand(2, 3))
points = tf.constant(numbers.rand(2, 3) + [0.0, 0.0, 2.0])
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        turned = rotation_matrix_3d.rotate(points, rotation_matrix_3d.from_euler(angles))
        seen = perspective.project(turned, tf.constant([2.0, 2.0], tf.float64), tf.constant([0.5, 0.5], tf.float64))
        loss = tf.reduce_sum(seen**2)
    slope = tape.gradient(loss, angles)
print(loss.numpy(), slope.numpy(), outer.gradient(slope, angles).numpy())
with tf.GradientTape() as tape:
    q = quaternion.from_euler(angles)
    axis, angle = axis_angle.from_quaternion(q)
    loss = tf.reduce_sum(quaternion.rotate(points, q)) + tf.reduce_sum(axis * angle)
    loss += tf.reduce_sum(triangle.normal(points[0], points[1], angles[0]))
print(loss.numpy(), tape.gradient(loss, angles).numpy())
knots = tf.Variable(numbers.rand(1, 6))
with tf.GradientTape() as tape:
    curve = bspline.interpolate(knots, tf.constant([0.3, 1.2], tf.float64), 2, False)
print(curve.numpy(), tape.gradient(curve, knots).numpy())
grid = tf.Variable(numbers.rand(1, 3, 3, 3, 2))
with tf.GradientTape() as tape:
    values = trilinear.interpolate(grid, tf.constant([[[0.5, 1.2, 1.7], [0.1, 0.2, 0.3]]], tf.float64))
print(values.numpy(), tape.gradient(values, grid).numpy().sum())
