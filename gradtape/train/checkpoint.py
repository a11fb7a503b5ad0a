"""`Checkpoint`: saves the values of variables to files, and restores them."""

import copy
import inspect
import os
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..control_flow import init_scope
from ..io import places
from ..io.storage import text
from ..py_function import py_function
from ..values.dtypes import int64, string
from ..values.errors import NotFoundError
from ..values.tensor import EagerTensor
from ..values.thread import current
from ..values.trackable import AutoTrackable, NoDependency, Trackable, as_child
from ..values.variable import Variable
from . import bundle, state
from .objects import Objects
from .restoring import NameBasedSaverStatus, restore

__all__ = ["Checkpoint", "CheckpointOptions"]


class CheckpointOptions:
    """How a checkpoint is saved or restored.

    Args:
      experimental_io_device: has no effect.
      experimental_enable_async_checkpoint, enable_async: have no effect: a checkpoint is written when `save` returns.
      experimental_write_callbacks: functions to call when it is written, with its path if they take an argument.
      experimental_skip_slot_variables: whether optimizers' variables for others may stay unrestored.
      experimental_sharding_callback: has no effect: there is one file of data.
    """

    def __init__(
        self,
        experimental_io_device: str | None = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: Sequence[Callable[..., Any]] | None = None,
        enable_async: bool = False,
        experimental_skip_slot_variables: bool = False,
        experimental_sharding_callback: Any = None,
    ) -> None:
        self.experimental_io_device = experimental_io_device
        self.enable_async = self.experimental_enable_async_checkpoint = (
            experimental_enable_async_checkpoint or enable_async
        )
        self.experimental_write_callbacks = experimental_write_callbacks
        for callback in experimental_write_callbacks or ():
            if not callable(callback) or len(inspect.signature(callback).parameters) > 1:
                raise AssertionError("a callback takes the path of the checkpoint, or nothing")
        self.experimental_skip_slot_variables = experimental_skip_slot_variables
        self.experimental_sharding_callback = experimental_sharding_callback


