"""`tf.compat.v1.summary`: what writes graphs of summaries, of which there are none here."""

from typing import Any

from . import namespace

__all__ = ["FileWriter", "all_v2_summary_ops", "initialize", "merge", "merge_all"]


class FileWriter:
    """What wrote the summaries of sessions.

    Raises:
      RuntimeError: always.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError(
            "v1.summary.FileWriter is not compatible with eager execution. Use `tf.summary.create_file_writer`: `with "
            "tf.summary.create_file_writer(folder).as_default(): tf.summary.scalar(name, value, step=step)`."
        )


def merge(inputs: Any, collections: Any = None, name: str | None = None) -> Any:
    """There is nothing to merge.

    Raises:
      RuntimeError: always.
    """
    raise RuntimeError(
        "Merging tf.summary.* ops is not compatible with eager execution: `tf.summary.scalar(name, value, step=step)` "
        "writes where it is called, under `with tf.summary.create_file_writer(folder).as_default():`."
    )


def merge_all(key: Any = "summaries", scope: Any = None, name: str | None = None) -> Any:
    """There is nothing to merge.

    Raises:
      RuntimeError: always.
    """
    return merge(key)


def initialize(graph: Any = None, session: Any = None) -> None:
    """Nothing: a writer is ready when it is made."""


def all_v2_summary_ops() -> None:
    """None: there is no graph with operations in it."""


def __getattr__(name: str) -> Any:
    return namespace.look_up("summary", name)
