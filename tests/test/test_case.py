"""What `tf.test` has beside the assertions, which tests/programs/test_cases.py compares."""

import subprocess
import sys
import unittest

import pytest

import gradtape as tf

PROGRAM = """
import gradtape as tf

class SquareTest(tf.test.TestCase):
    def test_square(self):
        self.assertAllClose(tf.square([1.0, 2.0]), [1.0, 4.0])

if __name__ == "__main__":
    tf.test.main()
"""


def test_main_runs_the_tests_of_a_program() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Ran 2 tests" in run.stderr  # TensorFlow's own `test_session`, which is skipped, is one


def test_a_cluster_is_refused_with_what_there_is() -> None:
    with pytest.raises(NotImplementedError, match="mpiexec"):
        tf.test.create_local_cluster(2, 1)


def test_a_session_has_nothing_to_feed() -> None:
    case = tf.test.TestCase()
    with case.session() as session:
        assert session.run([tf.constant(1)]) == [1]
        with pytest.raises(NotImplementedError, match="runs eagerly"):
            session.run(tf.constant(1), {"x": 1})


def test_what_is_written_to_a_stream_is_kept() -> None:
    code = (
        "import sys, gradtape as tf\n"
        "case = tf.test.TestCase()\n"
        "with case.captureWritesToStream(sys.stderr) as written:\n"
        "    tf.print('hello')\n"
        "assert written.contents() == 'hello\\n', written.contents()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_has_pythons_own_mock() -> None:
    assert tf.test.mock is unittest.mock
