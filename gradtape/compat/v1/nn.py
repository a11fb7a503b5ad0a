"""`tf.compat.v1.nn`: that of today, but for functions whose arguments have changed."""

from typing import Any

from ... import nn
from ...array.gathering import gather
from ...array.joining import concat
from ...array.shape import stop_gradient
from ...linalg.matmul import matmul
from ...math.cast import cast
from ...math.cumulative import cumsum
from ...nn.ctc_decoding import beam_search
from ...nn.fused import fused_batch_norm
from ...operations.reading import convert_to_tensor
from . import namespace

__all__ = [
    "ctc_beam_search_decoder", "ctc_loss", "dropout", "embedding_lookup", "fused_batch_norm", "relu_layer",
    "softmax_cross_entropy_with_logits", "xw_plus_b",
]  # fmt: skip


def ctc_beam_search_decoder(inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1,
                            merge_repeated: bool = True) -> Any:  # fmt: skip
    """`tf.nn.ctc_beam_search_decoder`; with `merge_repeated`, a label found several times in a row is given once."""
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge=merge_repeated)


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Any:
    """`tf.nn.ctc_loss` of a SparseTensor of labels, the last class being that of no label.

    Raises:
      NotImplementedError: for another treatment of repeated or too many labels than the usual one.
    """
    if preprocess_collapse_repeated or not ctc_merge_repeated or ignore_longer_outputs_than_inputs:
        raise NotImplementedError(
            "tf.compat.v1.nn.ctc_loss merges what is found several times in a row: nothing else is there yet. Leave "
            "preprocess_collapse_repeated, ctc_merge_repeated and ignore_longer_outputs_than_inputs as they are."
        )
    given = inputs if logits is None else logits
    return nn.ctc_loss(labels, given, None, sequence_length, time_major, blank_index=-1)


def dropout(x: Any, keep_prob: Any = None, noise_shape: Any = None, seed: Any = None, name: str | None = None,
            rate: Any = None) -> Any:  # fmt: skip
    """`tf.nn.dropout`, told what part of the elements is kept, or else what part is dropped."""
    if keep_prob is not None and rate is not None:
        raise ValueError("Cannot specify both 'keep_prob' and 'rate'.")
    if keep_prob is None and rate is None:
        raise ValueError(f"`rate` must be a scalar in the range [0, 1). Received: rate={rate}")
    return nn.dropout(x, 1 - keep_prob if rate is None else rate, noise_shape, seed)


def softmax_cross_entropy_with_logits(labels: Any = None, logits: Any = None, dim: Any = -1, name: str | None = None,
                                      axis: Any = None) -> Any:  # fmt: skip
    """`tf.nn.softmax_cross_entropy_with_logits`, through whose labels no gradient passes."""
    if labels is None or logits is None:
        raise ValueError("Both `labels` and `logits` must be provided.")
    return nn.softmax_cross_entropy_with_logits(stop_gradient(labels), logits, dim if axis is None else axis)


def embedding_lookup(params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None,
                     validate_indices: bool = True, max_norm: Any = None) -> Any:  # fmt: skip
    """`tf.nn.embedding_lookup`; of several parts, rows lie in one after the other ("mod"), or part by part ("div")."""
    if partition_strategy not in ("mod", "div"):
        raise ValueError(
            f"Only 'div' and 'mod' are supported for `partition_strategy`. Received: {partition_strategy!r}"
        )
    if isinstance(params, list | tuple) and len(params) > 1:
        if partition_strategy == "mod":
            ids = convert_to_tensor(ids)
            sizes = cast(convert_to_tensor([part.shape[0] for part in params]), ids.dtype)
            ids = gather(cumsum(sizes, exclusive=True), ids % len(params)) + ids // len(params)
        params = concat(list(params), 0)
    return nn.embedding_lookup(params, ids, max_norm)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """`x @ weights + biases`."""
    return nn.bias_add(matmul(x, weights), biases)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Any:
    """`relu(x @ weights + biases)`."""
    return nn.relu(xw_plus_b(x, weights, biases))


def __getattr__(name: str) -> Any:
    return namespace.look_up("nn", name)
