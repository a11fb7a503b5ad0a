"""The examples run as the README says, and do what they promise."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITHOUT = "import sys; sys.modules[{module!r}] = None; sys.argv[1:] = {arguments!r}; "
RUN = "import runpy; runpy.run_path({program!r}, run_name='__main__')"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        text=True,
        capture_output=True,
        timeout=120,
    )


def run_digits_without(module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(module=module, arguments=list(arguments))
    code += RUN.format(program=str(ROOT / "examples" / "digits.py"))
    return run("-c", code, cwd=cwd)


def test_digits_reads_the_held_out_images_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    digits = run(str(ROOT / "examples" / "digits.py"), cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    printed = re.search(r"Accuracy on 360 held-out images: ([\d.]+)%", digits.stdout)
    assert printed, digits.stdout
    assert float(printed[1]) > 97.0
    assert "30/30" in digits.stderr  # the progress bar, with its numbers
    assert re.search(r"loss [\d.]+, accuracy [\d.]+%", digits.stderr)
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")


def test_keras_layers_read_the_held_out_images_and_draw(tmp_path: Path) -> None:
    digits = run(str(ROOT / "examples" / "keras_layers.py"), cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    printed = re.search(r"Accuracy on 360 held-out images: ([\d.]+)%", digits.stdout)
    assert printed, digits.stdout
    assert float(printed[1]) > 98.0
    assert "12/12" in digits.stderr  # the progress bar
    assert (tmp_path / "keras_layers.png").read_bytes().startswith(b"\x89PNG")


def test_digits_under_tf_function_learns_the_same_and_shows_the_times(tmp_path: Path) -> None:
    digits = run_digits_without("matplotlib", "--epochs", "2", "--function", cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    eager, traced = re.findall(r"Accuracy on .*", digits.stdout)
    assert eager == traced
    assert len(re.findall(r"[\d.]+ ms a step, the first [\d.]+ ms, 90 steps in [\d.]+ s", digits.stdout)) == 2


def test_digits_without_matplotlib_says_what_to_install_and_goes_on(tmp_path: Path) -> None:
    digits = run_digits_without("matplotlib", "--epochs", "1", cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    assert "Accuracy on" in digits.stdout
    assert "pip install matplotlib" in digits.stdout
    assert not (tmp_path / "digits.png").exists()


def test_digits_without_tqdm_says_what_to_install(tmp_path: Path) -> None:
    digits = run_digits_without("tqdm", cwd=tmp_path)
    assert digits.returncode == 1
    assert "pip install tqdm" in digits.stderr


def images(folder: Path, *arguments: str) -> list[str]:
    program = str(ROOT / "examples" / "images.py")
    done = run(program, "--folder", str(folder), "--epochs", "3", *arguments, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def stopped(folder: Path, epoch: int, how: signal.Signals, *arguments: str) -> tuple[int, list[str]]:
    """The exit status, and what was printed, of a run that gets a signal in an epoch."""
    program = str(ROOT / "examples" / "images.py")
    command = [sys.executable, program, "--folder", str(folder), "--epochs", "3", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    heard = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background ignores it
    with subprocess.Popen(
        command, cwd=folder.parent, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heard,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        said = ""
        while f"epoch {epoch}/3:" not in said and (letter := process.stderr.read(1)):
            said += letter
        process.send_signal(how)
        printed = process.stdout.read()
        process.stderr.read()
    return process.returncode, printed.splitlines()


def test_images_that_are_stopped_go_on_with_the_same_numbers(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    whole = images(tmp_path / "whole")
    assert [line.split(":")[0] for line in whole[:3]] == ["epoch 1", "epoch 2", "epoch 3"]
    printed = re.search(r"Accuracy on 360 held-out pictures: ([\d.]+)%", "\n".join(whole))
    assert printed, whole
    assert float(printed[1]) > 90.0
    assert (tmp_path / "images.png").read_bytes().startswith(b"\x89PNG")
    assert len(list((tmp_path / "whole" / "logs").glob("events.out.tfevents.*"))) == 1

    shutil.copytree(tmp_path / "whole" / "train", tmp_path / "parts" / "train")
    shutil.copytree(tmp_path / "whole" / "test", tmp_path / "parts" / "test")
    (tmp_path / "parts" / "complete").touch()
    status, first = stopped(tmp_path / "parts", 2, signal.SIGINT)
    assert status == 130
    assert first == [whole[0], "Stopped. To go on, say the same again with --resume"]
    status, second = stopped(tmp_path / "parts", 3, signal.SIGKILL, "--resume")
    assert status == -signal.SIGKILL
    assert second == ["Going on after epoch 1", whole[1]]
    assert images(tmp_path / "parts", "--resume") == ["Going on after epoch 2", *whole[2:]]


def test_records_tell_of_which_room_a_function_is_and_draw(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    records = run(str(ROOT / "examples" / "records.py"), "--epochs", "3", cwd=tmp_path)
    assert records.returncode == 0, records.stderr
    printed = re.search(r"Accuracy on \d+ held-out functions: ([\d.]+)%", records.stdout)
    assert printed, records.stdout
    assert float(printed[1]) > 75.0
    assert re.search(r"linalg: .*\bdiagonal", records.stdout)  # a word by which a room is known
    assert len(list((tmp_path / "records").glob("train-*-of-00004.tfrecord"))) == 4
    assert (tmp_path / "records.png").read_bytes().startswith(b"\x89PNG")


def test_fit_reads_the_held_out_images_by_both_models_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(str(ROOT / "examples" / "keras_fit.py"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shares = dict(re.findall(r"(\w+): ([\d.]+)% of 360 held-out images", done.stdout))
    assert float(shares["convolutions"]) > 98.0
    assert float(shares["transformer"]) > 97.0
    assert (tmp_path / "keras_fit.png").read_bytes().startswith(b"\x89PNG")


def test_the_autoencoder_learns_a_plane_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(str(ROOT / "examples" / "vae.py"), "--epochs", "40", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, last = map(float, re.findall(r"([\d.]+) after", done.stdout))
    assert last < 25.5 < first
    assert (tmp_path / "vae.png").read_bytes().startswith(b"\x89PNG")


def test_the_game_makes_the_critic_less_sure_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(str(ROOT / "examples" / "gan.py"), "--steps", "500", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    most, last = map(float, re.findall(r"by (-?[\d.]+)", done.stdout))
    assert last < most / 4
    real, made = map(float, re.findall(r"(?:images|ones): ([\d.]+)", done.stdout))
    assert abs(real - made) < 0.03
    assert (tmp_path / "gan.png").read_bytes().startswith(b"\x89PNG")


def test_the_network_of_an_equation_finds_its_solution_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(str(ROOT / "examples" / "physics.py"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = re.search(r"against finite differences: ([\d.]+)%", done.stdout)
    assert printed, done.stdout
    assert float(printed[1]) < 5.0
    assert (tmp_path / "physics.png").read_bytes().startswith(b"\x89PNG")
