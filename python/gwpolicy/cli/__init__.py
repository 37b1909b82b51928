"""The command line. Its flags, formats and exit statuses are a contract: scripts rely on them.

0: nothing wrong. 1: findings of level error, or a verdict "fail". 2: the call or the input could
not be used, or the output not be written. 130: interrupted. 141: who read the output went away.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn, Optional

import click

from gwpolicy import Error
from gwpolicy.cli import certificates, commands, handshakes, output, rotation, serving, streams
from gwpolicy.cli.group import cli

__all__ = ["cli", "main", "run"]

# Their import is what adds the commands.
_COMMANDS = (certificates, commands, handshakes, rotation, serving)

UNUSABLE = 2
INTERRUPTED = 128 + signal.SIGINT
# What a shell sees of tools that SIGPIPE ends. The signal itself, which Python ignores, would also
# end the command where a server closes a connection.
READER_GONE = 128 + signal.SIGPIPE


def run(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs one command and gives back its exit status; raises nothing."""
    try:
        return _run(arguments)
    except output.ReaderGone:
        return READER_GONE


def main() -> NoReturn:
    """The console script."""
    streams.stand_in_for_closed()
    status = run()
    streams.drop_unwritten()
    sys.exit(status)


def _run(arguments: Optional[Sequence[str]]) -> int:
    try:
        given = None if arguments is None else list(arguments)
        status = cli.main(args=given, prog_name="gwpolicy", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            output.say(error.ctx.get_usage())
        output.complain(error.format_message())
        return UNUSABLE
    except Error as error:
        output.complain(str(error))
        return UNUSABLE
    except output.ReaderGone:
        raise
    except MemoryError:
        output.complain("out of memory")
        return UNUSABLE
    except Exception as error:  # pylint: disable=broad-exception-caught
        if os.environ.get("GWPOLICY_DEBUG"):
            raise
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        output.complain(f"internal error: {text} (GWPOLICY_DEBUG=1 shows where)")
        return UNUSABLE
