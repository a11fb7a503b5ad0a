"""The garbage collector, while long recordings are open."""

import gc
import threading
from typing import Any

from .weak_table import WeakTable

ROOM = 16384  # entries between two looks at how a recording grows


class Collector:
    """Keeps the garbage collector from walking long recordings again and again, which made their time superlinear.

    What a recording holds forms no cycles and is freed by reference counts, so while a long one is open everything is
    frozen each time it has grown by `ROOM` entries, and let go when the last is closed. A program that freezes objects
    itself is left alone.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()  # the collector may run at any line, and close tapes
        self.holders = WeakTable()
        self.idle = gc.get_freeze_count()

    def hold(self, recording: Any) -> bool:
        """Whether the recording may `gc.freeze()` from now on; if so, it is to `let_go`, once or more."""
        with self.lock:
            if not self.holders and gc.get_freeze_count() != self.idle:
                return False
            self.holders[recording] = True
            return True

    def let_go(self, recording: Any) -> None:
        with self.lock:
            self.holders.pop(recording)
            if not self.holders:
                gc.unfreeze()
                self.idle = gc.get_freeze_count()


collector = Collector()
