"""Decoding for connectionist temporal classification: the labels that are likely to be in a sequence. No gradient."""

import heapq
import math
from typing import Any

import numpy as np

from ..array.gathering import gather_nd
from ..array.joining import concat
from ..array.slicing import slice_p
from ..math.comparison import greater_equal, where
from ..operations.primitive import _kernel_name, primitive
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import int32
from ..values.errors import FailedPreconditionError, invalid
from ..values.symbolic import checked, computation, computed, integers_tensor
from ..values.tensor import EagerTensor, wrap

__all__ = ["ctc_beam_search_decoder", "ctc_greedy_decoder"]

# Paths are matrices of the shape (batch, steps): labels, and -1 after the last one.


@primitive(op="CTCGreedyDecoder", multiple=True)
def greedy_paths_p(xp: Any, x: Any, lengths: Any, *, blank: int, merge: bool) -> Any:
    """The path of the likeliest class of each step, and minus the sum of their logits."""
    steps, batch, _ = x.shape
    there = np.arange(steps)[:, None] < lengths
    best = np.argmax(np.where(np.isnan(x), -np.inf, x), axis=-1)
    scores = -np.where(there, np.take_along_axis(x, best[..., None], -1)[..., 0], 0).sum(0)
    kept = there & (best != blank)
    if merge:
        kept[1:] &= best[1:] != best[:-1]
    paths = np.full((batch, steps), -1, np.int64)
    step, row = np.nonzero(kept)
    paths[row, np.cumsum(kept, axis=0)[step, row] - 1] = best[step, row]
    return paths, scores[:, None].astype(x.dtype)


@primitive(op="CTCBeamSearchDecoder", multiple=True)
def beam_paths_p(xp: Any, x: Any, lengths: Any, *, width: int, count: int, merge: bool) -> Any:
    """The `count` likeliest paths of each sequence, of shape (batch, count, steps), and their log probabilities."""
    steps, batch, _ = x.shape
    top = x.max(axis=-1, keepdims=True)
    logs = x - top - np.log(np.exp(x - top).sum(axis=-1, keepdims=True))
    paths, scores = np.full((batch, count, steps), -1, np.int64), np.empty((batch, count), x.dtype)
    for b in range(batch):
        found, scores[b] = _search(logs[: max(int(lengths[b]), 0), b], width, count)
        for i, labels in enumerate(found):
            if merge:
                labels = [c for c, before in zip(labels, [-1, *labels[:-1]], strict=True) if c != before]
            paths[b, i, : len(labels)] = labels
    return paths, scores


def _search(logs: Any, width: int, count: int) -> tuple[list[list[int]], Any]:
    """A beam search over prefixes of labels. The last class is the blank.

    Source: Graves, "Supervised sequence labelling with recurrent neural networks" (2012), section 7.5.
    """
    nodes, prefixes = {(): 0}, [()]  # prefixes by number, and their numbers
    parents, last = np.array([-1]), np.array([-1])  # of each number
    beam = np.array([0])
    # The log probabilities of the beam's prefixes: of all ways to them, of those that end in blank, and of the others.
    total = ended = np.zeros(1, logs.dtype)
    labelled = np.full(1, -np.inf, logs.dtype)
    for x in logs:
        blank = len(x) - 1
        place = np.full(len(prefixes) + 1, -1)
        place[beam] = np.arange(len(beam))
        above = place[parents[beam]]  # where the prefix that is a label shorter is, if it is there
        grown = np.where(last[beam] == last[parents[beam]], ended[above], total[above])
        grown = np.where((above < 0) | (total[above] == -np.inf), -np.inf, grown)
        labelled = np.logaddexp(labelled, grown) + np.where(last[beam] < 0, -np.inf, x[last[beam]])
        longer = np.where(last[beam][:, None] == np.arange(blank), ended[:, None], total[:, None]) + x[:blank]
        ended, before = total + x[blank], total
        total = np.logaddexp(ended, labelled)
        kept = _best(before, total, longer, above, last[beam], width)
        numbers = []
        for _, row, label in kept:
            prefix = prefixes[beam[row]] if label < 0 else (*prefixes[beam[row]], label)
            if prefix not in nodes:
                nodes[prefix] = len(prefixes)
                prefixes.append(prefix)
                parents, last = np.append(parents, beam[row]), np.append(last, label)
            numbers.append(nodes[prefix])
        rows, labels = (np.array([k[i] for k in kept]) for i in (1, 2))
        total = np.array([k[0] for k in kept], logs.dtype)
        ended = np.where(labels < 0, ended[rows], -np.inf).astype(logs.dtype)
        labelled = np.where(labels < 0, labelled[rows], total)
        beam = np.array(numbers)
    if len(beam) < count:
        raise invalid("CTCBeamSearchDecoder", "Less leaves in the beam search than requested.")
    return [list(prefixes[i]) for i in beam[:count].tolist()], total[:count]


