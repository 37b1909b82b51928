"""How far a command is, for those who look at a screen."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gwpolicy.cli import output

# Is told how many of how many are done.
Shown = Callable[[int, int], None]


@contextlib.contextmanager
def bar(noun: str) -> Iterator[Shown]:
    """Shows how many of how many are done, on standard error where that is a terminal, and takes
    it away again. Until it is told a number it shows that something goes on.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    progress = Progress(
        TextColumn(noun),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=not output.wants_colour()),
        transient=True,
        redirect_stdout=False,
    )
    with progress:
        task = progress.add_task(noun, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
