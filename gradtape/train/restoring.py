"""Restoring objects from a checkpoint: those that there are at once, and others when they get their names.

A `Restoration` is a checkpoint that is being restored. Its objects and those of the program are walked together, by the
names of children. A child that the program does not have yet is left with its parent, as a `Place`, and is restored
when the parent gets a child of this name.
"""

import itertools
import sys
from collections import deque
from typing import Any

from ..control_flow import init_scope
from ..values.dtypes import as_dtype
from ..values.errors import InvalidArgumentError
from ..values.log import logger
from ..values.trackable import Trackable
from .bundle import Bundle
from .experimental import PythonState
from .object_graph import KEY, Node, parsed
from .objects import Objects, full_name, has_values, type_name

__all__ = ["restore"]

VARIABLE_VALUE = "VARIABLE_VALUE"
_UPDATED = "_self_update_uid"  # of an object, the restoration that it has its value from
_numbers = itertools.count(1).__next__


def restore(path: str | None, objects: Objects, skip_slots: bool = False) -> Any:
    """Restore objects from the checkpoint at `path`; gives the status of it.

    Raises:
      NotFoundError: if there is no checkpoint.
      DataLossError: if it is damaged.
      ValueError: if a value has another shape than the variable that it is for.
      InvalidArgumentError: if it has another dtype.
    """
    if path is None:
        return InitializationOnlyStatus(objects)
    bundle = Bundle(path)
    if KEY not in bundle:
        return _restore_by_name(bundle, objects)
    found = bundle.read(KEY)._array.ravel().tolist()
    restoration = Restoration(bundle, parsed(found[0] if found else b""), skip_slots)
    Place(restoration, 0).restore(objects.root)
    names = dict(restoration.nodes[0].children)
    for name, x in objects.attached:
        if x is not objects.root and name in names and names[name] not in restoration.objects:
            Place(restoration, names[name]).restore(x)
    return CheckpointLoadStatus(restoration, objects)


class Restoration:
    """A checkpoint that is being restored, as long as something waits for it."""

    def __init__(self, bundle: Bundle, nodes: list[Node], skip_slots: bool) -> None:
        self.bundle = bundle
        self.nodes = nodes
        self.number = _numbers()
        self.objects: dict[int, Any] = {}  # by the number of a node, the object that it was restored to
        self.strays: list[Any] = []  # objects for which there was another one already
        self.unused: dict[int, list[str]] = {}  # by the number of a node, values that its object does not take
        slots = [(i, slot) for i, node in enumerate(nodes) for slot in node.slots]
        self.ignored = {slot.node for _, slot in slots} if skip_slots else set()
        self.slots = [] if skip_slots else slots  # those whose optimizer or variable is not there yet
        self.partial = False

    def restore_values(self, number: int, trackable: Any) -> None:
        """Give an object the values that it has itself."""
        found = {a.name: a.key for a in self.nodes[number].attributes}
        if not found:
            return
        if not has_values(trackable):
            self.unused[number] = list(found)
            return
        if isinstance(trackable, PythonState):  # a state of Python's
            trackable.deserialize(self.bundle.read(next(iter(found.values())))._array.item().decode())
            return
        if trackable._saved_as:
            one, endings = trackable._saved_as
            own = {one}
            keys = {one + ending: found[one] + ending for ending in endings if one in found}
        else:
            own = set(trackable._serialize_to_tensors())
            prefix = next(iter(found.values())).rpartition("/")[0]
            keys = {name: found.get(name, f"{prefix}/{name}") for name in own}
        if left := [name for name in found if name not in own]:
            self.unused[number] = left
        if not keys:
            return
        if VARIABLE_VALUE in keys:
            _check_dtype(self.bundle, keys[VARIABLE_VALUE], getattr(trackable, "dtype", None))
        trackable._restore_from_tensors({name: self.bundle.read(key) for name, key in keys.items()})

    def restore_slots(self) -> None:
        """Give optimizers what they keep for variables, where both are there now."""
        there = [s for s in self.slots if s[0] in self.objects and s[1].original in self.objects]
        if there:
            self.slots = [s for s in self.slots if s not in there]
        for number, slot in there:
            optimizer, variable = self.objects[number], self.objects[slot.original]
            if hasattr(optimizer, "_create_or_restore_slot_variable"):
                place = Place(self, slot.node)
                made = optimizer._create_or_restore_slot_variable(
                    slot_variable_position=place, slot_name=slot.name, variable=variable
                )
                if made is not None:  # it may have been restored there, or is to be here
                    place.restore(made)

    def names(self) -> list[str]:
        """For each node, how it is reached from the root."""
        names = {0: "(root)"}
        waiting = deque([0])
        while waiting:
            at = waiting.popleft()
            for name, child in self.nodes[at].children:
                if child not in names:
                    names[child] = f"{names[at]}.{name}"
                    waiting.append(child)
        for i, node in enumerate(self.nodes):
            for slot in node.slots:
                names[slot.node] = f"{names.get(i)}'s state '{slot.name}' for {names.get(slot.original)}"
        return [names.get(i, "(unknown)") for i in range(len(self.nodes))]

    def __del__(self) -> None:
        if self.partial or sys.is_finalizing():
            return
        names = self.names()
        unrestored = [
            f"Value in checkpoint could not be found in the restored object: {names[i]}"
            for i, node in enumerate(self.nodes)
            if node.attributes and i not in self.objects and i not in self.ignored
        ]
        unrestored += [
            f"An attribute in the restored object could not be found in the checkpoint: {names[i]}.{name}"
            for i, left in self.unused.items()
            for name in left
        ]
        if unrestored:
            logger.warning(
                "Detecting that an object or model or tf.train.Checkpoint is being deleted with unrestored values. "
                "See the following logs for the specific values in question. To silence these warnings, use "
                "`status.expect_partial()`."
            )
        for line in unrestored:
            logger.warning(line)


