"""PennyLane: quantum circuits with interface="tf", by backpropagation and by the parameter-shift rule."""

import warnings

import pennylane as qml
import tensorflow as tf

warnings.simplefilter("ignore")  # the interface is deprecated
device = qml.device("default.qubit", wires=2)
for method in ("backprop", "parameter-shift", "finite-diff", "adjoint"):
    orders = 2 if method in ("backprop", "parameter-shift") else 1
    options = {} if method == "backprop" else {"max_diff": orders}

    @qml.qnode(device, interface="tf", diff_method=method, **options)
    def circuit(w):
        qml.RX(w[0], wires=0)
        qml.RY(w[1], wires=1)
        qml.CNOT([0, 1])
        qml.Rot(w[0] * w[1], w[1], w[2], wires=1)
        return qml.expval(qml.PauliZ(0) @ qml.PauliX(1))

    w = tf.Variable([0.1, 0.2, 0.3], dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            value = circuit(w)
        slope = tape.gradient(value, w)
    print(method, round(float(value), 6), slope.numpy().round(5).tolist())
    if orders == 2:
        print(outer.jacobian(slope, w).numpy().round(5).tolist())
