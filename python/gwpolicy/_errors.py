"""The exceptions that the package raises. Faults of the input are findings, never these."""

from __future__ import annotations

__all__ = [
    "Error",
    "FailedPreconditionError",
    "InvalidArgumentError",
    "NotFoundError",
    "UnimplementedError",
]


class Error(Exception):
    """A call that could not be done. ``code`` names its status: ``NOT_FOUND`` and so on."""

    def __init__(self, message: str, code: str = "UNKNOWN") -> None:
        super().__init__(message)
        self.code = code


class InvalidArgumentError(Error, ValueError):
    """An argument has a value that the call does not take."""


class NotFoundError(Error, LookupError):
    """What the call names does not exist."""


class FailedPreconditionError(Error):
    """Something that the call needs is not as it should be."""


class UnimplementedError(Error):
    """The library cannot do that yet."""


for _class in (
    Error,
    InvalidArgumentError,
    NotFoundError,
    FailedPreconditionError,
    UnimplementedError,
):
    _class.__module__ = "gwpolicy"