def _best(before: Any, total: Any, longer: Any, above: Any, last: Any, width: int) -> list[tuple[float, int, int]]:
    """The prefixes of the next beam, the likeliest first: (log probability, place in this beam, one more label or -1).

    As TensorFlow does it: one after the other the beam's prefixes are made longer, and each new one that is likelier
    than the least likely one so far takes its place. A prefix that has lost its place before its own beginning is made
    longer is not made longer itself.
    """
    heap = [(p, place, -1) for place, p in enumerate(total.tolist())]
    heapq.heapify(heap)
    lost, finished = set[int](), set[int]()
    children: dict[int, dict[int, int]] = {}
    for place, (i, label) in enumerate(zip(above.tolist(), last.tolist(), strict=True)):
        if i >= 0:
            children.setdefault(i, {})[label] = place

    def least() -> float:
        return heap[0][0] if len(heap) == width else -math.inf

    for place, p in enumerate(before.tolist()):
        if place in finished or not p > least():
            continue
        there = children.get(place, {})
        row = longer[place]
        for label in sorted({*np.flatnonzero(row > least()).tolist(), *there}):
            child = there.get(label)
            if child is not None:  # it has been given its share of this
                if child in lost:
                    finished.add(child)
            elif row[label] > least():
                new = (float(row[label]), place, label)
                if len(heap) < width:
                    heapq.heappush(heap, new)
                    continue
                _, gone, which = heapq.heapreplace(heap, new)
                if which < 0:
                    lost.add(gone)
    return sorted(heap, key=lambda found: -found[0])


# --- public ----------------------------------------------------------------------------------------------------------


def _given(inputs: Any, sequence_length: Any, op: str) -> tuple[EagerTensor, EagerTensor]:
    x = convert_to_tensor(inputs)
    if x.dtype.name not in ("float32", "float64"):
        raise invalid(op, f"Value for attr 'T' of {_kernel_name(x._array.dtype)} is not in the list of allowed values: "
                      "float, double")  # fmt: skip
    lengths = tensor_of(sequence_length, int32)
    if lengths.dtype != int32:
        raise invalid(op, f"cannot compute {op} as input #1(zero-based) was expected to be a int32 tensor but is a "
                      f"{lengths.dtype.name} tensor")  # fmt: skip
    if x._array.ndim != 3:
        raise invalid(op, "inputs is not a 3-Tensor")
    if lengths._array.ndim != 1:
        raise invalid(op, "sequence_length is not a vector")
    checked(_check_lengths, lengths._array, *x._array.shape, op)
    return wrap(x._array), lengths  # no gradient passes


@computation
def _check_lengths(lengths: Any, steps: int, batch: int, classes: int, op: str) -> None:
    if not steps * batch * classes:
        raise invalid(op, "inputs must not be empty")
    if len(lengths) != batch:
        raise FailedPreconditionError(None, None, "len(sequence_length) != batch_size.  len(sequence_length):  "
                                      f"{len(lengths)} batch_size: {batch} [Op:{op}]")  # fmt: skip
    wrong = np.flatnonzero(lengths > steps)
    if wrong.size:
        raise FailedPreconditionError(None, None, f"sequence_length({wrong[0]}) <= {steps} [Op:{op}]")


@computation
def _check_blank(classes: int, blank: int) -> None:
    if not -classes <= blank < classes:
        message = f"blank_index expected to be between {-classes} and {classes - 1} but was {blank}"
        raise invalid("CTCGreedyDecoder", message)


