"""docs/tensorflow.md is true: gradtape gives what it says, central differences agree, and TensorFlow does not."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests import two_libraries
from tests.tensorflow import page

LINES = page.lines()


@pytest.fixture(scope="module")
def theirs() -> dict[str, str]:
    python = two_libraries.tensorflow_python()
    if not python:
        pytest.skip("no GRADTAPE_TENSORFLOW_PYTHON names a Python that has TensorFlow")
    return page.by_tensorflow(python)


def test_the_page_has_results_for_every_line() -> None:
    assert LINES.keys() == set(page.ENTRY.findall(page.PAGE.read_text("utf-8")))


@pytest.mark.parametrize("line", LINES)
def test_gradtape_gives_what_the_page_says(line: str) -> None:
    assert page.shown(page.value(line, page.namespace(tf))) == LINES[line][0]


@pytest.mark.parametrize("line", LINES)
def test_central_differences_agree(line: str) -> None:
    found: Any = page.value(line, page.namespace(tf))
    want = page.value(line, page.differences(tf))
    rounding = 1e-5 if "f32(" in line else 1e-6
    np.testing.assert_allclose(found, want, rtol=rounding, atol=rounding)
    assert page.shown(want) == LINES[line][2]


@pytest.mark.parametrize("line", LINES)
def test_tensorflow_gives_what_the_page_says(line: str, theirs: dict[str, str]) -> None:
    assert theirs[line] == LINES[line][1]
    assert theirs[line] != LINES[line][0]
