"""Looking into a checkpoint: the names, shapes, dtypes and values of its tensors."""

from typing import Any

from ..io import gfile
from ..io.storage import text
from ..values.dtypes import DType
from .bundle import Bundle
from .objects import type_name
from .state import latest_checkpoint

__all__ = ["CheckpointReader", "list_variables", "load_checkpoint", "load_variable"]


class CheckpointReader:
    """The tensors of a checkpoint, by name."""

    def __init__(self, filename: str) -> None:
        self._bundle = Bundle(filename)

    def has_tensor(self, tensor_str: str) -> bool:
        return tensor_str in self._bundle

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a tensor, for NumPy.

        Raises:
          NotFoundError: if there is none of this name.
          DataLossError: if it is not what was written.
        """
        return self._bundle.read(tensor_str).numpy()

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        return {name: list(self._bundle.shape(name)) for name in self._bundle.names()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        return {name: self._bundle.dtype(name) for name in self._bundle.names()}

    def debug_string(self) -> bytes:
        """A line for each tensor: its name, dtype and shape."""
        lines = []
        for name in self._bundle.names():
            shape = ",".join(map(str, self._bundle.shape(name)))
            lines.append(f"{name} (DT_{type_name(self._bundle.dtype(name)).upper()}) [{shape}]\n")
        return "".join(lines).encode()


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A reader of a checkpoint: that at a path, or the latest one in a folder.

    Raises:
      ValueError: if there is none in the folder.
      NotFoundError: if there is none at the path.
    """
    path = text(ckpt_dir_or_file)
    if gfile.isdir(path):
        latest = latest_checkpoint(path)
        if latest is None:
            raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
        path = latest
    return CheckpointReader(path)


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of one tensor of a checkpoint, for NumPy; see `load_checkpoint`."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The names and shapes of the tensors of a checkpoint, sorted; see `load_checkpoint`."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())
