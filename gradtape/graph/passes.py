"""Passes over a graph before it is replayed: the same results by fewer and greater operations.

A loop that was written in Python and unrolled makes the same small product again and again. Three rewritings of these
pay on a CPU, where a product of few rows runs at a fraction of the speed of one of many, and each partial sum is a pass
over memory:

    x1 @ w, x2 @ w, ...                ->  [x1; x2; ...] @ w, and its rows
    x1.T @ y1 + x2.T @ y2 + ...        ->  [x1; x2; ...].T @ [y1; y2; ...]
    y1 @ w.T, y2 @ w.T, ...            ->  w.T written out once, where each product needs the one before

(The second is the gradient of a weight that every step uses; and that of a bias is a sum of rows, likewise. The third
is the gradient of what a recurrent network carries.) And what changes a list or an array by a few elements comes after
all else that reads it, so that it need not copy it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..values.symbolic import Dim, Value
from .graph import Constant, Entry, Graph, identity_of, key_of, needed
from .operations import PythonOp

_FEW = 4  # products from which it pays
_ROWS = 256  # of a product, up to which it pays
_MANY = 16  # products with a transposed matrix from which it pays to write that out


def optimized(graph: Graph) -> Graph:
    """A graph with the inputs and results of `graph`, to be replayed."""
    out = Graph(graph.name)
    out.inputs, out.variables, out.captured = graph.inputs, graph.variables, graph.captured
    entries, known = _simplified(graph.entries)
    out.outputs, out.assigned = ([known.get(x, x) for x in xs] for xs in (graph.outputs, graph.assigned))
    entries = _shared_products(entries)
    entries = _sums_of_products(entries, out)
    entries = _turned(entries)
    entries = _updates_last(entries)
    out.entries = needed(entries, (x for x in out.results if type(x) is Value))
    return out


# --- what is known, and what is done twice ---------------------------------------------------------------------------

_LARGE = 2**20  # bytes that constants may be made of, each time the graph runs anew


def _simplified(entries: Sequence[Entry]) -> tuple[list[Entry], dict[Value, Any]]:
    """The entries without those of constants alone and those that others repeat, and what stands for their values.

    Those that fail stay. A trace keeps them all, since a derivative may be asked for by a constant.
    """
    known: dict[Value, Any] = {}
    done: dict[Any, list[Value]] = {}
    kept = []
    for entry in entries:
        inputs = [known.get(x, x) if type(x) is Value else x for x in entry.inputs]
        entry = entry if inputs == entry.inputs else entry.of(inputs)
        kept.append(entry)
        op = entry.op
        if entry.effect or entry.dims or not hasattr(op, "forward") or any(v.listed for v in entry.outputs):
            continue
        made = _constants(entry)
        if made is None:
            try:
                made = done.setdefault(key_of(op, map(_content, inputs), entry.attrs), entry.outputs)
            except TypeError:  # an attribute that cannot be hashed
                continue
        if made is not entry.outputs:
            kept.pop()
            known.update(zip(entry.outputs, made, strict=True))
    return kept, known


def _constants(entry: Entry) -> list[Any] | None:
    """What an entry makes of constants, if they are all that it is given."""
    if not any(type(x) is Constant for x in entry.inputs) or any(type(x) is Value for x in entry.inputs):
        return None
    arrays = [x.array if type(x) is Constant else x for x in entry.inputs]
    try:
        with np.errstate(all="ignore"):
            made = entry.op.kernel(*arrays, **entry.attrs)
    except Exception:  # which is raised if the graph comes to it
        return None
    found = list(made) if entry.op.multiple else [made]
    if any(not isinstance(x, np.ndarray | np.generic) or x.nbytes > _LARGE for x in found):
        return None
    return [Constant(x) for x in found]


def _content(x: Any) -> Any:
    """By what an input is known: constants of one content are the same."""
    if type(x) is Constant and isinstance(x.array, np.ndarray | np.generic) and x.array.nbytes <= 64:
        return x.array.dtype, x.array.shape, x.array.tobytes() if x.array.dtype.kind != "O" else id(x.array)
    return identity_of(x)


# --- pieces ----------------------------------------------------------------------------------------------------------


def _joined(*arrays: Any) -> Any:
    return np.concatenate(arrays)


def _flattened(x: Any) -> Any:
    return x.reshape(-1, x.shape[-1])


def _rows(x: Any, *, count: int) -> list[Any]:
    n = len(x) // count
    return [x[i * n : (i + 1) * n] for i in range(count)]


JOIN = PythonOp("join_rows", _joined)
_FLATTEN = PythonOp("flatten_rows", _flattened)
_CUT = PythonOp("cut_rows", _rows)
_CUT.multiple = True
TURN = PythonOp("transposed", lambda x: np.array(x.T, order="C"))


def _is_static(x: Any) -> bool:
    return x.shape is not None and not any(type(n) is Dim for n in x.shape)


def _shape_of(x: Any) -> tuple[int, ...]:
    return x.shape if type(x) is Value else x.array.shape  # type: ignore[no-any-return]


def _is_matrix(x: Any) -> bool:
    if type(x) is Constant:
        return getattr(x.array, "ndim", 0) == 2
    return type(x) is Value and x.dtype is not None and x.ndim == 2 and _is_static(x)


class _Joiner:
    """Makes entries that put matrices on top of each other; the same ones once."""

    def __init__(self, producers: dict[Value, tuple[int, Entry]]) -> None:
        self.producers = producers
        self.entries: list[Entry] = []
        self._known: dict[Any, Value] = {}

    def join(self, parts: Sequence[Any]) -> Any:
        if len(parts) == 1:
            return parts[0]
        key = tuple(map(id, parts))
        found = self._known.get(key)
        if found is None:
            whole = self._unstacked(parts)
            shapes = [_shape_of(x) for x in parts]
            first = parts[0]
            dtype = first.dtype if type(first) is Value else first.array.dtype
            found = Value.described("rows", (sum(s[0] for s in shapes), shapes[0][1]), dtype)
            op, inputs = (JOIN, list(parts)) if whole is None else (_FLATTEN, [whole])
            self.entries.append(Entry(op, inputs, {}, [found], False))
            self._known[key] = found
        return found

    def _unstacked(self, parts: Sequence[Any]) -> Any:
        """What the parts are all the rows of, in order; None if they are not."""
        entry = self.producers.get(parts[0], (0, None))[1] if type(parts[0]) is Value else None
        if entry is None or entry.op.name != "unstack" or entry.attrs.get("axis") not in (-3, 0):
            return None
        same = len(entry.outputs) == len(parts) and all(a is b for a, b in zip(entry.outputs, parts, strict=True))
        return entry.inputs[0] if same and type(entry.inputs[0]) is Value else None


def _in_place_of(entries: Sequence[Entry], at: dict[int, list[Entry]], gone: set[int]) -> list[Entry]:
    """The entries with others before those at some places, and without those at others."""
    return [e for i, entry in enumerate(entries) for e in (*at.get(i, ()), *(() if i in gone else (entry,)))]


def _producers(entries: Sequence[Entry]) -> dict[Value, tuple[int, Entry]]:
    return {value: (i, entry) for i, entry in enumerate(entries) for value in entry.outputs}


# --- products with one matrix ----------------------------------------------------------------------------------------


def _shared_products(entries: list[Entry]) -> list[Entry]:
    groups: dict[Any, list[tuple[int, Entry]]] = {}
    for i, entry in enumerate(entries):
        if entry.op.name == "matmul" and not entry.attrs["ta"] and all(map(_is_matrix, entry.inputs)):
            x, w = entry.inputs
            if type(x) is Value and x.shape[0] <= _ROWS:
                groups.setdefault((id(w), entry.attrs["tb"], x.shape, x.dtype), []).append((i, entry))
    producers = None
    at: dict[int, list[Entry]] = {}
    gone: set[int] = set()
    for group in groups.values():
        if len(group) < _FEW:
            continue
        producers = producers or _producers(entries)
        first = group[0][0]
        early = [(i, e) for i, e in group if producers.get(e.inputs[0], (-1,))[0] < first]
        if len(early) < _FEW:
            continue
        joiner = _Joiner(producers)
        x = joiner.join([e.inputs[0] for _, e in early])
        model = early[0][1]
        n, columns = len(early), model.outputs[0].shape[1]
        product = Value.described("matmul", (x.shape[0], columns), x.dtype)
        at[first] = [
            *joiner.entries,
            Entry(model.op, [x, model.inputs[1]], model.attrs, [product], False),
            Entry(_CUT, [product], {"count": n}, [e.outputs[0] for _, e in early], False),
        ]
        gone.update(i for i, _ in early)
    return _in_place_of(entries, at, gone) if at else entries


# --- sums of products ------------------------------------------------------------------------------------------------


def _sums_of_products(entries: list[Entry], graph: Graph) -> list[Entry]:
    uses = Counter(v for e in entries for v in e.uses)
    uses.update(x for x in graph.results if type(x) is Value)
    producers = _producers(entries)

    def adds(value: Any) -> Entry | None:
        """The entry that made `value` by adding, if it did."""
        entry = producers.get(value, (0, None))[1] if type(value) is Value else None
        if entry is None or entry.op.name != "add" or entry.attrs or len(entry.inputs) != 2:
            return None
        same = all(type(x) is Value and x.shape == value.shape for x in entry.inputs)
        return entry if same and _is_static(value) else None

    inner = {
        x for e in entries if adds(e.outputs[0] if e.outputs else None) is e
        for x in e.inputs if uses[x] == 1 and adds(x) is not None
    }  # fmt: skip
    at: dict[int, list[Entry]] = {}
    gone: set[int] = set()
    joiner = _Joiner(producers)
    for i, entry in enumerate(entries):
        out = entry.outputs[0] if len(entry.outputs) == 1 else None
        if out is None or out in inner or adds(out) is not entry:
            continue
        leaves, sums = _leaves(entry, inner, producers)
        if len(leaves) < _FEW:
            continue
        terms, removed = _terms(leaves, uses, producers, joiner)
        if not removed:
            continue
        made = [*joiner.entries]
        joiner.entries = []
        made += [term for term in terms if type(term) is Entry]
        values = [term.outputs[0] if type(term) is Entry else term for term in terms]
        add = entry.op
        total = values[0]
        for k, x in enumerate(values[1:], 2):
            target = out if k == len(values) else Value.described("add", out.shape, out.dtype)
            made.append(Entry(add, [total, x], {}, [target], False))
            total = target
        if len(values) == 1:
            made[-1].outputs[0] = out
        at[i] = made
        gone.update(producers[s][0] for s in sums)
        gone.update(removed)
        gone.add(i)
    return _in_place_of(entries, at, gone) if at else entries


def _leaves(
    root: Entry, inner: set[Value], producers: dict[Value, tuple[int, Entry]]
) -> tuple[list[Value], list[Value]]:
    """What is added up in all, and the partial sums."""
    leaves, sums, left = [], [], list(reversed(root.inputs))
    while left:
        x = left.pop()
        if x in inner:
            sums.append(x)
            left += reversed(producers[x][1].inputs)
        else:
            leaves.append(x)
    return leaves, sums


def _terms(leaves: Sequence[Value], uses: Any, producers: dict[Value, tuple[int, Entry]],
           joiner: _Joiner) -> tuple[list[Any], list[int]]:  # fmt: skip
    """The terms of a sum, in which alike products are one: entries to be made, and values; and the entries gone."""
    groups: dict[Any, list[tuple[int, Entry]]] = {}
    rest: list[Any] = []
    for x in leaves:
        i, entry = producers.get(x, (0, None))  # type: ignore[assignment]
        key = None if entry is None or uses[x] != 1 else _kind(entry)
        if key is None:
            rest.append(x)
        else:
            groups.setdefault(key, []).append((i, entry))
    terms: list[Any] = []
    removed: list[int] = []
    for key, group in groups.items():
        if len(group) < _FEW:
            rest += [e.outputs[0] for _, e in group]
            continue
        group.sort(key=lambda pair: _position(pair[1].inputs[0], producers))
        entries = [e for _, e in group]
        x = joiner.join([e.inputs[0] for e in entries])
        model = entries[0]
        inputs = [x] if key[0] == "sum" else [x, joiner.join([e.inputs[1] for e in entries])]
        out = model.outputs[0]
        terms.append(
            Entry(model.op, inputs, model.attrs, [Value.described(model.op.name, out.shape, out.dtype)], False)
        )
        removed += [i for i, _ in group]
    return terms + rest, removed


def _kind(entry: Entry) -> Any:
    """What a term must share with others to be added up with them at once."""
    if entry.op.name == "matmul" and all(map(_is_matrix, entry.inputs)):
        a, b = entry.inputs
        if entry.attrs["ta"] and not entry.attrs["tb"]:
            (k, m), (_, n) = _shape_of(a), _shape_of(b)
            if k <= _ROWS and 2 * k * (m + n) < m * n * 2:
                return "matmul", m, n
    if entry.op.name == "sum_to" and _is_matrix(entry.inputs[0]) and type(entry.inputs[0]) is Value:
        shape = entry.inputs[0].shape
        if entry.attrs["shape"] == shape[1:] and shape[0] <= _ROWS:
            return "sum", shape[1]
    return None


def _position(x: Any, producers: dict[Value, tuple[int, Entry]]) -> tuple[int, int]:
    if type(x) is not Value or x not in producers:
        return (-1, 0)
    i, entry = producers[x]
    return i, entry.outputs.index(x)


# --- products with one matrix, transposed ----------------------------------------------------------------------------


def _turned(entries: list[Entry]) -> list[Entry]:
    groups: dict[int, list[tuple[int, Entry]]] = {}
    for i, entry in enumerate(entries):
        if entry.op.name == "matmul" and entry.attrs["tb"] and not entry.attrs["ta"]:
            x, w = entry.inputs
            if _is_matrix(x) and _is_matrix(w) and type(w) is Value and 1 < _shape_of(x)[0] <= _ROWS:
                groups.setdefault(id(w), []).append((i, entry))
    at: dict[int, list[Entry]] = {}
    gone: set[int] = set()
    for group in groups.values():
        if len(group) < _MANY:
            continue
        w = group[0][1].inputs[1]
        turned = Value.described("transposed", w.shape[::-1], w.dtype)
        for i, e in group:
            at[i] = [Entry(e.op, [e.inputs[0], turned], {**e.attrs, "tb": False}, e.outputs, e.effect, e.line)]
            gone.add(i)
        first = group[0][0]
        at[first] = [Entry(TURN, [w], {}, [turned], False), *at[first]]
    return _in_place_of(entries, at, gone) if at else entries


# --- updates ---------------------------------------------------------------------------------------------------------


def _updates_last(entries: list[Entry]) -> list[Entry]:
    """The entries, with those that could write into an input behind its other uses, if nobody needs them before."""
    last = {value: i for i, entry in enumerate(entries) for value in entry.uses}
    late: dict[int, list[Entry]] = {}
    gone = set()
    for i, entry in enumerate(entries):
        if hasattr(entry.op, "in_place") and type(entry.inputs[0]) is Value:
            end = last[entry.inputs[0]]
            made = set(entry.outputs)
            if end > i and all(made.isdisjoint(e.uses) for e in entries[i + 1 : end + 1]):
                late.setdefault(end, []).append(entry)
                gone.add(i)
    found = []
    for i, entry in enumerate(entries):
        if i not in gone:
            found.append(entry)
        found += late.get(i, ())
    return found
