"""AutoGraph: a Python function, rewritten so that its control flow also works on tensors that have no values yet.

    def f(x):                       def f(x):
        if x > 0:                       def if_body():
            x = x * 2                       nonlocal x
        return x                            x = x * 2
                                        def else_body(): ...
                                        ag__.if_stmt(x > 0, if_body, else_body, ...)
                                        return x

Blocks become functions, statements calls of `autograph_operators`, which is `ag__` in rewritten code; these look at the
values they are given and do what Python would do, unless a value is a tensor of a trace. Three steps make it:

- `_Jumps` takes out `return`, `break` and `continue`, for which the blocks of other functions are out of reach: what
  follows an `if` that jumps moves into its other branch, and where that is not enough a flag is set and looked at.
- `_Liveness` finds which variables are read later on: only these are what a branch or loop gives.
- `_Rewriter` makes the functions and calls.

A rewritten function keeps its file, lines, name, closure and globals, so that tracebacks show the program's own lines.
"""

import ast
import copy
import functools
import linecache
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..values.naming import Names
from . import operators as autograph_operators
from .operators import ConversionError

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SELF_AWARE = {"locals", "globals", "vars", "dir", "eval", "exec", "breakpoint", "super"}  # look at who calls them


# --- the source of a function ----------------------------------------------------------------------------------------

_parsed: dict[str, tuple[list[str], dict[int, list[tuple[Any, str]]]]] = {}


def _functions_of(filename: str, namespace: dict[str, Any]) -> dict[int, list[tuple[Any, str]]]:
    """The functions in a file by their first lines, each with the name of the class it is in."""
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, namespace)
    if not lines:
        raise ConversionError(f"the source of {filename} is not available")
    known = _parsed.get(filename)
    if known is not None and known[0] is lines:
        return known[1]
    found: dict[int, list[tuple[Any, str]]] = {}

    def visit(node: ast.AST, inside: str) -> None:
        if isinstance(node, _FUNCTIONS):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            found.setdefault(first, []).append((node, inside))
        for child in ast.iter_child_nodes(node):
            visit(child, node.name if isinstance(node, ast.ClassDef) else inside)

    try:
        visit(ast.parse("".join(lines)), "")
    except (SyntaxError, RecursionError) as error:
        raise ConversionError(f"the source of {filename} cannot be parsed: {error}") from None
    _parsed[filename] = lines, found
    return found


def _definition_of(code: types.CodeType, namespace: dict[str, Any]) -> tuple[Any, str]:
    """The syntax tree of the function with this code, and the name of the class it is in, or `""`."""
    found = _functions_of(code.co_filename, namespace).get(code.co_firstlineno, [])
    if code.co_name != "<lambda>":
        for node, inside in found:
            if getattr(node, "name", None) == code.co_name:
                return node, inside
    else:
        lambdas = [(node, inside) for node, inside in found if isinstance(node, ast.Lambda)]
        # That in whose body all of the code is; of lambdas in each other, the innermost.
        places = [p for p in code.co_positions() if None not in p and p[2] != p[3]]
        around = [(n, i) for n, i in lambdas if all(_is_in(p, n.body) for p in places)]
        if around:
            return max(around, key=lambda pair: (pair[0].body.lineno, pair[0].body.col_offset))
    raise ConversionError(
        f"its source is not at line {code.co_firstlineno} of {code.co_filename}; has the file been changed?"
    )


def _is_in(place: Any, node: ast.expr) -> bool:
    """Whether a place in the file, as code has it, is within that of `node`."""
    line, end_line, column, end_column = place
    end = node.end_lineno or node.lineno, node.end_col_offset or 0
    return (node.lineno, node.col_offset) <= (line, column) and (end_line, end_column) <= end


# --- names -----------------------------------------------------------------------------------------------------------


def _parameters(function: Any) -> list[ast.arg]:
    a = function.args
    return [*a.posonlyargs, *a.args, *filter(None, [a.vararg]), *a.kwonlyargs, *filter(None, [a.kwarg])]


def _children(node: Any) -> Iterator[ast.AST]:
    """The nodes of the same scope right below `node`: of a function, what is evaluated where it is defined."""
    if isinstance(node, _FUNCTIONS):
        yield from getattr(node, "decorator_list", ())
        yield from node.args.defaults
        yield from (d for d in node.args.kw_defaults if d is not None)
    else:
        yield from ast.iter_child_nodes(node)


