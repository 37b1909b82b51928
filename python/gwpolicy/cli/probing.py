"""Which handshakes to make."""

from __future__ import annotations

from collections.abc import Sequence

from gwpolicy import BackendTls
from gwpolicy._places import BackendName, Endpoint
from gwpolicy.cli import output


def known_endpoints(
    backends: Sequence[BackendTls], endpoints: Sequence[Endpoint]
) -> dict[str, list[str]]:
    """Those that name a backend port of the input, for the library; says which do not."""
    names = {name for one in backends for name in _names(one)}
    known: dict[str, list[str]] = {}
    for backend, (host, port) in endpoints:
        if backend in names:
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            known.setdefault(str(backend), []).append(place)
        else:
            output.complain(f"--endpoint {backend}: the input has no such backend port")
    return known


def chosen(backends: Sequence[BackendTls], endpoints: Sequence[Endpoint]) -> list[BackendTls]:
    """Those that a Gateway reaches or that an endpoint names; all of them where that is none."""
    named = {one.backend for one in endpoints}
    some = [one for one in backends if one.gateway is not None or named & _names(one)]
    return some or list(backends)


def _names(one: BackendTls) -> set[BackendName]:
    """What --endpoint may call it. The hosts of a Backend may have ports of their own."""
    ports = [one.backend.port] if one.backend.port else [port for _, port in one.endpoints]
    return {BackendName(one.backend.namespace, one.backend.name, port) for port in ports}
