"""Whether functions are traced."""

_eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Have every `tf.function` run its Python as it is, without tracing, so that it can be stepped through.

    >>> import gradtape as tf
    >>> tf.config.run_functions_eagerly(True)
    >>> tf.config.functions_run_eagerly()
    True
    >>> tf.config.run_functions_eagerly(False)
    """
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether every `tf.function` runs its Python as it is."""
    return _eagerly
