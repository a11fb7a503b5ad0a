"""`CheckpointManager`: keeps some checkpoints of a folder, and removes the others."""

import os
import time
from collections.abc import Callable
from typing import Any

from ..io.storage import text
from ..values.log import logger
from . import bundle, state
from .checkpoint import Checkpoint, CheckpointOptions

__all__ = ["CheckpointManager"]


class CheckpointManager:
    """Saves checkpoints into a folder, and removes the oldest ones.

    Args:
      checkpoint: the `Checkpoint` to save.
      directory: the folder, which is made if it is not there.
      max_to_keep: how many checkpoints to keep; None keeps all.
      keep_checkpoint_every_n_hours: one that would be removed is kept for good if it is so much younger than the last
        that was.
      checkpoint_name: what the names of the files begin with.
      step_counter: a variable, needed with `checkpoint_interval`.
      checkpoint_interval: `save` saves if `step_counter` is so much greater than when it did last.
      init_fn: a function that `restore_or_initialize` calls where there is no checkpoint.
      last_checkpoint_step: where `checkpoint_interval` begins.

    Raises:
      ValueError: if `max_to_keep` is not positive, or `step_counter` is missing.

    >>> import gradtape as tf, tempfile
    >>> step = tf.Variable(0)
    >>> manager = tf.train.CheckpointManager(tf.train.Checkpoint(step=step), tempfile.mkdtemp(), max_to_keep=2)
    >>> manager.restore_or_initialize()
    >>> for _ in range(3):
    ...     _ = step.assign_add(1)
    ...     path = manager.save()
    >>> [path.rpartition("/")[2] for path in manager.checkpoints]
    ['ckpt-2', 'ckpt-3']
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep:d}.")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self._checkpoint = checkpoint
        self._directory = text(directory)
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._step_counter = step_counter
        self._interval = checkpoint_interval
        self._last_step = last_checkpoint_step
        self._init_fn = init_fn
        self._kept: dict[str, float] = {}  # by path, when it was saved
        self._latest: str | None = None
        now = time.time()
        self._preserved = now - 1.0
        found = state.get_checkpoint_state(self._directory)
        if found is not None:
            self._latest = found.model_checkpoint_path
            self._preserved = found.last_preserved_timestamp
            if now < self._preserved:
                logger.warning(
                    "time.time() returned a value %f seconds behind the last preserved checkpoint timestamp.",
                    self._preserved - now,
                )
                self._preserved = now
            times = found.all_model_checkpoint_timestamps or [self._preserved] * len(found.all_model_checkpoint_paths)
            for path, saved in zip(found.all_model_checkpoint_paths, times, strict=False):
                if min(saved, now) > self._preserved:
                    self._kept[path] = min(saved, now)

    @property
    def checkpoint(self) -> Checkpoint:
        return self._checkpoint

    @property
    def directory(self) -> str:
        return self._directory

    @property
    def checkpoint_interval(self) -> int | None:
        return self._interval

    @property
    def checkpoints(self) -> list[str]:
        """The paths of the checkpoints that may be removed one day, the oldest first."""
        return list(self._kept)

    @property
    def latest_checkpoint(self) -> str | None:
        """The path of the checkpoint that was saved last, to be given to `restore`; None if there is none."""
        return self._latest

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: CheckpointOptions | None = None
    ) -> str | None:
        """Save a checkpoint, and remove those that are too many.

        Args:
          checkpoint_number: its number, by default how often one was saved.
          check_interval: whether not to save before `checkpoint_interval` is over.

        Returns:
          Its path; None if none was saved.
        """
        if self._interval is not None:
            step = int(self._step_counter)
            if self._last_step is not None and (
                step == self._last_step or (check_interval and step < self._last_step + self._interval)
            ):
                return None
            self._last_step = step
        count = int(self._checkpoint.save_counter.assign_add(1))
        number = count if checkpoint_number is None else int(checkpoint_number)
        return self._checkpoint._write_and(f"{self._prefix}-{number}", options, self._saved)  # type: ignore[no-any-return]

    def _saved(self, path: str) -> None:
        self._kept.pop(path, None)
        self._kept[path] = time.time()
        self._latest = path
        self._record()  # before files are removed, so that whoever is killed meanwhile leaves the new one as the latest
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            oldest, saved = next(iter(self._kept.items()))
            del self._kept[oldest]
            if self._hours and saved - self._hours * 3600.0 >= self._preserved:
                self._preserved = saved
            else:
                bundle.remove(oldest)
        self._record()

    def _record(self) -> None:
        assert self._latest is not None
        state.update(self._directory, self._latest, list(self._kept), list(self._kept.values()), self._preserved)

    def restore_or_initialize(self) -> str | None:
        """Restore the latest checkpoint; where there is none, call `init_fn`.

        Returns:
          Its path; None if there is none.
        """
        if self._latest is None:
            if self._init_fn is not None:
                self._init_fn()
            return None
        self._checkpoint.restore(self._latest)
        if self._interval is not None:
            self._last_step = int(self._step_counter)
        return self._latest

    def sync(self) -> None:
        """Wait for what is being written: nothing is, when `save` has returned."""
        self._checkpoint.sync()
