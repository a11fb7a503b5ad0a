"""Runs a program as `python` would, with gradtape standing in for TensorFlow.

The program gets what `python program.py` would give it: `__main__`, `sys.argv`, `sys.path[0]`, its
exit code, and tracebacks that begin with its own first line.
"""

from __future__ import annotations

import builtins
import linecache
import os
import runpy
import sys
from collections.abc import Callable
from importlib.machinery import (
    BuiltinImporter,
    PathFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import CodeType, ModuleType, TracebackType
from typing import Any

from gradtape import tensorflow

HELP = """\
usage: python -m gradtape program.py [arguments]
       python -m gradtape -m module [arguments]
       python -m gradtape -c code [arguments]
       python -m gradtape - [arguments]

Runs a TensorFlow program on gradtape. Inside it `import tensorflow as tf`,
`from tensorflow.math import sin` and `import tensorflow.compat.v1 as tf` find
gradtape's modules, whether or not TensorFlow is installed. In everything else
the program runs as it would under `python`.

  program.py     a file; a folder or zip archive with a __main__.py
  -m module      a module, found as `python -m` finds it
  -c code        a program written on the command line
  -              a program read from standard input
  -h, --help     this help
  -V, --version  the version of gradtape
  --explain      before the others: when the program receives a None gradient,
                 say on stderr what broke its path, and at which line

Options of Python's own go before the first -m: python -W error -m gradtape program.py
In a notebook `%load_ext gradtape` does the same; in code, gradtape.tensorflow.install().
"""


def main() -> None:
    """Reads the command line and runs the program that it names."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--explain"]:
        del arguments[0]
        _explain()
    match arguments:
        case []:
            sys.stderr.write(HELP)
            sys.exit(2)
        case ["-h" | "--help", *_]:
            print(HELP, end="")
        case ["-V" | "--version", *_]:
            print(f"gradtape {_version()}")
        case ["-m", module, *arguments]:
            run_module(module, arguments)
        case ["-c", code, *arguments]:
            run_code(code, arguments)
        case ["-", *arguments]:
            run_stdin(arguments)
        case [option, *_] if option.startswith("-"):
            complaint = "needs an argument" if option in ("-m", "-c") else "is no option of gradtape's"
            sys.stderr.write(f"python -m gradtape: {option} {complaint}\n\n{HELP}")
            sys.exit(2)
        case [program, *arguments]:
            run_program(program, arguments)


def _explain() -> None:
    """Traces the program, and writes why gradients that it receives are None."""
    from gradtape.debug import explain, trace

    trace.enable(explain.reporter(lambda text: sys.stderr.write(text)))


def run_program(program: str, arguments: list[str]) -> None:
    """`python program [arguments]`, for a source or byte-code file, a folder or a zip archive."""
    path = _absolute(program)
    if _is_importable(path):
        sys.argv[:] = [program, *arguments]
        _set_first_path(path)
        _new_main(None)
        _run(lambda: runpy._run_module_as_main("__main__", alter_argv=False))  # type: ignore[attr-defined]
        return

    loader: SourceFileLoader | SourcelessFileLoader
    if program.endswith(".pyc"):  # noqa: SIM108 - a line too long otherwise
        loader = SourcelessFileLoader("__main__", path)
    else:
        loader = SourceFileLoader("__main__", path)
    try:
        source = loader.get_data(path)
    except OSError as error:
        interpreter = sys.orig_argv[0]
        reason = f"[Errno {error.errno}] {error.strerror}"
        sys.stderr.write(f"{interpreter}: can't open file {path!r}: {reason}\n")
        sys.exit(2)

    def execute() -> None:
        if isinstance(loader, SourcelessFileLoader):
            code = loader.get_code("__main__")
            assert code is not None
        else:
            code = compile(source, path, "exec", dont_inherit=True)
        exec(code, namespace)

    sys.argv[:] = [program, *arguments]
    _set_first_path(os.path.dirname(os.path.realpath(program)))
    namespace = _new_main(loader, __file__=path, __cached__=None)
    _run(execute)


def run_module(module: str, arguments: list[str]) -> None:
    """`python -m module [arguments]`; `sys.path[0]` is the working directory already."""
    sys.argv[:] = ["-m", *arguments]  # runpy writes the module's file over the first
    _new_main(None)
    _run(lambda: runpy._run_module_as_main(module))  # type: ignore[attr-defined]


def run_code(code: str, arguments: list[str]) -> None:
    """`python -c code [arguments]`."""
    sys.argv[:] = ["-c", *arguments]
    _set_first_path("")
    namespace = _new_main(BuiltinImporter)
    _run(lambda: exec(_compile_text(code, "<string>"), namespace))


def run_stdin(arguments: list[str]) -> None:
    """`python - [arguments]`."""
    sys.argv[:] = ["-", *arguments]
    _set_first_path("")
    namespace = _new_main(BuiltinImporter, __file__="<stdin>", __cached__=None)
    source = sys.stdin.buffer.read()
    _run(lambda: exec(compile(source, "<stdin>", "exec", dont_inherit=True), namespace))


def _version() -> str:
    from importlib import metadata  # slow to import, and no program needs it

    try:
        return metadata.version("gradtape")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _compile_text(source: str, name: str) -> CodeType:
    code = compile(source, name, "exec", dont_inherit=True)
    if sys.version_info >= (3, 13):  # from there on tracebacks show the lines of `-c` programs
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)
    return code


def _is_importable(program: str) -> bool:
    """Whether `program` is a folder, or an archive with a `__main__` in it."""
    return os.path.isdir(program) or PathFinder.find_spec("__main__", [program]) is not None


def _absolute(program: str) -> str:
    """The file name that Python gives `__main__.__file__`: absolute, not otherwise tidied."""
    if os.name == "nt":
        return os.path.abspath(program)
    return os.path.join(os.getcwd(), program)  # an absolute one stays what it is


def _set_first_path(path: str) -> None:
    """Sets the first place where imports look, unless Python was told to keep it clean (`-P`)."""
    if not sys.flags.safe_path:
        sys.path[0] = path


def _new_main(loader: Any, **attributes: Any) -> dict[str, Any]:
    """Puts a fresh `__main__` in place, with the attributes that Python gives it."""
    module = ModuleType("__main__")
    module.__loader__ = loader
    module.__package__ = None
    namespace = vars(module)
    namespace["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        namespace["__annotations__"] = {}
    namespace.update(attributes)
    sys.modules["__main__"] = module
    return namespace


def _run(execute: Callable[[], object]) -> None:
    """Runs the program; what it raises leaves it as if Python itself had run it.

    The exception passes on to the interpreter, which knows what exit code and what signal it means.
    Only what is printed is changed: our frames go from the traceback.
    """
    tensorflow.install()
    try:
        execute()
    except SystemExit:
        raise
    except BaseException as error:
        _print_without_our_frames(error)
        raise


def _print_without_our_frames(error: BaseException) -> None:
    """Puts a hook before the program's own `sys.excepthook` that hides the runner from `error`."""
    hook = sys.excepthook
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in OUR_FILES:
        trace = trace.tb_next

    def excepthook(kind: type[BaseException], raised: BaseException, whole: TracebackType | None) -> Any:
        if raised is error:
            sys.last_traceback = whole = trace
            raised.__traceback__ = trace
        _hide_finder(raised)
        return hook(kind, raised, whole)

    sys.excepthook = excepthook


def _hide_finder(error: BaseException) -> None:
    """Takes the frames of an import of `tensorflow` that failed out of the tracebacks it is in."""
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        raised = pending.pop()
        if raised is None or id(raised) in seen:
            continue
        seen.add(id(raised))
        pending += [raised.__cause__, raised.__context__]
        if isinstance(raised, BaseExceptionGroup):
            pending += raised.exceptions
        trace = raised.__traceback__
        while trace is not None:
            after = trace.tb_next
            while after is not None and after.tb_frame.f_code.co_filename in OUR_FILES:
                after = after.tb_next
            trace.tb_next = after
            trace = after


OUR_FILES = frozenset({__file__, tensorflow.__file__})
