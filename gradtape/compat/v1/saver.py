"""`Saver`, which saves variables by their names; `Checkpoint` as it was; and the files of checkpoints."""

import os
import time
from typing import Any

from ...train import Checkpoint as _Checkpoint
from ...train import bundle, state
from ...train.reader import CheckpointReader, load_checkpoint
from ...values.errors import NotFoundError
from ...values.log import warn_first
from ...values.variable import Variable
from .steps import global_step as _number

__all__ = [
    "Checkpoint", "NewCheckpointReader", "Saver", "checkpoint_exists", "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes", "init_from_checkpoint", "remove_checkpoint", "update_checkpoint_state",
]  # fmt: skip


class Checkpoint(_Checkpoint):
    """`tf.train.Checkpoint`, whose `write` and `save` took a session, and `save` no options."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def write(self, file_prefix: Any, session: Any = None) -> Any:  # type: ignore[override]
        """Write values to files; see `tf.train.Checkpoint.write`."""
        return super().write(file_prefix)

    def save(self, file_prefix: Any, session: Any = None) -> str:  # type: ignore[override]
        """Write values to files with a number; see `tf.train.Checkpoint.save`."""
        return super().save(file_prefix)

    def restore(self, save_path: Any) -> Any:  # type: ignore[override]
        """Restore values; see `tf.train.Checkpoint.restore`."""
        return super().restore(save_path)


NewCheckpointReader = CheckpointReader


def _by_name(var_list: Any) -> dict[str, Any]:
    """Variables by the names that they have in a file."""
    if isinstance(var_list, dict):
        return dict(var_list)
    found: dict[str, Any] = {}
    for v in var_list:
        if not isinstance(v, Variable):
            raise TypeError(f"Variable to save is not a Variable: {v}")
        name = v._shared_name
        if found.setdefault(name, v) is not v:
            raise ValueError(
                f"At least two variables have the same name: {name}. When eager execution is enabled, pass them in "
                f"a dict "
                "with names of your own."
            )
    return found


class Saver:
    """Saves variables to files by their names, and restores them.

    Args:
      var_list: variables, or a dict of these by the names that they have in files.
      max_to_keep: how many of the last checkpoints are not removed; None or 0 keeps all.
      keep_checkpoint_every_n_hours: keep one for good of each so many hours.
      pad_step_number: write steps with eight digits.
      save_relative_paths: has no effect on where files are.

    Raises:
      RuntimeError: without variables.

    >>> import gradtape as tf, tempfile
    >>> v = tf.Variable(1.0, name="v")
    >>> saver = tf.compat.v1.train.Saver([v])
    >>> path = saver.save(None, tempfile.mkdtemp() + "/model", global_step=3)
    >>> _ = v.assign(2.0)
    >>> saver.restore(None, path)
    >>> path.endswith("model-3"), v.numpy()
    (True, np.float32(1.0))
    """

    def __init__(self, var_list: Any = None, reshape: bool = False, sharded: bool = False, max_to_keep: int | None = 5,
                 keep_checkpoint_every_n_hours: float = 10000.0, name: str | None = None,
                 restore_sequentially: bool = False, saver_def: Any = None, builder: Any = None,
                 defer_build: bool = False, allow_empty: bool = False, write_version: Any = 2,
                 pad_step_number: bool = False, save_relative_paths: bool = False,
                 filename: str | None = None) -> None:  # fmt: skip
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build=False or "
                "var_list=None."
            )
        if var_list is None:
            raise RuntimeError(
                "When eager execution is enabled, `var_list` must specify a list or dict of variables to save"
            )
        warn_first(
            1,
            "Saver is deprecated, please switch to tf.train.Checkpoint or tf.keras.Model.save_weights for training "
            "checkpoints. When executing eagerly variables do not necessarily have unique names, and so the "
            "variable.name-based lookups Saver performs are error-prone.",
        )
        self._var_list = var_list
        self._reshape, self._allow_empty = reshape, allow_empty
        self._max_to_keep, self._pad, self._relative = max_to_keep, pad_step_number, save_relative_paths
        self._period = keep_checkpoint_every_n_hours * 3600
        self._next_kept = time.time() + self._period
        self._last: list[tuple[str, float]] = []
        self._old: list[tuple[str, float]] = []

    @property
    def last_checkpoints(self) -> list[str]:
        """The paths of the checkpoints that are not removed, the oldest first."""
        return [path for path, _ in self._last]

    def set_last_checkpoints(self, last_checkpoints: Any) -> None:
        self._last = [(path, float("inf")) for path in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Any) -> None:
        self._last = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Any) -> None:
        """Go on from checkpoints that were saved before, as far as they are there."""
        there = [path for path in checkpoint_paths if bundle.exists(path)]
        self._last = list(zip(there, get_checkpoint_mtimes(there), strict=True))

    def save(self, sess: Any, save_path: Any, global_step: Any = None, latest_filename: str | None = None,
             meta_graph_suffix: str = "meta", write_meta_graph: bool = True, write_state: bool = True,
             strip_default_attrs: bool = False, save_debug_info: bool = False) -> str | None:  # fmt: skip
        """Write the variables to files.

        Args:
          sess: has no effect.
          save_path: what the names of the files begin with.
          global_step: a number that comes after that; also a variable.
          latest_filename: of the file that tells of checkpoints; "checkpoint" by default.
          write_state: whether this is written.

        Returns:
          The path of the checkpoint.
        """
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        path = os.fspath(save_path)
        path = path.decode() if isinstance(path, bytes) else path
        if global_step is not None:
            step = global_step if isinstance(global_step, int) else _number(None, global_step)
            path += f"-{step:08d}" if self._pad else f"-{step}"
        elif os.path.basename(path) == latest_filename:
            raise ValueError(f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{save_path}'")
        named = _by_name(self._var_list)
        if not named:
            if self._allow_empty:
                return None
            raise ValueError("No variables to save")
        tensors = {key: t for name, x in named.items() for key, t in _tensors(name, x).items()}
        if os.path.dirname(path) and not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        bundle.write(path, tensors)
        if write_state:
            self._note(path)
            update_checkpoint_state(os.path.dirname(path), path, self.last_checkpoints, latest_filename)
            self._remove_old()
        return path

    def _note(self, path: str) -> None:
        if self._max_to_keep:
            self._last = [(other, made) for other, made in self._last if other != path]
            self._last.append((path, time.time()))
            if len(self._last) > self._max_to_keep:
                self._old.append(self._last.pop(0))

    def _remove_old(self) -> None:
        if self._old:
            path, made = self._old.pop(0)
            if made > self._next_kept:
                self._next_kept += self._period
            else:
                remove_checkpoint(path)

    def restore(self, sess: Any, save_path: Any) -> None:
        """Give the variables the values that they have in a checkpoint, also in one of `tf.train.Checkpoint`.

        Raises:
          ValueError: if `save_path` is None or there is no checkpoint, or a value has another shape than its variable.
          NotFoundError: if a variable is not in it.
        """
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        path = os.fspath(save_path)
        if not bundle.exists(path):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {path}")
        reader = bundle.Bundle(path)
        named = _by_name(self._var_list)
        keys = {name: name for name in named}
        if not all(name in reader for name in named):
            keys = _keys_of_objects(reader) or keys
        missing = [name for name in named if keys.get(name) not in reader]
        if missing:
            raise NotFoundError(
                None, None, f"Restoring from checkpoint failed. This is most likely due to a Variable name or other "
                            f"graph "
                f"key that is missing from the checkpoint: Key {missing[0]} not found in checkpoint",
            )  # fmt: skip
        for name, x in named.items():
            _restore(x, reader.read(keys[name]), self._reshape)

    def build(self) -> None:
        """There is no graph.

        Raises:
          RuntimeError: always.
        """
        raise RuntimeError("Use save/restore instead of build in eager mode.")


def _tensors(name: str, x: Any) -> dict[str, Any]:
    """What is saved for a variable."""
    if not isinstance(x, Variable):
        raise TypeError(f"Variable to save is not a Variable: {x}")
    return {name: x.read_value()}


def _keys_of_objects(reader: Any) -> dict[str, str]:
    """In a checkpoint of objects, the keys of variables by their names."""
    from ...train.object_graph import KEY, parsed

    if KEY not in reader:
        return {}
    found = reader.read(KEY)._array.ravel().tolist()
    return {a.full_name: a.key for node in parsed(found[0]) for a in node.attributes if a.full_name}


def _restore(v: Any, value: Any, reshape: bool) -> None:
    from ...array.shape import reshape as _reshape

    v.assign(_reshape(value, v.shape) if reshape else value)


def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """Give variables values from a checkpoint.

    Args:
      ckpt_dir_or_file: the path of a checkpoint, or a folder with one.
      assignment_map: variables by their names in the checkpoint.

    Raises:
      ValueError: if there is no such name, or the shapes differ.
    """
    reader = load_checkpoint(ckpt_dir_or_file)
    pairs = assignment_map.items() if isinstance(assignment_map, dict) else assignment_map
    for name, v in pairs:
        if not isinstance(v, Variable):
            raise NotImplementedError("init_from_checkpoint takes variables by name: eager variables have no scopes.")
        if not reader.has_tensor(name):
            raise ValueError(f"Tensor {name} is not found in {ckpt_dir_or_file} checkpoint {{}}")
        value = reader.get_tensor(name)
        if not v.shape.is_compatible_with(value.shape):
            raise ValueError(f"Shape of variable {v.name} ({v.shape}) doesn't match with shape of tensor {name} "
                             f"({list(value.shape)}) from checkpoint reader.")  # fmt: skip
        v.assign(value)


# --- files -----------------------------------------------------------------------------------------------------------


def checkpoint_exists(checkpoint_prefix: Any) -> bool:
    """Whether there is a checkpoint at this path."""
    return bundle.exists(os.fspath(checkpoint_prefix))


def remove_checkpoint(checkpoint_prefix: Any, checkpoint_format_version: Any = 2,
                      meta_graph_suffix: str = "meta") -> None:  # fmt: skip
    """Remove the files of a checkpoint."""
    bundle.remove(os.fspath(checkpoint_prefix))


def get_checkpoint_mtimes(checkpoint_prefixes: Any) -> list[float]:
    """When checkpoints were written, in seconds since 1970; those that are not there are left out."""
    return [os.path.getmtime(f"{prefix}.index") for prefix in checkpoint_prefixes if bundle.exists(prefix)]


def generate_checkpoint_state_proto(save_dir: Any, model_checkpoint_path: str, all_model_checkpoint_paths: Any = None,
                                    all_model_checkpoint_timestamps: Any = None,
                                    last_preserved_timestamp: float | None = None) -> Any:  # fmt: skip
    """What the file that tells of checkpoints is to say."""
    paths = list(all_model_checkpoint_paths or ())
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    return state.CheckpointState(model_checkpoint_path, paths, list(all_model_checkpoint_timestamps or ()),
                                 last_preserved_timestamp or 0.0)  # fmt: skip


def update_checkpoint_state(save_dir: Any, model_checkpoint_path: str, all_model_checkpoint_paths: Any = None,
                            latest_filename: str | None = None, all_model_checkpoint_timestamps: Any = None,
                            last_preserved_timestamp: float | None = None) -> None:  # fmt: skip
    """Write the file that tells of the checkpoints in a folder."""
    from ...values.files import write_file

    said = generate_checkpoint_state_proto(save_dir, model_checkpoint_path, all_model_checkpoint_paths,
                                           all_model_checkpoint_timestamps, last_preserved_timestamp)  # fmt: skip
    if os.path.abspath(model_checkpoint_path) == os.path.abspath(
        os.path.join(save_dir, latest_filename or "checkpoint")
    ):
        raise RuntimeError(f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state.  "
                           f"Please use "
                           "a different save path.")  # fmt: skip
    write_file(os.path.join(save_dir, latest_filename or "checkpoint"), [str(said).encode(errors="surrogateescape")])
