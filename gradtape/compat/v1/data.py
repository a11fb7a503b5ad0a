"""`tf.compat.v1.data`: that of today, and what datasets told of their elements, and gave iterators, in other words."""

import sys
from typing import Any

from ...data import Dataset, FixedLengthRecordDataset, Iterator, TextLineDataset, TFRecordDataset
from . import namespace

__all__ = [
    "Dataset", "FixedLengthRecordDataset", "Iterator", "TFRecordDataset", "TextLineDataset", "get_output_classes",
    "get_output_shapes", "get_output_types", "make_initializable_iterator", "make_one_shot_iterator",
]  # fmt: skip


def make_one_shot_iterator(dataset: Any) -> Any:
    """`iter(dataset)`: its `get_next()` gives one element after the other.

    >>> import gradtape as tf
    >>> iterator = tf.compat.v1.data.make_one_shot_iterator(tf.data.Dataset.range(3))
    >>> iterator.get_next().numpy(), iterator.get_next().numpy()
    (np.int64(0), np.int64(1))
    """
    return iter(dataset)


def make_initializable_iterator(dataset: Any, shared_name: str | None = None) -> Any:
    """An iterator has nothing to be initialised.

    Raises:
      RuntimeError: always.
    """
    raise RuntimeError(
        "`make_initializable_iterator()` is not supported in eager mode. Use Python-style iteration instead: `for "
        "element "
        "in dataset:`, or `iterator = iter(dataset)` each time that it is to begin anew."
    )


def _of_specs(dataset: Any, part: Any) -> Any:
    return sys.modules["gradtape"].nest.map_structure(part, dataset.element_spec)


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of an element, in its structure."""
    return _of_specs(dataset_or_iterator, lambda spec: spec.dtype)


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of an element, in its structure."""
    return _of_specs(dataset_or_iterator, lambda spec: spec.shape)


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of an element, in its structure."""
    return _of_specs(dataset_or_iterator, lambda spec: spec.value_type)


# What programs of that time ask of a dataset itself.
Dataset.make_one_shot_iterator = make_one_shot_iterator  # type: ignore[attr-defined]
Dataset.make_initializable_iterator = make_initializable_iterator  # type: ignore[attr-defined]
Dataset.output_types = property(get_output_types)  # type: ignore[attr-defined]
Dataset.output_shapes = property(get_output_shapes)  # type: ignore[attr-defined]
Dataset.output_classes = property(get_output_classes)  # type: ignore[attr-defined]


def __getattr__(name: str) -> Any:
    return namespace.look_up("data", name)
