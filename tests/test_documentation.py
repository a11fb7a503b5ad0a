"""The documentation is true: its links lead somewhere, its examples print what it says, its diff is in the code."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.two_libraries import ROOT

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_first_example_prints_what_its_comments_say() -> None:
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    assert printed.getvalue().splitlines() == re.findall(r"^print.*  # (.*)$", code, re.MULTILINE)


def test_the_operation_that_contributing_adds_is_in_the_code() -> None:
    diffs = re.findall(r"```diff\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    added = []
    for line in "".join(diffs).splitlines():
        if line.startswith("--- "):
            file = (ROOT / line[4:]).read_text("utf-8").splitlines()
        elif not line.startswith("@@"):
            added.append(line)
            assert line[1:] in file, line
    assert len([line for line in added if line.startswith("+")]) == 10


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^\| \[.*?\]\((.*?)\)", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