def _walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """`nodes` and all below them, without what functions and classes have in them."""
    for node in nodes:
        yield node
        if not isinstance(node, ast.ClassDef):
            yield from _walk(_children(node))


def _binds(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that statements bind or delete."""
    found: set[str | None] = set()
    hidden: set[str] = set()
    for node in _walk(nodes):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.MatchAs | ast.MatchStar):
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping):
            found.add(node.rest)
        elif isinstance(node, ast.comprehension):
            hidden.update(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
    if hidden:  # a comprehension's own names, unless the statements bind them too
        found -= hidden - _binds_outside_comprehensions(nodes)
    return {name for name in found if name}


def _binds_outside_comprehensions(nodes: Iterable[ast.AST]) -> set[str]:
    found = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        for child in () if isinstance(node, ast.ClassDef) else _children(node):
            if isinstance(child, ast.comprehension):
                for part in (child.iter, *child.ifs):
                    visit(part)
            else:
                visit(child)

    for node in nodes:
        visit(node)
    return found


def _declared(nodes: Iterable[ast.AST], kind: type) -> set[str]:
    return {name for node in _walk(nodes) if isinstance(node, kind) for name in node.names}  # type: ignore[attr-defined]


def _reads(node: ast.AST) -> set[str]:
    """The names that evaluating `node` reads, and those that a function or class defined by it reads from outside."""
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Store) else {node.id}
    found: set[str] = set()
    for child in _children(node):
        found |= _reads(child)
    if isinstance(node, ast.AugAssign):
        found |= {node.target.id} if isinstance(node.target, ast.Name) else set()
    elif isinstance(node, _FUNCTIONS):
        found |= _free(node)
    elif isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            found -= {n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)}
        found |= _reads(node.generators[0].iter)
    return found


def _free(function: Any) -> set[str]:
    """The names that a function reads or binds outside itself."""
    body = function.body if isinstance(function.body, list) else [function.body]
    found = set().union(*map(_reads, body))
    outer = _declared(body, ast.Nonlocal)
    own = ({a.arg for a in _parameters(function)} | _binds(body)) - outer - _declared(body, ast.Global)
    return (found | outer) - own


def _state_targets(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """The attributes and items that statements assign, where these are like `self.x`, `a.b.c`, `d["k"]` or `l[i]`."""
    found = {}
    for node in _walk(nodes):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_place(node):
            found[ast.unparse(node)] = node
    return found


def _is_place(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return _is_place(node.value)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant | ast.Name) and _is_place(node.value)
    return isinstance(node, ast.Name)


# --- small trees -----------------------------------------------------------------------------------------------------


def _name(name: str, store: bool = False) -> ast.Name:
    return ast.Name(name, ast.Store() if store else ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([_name(name, store=True)], value)


def _thunk(body: ast.expr) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


def _define(name: str, body: Sequence[ast.stmt], parameter: str | None = None) -> ast.stmt:
    arguments = ast.arguments([], [ast.arg(parameter)] if parameter else [], None, [], [], None, [])
    made = ast.FunctionDef(name, arguments, list(body) or [ast.Pass()], [])
    made.type_params = []
    return made


def _at(place: ast.AST, nodes: Any) -> Any:
    """`nodes` with the place in the file of `place` wherever they have none."""
    for node in nodes if isinstance(nodes, list) else [nodes]:
        for child in _unplaced(node):
            child.lineno, child.col_offset = place.lineno, place.col_offset  # type: ignore[attr-defined]
            child.end_lineno, child.end_col_offset = place.end_lineno, place.end_col_offset  # type: ignore[attr-defined]
    return nodes


def _unplaced(node: ast.AST) -> Iterator[Any]:
    for child in ast.walk(node):
        if "lineno" in child._attributes and getattr(child, "lineno", None) is None:
            yield child


class _Names(Names):
    """Names for what rewriting adds, different from all that the function uses."""

    def __init__(self, tree: ast.AST) -> None:
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        used |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        used |= {n.name for n in ast.walk(tree) if isinstance(getattr(n, "name", None), str)}  # type: ignore[attr-defined]
        super().__init__(used)
        self.functions: set[str] = set()
        self.operators = self.new("ag__")

    def function(self, name: str) -> str:
        found = self.new(name)
        self.functions.add(found)
        return found

    def call(self, operator: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.Call:
        function = ast.Attribute(_name(self.operators), operator, ast.Load())
        return ast.Call(function, list(arguments), [ast.keyword(k, v) for k, v in keywords.items()])


# --- jumps -----------------------------------------------------------------------------------------------------------


def _jumps_of(nodes: Sequence[ast.AST]) -> set[str]:
    """The kinds of jumps by which control may leave statements: "return", "break", "continue"."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Return | ast.Break | ast.Continue):
            found.add(type(node).__name__.lower())
        elif isinstance(node, ast.For | ast.While | ast.AsyncFor):
            found |= _jumps_of(node.body) & {"return"} | _jumps_of(node.orelse)
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.expr)):
            found |= _jumps_of(list(ast.iter_child_nodes(node)))
    return found