def _check_dtype(bundle: Bundle, key: str, expected: Any) -> None:
    if expected is None:
        return
    expected, found = as_dtype(expected), bundle.dtype(key)
    if expected is not found:
        raise InvalidArgumentError(
            None,
            None,
            f"tensor_name = {key}; expected dtype {type_name(expected)} does not equal original dtype "
            f"{type_name(found)} [Op:RestoreV2]",
        )


class Place:
    """An object's place in a checkpoint that is being restored."""

    __slots__ = ("_node", "_restoration")

    def __init__(self, restoration: Restoration, node: int) -> None:
        self._restoration = restoration
        self._node = node

    @property
    def restore_uid(self) -> int:
        return self._restoration.number

    def is_simple_variable(self) -> bool:
        """Whether it is a variable alone, which an optimizer may make for it."""
        node = self._restoration.nodes[self._node]
        return [a.name for a in node.attributes] == [VARIABLE_VALUE] and not node.children

    def restore(self, trackable: Any) -> None:
        """Restore this object, and all that it is made of."""
        with init_scope():
            restoration = self._restoration
            queue = deque([(self._node, trackable)] if self._bind(trackable) else ())
            while queue:
                number, x = queue.popleft()
                if restoration.number > x.__dict__.get(_UPDATED, 0):
                    restoration.restore_values(number, x)
                    x.__dict__[_UPDATED] = restoration.number
                children = x._trackable_children()
                for name, child in restoration.nodes[number].children:
                    if child in restoration.objects:
                        continue
                    local = x._lookup_dependency(name, children)
                    place = Place(restoration, child)
                    if local is not None:
                        place._bind(local)
                        queue.append((child, local))
                    elif place._is_needed():
                        x._deferred_dependencies.setdefault(name, []).append(place)
            if restoration.slots:
                restoration.restore_slots()

    def _bind(self, trackable: Any) -> bool:
        """Say which object is restored from this place; False if that was said before."""
        objects = self._restoration.objects
        if self._node not in objects:
            objects[self._node] = trackable
            return True
        if objects[self._node] is not trackable:
            self._restoration.strays.append(trackable)
            logger.warning(
                "Inconsistent references when loading the checkpoint into this object graph. For example, in the saved "
                "checkpoint object, `model.layer.weight` and `model.layer_copy.weight` reference the same variable, "
                "while in the current object these are two different variables. The referenced variables are:"
                f"({objects[self._node]} and {trackable})."
            )
        return False

    def _is_needed(self) -> bool:
        node = self._restoration.nodes[self._node]
        return bool(node.children or node.attributes) if node.has_values is None else node.has_values


# --- what is told of it ------------------------------------------------------------------------------------------


