"""Making public functions of primitives: they convert what they are given, and always give tensors."""

from collections.abc import Callable
from typing import Any

from .composite import is_among, is_sparse, mapped
from .composite import kinds as composites
from .convert import _operand, agree, convert_to_tensor
from .primitive import Primitive
from .tensor import EagerTensor, Tensor


def operands(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Both as tensors of one dtype where that is possible: that of the first that is a tensor."""
    if composites and is_among((x, y)):
        dtype = (x if type(x) in composites else y).dtype
        return convert_to_tensor(x, dtype_hint=dtype), convert_to_tensor(y, dtype_hint=dtype)
    if hasattr(type(x), "__tf_tensor__"):
        x = x.__tf_tensor__(None, None)
    if hasattr(type(y), "__tf_tensor__"):
        y = y.__tf_tensor__(None, None)
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return agree(x, y)
    x = convert_to_tensor(x)
    return x, _operand(y, x)


def unary(primitive: Primitive, name: str, doc: str, of_sparse: bool = False) -> Callable[..., EagerTensor]:
    """The public function `name(x, name=None)` of an elementwise primitive.

    With `of_sparse` that of a sparse tensor is a sparse tensor: it is done to the values.
    """

    def function(x: Any, name: str | None = None) -> EagerTensor:
        if type(x) is not EagerTensor:
            if of_sparse and is_sparse(x):
                return x.with_values(function(x.values))  # type: ignore[no-any-return]
            x = convert_to_tensor(x)
        return primitive(x)  # type: ignore[no-any-return]

    return _named(function, name, doc)


def binary(primitive: Primitive, name: str, doc: str) -> Callable[..., EagerTensor]:
    """The public function `name(x, y, name=None)` of an elementwise primitive of two inputs."""

    def function(x: Any, y: Any, name: str | None = None) -> EagerTensor:
        if type(x) is not EagerTensor or type(y) is not EagerTensor:
            if composites and is_among((x, y)):
                return mapped(function, x, y)  # type: ignore[no-any-return]
            x, y = operands(x, y)
        return primitive(x, y)  # type: ignore[no-any-return]

    return _named(function, name, doc)


def _named(function: Callable[..., EagerTensor], name: str, doc: str) -> Callable[..., EagerTensor]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function
