"""Claims: who does something that one thread at a time may do."""

import threading

import pytest

import gradtape as tf
from gradtape.values import claims
from gradtape.values.claims import Claim, Claimed


def claim_of(thread: int) -> Claim:
    made = Claim()
    made.of = thread
    return made


def test_what_another_thread_has_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    x, theirs = Claimed(), claim_of(7)
    x.owner = theirs
    monkeypatch.setattr(claims.time, "sleep", lambda _: setattr(theirs, "of", None))
    mine = claim_of(8)
    assert x.claim(mine)
    assert x.owner is mine


def test_threads_that_wait_for_each_other_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = Claimed(), Claimed()
    x.owner, y.owner = claim_of(7), claim_of(8)
    monkeypatch.setitem(claims.waiting, 7, y)
    assert not x.claim(claim_of(8))


def test_what_a_thread_had_that_has_ended_is_free() -> None:
    x, mine = Claimed(), claim_of(8)
    x.owner = claim_of(7)  # no number of a thread
    assert x.claim(mine)
    assert x.owner is mine


def test_who_claims_it_while_another_one_looks_for_ended_threads_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    x, theirs = Claimed(), claim_of(7)
    x.owner = claim_of(6)
    monkeypatch.setattr(claims.time, "sleep", lambda _: None)
    looks = []

    def runs(thread: int) -> bool:
        looks.append(x.owner)
        if len(looks) == 1:  # thread 6 is done, and 7 comes first
            x.owner = theirs
        else:
            x.owner = None
        return thread == 7

    monkeypatch.setattr(claims, "runs", runs)
    assert x.claim(claim_of(8))
    assert looks[1:] == [theirs]
    assert theirs.of == 7


def test_a_thread_runs_until_it_ends() -> None:
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        tf.constant(1.0) + 1.0
        begun.set()
        done.wait(60)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(60)
    assert claims.runs(thread.ident)
    done.set()
    thread.join()
    assert not claims.runs(thread.ident)
    tf.constant(1.0) + 1.0
    assert claims.runs(threading.get_ident())
