"""Addresses and backend ports as people write them. A ValueError says what is wrong with a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Union

# "NS/NAME:PORT" of a backend to "ADDR:PORT", or several, in its place.
Endpoints = Mapping[str, Union[str, Iterable[str]]]


class Address(NamedTuple):
    """Where to connect to or to listen. An IPv6 address has no brackets here."""

    host: str
    port: int


class BackendName(NamedTuple):
    """A port of a Service or of a host of a Backend."""

    namespace: str
    name: str
    port: int

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}:{self.port}"


class Endpoint(NamedTuple):
    """A backend port and what stands in for it."""

    backend: BackendName
    address: Address


def port(text: str, least: int = 1) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= 65535:
        raise ValueError(f"'{text}' is not a port from {least} to 65535")
    return int(text)


def address(text: str, least_port: int = 1) -> Address:
    """Reads "127.0.0.1:80", "[::1]:80" or "name:80"."""
    host, colon, number = text.rpartition(":")
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.%\w]+)\]", host)
    if bracketed:
        host = bracketed[1]
    elif ":" in host:
        raise ValueError(f"put the IPv6 address of '{text}' into brackets, [{host}]:{number}")
    if not colon or not host or re.search(r"[\s/=]", host):
        raise ValueError(f"'{text}' is not of the form ADDR:PORT")
    return Address(host, port(number, least_port))


def backend(text: str) -> BackendName:
    """Reads "default/nginx:8443"."""
    match = re.fullmatch(r"([^/=:\s]+)/([^/=:\s]+):([^=]*)", text)
    if not match:
        raise ValueError(f"'{text}' is not of the form NS/NAME:PORT")
    return BackendName(match[1], match[2], port(match[3]))


def endpoints(places: Endpoints) -> list[Endpoint]:
    """All pairs, in order."""
    found = []
    for name, where in places.items():
        for one in [where] if isinstance(where, str) else where:
            found.append(Endpoint(backend(name), address(one)))
    return found
