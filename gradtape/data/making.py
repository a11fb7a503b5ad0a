"""The functions of `tf.data.Dataset` that make datasets of values, of files, and of several others."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..array.shape import expand_dims, squeeze
from ..io.storage import text
from ..math.elementwise import log
from ..random.stateless import stateless_categorical
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, int64
from ..values.errors import InvalidArgumentError
from ..values.tensor import Tensor
from ..values.type_spec import TensorSpec
from .batching import Batch, flat_shapes
from .files import matching
from .mapping import Map
from .nested import Choice, Interleave
from .node import Node, integer
from .order import Shuffle, Zip
from .sources import Generated, Random, Range, Slices, Tensors
from .spec import DatasetSpec
from .storage import Files


def made(node: Node, options: Any = None) -> Any:
    """The dataset of a description."""
    return DatasetSpec.kind(node, options)  # type: ignore[call-arg]


class Makers:
    """What `tf.data.Dataset` has without a dataset."""

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Any:
        """One element: this structure of tensors."""
        return made(Tensors(tensors))

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Any:
        """The slices of tensors along their first axes, which have one length.

        Raises:
          ValueError: if a tensor is a scalar, or lengths differ.
        """
        return made(Slices(tensors))

    @staticmethod
    def from_generator(
        generator: Callable[..., Iterable[Any]],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """What a Python generator yields.

        Args:
          generator: called with `args`, as NumPy arrays, each time that the dataset is walked through.
          output_types, output_shapes: structures of the elements' dtypes and shapes (by default any): the older way.
          args: what to call `generator` with.
          output_signature: a structure of specs, such as `tf.TensorSpec`, of the elements.

        Raises:
          TypeError: if `generator` is not callable, or neither types nor a signature is given; or, as it is walked
            through, if an element does not fit them.
        """
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        if output_signature is None and output_types is None:
            raise TypeError("Either `output_types` or `output_signature` must be specified.")
        if output_signature is None:
            kinds = nest.map_structure(lambda t: TensorSpec(None, t), output_types)
            shapes = flat_shapes(kinds, output_shapes)
            flat = [TensorSpec(s, k.dtype) for s, k in zip(shapes, nest.flatten(kinds), strict=True)]
            output_signature = nest.pack_sequence_as(kinds, flat)
        elif output_types is not None or output_shapes is not None:
            raise TypeError("The `output_types` and `output_shapes` arguments cannot be used with `output_signature`.")
        spec = nest.map_structure(lambda x: x, output_signature)
        return made(Generated(generator, spec, [convert_to_tensor(x) for x in args or ()]))

    @staticmethod
    def range(*args: Any, output_type: Any = int64, name: str | None = None) -> Any:
        """The integers `range(stop)`, `range(start, stop)` or `range(start, stop, step)`, as scalars."""
        return made(Range(tuple(integer(x, "range") for x in args), as_dtype(output_type)))

    @staticmethod
    def counter(start: Any = 0, step: Any = 1, dtype: Any = int64, name: str | None = None) -> Any:
        """Numbers without end: `start`, `start + step`, ..."""
        first = convert_to_tensor(start, dtype)
        each = convert_to_tensor(step, dtype)
        return made(Tensors(0)).repeat().scan(first, lambda state, _: (state + each, state))

    @staticmethod
    def random(seed: Any = None, rerandomize_each_iteration: bool | None = None, name: str | None = None) -> Any:
        """Random int64 numbers from 0 to below 2**32, without end; for a seed those of TensorFlow.

        Args:
          rerandomize_each_iteration: whether each iterator has others.
        """
        return made(Random(seed, bool(rerandomize_each_iteration)))

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """The elements of several datasets together, in the structure in which these are given; to the end of one."""
        if not args and datasets is None:
            raise TypeError("Must pass at least one dataset to `zip`.")
        if args and datasets is not None:
            raise TypeError("Both `*args` and `datasets` cannot be set.")
        given = datasets if datasets is not None else args[0] if len(args) == 1 else args
        parts = nest.flatten(given)
        for part in parts:
            if not isinstance(part, Makers):
                message = "Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` "
                if nest.is_nested(part):
                    message += "objects. Python `list` is not supported and you should use `tuple` instead."
                else:
                    message += f"objects but encountered object of type {type(part)}."
                raise TypeError(message)
        spec = nest.map_structure(lambda p: p.element_spec, given)
        return made(Zip([p._node for p in parts], spec))

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: Any = None, name: str | None = None) -> Any:
        """The names of the files that fit a pattern, or several; in random order, unless `shuffle` is False.

        Raises:
          InvalidArgumentError: if there are none.
        """
        names = matching(file_pattern)
        if not names:
            shown = np.asarray(convert_to_tensor(file_pattern)._array, object).ravel().tolist()
            raise InvalidArgumentError(None, None, f"No files matched pattern: {b', '.join(shown).decode()}")
        found: Node = Slices(np.array(names, object))
        return made(found if shuffle is False else Shuffle(found, len(names), seed, True))

    @staticmethod
    def choose_from_datasets(datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True) -> Any:
        """Of several datasets the next element of the one whose number `choice_dataset` gives, an int64 scalar.

        Args:
          stop_on_empty_dataset: whether one without more elements ends it; otherwise its numbers are passed over.
        """
        if not datasets:
            raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
        if not isinstance(choice_dataset, Makers):
            raise TypeError(
                "Invalid `choice_dataset`. `choice_dataset` should be a `tf.data.Dataset` but is "
                f"{type(choice_dataset)}."
            )
        spec: Any = choice_dataset.element_spec  # type: ignore[attr-defined]
        if not isinstance(spec, TensorSpec) or not spec.is_compatible_with(TensorSpec([], int64)):
            raise TypeError(
                "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` tensors but are "
                f"{spec}."
            )
        nodes = [d._node for d in datasets]
        return made(Choice(choice_dataset._node, nodes, bool(stop_on_empty_dataset)))  # type: ignore[attr-defined]

    @staticmethod
    def sample_from_datasets(datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False,
                             rerandomize_each_iteration: bool | None = None) -> Any:  # fmt: skip
        """The elements of several datasets, of which each time one is chosen at random; for a seed TensorFlow's.

        Args:
          weights: how probable each is: a list, a tensor, or a dataset that gives them each time.
          stop_on_empty_dataset: whether one without more elements ends it.
          rerandomize_each_iteration: whether each iterator has another order.
        """
        if not datasets:
            raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
        nodes = [d._node for d in datasets]
        if isinstance(weights, Makers):
            logits = weights.map(lambda *p: log(convert_to_tensor(p)))  # type: ignore[attr-defined]
            seeds = Batch(Random(seed, bool(rerandomize_each_iteration)), 2, True)
            pairs = Zip([logits._node, seeds], (logits.element_spec, seeds.spec))
            selector = Map(pairs, _chosen)
            return made(Choice(selector, nodes, bool(stop_on_empty_dataset)))
        if weights is None:
            scores = convert_to_tensor([[1.0] * len(nodes)])
        else:
            if not isinstance(weights, Tensor):
                if len(nodes) != len(weights):
                    raise ValueError(
                        "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                        f"`len(weights)={len(weights)}` vs. `len(datasets)={len(nodes)}`."
                    )
                used = [(n, w) for n, w in zip(nodes, weights, strict=True) if w > 0]
                if not used:
                    return made(nodes[0]).take(0)
                nodes, weights = [n for n, _ in used], [w for _, w in used]
            tensor = convert_to_tensor(weights)
            if tensor.dtype.name not in ("float32", "float64"):
                raise TypeError(
                    "Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but is "
                    f"{tensor.dtype!r}."
                )
            scores = expand_dims(log(tensor), 0)
        if len(nodes) == 1:
            return made(nodes[0])
        seeds = Batch(Random(seed, bool(rerandomize_each_iteration)), 2, True)
        selector = Map(seeds, lambda two: _chosen(scores, two))
        return made(Choice(selector, nodes, bool(stop_on_empty_dataset)))

    @staticmethod
    def load(path: Any, element_spec: Any = None, compression: str | None = None,
             reader_func: Callable[..., Any] | None = None, wait: bool = False) -> Any:  # fmt: skip
        """The dataset that `save` wrote into a folder.

        Args:
          element_spec: of the elements; by default what was saved.
          reader_func: given a dataset of the datasets of the folder's files, the dataset of elements; by default they
            take turns.
        """
        return made(loaded(Files(text(path), element_spec), reader_func))


def _chosen(logits: Any, seeds: Any) -> Any:
    return squeeze(stateless_categorical(logits, 1, seeds), [0, 1])


def loaded(files: Files, reader: Callable[..., Any] | None) -> Node:
    """The elements of the files of a folder."""
    if reader is not None:
        node: Node = reader(made(files))._node
        return node
    found = Interleave(files, lambda d: d, max(files.length, 1))
    found.length = files.total
    found.label = "_LoadDataset"
    return found
