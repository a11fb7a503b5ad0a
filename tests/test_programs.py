"""Every program of `tests/programs` prints under gradtape what TensorFlow printed for it."""

from pathlib import Path

import pytest

from tests.compare_programs import (
    all_programs,
    difference,
    expected_output,
    run_gradtape,
    same_line,
)


@pytest.mark.parametrize("program", all_programs(), ids=lambda path: path.stem)
def test_program_prints_what_tensorflow_prints(program: Path) -> None:
    run = run_gradtape(program)
    shown = difference(expected_output(program).read_text("utf-8"), run.stdout, program.name)
    assert run.status == 0, f"\n{shown}\n{run.stderr}"
    assert not shown, f"\n{shown}"


def test_every_expected_file_has_a_program() -> None:
    kept = {path.name for path in expected_output(Path("any.py")).parent.glob("*.txt")}
    assert kept == {expected_output(program).name for program in all_programs()}


def test_comparison_allows_rounding_and_nothing_else() -> None:
    assert same_line("[0.33333334 1.]", "[0.333333 1.     ]")
    assert same_line("nan inf", "nan inf")
    assert same_line("x=1e-08", "x=0.0")
    assert not same_line("0.5", "0.6")
    assert not same_line("nan 1.", "1.  nan")
    assert not same_line("shape=(2,) 0.5", "shape=(3,) 0.5000001")
    assert not same_line("a  b", "a b")
    assert not same_line("1", "1.0")
    assert "-two" in difference("one\ntwo", "one\nthree", "program.py")
