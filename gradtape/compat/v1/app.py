"""`tf.compat.v1.app`: programs with flags, which are those of the package `absl`."""

import importlib
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["run"]


def run(main: Callable[[list[str]], Any] | None = None, argv: list[str] | None = None) -> None:
    """Read the flags of the command line, call `main` with what is left of it, and exit with what it gives.

    Args:
      main: a function of the arguments, the first of which is the program; that of the program by default.
      argv: the command line; that of the process by default.
    """
    main = sys.modules["__main__"].main if main is None else main  # type: ignore[attr-defined]
    try:
        app = importlib.import_module("absl.app")
    except ModuleNotFoundError:
        sys.exit(main(sys.argv if argv is None else argv))  # type: ignore[misc]
    app.run(main, argv, flags_parser=_parsed)


def _parsed(argv: list[str]) -> list[str]:
    """The arguments without the flags; a flag that nobody defined stays among them."""
    flags = importlib.import_module("absl.flags")
    try:
        return flags.FLAGS(argv, known_only=True)  # type: ignore[no-any-return]
    except flags.Error as error:
        print(
            f"FATAL Flags parsing error: {error}\nPass --helpshort or --helpfull to see help on flags.", file=sys.stderr
        )
        sys.exit(1)


def __getattr__(name: str) -> Any:
    if name != "flags":
        raise AttributeError(f"module 'tensorflow.compat.v1.app' has no attribute {name!r}", name=name, obj=None)
    try:
        return importlib.import_module("absl.flags")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "tf.compat.v1.flags are those of the package `absl-py`, which is not installed: `pip install absl-py`, "
            "or use "
            "Python's `argparse`.", name="absl",
        ) from None  # fmt: skip
