"""`tf.train.experimental`: states of Python's in checkpoints."""

from ..values.trackable import Trackable

__all__ = ["PythonState"]


class PythonState(Trackable):
    """A base class of objects that a checkpoint keeps as text: they say themselves what, and take it again.

    >>> import gradtape as tf, tempfile
    >>> class Name(tf.train.experimental.PythonState):
    ...     name = "a"
    ...     def serialize(self):
    ...         return self.name
    ...     def deserialize(self, string_value):
    ...         self.name = string_value
    >>> state = Name()
    >>> path = tf.train.Checkpoint(state=state).write(tempfile.mkdtemp() + "/state")
    >>> state.name = "b"
    >>> _ = tf.train.Checkpoint(state=state).read(path)
    >>> state.name
    'a'
    """

    def serialize(self) -> str:
        """The state, as text."""
        raise NotImplementedError

    def deserialize(self, string_value: str) -> None:
        """Take a state that `serialize` gave."""
        raise NotImplementedError
