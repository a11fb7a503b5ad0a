"""The workloads in TensorFlow, eagerly: gradtape's programs, unchanged."""

import sys

import tensorflow

sys.modules["gradtape"] = tensorflow  # so that `import gradtape as tf` there gives TensorFlow

from benchmarks.workloads.gradtape import (  # noqa: E402 (the line above comes first)
    add_chain,
    mlp_step,
    multiply_chain,
    multiply_forward,
    scalar_loop,
)

__all__ = ["add_chain", "mlp_step", "multiply_chain", "multiply_forward", "scalar_loop"]
