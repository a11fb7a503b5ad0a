"""The files of a saved model: a document in JSON, with the digest of all of it, and a file of weights.

The weights' file is called by its contents, and the document is put into its place when all is written: so a directory
holds, at every moment, the model of before or the new one.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Sequence
from typing import Any

from .errors import damaged
from .values import text_of
from .weights import Weights

DOCUMENT = "saved_model.json"
_WEIGHTS = re.compile(r"weights-[0-9a-f]{64}\.safetensors")
_DIGEST = re.compile(rb'\{"sha256": "([0-9a-f]{64})"')
_FORMAT = "gradtape saved model"
_VERSION = 1


def exists(directory: str) -> bool:
    return os.path.isfile(os.path.join(directory, DOCUMENT))


def write(directory: str, document: dict[str, Any], weights: Sequence[Any]) -> None:
    """Write a model into a directory, which is made if it is not there. The weights are given as buffers."""
    os.makedirs(directory, exist_ok=True)
    digest = hashlib.sha256()
    for part in weights:
        digest.update(part)
    name = f"weights-{digest.hexdigest()}.safetensors"
    document = {"format": _FORMAT, "version": _VERSION, "weights": name, **document}
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    rest = f", {text[1:]}\n".encode()
    _put(os.path.join(directory, name), weights)
    begin = b'{"sha256": "%s"' % hashlib.sha256(rest).hexdigest().encode()
    _put(os.path.join(directory, DOCUMENT), [begin, rest])
    for other in os.listdir(directory):  # of the model before
        if _WEIGHTS.fullmatch(other) and other != name:
            with contextlib.suppress(OSError):
                os.remove(os.path.join(directory, other))


def _put(path: str, parts: Sequence[Any]) -> None:
    """Make these buffers the contents of the file, at once."""
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise


def read(directory: str) -> tuple[dict[str, Any], Weights]:
    """The document and the weights of a directory; both are what was written.

    Raises:
      OSError: if there is no model.
      DamagedError: if it is not as it was written.
    """
    path = os.path.join(directory, DOCUMENT)
    if not os.path.isfile(path):
        if os.path.isfile(os.path.join(directory, "saved_model.pb")):
            raise OSError(
                f"{directory} holds a model in TensorFlow's own format (saved_model.pb), which gradtape does not read. "
                "Save it with gradtape, or read its variables in TensorFlow and assign them."
            )
        raise OSError(f"SavedModel file does not exist at: {path}")
    with open(path, "rb") as file:
        data = file.read()
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
        with open(os.path.join(directory, name), "rb") as file:
            weights = file.read()
    except FileNotFoundError:
        raise damaged(f"the file {name} is missing") from None
    if name != f"weights-{hashlib.sha256(weights).hexdigest()}.safetensors":
        raise damaged(f"the contents of {name} do not match their digest")
    return {k: v for k, v in document.items() if k not in ("sha256", "format", "version", "weights")}, Weights(weights)
