"""`tf.compat.v2`: gradtape's own names."""

import sys
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(sys.modules["gradtape"], name)
