"""What programs say of how a dataset is to be computed; elements come in order, as threads make them where asked to."""

import enum
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


class AutotuneAlgorithm(enum.Enum):
    """How TensorFlow finds out sizes."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class _Group:
    """Options: attributes of known names, which are None until they are set.

    Raises:
      AttributeError: if an attribute of another name is set.
    """

    _names: tuple[str, ...] = ()
    _first: dict[str, Any] = {}  # noqa: RUF012, since it is never changed

    def __init__(self) -> None:
        for name in self._names:
            super().__setattr__(name, self._first.get(name))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._names:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def _over(self, under: Any) -> Any:
        """These, and where they are not set those of `under`."""
        made = type(self)()
        for name in self._names:
            mine, its = getattr(self, name), getattr(under, name)
            chosen = mine._over(its) if isinstance(mine, _Group) else its if mine == self._first.get(name) else mine
            object.__setattr__(made, name, chosen)
        return made


class AutotuneOptions(_Group):
    """Of sizes that TensorFlow finds out."""

    _names = ("enabled", "cpu_budget", "ram_budget", "autotune_algorithm", "initial_parallelism", "min_parallelism")


class DistributeOptions(_Group):
    """Of processes that share a dataset."""

    _names = ("auto_shard_policy", "num_devices")
    _first = {"auto_shard_policy": AutoShardPolicy.AUTO}  # noqa: RUF012, since it is never changed


class OptimizationOptions(_Group):
    """Of how TensorFlow rewrites datasets."""

    _names = (
        "apply_default_optimizations", "filter_fusion", "filter_parallelization", "inject_prefetch",
        "map_and_batch_fusion", "map_and_filter_fusion", "map_fusion", "map_parallelization", "noop_elimination",
        "parallel_batch", "seq_interleave_prefetch", "shuffle_and_repeat_fusion",
    )  # fmt: skip


class ThreadingOptions(_Group):
    """Of threads."""

    _names = ("max_intra_op_parallelism", "private_threadpool_size")


class Options(_Group):
    """The options of a dataset: attributes, and groups of attributes.

    >>> import gradtape as tf
    >>> options = tf.data.Options()
    >>> options.autotune.enabled = False
    >>> options.deterministic = True
    """

    _groups = {  # noqa: RUF012, since it is never changed
        "autotune": AutotuneOptions, "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions, "threading": ThreadingOptions,
    }  # fmt: skip
    _names = (
        "dataset_name", "deterministic", "experimental_deterministic", "experimental_external_state_policy",
        "experimental_slack", "experimental_symbolic_checkpoint", "experimental_threading",
        "experimental_warm_start", "framework_type", *_groups,
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        for name, kind in self._groups.items():
            object.__setattr__(self, name, kind())

    def merge(self, options: "Options") -> "Options":
        """These options, and over them what others have set."""
        return options._over(self)  # type: ignore[no-any-return]
