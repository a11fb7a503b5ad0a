"""The programs under `tf.function(jit_compile=True)`, where JAX is installed. They end when results can be read."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradtape as tf
from benchmarks.workloads import gradtape

compiled = partial(tf.function, jit_compile=True)


def finished(workload: Callable[..., Any]) -> Callable[..., Any]:
    """`workload`, compiled, whose runs wait for what they began: one result of a program is there when all are."""

    def waiting(**given: Any) -> Callable[[], Any]:
        run = workload(**given, compiled=compiled)

        def wait() -> Any:
            made = run()
            first = made[0] if isinstance(made, list) else made
            first.numpy()
            return made

        return wait

    return waiting


training_step = finished(gradtape.training_step)
first_step = finished(gradtape.made_anew)
mlp_hvp = finished(gradtape.mlp_hvp)
scalar_call = finished(gradtape.scalar_call)
loop_forward = finished(gradtape.loop_forward)
loop_gradient = finished(gradtape.loop_gradient)
