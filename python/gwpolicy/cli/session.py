"""From the flags of a command to resolved input."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Optional

import gwpolicy
from gwpolicy import Engine, Finding, Loaded, _native
from gwpolicy.cli import output


class Unusable(gwpolicy.Error):
    """Ends a command with status 2; what is wrong was said already, or is the text."""


@dataclasses.dataclass(frozen=True)
class Input:
    """What the flags that all commands have say."""

    loaded: Loaded
    at: Optional[datetime.datetime]
    profile: Optional[str]
    system_ca: Optional[str]

    @property
    def unusable(self) -> bool:
        """A named path does not exist, or nothing at all could be read."""
        errors = [
            one
            for one in self.loaded.findings
            if one.level == "error" and one.code.startswith("Read/")
        ]
        return any(one.code == "Read/NotFound" for one in errors) or (
            bool(errors) and not self.loaded.objects
        )

    def engine(self) -> Engine:
        """An engine with all objects, resolved."""
        engine = Engine(profile=self.profile, now=self.at)
        for one in self.loaded.objects:
            try:
                engine.apply(one)
            except gwpolicy.InvalidArgumentError:
                continue  # without a name; `validate` says so
        engine.resolve()
        return engine


def read(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str] = None,
) -> Input:
    """Reads the manifests, and sees to it that a file of `--system-ca` can be read."""
    if system_ca is not None:
        _native.check_system_trust(system_ca)
    return Input(gwpolicy.load(files, namespace=namespace or "default"), at, profile, system_ca)


def read_for_results(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str] = None,
) -> Input:
    """The same for commands whose output has no findings: these go to standard error, and input
    that cannot be used ends all.
    """
    given = read(files, namespace, profile, at, system_ca)
    output.note_findings(one for one in in_order(given.loaded.findings) if one.level != "info")
    if given.unusable:
        raise Unusable("the input cannot be used")
    return given


def status_of_reading(given: Input) -> int:
    """1 where a part of the input was lost."""
    return int(any(one.level == "error" for one in given.loaded.findings))


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """In the order of the files, each once."""
    return _native.sorted_findings(findings)
