"""Regular expressions are RE2's: whatever the pattern, matching takes time that is linear in the text."""

import time
from typing import Any

import pytest

import gradtape as tf


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)+", "(a*)*b", "(.*)*x", "(a|b|ab)*c"])
@pytest.mark.parametrize("mode", ["eager", "function"])
def test_no_pattern_takes_exponential_time(pattern: str, mode: str) -> None:
    def match(text: Any) -> Any:
        return tf.strings.regex_full_match(text, pattern), tf.strings.regex_replace(text, pattern + "$", "!")

    match = tf.function(match) if mode == "function" else match
    text = tf.constant("a" * 20_000 + "-")
    start = time.monotonic()
    matched, replaced = match(text)
    assert time.monotonic() - start < 20
    assert not matched.numpy()
    assert replaced.numpy() == text.numpy()


def test_an_empty_pattern_is_replaced_between_characters() -> None:
    assert tf.strings.regex_replace("aé", "", "-").numpy() == "-a-é-".encode()
