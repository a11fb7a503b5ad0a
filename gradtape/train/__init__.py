"""`tf.train`: checkpoints, in TensorFlow's format; moving averages; and examples."""

from typing import Any

from ..io import messages
from ..values.lacking import planned
from ..values.refused import refused
from . import experimental
from .checkpoint import Checkpoint, CheckpointOptions
from .checkpoint_view import CheckpointView
from .coordinator import Coordinator
from .manager import CheckpointManager
from .moving_average import ExponentialMovingAverage
from .reader import list_variables, load_checkpoint, load_variable
from .state import checkpoints_iterator, get_checkpoint_state, latest_checkpoint
from .trackable_view import TrackableView

__all__ = [
    "Checkpoint", "CheckpointManager", "CheckpointOptions", "CheckpointView", "ClusterDef", "ClusterSpec",
    "Coordinator", "ExponentialMovingAverage", "JobDef", "ServerDef", "TrackableView", "checkpoints_iterator",
    "experimental", "get_checkpoint_state", "latest_checkpoint", "list_variables", "load_checkpoint", "load_variable",
]  # fmt: skip

_MESSAGES = ("BytesList", "Example", "Feature", "FeatureList", "FeatureLists", "Features", "FloatList", "Int64List",
             "SequenceExample")  # fmt: skip

_ONE = "gradtape runs in one process, and tf.distribute.get_strategy() says so."
ClusterDef = refused("tf.train.ClusterDef", _ONE)
ClusterSpec = refused("tf.train.ClusterSpec", _ONE)
JobDef = refused("tf.train.JobDef", _ONE)
ServerDef = refused("tf.train.ServerDef", _ONE)

_lacking = planned(__name__, "Optimizers of TensorFlow 1")


def __getattr__(name: str) -> Any:
    return getattr(messages, name) if name in _MESSAGES else _lacking(name)
