"""Which two sides `diff` compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import click


def check_call(paths: Sequence[str], files: Sequence[str], to_profile: Optional[str]) -> None:
    """Two paths, or -f with another profile; a UsageError says what is missing or too much."""
    if paths and files:
        raise click.UsageError("give either OLD and NEW or -f, not both")
    if paths and len(paths) != 2:
        raise click.UsageError(f"OLD and NEW are two paths, not {len(paths)}")
    if list(paths) == ["-", "-"]:
        raise click.UsageError("standard input can be read once: OLD and NEW cannot both be -")
    if not paths and not files:
        raise click.UsageError("give OLD and NEW, or -f with --to-profile")
    if files and to_profile is None:
        raise click.UsageError("-f alone is one side: say with --to-profile what to compare it with")
