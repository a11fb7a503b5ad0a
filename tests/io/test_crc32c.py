"""The checksum of records and checkpoints."""

import numpy as np
import pytest

from gradtape.io import crc32c as module
from gradtape.io.crc32c import crc32c

# https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
KNOWN = {bytes(32): 0x8A9136AA, b"\xff" * 32: 0x62A8AB43, bytes(range(32)): 0x46DD794E, b"123456789": 0xE3069283}

SIZES = [
    0, 1, 3, 47, 48, 49, 63, 64, 65, 71, 100, 255, 256, 257, 700, 1000, 32767, 32768, 32769, 32771, 65535, 65536, 65537,
    98303, 98305, 99_999,
]  # fmt: skip


@pytest.fixture(params=["library", "numpy"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checksums by google-crc32c, which is installed here, and by NumPy."""
    if request.param == "numpy":
        monkeypatch.setattr(module, "_library", lambda: None)
    else:
        assert module._library() is not None


@pytest.mark.parametrize("data", KNOWN)
def test_checksums_are_those_of_crc_32c(data: bytes) -> None:
    assert crc32c(data) == KNOWN[data]


def bit_by_bit(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize("size", SIZES)
def test_checksums_of_any_length_at_once_and_in_parts(size: int) -> None:
    data = np.random.default_rng(size).integers(0, 256, size, np.uint8).tobytes()
    assert crc32c(data) == bit_by_bit(data)
    assert crc32c(data[size // 3 :], crc32c(data[: size // 3])) == bit_by_bit(data)
    assert crc32c(memoryview(data)) == bit_by_bit(data)