class Checkpoint(AutoTrackable):
    """Saves the values of objects, and of what they are made of, to files; and restores them.

    Objects are variables, `tf.Module`s, layers, models and optimizers of Keras, generators of random numbers, and
    lists, tuples and dicts of these. Values belong to the names by which objects are reached. The files are
    TensorFlow's.

    Args:
      root: an object that is saved as the checkpoint itself.
      **kwargs: objects, which become attributes.

    Raises:
      ValueError: if one of them has no variables to save, as numbers and tensors, or `root` has another child of its
        name.

    >>> import gradtape as tf, tempfile
    >>> v = tf.Variable(1.0)
    >>> checkpoint = tf.train.Checkpoint(v=v)
    >>> path = checkpoint.save(tempfile.mkdtemp() + "/model")
    >>> _ = v.assign(2.0)
    >>> _ = checkpoint.restore(path).assert_consumed()
    >>> v.numpy()
    np.float32(1.0)
    """

    _save_counter: Variable | None
    _objects: Objects

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        attached: list[tuple[str, Any]] = []
        top = root() if isinstance(root, weakref.ref) else root
        counter = None
        if top is not None:
            _require_trackable(top, "root")
            attached.append(("root", top))
            counter = top._lookup_dependency("save_counter")
            self.root = NoDependency(root)
        for name, value in sorted(kwargs.items()):
            setattr(self, name, value)
            child = as_child(getattr(self, name))
            child = child() if isinstance(child, weakref.ref) else child
            _require_trackable(child, name)
            if top is not None:
                other = top._lookup_dependency(name)
                if other is None:
                    attached.append((name, child))
                elif other is not child:
                    raise ValueError(
                        f"Cannot create a Checkpoint with keyword argument {name} if root.{name} already exists."
                    )
        self._save_counter = NoDependency(counter)  # type: ignore[assignment]
        self._objects = NoDependency(Objects(self if top is None else top, attached))  # type: ignore[assignment]

    @property
    def save_counter(self) -> Variable:
        """A variable that counts how often `save` was called; it numbers checkpoints."""
        if self._save_counter is None:
            with init_scope():
                counter = Variable(0, dtype=int64, trainable=False, name="save_counter")
                self._save_counter = NoDependency(counter)  # type: ignore[assignment]
                root = self._objects.root
                if root is self:
                    self._track_trackable(counter, "save_counter")
                else:
                    self._objects.attached.append(("save_counter", counter))
                    root._handle_deferred_dependencies("save_counter", counter)
                return counter
        return self._save_counter

    def write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> Any:
        """Write the values to files whose names begin with `file_prefix`; to be read with `read`.

        The files are whole or not there: whoever writes again to the same prefix and is killed leaves what was there.
        In a `tf.function` this is done each time that it runs.

        Returns:
          `file_prefix`.
        """
        return self._write(file_prefix, options)

    def _write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> Any:
        tensors = self._objects.tensors()
        callbacks = (options and options.experimental_write_callbacks) or ()

        def write(path: str, values: Iterable[EagerTensor]) -> str:
            bundle.write(path, dict(zip(tensors, values, strict=True)))
            for callback in callbacks:
                callback(path) if inspect.signature(callback).parameters else callback()
            return path

        if current.thread.trace is None:
            return write(text(file_prefix), tensors.values())
        prefix = os.fspath(file_prefix) if isinstance(file_prefix, os.PathLike) else file_prefix
        return py_function(lambda path, *values: write(text(path), values), [prefix, *tensors.values()], string)

    def save(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Write the values to files, and make them the latest checkpoint of the folder.

        Args:
          file_prefix: what the names of the files begin with, before the number of the checkpoint.

        Returns:
          The path of the checkpoint, to be given to `restore`: `file_prefix`, "-" and `save_counter`.
        """
        if current.thread.trace is not None:
            raise NotImplementedError(
                "Calling tf.train.Checkpoint.save() from a function is not supported, as save() modifies saving "
                "metadata in ways not supported by TensorFlow Operations. Consider using tf.train.Checkpoint.write(), "
                "a lower-level API which does not update metadata. tf.train.latest_checkpoint and related APIs will "
                "not see this checkpoint."
            )
        number = int(self.save_counter.assign_add(1))
        return self._write_and(f"{text(file_prefix)}-{number}", options, _make_latest)  # type: ignore[no-any-return]

    def _write_and(self, path: str, options: CheckpointOptions | None, then: Callable[[str], Any]) -> Any:
        """Write to a path, and do something with it then."""
        options = copy.copy(options) or CheckpointOptions()
        options.experimental_write_callbacks = [*(options.experimental_write_callbacks or ()), then]
        return self._write(path, options)

    def read(self, save_path: Any, options: CheckpointOptions | None = None) -> Any:
        """Restore what `write` wrote; see `restore`, which also restores `save_counter`."""
        path = None if save_path is None else text(save_path)
        return restore(path, self._objects, bool(options and options.experimental_skip_slot_variables))

    def restore(self, save_path: Any, options: CheckpointOptions | None = None) -> Any:
        """Restore values from a checkpoint: now where there are variables for them, or when they are made.

        Args:
          save_path: the path that `save` gave; None, as `latest_checkpoint` gives where there is no checkpoint.

        Returns:
          A status with `assert_consumed()`, `assert_existing_objects_matched()`, `assert_nontrivial_match()` and
          `expect_partial()`, which each return it.

        Raises:
          NotFoundError: if there is no checkpoint at this path.
          DataLossError: if it is damaged.
          ValueError: if a value does not fit its variable.
        """
        path = None if save_path is None else text(save_path)
        if path is not None and places.exists(os.path.join(path, "saved_model.pb")):
            path = os.path.join(path, "variables", "variables")
        try:
            status = self.read(path, options)
        except NotFoundError as error:
            raise NotFoundError(
                None,
                None,
                f"Error when restoring from checkpoint or SavedModel at {save_path}: {error.message}\nPlease "
                "double-check that the path is correct. You may be missing the checkpoint suffix (e.g. the '-1' in "
                "'path/to/ckpt-1').",
            ) from None
        counter = self.save_counter  # it has a value in the checkpoint
        if isinstance(status, NameBasedSaverStatus):
            status.add_to_optionally_restored(counter)
        return status

    def sync(self) -> None:
        """Wait for what is being written: nothing is, when `save` has returned."""


def _make_latest(path: str) -> None:
    state.update(os.path.dirname(path), path, [path])


def _require_trackable(x: Any, name: str) -> None:
    if not isinstance(x, Trackable):
        raise ValueError(
            f"`Checkpoint` was expecting {name} to be a trackable object (an object derived from `Trackable`), got "
            f"{x}. If you believe this object should be trackable (i.e. it is part of the TensorFlow Python API and "
            "manages state), please open an issue."
        )
