"""Public functions of primitives: a `def` says name, parameters and docstring, and `public` makes the function.

    exp_p = elementwise("exp", "x", op="Exp")
    exp_p.vjp(x=lambda g, out: g * out)

    @public(exp_p)
    def exp(x: Any, name: str | None = None) -> EagerTensor:
        "e to the power of `x`, elementwise."

Its first parameters are the primitive's inputs, in order, by whatever names; what follows, as `name`, has no effect.
The function converts what it is given and calls the primitive, so that it always gives tensors.
"""

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, cast

from ..values.composite import is_among, is_sparse, mapped
from ..values.composite import kinds as composites
from ..values.convert import _operand, agree, convert_to_tensor
from ..values.tensor import EagerTensor, Tensor
from .primitive import Primitive

F = TypeVar("F", bound=Callable[..., Any])


class Public(NamedTuple):
    """A public function, with its true signature and docstring, and the primitive that it calls."""

    function: Callable[..., Any]
    primitive: Primitive


functions: dict[str, Public] = {}  # by room and name: "math.exp" for `tf.math.exp`


def public(primitive: Primitive, *, convert: Callable[..., Any] | None = None,
           of_real: Callable[..., Any] | None = None, of_sparse: bool = False,
           **attributes: Any) -> Callable[[F], F]:  # fmt: skip
    """Decorates the `def`, without a body, of the public function of a primitive of one or two inputs.

    Args:
      primitive: what the function calls.
      convert: gives the tensor of the input, or the tensors of both, where these are not tensors with values already;
        `convert_to_tensor` or `operands` by default.
      of_real: of one input: what is called where it is no complex tensor, with that tensor.
      of_sparse: of one input: the function of a sparse tensor is a sparse tensor, with that of its values.
      **attributes: those of the primitive.
    """
    call: Any = functools.partial(primitive, **attributes) if attributes else primitive
    if len(primitive.definition.inputs) == 2:
        return declared(primitive, _of_two(call, convert or _agreed))
    return declared(primitive, _of_one(call, convert or convert_to_tensor, of_real, of_sparse))


def declared(primitive: Primitive, form: Callable[..., Any]) -> Callable[[F], F]:
    """Decorates a `def` without a body: gives `form`, which does the work, the signature and docstring of the `def`.

    `form` is a lambda that takes as many parameters. Its code is renamed, and not called from a wrapper, so that the
    signature costs a call nothing. In tracebacks and to `inspect` it stands where the `def` stands: so it is short.
    """
    code = form.__code__

    def define(function: F) -> F:
        said = function.__code__
        own = code.replace(
            co_varnames=said.co_varnames[: said.co_argcount], co_name=said.co_name, co_qualname=said.co_qualname,
            co_filename=said.co_filename, co_firstlineno=said.co_firstlineno,
        )  # fmt: skip
        made = FunctionType(own, function.__globals__, said.co_name, function.__defaults__, form.__closure__)
        made.__doc__, made.__annotations__ = function.__doc__, function.__annotations__
        room = function.__module__.removeprefix("gradtape.").partition(".")[0]
        functions[f"{room}.{said.co_name}"] = Public(made, primitive)
        return cast(F, made)

    return define


# --- forms: their globals become those of the file that declares the function, so what they name is closed over ------


def _of_one(call: Any, convert: Any, of_real: Any, of_sparse: bool) -> Callable[..., Any]:
    Eager = EagerTensor

    def other(x: Any) -> Any:
        if of_sparse and is_sparse(x):
            return x.with_values(other(x.values))
        x = convert(x)
        return (of_real if of_real and x._array.dtype.kind != "c" else call)(x)

    if of_real:
        return lambda x, name: (call if x._array.dtype.kind == "c" else of_real)(x) if type(x) is Eager else other(x)
    if of_sparse:
        return lambda x, name: call(x) if type(x) is Eager else other(x)
    return lambda x, name: call(x if type(x) is Eager else convert(x))


def _of_two(call: Any, convert: Any) -> Callable[..., Any]:
    Eager = EagerTensor

    def other(x: Any, y: Any) -> Any:
        if type(x) in composites or type(y) in composites:
            return mapped(function, x, y)
        return call(*convert(x, y))

    function = lambda x, y, name=None: call(x, y) if type(x) is Eager and type(y) is Eager else other(x, y)
    return function


# --- conversion ------------------------------------------------------------------------------------------------------


def operands(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Both as tensors of one dtype where that is possible: that of the first that is a tensor."""
    if composites and is_among((x, y)):
        dtype = (x if type(x) in composites else y).dtype
        return convert_to_tensor(x, dtype_hint=dtype), convert_to_tensor(y, dtype_hint=dtype)
    return _agreed(x, y)


def _agreed(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    if isinstance(x, Tensor):
        return agree(x, y)
    if hasattr(type(x), "__tf_tensor__"):
        x = x.__tf_tensor__(None, None)
    if hasattr(type(y), "__tf_tensor__"):
        y = y.__tf_tensor__(None, None)
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return agree(x, y)
    x = convert_to_tensor(x)
    return x, _operand(y, x)
