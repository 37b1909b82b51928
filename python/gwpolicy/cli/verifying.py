"""Certificates from files, for `verify`."""

from __future__ import annotations

import base64
import binascii
import re

import gwpolicy

_BLOCK = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL)


def read_file(path: str) -> bytes:
    """The content; a file that cannot be read ends the command."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise gwpolicy.NotFoundError(f"{path}: {error.strerror}", "NOT_FOUND") from None


def certificates_of(pem: bytes) -> list[bytes]:
    """The DER of each block. What is no base64 stays: the verification calls it malformed."""
    found = []
    for match in _BLOCK.finditer(pem):
        try:
            found.append(base64.b64decode(b"".join(match[1].split()), validate=True))
        except binascii.Error:
            found.append(match[1])
    return found
