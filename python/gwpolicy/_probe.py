"""The handshakes that a Gateway would make, made from here."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, Literal, Optional, Union

from gwpolicy import _native, _places
from gwpolicy._native import BackendTls

_Seconds = Union[float, datetime.timedelta]
_Progress = Callable[[int, int], None]
# How long to wait for a result before interrupts have their turn.
_WAIT = 0.1


@dataclasses.dataclass(frozen=True)
class HttpCheck:
    """A request that follows each handshake that passes.

    path           with the query
    method         "GET" or "HEAD"
    host           of the request; None: the SNI, else the host of the endpoint
    expect_status  the lowest and the highest status that is not a failure; None: any will do

    It is made over HTTP/2 where ALPN chose that, else over HTTP/1.1. At most 64 KiB of a body are
    read.
    """

    path: str = "/"
    method: Literal["GET", "HEAD"] = "GET"
    host: Optional[str] = None
    expect_status: Optional[tuple[int, int]] = None


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
    http: Optional[HttpCheck] = None


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
    http: Optional[HttpCheck] = None,
    certificates: bool = False,
    progress: Optional[_Progress] = None,
) -> dict[str, Any]:
    """Tries every endpoint of ``backends`` and gives back what `gwpolicy probe -o json` writes.

    endpoints       instead of those of the input: ``{"default/nginx:8443": "127.0.0.1:8443"}``
    timeout         of one attempt, in seconds
    phase_timeouts  limits of its parts: ``{"resolve": 1, "connect": 2, "handshake": 3}``, and of the
                    request behind it, "http", which may else take as long as the whole attempt
    rate            at most so many attempts begin in a second; 0 for as many as can
    retries         so many more attempts after a failure of the network
    mode            whose verdict counts: that of a real Envoy, or that of the specifications
    present_certificate
                    to whom a client certificate is shown: servers that pass in this mode, or with
                    "envoy" also those that only Envoy would accept, which then have seen it
    system_ca       PEM file that ``System`` stands for; else SSL_CERT_FILE, else this system's own
    http            a request that follows each handshake that passes; the verdict is on both
    certificates    with the PEM of every certificate, as ``--show-certs`` writes it
    progress        called in this thread with how many of how many handshakes are done

    A handshake that fails is a result. An interrupt, or what `progress` raises, ends the others and
    is raised. `probe_iter` gives the results as they come.
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
        http=http,
    )
    entries = run(backends, settings, progress)
    return entries.document(certificates=certificates, times=now is None)


def probe_iter(
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
    http: Optional[HttpCheck] = None,
    certificates: bool = False,
) -> Iterator[dict[str, Any]]:
    """The same, but gives each member of ``results`` as soon as it is known.

        for result in gwpolicy.probe_iter(engine.backends()):
            if result["verdict"] == "fail":
                break

    The keywords are those of `probe`. What needs no handshake comes first; else the order is that
    in which servers answer, and no two runs need have the same. The handshakes begin with the first
    ``next``, go on between two of them, and end when the iterator is closed or let go of, also by
    an exception in the body of the loop.
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
        http=http,
    )
    probes = _make(backends, settings)

    def results() -> Iterator[dict[str, Any]]:
        with contextlib.closing(_as_they_come(probes, None)) as parts:
            for part in parts:
                yield from part.document(certificates=certificates, times=now is None)["results"]

    return results()


def run(
    backends: Iterable[BackendTls],
    settings: Settings,
    progress: Optional[_Progress] = None,
    on_results: Optional[Callable[[_native.ProbeEntries], None]] = None,
) -> _native.ProbeEntries:
    """All results in the order of the backends, as what all reports are made from. `on_results` is
    called in this thread with those that are new.
    """
    probes = _make(backends, settings)
    with contextlib.closing(_as_they_come(probes, progress)) as parts:
        for part in parts:
            if on_results is not None:
                on_results(part)
    return probes.entries()


def _make(backends: Iterable[BackendTls], settings: Settings) -> _native.Probe:
    endpoints = _places.endpoints(settings.endpoints)
    http = settings.http
    return _native.Probe(
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
        http=None
        if http is None
        else (http.method, http.path, http.host or "", *(http.expect_status or (100, 999))),
    )


def _as_they_come(
    probes: _native.Probe, progress: Optional[_Progress]
) -> Generator[_native.ProbeEntries, None, None]:
    """Makes the handshakes and gives what is new, again and again. To close it ends them."""
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
    worker = threading.Thread(target=work, daemon=True)
    try:
        worker.start()
        alive = True
        while alive:
            alive = not finished.is_set()  # asked first: what came before its end is taken below
            new = probes.take(_WAIT)
            if progress is not None:
                progress(probes.done, probes.total)
            if len(new) > 0:
                yield new
    finally:
        probes.cancel()
        if finished.wait(2):
            worker.join()
    if failure:
        raise failure[0]
