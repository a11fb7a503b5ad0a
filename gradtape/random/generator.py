"""`Generator`: random tensors from a state of its own, which moves on with each draw."""

import enum
import threading
from typing import Any

import numpy as np

from ..values.claims import Claim, claimed
from ..values.convert import convert_to_tensor, gives_tensor
from ..values.draws import drawn
from ..values.dtypes import as_dtype, float32, int32, uint64
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import computation, computed, opaque, whole_int
from ..values.tensor import EagerTensor, wrap
from ..values.thread import current
from ..values.trackable import Trackable
from ..values.variable import Variable
from . import distributions
from .philox import RESERVED
from .seeds import Start, nondeterministic
from .stateless import algorithm

__all__ = ["Algorithm", "Generator", "create_rng_state", "get_global_generator", "set_global_generator"]

_WORD = 2**64


class Algorithm(enum.Enum):
    """The algorithms that TensorFlow names; Philox is the one there is."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


def _signed(value: int) -> int:
    return (value + _WORD // 2) % _WORD - _WORD // 2


def create_rng_state(seed: Any, alg: Any) -> EagerTensor:
    """The state, three int64, of a generator that starts from `seed`: an integer, or up to three."""
    algorithm(alg)
    if isinstance(seed, int):
        words = [seed % _WORD, seed >> 64 & _WORD - 1, -1 if seed < 0 else 0]
    else:
        array = np.asarray(convert_to_tensor(seed)._array)
        if array.dtype.kind == "O":
            raise TypeError(f"A seed must be an integer or a list of integers, got {seed!r}")
        given = array.astype(np.int64).ravel().tolist()
        if len(given) > 3:
            raise ValueError(f"A seed has at most 3 integers, got {len(given)}")
        words = given + [0] * (3 - len(given)) if array.ndim == 0 else [0] * (3 - len(given)) + given
    return wrap(np.array([_signed(w) for w in words], np.int64))


class Generator(Trackable):
    """A source of random tensors: `tf.random.Generator.from_seed(1).normal([2])`. Its numbers are TensorFlow's.

    Make one with `from_seed`, `from_state`, `from_key_counter` or `from_non_deterministic_state`.
    Threads may share one.

    Args:
      copy_from: a generator to start at the state of.
      state: the state to start at, three integers.
      alg: the algorithm, which is Philox.

    >>> import gradtape as tf
    >>> g = tf.random.Generator.from_seed(5)
    >>> g.normal([2]).numpy()
    array([1.0278524 , 0.27974114], dtype=float32)
    """

    def __init__(self, copy_from: "Generator | None" = None, state: Any = None, alg: Any = None) -> None:
        if copy_from is not None:
            if state is not None or alg is not None:
                raise ValueError("Give `copy_from` or `state` and `alg`, not both.")
            state, alg = copy_from.state.numpy(), copy_from.algorithm
        if state is None:
            raise ValueError("Give `state`, or use tf.random.Generator.from_seed or from_non_deterministic_state.")
        self._algorithm = algorithm(alg)
        self._state = Variable(_state(state), trainable=False, name="StateVar")

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> "Generator":
        """A generator whose numbers `seed` determines: an integer, or up to three."""
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> "Generator":
        """A generator that starts at `state`, three integers."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> "Generator":
        """A generator that starts at a key and a counter of one or two integers."""
        return cls(state=_key_counter(key, counter), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> "Generator":
        """A generator with numbers that differ from run to run."""
        return cls(state=[_signed(nondeterministic()) for _ in range(3)], alg=alg)

    # --- state -------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> Any:
        """The variable that holds the state: the counter (two int64) and the key."""
        return self._state

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {"_state_var": self._state}

    @property
    def key(self) -> EagerTensor:
        return self._state.value()[2]  # type: ignore[no-any-return]

    @property
    def algorithm(self) -> int:
        return self._algorithm

    def reset(self, state: Any) -> None:
        """Go to `state`, three integers."""
        self._state.assign(_state(state))

    def reset_from_seed(self, seed: Any) -> None:
        """Go to where `from_seed(seed)` starts."""
        self.reset(create_rng_state(seed, None))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Go to where `from_key_counter(key, counter)` starts."""
        self.reset(_key_counter(key, counter))

    def skip(self, delta: Any) -> EagerTensor:
        """Leave out `delta` numbers, and return the state from before."""
        delta = whole_int(convert_to_tensor(delta)._array) if gives_tensor(delta) else delta
        claim = Claim()
        claim.of = current.thread.claim.of
        try:
            claimed([self._state.handle], claim)
            before = wrap(self._state.value()._array)
            self._state.assign(computed(_skipped, before, delta))
        finally:
            claim.of = None
        return before

    def _take(self, size: int) -> Start:
        return opaque(_start_of, drawn(lambda: self.skip(size)))

    def make_seeds(self, count: int = 1) -> EagerTensor:
        """New seeds for stateless functions, shape (2, count), int64."""
        return computed(_as_seeds, self.uniform_full_int([count], "int64"))

    def split(self, count: int = 1) -> "list[Generator]":
        """`count` new generators that are independent of each other and of this one."""
        keys = self.make_seeds(count)._array[0]
        return [Generator(state=[0, 0, int(key)], alg=self._algorithm) for key in keys]

    # --- numbers -----------------------------------------------------------------------------------------------------

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None
    ) -> EagerTensor:
        """Numbers of a normal distribution; arguments as in `tf.random.normal`."""
        return distributions.normal(self._take, shape, mean, stddev, dtype)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None
    ) -> EagerTensor:
        """Numbers of a normal distribution within two `stddev` of `mean`; arguments as in `tf.random.normal`."""
        return distributions.normal(self._take, shape, mean, stddev, dtype, truncated=True)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = float32, name: str | None = None
    ) -> EagerTensor:
        """Numbers in [minval, maxval); integers of all values where both bounds are None.

        Raises:
          ValueError: if just one bound of integers is None.
          InvalidArgumentError: if `minval >= maxval` for integers.
        """
        dtype = as_dtype(dtype)
        if dtype.is_integer and (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer dtype {dtype}, minval and maxval must be both `None` or both non-`None`; "
                f"got minval={minval} and maxval={maxval}"
            )
        if dtype.name not in (*distributions.FLOATS, "int32", "int64", "uint32", "uint64"):
            raise TypeError(f"Uniform random numbers are floats or integers of 32 or 64 bits, not {dtype.name}")
        op = "StatelessRandomUniformIntV2" if dtype.is_integer else "StatelessRandomUniformV2"
        return distributions.uniform(self._take, shape, minval, maxval, dtype, op)

    def uniform_full_int(self, shape: Any, dtype: Any = uint64, name: str | None = None) -> EagerTensor:
        """Integers of all values of `dtype`: int32, int64, uint32 or uint64."""
        if as_dtype(dtype).name not in ("int32", "int64", "uint32", "uint64"):
            raise invalid("StatelessRandomUniformFullIntV2",
                          f"dtype must be int32, int64, uint32 or uint64, got {as_dtype(dtype).name}")  # fmt: skip
        return self.uniform(shape, None, None, dtype)

    def binomial(self, shape: Any, counts: Any, probs: Any, dtype: Any = int32, name: str | None = None) -> EagerTensor:
        """How often, out of `counts` trials, something of probability `probs` happens; `shape` ends in theirs."""
        return distributions.binomial(self._take, shape, counts, probs, dtype)


@computation
def _skipped(state: Any, delta: int) -> Any:
    """The state after `delta` numbers."""
    low, high, key = (int(w) % _WORD for w in state)
    counter = low + (high << 64) + int(delta) * RESERVED
    return np.array([_signed(w) for w in (counter % _WORD, (counter >> 64) % _WORD, key)], np.int64)


@computation
def _start_of(state: Any) -> tuple[int, int]:
    low, high, key = (int(w) % _WORD for w in state)
    return key, low + (high << 64)


@computation
def _as_seeds(keys: Any) -> Any:
    return np.stack([keys, np.zeros_like(keys)])


def _state(state: Any) -> EagerTensor:
    array = np.asarray(convert_to_tensor(state)._array)
    if array.shape != (3,):
        raise ValueError(f"A generator's state has shape (3,), got {TensorShape(array.shape)}")
    return wrap(array.astype(np.int64))


def _key_counter(key: Any, counter: Any) -> list[int]:
    words = np.atleast_1d(np.asarray(convert_to_tensor(counter)._array)).astype(np.int64).tolist()
    if len(words) > 2:
        raise ValueError(f"A counter has one or two integers, got {len(words)}")
    return [*words, *[0] * (2 - len(words)), int(key)]


# --- the global generator --------------------------------------------------------------------------------------------

_global: Generator | None = None
_global_lock = threading.RLock()


def get_global_generator() -> Generator:
    """The program's one generator, made when first asked for, with numbers that differ from run to run."""
    global _global
    with _global_lock:
        if _global is None:
            _global = Generator.from_non_deterministic_state()
        return _global


def set_global_generator(generator: Generator) -> None:
    """Make `generator` the one that `get_global_generator` gives."""
    global _global
    with _global_lock:
        _global = generator
