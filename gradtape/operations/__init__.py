"""How operations are defined, called and made public, and those that differentiation itself needs."""

from . import broadcasting, reading
