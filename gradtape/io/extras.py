"""Libraries that a part of gradtape is made with and that `import gradtape` does without: the extra `data`."""

import importlib
from typing import Any


def needed(module: str, package: str, what: str, extra: str = "data") -> Any:
    """The module of a package of an extra.

    Raises:
      ImportError: if it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{what} needs {package}, which is not installed: pip install 'gradtape[{extra}]'", name=module
        ) from error
