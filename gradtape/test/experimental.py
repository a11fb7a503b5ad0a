"""`tf.test.experimental`."""

from ..values.lacking import lacking

__all__ = ["sync_devices"]


def sync_devices() -> None:
    """Wait for what devices compute. An operation's numbers are there when it returns: there is nothing to wait for."""


__getattr__ = lacking(__name__)
