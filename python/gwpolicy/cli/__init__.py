"""The command line. Its flags, formats and exit statuses are a contract: scripts rely on them.

0: nothing wrong. 1: findings of level error, or a verdict "fail". 2: the call or the input could
not be used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn, Optional

import click

from gwpolicy import Error
from gwpolicy.cli import certificates, commands, handshakes, output, rotation, serving
from gwpolicy.cli.group import cli

__all__ = ["cli", "main", "run"]

# Their import is what adds the commands.
_COMMANDS = (certificates, commands, handshakes, rotation, serving)

UNUSABLE = 2


def run(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs one command and gives back its exit status; raises nothing."""
    try:
        given = None if arguments is None else list(arguments)
        status = cli.main(args=given, prog_name="gwpolicy", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        _show_click(error)
        return UNUSABLE
    except Error as error:
        output.complain(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _after_broken_pipe()
    except MemoryError:
        output.complain("out of memory")
        return UNUSABLE
    except Exception as error:  # pylint: disable=broad-exception-caught
        if os.environ.get("GWPOLICY_DEBUG"):
            raise
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        output.complain(f"internal error: {text} (GWPOLICY_DEBUG=1 shows where)")
        return UNUSABLE


def main() -> NoReturn:
    """The console script."""
    sys.exit(run())


def _show_click(error: click.ClickException) -> None:
    try:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        output.complain(error.format_message())
    except BrokenPipeError:
        _after_broken_pipe()


def _after_broken_pipe() -> int:
    """The reader went away: nothing more can be said, not even when the interpreter flushes."""
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    return 141
