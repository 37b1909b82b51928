"""Which handshakes to make."""

from __future__ import annotations

import datetime
import resource
from collections.abc import Callable, Sequence
from typing import Literal, Optional

import click

from gwpolicy import BackendTls, HttpCheck, _native, _probe
from gwpolicy._places import BackendName, Endpoint
from gwpolicy.cli import output, progress
from gwpolicy.cli.options import Limits, Pins


def settings(
    backends: Sequence[BackendTls],
    endpoints: Sequence[Endpoint],
    limits: Limits,
    *,
    mode: Literal["envoy", "strict"],
    system_ca: Optional[str],
    now: Optional[datetime.datetime],
    present_certificate: Literal["verified", "envoy"] = "verified",
    http: Optional[HttpCheck] = None,
) -> _probe.Settings:
    """What the flags of a command say; says which endpoints name no backend port."""
    return _probe.Settings(
        endpoints=known_endpoints(backends, endpoints),
        timeout=limits.timeout,
        phase_timeouts=limits.phase_timeouts,
        concurrency=limits.concurrency,
        rate=limits.rate,
        retries=limits.retries,
        mode=mode,
        system_ca=system_ca,
        now=now,
        present_certificate=present_certificate,
        http=http,
    )


def run(
    backends: Sequence[BackendTls],
    how: _probe.Settings,
    on_results: Optional[Callable[[_native.ProbeEntries], None]] = None,
) -> _native.ProbeEntries:
    """Makes the handshakes, and shows how far they are, unless `on_results` shows them as they
    come.
    """
    _allow_sockets(how.concurrency)
    if on_results is not None:
        return _probe.run(backends, how, on_results=on_results)
    with progress.bar("handshakes") as shown:
        return _probe.run(backends, how, shown)


def _allow_sockets(count: int) -> None:
    """As many open files as the system allows without asking, where more than a few are needed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 100
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(limit, soft), hard))


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


def pinned(backends: Sequence[BackendTls], pins: Pins) -> list[BackendTls]:
    """With these pins where they are named. A pin that nothing could break ends the command."""
    wanted: dict[BackendName, tuple[list[str], list[str]]] = {}
    for kind, given in enumerate((pins.certificate_hashes, pins.spki_pins)):
        for name, value in given:
            wanted.setdefault(name, ([], []))[kind].append(value)
    out, met = [], set()
    for one in backends:
        for name in _names(one) & wanted.keys():
            met.add(name)
            hashes, spki = wanted[name]
            one = one.with_pins(certificate_hashes=hashes, spki_pins=spki)
        out.append(one)
    for name in wanted.keys() - met:
        raise click.UsageError(f"a pin is for {name}: the input has no such backend port")
    return out


def _names(one: BackendTls) -> set[BackendName]:
    """What --endpoint may call it. The hosts of a Backend may have ports of their own."""
    ports = [one.backend.port] if one.backend.port else [port for _, port in one.endpoints]
    return {BackendName(one.backend.namespace, one.backend.name, port) for port in ports}
