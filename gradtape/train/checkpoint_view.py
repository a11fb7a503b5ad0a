"""`CheckpointView`: the objects that a checkpoint was made of, by number."""

from typing import Any

from ..io.storage import text
from ..values.log import logger
from ..values.trackable import Trackable
from .bundle import Bundle
from .object_graph import KEY, parsed
from .trackable_view import TrackableView

__all__ = ["CheckpointView"]


class CheckpointView:
    """Walks over the objects of a checkpoint, each of which has a number; the root has 0.

    Raises:
      NotFoundError: if there is no checkpoint at this path.
      ValueError: if it knows no objects, but names of variables alone.

    >>> import gradtape as tf, tempfile
    >>> path = tf.train.Checkpoint(v=tf.Variable(1.0)).write(tempfile.mkdtemp() + "/x")
    >>> tf.train.CheckpointView(path).children(0)
    {'v': 1}
    """

    def __init__(self, save_path: Any) -> None:
        path = text(save_path)
        bundle = Bundle(path)
        if KEY not in bundle:
            raise ValueError(
                f'The specified checkpoint "{path}" does not appear to be object-based (saved with TF2) since it is '
                f'missing the key "{KEY}". Likely it was created with the TF1 name-based saver and does not contain '
                "an object dependency graph."
            )
        found = bundle.read(KEY)._array.ravel().tolist()
        self._nodes = parsed(found[0] if found else b"")

    def children(self, node_id: int) -> dict[str, int]:
        """The numbers of an object's children, by name."""
        return dict(self._nodes[node_id].children)

    def descendants(self) -> list[int]:
        """The numbers of the root and of all that is below it, each once, the nearest first."""
        found = {0: None}
        waiting = [0]
        for number in waiting:
            for child in self.children(number).values():
                if child not in found:
                    found[child] = None
                    waiting.append(child)
        return list(found)

    def match(self, obj: Any) -> dict[int, Any]:
        """By number, those objects below `obj` that have the same names and places.

        Raises:
          ValueError: if `obj` is not trackable.
        """
        if not isinstance(obj, Trackable):
            raise ValueError(f"Expected a Trackable, got {obj} of type {type(obj)}.")
        matched = {0: obj}
        waiting = [0]
        for number in waiting:
            there = TrackableView.children(matched[number])
            for name, child in self.children(number).items():
                if child == 0 or name not in there:
                    continue
                if child not in matched:
                    matched[child] = there[name]
                    waiting.append(child)
                elif matched[child] is not there[name]:
                    logger.warning(
                        "Inconsistent references when matching the checkpoint into this object graph. The referenced "
                        "objects are: (%s and %s).", matched[child], there[name],
                    )  # fmt: skip
        return matched

    def diff(self, obj: Any) -> tuple[dict[int, Any], list[int], list[Any]]:
        """What `match` gives; the numbers of other objects of the checkpoint; and other objects below `obj`."""
        matched = self.match(obj)
        same = {id(x) for x in matched.values()}
        ours = [x for x in TrackableView(obj).descendants() if id(x) not in same]
        return matched, [i for i in self.descendants() if i not in matched], ours
