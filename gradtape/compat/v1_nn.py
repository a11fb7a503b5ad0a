"""`tf.compat.v1.nn`: that of today, but for functions whose arguments have changed."""

from typing import Any

from ..nn.ctc_decoding import beam_search
from .v1_math import in_top_k

__all__ = ["ctc_beam_search_decoder", "in_top_k"]


def ctc_beam_search_decoder(inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1,
                            merge_repeated: bool = True) -> Any:  # fmt: skip
    """`tf.nn.ctc_beam_search_decoder`; with `merge_repeated`, a label found several times in a row is given once."""
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge=merge_repeated)


def __getattr__(name: str) -> Any:
    import gradtape

    return getattr(gradtape.nn, name)
