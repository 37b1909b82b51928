"""The handshakes that a Gateway would make, made from here."""

from __future__ import annotations

import dataclasses
import datetime
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Optional, Union

from gwpolicy import _native, _places
from gwpolicy._native import BackendTls

_Seconds = Union[float, datetime.timedelta]


@dataclasses.dataclass(frozen=True)
class Settings:
    """How handshakes are made: the keywords of `probe`, which explains them."""

    endpoints: _places.Endpoints
    timeout: _Seconds
    phase_timeouts: Mapping[str, _Seconds]
    concurrency: int
    rate: float
    retries: int
    mode: Literal["envoy", "strict"]
    system_ca: Optional[str]
    now: Union[None, str, datetime.datetime]
    present_certificate: Literal["verified", "envoy"] = "verified"


def probe(
    backends: Iterable[BackendTls],
    *,
    endpoints: Optional[_places.Endpoints] = None,
    timeout: _Seconds = 5.0,
    phase_timeouts: Optional[Mapping[str, _Seconds]] = None,
    concurrency: int = 64,
    rate: float = 0,
    retries: int = 0,
    mode: Literal["envoy", "strict"] = "envoy",
    present_certificate: Literal["verified", "envoy"] = "verified",
    system_ca: Optional[str] = None,
    now: Union[None, str, datetime.datetime] = None,
    certificates: bool = False,
    progress: Optional[Callable[[int, int], None]] = None,
) -> dict[str, Any]:
    """Tries every endpoint of ``backends`` and gives back what `gwpolicy probe -o json` writes.

    endpoints       instead of those of the input: ``{"default/nginx:8443": "127.0.0.1:8443"}``
    timeout         of one attempt, in seconds
    phase_timeouts  limits of its parts: ``{"resolve": 1, "connect": 2, "handshake": 3}``
    rate            at most so many attempts begin in a second; 0 for as many as can
    retries         so many more attempts after a failure of the network
    mode            whose verdict counts: that of a real Envoy, or that of the specifications
    present_certificate
                    to whom a client certificate is shown: servers that pass in this mode, or with
                    "envoy" also those that only Envoy would accept, which then have seen it
    system_ca       PEM file that ``System`` stands for; else SSL_CERT_FILE, else this system's own
    certificates    with the PEM of every certificate, as ``--show-certs`` writes it
    progress        called in this thread with how many of how many handshakes are done

    A handshake that fails is a result. An interrupt ends the others and is raised.
    """
    settings = Settings(
        endpoints=endpoints or {},
        timeout=timeout,
        phase_timeouts=phase_timeouts or {},
        concurrency=concurrency,
        rate=rate,
        retries=retries,
        mode=mode,
        present_certificate=present_certificate,
        system_ca=system_ca,
        now=now,
    )
    entries = run(backends, settings, progress)
    return entries.document(certificates=certificates, times=now is None)


def run(
    backends: Iterable[BackendTls],
    settings: Settings,
    progress: Optional[Callable[[int, int], None]] = None,
) -> _native.ProbeEntries:
    """The same, as what all reports are made from."""
    endpoints = _places.endpoints(settings.endpoints)
    probes = _native.Probe(
        backends,
        endpoints=[(*one.backend, *one.address) for one in endpoints],
        timeout=settings.timeout,
        phase_timeouts=dict(settings.phase_timeouts),
        concurrency=settings.concurrency,
        rate=settings.rate,
        retries=settings.retries,
        mode=settings.mode,
        present_certificate=settings.present_certificate,
        system_ca=settings.system_ca or "",
        now=settings.now,
    )
    failure: list[BaseException] = []
    finished = threading.Event()

    def work() -> None:
        try:
            probes.run()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            failure.append(error)
        finally:
            finished.set()

    # In a thread of its own, so that this one sees interrupts and reports progress. One may come as
    # soon as the thread is there, and Python must not end while it is in a handshake.
    try:
        threading.Thread(target=work, daemon=True).start()
        while not finished.wait(0.1):
            if progress is not None:
                progress(probes.done, probes.total)
    except BaseException:
        probes.cancel()
        finished.wait(2)
        raise
    if failure:
        raise failure[0]
    if progress is not None:
        progress(probes.done, probes.total)
    return probes.entries()
