"""What a loop is given and what it makes, each part by its name: `Given`, `Made`; and `Reverse`, for its derivative.

Operations take and give flat lists. These records put such lists together, and take them apart again.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..values.symbolic import Value


class Given(NamedTuple):
    """What a loop is given, or one of its steps: the body's graph has these inputs.

    Attributes:
      carried: values that each step makes anew for the next one.
      constant: values that all steps use.
      lists: of which each step is given one element.
    """

    carried: Sequence[Any]
    constant: Sequence[Any]
    lists: Sequence[Any]

    @staticmethod
    def of(flat: Sequence[Any], carried: int, constant: int) -> "Given":
        return Given(flat[:carried], flat[carried : carried + constant], flat[carried + constant :])

    def flat(self) -> list[Any]:
        return [*self.carried, *self.constant, *self.lists]


class Made(NamedTuple):
    """What a loop makes: the carried values after the last step, lists of what each step left behind, and `steps`."""

    carried: Sequence[Any]
    lists: Sequence[Any]
    steps: Any

    @staticmethod
    def of(flat: Sequence[Any], carried: int) -> "Made":
        return Made(flat[:carried], flat[carried:-1], flat[-1])


class Reverse(NamedTuple):
    """What the derivative of a loop, a loop in reverse, is given: tensors, or in one step what it is given of these.

    What an input or output of the forward step is known by is its number there.

    Attributes:
      cotangents: of carried values, by number: carried from the last step to the first.
      sums: of the cotangents of constants so far, by the number of the input: carried too.
      constants: that the backward graph needs, by their values in the forward step.
      residuals: lists of what steps left behind, or were given, that it needs; by the values in the forward step.
      listed: lists of cotangents, by the number of the output.
      kept: lists of cotangents of the carried values that steps were given, by number.
    """

    cotangents: dict[int, Any]
    sums: dict[int, Any]
    constants: dict[Value, Any]
    residuals: dict[Value, Any]
    listed: dict[int, Any]
    kept: dict[int, Any]

    def given(self) -> Given:
        return Given(_values(self.cotangents, self.sums), _values(self.constants), _values(*self[3:]))

    def of_step(self, flat: Iterable[Any]) -> "Reverse":
        """The same parts, of what a step is given."""
        given = iter(flat)
        return Reverse(*({key: next(given) for key in part} for part in self))  # type: ignore[arg-type]


def _values(*parts: dict[Any, Any]) -> list[Any]:
    return [x for part in parts for x in part.values()]
