"""The logger of warnings, under TensorFlow's name for it in `logging`, and warnings given a limited number of times."""

import logging
from collections import Counter

logger = logging.getLogger("tensorflow")
_said: Counter[str] = Counter()


def warn_first(times: int, message: str, *args: object) -> None:
    """Log a warning, the first `times` times that `message` comes up."""
    if _said[message] < times:
        _said[message] += 1
        if not logger.handlers and not logging.getLogger().handlers:  # nobody set up logging: print as TensorFlow does
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
            logger.addHandler(handler)
        logger.warning(message, *args)


def get_logger() -> logging.Logger:
    """The logger that warnings go to."""
    return logger
