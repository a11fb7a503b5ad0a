"""`tf.profiler.experimental.server`: has another process ask for profiles of this one."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...io import gfile, messages
from ...values.errors import AlreadyExistsError, UnavailableError
from ...values.lacking import lacking
from .. import files, session
from ..service import CHANNEL_OPTIONS, grpc, handler

__all__ = ["start"]

_OPTIONS = [*CHANNEL_OPTIONS, ("grpc.so_reuseport", 0)]
_servers: list[Any] = []  # which go on as long as the process


def start(port: int) -> None:
    """Listen on a port for those who ask for a profile: `client.trace`, or TensorBoard's profile page.

    Args:
      port: the number.

    Raises:
      ImportError: if grpcio is not installed.
      UnavailableError: if the port is taken.
    """
    server = grpc().server(ThreadPoolExecutor(2, thread_name_prefix="gradtape.profiler"), options=_OPTIONS)
    server.add_generic_rpc_handlers((handler(_profile, messages.ProfileRequest, messages.ProfileResponse),))
    try:
        server.add_insecure_port(f"[::]:{port}")
    except RuntimeError as error:
        raise UnavailableError(None, None, f"Cannot listen on port {port}: {error}") from None
    server.start()
    _servers.append(server)


def _profile(request: Any, context: Any) -> Any:
    """Profile for as long as is asked, and write it where is asked."""
    asked = request.opts
    options = session.ProfilerOptions()
    if asked.version:  # or else none are given
        options = session.ProfilerOptions(asked.host_tracer_level, asked.python_tracer_level, asked.device_tracer_level)
    try:
        session.begin(request.repository_root, options)
        time.sleep(request.duration_ms / 1000)
        collector, folder = session.end()
    except AlreadyExistsError as error:
        context.abort(grpc().StatusCode.ALREADY_EXISTS, error.message)
    except UnavailableError as error:  # the program has ended it
        context.abort(grpc().StatusCode.UNAVAILABLE, error.message)
    if collector.events:
        files.write(collector, gfile.join(folder, request.session_id), request.host_name.replace(":", "_"))
    return messages.ProfileResponse(empty_trace=not collector.events)


__getattr__ = lacking(__name__)
