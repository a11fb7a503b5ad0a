"""What programs say of how a dataset is to be computed; it changes nothing, since elements are made when asked for."""

import enum
from types import SimpleNamespace
from typing import Any


class AutoShardPolicy(enum.IntEnum):
    """How a dataset is divided among processes."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What becomes of state outside of a dataset when it is saved."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class Options:
    """The options of a dataset: attributes, and groups of attributes.

    >>> import gradtape as tf
    >>> options = tf.data.Options()
    >>> options.autotune.enabled = False
    >>> options.deterministic = True
    """

    def __init__(self) -> None:
        self.deterministic: bool | None = None
        self.experimental_deterministic: bool | None = None
        self.experimental_external_state_policy: ExternalStatePolicy | None = None
        self.autotune = SimpleNamespace()
        self.experimental_distribute = SimpleNamespace(auto_shard_policy=AutoShardPolicy.AUTO)
        self.experimental_optimization = SimpleNamespace()
        self.threading = SimpleNamespace()

    def merge(self, options: "Options") -> "Options":
        """These options, and over them what others have set."""
        merged = Options()
        for given in (self, options):
            for name, value in vars(given).items():
                mine: Any = getattr(merged, name, None)
                if isinstance(mine, SimpleNamespace) and isinstance(value, SimpleNamespace):
                    vars(mine).update(vars(value))
                elif value is not None:
                    setattr(merged, name, value)
        return merged
