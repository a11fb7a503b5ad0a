"""What the examples in docstrings find imported."""

from typing import Any

import numpy as np
import pytest

import gradtape

collect_ignore = ["gradtape/keras"]  # it is Keras, and has the whole process find gradtape for TensorFlow


@pytest.fixture(autouse=True)
def _names_of_examples(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["tf"] = gradtape
    doctest_namespace["np"] = np
