"""Standard input, output and error of the process, where they are closed or cannot be written."""

from __future__ import annotations

import contextlib
import os
import sys


def stand_in_for_closed() -> None:
    """Opens streams that the caller has closed (`>&-`): Python has None for them, and the next
    file or socket would get their number. Input and output fail when they are used, as closed ones
    do; what is said on standard error is lost.
    """
    # In the order of their numbers, of which the lowest that is free is taken. The null device
    # opened for the other direction gives the error of a closed stream.
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_WRONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")


def drop_unwritten() -> None:
    """Text that a stream did not take is lost: the interpreter, which tries again at its end,
    would make another exit status of that.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, stream.fileno())
                os.close(null)