def _ends(block: Sequence[ast.stmt], surely: bool = True) -> bool:
    """Whether control never reaches the end of a block. Not `surely`: unless a context manager swallows exceptions."""
    return any(_stops(s, surely) for s in block)


def _stops(s: ast.stmt, surely: bool) -> bool:
    if isinstance(s, ast.Return | ast.Break | ast.Continue | ast.Raise):
        return True
    if isinstance(s, ast.If):
        return _ends(s.body, surely) and _ends(s.orelse, surely)
    if isinstance(s, ast.While):
        return isinstance(s.test, ast.Constant) and bool(s.test.value) and "break" not in _jumps_of(s.body)
    if isinstance(s, ast.With) and not surely:
        return _ends(s.body, surely)
    if isinstance(s, ast.Try) and not surely:
        return _ends(s.body + s.orelse, surely) and all(_ends(h.body, surely) for h in s.handlers)
    return False


class _Jumps:
    """Statements without `return`, `break` and `continue`, which do the same."""

    def __init__(self, names: _Names) -> None:
        self.names = names
        self.flags = {"return": names.new("do_return")}
        self.value: str | None = None

    def function(self, body: list[ast.stmt]) -> list[ast.stmt]:
        returns = [n for n in _walk(body) if isinstance(n, ast.Return)]
        if not returns or (len(returns) == 1 and body[-1] is returns[0]):
            return self.block(body[:-1]) + body[-1:] if returns else self.block(body)
        before = [_assign(self.flags["return"], ast.Constant(False))]
        after: list[ast.stmt] = []
        if any(n.value is not None for n in returns):
            self.value = self.names.new("retval_")
            unset = "PENDING" if _ends(body, surely=False) else "UNRETURNED"
            unset_value = ast.Attribute(_name(self.names.operators), unset, ast.Load())
            before.append(_assign(self.value, unset_value))
            after.append(ast.Return(self.names.call("returned", _name(self.value))))
        return _at(body[0], before) + self.block(body) + _at(body[-1], after)

    def clear(self, kinds: Iterable[str]) -> ast.expr:
        """That no flag is set."""
        return self.names.call("clear", *(_name(self.flags[k]) for k in sorted(kinds)))

    def block(self, block: Sequence[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for i, s in enumerate(block):
            rest = list(block[i + 1 :])
            kinds = _jumps_of([s])
            if isinstance(s, ast.Return | ast.Break | ast.Continue):
                (kind,) = kinds
                if isinstance(s, ast.Return) and self.value is not None:
                    out += _at(s, [_assign(self.value, s.value or ast.Constant(None))])
                return out + _at(s, [_assign(self.flags[kind], ast.Constant(True))])
            if kinds and isinstance(s, ast.If) and (_ends(s.body) or _ends(s.orelse)):
                if not _ends(s.body):
                    s.body += rest
                elif not _ends(s.orelse):
                    s.orelse += rest
                return out + self.statement(s)
            out += self.statement(s)
            if kinds and rest:
                return [*out, *self.guarded(s, self.clear(kinds), True, rest)]
        return out

    def statement(self, s: Any) -> list[ast.stmt]:
        if isinstance(s, ast.For | ast.While):
            return self.loop(s)
        kinds: set[str] = set()
        if isinstance(s, ast.Try | ast.TryStar):
            if _jumps_of(s.finalbody):
                raise ConversionError(f"line {s.finalbody[0].lineno}: a finally clause may not jump")
            kinds = _jumps_of(s.body) if s.orelse else kinds
        if isinstance(s, ast.If):  # which branches jump: what they leave undefined is never read
            s.leaves = _ends(s.body), _ends(s.orelse)
        for field in ("body", "orelse", "finalbody"):
            if isinstance(getattr(s, field, None), list) and not isinstance(s, (*_FUNCTIONS, ast.ClassDef)):
                block = getattr(s, field)
                test = self.clear(kinds) if field == "orelse" and kinds else None
                setattr(s, field, self.guarded(s, test, True, block))
        for inner in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            inner.body = self.block(inner.body)
        return [s]

    def loop(self, s: Any) -> list[ast.stmt]:
        kinds = _jumps_of(s.body)
        outer = self.flags
        self.flags = outer | {k: self.names.new(f"{k}_") for k in ("break", "continue") if k in kinds}
        before = [_assign(self.flags["break"], ast.Constant(False))] if "break" in kinds else []
        begin = [_assign(self.flags["continue"], ast.Constant(False))] if "continue" in kinds else []
        s.body = _at(s, begin) + self.block(s.body)
        s.flags = [self.flags[k] for k in sorted(kinds - {"continue"})]
        s.extra = self.clear(kinds - {"continue"}) if s.flags else None
        orelse, s.orelse = s.orelse, []
        self.flags = outer
        after = self.guarded(s, copy.deepcopy(s.extra), "break" not in kinds, orelse) if orelse else []
        return [*_at(s, before), _at(s, s), *after]

    def guarded(self, place: ast.stmt, test: ast.expr | None, jumped: bool, block: list[ast.stmt]) -> list[ast.stmt]:
        """`block`, if `test` says that there was no jump; where there was, is what follows out of reach (`jumped`)?"""
        if test is None:
            return self.block(block)
        guard: Any = _at(place, ast.If(test, [], []))
        guard.leaves = _ends(block), jumped
        guard.body = self.block(block)
        return [guard]


# --- liveness --------------------------------------------------------------------------------------------------------


class _Liveness:
    """Notes at each statement the names that may be read from there on, `live_in`, and after it, `live_out`."""

    def __init__(self, body: Sequence[ast.stmt], always: set[str]) -> None:
        self.always = always  # the names of others, who may read them when it is over
        self.functions: dict[str, set[str]] = {}  # local functions, and what these read
        self.nonlocals: dict[str, set[str]] = {}  # and what they bind of others
        for node in _walk(body):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found = _free(node) if isinstance(node, ast.FunctionDef) else _reads(node)
                self.functions.setdefault(node.name, set()).update(found)
                inside = {name for n in ast.walk(node) if isinstance(n, ast.Nonlocal) for name in n.names}
                self.nonlocals.setdefault(node.name, set()).update(inside & found)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.functions.setdefault(target.id, set()).update(_free(node.value))
        self.caught: set[str] = set()  # what handlers of exceptions read, which may come at any time
        self.known: set[str] = set()  # what functions read that were defined by now, which anybody may have
        self.block(body, set(self.always))

    def reads(self, *nodes: Any) -> set[str]:
        found: set[str] = set()
        todo = set().union(*(_reads(n) for n in nodes if n is not None))
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo |= self.functions.get(name, set())
        return found

    def bound_by_calls(self, *nodes: Any) -> set[str]:
        """What the functions bind that are called in these nodes."""
        return set().union(*(self.nonlocals.get(name, ()) for name in self.reads(*nodes)))

    def block(self, block: Sequence[ast.stmt], live: set[str]) -> set[str]:
        outer = self.known
        known = [outer]
        for s in block:
            known.append(known[-1] | self._defined([s]))
        for s in reversed(block):
            live = live | known.pop()
            self.known = known[-1]
            live = self.statement(s, live) | self.caught
        self.known = outer
        return live

    def _defined(self, nodes: Sequence[ast.AST]) -> set[str]:
        """What the functions that statements define read from outside."""
        names = (node.name for node in _walk(nodes) if isinstance(node, ast.FunctionDef | ast.ClassDef))
        return set().union(*(self.functions[name] for name in names))

    def statement(self, s: Any, live: set[str]) -> set[str]:
        before: set[str]
        if isinstance(s, ast.If):
            before = self.reads(s.test) | self.block(s.body, live) | self.block(s.orelse, live)
            s.bound_by_calls = self.bound_by_calls(*s.body, *s.orelse)
        elif isinstance(s, ast.While | ast.For):
            target = _binds([s.target]) if isinstance(s, ast.For) else set()
            self.known = self.known | self._defined(s.body)
            head = live | self.reads(s.extra, getattr(s, "test", None))
            while True:
                before = head | (self.block(s.body, head) - target)
                if before == head:
                    break
                head = before
            s.head = head
            s.bound_by_calls = self.bound_by_calls(s.extra, getattr(s, "test", None), *s.body)
            before = head | self.reads(getattr(s, "iter", None))
        elif isinstance(s, ast.With):
            before = self.block(s.body, live)
            before = (before - _binds(s.items)) | self.reads(*s.items)
        elif isinstance(s, ast.Try | ast.TryStar):
            after = self.block(s.finalbody, live)
            handled = set().union(*(self.block(h.body, after) | self.reads(h.type) for h in s.handlers))
            otherwise = self.block(s.orelse, after)
            outer, self.caught = self.caught, self.caught | handled | (after if s.finalbody else set())
            before = self.block(s.body, otherwise)
            self.caught = outer
        elif isinstance(s, ast.Match):
            before = live | self.reads(s.subject)
            for case in s.cases:
                before |= (self.block(case.body, live) | self.reads(case.guard)) - _binds([case.pattern])
        elif isinstance(s, ast.Return | ast.Raise):
            before = self.reads(s) | (self.always if isinstance(s, ast.Return) else set())
        else:
            before = (live - _binds([s])) | self.reads(s)
        s.live_in, s.live_out = before, live
        return before


# --- rewriting -------------------------------------------------------------------------------------------------------


class _Rewriter(ast.NodeTransformer):
    """Blocks become functions, and control flow, calls and logic calls of operators."""

    def __init__(self, names: _Names) -> None:
        self.names = names
        self.globals: set[str] = set()
        self.captured: set[str] = set()  # names of the present function that blocks bind
        self.first: str | None = None  # its first parameter

    # --- functions -------------------------------------------------------------------------------------------------

    def function(self, node: Any) -> Any:
        """Rewrites a function's inside."""
        outer = self.globals, self.captured, self.first
        parameters = _parameters(node)
        self.captured = set()
        self.first = parameters[0].arg if node.args.posonlyargs or node.args.args else None
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            body, head = node.body, []
            self.globals = _declared(body, ast.Global)
            if ast.get_docstring(node, clean=False) is not None:
                head, body = body[:1], body[1:]
            while body and isinstance(body[0], ast.Global | ast.Nonlocal):
                head, body = head + body[:1], body[1:]
            if body:
                place = body[0]
                body = _Jumps(self.names).function(body)
                others = self.globals | _declared(node.body, ast.Nonlocal)
                own = _binds(body) - others - {a.arg for a in parameters}
                _Liveness(body, others)
                body = self.block(body)
                only = sorted(self.captured & own)
                if only:  # make them this function's own, as a name is that it binds
                    targets: list[ast.expr] = [_name(n, store=True) for n in only]
                    own = ast.If(ast.Constant(False), [ast.Assign(targets, ast.Constant(None))], [])
                    body = _at(place, [own]) + body
            node.body = head + body or [_at(node, ast.Pass())]
        self.globals, self.captured, self.first = outer
        return node

    def block(self, block: Sequence[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for s in block:
            made = self.visit(s)
            out += made if isinstance(made, list) else [made]
        return out

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        self._defaults(node)
        names = [getattr(d, "attr", getattr(d, "id", None)) for d in node.decorator_list]
        return node if "do_not_convert" in names or _is_generator(node) else self.function(node)

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        self._defaults(node)
        return node if _is_generator(node) else self.function(node)

    def _defaults(self, node: Any) -> None:
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.args.kw_defaults = [d and self.visit(d) for d in node.args.kw_defaults]

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        return node

    # --- statements ------------------------------------------------------------------------------------------------

    def _state(self, s: Any, live_in: set[str], block: list[ast.stmt]) -> tuple[list[str], list[ast.stmt], int]:
        """The variables that the blocks of a statement change and that matter, those read afterwards first; functions
        that get and set them; and how many are read afterwards.
        """
        bound = _binds(block) | s.bound_by_calls
        self.captured |= bound
        outputs = sorted(n for n in bound if n in s.live_out)
        inputs = sorted(n for n in bound if n in live_in and n not in s.live_out)
        places = {
            text: node
            for text, node in _state_targets(block).items()
            if (roots := _reads(node)) <= live_in and not roots & bound
        }
        targets: list[ast.expr] = [
            *(_name(n) for n in outputs), *(_loaded(n) for n in places.values()), *(_name(n) for n in inputs)
        ]  # fmt: skip
        variables = [*outputs, *places, *inputs]
        if not variables:
            return [], [], 0
        values = [self.names.call("ld", _thunk(copy.deepcopy(t))) for t in targets]
        stores = [_stored(t) for t in targets]
        undefined = ast.Attribute(_name(self.names.operators), "UNDEFINED", ast.Load())
        deletions = [
            ast.If(ast.Compare(copy.deepcopy(t), [ast.Is()], [undefined]), [ast.Delete([_deleted(t)])], [])
            for t in targets
        ]
        state, getter, setter = self.names.new("state"), *map(self.names.function, ("get_state", "set_state"))
        unpack = ast.Assign([ast.Tuple(stores, ast.Store())], _name(state))
        functions = [
            _define(getter, [ast.Return(ast.Tuple(values, ast.Load()))]),
            _define(setter, [*self._outer([*outputs, *inputs]), unpack, *deletions], state),
        ]
        return variables, functions, len(outputs) + len(places)

    def _outer(self, names: Iterable[str]) -> list[ast.stmt]:
        """Declarations by which a block's function binds the function's own names."""
        names = sorted(names)
        found: list[ast.stmt] = []
        for kind, some in (
            (ast.Global, [n for n in names if n in self.globals]),
            (ast.Nonlocal, [n for n in names if n not in self.globals]),
        ):
            if some:
                found.append(kind(some))
        return found

    def _function(self, name: str, block: Sequence[ast.stmt], parameter: str | None = None) -> tuple[str, ast.stmt]:
        name = self.names.function(name)
        return name, _define(name, [*self._outer(_binds(block)), *self.block(block)], parameter)

    def _call(self, operator: str, functions: Sequence[ast.stmt], variables: Sequence[str], *arguments: ast.expr,
              **keywords: ast.expr) -> ast.stmt:  # fmt: skip
        if functions:
            texts: list[ast.expr] = [ast.Constant(v) for v in variables]
            state = [*(_name(f.name) for f in functions), ast.Tuple(texts, ast.Load())]  # type: ignore[attr-defined]
            arguments = (*arguments, self.names.call("State", *state))
        return ast.Expr(self.names.call(operator, *arguments, **keywords))

    def visit_If(self, s: ast.If) -> Any:
        variables, functions, count = self._state(s, s.live_in, s.body + s.orelse)  # type: ignore[attr-defined]
        if_body, body = self._function("if_body", s.body)
        else_body, orelse = self._function("else_body", s.orelse)
        keywords: dict[str, ast.expr] = {"outputs": ast.Constant(count)} if count < len(variables) else {}
        if any(leaves := getattr(s, "leaves", (False, False))):
            keywords["leaves"] = ast.Constant(leaves)
        test = self.visit(s.test)
        call = self._call("if_stmt", functions, variables, test, _name(if_body), _name(else_body), **keywords)
        return [*_at(s.test, [*functions, body, orelse, call])]

    def visit_While(self, s: ast.While) -> Any:
        options, block = self._options(s.body)
        test, extra = s.test, s.extra  # type: ignore[attr-defined]
        if extra is not None:
            endless = isinstance(test, ast.Constant) and test.value
            test = extra if endless else ast.BoolOp(ast.And(), [extra, test])
        _at(s.test, test)
        variables, functions, count = self._state(s, s.head, [ast.Expr(test), *block])  # type: ignore[attr-defined]
        options |= {"outputs": ast.Constant(count)} if count < len(variables) else {}
        loop_body, body = self._function("loop_body", block)
        loop_test = self.names.function("loop_test")
        check = _define(loop_test, [*self._outer(_binds([test])), ast.Return(self.visit(test))])
        call = self._call("while_stmt", functions, variables, _name(loop_test), _name(loop_body), **options)
        return _at(s.test, [*functions, check, body, call])

    def visit_For(self, s: ast.For) -> Any:
        options, block = self._options(s.body)
        item = self.names.new("item")
        block = [_at(s.target, ast.Assign([s.target], _name(item))), *block]
        variables, functions, count = self._state(s, s.head, block)  # type: ignore[attr-defined]
        options |= {"outputs": ast.Constant(count)} if count < len(variables) else {}
        loop_body, body = self._function("loop_body", block, item)
        made = [*functions, body]
        extra = s.extra  # type: ignore[attr-defined]
        if extra is not None:
            extra_test = self.names.function("extra_test")
            made.append(_define(extra_test, [ast.Return(extra)]))
            options["extra_test"] = _name(extra_test)
        if isinstance(s.target, ast.Name) and s.target.id in variables:
            options["target"] = ast.Constant(s.target.id)
        rows = self.visit(s.iter)
        if isinstance(rows, ast.Call) and isinstance(rows.func, ast.Call):  # a `range` need not be made
            rows.func.func = _at(rows.func, ast.Attribute(_name(self.names.operators), "call_in_for", ast.Load()))
        call = self._call("for_stmt", functions, variables, rows, _name(loop_body), **options)
        return _at(s.iter, [*made, call])

    def _options(self, block: list[ast.stmt]) -> tuple[dict[str, ast.expr], list[ast.stmt]]:
        """What a loop's `set_loop_options` says, and the loop's body without it."""
        for i, s in enumerate(block):
            if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call):
                f = s.value.func
                if getattr(f, "attr", getattr(f, "id", None)) == "set_loop_options":
                    given = self.names.call("loop_options")
                    given.args, given.keywords = s.value.args, s.value.keywords
                    return {"options": given}, block[:i] + block[i + 1 :] or [_at(s, ast.Pass())]
        return {}, block

    def visit_AnnAssign(self, s: ast.AnnAssign) -> Any:
        made = ast.Pass() if s.value is None else ast.Assign([s.target], self.visit(s.value))
        return _at(s, made)

    def visit_Assert(self, s: ast.Assert) -> Any:
        message = _thunk(self.visit(s.msg) if s.msg else ast.Constant(None))
        return _at(s, ast.Expr(self.names.call("assert_stmt", self.visit(s.test), message)))

    # --- expressions -----------------------------------------------------------------------------------------------

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if _names_bound(node.values[1:]):
            return node
        made, *others = reversed(node.values)
        for value in others:
            made = self.names.call("and_" if isinstance(node.op, ast.And) else "or_", value, _thunk(made))
        return _at(node, made)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        return _at(node, self.names.call("not_", node.operand)) if isinstance(node.op, ast.Not) else node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if len(node.ops) == 1 or _names_bound(node.comparators[1:]):
            return node
        x, y = ast.arg("x"), ast.arg("y")
        links: list[ast.expr] = []
        for op, operand in zip(node.ops, node.comparators, strict=True):
            function = ast.Lambda(ast.arguments([], [x, y], None, [], [], None, []),
                                  ast.Compare(_name("x"), [op], [_name("y")]))  # fmt: skip
            links += [function, _thunk(operand)]
        return _at(node, self.names.call("compare", node.left, *links))

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        text = ast.unparse(node.test)
        self.generic_visit(node)
        if _names_bound([node.body, node.orelse]):
            return node
        branches = _thunk(node.body), _thunk(node.orelse)
        return _at(node, self.names.call("if_exp", node.test, *branches, ast.Constant(text)))

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _SELF_AWARE:
            if node.func.id == "super" and not node.args and self.first is not None:
                node.args = [_name("__class__"), _name(self.first)]
            return _at(node, node)
        if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", None) == self.names.operators:
            return node
        node.func = _at(node.func, self.names.call("call", node.func))
        return node


def _names_bound(nodes: Sequence[ast.expr]) -> bool:
    return any(isinstance(n, ast.NamedExpr) for node in nodes for n in ast.walk(node))


def _is_generator(function: Any) -> bool:
    body = function.body if isinstance(function.body, list) else [function.body]
    return any(isinstance(n, ast.Yield | ast.YieldFrom | ast.Await) for n in _walk(body))


def _with_context(node: Any, context: ast.expr_context) -> Any:
    made = copy.deepcopy(node)
    made.ctx = context
    return made


def _loaded(node: Any) -> Any:
    return _with_context(node, ast.Load())


def _stored(node: Any) -> Any:
    return _with_context(node, ast.Store())


def _deleted(node: Any) -> Any:
    return _with_context(node, ast.Del())


# --- code ------------------------------------------------------------------------------------------------------------

_codes: dict[tuple[str, types.CodeType], types.CodeType] = {}
_made: set[types.CodeType] = set()


def _rewritten(code: types.CodeType, namespace: dict[str, Any]) -> tuple[Any, _Names, str]:
    """The tree of the function with this code, rewritten; the names it uses; and the class that it is in."""
    node, inside = _definition_of(code, namespace)
    node = copy.deepcopy(node)
    if not isinstance(node, ast.Lambda):
        node.decorator_list, node.returns = [], None
        for parameter in _parameters(node):
            parameter.annotation = None
    # Values of defaults are taken from the function itself; only that there are some matters here.
    node.args.defaults = [_at(d, ast.Constant(None)) for d in node.args.defaults]
    node.args.kw_defaults = [d and _at(d, ast.Constant(None)) for d in node.args.kw_defaults]
    names = _Names(node)
    return _Rewriter(names).function(node), names, inside


def _convert_code(code: types.CodeType, namespace: dict[str, Any]) -> types.CodeType:
    node, names, inside = _rewritten(code, namespace)
    # A class, since its names are out of reach for the functions in it, and private names are spelled with its own.
    # This is never run: only the function's code is taken from it.
    body = ast.Assign([_name("_", store=True)], node) if isinstance(node, ast.Lambda) else node
    scope = ast.ClassDef(inside or "_", [], [], [body], [])
    scope.type_params = []  # type: ignore[attr-defined]
    hidden = [] if scope.name in code.co_freevars else [ast.Global([scope.name])]
    maker: Any = _define("_", [*hidden, scope])
    maker.args.args = [ast.arg(n) for n in (names.operators, *code.co_freevars)]
    tree = ast.Module([maker], [])
    ast.fix_missing_locations(_at(node, tree))
    try:
        made = compile(tree, code.co_filename, "exec", dont_inherit=True, flags=_future_flags(code))
    except (SyntaxError, RecursionError) as error:
        raise ConversionError(f"what was made of it does not compile: {error}") from error
    for _ in range(3):  # module, maker, class
        made = next(c for c in made.co_consts if isinstance(c, types.CodeType))
    made = _renamed(made, names.functions, code)
    _note(made)
    return made


def _future_flags(code: types.CodeType) -> int:
    import __future__

    features = (getattr(__future__, name) for name in __future__.all_feature_names)
    return functools.reduce(int.__or__, (f.compiler_flag for f in features if code.co_flags & f.compiler_flag), 0)


def _renamed(code: types.CodeType, generated: set[str], origin: types.CodeType) -> types.CodeType:
    """`code` with generated functions called like the function whose blocks they are, for tracebacks."""

    def rename(code: types.CodeType, name: str, qualname: str) -> types.CodeType:
        constants = []
        for c in code.co_consts:
            if isinstance(c, types.CodeType):
                own = c.co_name not in generated
                c = rename(c, *(c.co_name, f"{qualname}.<locals>.{c.co_name}") if own else (name, qualname))
            constants.append(c)
        return code.replace(co_consts=tuple(constants), co_name=name, co_qualname=qualname)

    return rename(code, origin.co_name, origin.co_qualname)


_OPTIMIZED = 0x1  # the flag of functions' code; that of classes is without


def _note(code: types.CodeType) -> None:
    """Remember that this function and those in it need no rewriting; methods of classes in it do."""
    _made.add(code)
    for c in code.co_consts:
        if isinstance(c, types.CodeType) and c.co_flags & _OPTIMIZED:
            _note(c)


def convert_function(function: types.FunctionType) -> types.FunctionType:
    """`function`, rewritten.

    Raises:
      ConversionError: if it cannot be, or its source is not there.
    """
    code = function.__code__
    if code in _made:
        return function
    key = code.co_filename, code
    made = _codes.get(key)
    if made is None:
        made = _codes[key] = _convert_code(code, function.__globals__)
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    operators = types.CellType(autograph_operators)
    closure = tuple(cells.get(n, operators) for n in made.co_freevars)
    out = types.FunctionType(made, function.__globals__, function.__name__, function.__defaults__, closure)
    out.__kwdefaults__ = function.__kwdefaults__
    out.__annotations__ = function.__annotations__
    out.__doc__, out.__module__, out.__qualname__ = function.__doc__, function.__module__, function.__qualname__
    out.__dict__.update(function.__dict__)
    return out


def source_of(function: types.FunctionType) -> str:
    """What `function` is rewritten to, as text."""
    node, _, _ = _rewritten(function.__code__, function.__globals__)
    if isinstance(node, ast.Lambda):
        return ast.unparse(node)
    node.name = f"tf__{node.name}"
    return ast.unparse(node) + "\n"


autograph_operators.set_convert(convert_function)
