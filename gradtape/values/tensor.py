"""`Tensor`: an immutable array of one of TensorFlow's element types.

The operators are given to the class by the rooms that define the operations (`overload`).
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from . import dtypes
from .shape import TensorShape

_DTYPE = dtypes.BY_NUMPY


class Reference:
    """A hashable handle of a tensor or variable, for use as a key; `deref()` gives it back."""

    __slots__ = ("_referent",)

    def __init__(self, referent: Any) -> None:
        self._referent = referent

    def deref(self) -> Any:
        return self._referent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._identity() is other._identity()

    def _identity(self) -> Any:
        return getattr(self._referent, "handle", self._referent)

    def __hash__(self) -> int:
        return id(self._identity())

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._referent!r}>"


class TensorLike:
    """What tensors and variables are, and what classes of other libraries derive from that are to be taken for them.

    Of these an object with `_should_act_as_resource_variable` stands for the variable that is its `value`.
    """

    __slots__ = ()

    adapters: ClassVar[list[Callable[[type], None]]] = []  # each is called with a class that derives from this one

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for adapt in cls.adapters:
            adapt(cls)


def variable_of(x: Any) -> Any:
    """The variable that `x` stands for, as a variable of Keras does; `x` itself where it stands for none."""
    return x.value if getattr(type(x), "_should_act_as_resource_variable", False) else x


class Tensor(TensorLike):
    """What `isinstance(x, tf.Tensor)` asks. Values are made by `tf.constant` and by operations.

    Attributes:
      shape: its `TensorShape`.
      dtype: its `DType`.
      ndim: its number of axes.
    """

    # Programs may give a tensor attributes of their own, as Keras does: `__dict__` is made when the first one comes.
    __slots__ = ("__dict__", "__weakref__", "_array", "_away", "_node")

    __array_priority__ = 100  # NumPy arrays leave binary operators to us

    _array: Any  # an ndarray or a NumPy scalar
    _away: Any  # the array on a device, where there is one
    _node: Any  # what stands for this value on tapes

    def __init__(self, *args: Any) -> None:
        raise TypeError("A tf.Tensor is not made by calling its class. Use tf.constant or tf.convert_to_tensor.")

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self._array.shape)

    @property
    def dtype(self) -> dtypes.DType:
        return _DTYPE[self._array.dtype]

    @property
    def ndim(self) -> int:
        return self._array.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> str:
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    def get_shape(self) -> TensorShape:
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`; a concrete tensor's shape cannot change."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied shape {shape}")

    def ref(self) -> Reference:
        return Reference(self)

    def __hash__(self) -> int:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    # --- leaving the tape ----------------------------------------------------------------------------------------

    def numpy(self) -> Any:
        """The value as a NumPy array (a NumPy scalar for rank 0, bytes for a string), the caller's own."""
        array = self._array
        if array.ndim:
            return array.copy()
        return array[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = np.asarray(self._array, dtype=dtype)
        if copy is False:
            if array.dtype != self._array.dtype:
                raise ValueError(f"A {self.dtype.name} tensor cannot be given as {array.dtype} without a copy.")
            array = array.view()
            array.flags.writeable = False
            return array
        return array.copy() if array is self._array or array.base is not None else array

    def __dlpack__(self, *, copy: bool | None = None, **options: Any) -> Any:
        """The value for another library: a copy of its own, or with `copy=False` a view not to be written to."""
        array = np.asarray(self._array).view() if copy is False else np.array(self._array)
        array.flags.writeable = copy is not False
        return array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return np.asarray(self._array).__dlpack_device__()

    def __bool__(self) -> bool:
        array = self._array
        if array.size != 1:
            if array.size == 0:
                return False
            raise ValueError(
                f"The truth value of a tensor with more than one element is ambiguous (its shape is {self.shape}). "
                "Use tf.reduce_any or tf.reduce_all."
            )
        return bool(array.reshape(()).item())

    def _scalar(self) -> Any:
        if self._array.ndim:
            raise TypeError(
                f"only 0-dimensional arrays can be converted to Python scalars, and this tensor's shape is {self.shape}"
            )
        return self._array[()]

    def __float__(self) -> float:
        return float(self._scalar())

    def __int__(self) -> int:
        return int(self._scalar())

    def __complex__(self) -> complex:
        return complex(self._scalar())

    def __index__(self) -> int:
        value = self._scalar()
        if self._array.dtype.kind not in "iu":
            raise TypeError(f"only integer scalar tensors can be converted to an index, got dtype {self.dtype.name}")
        return int(value)

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("Scalar tensor has no `len()`")
        return len(self._array)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self._array.ndim:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return (self[i] for i in range(len(self._array)))  # type: ignore[index]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            f"{type(self).__name__!r} object does not support item assignment: tensors are immutable. "
            "Use a tf.Variable (v[i].assign(value)) or tf.tensor_scatter_nd_update."
        )

    def __copy__(self) -> "Tensor":
        return self

    def __deepcopy__(self, memo: Any) -> "Tensor":
        return self

    def __reduce__(self) -> Any:
        return _unpickle, (np.asarray(self._array),)

    # --- printing ------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        value = value_repr(self._array)
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={value}>"

    def __str__(self) -> str:
        value = value_str(self._array)
        return f"tf.Tensor({value}, shape={self.shape}, dtype={self.dtype.name})"

    def __format__(self, spec: str) -> str:
        return format(self.numpy(), spec)


