"""gradtape: automatic differentiation with the GradientTape programming model, on NumPy. `import gradtape as tf`."""

# TEMPORARY assembly while the operations are being written: every public name of every room, by its `__all__`.
import importlib
import pkgutil
import sys

from . import math  # noqa: F401
from .core import dtypes, errors, nest  # noqa: F401
from .core.convert import convert_to_tensor
from .core.dtypes import *  # noqa: F403
from .core.dtypes import (
    bfloat16, bool_ as bool, complex64, complex128, double, float16, float32, float64, half, int8, int16, int32, int64,
    string, uint8, uint16, uint32, uint64, resource, variant,
)
from .core.naming import name_scope
from .core.shape import TensorShape
from .core.tape import GradientTape, UnconnectedGradients
from .core.tensor import Tensor
from .core.variable import Variable, VariableAggregation, VariableSynchronization

newaxis = None
constant = convert_to_tensor


def executing_eagerly():
    return True


for _room in ("math", "array", "linalg", "nn", "random"):
    _package = importlib.import_module(f"gradtape.{_room}")
    for _info in pkgutil.iter_modules(_package.__path__):
        try:
            _module = importlib.import_module(f"gradtape.{_room}.{_info.name}")
        except Exception as error:
            print(f"gradtape.{_room}.{_info.name}: {error!r}", file=sys.stderr)
            continue
        for _name in getattr(_module, "__all__", [n for n in dir(_module) if n[0] != "_" and not n.endswith("_p")
                                                  and callable(getattr(_module, n)) and getattr(getattr(_module, n), "__name__", "") == n]):
            if not hasattr(_module, _name): continue
            setattr(_package, _name, getattr(_module, _name))
            if _room != "random":
                globals()[_name] = getattr(_module, _name)
for _name in ("debugging", "printing", "module"):
    try:
        importlib.import_module(f"gradtape.{_name}")
    except ImportError:
        pass
try:
    from .printing import print  # noqa: F401
    from .module import Module  # noqa: F401
except ImportError:
    pass
