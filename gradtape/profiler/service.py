"""The service by which another process asks for a profile, as TensorFlow's and TensorBoard's do: gRPC."""

from collections.abc import Callable
from typing import Any

from ..io.extras import needed

_SERVICE = "tensorflow.ProfilerService"
PROFILE = f"/{_SERVICE}/Profile"
CHANNEL_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def grpc() -> Any:
    """The library.

    Raises:
      ImportError: if it is not installed.
    """
    return needed("grpc", "grpcio", "Asking another process for a profile")


def handler(profile: Callable[[Any, Any], Any], request: Any, response: Any) -> Any:
    """What a gRPC server is given to answer requests with `profile(request, context)`."""
    method = grpc().unary_unary_rpc_method_handler(
        profile, request_deserializer=request.FromString, response_serializer=response.SerializeToString
    )
    return grpc().method_handlers_generic_handler(_SERVICE, {"Profile": method})
