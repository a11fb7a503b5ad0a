"""What a library costs before it does anything: its version, import time and installed size.

`python -m benchmarks.footprint version|import|size NAME`; needs nothing but the standard library.
"""

import importlib
import re
import sys
import time
import tomllib
from contextlib import suppress
from importlib import metadata
from importlib.util import cache_from_source, find_spec
from pathlib import Path

TOOLS = {"pip", "setuptools", "wheel"}  # of environments, not of programs


def seconds_of_import(module: str) -> float:
    """Seconds that importing `module` takes in this process."""
    start = time.perf_counter()
    importlib.import_module(module)
    return time.perf_counter() - start


def version(package: str) -> str:
    """The installed version, or that of the package in the current folder."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return getattr(importlib.import_module(package), "__version__", "unknown")


def requirements(package: str) -> list[str]:
    """The requirements of an installed distribution, or of the project in the current folder."""
    try:
        return metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
        if project["name"] != package:
            raise
        return project["dependencies"]


def closure(package: str) -> set[str]:
    """The distribution and all that it requires, without extras, as far as it is installed here."""
    found, waiting = set(), [package]
    while waiting:
        requirement, _, condition = waiting.pop().partition(";")
        name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()
        if name in found or name in TOOLS or re.search(r"\bextra\s*==", condition):
            continue
        try:
            waiting += requirements(name)
        except metadata.PackageNotFoundError:
            if condition:
                continue  # for another system or Python
            raise
        found.add(name)
    return found


def installed_bytes(package: str) -> int:
    """The files of the distribution, of its dependencies, and their compiled modules."""
    files: set[Path] = set()
    for name in closure(package):
        with suppress(metadata.PackageNotFoundError):  # a project that is only a folder: below
            files.update(Path(f.locate()).resolve() for f in metadata.files(name) or [])
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or []:
        files.update(p.resolve() for p in Path(folder).rglob("*"))
    files.update(Path(cache_from_source(p)) for p in list(files) if p.suffix == ".py")
    return sum(p.stat().st_size for p in files if p.is_file())


if __name__ == "__main__":
    answers = {"version": version, "import": seconds_of_import, "size": installed_bytes}
    print(answers[sys.argv[1]](sys.argv[2]))
