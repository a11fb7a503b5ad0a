"""`tf.data.Dataset`: elements, structures of tensors, made one after the other as they are asked for."""

import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograph.operators import loop_over
from ..io.storage import text
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from ..values.trackable import Trackable
from ..values.type_spec import TensorSpec
from .batching import Batch, Padded, Unbatch, sparse_batch
from .buffers import Cache, Prefetch
from .iterator import Iterator, NumpyIterator, Source, _draws
from .making import Makers, loaded, made
from .mapping import Filter, IgnoreErrors, Map, Scan, Unique, folded
from .nested import Interleave
from .node import INFINITE, Element, Node, filled, flat_specs, held, object_of, packed, symbolic_parts
from .operations import HANDLE, written
from .options import Options
from .order import Concatenate, Repeat, Shard, Shuffle, Skip, Take, Zip
from .resampling import buckets, resampled
from .sources import Held, Range
from .spec import DatasetSpec
from .storage import Snapshot, save
from .windows import GroupByWindow, Rebatch, Window

__all__ = ["Dataset", "compute_batch_size"]


class Dataset(Makers, Trackable, CompositeTensor):
    """A sequence of elements. It is made by `from_tensor_slices` and the like, and others are made of it.

    >>> import gradtape as tf
    >>> images, labels = tf.ones([5, 2]), tf.range(5)
    >>> for x, y in tf.data.Dataset.from_tensor_slices((images, labels)).batch(2):
    ...     print(x.shape, y.numpy())
    (2, 2) [0 1]
    (2, 2) [2 3]
    (1, 2) [4]
    """

    _instead = "its elements"
    _holds = True
    _by_spec = True

    def __init__(self, node: Node, options: Options | None = None) -> None:
        self._node = node
        self._options = Options() if options is None else options

    def _made(self, node: Node) -> Any:
        """A dataset that is made of this one, with its options."""
        return made(node, self._options)

    # --- functions for elements --------------------------------------------------------------------------------------

    def map(self, map_func: Callable[..., Any], num_parallel_calls: Any = None, deterministic: Any = None,
            synchronous: Any = None, use_unbounded_threadpool: Any = False, name: Any = None) -> Any:  # fmt: skip
        """What `map_func`, traced once as a `tf.function`, gives for each element; of a tuple, for its items.

        Args:
          num_parallel_calls: how many threads call it; `tf.data.AUTOTUNE` to have them where elements take long.
          deterministic: without effect: elements come in order.
        """
        return self._made(Map(self._node, map_func, num_parallel_calls))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Any:
        """The elements for which `predicate`, traced once, gives true."""
        return self._made(Filter(self._node, predicate))

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Any:
        """The elements before the first for which `predicate` gives false."""
        return self._made(Filter(self._node, predicate, stops=True))

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Any:
        """The elements of the datasets that `map_func` gives for each element, one dataset after the other."""
        return self._made(Interleave(self._node, map_func, flat=True))

    def interleave(self, map_func: Callable[..., Any], cycle_length: Any = None, block_length: Any = None,
                   num_parallel_calls: Any = None, deterministic: Any = None, name: Any = None) -> Any:  # fmt: skip
        """The elements of the datasets that `map_func` gives, of which `cycle_length` take turns of `block_length`.

        Args:
          cycle_length: by default as many as there are processors.
          num_parallel_calls: if it is given, threads make elements ahead.
          deterministic: without effect: elements come in order.
        """
        cycle = cycle_length
        if cycle is None or (isinstance(cycle, int) and cycle == -1):
            cycle = os.cpu_count() or 1
        return self._made(Interleave(self._node, map_func, cycle, block_length or 1, num_parallel_calls))

    def scan(self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None) -> Any:
        """For each element the second that `scan_func(state, element)` gives; the first is the next state."""
        return self._made(Scan(self._node, initial_state, scan_func))

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None) -> Any:
        """The last state, where `reduce_func(state, element)` gives the next one."""
        first, traced = folded(initial_state, reduce_func, self._node, "Dataset.reduce()", "reduce_func")

        def run(node: Node, call: Callable[..., Element], state: Element) -> Element:
            for number, element in enumerate(node.walk()):
                try:
                    state = call(*state, *element)
                except Exception as error:
                    traced.noted(error, number)
                    raise
            return state

        if current.thread.trace is None:
            arrays = run(self._node, traced.started(), tuple([x._array for x in first]))
            return packed(traced.spec, [wrap(a) for a in arrays])
        captured = traced.captured

        def kernel(handle: Any, *arrays: Any) -> list[Any]:
            call = traced.with_captured(arrays[: len(captured)]).started()
            return list(run(object_of(handle), call, arrays[len(captured) :]))

        specs = flat_specs(traced.spec)
        return packed(traced.spec, written("ReduceDataset", kernel, [self._handle, *captured, *first], specs))

    def enumerate(self, start: Any = 0, name: str | None = None) -> Any:
        """Pairs of a number and an element."""
        numbers = Range((start, np.iinfo(np.int64).max), convert_to_tensor(0, "int64").dtype)
        numbers.length = INFINITE
        return self._made(Zip([numbers, self._node], (numbers.spec, self._node.spec)))

    def unique(self, name: str | None = None) -> Any:
        """The elements that were not there before."""
        return self._made(Unique(self._node))

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Any:
        """The elements that can be made, without those that raise an error."""
        return self._made(IgnoreErrors(self._node, log_warning))

    def rejection_resample(self, class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None,
                           seed: Any = None, name: str | None = None) -> Any:  # fmt: skip
        """Pairs of class and element, with elements left out at random, so that classes are as frequent as wanted.

        Args:
          class_func: gives the class of an element, an int32 scalar.
          target_dist: how frequent each class is to be.
          initial_dist: how frequent each is; by default that is found out.
        """
        return resampled(self, class_func, target_dist, initial_dist, seed)

    # --- batches -----------------------------------------------------------------------------------------------------

    def batch(self, batch_size: Any, drop_remainder: bool = False, num_parallel_calls: Any = None,
              deterministic: Any = None, name: str | None = None) -> Any:  # fmt: skip
        """Elements stacked, `batch_size` at a time; the last batch may be smaller, unless `drop_remainder`."""
        return self._made(Batch(self._node, batch_size, drop_remainder, num_parallel_calls is not None))

    def padded_batch(self, batch_size: Any, padded_shapes: Any = None, padding_values: Any = None,
                     drop_remainder: bool = False, name: str | None = None) -> Any:  # fmt: skip
        """Batches of tensors of different shapes, filled up.

        Args:
          padded_shapes: a structure of the shapes to fill up to, where None is the longest; by default the elements'.
          padding_values: a structure of what to fill up with; by default 0, and "".
        """
        return self._made(Padded(self._node, batch_size, padded_shapes, padding_values, drop_remainder))

    def ragged_batch(self, batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = None,
                     name: str | None = None) -> Any:  # fmt: skip
        """Batches in which tensors of different lengths are a ragged tensor."""
        return self._made(Batch(self._node, batch_size, drop_remainder, ragged=True))

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Any:
        """Batches in which tensors are the rows of a sparse tensor, of shape `row_shape` each."""
        return self._made(sparse_batch(self._node, batch_size, row_shape))

    def unbatch(self, name: str | None = None) -> Any:
        """The slices of each element."""
        return self._made(Unbatch(self._node))

    def rebatch(self, batch_size: Any, drop_remainder: bool = False, name: str | None = None) -> Any:
        """The rows of batches in batches of another size; of several, in turn."""
        return self._made(Rebatch(self._node, batch_size, drop_remainder))

    def window(self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: bool = False,
               name: str | None = None) -> Any:  # fmt: skip
        """Datasets of `size` elements, `stride` apart; each begins `shift` elements (`size`) after the one before."""
        return self._made(Window(self._node, size, shift, stride, drop_remainder))

    def group_by_window(self, key_func: Callable[..., Any], reduce_func: Callable[..., Any],
                        window_size: Any = None, window_size_func: Callable[..., Any] | None = None,
                        name: str | None = None) -> Any:  # fmt: skip
        """Elements gathered by key, and the elements of `reduce_func(key, dataset)` for each full window of a key.

        Args:
          key_func: gives the key of an element, an int64 scalar.
          window_size: how many elements of a key make a window; or `window_size_func`, which gives it for a key.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError("Either the `window_size` argument or the `window_size_func` argument must be specified.")
        if window_size is not None:
            size = convert_to_tensor(window_size, "int64")
            window_size_func = lambda key: size
        return self._made(GroupByWindow(self._node, key_func, reduce_func, window_size_func))  # type: ignore[arg-type]

    def bucket_by_sequence_length(
        self, element_length_func: Callable[..., Any], bucket_boundaries: Any, bucket_batch_sizes: Any,
        padded_shapes: Any = None, padding_values: Any = None, pad_to_bucket_boundary: bool = False,
        no_padding: bool = False, drop_remainder: bool = False, name: str | None = None,
    ) -> Any:  # fmt: skip
        """Padded batches of elements of similar lengths.

        Args:
          element_length_func: gives the length of an element, an int32 scalar.
          bucket_boundaries: the lengths at which another bucket begins.
          bucket_batch_sizes: how many elements are a batch, one more than there are boundaries.
          pad_to_bucket_boundary: whether to fill up to the greatest length of the bucket.
          no_padding: whether the elements' shapes in a batch are the same.
        """
        return buckets(self, element_length_func, bucket_boundaries, bucket_batch_sizes, padded_shapes, padding_values,
                       pad_to_bucket_boundary, no_padding, drop_remainder)  # fmt: skip

    # --- order -------------------------------------------------------------------------------------------------------

    def shuffle(self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None,
                name: str | None = None) -> Any:  # fmt: skip
        """The elements in another order: each is drawn from a buffer into which the next ones come.

        Args:
          buffer_size: how many elements the buffer takes.
          seed: for a seed, and with `tf.random.set_seed`, the order is that of TensorFlow.
          reshuffle_each_iteration: whether each iterator has another order.
        """
        return self._made(Shuffle(self._node, buffer_size, seed, reshuffle_each_iteration is not False))

    def repeat(self, count: Any = None, name: str | None = None) -> Any:
        """The elements `count` times over, or without end."""
        return self._made(Repeat(self._node, count))

    def take(self, count: Any, name: str | None = None) -> Any:
        """The first `count` elements; all for -1."""
        return self._made(Take(self._node, count))

    def skip(self, count: Any, name: str | None = None) -> Any:
        """All but the first `count` elements; none for -1."""
        return self._made(Skip(self._node, count))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Any:
        """Every `num_shards`th element, from number `index` on."""
        return self._made(Shard(self._node, num_shards, index))

    def concatenate(self, dataset: "Dataset", name: str | None = None) -> Any:
        """The elements, and those of `dataset` after them."""
        return self._made(Concatenate(self._node, dataset._node))

    # --- kept elements -----------------------------------------------------------------------------------------------

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Any:
        """The same elements, of which a thread makes up to `buffer_size` ahead."""
        return self._made(Prefetch(self._node, buffer_size))

    def cache(self, filename: Any = "", name: str | None = None) -> Any:
        """The same elements, kept once they have all been asked for: in memory, or in files of that name."""
        return self._made(Cache(self._node, text(filename)))

    def save(self, path: Any, compression: str | None = None, shard_func: Callable[..., Any] | None = None,
             checkpoint_args: Any = None) -> None:  # fmt: skip
        """Write the elements into a folder, which `load` reads.

        Args:
          compression: None or "GZIP".
          shard_func: gives the number of the file for an element, an int64 scalar.
        """
        save(self._node, text(path), compression, shard_func)

    def snapshot(self, path: Any, compression: Any = "AUTO", reader_func: Callable[..., Any] | None = None,
                 shard_func: Callable[..., Any] | None = None, name: str | None = None) -> Any:  # fmt: skip
        """The same elements; the first walk to the end writes them into a folder, and later ones read them there."""
        packing = compression if compression == "GZIP" else None
        return self._made(Snapshot(self._node, text(path), packing, shard_func, lambda f: loaded(f, reader_func)))

    # --- the dataset itself ------------------------------------------------------------------------------------------

    def with_options(self, options: Options, name: str | None = None) -> Any:
        """The same elements, made with these options."""
        return made(_labelled(self._node), self._options.merge(options))

    def options(self) -> Options:
        """The options with which elements are made."""
        return self._options

    def apply(self, transformation_func: Callable[["Dataset"], Any]) -> Any:
        """`transformation_func(self)`."""
        given = transformation_func(self)
        if not isinstance(given, Dataset):
            raise TypeError(f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(given)}.")
        return given

    @property
    def element_spec(self) -> Any:
        """The specs of an element: a structure of them."""
        return self._node.spec

    def __iter__(self) -> Iterator:
        if current.thread.trace is None:
            return Iterator.over(self._node, self._options)
        (handle,) = written("MakeIterator", lambda h: [held(Source(object_of(h)))], [self._handle], [HANDLE])
        return Iterator(handle, self._node.spec)

    def as_numpy_iterator(self) -> NumpyIterator:
        """The elements as NumPy arrays."""
        return NumpyIterator(self)

    def cardinality(self, name: str | None = None) -> Tensor:
        """How many elements there are: an int64 scalar; -1 for no end, and -2 if it is not known."""
        return wrap(np.int64(self._node.length))

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element.

        Raises:
          InvalidArgumentError: if there is none, or another.
        """
        spec = self._node.spec
        if current.thread.trace is None:
            return packed(spec, [wrap(a) for a in _single(held(self._node))])
        return packed(spec, written("DatasetToSingleElement", _single, [self._handle], flat_specs(spec)))

    def __len__(self) -> int:
        length = self._node.length
        if length < 0:
            raise TypeError("The dataset is infinite." if length == INFINITE else "The dataset length is unknown.")
        return length

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{self._node.label} element_spec={self._node.spec}>"

    # --- as a value of functions -------------------------------------------------------------------------------------

    @property
    def _handle(self) -> Any:
        """A scalar that holds the description; in a graph, what puts the graph's tensors into it."""
        node = self._node
        if type(node) is Held:
            return node.handle
        tensors, anew = symbolic_parts(node)
        if not anew or current.thread.trace is None:
            return wrap(held(node))
        return written("MakeDataset", functools.partial(_filled, node, tensors), tensors, [HANDLE])[0]

    @property
    def _type_spec(self) -> DatasetSpec:
        return DatasetSpec(self._node.spec)

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return (self._handle,)

    def _with_components(self, components: Any) -> "Dataset":
        return Dataset(Held(components[0], self._node.spec))


def _filled(node: Node, tensors: list[Any], *arrays: Any) -> list[Any]:
    return [held(filled(node, tensors, arrays))]


DatasetSpec.kind = Dataset
loop_over(Dataset, lambda dataset: _draws(iter(dataset)))


def _single(handle: Any) -> list[Any]:
    walk = object_of(handle).walk()
    element = next(walk, None)
    if element is None:
        raise InvalidArgumentError(None, None, "Dataset was empty. [Op:DatasetToSingleElement]")
    if next(walk, None) is not None:
        raise InvalidArgumentError(None, None, "Dataset had more than one element. [Op:DatasetToSingleElement]")
    return list(element)


def _labelled(node: Node) -> Node:
    import copy

    made = copy.copy(node)
    made.label = "_OptionsDataset"
    return made


def compute_batch_size(dataset: Dataset) -> Tensor:
    """The length of the elements' first axes where it is known and the same for all, and else -1."""
    shapes = [s.shape.as_list() if isinstance(s, TensorSpec) else [] for s in nest.flatten(dataset.element_spec)]
    sizes = {dims[0] if dims else None for dims in shapes}
    return wrap(np.int64(sizes.pop() if len(sizes) == 1 and None not in sizes else -1))
