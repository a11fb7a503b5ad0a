"""Writes TensorFlow's own signatures, which `test_signatures.py` compares with, into `signatures.json`.

path/to/tensorflow's/python tests/tensorflow/record_signatures.py
"""

import inspect
import json
import os
import types
from pathlib import Path
from typing import Any

RECORD = Path(__file__).resolve().parent / "signatures.json"

# The namespaces that are libraries of their own; `raw_ops` takes keywords alone.
ELSEWHERE = {"compat", "core", "feature_column", "keras", "lite", "mlir", "python", "raw_ops", "tools", "tpu"}


def parameters(function: Any) -> str:
    """A signature without types and values: "x, axis=, *, name="; parameters with a default end with =."""
    written: list[str] = []
    for p in inspect.signature(function).parameters.values():
        if p.kind is p.KEYWORD_ONLY and not any(w.startswith("*") for w in written):
            written.append("*")
        stars = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        written.append(f"{stars}{p.name}{'' if p.default is p.empty else '='}")
    return ", ".join(written)


def functions(namespace: Any, path: str, found: dict[str, list[str]], within: tuple[Any, ...] = ()) -> None:
    """Adds the names of all functions in a namespace to those of the same signature."""
    for name in sorted(n for n in dir(namespace) if not n.startswith("_")):
        value = getattr(namespace, name)
        if isinstance(value, types.ModuleType):
            if name not in ELSEWHERE and "tensorflow" in value.__name__ and value not in within:
                functions(value, f"{path}{name}.", found, (*within, value))
        elif callable(value) and not inspect.isclass(value):
            found.setdefault(parameters(value), []).append(path + name)


if __name__ == "__main__":
    os.environ |= {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    import tensorflow as tf

    found: dict[str, list[str]] = {}
    functions(tf, "", found)
    record = {"tensorflow": tf.__version__, **{s: " ".join(sorted(names)) for s, names in sorted(found.items())}}
    RECORD.write_text(json.dumps(record, indent=0) + "\n", "utf-8")
