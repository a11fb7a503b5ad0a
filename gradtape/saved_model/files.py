"""The files of a saved model: a document in JSON, with the digest of all of it, and a file of weights.

The weights' file is called by its contents, and the document is put into its place when all is written: so a directory
holds, at every moment, the model of before or the new one.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Sequence
from typing import Any

from ..values.files import read_file, remove_leftovers, write_file, writing
from .errors import damaged
from .values import text_of
from .weights import Weights

DOCUMENT = "saved_model.json"
_WEIGHTS = re.compile(r"weights-[0-9a-f]{64}\.safetensors")
_DIGEST = re.compile(rb'\{"sha256": "([0-9a-f]{64})"')
_FORMAT = "gradtape saved model"
_VERSION = 1
_LONGEST = 1 << 29  # bytes of a document


def exists(directory: str) -> bool:
    return os.path.isfile(os.path.join(directory, DOCUMENT))


def write(directory: str, document: dict[str, Any], weights: Sequence[Any]) -> None:
    """Write a model into a directory, which is made if it is not there. The weights are given as buffers.

    What processes that were killed left there is removed, and so are the weights of the model before.
    """
    digest = hashlib.sha256()
    for part in weights:
        digest.update(part)
    name = f"weights-{digest.hexdigest()}.safetensors"
    document = {"format": _FORMAT, "version": _VERSION, "weights": name, **document}
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    rest = f", {text[1:]}\n".encode()
    if len(rest) > _LONGEST:
        raise ValueError(f"The functions of the model take {len(rest)} bytes, of which at most {_LONGEST} are read.")
    begin = b'{"sha256": "%s"' % hashlib.sha256(rest).hexdigest().encode()
    os.makedirs(directory, exist_ok=True)
    with writing(directory) as alone:
        remove_leftovers(directory, _is_ours)
        try:
            write_file(os.path.join(directory, name), weights)
            write_file(os.path.join(directory, DOCUMENT), [begin, rest])
        finally:
            if alone:
                _remove_others(directory)


def _remove_others(directory: str) -> None:
    """Remove the files of weights that the document does not name: of the model before, or of a save that failed."""
    document = os.path.join(directory, DOCUMENT)
    with contextlib.suppress(OSError):
        data = read_file(document) if os.path.lexists(document) else b""
        for other in os.listdir(directory):
            if _WEIGHTS.fullmatch(other) and other.encode() not in data:
                os.remove(os.path.join(directory, other))


def _is_ours(name: str) -> bool:
    return name == DOCUMENT or _WEIGHTS.fullmatch(name) is not None


def read(directory: str) -> tuple[dict[str, Any], Weights]:
    """The document and the weights of a directory; both are what was written, and by one save.

    Raises:
      OSError: if there is no model.
      DamagedError: if it is not as it was written.
    """
    path = os.path.join(directory, DOCUMENT)
    while True:
        before = _state(path)
        try:
            return _read(directory)
        except _GoneError as error:
            if _state(path) == before:  # or else another save put its document there meanwhile
                raise damaged(str(error)) from None


def _state(path: str) -> Any:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


class _GoneError(Exception):
    """A file that the document names is missing."""


def _read(directory: str) -> tuple[dict[str, Any], Weights]:
    path = os.path.join(directory, DOCUMENT)
    if not os.path.exists(path):
        if os.path.isfile(os.path.join(directory, "saved_model.pb")):
            raise OSError(
                f"{directory} holds a model in TensorFlow's own format (saved_model.pb), which gradtape does not read. "
                "Save it with gradtape, or read its variables in TensorFlow and assign them."
            )
        raise OSError(f"SavedModel file does not exist at: {path}")
    data = _contents(path, _LONGEST)
    found = _DIGEST.match(data)
    if found is None or hashlib.sha256(data[found.end() :]).hexdigest().encode() != found[1]:
        raise damaged(f"the contents of {path} do not match their digest")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(f"{path} is no JSON ({error})") from None
    if document.get("format") != _FORMAT:
        raise damaged(f"{path} has another format than {_FORMAT!r}")
    if document.get("version") != _VERSION:
        raise damaged(
            f"{path} is version {str(document.get('version'))[:20]} of the format, and this gradtape reads {_VERSION}"
        )
    name = text_of(document.get("weights"))
    if not _WEIGHTS.fullmatch(name):
        raise damaged(f"{name[:80]!r} is no name of a file of weights")
    try:
        weights = _contents(os.path.join(directory, name))
    except FileNotFoundError:
        raise _GoneError(f"the file {name} is missing") from None
    if name != f"weights-{hashlib.sha256(weights).hexdigest()}.safetensors":
        raise damaged(f"the contents of {name} do not match their digest")
    return {k: v for k, v in document.items() if k not in ("sha256", "format", "version", "weights")}, Weights(weights)


def _contents(path: str, limit: int | None = None) -> bytes:
    try:
        return read_file(path, limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise damaged(str(error)) from None