class CheckpointLoadStatus:
    """How much of a checkpoint has been restored, and of which objects of the program."""

    def __init__(self, restoration: Restoration, objects: Objects) -> None:
        self._restoration = restoration
        self._objects = objects

    def assert_consumed(self) -> "CheckpointLoadStatus":
        """Assert that all values of the checkpoint and all objects of the program have been matched."""
        self.assert_existing_objects_matched()
        restoration = self._restoration
        for i, node in enumerate(restoration.nodes):
            if node.attributes and i not in restoration.objects and i not in restoration.ignored:
                raise AssertionError(f"Unresolved object in checkpoint {restoration.names()[i]}: {node}")
        if restoration.unused:
            names = restoration.names()
            lines = [f"{names[i]} ({restoration.objects[i]}): {left}" for i, left in restoration.unused.items()]
            raise AssertionError(
                "Unused attributes in these objects (the attributes exist in the checkpoint but were not restored):\n"
                + "\n".join(lines)
            )
        return self

    def assert_existing_objects_matched(self) -> "CheckpointLoadStatus":
        """Assert that all objects of the program that have values got them, from this checkpoint or a later one."""
        restoration = self._restoration
        for i, x in restoration.objects.items():
            if x.__dict__.get(_UPDATED, 0) < restoration.number:
                raise AssertionError(f"Object {restoration.nodes[i]} not assigned a value from checkpoint.")
        unmatched = self._unmatched()
        if unmatched:
            shown = unmatched[:10]
            raise AssertionError(
                f"Found {len(unmatched)} Python objects that were not bound to checkpointed values, likely due to "
                f"changes in the Python program. Showing {len(shown)} of {len(unmatched)} unmatched objects: {shown}"
            )
        return self

    def assert_nontrivial_match(self) -> "CheckpointLoadStatus":
        """Assert that something but the root was matched."""
        if len(self._restoration.objects) <= 1:
            unmatched = self._unmatched()
            if unmatched:
                raise AssertionError(
                    "Nothing except the root object matched a checkpointed value. Typically this means that the "
                    "checkpoint does not match the Python program. The following objects have no matching "
                    f"checkpointed value: {unmatched}"
                )
            raise AssertionError(f"Nothing to load. No dependencies have been added to {self._objects.root} yet.")
        return self

    def _unmatched(self) -> list[Any]:
        matched = {id(x) for x in self._restoration.objects.values()}
        found = {id(x): x for x in [*self._objects.all(), *self._restoration.strays]}
        return [x for i, x in found.items() if i not in matched and has_values(x)]

    def run_restore_ops(self, session: Any = None) -> None:
        """Nothing: values have been restored."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Nothing: values have been restored."""

    def expect_partial(self) -> "CheckpointLoadStatus":
        """Say nothing of what stays unrestored."""
        self._restoration.partial = True
        return self


class InitializationOnlyStatus:
    """What `restore(None)` gives: nothing was restored."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def assert_consumed(self) -> Any:
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed

    def run_restore_ops(self, session: Any = None) -> None:
        raise AssertionError(
            "No checkpoint specified, so no restore ops are available (save_path=None to Saver.restore)."
        )

    def initialize_or_restore(self, session: Any = None) -> None:
        """Nothing: variables have their values."""

    def expect_partial(self) -> "InitializationOnlyStatus":
        return self


# --- checkpoints of TensorFlow 1, which know names of variables alone -----------------------------------------------


def _restore_by_name(bundle: Bundle, objects: Objects) -> "NameBasedSaverStatus":
    missing = []
    for x in objects.all():
        name = full_name(x)
        if name and name in bundle:
            _check_dtype(bundle, name, getattr(x, "dtype", None))
            with init_scope():
                x._restore_from_tensors({VARIABLE_VALUE: bundle.read(name)})
        elif has_values(x):
            missing.append(x)
    return NameBasedSaverStatus(missing)


class NameBasedSaverStatus:
    """How much was restored of a checkpoint that knows names of variables alone."""

    def __init__(self, missing: list[Trackable]) -> None:
        self._missing = missing

    def add_to_optionally_restored(self, variable: Any) -> None:
        self._missing = [x for x in self._missing if x is not variable]

    def assert_consumed(self) -> "NameBasedSaverStatus":
        """Assert that all variables were found."""
        if self._missing:
            raise AssertionError(f"Object not restored: {self._missing[0]}")
        return self

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed

    def run_restore_ops(self, session: Any = None) -> None:
        """Nothing: values have been restored."""

    initialize_or_restore = run_restore_ops

    def expect_partial(self) -> "NameBasedSaverStatus":
        return self
