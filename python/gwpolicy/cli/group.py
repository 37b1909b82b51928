"""What all commands are made with. Importing the modules with the commands adds them to `cli`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Optional

import click

import gwpolicy
from gwpolicy.cli import output

# Shows a document to people.
Show = Callable[[output.Page, Mapping[str, Any]], None]


class Command(click.Command):
    """Keeps the line breaks of the examples in its help."""

    def make_context(
        self,
        info_name: Optional[str],
        args: list[str],
        parent: Optional[click.Context] = None,
        **extra: Any,
    ) -> click.Context:
        with output.writing():  # --help and --version do
            return super().make_context(info_name, args, parent, **extra)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        text, _, examples = inspect.cleandoc(self.help or "").partition("\n\nExamples:\n")
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in text.split("\n\n"):
                formatter.write_text(" ".join(paragraph.split()))
                formatter.write_paragraph()
        if examples:
            with formatter.section("Examples"):
                for line in examples.splitlines():
                    formatter.write(
                        f"{'':>{formatter.current_indent}}{line.strip()}\n"
                        if line.strip()
                        else "\n"
                    )


class Group(Command, click.Group):
    """Commands, and groups of them."""

    group_class = type


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 nothing wrong; 1 findings of level error, or a verdict fail; 2 the call "
    "or the input could not be used.",
)
@click.version_option(gwpolicy.__version__, prog_name="gwpolicy", message="%(prog)s %(version)s")
def cli() -> None:
    """Which TLS a Kubernetes Gateway speaks to its backends, and whether the handshake works."""


def write(form: str, document: Mapping[str, Any], table: Show) -> None:
    """To standard output: as "json" or "yaml", or for people."""
    if form != "table":
        output.write_document(document, form)
        return
    page = output.Page()
    table(page, document)
    page.show()
