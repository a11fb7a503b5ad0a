"""Rows of `tf.nn`: activations, cross entropies, convolutions, pooling, normalisation, dropout, embeddings."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, Sample, floats

nan, inf = np.nan, np.inf
X = floats(2, 3)
EMPTY = np.zeros((0, 3))
EDGES = np.array([-inf, -1e3, -20.0, -6.0, -1.0, -0.0, 0.0, 1.0, 6.0, 20.0, 1e3, inf, nan])
FINITE = EDGES[1:-2]
SMOOTH = FINITE[FINITE != 0]  # TensorFlow's weighted cross entropy has no right derivative at 0
HALF = np.array([0.1, -0.7, 1.5, 3.25], np.float16)
BFLOAT = HALF.astype(ml_dtypes.bfloat16)
INTS = np.array([-3, 0, 2, 7], np.int32)
# Labels that sum to 1, and logits of the same shape.
LOGITS = floats(3, 4, seed=1)
LABELS = np.array([[1.0, 0.0, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4], [0.0, 0.5, 0.5, 0.0]])
HUGE = np.array([[1e3, 0.0, -1e3, 5.0], [-1e3, 0.0, 1e3, 1e3], [88.0, -88.0, 700.0, -700.0]])


def activation(name: str, *edges: Any, special: Any = EDGES, suffix: str = "", **attributes: Any) -> Operation:
    """The row of `tf.nn.<name>(x)`."""

    def call(tf: Any, x: Any) -> Any:
        return getattr(tf.nn, name)(x, **attributes)

    samples = [(X,), (np.float64(0.7),), (np.float64(-0.7),), (floats(2, 1, 2, low=-9.0, high=9.0),)]
    return Operation(f"nn.{name}{suffix}", call, samples, [(e,) for e in (special, EMPTY, HALF, BFLOAT, *edges)])


ACTIVATIONS = [
    activation("relu", INTS, np.array([True]), np.array([200], np.uint8)),
    activation("relu6", INTS),
    activation("leaky_relu", INTS),
    activation("leaky_relu", suffix="/alpha", alpha=0.5),
    activation("leaky_relu", suffix="/alpha_above_1", alpha=1.5),
    activation("leaky_relu", suffix="/alpha_below_0", alpha=-0.3),
    activation("elu", INTS),
    activation("selu", INTS),
    activation("gelu", INTS, special=FINITE),
    activation("gelu", suffix="/approximate", special=FINITE, approximate=True),
    activation("silu", INTS, special=FINITE),
    activation("silu", suffix="/beta", special=FINITE, beta=1.7),
    activation("swish", special=FINITE),
    activation("softplus", INTS, special=EDGES),
    activation("softsign", INTS, special=FINITE),
    activation("sigmoid", INTS),
    activation("tanh", INTS),
    Operation("nn.silu/beta_tensor", lambda tf, x, beta: tf.nn.silu(x, beta), [(X, np.float64(1.3))]),
    Operation(
        "nn.crelu",
        lambda tf, x, *axis: tf.nn.crelu(x, *axis),
        [(X,), (X, 0), (floats(2, 2, 2), 1)],
        [(np.array([-1.0, 0.0, 1.0]),), (INTS,), (X, 5), (np.float64(1.0),), (HALF,)],
    ),
    *(
        Operation(
            f"nn.{name}",
            lambda tf, x, *axis, name=name: getattr(tf.nn, name)(x, *axis),
            [(X,), (X, 0), (floats(2, 3, 2), 1), (floats(2, 3, 2), -2), (floats(4),), (floats(3, 1),)],
            [
                (HUGE,), (np.array([[-inf, 1.0], [0.0, -inf]]),), (EMPTY,), (np.zeros((2, 0)),), (HALF,), (BFLOAT,),
                (INTS,),
                (X, 2), (X, -3), (np.float64(1.0),), (np.array([1.0, nan]),),
            ],
        )
        for name in ("softmax", "log_softmax")
    ),
]  # fmt: skip

LINEAR = [
    Operation(
        "nn.bias_add",
        lambda tf, x, b, *data_format: tf.nn.bias_add(x, b, *data_format),
        [
            (X, floats(3, seed=1)), (floats(2, 3, 2), floats(2, seed=1)), (floats(2, 3, 2), floats(3, seed=1), "NCW"),
            (floats(2, 3, 2, 2), floats(3, seed=1), "NC..."), (floats(2, 2, 1, 3), floats(3, seed=1), "NHWC"),
        ],
        [
            (EMPTY, floats(3)), (X, floats(2)), (X, floats(1, 3)), (floats(3), floats(3)), (X, floats(3), "foo"),
            (np.array([[1, 2]], np.int32), np.array([1, 2], np.int32)), (X, np.float32([1, 2, 3])),
            (X, [1.0, 2.0, 3.0]),
            (X, np.float64(1.0)),
        ],
    ),
    Operation(
        "nn.l2_loss", lambda tf, x: tf.nn.l2_loss(x), [(X,), (np.float64(1.5),), (floats(2, 1, 2),)],
        [(EMPTY,), (HALF,), (BFLOAT,), (INTS,), (EDGES,)],
    ),
]  # fmt: skip


def cross_entropy(tf: Any, logits: Any, labels: Any, **attributes: Any) -> Any:
    return tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits, **attributes)


LOSSES = [
    # The labels sum to 1, and central differences leave them so no more: as constants, and their own gradient apart.
    *(
        Operation(
            f"nn.softmax_cross_entropy_with_logits/{name}",
            lambda tf, z, axis, labels=labels: cross_entropy(tf, z, tf.constant(labels), axis=axis),
            [(logits, axis)],
            [(np.where(logits > 0, 1e3, -1e3), axis)],
        )
        for name, logits, labels, axis in (
            ("last", LOGITS, LABELS, -1),
            ("first", LOGITS.T.copy(), LABELS.T.copy(), 0),
            ("middle", floats(2, 4, 3), np.full((2, 4, 3), 0.25), 1),
            ("vector", LOGITS[0], LABELS[1], -1),
        )
    ),
    Operation(
        "nn.softmax_cross_entropy_with_logits/labels",
        lambda tf, labels: cross_entropy(tf, tf.constant(LOGITS), labels),
        [(LABELS,)],
    ),
    Operation(
        "nn.softmax_cross_entropy_with_logits",
        cross_entropy,
        (),
        [
            (LOGITS, LABELS), (LOGITS, 2 * LABELS), (HUGE, LABELS), (LOGITS, LABELS.astype(np.float32)),
            (EMPTY, EMPTY),
            (LOGITS, INTS * 0), (LOGITS, LABELS[:, :3]), (np.float64(1.0), np.float64(1.0)), (INTS, INTS),
            (HALF, HALF),
            (BFLOAT, BFLOAT), (np.array([[-inf, 1.0], [-inf, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])),
            (np.zeros((2, 0)), np.zeros((2, 0))),
        ],
    ),
    Operation(
        "nn.sparse_softmax_cross_entropy_with_logits",
        lambda tf, z, labels: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=z),
        [
            (LOGITS, np.array([0, 3, 1], np.int32)), (LOGITS[0], np.int64(2)),
            (floats(2, 1, 4), np.array([[1], [1]], np.int64)), (LOGITS, [1, 1, 1]),
            (floats(2, 3, 4), np.array([[1, 0, 3], [2, 2, 1]], np.int32)),
        ],
        [
            (HUGE, [0, 1, 2]), (LOGITS, [0, 1]), (LOGITS, [0, 1, 4]), (LOGITS, [0, -1, 1]), (LOGITS, [0.0, 1.0, 2.0]),
            (EMPTY, np.zeros(0, np.int32)), (np.zeros((2, 0)), [0, 0]), (np.float64(1.0), 0),
            (LOGITS, [[0], [1], [2]]),
            (np.float16([[1, 2]]), [1]), (LOGITS, np.array([0, 1, 2], np.uint8)), (INTS[None], [0]),
            (np.ones((2, 1)), [0, 0]),
            (np.array([[-inf, 1.0]]), [1]), (np.zeros((2, 0, 3)), np.zeros((2, 0), np.int32)),
        ],
    ),
    Operation(
        "nn.sigmoid_cross_entropy_with_logits",
        lambda tf, z, y: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z),
        [(X, floats(2, 3, low=0.0, high=1.0)), (np.float64(0.3), np.float64(0.8))],
        [
            (FINITE, np.full(len(FINITE), 0.5)), (EMPTY, EMPTY), (X, floats(3)), (X, X.astype(np.float32)),
            (HALF, HALF),
            (INTS, INTS), (None, X),
        ],
    ),
    Operation(
        "nn.weighted_cross_entropy_with_logits",
        lambda tf, z, y, weight: tf.nn.weighted_cross_entropy_with_logits(labels=y, logits=z, pos_weight=weight),
        [
            (X, floats(2, 3, low=0.0, high=1.0), 2.0),
            (X, floats(2, 3, low=0.0, high=1.0), floats(3, low=0.5, seed=2)),
            (X, floats(2, 3, low=0.0, high=1.0), np.float64(0.5)),
        ],
        [(SMOOTH, np.full(len(SMOOTH), 0.5), 3.0), (X, floats(3), 1.0), (INTS, INTS, 1)],
    ),
    Operation(
        "nn.log_poisson_loss",
        lambda tf, z, y, *full: tf.nn.log_poisson_loss(y, z, *full),
        [(X, floats(2, 3, low=1.2, high=5.0)), (X, floats(2, 3, low=1.2, high=5.0), True)],
        [(floats(4), np.array([0.25, 0.5, 1.0, 2.0]), True), (X, floats(3)), (INTS, INTS)],
    ),
    Operation(
        "nn.in_top_k",
        lambda tf, p, y, k: tf.nn.in_top_k(y, p, k),
        (),
        [
            (np.float32([[0.1, 0.9, 0.0], [0.5, 0.6, 0.7]]), [1, 0], 2), (np.ones((2, 3), np.float32), [2, 0], 1),
            (np.float32([[nan, 1, 1], [inf, 2, 1]]), [1, 1], 2), (np.float32([[1, 2]] * 3), [5, -1, 1], 1),
            (np.float32([[1, 2]]), [0, 1], 1), (np.float32([1, 2]), [0], 1), (np.float32([[1, 2]]), [0], 0),
            (X, [0, 1], 1),
            (np.float32([[1, 2]]), [0.0], 1),
        ],
        order=0,
    ),
    Operation(
        "nn.compute_average_loss",
        lambda tf, loss, weight=None, size=None: tf.nn.compute_average_loss(loss, weight, size),
        [(floats(3),), (X,), (floats(3), None, 4)],
        [
            (floats(3), floats(3, seed=1)), (X, floats(2, seed=1)),  # computed as float32
            (np.float64(1.0),), (INTS,), (X, None, -1), (X, None, 2.0), (X, None, [2]), (X, None, 0), (X, [1, 2]),
            (floats(3), [[1.0], [2.0], [3.0]]), (X, 2.0), (floats(3), [1.0, 2.0]),
        ],
    ),
    Operation(
        "nn.scale_regularization_loss", lambda tf, loss: tf.nn.scale_regularization_loss(loss),
        [(floats(3),), (np.float64(2.0),)], [(INTS,), (HALF,)],
    ),
]  # fmt: skip


# --- convolutions ----------------------------------------------------------------------------------------------------


def image(*shape: int, seed: int = 0) -> Any:
    return floats(*shape, low=-1.0, high=1.0, seed=seed)


IMAGE, KERNEL = image(2, 4, 5, 2), image(3, 2, 2, 3, seed=1)
# Not in TensorFlow on a CPU: checked by derivatives, and by the same computed otherwise.
ONLY_HERE = dict.fromkeys(("tensorflow", "tensorflow_float32", "tensorflow_gradient"), "TensorFlow has none on a CPU")

NO_GRADIENT_THERE = dict.fromkeys(("tensorflow_float32", "tensorflow_gradient"), "TensorFlow has no gradient on a CPU")
NO_DOUBLE_THERE = dict.fromkeys(("tensorflow", "tensorflow_gradient"), "TensorFlow has no float64")


def conv(name: str, function: str, samples: Sequence[Sample], edges: Sequence[Sample] = (), **notes: Any) -> Operation:
    """The row of `tf.nn.<function>(x, w, *arguments)`."""
    return Operation(name, lambda tf, x, w, *rest: getattr(tf.nn, function)(x, w, *rest), samples, edges, **notes)


CONVOLUTIONS = [
    conv(
        "nn.conv2d",
        "conv2d",
        [
            (IMAGE, KERNEL, 1, "VALID"), (IMAGE, KERNEL, 1, "SAME"), (IMAGE, KERNEL, 2, "SAME"),
            (IMAGE, KERNEL, [1, 2], "VALID"),
            (IMAGE, KERNEL, [1, 2, 1, 1], [[0, 0], [1, 0], [0, 2], [0, 0]]), (IMAGE, KERNEL, 3, "SAME"),
            (IMAGE, image(1, 1, 2, 3), 1, "VALID"), (IMAGE, image(1, 1, 2, 2), 2, "SAME"),
            (IMAGE, image(4, 5, 2, 1), 1, "VALID"),
            (image(1, 9, 9, 1), image(3, 3, 1, 2), 1, "SAME"), (image(1, 2, 2, 4, 2), KERNEL[:2], 1, "VALID"),
        ],
        [
            (IMAGE, image(6, 4, 2, 1), 1, "VALID"), (image(0, 4, 5, 2), KERNEL, 1, "SAME"),
            (IMAGE, image(3, 2, 2, 0), 1, "SAME"),
            (IMAGE, image(3, 2, 3, 1), 1, "SAME"), (IMAGE[0], KERNEL, 1, "SAME"), (IMAGE, KERNEL, 1, "FOO"),
            (IMAGE, KERNEL, 1, "same"), (IMAGE, KERNEL, 0, "SAME"), (IMAGE, KERNEL, -1, "SAME"),
            (IMAGE, KERNEL, [1, 2, 1], "SAME"),
            (IMAGE, KERNEL, [2, 1, 1, 1], "SAME"), (IMAGE, KERNEL.astype(np.float32), 1, "SAME"),
            (IMAGE, KERNEL[0], 1, "SAME"),
            (IMAGE, KERNEL, 1, "SAME", "foo"), (IMAGE, KERNEL, 1, None), (IMAGE, KERNEL, 1, "EXPLICIT"),
            (IMAGE, KERNEL, 1, [[1, 1], [1, 1]]), (IMAGE, KERNEL, 1, [[0, 0], [-1, 1], [1, 1], [0, 0]]),
            (IMAGE, KERNEL, 1, [[1, 0], [1, 1], [1, 1], [0, 0]]), (IMAGE, KERNEL, 1, "SAME", "NHWC", 0),
            (np.ones((1, 3, 3, 1), np.int32), np.ones((2, 2, 1, 1), np.int32), 1, "SAME"),
            (np.float16(IMAGE), np.float16(KERNEL), 1, "SAME"), (IMAGE, image(0, 3, 2, 1), 1, "SAME"),
            (IMAGE, image(3, 3, 0, 1), 1, "SAME"),
        ],
    ),
    conv(
        "nn.conv2d/dilations", "conv2d",
        [(IMAGE, KERNEL, 1, "SAME", "NHWC", 2), (IMAGE, KERNEL, 1, "VALID", "NHWC", [1, 1, 3, 1])],
        notes=NO_GRADIENT_THERE,
    ),
    conv(
        "nn.conv2d/channels_first", "conv2d",
        [
            (image(2, 2, 4, 5), KERNEL, 1, "SAME", "NCHW"), (image(2, 2, 4, 5), KERNEL, [1, 1, 2, 1], "VALID", "NCHW"),
            (image(2, 2, 4, 5), KERNEL, 1, [[0, 0], [0, 0], [1, 0], [0, 2]], "NCHW"),
        ],
        notes=ONLY_HERE,
    ),
    conv(
        "nn.conv2d/groups", "conv2d",
        [(image(2, 4, 4, 4), image(2, 3, 2, 6), 1, "SAME"), (image(1, 4, 4, 4), image(2, 2, 1, 4), 2, "VALID")],
        notes=ONLY_HERE,  # of the gradient
    ),
    conv("nn.conv2d/groups_forward", "conv2d", (),
         [(np.float32(image(2, 4, 4, 4)), np.float32(image(2, 3, 2, 3)), 1, "SAME")]),
    conv(
        "nn.conv1d", "conv1d",
        [
            (image(2, 5, 2), image(3, 2, 2), 1, "SAME"), (image(2, 5, 2), image(3, 2, 2), 2, "VALID"),
            (image(2, 5, 2), image(2, 2, 2), [1, 2, 1], "SAME"),
            (image(2, 1, 5, 2), image(3, 2, 2), 1, "SAME"),
        ],
        [
            (image(5, 2), image(3, 2, 2), 1, "SAME"), (image(2, 5, 2), image(3, 2, 2), 1, "foo"),
            (image(2, 5, 2), image(3, 2, 2), 1, "SAME", "foo"), (image(2, 5, 2), image(3, 2, 2), [1, 1], "SAME"),
            (image(2, 5, 2), image(3, 2, 2), 1, [[0, 0], [1, 1], [0, 0]]),
        ],
    ),
    conv("nn.conv1d/dilations", "conv1d",
         [(image(2, 5, 2), image(2, 2, 2), 1, "VALID", "NWC", 2)], notes=NO_GRADIENT_THERE),
    conv("nn.conv1d/channels_first", "conv1d", [(image(2, 2, 5), image(3, 2, 2), 1, "SAME", "NCW")], notes=ONLY_HERE),
    conv(
        "nn.conv3d", "conv3d",
        [
            (image(1, 3, 3, 3, 1), image(2, 2, 2, 1, 2), [1, 1, 1, 1, 1], "SAME"),
            (image(1, 3, 4, 3, 2), image(2, 3, 1, 2, 1), [1, 1, 2, 1, 1], "VALID"),
        ],
        [(image(1, 3, 3, 3, 1), image(2, 2, 2, 1, 2), 1, "SAME"),
         (image(1, 3, 3, 3, 1), image(2, 2, 2, 1, 2), [1, 1, 1], "SAME")],
    ),
    conv(
        "nn.convolution", "convolution",
        [
            (IMAGE, KERNEL), (IMAGE, KERNEL, 2, "SAME"), (IMAGE, KERNEL, [2, 1], "SAME"),
            (image(1, 5, 2), image(2, 2, 2)),
            (image(1, 3, 3, 3, 1), image(2, 2, 2, 1, 1), None, "VALID", "NDHWC"),
            (IMAGE, KERNEL, None, "SAME", None, [2, 2]),
        ],
        [(IMAGE, KERNEL, 2, "SAME", None, 2), (IMAGE, KERNEL, None, "foo"), (IMAGE, image(3, 3, 3, 1))],
    ),
    conv("nn.atrous_conv2d", "atrous_conv2d", [(IMAGE, KERNEL[:2], 2, "SAME"), (IMAGE, KERNEL[:2], 2, "VALID")]),
    conv(
        "nn.depthwise_conv2d", "depthwise_conv2d",
        [
            (IMAGE, image(3, 2, 2, 2), [1, 1, 1, 1], "SAME"), (IMAGE, image(3, 2, 2, 1), [1, 1, 1, 1], "VALID"),
            (IMAGE, image(2, 2, 2, 3), [1, 2, 2, 1], "SAME"),
            (IMAGE, image(2, 2, 2, 1), [1, 1, 1, 1], [[0, 0], [1, 0], [1, 1], [0, 0]]),
        ],
        [
            (IMAGE, image(3, 2, 3, 1), [1, 1, 1, 1], "SAME"), (IMAGE, image(3, 2, 2, 2), 1, "SAME"),
            (IMAGE, image(3, 2, 2, 2), [1, 1, 2, 1], "SAME"), (IMAGE[0], image(3, 2, 2, 2), [1, 1, 1, 1], "SAME"),
            (IMAGE, image(3, 2, 2, 2), [1, 1, 1, 1], "foo"),
        ],
    ),
    conv("nn.depthwise_conv2d/dilations", "depthwise_conv2d",
         [(IMAGE, image(2, 2, 2, 1), [1, 1, 1, 1], "SAME", None, [2, 2])]),
    Operation(
        "nn.separable_conv2d",
        lambda tf, x, depth, point, *rest: tf.nn.separable_conv2d(x, depth, point, *rest),
        [
            (IMAGE, image(2, 2, 2, 2), image(1, 1, 4, 3), [1, 1, 1, 1], "SAME"),
            (IMAGE, image(2, 2, 2, 1), image(1, 1, 2, 3), [1, 2, 2, 1], "VALID"),
        ],
        [
            (IMAGE, image(2, 2, 2, 2), image(1, 1, 5, 3), [1, 1, 1, 1], "SAME"),
            (IMAGE, image(2, 2, 2, 2), image(2, 1, 4, 3), [1, 1, 1, 1], "SAME"),
        ],
    ),
    conv(
        "nn.conv2d_transpose", "conv2d_transpose",
        [
            (image(2, 2, 3, 2), image(3, 2, 3, 2), [2, 4, 6, 3], 2),
            (image(2, 2, 3, 2), image(3, 3, 1, 2), [2, 3, 5, 1], 2, "SAME"),
            (image(1, 2, 2, 2), image(3, 2, 3, 2), [1, 5, 4, 3], 2, "VALID"),
            (image(1, 2, 2, 2), image(3, 2, 3, 2), [1, 4, 3, 3], [1, 1, 1, 1], "VALID"),
        ],
        [
            (image(1, 2, 2, 2), image(3, 3, 3, 2), [1, 6, 4, 3], 2),
            (image(1, 2, 2, 2), image(3, 3, 3, 2), [1, 4, 4, 2], 2),
            (image(1, 2, 2, 2), image(3, 3, 3, 3), [1, 4, 4, 3], 2),
            (image(1, 2, 2, 2), image(3, 3, 3, 2), [2, 4, 4, 3], 2),
            (image(1, 2, 2, 2), image(3, 3, 3, 2), [4, 4, 3], 2),
            (image(1, 2, 2, 2), image(3, 3, 3, 2), [1, -1, 4, 3], 2),
        ],
    ),
    conv(
        "nn.atrous_conv2d_transpose", "atrous_conv2d_transpose",
        [
            (image(2, 4, 5, 2), image(3, 2, 3, 2), [2, 4, 5, 3], 2, "SAME"),
            (image(1, 2, 3, 2), image(2, 2, 3, 2), [1, 4, 5, 3], 2, "VALID"),
            (image(1, 5, 4, 1), image(2, 3, 1, 1), [1, 5, 4, 1], 3, "SAME"),
            (image(1, 2, 2, 2), image(2, 2, 3, 2), [1, 2, 2, 3], 1, "SAME"),
        ],
        [
            (image(1, 2, 2, 3), image(2, 2, 3, 2), [1, 4, 4, 3], 2, "SAME"),
            (image(1, 2, 2, 2), image(2, 2, 3, 2), [1, 2, 2, 3], 0, "SAME"),
            (image(1, 2, 2, 2), image(2, 2, 3, 2), [1, 2, 2, 3], 2, "foo"),
            (image(1, 2, 2, 2), image(2, 2, 3, 2), [1, 2, 2, 2], 2, "SAME"),
            (image(1, 2, 2, 2), image(2, 2, 3, 2), [2, 2, 3], 2, "SAME"),
        ],
    ),
    conv("nn.conv1d_transpose", "conv1d_transpose", [(image(1, 3, 2), image(3, 2, 2), [1, 6, 2], 2)]),
    conv("nn.conv3d_transpose", "conv3d_transpose",
         [(image(1, 2, 2, 2, 1), image(2, 2, 2, 1, 1), [1, 4, 4, 4, 1], [1, 2, 2, 2, 1])]),
    conv("nn.conv_transpose", "conv_transpose", [(image(1, 2, 2, 2), image(3, 2, 3, 2), [1, 4, 4, 3], 2)]),
]  # fmt: skip

# --- pooling ---------------------------------------------------------------------------------------------------------

TIED = np.array([[0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [2.0, 2.0, 2.0]]).reshape(1, 3, 3, 1)


def pool(
    name: str, samples: Sequence[Sample], edges: Sequence[Sample] = (), suffix: str = "", **options: Any
) -> Operation:
    def call(tf: Any, x: Any, *rest: Any) -> Any:
        return getattr(tf.nn, name)(x, *rest)

    return Operation(f"nn.{name}{suffix}", call, samples, edges, **options)


POOLS: list[Sample] = [
    (IMAGE, 2, 2, "VALID"), (IMAGE, 2, 2, "SAME"), (IMAGE, 3, 2, "SAME"), (IMAGE, [2, 3], 1, "VALID"),
    (IMAGE, 2, 1, "SAME"),
    (IMAGE, [1, 2, 2, 1], [1, 1, 2, 1], "SAME"), (IMAGE, 1, 2, "VALID"), (IMAGE, [4, 5], 1, "VALID"),
    (IMAGE, 2, 3, "VALID"),
]  # fmt: skip
WRONG_POOLS: list[Sample] = [
    (IMAGE[0], 2, 2, "SAME"), (IMAGE, 2, 2, "FOO"), (IMAGE, 0, 1, "VALID"), (IMAGE, 1, 0, "VALID"),
    (IMAGE, [2, 2, 1], 1, "VALID"),
    (IMAGE, [2, 2, 2, 1], 1, "VALID"), (IMAGE, 2, 2, "SAME", "foo"), (IMAGE, 6, 1, "VALID"),
    (image(0, 4, 4, 2), 2, 2, "VALID"),
    (np.float16(IMAGE), 2, 2, "SAME"), (image(1, 0, 4, 2), 2, 2, "SAME"),
]  # fmt: skip

POOLING = [
    pool(
        "max_pool2d",
        [*POOLS, (IMAGE, 2, 2, [[0, 0], [1, 0], [0, 1], [0, 0]])],
        [
            *WRONG_POOLS, (TIED, 2, 1, "VALID"), (TIED, 2, 2, "SAME"), (-np.ones((1, 3, 3, 1)), 2, 2, "SAME"),
            (np.arange(16, dtype=np.int32).reshape(1, 4, 4, 1), 3, 2, "SAME"),
            (IMAGE, 2, 2, [[0, 0], [2, 0], [0, 0], [0, 0]]),
        ],
    ),
    pool("max_pool2d", [(image(2, 2, 4, 5), 2, 2, "SAME", "NCHW")], suffix="/channels_first", notes=ONLY_HERE),
    pool("avg_pool2d", POOLS, [*WRONG_POOLS, (np.ones((1, 4, 4, 1), np.int32), 2, 2, "VALID"),
                               (IMAGE, 2, 2, [[0, 0], [1, 0], [0, 1], [0, 0]])]),
    pool("avg_pool2d", [(image(2, 2, 4, 5), 2, 2, "SAME", "NCHW")], suffix="/channels_first", notes=ONLY_HERE),
    *(
        pool(name, [(IMAGE, 2, 2, "VALID"), (image(2, 5, 2), 2, 2, "SAME")],
             [(image(4, 2), 2, 2, "VALID"), (image(1, 1, 1, 4, 4, 2), 2, 2, "VALID")])
        for name in ("max_pool", "avg_pool")
    ),
    *(
        pool(name, [(image(2, 5, 2), 2, 2, "VALID"), (image(2, 5, 2), [3], [1], "SAME"),
        (image(2, 5, 2), [1, 2, 1], 1, "SAME")],
             [(IMAGE, 2, 2, "VALID")])
        for name in ("max_pool1d", "avg_pool1d")
    ),
    *(
        pool(name, [(image(1, 3, 3, 3, 1), 2, 1, "VALID"),
        (image(1, 4, 4, 2, 1), [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "SAME")],
             notes=NO_DOUBLE_THERE if name == "max_pool3d" else {})
        for name in ("max_pool3d", "avg_pool3d")
    ),
    pool("pool",
         [(IMAGE, [2, 2], "MAX"), (image(2, 5, 2), [2], "AVG", [2], "SAME"), (IMAGE, (2, 1), "AVG", None, "SAME")],
         [(IMAGE, [2], "MAX"), (IMAGE, [2, 2], "MIN")]),
]  # fmt: skip

# --- normalisation ---------------------------------------------------------------------------------------------------

POSITIVE = floats(3, low=0.4, high=2.0)
# TensorFlow stops the gradient of the mean within the variance: right to first order only.
NORMALISATION = [
    Operation(
        "nn.moments",
        lambda tf, x, axes, keepdims=False: tf.nn.moments(x, axes, keepdims=keepdims),
        [(X, [0]), (X, [0, 1]), (X, 1, True), (X, [-1], True), (floats(2, 3, 2), [0, 2]), (X, []), (X, None)],
        [
            (X, 3), (X, [0, 0]), (EMPTY, [0]), (np.float16([[300, 300], [300, 301]]), [0]), (BFLOAT, [0]),
            (np.array([[1, 2], [3, 5]], np.int32), [0]),
        ],
    ),
    Operation(
        "nn.weighted_moments",
        lambda tf, x, axes, weights, keepdims=False: tf.nn.weighted_moments(x, axes, weights, keepdims=keepdims),
        [(X, [0], floats(2, 1, low=0.5)), (X, [0, 1], floats(2, 3, low=0.5, seed=1), True),
         (X, [1], floats(3, low=0.5))],
        [(X, [0], [[1.0], [3.0]])],
    ),
    Operation(
        "nn.sufficient_statistics",
        lambda tf, x, axes, shift, keepdims=False: [
            t for t in tf.nn.sufficient_statistics(x, axes, shift, keepdims) if t is not None
        ],
        [(X, [0], None), (X, [0, 1], np.float64(0.5), True)],
    ),
    Operation(
        "nn.normalize_moments",
        lambda tf, counts, mean, variance, shift: tf.nn.normalize_moments(counts, mean, variance, shift),
        [(np.float64(2.0), floats(3), floats(3, seed=1), shift) for shift in (None, np.float64(0.5))],
    ),
    Operation(
        "nn.batch_normalization",
        lambda tf, x, mean, variance, offset=None, scale=None: tf.nn.batch_normalization(
            x, mean, variance, offset, scale, 1e-3
        ),
        [
            (X, floats(3, seed=1), POSITIVE, floats(3, seed=2), floats(3, seed=3)), (X, floats(3, seed=1), POSITIVE),
            (X, floats(3, seed=1), POSITIVE, None, floats(3, seed=3)), (X, floats(2, 1), floats(2, 1, low=0.5)),
        ],
        [(X, floats(3), -POSITIVE), (np.float32(X), 0.0, 1.0),
         (np.float16(X), np.float32([0, 1, 2]), np.float32([1, 1, 2]))],
    ),
    Operation(
        "nn.batch_norm_with_global_normalization",
        lambda tf, x, mean, variance, beta, gamma, scaled: tf.nn.batch_norm_with_global_normalization(
            x, mean, variance, beta, gamma, 1e-3, scaled
        ),
        [
            (image(1, 2, 2, 3), floats(3), POSITIVE, floats(3, seed=1), floats(3, seed=2), True),
            (image(1, 2, 2, 3), floats(3), POSITIVE, floats(3, seed=1), None, False),
        ],
    ),
    Operation(
        "nn.local_response_normalization",
        lambda tf, x, **a: tf.nn.local_response_normalization(x, depth_radius=1, bias=2.0, alpha=0.5, beta=0.75),
        [(image(1, 2, 2, 4),)],
        [(np.float32(image(1, 2, 2, 4)),), (np.float32(X),)],
        notes=NO_DOUBLE_THERE,
    ),
    Operation(
        "nn.lrn", lambda tf, x: tf.nn.lrn(x), [(image(1, 1, 2, 7),)], [(np.float32(image(1, 2, 2, 4)),)],
        notes=NO_DOUBLE_THERE,
    ),
]  # fmt: skip

# --- dropout and embeddings: what is random is left to tests/nn/test_nn.py -------------------------------------------

LAYERS = [
    Operation(
        "nn.dropout", lambda tf, x, rate: tf.nn.dropout(x, rate), [(X, 0.0), (X, 0)],
        [(X, 1.5), (X, 1.0), (X, -0.1), (INTS, 0.5), (X, "a"), (X, None), (X, [0.5])],
    ),
    Operation(
        "nn.experimental.stateless_dropout",
        lambda tf, x, rate, *more: tf.nn.experimental.stateless_dropout(x, rate, [1, 7], *more),
        [(X, 0.5), (floats(2, 5), 0.25, None, [2, 1]), (floats(2, 5), 0.25, None, [None, 1])],
        [(X, 0.0), (X, 1.0), (INTS, 0.5), (X, "a"), (HALF, 0.5), (BFLOAT, 0.5), (X, np.float64(0.5)),
         (X, 0.5, None, [3, 3])],
        notes={"half": "each dtype has random numbers of its own", "float32": "so it has"},
    ),
    Operation(
        "nn.experimental.general_dropout",
        lambda tf, x, rate: tf.nn.experimental.general_dropout(
            x, rate, lambda shape, dtype: tf.random.stateless_uniform(shape, [3, 4], dtype=dtype)),
        [(X, 0.5)], [(X, 0.0), (X, 1.0)],
        notes={"half": "each dtype has random numbers of its own", "float32": "so it has"},
    ),
    Operation(
        "nn.embedding_lookup",
        lambda tf, params, ids: tf.convert_to_tensor(tf.nn.embedding_lookup(params, ids)),
        [(X, [1, 0, 1]), (X, np.int64(1)), (floats(3, 2, 2), [[0, 2], [2, 2]])],
        [(X, [2]), (X, [-1]), (X, [1.0]), (X, np.zeros((0,), np.int32)), (None, [1]), ([], [1]),
         (X, np.array([1], np.uint8))],
        notes={"tensorflow_gradient": "IndexedSlices there"},
    ),
    Operation(
        "nn.embedding_lookup/max_norm",
        lambda tf, params, ids: tf.nn.embedding_lookup(params, ids, max_norm=1.5),
        [(floats(4, 3, low=-1.0, high=1.5), [0, 1, 2, 3, 1])],
        notes={"tensorflow_gradient": "IndexedSlices there"},
    ),
]  # fmt: skip

# No two sums of these are equal: which of two equally likely paths is kept is anyone's guess.
STEPS, LONG = (np.random.default_rng(n).normal(size=shape) for n, shape in enumerate([(6, 2, 4), (12, 3, 5)]))
LENGTHS = np.array([6, 4], np.int32)


def decoder(name: str, edges: Any = (), **options: Any) -> Operation:
    plain = name.partition("/")[0]

    def call(tf: Any, x: Any, lengths: Any) -> Any:
        paths, scores = getattr(tf.nn, plain)(x, lengths, **options)
        return [[p.indices, p.values, p.dense_shape] for p in paths], scores

    return Operation(f"nn.{name}", call, edges=[(STEPS, LENGTHS), (STEPS[:1], np.array([1, 0], np.int32)), *edges],
                     order=0, rtol=1e-6, notes={"tensorflow_gradient": "TensorFlow has none"})  # fmt: skip


REFUSED = [
    (STEPS, LENGTHS + 1), (STEPS, LENGTHS - 5), (STEPS, LENGTHS[:1]), (STEPS, LENGTHS[None]), (STEPS[0], LENGTHS),
    (STEPS[:0], LENGTHS * 0), (STEPS.astype(np.float16), LENGTHS), (STEPS, LENGTHS.astype(np.int64)), (INTS, LENGTHS),
    (STEPS, [2, 3]),
]  # fmt: skip

DECODERS = [
    decoder("ctc_greedy_decoder", [*REFUSED, (STEPS * nan, LENGTHS), (STEPS.round(), LENGTHS)]),
    decoder("ctc_greedy_decoder/apart", [(STEPS.round(), LENGTHS)], merge_repeated=False),
    *(decoder(f"ctc_greedy_decoder/blank {blank}", blank_index=blank) for blank in (0, 1, -2, 4, -5)),
    decoder("ctc_beam_search_decoder", [*REFUSED, (LONG, np.array([12, 7, 9], np.int32)),
                                        (STEPS[..., :1], LENGTHS)]),
    *(decoder(f"ctc_beam_search_decoder/{width}, {count}",
              [(LONG, np.array([12, 7, 9], np.int32)), (STEPS[..., :2], LENGTHS)],
              beam_width=width, top_paths=count)
      for width, count in ((1, 1), (2, 2), (3, 2), (7, 3), (100, 4), (2, 3), (0, 1), (1, 0))),
]  # fmt: skip

SPOKEN = np.array([[1, 2, 2], [3, 1, 0]], np.int32)
OF_FLOAT32 = {"tensorflow": "TensorFlow's is of float32", "half": "its sums are long"}
SAID, HEARD = np.array([3, 2], np.int32), np.array([6, 4], np.int32)

SEQUENCES = [
    Operation(
        "nn.ctc_loss",
        lambda tf, y, x, n, m: tf.nn.ctc_loss(y, x, n, m),
        [(SPOKEN, floats(6, 2, 4), SAID, HEARD)],
        notes=OF_FLOAT32,
    ),
    Operation(
        "nn.ctc_loss/batch first",
        lambda tf, y, x, n, m: tf.nn.ctc_loss(y, x, n, m, logits_time_major=False, blank_index=-1),
        [(SPOKEN % 3, floats(2, 6, 4), SAID, HEARD)],
        notes=OF_FLOAT32,
    ),
    Operation(
        "nn.ctc_loss/float32",
        lambda tf, y, x, n, m: [
            tf.nn.ctc_loss(y, x, n, m),
            tf.nn.ctc_loss(y % 3, x, n, m, blank_index=-1),
            tf.nn.ctc_loss(y[:1], tf.transpose(x, [1, 0, 2])[:1], n[:1], m[:1], logits_time_major=False),
        ],
        edges=[(SPOKEN, floats(6, 2, 4).astype(np.float32), SAID, HEARD)],
    ),
    Operation(
        "nn.ctc_loss/sparse",
        lambda tf, x, m: tf.nn.ctc_loss(
            tf.sparse.SparseTensor([[0, 0], [0, 1], [1, 0]], [1, 2, 0], [2, 2]), x, None, m, blank_index=-1
        ),
        [(floats(6, 2, 4), HEARD)],
        rtol=1e-6,
        notes={"half": "TensorFlow's, too, is of float32 and float64"},
    ),
]

WORDS = np.array([[1], [0], [4]])
DRAWN = (np.array([0, 2, 3]), floats(3, 1, low=0.1, high=0.9).astype(np.float32), [0.5, 0.25, 0.125])


def sampled(name: str, **options: Any) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"nn.{plain}",
        lambda tf, w, b, x: getattr(tf.nn, plain)(
            w * 1.0, b * 1.0, WORDS, x, 3, 5, sampled_values=[tf.constant(v) for v in DRAWN], **options
        ),
        [(floats(5, 2), floats(5), floats(3, 2, seed=1))],
        notes={"tensorflow": "the odds are of float32 there"},
    )


SAMPLED = [
    sampled("nce_loss"),
    sampled("sampled_softmax_loss"),
    Operation(
        "nn.sampled/float32",
        lambda tf, w, b, x: [
            loss(w, b, WORDS, x, 3, 5, sampled_values=[tf.constant(v) for v in DRAWN], remove_accidental_hits=hits)
            for loss in (tf.nn.nce_loss, tf.nn.sampled_softmax_loss)
            for hits in (False, True)
        ],
        edges=[tuple(x.astype(np.float32) for x in (floats(5, 2), floats(5), floats(3, 2, seed=1)))],
        notes={"tensorflow_gradient": "IndexedSlices there"},
    ),
]

SAMPLED += [
    Operation(
        f"random.{name}_candidate_sampler",
        lambda tf, y, name=name: getattr(tf.random, f"{name}_candidate_sampler")(y, 2, 3, False, 7)[1],
        edges=[(np.array([[0, 6], [3, 1]]),), (np.array([[0], [1]]),), (np.array([0, 1]),)],
    )
    for name in ("uniform", "log_uniform")
]

ROWS = [
    *DECODERS,
    *SAMPLED,
    *ACTIVATIONS,
    *LINEAR,
    *LOSSES,
    *SEQUENCES,
    *CONVOLUTIONS,
    *POOLING,
    *NORMALISATION,
    *LAYERS,
]
