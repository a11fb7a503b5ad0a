"""The error of a saved model that is not as it was written."""

from ..values.errors import DataLossError


class DamagedError(DataLossError, OSError):
    """A saved model is damaged, or was made to look like one. Nothing of it was run."""


def damaged(why: str) -> DamagedError:
    """The error that says why, to be raised by the caller."""
    return DamagedError(
        None, None, f"The saved model is damaged, or was not written by gradtape: {why}. Nothing of it was run."
    )
