"""What a collector has noted as files: trace events for Perfetto and `chrome://tracing`, an XSpace for TensorBoard."""

import functools
import gzip
import json
import os
import socket
import time
from typing import Any

from ..io import gfile, messages
from ..values.log import get_logger
from .collector import DERIVATIVE, LIMIT, OPERATION, Collector, Event, rows

_PROCESS = "/host:CPU"  # by which TensorBoard knows that it is what threads of a computer did
_STEPS = "Steps"


def new_run(folder: str) -> str:
    """The name of a new folder below `folder`, where TensorBoard looks for profiles."""
    first = name = gfile.join(folder, "plugins", "profile", time.strftime("%Y_%m_%d_%H_%M_%S"))
    count = 0
    while gfile.exists(name):
        count += 1
        name = f"{first}_{count}"
    return name


def write(collector: Collector, run: str, host: str = "") -> None:
    """Write what was noted into the folder `run`, under the name of the host."""
    if len(collector.events) == LIMIT:
        get_logger().warning(f"The profile has the newest {LIMIT:,} events; what was before is not in it.")
    gfile.makedirs(run)
    path = gfile.join(run, host or socket.gethostname() or "localhost")
    _write(f"{path}.trace.json.gz", gzip.compress(json.dumps(trace_events(collector)).encode()))
    try:
        _write(f"{path}.xplane.pb", space(collector).SerializeToString())
    except ImportError:
        get_logger().warning(
            "TensorBoard's profile page needs protobuf to be written for, which is not installed: pip install "
            '"gradtape[summary]". Perfetto (https://ui.perfetto.dev) opens the *.trace.json.gz that was written.'
        )


def _write(path: str, content: bytes) -> None:
    with gfile.GFile(path, "wb") as file:
        file.write(content)


_line = functools.lru_cache(4096)(str)  # of a place


def _details(event: Event) -> dict[str, Any]:
    """What is known of an event."""
    return event.details if event.place is None else {**event.details, "line": _line(event.place)}


def _span(event: Event, since: int) -> tuple[int, int]:
    """When an event began, in nanoseconds since the profile did, and how long it took since then."""
    start = max(event.start, since)
    return start - since, event.end - start


def trace_events(collector: Collector) -> dict[str, Any]:
    """What was noted in the format of trace events. Threads are numbered in the order in which they began."""
    pid, since = os.getpid(), collector.began[0]
    made = [_named(pid, "process_name", _PROCESS)]
    steps = []
    for tid, (number, events) in enumerate(_in_order(collector), 1):
        made.append(_named(pid, "thread_name", collector.threads.get(number, f"thread {number}"), tid))
        for event in events:
            start, duration = _span(event, since)
            details = _details(event)
            what = {
                "ph": "X",
                "pid": pid,
                "ts": start / 1000,
                "dur": duration / 1000,
                "cat": event.kind,
                "args": details,
            }
            made.append({"name": event.name, "tid": tid, **what})
            if "step_num" in details:
                steps.append({"name": str(details["step_num"]), "tid": 0, **what})
    if steps:
        made += [_named(pid, "thread_name", _STEPS, 0), *steps]
    return {"displayTimeUnit": "ns", "metadata": {"highres-ticks": True}, "traceEvents": made}


def _in_order(collector: Collector) -> list[tuple[int, list[Event]]]:
    return sorted(rows(collector).items(), key=lambda row: row[1][0].start)


def _named(pid: int, what: str, name: str, tid: int | None = None) -> dict[str, Any]:
    found = {"ph": "M", "pid": pid, "name": what, "args": {"name": name}}
    return found if tid is None else {**found, "tid": tid}


def space(collector: Collector) -> Any:
    """What was noted as an `XSpace` message.

    Raises:
      ImportError: if protobuf is not installed.
    """
    since, day = collector.began
    made = messages.XSpace(hostnames=[socket.gethostname() or "localhost"])
    plane = made.planes.add(name=_PROCESS)
    names, stats = _Numbered(plane.event_metadata), _Numbered(plane.stat_metadata)
    for tid, (number, events) in enumerate(_in_order(collector), 1):
        line = plane.lines.add(id=tid, name=collector.threads.get(number, f"thread {number}"), timestamp_ns=day)
        for event in events:
            start, duration = _span(event, since)
            # An operation's name and type: by that TensorBoard's page of operations knows it.
            name = f"{event.name}:{event.name}" if event.kind in (OPERATION, DERIVATIVE) else event.name
            added = line.events.add(metadata_id=names.of(name), offset_ps=1000 * start, duration_ps=1000 * duration)
            for key, value in _details(event).items():
                stat = added.stats.add(metadata_id=stats.of(key))
                setattr(stat, _FIELDS.get(type(value), "str_value"), value)
    return made


_FIELDS = {int: "int64_value", float: "double_value"}


class _Numbered:
    """The numbers of names, which a message keeps."""

    def __init__(self, message: Any) -> None:
        self._message = message
        self._known: dict[str, int] = {}

    def of(self, name: str) -> int:
        number = self._known.get(name)
        if number is None:
            number = self._known[name] = len(self._known) + 1
            added = self._message[number]
            added.id, added.name = number, name
        return number
