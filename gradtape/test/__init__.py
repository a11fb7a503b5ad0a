"""`tf.test`: test cases with assertions on tensors, Jacobians to compare, and what tests may ask of the machine."""

from unittest import mock

from ..values.lacking import lacking
from ..values.refused import refused, refusing
from . import experimental
from .case import TestCase, create_local_cluster, disable_with_predicate, main, with_eager_op_as_function
from .graphs import assert_equal_graph_def
from .jacobians import compute_gradient
from .machine import (
    gpu_device_name,
    is_built_with_cuda,
    is_built_with_gpu_support,
    is_built_with_rocm,
    is_built_with_xla,
    is_cpu_target_available,
    is_gpu_available,
)

__all__ = [
    "Benchmark", "TestCase", "assert_equal_graph_def", "benchmark_config", "compute_gradient", "create_local_cluster",
    "disable_with_predicate", "gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support",
    "is_built_with_rocm", "is_built_with_xla", "is_cpu_target_available", "is_gpu_available", "main", "mock",
    "with_eager_op_as_function",
]  # fmt: skip

Benchmark = refused("tf.test.Benchmark", "time a function with Python's timeit, or pytest-benchmark.")
benchmark_config = refusing("tf.test.benchmark_config", "gradtape has no sessions to configure.")

__getattr__ = lacking(__name__)
