"""`tf.data.experimental`: what is not in `tf.data.Dataset`, and older names of what is."""

import types
from collections.abc import Callable
from typing import Any

from ..values.dtypes import int64
from ..values.lacking import lacking
from ..values.refused import refused, refusing
from ..values.tensor import Tensor
from .dataset import Dataset
from .further import (
    Reducer,
    SqlDataset,
    TFRecordWriter,
    at,
    from_list,
    from_variant,
    group_by_reducer,
    make_batched_features_dataset,
    pad_to_cardinality,
    parse_example_dataset,
    to_variant,
)
from .iterator import Iterator
from .making import made
from .optional import Optional
from .options import (
    AutoShardPolicy,
    AutotuneAlgorithm,
    AutotuneOptions,
    DistributeOptions,
    ExternalStatePolicy,
    OptimizationOptions,
    ThreadingOptions,
)
from .order import AssertLength
from .readers import CsvDataset
from .tables import make_csv_dataset

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "SHARD_HINT",
    "UNKNOWN_CARDINALITY",
    "AutoShardPolicy",
    "AutotuneAlgorithm",
    "AutotuneOptions",
    "Counter",
    "CsvDataset",
    "DistributeOptions",
    "ExternalStatePolicy",
    "OptimizationOptions",
    "Optional",
    "RandomDataset",
    "Reducer",
    "ServiceOptions",
    "SqlDataset",
    "TFRecordWriter",
    "ThreadingOptions",
    "assert_cardinality",
    "at",
    "bucket_by_sequence_length",
    "cardinality",
    "choose_from_datasets",
    "copy_to_device",
    "dense_to_ragged_batch",
    "dense_to_sparse_batch",
    "distributed_save",
    "enable_debug_mode",
    "enumerate_dataset",
    "from_list",
    "from_variant",
    "get_model_proto",
    "get_next_as_optional",
    "get_single_element",
    "get_structure",
    "group_by_reducer",
    "group_by_window",
    "ignore_errors",
    "load",
    "make_batched_features_dataset",
    "make_csv_dataset",
    "make_saveable_from_iterator",
    "map_and_batch",
    "pad_to_cardinality",
    "parallel_interleave",
    "parse_example_dataset",
    "prefetch_to_device",
    "rejection_resample",
    "sample_from_datasets",
    "save",
    "scan",
    "service",
    "shuffle_and_repeat",
    "snapshot",
    "take_while",
    "to_variant",
    "unbatch",
    "unique",
]  # fmt: skip

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2
SHARD_HINT = -1
RandomDataset = Dataset.random

_ONE = "the elements of a dataset are made in this process, in threads where `num_parallel_calls` or `prefetch` say so."
distributed_save = refusing("tf.data.experimental.distributed_save", _ONE + " Use tf.data.Dataset.save.")
enable_debug_mode = refusing(
    "tf.data.experimental.enable_debug_mode",
    "errors name the function and the element; to stop in a function, call it with an element of the dataset before.",
)
get_model_proto = refusing("tf.data.experimental.get_model_proto", "gradtape has no model of a pipeline that it tunes.")
make_saveable_from_iterator = refusing(
    "tf.data.experimental.make_saveable_from_iterator",
    "save the iterator: tf.train.Checkpoint(iterator=iterator).",
)
service = types.SimpleNamespace(
    **{name: refused(f"tf.data.experimental.service.{name}", _ONE)
       for name in ("CrossTrainerCache", "DispatchServer", "DispatcherConfig", "ShardingPolicy", "WorkerConfig",
                    "WorkerServer")},
    **{name: refusing(f"tf.data.experimental.service.{name}", _ONE)
       for name in ("distribute", "from_dataset_id", "register_dataset")},
)  # fmt: skip
ServiceOptions = refused("tf.data.experimental.ServiceOptions", _ONE)

Transformation = Callable[[Dataset], Any]


def Counter(start: Any = 0, step: Any = 1, dtype: Any = int64) -> Dataset:
    """`tf.data.Dataset.counter`."""
    return Dataset.counter(start, step, dtype)


def load(path: str, element_spec: Any = None, compression: Any = None, reader_func: Any = None) -> Dataset:
    """`tf.data.Dataset.load`."""
    return Dataset.load(path, element_spec, compression, reader_func)


