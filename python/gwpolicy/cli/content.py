"""Files whose content is not manifests."""

from __future__ import annotations

import gwpolicy
from gwpolicy._input import standard_input


def read(path: str) -> bytes:
    """The content, of standard input for `-`; a file that cannot be read ends the command."""
    if path == "-":
        return standard_input()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise gwpolicy.NotFoundError(f"{path}: {error.strerror}", "NOT_FOUND") from None
