"""Commands that go on until somebody ends them."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import Any, Optional

import gwpolicy
from gwpolicy.cli import output
from gwpolicy.cli.ending import on_end

_CLEAR = "\x1b[2J\x1b[H"


def repeat(
    one_round: Callable[[], int], interval: float, rounds: Optional[int], *, titled: bool
) -> int:
    """Runs rounds that begin `interval` seconds after the end of the last one, until there were
    `rounds` of them or somebody says that it is enough. Gives the status of the last whole round,
    and 130 where there was none.
    """
    status: Optional[int] = None
    number = 0
    with _ends() as end, contextlib.suppress(KeyboardInterrupt):
        while not end.asked_for:
            number += 1
            if titled:
                _title(number)
            status = one_round()
            if number == rounds:
                break
            time.sleep(interval)
    return 130 if status is None else status


def _title(number: int) -> None:
    """Above each round; on a terminal the last one is wiped away."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    wipe = _CLEAR if sys.stdout.isatty() and os.environ.get("TERM") != "dumb" else ""
    gap = "" if wipe or number == 1 else "\n"
    output.write(f"{wipe}{gap}round {number} at {now}")


class _End:
    """Whether somebody has asked for it. That is raised as well, but Python drops what is raised in
    a finalizer or a callback of its own.
    """

    asked_for = False

    def on_signal(self, number: int, frame: Optional[types.FrameType]) -> None:
        self.asked_for = True
        signal.default_int_handler(number, frame)


@contextlib.contextmanager
def _ends() -> Iterator[_End]:
    end = _End()
    if threading.current_thread() is not threading.main_thread():
        yield end
        return
    with on_end(end.on_signal):
        yield end


def write_one(document: Any, form: str) -> None:
    """One of many documents: a line of JSON, or a document of a YAML stream."""
    if form == "json":
        output.write_line(document)
    else:
        output.write("---\n" + gwpolicy.to_yaml(document))


def replace_file(path: str, text: str) -> None:
    """Readers see the old content or the new one, never a part."""
    folder, name = os.path.split(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise gwpolicy.Error(f"{path}: {error.strerror}") from None
