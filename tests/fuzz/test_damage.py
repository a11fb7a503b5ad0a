"""Some cases of random damage to what is read, in a process that has little memory and time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PIL")
pytest.importorskip("google.protobuf")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="alarms and limits are the system's")

CASES = 800


def test_reading_what_is_damaged_ends_in_an_error_of_tensorflows_or_a_value() -> None:
    command = [sys.executable, "-m", "tests.fuzz.damage", "0", str(CASES)]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"0 wrong of {CASES}" in run.stdout
    refused = re.findall(r"^(.+): refused (\d+)", run.stdout, re.MULTILINE)
    assert len(refused) > 30
    assert [name for name, count in refused if int(count) < 3] == []
