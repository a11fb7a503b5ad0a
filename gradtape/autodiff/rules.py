"""The contract of derivative rules, of which an operation has one per differentiable input, and what is made of them.

    multiply_p.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)

says how the cotangents of the inputs `x` and `y` come from `g`, the output's. Operations and operators in a rule give
arrays for arrays and tensors for tensors: so one rule serves the raw backward pass and the recorded one.

**A rule's parameters are what the tape keeps.** After the cotangent `g` it names what it needs:

    an input       x          the input's value
    `out`                     the output's value (a tuple for several outputs)
    a shape        x_shape    the shape of an input, or `out_shape`; costs nothing to keep
    a dtype        x_dtype    the NumPy dtype of an input, or `out_dtype`
    an attribute   axis

A rule is linear in `g`, whose shape is `(*lead, *out_shape)` with any number of leading axes, and gives the input's
cotangent with the same leading axes; so rules count axes from the end. Broadcasting is not their business: the
pass sums a cotangent back to its input's shape. A variadic primitive (`def concat_p(xp, *xs, axis)`) has one rule,
for `xs`, which gives a sequence of cotangents; it may ask for `xs_shape`, a tuple of shapes. Where an operation has
several outputs, `g` is a list, with None for an output that the target does not depend on. A cotangent that is zero
but in a few places may be given as `Scattered`.

Where an operation is linear in an input it says so (`linear=("x",)`), for each such input by itself. Forward mode then
needs no rule: the operation itself, with a tangent in the input's place, is its derivative there.

A primitive may say along which axes a rule takes `g` one by one, as an elementwise operation does along all:

    sum_p.along(x=lambda j, x_shape, axis, keepdims: ...)

gives the axis of `x` that the output's axis `j` is (both negative), if the cotangent of `x` at an index there depends
on `g` at the same index only; else None. It may name what the rule names. Jacobians are the faster for it (`Paired`).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..values.convert import pack
from ..values.tensor import Tensor

Rule = Callable[..., Any]


class Plan:
    """What one operation saves, and runs backward, when the inputs in `mask` are watched.

    `save(inputs, out, attrs)` makes what is saved: one thing by itself, several as a tuple. A step is `(position of
    the input, f)`: `f(g, saved, node)` is the cotangent of that input; `steps` take arrays, `lifted` tensors. `single`
    is the position where there is but one step, and None otherwise.
    """

    __slots__ = ("axes", "broadcasts", "lifted", "needs", "primitive", "pushes", "save", "single", "steps")

    def __init__(self, rules: "Rules", mask: int) -> None:
        self.primitive = rules
        self.broadcasts = rules.elementwise and len(rules.inputs) > 1
        wanted = [
            (-1 if rules.variadic else position, *rules.rules[name])
            for position, name in enumerate(rules.inputs)
            if (rules.variadic or mask >> position & 1) and name in rules.rules
        ]
        named = [need for _, _, needs in wanted for need in needs]
        if rules.linear:  # which `push_of` needs; they take no memory
            named.extend(rules.attributes)
        self.needs = tuple(dict.fromkeys(named))
        self.save = _compile("inputs, out, attrs", _tuple([rules.saved_as(n) for n in self.needs]))
        self.steps: list[tuple[int, Any]] = []
        self.lifted: list[tuple[int, Any]] = []
        for position, rule, needs in wanted:
            for steps, forms in ((self.steps, _RAW), (self.lifted, _LIFTED)):
                steps.append((position, _compile("g, s, node", f"rule(g{self._saved(needs, forms)})", rule=rule)))
        self.single = self.steps[0][0] if len(self.steps) == 1 and not rules.variadic else None
        self.axes: dict[int, Any] = {}
        self.pushes: dict[int, Any] = {}

    def _saved(self, needs: Sequence[str], forms: dict[str, str]) -> str:
        """The arguments `needs` of a rule, in terms of what was saved."""
        return "".join(f", {self._one(need, forms)}" for need in needs)

    def _one(self, need: str, forms: dict[str, str]) -> str:
        saved = "s" if len(self.needs) == 1 else f"s[{self.needs.index(need)}]"
        return forms.get(self.primitive.kind_of(need), "{}").format(saved)

    def axis_of(self, position: int) -> Callable[[int, Any], int | None] | None:
        """`f(j, saved)`, the axis of the input at `position` that its rule takes as the output's axis `j`."""
        if position not in self.axes:
            f, needs = self.primitive.axes.get(self.primitive.inputs[max(position, 0)], (None, ()))
            self.axes[position] = f and _compile("j, s", f"f(j{self._saved(needs, _RAW)})", f=f)
        return self.axes[position]  # type: ignore[no-any-return]

    def push_of(self, position: int) -> Callable[[Any, Any], Any] | None:
        """`f(t, saved)`, the tangent of the output, given that of the input at `position`, in which it is linear."""
        if position not in self.pushes:
            rules, f = self.primitive, None
            others = [n for i, n in enumerate(rules.inputs) if i != position]
            if rules.inputs[position] in rules.linear:
                arguments = [self._one(n, _LIFTED) for n in others]
                arguments.insert(position, "t")
                arguments += [f"{n}={self._one(n, _LIFTED)}" for n in rules.attributes]
                f = _compile("t, s", f"call({', '.join(arguments)})", call=rules.call)
            self.pushes[position] = f
        return self.pushes[position]  # type: ignore[no-any-return]


