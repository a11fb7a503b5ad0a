"""What is to happen when something is dropped, `ending`: of an interrupt that lands in it nothing is lost."""

import ctypes
import functools
import threading
import weakref
from collections.abc import Callable, Generator


class _Token:
    """Something that can end."""

    __slots__ = ("__weakref__",)


class _Again(weakref.ref[_Token]):
    _as_parameter_ = 0  # it is passed to a function in C that takes no such argument


_again: list[_Again] = []


def ending(end: Callable[[], None]) -> Generator[None]:
    """Calls `end` when what is returned is dropped or closed.

    Python forgets exceptions in a `__del__`, and so interrupts too, of which one may come before its first line. A
    generator that is closed goes on inside its `try`. What comes in there calls `end` again, from the beginning, and is
    raised when the generator is gone, in what the program does next.
    """
    made = _until_closed(end)
    next(made)
    return made


def _until_closed(end: Callable[[], None]) -> Generator[None]:
    try:
        yield
    finally:
        tokens = []
        try:
            try:
                end()
            except BaseException as error:
                tokens.append(_raised_at_the_end_of(error))
                end()
        except BaseException as error:
            tokens.append(_raised_at_the_end_of(error))
            end()


def _raised_at_the_end_of(error: BaseException) -> _Token:
    """Something at whose end an error such as this one is raised in this thread, by nothing that is Python code."""
    token = _Token()
    raise_ = ctypes.pythonapi.PyThreadState_SetAsyncExc
    thread, kind = ctypes.c_ulong(threading.get_ident()), ctypes.py_object(type(error))
    _again[:] = [_Again(token, functools.partial(raise_, thread, kind))]
    return token
