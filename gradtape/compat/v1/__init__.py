"""`tf.compat.v1`, for programs that were written for TensorFlow 1 and run eagerly.

Names are looked up when they are asked for (`namespace`), by tables (`names`): most are those of today under another
name, or with other names of arguments. What has no sense without a graph and a session is a name too: what is called
says what to write instead.
"""

from typing import Any

from . import namespace as _namespace


def __getattr__(name: str) -> Any:
    if name in _namespace.names.HOMES and name not in _namespace.names.FILES:  # a file, which is being imported
        raise AttributeError(f"module 'tensorflow.compat.v1' has no attribute {name!r}", name=name, obj=None)
    return _namespace.look_up("", name)