_RAW = {"input": "{}._array", "inputs": "arrays({})"}
_LIFTED = {"out": "node.lifted({})"}


def _tuple(expressions: Sequence[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({', '.join(expressions)})"


def _compile(parameters: str, expression: str, **names: Any) -> Any:
    namespace = {"__name__": __name__, "arrays": _arrays, **names}
    return eval(f"lambda {parameters}: {expression}", namespace)


def _arrays(tensors: Sequence[Tensor]) -> tuple[Any, ...]:
    return tuple(x._array for x in tensors)


def _needs(rule: Callable[..., Any]) -> tuple[str, ...]:
    """What a rule asks for after the cotangent."""
    code = rule.__code__  # `inspect.signature` would be a third of the time of `import gradtape`
    return code.co_varnames[1 : code.co_argcount]


class Rules:
    """What differentiation knows of an operation: its names, its rules, and the plans made of them so far.

    Args:
      name, inputs, attributes: names; of a variadic operation, that of all inputs together.
      op: TensorFlow's name, for error messages.
      multiple: it has several outputs.
      holomorphic: a complex cotangent is conjugated before and after the rules, which is TensorFlow's convention
        for holomorphic functions; False where the rules do what is right for complex numbers themselves.
      linear: the inputs in each of which the operation is linear.
    """

    def __init__(self, name: str, inputs: Sequence[str], attributes: Sequence[str] = (), *, op: str = "",
                 variadic: bool = False, elementwise: bool = False, multiple: bool = False, holomorphic: bool = True,
                 linear: Sequence[str] = ()) -> None:  # fmt: skip
        self.name = name
        self.op = op or name
        self.inputs = list(inputs)
        self.attributes = attributes
        self.variadic = variadic
        self.elementwise = elementwise
        self.multiple = multiple
        self.holomorphic = holomorphic
        self.linear = linear
        self.passes = False  # the rules give the cotangent as it is, also one that is `Scattered`
        self.flat = False  # the derivative is zero: nothing passes, but what the operation gives may be a source
        self.call: Any = None  # the operation as a function
        self.limit: Callable[..., Any] | None = None  # the rule where the one in `rules` divides by zero: `limits.py`
        self.divides: Callable[[Any], bool] = bool  # whether it does, given what the operation made
        self.rules: dict[str, tuple[Rule, tuple[str, ...]]] = {}
        self.axes: dict[str, tuple[Callable[..., int | None], tuple[str, ...]]] = {}
        self.plans: dict[int, Plan] = {}
        if elementwise:
            self.along(**dict.fromkeys(inputs, lambda j: j))

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def vjp(self, batched: bool = True, **rules: Rule) -> None:
        """Give the rules, by input. `batched=False`: they take no leading axes, and the framework loops for them."""
        for name, rule in rules.items():
            needs = _needs(rule)
            for need in needs:
                self.kind_of(need)
            if name not in self.inputs:
                raise ValueError(f"{self.name} has no input {name!r}; its inputs are {', '.join(self.inputs)}")
            if not batched:
                rule, needs = _looped(rule), ("out_shape", *needs)
            self.rules[name] = rule, needs
        self.plans.clear()

    def along(self, **axes: Callable[..., int | None]) -> None:
        """Say, by input, along which axes its rule takes the cotangent one by one."""
        for name, f in axes.items():
            needs = _needs(f)
            if needs and not set(needs) <= set(self.rules.get(name, (None, ()))[1]):
                raise ValueError(f"{self.name}: `along` may ask for what the rule of {name!r} asks for, not {needs}")
            self.axes[name] = f, needs
        self.plans.clear()

    def plan(self, mask: int) -> Plan:
        return self.plans.setdefault(mask, Plan(self, mask))

    def kind_of(self, need: str) -> str:
        if need in self.inputs:
            return "inputs" if self.variadic else "input"
        if need == "out":
            return "out"
        base, _, suffix = need.rpartition("_")
        if suffix in ("shape", "dtype") and (base == "out" or base in self.inputs):
            return suffix
        if need in self.attributes:
            return "attribute"
        raise ValueError(
            f"a rule of {self.name} asks for {need!r}, which is none of its inputs ({', '.join(self.inputs)}), "
            f"attributes ({', '.join(self.attributes)}), `out`, or a _shape or _dtype of these"
        )

    def saved_as(self, need: str) -> str:
        """The expression of a saved thing in `inputs`, `out` and `attrs`."""
        kind = self.kind_of(need)
        if kind == "attribute":
            return f"attrs[{need!r}]"
        if kind in ("out", "inputs"):
            return kind
        if kind == "input":
            return f"inputs[{self.inputs.index(need)}]"
        base, _, suffix = need.rpartition("_")
        if base == "out":
            return f"tuple([a.{suffix} for a in out])" if self.multiple else f"out.{suffix}"
        if self.variadic:
            return f"tuple([x._array.{suffix} for x in inputs])"
        return f"inputs[{self.inputs.index(base)}]._array.{suffix}"


def _looped(rule: Rule) -> Rule:
    """`rule`, which takes no leading axes, applied along them."""

    def loop(g: Any, out_shape: tuple[int, ...], *needs: Any) -> Any:
        lead = g.ndim - len(out_shape)
        if not lead:
            return rule(g, *needs)
        parts = [loop(g[i], out_shape, *needs) for i in range(len(g))]
        return pack(parts, None) if isinstance(g, Tensor) else np.stack(parts)

    return loop
