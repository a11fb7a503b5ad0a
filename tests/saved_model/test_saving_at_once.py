"""Saving while others save, load, or are killed: a model is there as one save wrote it, and nothing is left over."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf
from gradtape.values.files import UnreadableError, read_file, remove_leftovers, write_file, writing

KILLS = 20

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")


def model_of(n: float, size: int = 1000) -> tf.Module:
    """A model whose numbers are all `n`, in weights and document."""
    module = tf.Module()
    module.n, module.v = float(n), tf.Variable(tf.fill([size], float(n)))
    return module


def is_whole(loaded: Any) -> bool:
    return bool((loaded.v.numpy() == loaded.n).all())


SAVER = """
import sys
import gradtape as tf
from tests.saved_model.test_saving_at_once import model_of

path, first, count, size = sys.argv[1], *map(int, sys.argv[2:])
print("begins", flush=True)
for n in range(first, first + count):
    tf.saved_model.save(model_of(n, size), path)
print("ends", flush=True)
"""


def saver(path: Path, first: int, count: int, size: int = 1000) -> subprocess.Popen[str]:
    """A process that saves models to one folder, one after the other, and has begun to."""
    process = subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path), str(first), str(count), str(size)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    return process


def test_processes_that_save_to_one_folder_and_readers_beside_them(tmp_path: Path) -> None:
    tf.saved_model.save(model_of(0), tmp_path)
    savers = [saver(tmp_path, 1000 * i, 60) for i in range(2)]
    loads = 0
    while any(p.poll() is None for p in savers):
        assert is_whole(tf.saved_model.load(tmp_path))
        loads += 1
    assert [p.wait() for p in savers] == [0, 0]
    assert loads > 5
    assert tf.saved_model.load(tmp_path).n in (59.0, 1059.0)
    assert len(list(tmp_path.iterdir())) == 2


def test_threads_that_save_to_one_folder(tmp_path: Path) -> None:
    models = [model_of(n) for n in range(4)]

    def work(module: tf.Module) -> None:
        for _ in range(10):
            tf.saved_model.save(module, tmp_path)
            assert is_whole(tf.saved_model.load(tmp_path))

    errors: list[Any] = []
    hook, threading.excepthook = threading.excepthook, lambda args: errors.append(args.exc_value)
    try:
        threads = [threading.Thread(target=work, args=(module,)) for module in models]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        threading.excepthook = hook
    assert not errors
    assert len(list(tmp_path.iterdir())) == 2


def test_processes_that_are_killed_as_they_save_leave_a_model_and_the_next_save_tidies_up(tmp_path: Path) -> None:
    """In a process of its own, which forks those that it kills."""
    program = f"from tests.saved_model.test_saving_at_once import kill_savers; kill_savers({str(tmp_path)!r}, {KILLS})"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120, cwd=Path(__file__).parents[2])


def kill_savers(folder: str, kills: int, seed: int = 0) -> int:
    """How many of these kills left something for the next save to remove."""
    path, chance, left = Path(folder), random.Random(seed), 0
    tf.saved_model.save(model_of(-1), path)
    for i in range(kills):
        process = os.fork()
        if not process:
            for n in range(1000 * i, 1000 * (i + 1)):
                tf.saved_model.save(model_of(n, 2_000_000), path)
            os._exit(0)
        time.sleep(0.1 * chance.random())
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        loaded = tf.saved_model.load(path)
        assert is_whole(loaded)
        left += len(list(path.iterdir())) > 2
        tf.saved_model.save(loaded, path)
        assert is_whole(tf.saved_model.load(path))
        assert len(list(path.iterdir())) == 2, list(path.iterdir())
    return left


def test_what_another_process_is_writing_is_not_removed(tmp_path: Path) -> None:
    target = tmp_path / "file"
    begun, end = threading.Event(), threading.Event()

    def parts() -> Any:
        yield b"one"
        begun.set()
        end.wait(20)
        yield b" two"

    thread = threading.Thread(target=lambda: write_file(str(target), parts()))
    thread.start()
    begun.wait(20)
    (temporary,) = tmp_path.iterdir()
    left = tmp_path / "file.0123abcd.tmp"
    other = tmp_path / "other.0123abcd.tmp"
    left.write_bytes(b"of a process that is gone")
    other.write_bytes(b"of somebody else")
    remove_leftovers(str(tmp_path), lambda name: name == "file")
    assert sorted(tmp_path.iterdir()) == sorted([temporary, other])
    end.set()
    thread.join()
    assert target.read_bytes() == b"one two"


def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")

    def parts() -> Any:
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(str(target), parts())
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_one_at_a_time_writes_into_a_folder(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with writing(str(tmp_path)) as alone:
                assert alone
                inside += 1
                most = max(most, inside)
                time.sleep(1e-4)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


# --- folders of strangers ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tf.saved_model.save(model_of(1), tmp_path)
    return tmp_path


def replaced(folder: Path, which: str) -> Path:
    (path,) = folder.glob(which)
    path.unlink()
    return path


@pytest.mark.parametrize("which", ["*.json", "*.safetensors"])
@pytest.mark.parametrize("what", ["pipe", "device", "loop", "folder", "huge", "nowhere"])
def test_what_is_no_file_of_a_model_is_refused_at_once(folder: Path, which: str, what: str) -> None:
    path = replaced(folder, which)
    if what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path)
    elif what == "folder":
        path.mkdir()
    elif what == "nowhere":
        path.symlink_to("nowhere")
    else:
        with path.open("wb") as file:
            try:
                file.truncate(1 << 43)
            except OSError:
                pytest.skip("the file system has no such files")
    before = sorted((p.name, p.lstat().st_mode) for p in folder.iterdir())
    start = time.monotonic()
    with pytest.raises(OSError, match=r"damaged|does not exist"):
        tf.saved_model.load(folder)
    assert time.monotonic() - start < 10
    assert sorted((p.name, p.lstat().st_mode) for p in folder.iterdir()) == before
    if what != "folder":
        tf.saved_model.save(model_of(2), folder)
        assert is_whole(tf.saved_model.load(folder))


def test_files_of_a_model_may_be_links_to_files(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = tmp_path_factory.mktemp("store")
    for path in list(folder.iterdir()):
        path.rename(store / path.name)
        path.symlink_to(store / path.name)
    assert is_whole(tf.saved_model.load(folder))


def test_a_pipe_among_temporary_files_stops_nobody(folder: Path) -> None:
    os.mkfifo(folder / "saved_model.json.0123abcd.tmp")
    tf.saved_model.save(model_of(2), folder)
    assert is_whole(tf.saved_model.load(folder))


def test_a_file_has_a_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_file(str(tmp_path / "file"), 5) == b"12345"
    with pytest.raises(UnreadableError, match="5 bytes, of which at most 4"):
        read_file(str(tmp_path / "file"), 4)


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_containers_in_each_other_twice_sixty_deep(kind: Any, tmp_path: Path) -> None:
    v = tf.Variable(1.0)
    found = {"a": v} if kind is dict else kind([v])
    for _ in range(60):
        found = {"a": found, "b": found} if kind is dict else kind([found, found])
    module = tf.Module()
    module.found = found
    tf.saved_model.save(module, tmp_path)
    loaded = tf.saved_model.load(tmp_path)
    assert len(module.variables) == len(loaded.variables) == len(loaded.trainable_variables) == 1
    assert loaded.submodules == ()


def test_a_list_in_itself(tmp_path: Path) -> None:
    module = tf.Module()
    module.found = [tf.Variable(1.0)]
    module.found.append(module.found)
    tf.saved_model.save(module, tmp_path)
    loaded = tf.saved_model.load(tmp_path)
    assert loaded.found[1] is loaded.found
    assert len(module.variables) == len(loaded.variables) == 1
