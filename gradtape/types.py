"""`tf.types`: classes by which programs ask what something is."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .distribute.values import Mirrored, PerReplica
from .function.function import ConcreteFunction, Function
from .values.lacking import lacking
from .values.tensor import TensorLike
from .values.type_spec import TypeSpec

__all__ = ["experimental"]

experimental = SimpleNamespace(
    AtomicFunction=ConcreteFunction,
    Callable=Function | ConcreteFunction,
    ConcreteFunction=ConcreteFunction,
    FunctionType=ConcreteFunction,
    GenericFunction=Function,
    PolymorphicFunction=Function,
    TensorLike=TensorLike | np.ndarray[Any, Any] | np.generic | bool | float | complex | str | bytes | list | tuple,  # type: ignore[type-arg]
    TraceType=TypeSpec,
    distributed=SimpleNamespace(Mirrored=Mirrored, PerReplica=PerReplica),
)

__getattr__ = lacking(__name__)
