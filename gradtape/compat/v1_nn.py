"""`tf.compat.v1.nn`: that of today, but for functions whose arguments have changed."""

from typing import Any

from .. import nn
from ..nn.ctc_decoding import beam_search
from .v1_math import in_top_k

__all__ = ["convolution", "ctc_beam_search_decoder", "ctc_loss", "in_top_k"]


def ctc_beam_search_decoder(inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1,
                            merge_repeated: bool = True) -> Any:  # fmt: skip
    """`tf.nn.ctc_beam_search_decoder`; with `merge_repeated`, a label found several times in a row is given once."""
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge=merge_repeated)


def convolution(
    input: Any,
    filter: Any = None,
    padding: Any = "VALID",
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """`tf.nn.convolution`, with the names and the order that its arguments have had."""
    filters = filter if filters is None else filters
    dilations = dilation_rate if dilations is None else dilations
    return nn.convolution(input, filters, strides, padding, data_format, dilations, name)


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


def __getattr__(name: str) -> Any:
    return getattr(nn, name)
