"""Prints the oldest version of each dependency that pyproject.toml allows, as constraints for pip.

python tests/oldest_versions.py > constraints.txt
"""

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).resolve().parent.parent.joinpath("pyproject.toml").read_text("utf-8"))["project"]


def constraints() -> Iterator[str]:
    """`name==version` for each dependency, also of extras; the project itself is none."""
    for requirement in itertools.chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()):
        if requirement.startswith(PROJECT["name"] + "["):
            continue
        found = re.fullmatch(r"([\w-]+)>=([\d.]+)(,<[\d.]+)?", requirement)
        if not found:
            raise SystemExit(f"pyproject.toml does not say which version of {requirement!r} is the oldest: write >=")
        yield f"{found[1]}=={found[2]}"


if __name__ == "__main__":
    print("\n".join(dict.fromkeys(constraints())))
