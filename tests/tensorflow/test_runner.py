"""`python -m gradtape`: a program runs as under `python`, and `tensorflow` means gradtape in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def python(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        input=stdin,
        text=True,
        capture_output=True,
        timeout=60,
    )


def gradtape(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return python("-m", "gradtape", *arguments, cwd=cwd, stdin=stdin)


def seen(run: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return run.returncode, run.stdout, run.stderr


def succeeded(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout


# -- as under python ------------------------------------------------------------------------------

PROGRAMS = {
    "prints what it is given": """
        import sys
        names = ("__name__", "__file__", "__package__", "__doc__", "__cached__")
        print(getattr(__spec__, "name", None), getattr(__spec__, "origin", None))
        print({name: globals()[name] for name in names if name in globals()})
        print(sorted(name for name in globals()), type(__builtins__), type(__loader__))
        print(sys.argv, sys.path[0])
        import __main__
        assert vars(__main__) is globals()
    """,
    "raises in a nested function": """
        def outer():
            def inner(x):
                return 1 / x
            return inner(0)

        outer()
    """,
    "raises from a cause": """
        try:
            {}["missing"]
        except KeyError as error:
            raise ValueError("seen") from error
    """,
    "raises a group": """
        raise ExceptionGroup("both", [ValueError("one"), TypeError("two")])
    """,
    "is no Python": """
        print("never")
        def f(:
            pass
    """,
    "is indented wrongly": """
        if True:
        x = 1
    """,
    "imports what is not there": """
        import nothing_of_this_name
    """,
    "imports a neighbour that raises": """
        import neighbour
    """,
    "exits with a code": "import sys; sys.exit(3)",
    "exits with a message": "import sys; sys.exit('no more')",
    "is interrupted": "raise KeyboardInterrupt",
    "replaces the hook": """
        import sys, traceback
        def hook(kind, error, trace):
            print("hook", kind.__name__, [f.name for f in traceback.extract_tb(trace)])
            print([f.name for f in traceback.extract_tb(error.__traceback__)])
        sys.excepthook = hook
        raise ValueError
    """,
    "looks back at its last error": """
        import atexit, sys, traceback
        atexit.register(lambda: print(traceback.extract_tb(sys.last_traceback)))
        raise ValueError
    """,
    "raises in a thread": """
        import threading
        thread = threading.Thread(target=lambda: 1 / 0, name="worker")
        thread.start()
        thread.join()
    """,
    "recurses without end": """
        def f():
            return f()
        try:
            f()
        except RecursionError as error:
            print(error)
    """,
    "warns of what is deprecated": """
        import warnings
        warnings.warn("old", DeprecationWarning)
    """,
    "pickles its own class": """
        import pickle
        class Point:
            pass
        print(pickle.loads(pickle.dumps(Point)) is Point, Point)
    """,
    "reads its own source": """
        import inspect
        def f():
            return 1
        print(inspect.getsource(f), inspect.getfile(f))
    """,
    "leaves work for the end": """
        import atexit
        class Late:
            def __del__(self):
                print("deleted")
        late = Late()
        atexit.register(print, "exiting")
    """,
    "is written in another encoding": "# -*- coding: latin-1 -*-\nprint(ascii('caf\u00e9'))",
}


def dedent(source: str) -> str:
    import textwrap

    return textwrap.dedent(source).lstrip("\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "neighbour.py").write_text("def f():\n    raise OSError('next door')\n\nf()\n")
    return tmp_path


@pytest.mark.parametrize("what", PROGRAMS)
def test_a_program_runs_as_under_python(what: str, folder: Path) -> None:
    encoding = "latin-1" if "encoding" in what else "utf-8"
    (folder / "program.py").write_text(dedent(PROGRAMS[what]), encoding=encoding)
    assert seen(gradtape("program.py", "-a", "b", cwd=folder)) == seen(python("program.py", "-a", "b", cwd=folder))


@pytest.mark.parametrize("what", ["prints what it is given", "raises in a nested function"])
def test_the_way_a_program_is_named_is_the_way_it_is_reported(what: str, folder: Path) -> None:
    (folder / "inside").mkdir()
    (folder / "program.py").write_text(dedent(PROGRAMS[what]))
    (folder / "linked.py").symlink_to(folder / "program.py")
    (folder / "inside" / "linked.py").symlink_to(folder / "program.py")
    for name in (
        "./program.py",
        "inside/../program.py",
        "inside/linked.py",
        str(folder / "linked.py"),
        f"{folder}/inside/../program.py",
    ):
        assert seen(gradtape(name, cwd=folder)) == seen(python(name, cwd=folder))


@pytest.mark.parametrize("what", ["prints what it is given", "raises in a nested function", "is no Python"])
def test_a_module_runs_as_under_python(what: str, folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").write_text("import sys\nprint(sys.argv)\n")
    for name in ("module.py", "package/__main__.py"):
        (folder / name).write_text(dedent(PROGRAMS[what]))
    for name in ("module", "package", "package.missing", "missing"):
        assert seen(gradtape("-m", name, "-x", cwd=folder)) == seen(python("-m", name, "-x", cwd=folder))


@pytest.mark.parametrize("what", ["prints what it is given", "raises in a nested function", "is no Python"])
def test_code_and_standard_input_run_as_under_python(what: str, folder: Path) -> None:
    code = dedent(PROGRAMS[what])
    assert seen(gradtape("-c", code, "-x", cwd=folder)) == seen(python("-c", code, "-x", cwd=folder))
    assert seen(gradtape("-", "-x", cwd=folder, stdin=code)) == seen(python("-", "-x", cwd=folder, stdin=code))


@pytest.mark.parametrize("what", ["prints what it is given", "raises in a nested function"])
def test_folders_archives_and_byte_code_run_as_under_python(what: str, folder: Path) -> None:
    import py_compile

    source = dedent(PROGRAMS[what])
    (folder / "app").mkdir()
    (folder / "empty").mkdir()
    (folder / "app" / "__main__.py").write_text(source)
    with zipfile.ZipFile(folder / "app.pyz", "w") as archive:
        archive.writestr("__main__.py", source)
    py_compile.compile(str(folder / "app" / "__main__.py"), cfile=str(folder / "app.pyc"))
    for name in ("app", "empty", "app.pyz", "app.pyc"):
        assert seen(gradtape(name, "x", cwd=folder)) == seen(python(name, "x", cwd=folder))


def test_a_missing_file_is_reported_as_by_python(folder: Path) -> None:
    assert seen(gradtape("missing.py", cwd=folder)) == seen(python("missing.py", cwd=folder))
    assert gradtape("missing.py", cwd=folder).returncode == 2


def test_python_s_own_options_hold(folder: Path) -> None:
    (folder / "program.py").write_text("import sys; print(sys.path[0], __debug__); assert False")
    for options in (["-O"], ["-P", "-O"], ["-W", "error"]):
        ours = python(*options, "-m", "gradtape", "program.py", cwd=folder)
        assert seen(ours) == seen(python(*options, "program.py", cwd=folder))


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_an_interrupt_ends_it_by_its_signal(folder: Path) -> None:
    (folder / "program.py").write_text("raise KeyboardInterrupt")
    assert gradtape("program.py", cwd=folder).returncode == -signal.SIGINT


# -- tensorflow is gradtape -----------------------------------------------------------------------


def test_every_way_to_import_tensorflow_gives_gradtape(folder: Path) -> None:
    code = """
        import sys
        import gradtape
        import tensorflow as tf
        import tensorflow.math
        import tensorflow.nn as nn
        import tensorflow.compat.v1 as tf1
        from tensorflow import GradientTape
        from tensorflow.math import multiply
        assert tf is gradtape is sys.modules["tensorflow"]
        assert tf.math is sys.modules["gradtape.math"] is sys.modules["tensorflow.math"]
        assert nn is gradtape.nn and tf1 is gradtape.compat.v1
        assert GradientTape is gradtape.GradientTape and multiply is gradtape.math.multiply
        for module in (tf, tf.math, nn):
            assert module.__spec__.name == module.__name__, module.__spec__
    """
    succeeded(gradtape("-c", dedent(code), cwd=folder))


def test_a_program_differentiates(folder: Path) -> None:
    (folder / "program.py").write_text(
        dedent("""
            import tensorflow as tf

            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * x
            print(tape.gradient(y, x))
        """)
    )
    expected = "tf.Tensor(6.0, shape=(), dtype=float32)\n"
    assert succeeded(gradtape("program.py", cwd=folder)) == expected


def test_a_module_that_gradtape_lacks_is_named_with_its_neighbours(folder: Path) -> None:
    (folder / "program.py").write_text("def load():\n    import tensorflow.mth\n\nload()\n")
    run = gradtape("program.py", cwd=folder)
    assert run.returncode == 1
    assert [line for line in run.stderr.splitlines() if line.startswith("  File")] == [
        f'  File "{folder}/program.py", line 4, in <module>',
        f'  File "{folder}/program.py", line 2, in load',
    ]
    assert run.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: No module named 'tensorflow.mth': gradtape is standing in for "
        "TensorFlow and has no such module. Nearest: tensorflow.math."
    )


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("import tensorflow.examples", "has no such module"),
        ("import tensorflow.python.grappler", "has no such module"),
        ("import tensorflow.math.nothing.deeper", "has no such module"),
        ("import tensorflow.Variable", "from tensorflow import Variable"),
        ("from tensorflow import Varable", "gradtape"),
    ],
)
def test_what_cannot_be_imported_says_why(statement: str, says: str, folder: Path) -> None:
    run = gradtape("-c", statement, cwd=folder)
    assert run.returncode == 1
    assert says in run.stderr.splitlines()[-1]


def test_gradtape_comes_before_an_installed_tensorflow(folder: Path) -> None:
    (folder / "tensorflow.py").write_text("raise RuntimeError('the other one')")
    assert "gradtape" in succeeded(gradtape("-c", "import tensorflow; print(tensorflow)", cwd=folder))


def test_names_that_only_begin_like_tensorflow_are_left_alone(folder: Path) -> None:
    (folder / "tensorflow_neighbour.py").write_text("here = True")
    code = "import tensorflow_neighbour as n; print(n.here)"
    assert succeeded(gradtape("-c", code, cwd=folder)) == "True\n"


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
@pytest.mark.skipif(os.name == "nt", reason="fork is POSIX's")
def test_processes_that_a_program_starts_see_gradtape_too(method: str, folder: Path) -> None:
    (folder / "program.py").write_text(
        dedent(f"""
            import multiprocessing
            import tensorflow as tf

            def work(x):
                return tf.__name__, x * x

            if __name__ == "__main__":
                with multiprocessing.get_context({method!r}).Pool(1) as pool:
                    print(pool.map(work, [1, 2]))
        """)
    )
    expected = "[('gradtape', 1), ('gradtape', 4)]\n"
    assert succeeded(gradtape("program.py", cwd=folder)) == expected
    assert succeeded(gradtape("-m", "program", cwd=folder)) == expected


# -- in code and in a notebook --------------------------------------------------------------------


def test_install_and_uninstall(folder: Path) -> None:
    (folder / "tensorflow.py").write_text("real = True")
    code = """
        import sys
        import gradtape.tensorflow
        before = list(sys.meta_path)
        gradtape.tensorflow.install()
        gradtape.tensorflow.install()
        import tensorflow, tensorflow.math
        assert tensorflow is gradtape
        gradtape.tensorflow.uninstall()
        gradtape.tensorflow.uninstall()
        assert sys.meta_path == before
        assert gradtape.math is sys.modules["gradtape.math"]
        import tensorflow
        assert tensorflow.real
    """
    succeeded(python("-c", dedent(code), cwd=folder))


def test_libraries_find_the_classes_of_tensors_and_data_where_tensorflow_has_them(folder: Path) -> None:
    code = """
        import gradtape.tensorflow
        import pickle
        gradtape.tensorflow.install()
        import tensorflow as tf
        found = {type(x): x for x in (tf.constant(1), tf.data.Dataset.range(3), tf.experimental.Optional.from_value(1))}
        for kind in found:
            print(kind.__module__, kind.__qualname__)
            assert pickle.loads(pickle.dumps(kind)) is kind
        gradtape.tensorflow.uninstall()
        for kind in found:
            print(kind.__module__, kind.__qualname__)
    """
    assert succeeded(python("-c", dedent(code), cwd=folder)).splitlines() == [
        "tensorflow.python.framework.ops EagerTensor",
        "tensorflow.python.data.ops.dataset_ops DatasetV2",
        "tensorflow.python.data.ops.optional_ops Optional",
        "gradtape.values.tensor EagerTensor",
        "gradtape.data.dataset Dataset",
        "gradtape.data.optional Optional",
    ]


def test_install_after_tensorflow_itself_says_to_restart(folder: Path) -> None:
    (folder / "tensorflow.py").write_text("real = True")
    run = python("-c", "import tensorflow, gradtape.tensorflow as g; g.install()", cwd=folder)
    assert run.returncode == 1
    assert "Restart" in run.stderr.splitlines()[-1]


def test_the_notebook_extension(folder: Path) -> None:
    code = """
        import gradtape, sys
        gradtape.load_ipython_extension(None)
        import tensorflow
        assert tensorflow is gradtape
        gradtape.unload_ipython_extension(None)
        assert "tensorflow" not in sys.modules
    """
    succeeded(python("-c", dedent(code), cwd=folder))


# -- the command line -----------------------------------------------------------------------------


def test_help_says_what_it_does(folder: Path) -> None:
    text = succeeded(gradtape("--help", cwd=folder))
    assert "Runs a TensorFlow program on gradtape" in text
    for use in ("program.py", "-m module", "-c code", "%load_ext gradtape"):
        assert use in text
    assert succeeded(gradtape("-h", cwd=folder)) == text


def test_version(folder: Path) -> None:
    assert succeeded(gradtape("--version", cwd=folder)).startswith("gradtape ")


@pytest.mark.parametrize("arguments", [[], ["-m"], ["-c"], ["--what"]])
def test_a_command_line_that_names_no_program_gets_the_usage(arguments: list[str], folder: Path) -> None:
    run = gradtape(*arguments, cwd=folder)
    assert run.returncode == 2
    assert "usage: python -m gradtape" in run.stderr
