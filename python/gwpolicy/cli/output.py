"""What goes to standard output and standard error, and how."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Optional, Union

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

import gwpolicy
from gwpolicy import Finding, _native

DOCUMENT_FORMATS = ("table", "json", "yaml")
LEVEL_STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan"}
# Wide enough that nothing wraps where nobody looks at a screen.
UNBOUNDED = 10_000


# A text, or a text with a style.
Cell = Union[str, tuple[str, str]]


def clean(text: str, keep: str = "\n") -> str:
    """Without characters that a terminal would act on; a manifest may hold any."""
    if text.isprintable():
        return text
    return "".join(
        c if c in keep or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else f"\\x{ord(c):02x}"
        for c in text
    )


class ReaderGone(Exception):
    """Nobody reads standard output, or standard error, any more. Not the BrokenPipeError itself, of
    which click makes an exit status of its own.
    """


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """For what writes to standard output: a reader that is gone, or any other failure, ends the
    command.
    """
    try:
        yield
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise gwpolicy.Error(f"standard output: {error.strerror}") from None


def say(text: str) -> None:
    """To standard error. Where that cannot be written there is no place to say so."""
    try:
        print(text, file=sys.stderr)
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError:
        pass


def complain(text: str) -> None:
    """One line to standard error, in the name of the command."""
    say(f"gwpolicy: {clean(text, keep='')}")


def note_findings(findings: Iterable[Finding]) -> None:
    """To standard error, a line each, as compilers do."""
    for finding in findings:
        text = f"{place(finding)}{finding.level}: {finding.code}: {finding.message}"
        say(clean(text, keep=""))


def place(finding: Finding) -> str:
    """ "file:line:column: ", as far as it is known."""
    if not finding.file:
        return ""
    name = "<stdin>" if finding.file == "-" else finding.file
    if not finding.line:
        return f"{name}: "
    return f"{name}:{finding.line}:{finding.column}: "


def write(text: str) -> None:
    """To standard output as UTF-8, whatever the locale."""
    out = sys.stdout
    if not text.endswith("\n"):
        text += "\n"
    binary: Optional[IO[bytes]] = getattr(out, "buffer", None)
    with writing():
        if binary is None:
            out.write(text)
        else:
            out.flush()
            rest = memoryview(text.encode("utf-8", "replace"))
            while rest:
                # Without a buffer (PYTHONUNBUFFERED) it may take a part and say no more of it.
                rest = rest[binary.write(rest) :]
        out.flush()


def write_document(document: Any, form: str) -> None:
    """As "json" or "yaml"."""
    write(gwpolicy.to_yaml(document) if form == "yaml" else gwpolicy.to_json(document))


def write_line(document: Any) -> None:
    """As JSON without a line break inside."""
    write(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def write_findings(form: str, found: Sequence[Finding], loaded: gwpolicy.Loaded) -> None:
    """As one of the formats of findings; some write nothing where there is none."""
    text = _native.findings_text(
        form, found, objects=len(loaded), files=loaded.files, version=gwpolicy.__version__
    )
    if text:
        write(text)


def columns() -> int:
    """How wide running text may be: COLUMNS, else the screen, else 80; neither cramped nor long."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, 40), 120)


def wants_colour() -> bool:
    """Colour is for terminals, and NO_COLOR (no-color.org) says no; FORCE_COLOR says yes."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _text(cell: Cell) -> Text:
    content, style = (cell, "") if isinstance(cell, str) else cell
    return Text(clean(content, keep=""), style=style)


class Page:
    """Text for people: gathers it, and writes it in one go."""

    def __init__(self) -> None:
        colour = wants_colour()
        self._buffer = io.StringIO()
        self._colour = colour
        self._console = Console(
            file=self._buffer,
            width=None if sys.stdout.isatty() else UNBOUNDED,
            force_terminal=colour,
            no_color=not colour,
            color_system="standard" if colour else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        if sys.stdout.isatty():
            try:
                self._console.width = os.get_terminal_size(sys.stdout.fileno()).columns
            except OSError:
                self._console.width = 100

    def line(self, *parts: Cell) -> None:
        """One line of texts, each plain or with a style."""
        # By hand: reports have hundreds of thousands of lines, and rich takes its time for each.
        self._buffer.write("".join([self._styled(part) for part in parts]) + "\n")

    def _styled(self, cell: Cell) -> str:
        if isinstance(cell, str):
            return clean(cell, keep="")
        text, style = clean(cell[0], keep=""), cell[1]
        if not self._colour:
            return text
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Columns as wide as their content; where the screen is too narrow, a line a cell."""
        cells = [[_text(cell) for cell in row] for row in rows]
        widths = [
            max([len(name), *(row[i].cell_len for row in cells)]) for i, name in enumerate(columns)
        ]
        if sum(widths) + 2 * len(widths) > self._console.width:
            self._records(columns, cells)
            return
        table = Table(
            box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0), header_style="bold"
        )
        for column in columns:
            table.add_column(column, no_wrap=True)
        for row in cells:
            table.add_row(*row)
        self._console.print(table)

    def _records(self, columns: Sequence[str], cells: Iterable[Sequence[Text]]) -> None:
        width = max(len(name) for name in columns)
        for number, row in enumerate(cells):
            if number:
                self._console.print()
            for name, cell in zip(columns, row):
                label = Text(f"{name:<{width}}  ", style="bold")
                self._console.print(Text.assemble(label, cell), soft_wrap=True)

    def show(self) -> None:
        write("\n".join(line.rstrip() for line in self._buffer.getvalue().splitlines()))
