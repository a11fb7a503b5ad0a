"""The operation table: the rows of every `*_rows.py` here."""

import importlib
from pathlib import Path

from tests.operations.operation import Operation, Sample

HERE = Path(__file__).resolve().parent


def files() -> list[Path]:
    return sorted(HERE.glob("*_rows.py"))


def rows_of(path: Path) -> list[Operation]:
    return list(importlib.import_module(f"tests.operations.{path.stem}").ROWS)


def rows() -> list[Operation]:
    """All rows, by file. Their names are distinct.

    Raises:
      ValueError: if two rows have one name.
    """
    found = [row for path in files() for row in rows_of(path)]
    names = [row.name for row in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"rows of one name: {', '.join(twice)}; add a suffix after a slash")
    return found


def cases(*, samples: bool = True, edges: bool = False) -> list[tuple[str, Operation, Sample]]:
    """`(id, row, sample)` for every sample of every row, and for every edge."""
    found = []
    for row in rows():
        for kind, chosen, group in (("sample", samples, row.samples), ("edge", edges, row.edges)):
            if chosen:
                found += [(f"{row.name}-{kind}{i}", row, sample) for i, sample in enumerate(group)]
    return found