def _sparse(paths: Any) -> Any:
    """The labels of a matrix of paths."""
    from ..sparse.tensor import SparseTensor

    indices = where(greater_equal(paths, 0))
    rows = integers_tensor((paths._array.shape[0],), np.int64)
    return SparseTensor(indices, gather_nd(paths, indices), concat([rows, computed(_longest, paths)], 0))


@computation
def _longest(paths: Any) -> Any:
    return (paths >= 0).sum(axis=1).max(keepdims=True, initial=0).astype(np.int64)


def ctc_greedy_decoder(inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: int | None = None
                       ) -> tuple[list[Any], EagerTensor]:  # fmt: skip
    """The labels that are the likeliest step by step.

    Args:
      inputs: logits, float32 or float64, of shape (steps, batch, classes).
      sequence_length: int32, of shape (batch,): how many of the steps count.
      merge_repeated: whether a label counts once where it is at several steps in a row.
      blank_index: the class of no label, by default the last; negative ones count from the end.

    Returns:
      A list of one SparseTensor of int64 labels, of shape (batch, the greatest number of labels); and minus the sums of
      the logits, of shape (batch, 1).

    Raises:
      InvalidArgumentError: for other shapes or dtypes, or if there is no such `blank_index`.
      FailedPreconditionError: if there are not as many lengths as sequences, or more steps than there are.

    >>> import gradtape as tf
    >>> logits = tf.constant([[[2.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]], [[0.0, 3.0, 0.0]]])
    >>> (labels,), scores = tf.nn.ctc_greedy_decoder(logits, [3])
    >>> labels.values.numpy(), scores.numpy()
    (array([0, 1]), array([[-6.]], dtype=float32))
    """
    op = "CTCGreedyDecoder"
    x, lengths = _given(inputs, sequence_length, op)
    classes = x._array.shape[2]
    blank = -1 if blank_index is None else int(blank_index)
    checked(_check_blank, classes, blank)
    blank = blank + classes if blank < 0 else blank
    paths, scores = greedy_paths_p(x, lengths, blank=blank, merge=bool(merge_repeated))
    return [_sparse(paths)], scores


def ctc_beam_search_decoder(inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
                            ) -> tuple[list[Any], EagerTensor]:  # fmt: skip
    """The likeliest labels, of those that a beam search finds.

    Args:
      inputs: logits, float32 or float64, of shape (steps, batch, classes); the last class is that of no label.
      sequence_length: int32, of shape (batch,): how many of the steps count.
      beam_width: how many beginnings are followed.
      top_paths: how many sequences of labels to give, at most `beam_width`.

    Returns:
      A list of `top_paths` SparseTensors of int64 labels, each of shape (batch, the greatest number of labels), the
      likeliest first; and the logarithms of their probabilities, of shape (batch, top_paths).

    Raises:
      InvalidArgumentError: for other shapes or dtypes, or if fewer paths are found.
      FailedPreconditionError: if there are not as many lengths as sequences, or more steps than there are.

    >>> import gradtape as tf
    >>> (labels,), scores = tf.nn.ctc_beam_search_decoder(tf.math.log([[[0.3, 0.3, 0.4]], [[0.5, 0.1, 0.4]]]), [2])
    >>> labels.values.numpy(), tf.exp(scores).numpy().round(2)
    (array([0]), array([[0.47]], dtype=float32))
    """
    return beam_search(inputs, sequence_length, beam_width, top_paths, merge=False)


def beam_search(inputs: Any, sequence_length: Any, beam_width: int, top_paths: int,
                merge: bool) -> tuple[list[Any], EagerTensor]:  # fmt: skip
    """`ctc_beam_search_decoder`; with `merge`, a label that is found several times in a row is given once."""
    op = "CTCBeamSearchDecoder"
    for attr, n in (("beam_width", beam_width), ("top_paths", top_paths)):
        if n < 1:
            raise invalid(op, f"Value for attr '{attr}' of {n} must be at least minimum 1")
    x, lengths = _given(inputs, sequence_length, op)
    if top_paths > beam_width:
        raise invalid(op, "requested more paths than the beam width.")
    paths, scores = beam_paths_p(x, lengths, width=int(beam_width), count=int(top_paths), merge=bool(merge))
    return [_sparse(slice_p(paths, key=(slice(None), i))) for i in range(top_paths)], scores