def choose_from_datasets(datasets: Any, choice_dataset: Dataset, stop_on_empty_dataset: bool = False) -> Dataset:
    """`tf.data.Dataset.choose_from_datasets`, which goes on when a dataset has ended."""
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(datasets: Any, weights: Any = None, seed: Any = None,
                         stop_on_empty_dataset: bool = False) -> Dataset:  # fmt: skip
    """`tf.data.Dataset.sample_from_datasets`."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def bucket_by_sequence_length(element_length_func: Callable[..., Any], bucket_boundaries: Any, bucket_batch_sizes: Any,
                              padded_shapes: Any = None, padding_values: Any = None,
                              pad_to_bucket_boundary: bool = False, no_padding: bool = False,
                              drop_remainder: bool = False) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func, bucket_boundaries, bucket_batch_sizes, padded_shapes, padding_values,
        pad_to_bucket_boundary, no_padding, drop_remainder)  # fmt: skip


def dense_to_ragged_batch(batch_size: Any, drop_remainder: bool = False,
                          row_splits_dtype: Any = int64) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """For `Dataset.apply`: `Dataset.sparse_batch`."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Transformation:
    """For `Dataset.apply`: the same elements: there is one device."""
    return lambda dataset: dataset.with_options(dataset.options())


def enumerate_dataset(start: Any = 0) -> Transformation:
    """For `Dataset.apply`: `Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def group_by_window(key_func: Callable[..., Any], reduce_func: Callable[..., Any], window_size: Any = None,
                    window_size_func: Callable[..., Any] | None = None) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def ignore_errors(log_warning: bool = False) -> Transformation:
    """For `Dataset.apply`: `Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def parallel_interleave(map_func: Callable[..., Any], cycle_length: Any, block_length: Any = 1, sloppy: bool = False,
                        buffer_output_elements: Any = None,
                        prefetch_input_elements: Any = None) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.interleave`, in threads."""
    return lambda dataset: dataset.interleave(
        map_func, cycle_length, block_length, num_parallel_calls=AUTOTUNE, deterministic=not sloppy)  # fmt: skip


def rejection_resample(class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None,
                       seed: Any = None) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """For `Dataset.apply`: `Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def snapshot(path: str, compression: Any = "AUTO", reader_func: Any = None,
             shard_func: Any = None) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `Dataset.snapshot`."""
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """For `Dataset.apply`: `Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def unbatch() -> Transformation:
    """For `Dataset.apply`: `Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


def unique() -> Transformation:
    """For `Dataset.apply`: `Dataset.unique`."""
    return lambda dataset: dataset.unique()


def assert_cardinality(expected_cardinality: Any) -> Transformation:
    """For `Dataset.apply`: the same elements, of which there must be as many."""
    return lambda dataset: made(AssertLength(dataset._node, expected_cardinality), dataset._options)


def cardinality(dataset: Dataset) -> Tensor:
    """`dataset.cardinality()`."""
    return dataset.cardinality()


def get_next_as_optional(iterator: Iterator) -> Optional:
    """`iterator.get_next_as_optional()`."""
    return iterator.get_next_as_optional()


def get_single_element(dataset: Dataset) -> Any:
    """`dataset.get_single_element()`."""
    return dataset.get_single_element()


def get_structure(dataset_or_iterator: Any) -> Any:
    """`dataset_or_iterator.element_spec`."""
    return dataset_or_iterator.element_spec


def map_and_batch(map_func: Callable[..., Any], batch_size: Any, num_parallel_batches: Any = None,
                  drop_remainder: bool = False, num_parallel_calls: Any = None) -> Transformation:  # fmt: skip
    """For `Dataset.apply`: `map`, and `batch`."""
    return lambda dataset: dataset.map(map_func, num_parallel_calls).batch(batch_size, drop_remainder)


def prefetch_to_device(device: str, buffer_size: Any = None) -> Transformation:
    """For `Dataset.apply`: `prefetch`."""
    return lambda dataset: dataset.prefetch(-1 if buffer_size is None else buffer_size)


def save(dataset: Dataset, path: Any, compression: str | None = None, shard_func: Any = None,
         checkpoint_args: Any = None) -> None:  # fmt: skip
    """`dataset.save(...)`."""
    dataset.save(path, compression, shard_func)


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """For `Dataset.apply`: `shuffle`, and `repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


__getattr__ = lacking(__name__)
