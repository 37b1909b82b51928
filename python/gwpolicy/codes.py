"""The registry of codes: every finding and every reason to fail that gwpolicy can give.

>>> from gwpolicy import codes
>>> codes.ATTACH_CONFLICTED
'Attach/Conflicted'
>>> codes.info("Trust/Expired").level
'error'

The names are a contract: none is ever renamed or used again.
"""

from __future__ import annotations

import dataclasses
import re

from gwpolicy import _native
from gwpolicy._errors import NotFoundError

__all__ = ["CodeInfo", "all", "info"]


@dataclasses.dataclass(frozen=True)
class CodeInfo:
    """One row of the registry."""

    name: str
    level: str  # the default: "error", "warning" or "info"
    cause: str
    remedy: str


_ROWS = {row[0]: CodeInfo(*row) for row in _native.all_codes()}
_CONSTANTS = {
    re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("/", "_")).upper(): name for name in _ROWS
}


def all() -> list[CodeInfo]:  # pylint: disable=redefined-builtin
    """Every code, sorted by name."""
    return list(_ROWS.values())


def info(name: str) -> CodeInfo:
    """The row of a code; NotFoundError where there is none."""
    row = _ROWS.get(name)
    if row is None:
        raise NotFoundError(f"there is no code '{name}'", "NOT_FOUND")
    return row


def __getattr__(name: str) -> str:
    """``codes.TRUST_EXPIRED`` and so on."""
    constant = _CONSTANTS.get(name)
    if constant is None:
        raise AttributeError(f"module 'gwpolicy.codes' has no attribute '{name}'")
    return constant


def __dir__() -> list[str]:
    return sorted([*__all__, *_CONSTANTS])