class Missing:
    """An attribute that tensors do not have, and what to use instead; a `__getattr__` would slow every look-up."""

    def __init__(self, name: str, instead: str, kind: str = "EagerTensor") -> None:
        self._message = f"{kind!r} object has no attribute {name!r}. {instead}"

    def __get__(self, tensor: Any, kind: type) -> Any:
        raise AttributeError(self._message)


for _name in ("graph", "name", "op", "value_index"):
    setattr(Tensor, _name, Missing(_name, f"Tensor.{_name} is undefined when eager execution is enabled."))
for _name, _instead in {
    "astype": "tf.cast(x, dtype)", "ravel": "tf.reshape(x, [-1])", "flatten": "tf.reshape(x, [-1])",
    "transpose": "tf.transpose(x)", "T": "tf.transpose(x)", "reshape": "tf.reshape(x, shape)",
    "clip": "tf.clip_by_value", "size": "tf.size(x)", "tolist": "x.numpy().tolist()", "item": "x.numpy().item()",
    "data": "x.numpy()", "sum": "tf.reduce_sum(x)", "mean": "tf.reduce_mean(x)", "max": "tf.reduce_max(x)",
    "min": "tf.reduce_min(x)", "assign": "a tf.Variable: tensors are immutable", "__round__": "tf.round(x)",
    "eval": "x.numpy(): there are no sessions",
}.items():  # fmt: skip
    setattr(Tensor, _name, Missing(_name, f"Use {_instead}."))


def _on_new_line(text: str) -> str:
    return "\n" + text if "\n" in text else text


def value_repr(array: Any) -> str:
    """`array` as TensorFlow writes it in the `repr` of a tensor or variable."""
    if array.ndim:
        return _on_new_line(repr(array))
    value = array[()]
    return repr(value.item() if isinstance(value, np.generic) else value)


def value_str(array: Any) -> str:
    """`array` as TensorFlow prints it."""
    return _on_new_line(str(array)) if array.ndim else str(array[()])


class EagerTensor(Tensor):
    """A tensor that has its value. `EagerTensor()`, filled in by its maker, is the quickest way to an instance."""

    __slots__ = ()
    __init__ = object.__init__


class _StringTensor(EagerTensor):
    """A tensor of strings, an array of `bytes` objects. A class of its own, so that the fast path of operations,
    which asks `type(x) is EagerTensor`, meets only NumPy's own element types.
    """

    __slots__ = ()


_StringTensor.__name__ = _StringTensor.__qualname__ = "EagerTensor"


def wrap(array: Any, node: Any = None) -> EagerTensor:
    """The tensor of `array`, which from now on nobody may write to."""
    if type(array) is not np.ndarray and not isinstance(array, np.generic):
        if hasattr(array, "tensor"):  # a value of a traced function
            return array.tensor(node)  # type: ignore[no-any-return]
        array = np.asarray(array, object if type(array) is bytes else None)  # of strings NumPy gives the object itself
    out: EagerTensor = EagerTensor() if array.dtype.kind != "O" else _StringTensor()
    out._array = array
    out._node = node
    return out


def _unpickle(array: np.ndarray[Any, Any]) -> EagerTensor:
    return wrap(array)


def overload(**operators: Callable[..., Any]) -> None:
    """Give `Tensor` operators: `overload(__add__=add)`. For the rooms that define the operations."""
    for name, function in operators.items():
        setattr(Tensor, name, function)
