"""Solves Burgers' equation with a network that knows only the equation: its derivatives by nested tapes.

    python examples/physics.py [--steps 1500] [--seed 0] [--output physics.png]

The network u(x, t) is trained so that u_t + u u_x = 0.05 u_xx, u(x, 0) = -sin(pi x) and u(-1, t) = u(1, t) = 0
(M. Raissi, P. Perdikaris and G. Karniadakis, Physics-informed neural networks, 2019). What it learned is compared with
finite differences. Change the line `import gradtape as tf` to `import tensorflow as tf` and it is a TensorFlow program.
It wants Keras 3 (pip install "gradtape[examples,keras]").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import gradtape as tf

keras = tf.keras

VISCOSITY = 0.05


def make_network(width: int = 24, hidden: int = 3) -> keras.Model:
    """Places and times (n, 2) to values (n, 1)."""
    dense = [keras.layers.Dense(width, activation="tanh") for _ in range(hidden)]
    return keras.Sequential([keras.Input((2,)), *dense, keras.layers.Dense(1)])


def residual(network: keras.Model, x: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """u_t + u u_x - viscosity u_xx at places and times of shape (n, 1)."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch([x, t])
            u = network(tf.concat([x, t], 1))
        u_x, u_t = inner.gradient(u, [x, t])
    return u_t + u * u_x - VISCOSITY * outer.gradient(u_x, x)


def train(network: keras.Model, steps: int) -> list[float]:
    """Makes residuals and errors at the borders small, at points that are drawn anew in each step. Gives the losses."""
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(8e-3, steps))

    @tf.function
    def step() -> tf.Tensor:
        x, t = tf.random.uniform([400, 1], -1, 1), tf.random.uniform([400, 1])
        start, side = tf.random.uniform([100, 1], -1, 1), tf.random.uniform([100, 1])
        with tf.GradientTape() as tape:
            first = network(tf.concat([start, tf.zeros_like(start)], 1)) + tf.sin(np.pi * start)
            ends = [network(tf.concat([end * tf.ones_like(side), side], 1)) for end in (-1.0, 1.0)]
            errors = [residual(network, x, t), 3.0 * first, *ends]
            loss = tf.add_n([tf.reduce_mean(e**2) for e in errors])
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    return [float(step()) for _ in range(steps)]


def differences(places: int = 401, times: int = 101) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The places, the times, and the solution (times, places) by finite differences in small explicit steps."""
    x, t = np.linspace(-1, 1, places), np.linspace(0, 1, times)
    u, h, small = -np.sin(np.pi * x), x[1] - x[0], 100
    dt, rows = t[1] / small, [-np.sin(np.pi * x)]
    for _ in range((times - 1) * small):
        flow = (u[2:] ** 2 - u[:-2] ** 2) / (4 * h)
        u[1:-1] += dt * (VISCOSITY * (u[2:] - 2 * u[1:-1] + u[:-2]) / h**2 - flow)
        rows.append(u.copy())
    return x, t, np.array(rows[::small])


def main() -> None:
    """Trains, prints how far the network is from finite differences, and saves the picture."""
    parser = argparse.ArgumentParser(description="Solves Burgers' equation with a network.")
    parser.add_argument("--steps", type=int, default=1500, help="steps of training (default: 1500)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and points (default: 0)")
    parser.add_argument("--output", type=Path, default=Path("physics.png"), help="the picture")
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    network = make_network()
    losses = train(network, arguments.steps)
    x, t, expected = differences()
    points = tf.constant(np.stack(np.meshgrid(x, t), -1).reshape(-1, 2), tf.float32)
    found = np.reshape(network(points), expected.shape)
    left = np.reshape(residual(network, points[:, :1], points[:, 1:]), expected.shape)
    error = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    print(f"Relative error against finite differences: {error:.2%}")

    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No picture, for want of matplotlib. Install it with: pip install matplotlib")
        return
    figure = Figure(figsize=(12, 6), dpi=110, layout="constrained")
    (solution, rest), (curve, cuts) = figure.subplots(2, 2)
    for axes, values, most, title in (
        (solution, found, 1.0, "The network's u(x, t)"),
        (rest, left, 0.2, "Its residual"),
    ):
        image = axes.pcolormesh(t, x, values.T, cmap="RdBu_r", vmin=-most, vmax=most, rasterized=True)
        figure.colorbar(image, ax=axes)
        axes.set(xlabel="t", ylabel="x", title=title)
    curve.plot(losses, color="#1f5fa8", linewidth=0.6)
    curve.set(yscale="log", xlabel="step", title="Loss")
    for i, colour in zip((0, 25, 50, 100), ("#b8cfe6", "#6c9bcb", "#1f5fa8", "#0b2d57"), strict=True):
        cuts.plot(x, found[i], color=colour, label=f"t = {t[i]:.2f}")
        cuts.plot(x[::10], expected[i, ::10], ".", color=colour, markersize=4)
    cuts.set(xlabel="x", title="At four times (points: finite differences)")
    cuts.legend(frameon=False)
    figure.savefig(arguments.output)
    print(f"Saved the solution to {arguments.output}")


if __name__ == "__main__":
    main()
