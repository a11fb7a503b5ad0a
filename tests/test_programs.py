"""Every program of `tests/programs` prints under gradtape what TensorFlow printed for it."""

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.compare_programs import (
    all_programs,
    blocks,
    difference,
    expected_output,
    run_gradtape,
    same_block,
)

# What some programs print is a library's, of this version and later.
PRINTED_BY = {
    "guide_tfrecord": ("protobuf", "6"),
    "keras_attention": ("keras", "3.15"),
    "keras_training": ("keras", "3.15"),
    "test_cases": ("numpy", "2.4"),
}


def is_older(library: str, wanted: str) -> bool:
    least = [int(part) for part in wanted.split(".")]
    return [int(part) for part in version(library).split(".")[: len(least)]] < least


@pytest.mark.parametrize("program", all_programs(), ids=lambda path: path.stem)
def test_program_prints_what_tensorflow_prints(program: Path) -> None:
    needed = PRINTED_BY.get(program.stem)
    if needed and is_older(*needed):
        pytest.skip(f"it prints what {needed[0]} {needed[1]} prints")
    run = run_gradtape(program)
    shown = difference(expected_output(program).read_text("utf-8"), run.stdout, program.name)
    assert run.status == 0, f"\n{shown}\n{run.stderr}"
    assert not shown, f"\n{shown}"


def test_every_expected_file_has_a_program() -> None:
    kept = {path.name for path in expected_output(Path("any.py")).parent.glob("*.txt")}
    assert kept == {expected_output(program).name for program in all_programs()}


def test_comparison_allows_rounding_and_nothing_else() -> None:
    assert same_block("[0.33333334 1.]", "[0.333333 1.     ]")
    assert same_block("nan inf", "nan inf")
    assert same_block("x=1e-08", "x=0.0")
    assert same_block("[[3.407606]\n [6.407606]]", "[[3.407606 ]\n [6.4076061]]")
    assert same_block("[0. 1.]", "[-0.  1.]")
    assert not same_block("[[3.407606]\n [6.407606]]", "[[3.407606 ]\n [6.407606 ]]")
    assert not same_block("0.5", "0.6")
    assert not same_block("nan 1.", "1.  nan")
    assert not same_block("shape=(2,) 0.5", "shape=(3,) 0.5000001")
    assert not same_block("a  b", "a b")
    assert not same_block("1", "1.0")
    assert blocks("a\n[[1.\n 2.]]\nlow [0, 1)\nb") == ["a", "[[1.\n 2.]]", "low [0, 1)", "b"]
    assert difference("[0.3333333 0.3\n 1.]\nb", "[0.33333 0.3 1.]\nb", "program.py") == ""
    assert "-two" in difference("one\ntwo", "one\nthree", "program.py")
