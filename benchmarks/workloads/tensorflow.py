"""The workloads in TensorFlow, eagerly: gradtape's programs, unchanged."""

import sys

import tensorflow

sys.modules["gradtape"] = tensorflow  # so that `import gradtape as tf` there gives TensorFlow

from benchmarks.workloads.gradtape import (  # noqa: E402 (the line above comes first)
    add_chain,
    data_arrays,
    data_examples,
    data_overlap,
    data_pictures,
    embedding_step,
    layer_jacobian,
    layer_jacobian_loop,
    loop_forward,
    loop_gradient,
    made_anew,
    matrix_gradient,
    matrix_operation,
    mlp_forward,
    mlp_hvp,
    multiply_chain,
    multiply_forward,
    scalar_call,
    scalar_loop,
    training_step,
)

__all__ = [
    "add_chain", "data_arrays", "data_examples", "data_overlap", "data_pictures", "embedding_step", "layer_jacobian",
    "layer_jacobian_loop", "loop_forward", "loop_gradient", "made_anew", "matrix_gradient", "matrix_operation",
    "mlp_forward", "mlp_hvp", "multiply_chain", "multiply_forward", "scalar_call", "scalar_loop", "training_step",
]  # fmt: skip
