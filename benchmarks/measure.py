"""Runs the rows: a process per contender, taking turns in each round, so all see one machine."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.catalogue import CONTENDERS, REFERENCE, Contender, Workload
from benchmarks.environments import ROOT

TIMEOUT = 180  # seconds for one answer
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}


class Failure(Exception):
    """A contender did not answer a row: a message for the terminal, `.reason` for the results."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Process:
    """A contender's worker; started when first asked, and again after it has died."""

    def __init__(self, contender: Contender, python: str) -> None:
        self.command = [python, "-m", "benchmarks.worker", contender.module]
        self.process: subprocess.Popen[str] | None = None

    def ask(self, command: str, workload: Workload) -> dict[str, Any]:
        """The worker's answer, or a Failure."""
        if self.process is None:
            self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (lives with the process)
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
                cwd=ROOT,
                env=os.environ | QUIET,
            )
        watchdog = threading.Timer(TIMEOUT, self.process.kill)
        watchdog.start()
        try:
            print(command, workload.name, file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            raise self.obituary()
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(answer["error"], f"{answer['error']}: {answer['message']}")
        return answer

    def obituary(self) -> Failure:
        """How the worker ended."""
        status = self.process.wait()
        self.errors.seek(0)
        last = (self.errors.read().strip().splitlines() or ["nothing on standard error"])[-1]
        self.close()
        return Failure("the process died", f"the process died, status {status}: {last}")

    def close(self) -> None:
        """Ends the worker."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.kill()
            self.process.wait()
            self.errors.close()
            self.process = None


@dataclass
class Row:
    """The figures of a workload for each contender, one per round; and who failed, and how."""

    figures: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Session:
    """A run of the benchmarks with the contenders that are installed."""

    def __init__(self, interpreters: dict[str, str], rounds: int, row_seconds: float) -> None:
        self.interpreters = interpreters
        self.rounds, self.row_seconds = rounds, row_seconds
        self.contenders = [c for c in CONTENDERS if c.environment in interpreters]
        self.processes = {c.name: Process(c, interpreters[c.environment]) for c in self.contenders}
        self.versions: dict[str, str] = {}
        self.per_operation: dict[tuple[str, str], float] = {}  # seconds: of a contender, function

    def check_contenders(self) -> None:
        """Leaves out contenders whose library does not import; notes the others' versions."""
        for contender in list(self.contenders):
            try:
                if contender.imports:
                    self.footprint("import", contender, contender.imports)
                self.versions[contender.name] = self.footprint("version", contender, contender.package)
            except Failure as failure:
                say(f"{contender.name}: left out: {failure}")
                self.contenders.remove(contender)

    def footprint(self, command: str, contender: Contender, name: str) -> str:
        """What `benchmarks.footprint` answers in the contender's environment."""
        python = self.interpreters[contender.environment]
        try:
            done = subprocess.run(
                [python, "-m", "benchmarks.footprint", command, name],
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=os.environ | QUIET,
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(type(error).__name__, str(error)) from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
            raise Failure(last.split(":")[0], last)
        return done.stdout.splitlines()[-1]

    def measure(self, workload: Workload) -> Row:
        """The row of a workload."""
        row = Row()
        contenders = [c for c in self.contenders if self.takes_part(c, workload, row)]
        rounds = {"time": self.rounds, "import": max(3, self.rounds), "memory": 1, "size": 1}
        left, began = rounds[workload.kind], time.perf_counter()
        done = 0
        while left > 0 and contenders:
            first = done % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                progress(f"{workload.title}: round {done + 1}, {contender.name}")
                try:
                    measured = self.sample(contender, workload)
                except Failure as failure:
                    fail(row, contender, workload, failure)
                    contenders = [c for c in contenders if c is not contender]
                    continue
                row.figures.setdefault(contender.name, []).append(workload.figure(measured))
                if workload.kind == "time":
                    key = contender.name, workload.function
                    self.per_operation[key] = measured / workload.operations
            done += 1
            spent = time.perf_counter() - began
            left = min(left - 1, max(3 - done, int((self.row_seconds - spent) * done / spent)))
        for name in row.failed:
            row.figures.pop(name, None)
        return row

    def takes_part(self, contender: Contender, workload: Workload, row: Row) -> bool:
        """Whether the contender has the workload, is fast enough, and computes the right thing."""
        if workload.kind in ("import", "size"):
            return contender.imports is not None
        known = self.per_operation.get((contender.name, workload.function), 0.0)
        if known * workload.operations > self.row_seconds / 4:
            row.failed[contender.name] = "too long"
            return False
        progress(f"{workload.title}: verifying {contender.name}")
        try:
            answer = self.processes[contender.name].ask("verify", workload)
        except Failure as failure:
            fail(row, contender, workload, failure)
            return False
        by_hand = contender.name == REFERENCE
        return "verified" in answer and not (by_hand and workload.kind == "memory")

    def sample(self, contender: Contender, workload: Workload) -> float:
        """One measurement: seconds or bytes."""
        match workload.kind:
            case "import":
                return float(self.footprint("import", contender, contender.imports))
            case "size":
                return float(self.footprint("size", contender, contender.package))
            case "memory":
                process = Process(contender, self.interpreters[contender.environment])
                try:
                    return process.ask("memory", workload)["bytes"]
                finally:
                    process.close()
            case _:
                return self.processes[contender.name].ask("time", workload)["seconds"]

    def run(self, workloads: Iterable[Workload]) -> dict[str, Any]:
        """The results of all rows, as they are written to results.json."""
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        if load > 0.5:
            say(f"the machine is or was just busy (load {load:.1f}): threaded products may look far too slow")
        try:
            self.check_contenders()
            rows = {workload.name: vars(self.measure(workload)) for workload in workloads}
        finally:
            for process in self.processes.values():
                process.close()
            progress("")
        machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
        return {
            "machine": f"{machine}, Python {platform.python_version()}",
            "versions": self.versions,
            "rows": rows,
        }


def fail(row: Row, contender: Contender, workload: Workload, failure: Failure) -> None:
    """Says that a contender failed a row, and notes it."""
    row.failed[contender.name] = failure.reason
    say(f"{workload.name}: {contender.name} failed: {failure}")


def progress(line: str) -> None:
    """Shows what is being done, on one line of the terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def say(line: str) -> None:
    """Prints a line that stays."""
    progress("")
    print(line, file=sys.stderr, flush=True)
