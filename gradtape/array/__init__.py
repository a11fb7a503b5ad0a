"""Operations on arrays as such: making, reshaping, joining, indexing, gathering."""

from . import creation, gathering, indexing, joining, shape  # noqa: F401
