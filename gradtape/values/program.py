"""Places in the user's program, and what its source text says about them."""

import ast
import contextlib
import functools
import linecache
import os
import sys
from dataclasses import dataclass
from types import CodeType, FrameType

_OURS = ("gradtape", "numpy", contextlib.__name__)  # a call that comes from these is made for the user's


@dataclass(frozen=True, slots=True)
class Place:
    """An instruction of the program: cheap to take; its line and text are looked up when they are asked for."""

    code: CodeType
    offset: int

    @property
    def file(self) -> str:
        return self.code.co_filename

    @property
    def line(self) -> int:
        return self._span[0]

    @property
    def _span(self) -> tuple[int, int, int, int]:
        """First line, last line, first column and last column (in bytes, -1 where not known)."""
        positions = list(self.code.co_positions())
        first, last, column, end = positions[self.offset // 2] if self.offset >= 0 else (None,) * 4
        line = first or self.code.co_firstlineno
        return line, last or line, -1 if column is None else column, -1 if end is None else end

    @property
    def text(self) -> str:
        """The line of source text, or the first of the statement's where that is known."""
        statement = statement_at(self.file, self.line)
        line = self.line if statement is None else statement.lineno
        return linecache.getline(self.file, line).strip()

    @property
    def call(self) -> str:
        """The expression that was being evaluated, where it stands on one line: `np.mean(h)`."""
        first, last, column, end = self._span
        if first != last or column < 0:
            return ""
        return linecache.getline(self.file, first).encode()[column:end].decode(errors="replace")

    def __str__(self) -> str:
        return f"{short(self.file)}:{self.line}"


def short(file: str) -> str:
    """A file's name as it is quickest to read: as seen from the working directory, or from where packages are."""
    if file.startswith("<"):
        return file
    _, installed, inside = file.rpartition(f"{os.sep}site-packages{os.sep}")
    if installed:
        return inside
    with contextlib.suppress(ValueError, OSError):
        relative = os.path.relpath(file)
        if not relative.startswith(os.pardir):
            return relative
    return file


def _is_ours(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return name.partition(".")[0] in _OURS and not frame.f_code.co_filename.startswith("<doctest")


def here() -> Place | None:
    """Where the program called gradtape: its innermost frame that is neither gradtape's nor NumPy's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return None if frame is None else Place(frame.f_code, frame.f_lasti)


def stack(limit: int = 32) -> tuple[Place, ...]:
    """The program's own frames, innermost first."""
    frame: FrameType | None = sys._getframe(1)
    places: list[Place] = []
    while frame is not None and len(places) < limit:
        if not _is_ours(frame):
            places.append(Place(frame.f_code, frame.f_lasti))
        frame = frame.f_back
    return tuple(places)


def our_frames(skip: int) -> list[FrameType]:
    """The frames of gradtape from the caller's `skip`-th on, up to the program's."""
    frame: FrameType | None = sys._getframe(skip + 1)
    frames = []
    while frame is not None and _is_ours(frame):
        frames.append(frame)
        frame = frame.f_back
    return frames


# --- what the text says -----------------------------------------------------------------------------------------------


@functools.lru_cache(64)
def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _tree(file: str) -> ast.Module | None:
    lines = linecache.getlines(file)
    return _parsed("".join(lines)) if lines else None


def _covers(node: ast.AST, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)  # type: ignore[attr-defined,no-any-return]


def statement_at(file: str, line: int) -> ast.stmt | None:
    """The innermost statement at a line; None where the source is not to be had."""
    tree = _tree(file)
    if tree is None:
        return None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _covers(node, line)]
    return max(found, key=lambda node: (node.lineno, node.col_offset), default=None)


def _heads(statement: ast.stmt) -> list[ast.AST]:
    """The parts of a statement that it evaluates itself, without the statements in it."""
    return [n for n in ast.iter_child_nodes(statement) if not isinstance(n, ast.stmt | ast.ExceptHandler)]


def _path(node: ast.AST) -> str | None:
    """The dotted name that an expression is, or whose part it is: `self.h` for `self.h[0]`."""
    while isinstance(node, ast.Subscript | ast.Starred):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _path(node.value)
        return base and f"{base}.{node.attr}"
    return None


def _names(nodes: list[ast.AST], context: type[ast.expr_context]) -> set[str]:
    found: set[str] = set()
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, context):
                path = _path(node)
                if path:
                    found.add(path)
    return found


def _read(statement: ast.stmt) -> set[str]:
    names = _names(_heads(statement), ast.Load)
    return names | _names([statement.target], ast.Store) if isinstance(statement, ast.AugAssign) else names


def _written(statement: ast.stmt) -> set[str]:
    names = _names(_heads(statement), ast.Store)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):  # `found.append(value)`
        function = statement.value.func
        base = _path(function.value) if isinstance(function, ast.Attribute) else None
        if base:
            names.add(base)
    return names


def rebinds(place: Place) -> str | None:
    """The name that the statement at `place` makes of itself, as `x = x + 1` does."""
    statement = statement_at(place.file, place.line)
    if not isinstance(statement, ast.Assign | ast.AugAssign):
        return None
    return next(iter(_written(statement) & _read(statement)), None)


@functools.lru_cache(4096)
def flows(leaving: tuple[Place, ...], coming: tuple[Place, ...]) -> bool:
    """Whether a value that left at one stack of places can be what came back at another, by the names it was given.

    The two are compared in the innermost function that both are in. True where its text is not to be had.
    """
    if not leaving or not coming:
        return True
    for a, b in zip(reversed(leaving), reversed(coming), strict=False):
        if a.code is not b.code:
            return True  # within one call
        if a.offset != b.offset:
            return _flows_in(a, b)
    return True


def _flows_in(a: Place, b: Place) -> bool:
    tree, first, last = _tree(a.file), statement_at(a.file, a.line), statement_at(b.file, b.line)
    if tree is None or first is None or last is None or first is last:
        return True
    scopes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and _covers(n, a.line)]
    scope = max(scopes, key=lambda n: n.lineno, default=tree)
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    }
    held = _written(first) - imported
    statements = [n for n in ast.walk(scope) if isinstance(n, ast.stmt) and n is not scope]
    while True:
        more = {name for n in statements if _meet(held, _read(n)) for name in _written(n)} - imported - held
        if not more:
            return _meet(held, _read(last))
        held |= more


def _meet(held: set[str], read: set[str]) -> bool:
    return any(r == h or r.startswith(h + ".") for h in held for r in read)
