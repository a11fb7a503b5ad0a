"""A pytest plugin for Keras's own tests: gradtape stands in for TensorFlow, and what they import from `conftest`.

With GRADTAPE_KERAS_ORACLE set, TensorFlow itself is used. Each test draws its random data from a seed made of its
name, so that what passes once passes again.
"""

import os
import sys
import zlib
from typing import Any

import pytest

sys.modules["conftest"] = sys.modules[__name__]  # Keras does not ship its own

if not os.environ.get("GRADTAPE_KERAS_ORACLE"):
    import gradtape.tensorflow

    gradtape.tensorflow.install()


def skip_if_backend(given_backend: str, reason: str) -> Any:
    """A mark that skips a test on one of Keras's backends."""
    from keras.src import backend

    return pytest.mark.skipif(backend.backend() == given_backend, reason=reason)


def pytest_configure(config: pytest.Config) -> None:
    """The marks that Keras's tests use."""
    for mark in ("requires_trainable_backend", "multi_device"):
        config.addinivalue_line("markers", f"{mark}: one of Keras's")


@pytest.fixture(autouse=True)
def seeded(request: pytest.FixtureRequest) -> None:
    """Seeds Python, NumPy, TensorFlow and Keras by the test's name."""
    import keras

    keras.utils.set_random_seed(zlib.crc32(request.node.name.encode()))
