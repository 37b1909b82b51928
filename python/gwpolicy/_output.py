"""Documents as text."""

from __future__ import annotations

from typing import Any

from gwpolicy import _native
from gwpolicy._native import Object


def to_json(document: Any) -> str:
    """JSON of an Object or of what ``json.loads`` gives, indented by two blanks."""
    return _native.to_json(_plain(document))


def to_yaml(document: Any) -> str:
    """The same as YAML that every reader takes for the same values."""
    return _native.to_yaml(_plain(document))


def _plain(document: Any) -> Any:
    return document.to_dict() if isinstance(document, Object) else document
