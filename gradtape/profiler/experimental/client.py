"""`tf.profiler.experimental.client`: asks other processes for profiles."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...io import gfile, messages
from ...io.storage import text
from ...values.errors import InvalidArgumentError, UnavailableError
from ...values.lacking import lacking
from ...values.log import get_logger
from .. import files
from ..service import CHANNEL_OPTIONS, PROFILE, grpc
from ..session import ProfilerOptions

__all__ = ["monitor", "trace"]


def trace(service_addr: str, logdir: Any, duration_ms: int, worker_list: str = "", num_tracing_attempts: int = 3,
          options: ProfilerOptions | None = None) -> None:  # fmt: skip
    """Have processes that called `tf.profiler.experimental.server.start` profile what they do, and write it.

    Args:
      service_addr: where they listen: `grpc://localhost:6009`, or several of them with commas between.
      logdir: a folder, in which they write; each must have it.
      duration_ms: for how many milliseconds they profile.
      worker_list: of no effect; TensorFlow's, for TPUs.
      num_tracing_attempts: how often they are asked until something has happened meanwhile.
      options: what is profiled.

    Raises:
      ImportError: if grpcio is not installed.
      InvalidArgumentError: if an argument cannot be.
      UnavailableError: if nobody answers, or nothing has happened.
    """
    addresses = [part.strip().removeprefix("grpc://") for part in service_addr.split(",") if part.strip()]
    if not addresses or duration_ms <= 0:
        wrong = "service_addr is empty" if not addresses else f"duration_ms must be positive, got {duration_ms}"
        raise InvalidArgumentError(None, None, wrong)
    given = options or ProfilerOptions()
    root, session = os.path.split(files.new_run(text(logdir)))
    gfile.makedirs(root)
    message = messages.ProfileRequest(duration_ms=duration_ms, repository_root=root, session_id=session)
    opts = message.opts
    opts.version, opts.duration_ms, opts.host_tracer_level = 1, duration_ms, given.host_tracer_level
    opts.python_tracer_level, opts.device_tracer_level = given.python_tracer_level, given.device_tracer_level
    for _ in range(max(num_tracing_attempts, 1)):
        with ThreadPoolExecutor(len(addresses)) as pool:
            answers = list(pool.map(lambda address: _ask(address, message), addresses))
        if any(answers):
            return
    raise UnavailableError(
        None,
        None,
        "No trace event was collected because there were no responses from clients or the responses did not have trace "
        "data.",
    )


def _ask(address: str, message: Any) -> bool:
    """Ask one of them; whether it has written something."""
    library, request = grpc(), messages.ProfileRequest()
    request.CopyFrom(message)
    request.host_name = address
    with library.insecure_channel(address, options=CHANNEL_OPTIONS) as channel:
        profile = channel.unary_unary(
            PROFILE,
            request_serializer=messages.ProfileRequest.SerializeToString,
            response_deserializer=messages.ProfileResponse.FromString,
        )
        try:
            return not profile(request, timeout=60 + request.duration_ms / 1000).empty_trace
        except library.RpcError as error:
            get_logger().warning(f"{address} gave no profile: {error.details()}")
            return False


def monitor(service_addr: str, duration_ms: int, level: int = 1) -> str:
    """Not there: TensorFlow has it for TPUs.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError(
        "tf.profiler.experimental.client.monitor says how TPUs are used, and gradtape runs on none: "
        "tf.profiler.experimental.client.trace writes a profile of another process."
    )


__getattr__ = lacking(__name__)
