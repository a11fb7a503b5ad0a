"""`tf.compat.v1.train.summary_iterator`: what is in a file of events."""

from collections.abc import Iterator
from typing import Any

from ...io import messages
from ...io.records import read
from ...values.errors import DataLossError

__all__ = ["summary_iterator"]


def summary_iterator(path: Any) -> Iterator[Any]:
    """The events of a file that `tf.summary` wrote, one after the other: protocol buffers.

    Raises:
      DataLossError: if the file is damaged.
      ImportError: if protobuf is not installed.
      NotFoundError: if there is no such file.
    """
    for record, _ in read(path):
        try:
            event = messages.Event.FromString(record)
        except Exception as error:
            raise DataLossError(None, None, f"a record of {path} is no event: {error}") from None
        yield event
