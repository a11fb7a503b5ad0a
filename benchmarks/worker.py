"""The process that a contender runs in: reads `verify ROW`, `time ROW` or `memory ROW`.

`python -m benchmarks.worker MODULE` loads `benchmarks/workloads/MODULE.py`, prepares a row at its
`verify`, and answers every line with one of JSON.
"""

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.catalogue import WORKLOADS, Inputs, Workload

ROWS = {workload.name: workload for workload in WORKLOADS}
STEPS = 3  # of training before the comparison
QUIET_SECONDS = 0.25  # before each measurement: idle threads of other workers spin, OpenBLAS's for 0.1 s
LAPS_SECONDS = 0.05  # an answer to `time` is the median of as many runs as this takes


def inputs_of(workload: Workload) -> Inputs:
    """The same inputs in every process."""
    return workload.inputs(np.random.default_rng(0))


def outcome(workload: Workload, run: Callable[[], Any]) -> Any:
    """What the first run returns; in training, the third, to which the earlier steps' updates lead."""
    for _ in range(STEPS - 1 if workload.trains else 0):
        run()
    return run()


def results(workload: Workload, inputs: Inputs, returned: Any) -> list[np.ndarray]:
    """What is verified: the arrays returned; of training the loss, and what the steps changed."""
    if workload.kind == "memory":
        returned = returned()
    arrays = list(returned) if isinstance(returned, list | tuple) else [returned]
    arrays = [np.asarray(a).astype("float64") for a in arrays]
    if workload.trains:
        changes = (a - p for a, p in zip(arrays[1:], inputs["parameters"], strict=True))
        arrays = [arrays[0], *changes]
    return arrays


class Worker:
    """Answers about the rows of one contender's file."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.runs: dict[str, Callable[[], Any]] = {}

    def verify(self, workload: Workload) -> dict[str, Any]:
        """Prepares the row and compares its first result with the reference's."""
        from benchmarks.workloads import by_hand

        inputs = inputs_of(workload)
        function = getattr(self.module, workload.function, None)
        if function is None:
            return {"lacks": workload.function}
        try:
            run = function(**inputs)
            got = results(workload, inputs, outcome(workload, run))
        except NotImplementedError as error:  # what a workload's file says its library lacks
            return {"lacks": str(error)}
        expected = results(workload, inputs, outcome(workload, getattr(by_hand, workload.function)(**inputs)))
        for i, (a, b) in enumerate(zip(got, expected, strict=True)):
            if a.shape != b.shape:
                raise AssertionError(f"result {i} has shape {a.shape}, by hand {b.shape}")
            error = np.max(np.abs(a - b)) / np.max(np.abs(b))
            if not error <= workload.tolerance:
                raise AssertionError(f"result {i} differs from the one by hand by {error:.2g}")
        self.runs[workload.name] = run
        return {"verified": True}

    def time(self, workload: Workload) -> dict[str, Any]:
        """Seconds of one run, with the garbage collector on, as it is in programs."""
        run = self.runs[workload.name]
        time.sleep(QUIET_SECONDS)
        gc.collect()
        laps: list[float] = []
        while sum(laps) < LAPS_SECONDS:
            start = time.perf_counter()
            run()
            laps.append(time.perf_counter() - start)
        return {"seconds": median(laps)}

    def memory(self, workload: Workload) -> dict[str, Any]:
        """Bytes by which one run, its result held, grew the process, which should be fresh."""
        inputs = inputs_of(workload)
        function = getattr(self.module, workload.function)
        first = function(**{**inputs, "length": inputs["length"] // 100})()
        first()  # what is allocated once has been
        del first
        run = function(**inputs)
        gc.collect()
        before = resident_bytes()
        held = run()
        gc.collect()
        grown = resident_bytes() - before
        del held
        return {"bytes": grown}


def resident_bytes() -> int:
    """The memory of this process; where the system does not say, the most it has had."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(name: str) -> None:
    """Serves standard input until it ends; what libraries print goes to standard error."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = None
    for line in sys.stdin:
        command, row = line.split()
        try:
            if worker is None:
                worker = Worker(importlib.import_module(f"benchmarks.workloads.{name}"))
            answer = getattr(worker, command)(ROWS[row])
        except Exception as error:  # whatever a library raises is an answer, not the end of the run
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
