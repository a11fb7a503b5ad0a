"""`tf.compat`: TensorFlow's two generations. Both are gradtape; `v1` adds the switches of its time."""

from ..values.lacking import lacking, show_room

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text", "v1", "v2"]


show_room("gradtape.compat", "v1", "gradtape.compat.v1")
show_room("gradtape.compat", "v2", "gradtape.compat.v2")

__getattr__ = lacking(__name__)


def as_bytes(bytes_or_text: str | bytes, encoding: str = "utf-8") -> bytes:
    """Text as bytes."""
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes(bytes_or_text)


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as text."""
    return bytes_or_text if isinstance(bytes_or_text, str) else bytes(bytes_or_text).decode(encoding)


as_str = as_text


def as_str_any(value: object, encoding: str = "utf-8") -> str:
    """Anything as text, bytes by their decoding."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)
