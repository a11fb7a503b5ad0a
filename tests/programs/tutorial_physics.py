"""Tutorial: forces from energies, and a throw that is aimed through its simulation."""

import tensorflow as tf

print("the force is minus the gradient of the energy")


def lennard_jones(positions):
    n = positions.shape[0]
    energy = tf.constant(0.0, tf.float64)
    for i in range(n):
        for j in range(i + 1, n):
            r2 = tf.reduce_sum((positions[i] - positions[j]) ** 2)
            energy += 4.0 * (r2**-6 - r2**-3)
    return energy


positions = tf.Variable([[0.0, 0.0], [1.2, 0.0], [0.5, 1.1]], dtype=tf.float64)
with tf.GradientTape() as tape:
    energy = lennard_jones(positions)
force = -tape.gradient(energy, positions)
print(energy, force, sep="\n")
print("no net force:", bool(tf.reduce_all(tf.abs(tf.reduce_sum(force, axis=0)) < 1e-9)))
for _ in range(200):
    with tf.GradientTape() as tape:
        energy = lennard_jones(positions)
    positions.assign_sub(tf.clip_by_norm(0.01 * tape.gradient(energy, positions), 0.1))
distances = [tf.norm(positions[i] - positions[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
print(f"{energy:.5f}", [f"{d:.4f}" for d in distances])

print("a throw with drag, aimed at 10 m")


def throw(speed, angle, steps=40):
    velocity = tf.stack([speed * tf.cos(angle), speed * tf.sin(angle)])
    position = tf.zeros(2, tf.float64)
    gravity = tf.constant([0.0, -9.81], tf.float64)
    time = 2.0 * velocity[1] / 9.81
    dt = time / steps
    for _ in range(steps):
        velocity += dt * (gravity - 0.02 * tf.norm(velocity) * velocity)
        position += dt * velocity
    return position


speed, angle = tf.Variable(8.0, dtype=tf.float64), tf.Variable(0.6, dtype=tf.float64)
for step in range(8):
    with tf.GradientTape() as tape:
        miss = throw(speed, angle)[0] - 10.0
        loss = miss**2 + 0.01 * speed**2
    ds, da = tape.gradient(loss, [speed, angle])
    speed.assign_sub(0.1 * ds)
    angle.assign_sub(0.001 * da)
    print(step, f"miss {miss:.5f} speed {speed.numpy():.5f} angle {angle.numpy():.5f}")
