"""What ends a command that goes on until somebody says that it is enough."""

from __future__ import annotations

import contextlib
import signal
import types
from collections.abc import Callable, Iterator
from typing import Optional


@contextlib.contextmanager
def on_end(handler: Callable[[int, Optional[types.FrameType]], None]) -> Iterator[None]:
    """Meanwhile `handler` gets SIGINT, and SIGTERM, which ends a container. Main thread only."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handler) for number in numbers]
    try:
        yield
    finally:
        for number, earlier in zip(numbers, before):
            signal.signal(number, earlier)
