"""Files whose content is not manifests."""

from __future__ import annotations

import json
import sys
from typing import Any

import gwpolicy


def read(path: str) -> bytes:
    """The content, of standard input for `-`; a file that cannot be read ends the command."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise gwpolicy.NotFoundError(f"{path}: {error.strerror}", "NOT_FOUND") from None


def read_json(path: str) -> Any:
    """The same as JSON."""
    try:
        return json.loads(read(path))
    except ValueError as error:
        raise gwpolicy.InvalidArgumentError(
            f"{path} is no JSON: {error}", "INVALID_ARGUMENT"
        ) from None
