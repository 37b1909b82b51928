"""The handshakes that a Gateway would make, made from here."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterable
from typing import Any, Literal, Optional, Union

from gwpolicy import _native, _places
from gwpolicy._native import BackendTls


def probe(
    backends: Iterable[BackendTls],
    *,
    endpoints: Optional[_places.Endpoints] = None,
    timeout: Union[float, datetime.timedelta] = 5.0,
    concurrency: int = 64,
    mode: Literal["envoy", "strict"] = "envoy",
    present_certificate: Literal["verified", "envoy"] = "verified",
    system_ca: Optional[str] = None,
    now: Union[None, str, datetime.datetime] = None,
    progress: Optional[Callable[[int, int], None]] = None,
) -> dict[str, Any]:
    """Tries every endpoint of ``backends`` and gives back what `gwpolicy probe -o json` writes.

    endpoints  instead of those of the input: ``{"default/nginx:8443": "127.0.0.1:8443"}``
    timeout    of one handshake, in seconds
    mode       whose verdict counts: that of a real Envoy, or that of the specifications
    present_certificate
               to whom a client certificate is shown: servers that pass in this mode, or with
               "envoy" also those that only Envoy would accept, which then have seen it
    system_ca  PEM file that ``System`` stands for; else SSL_CERT_FILE, else this system's own
    progress   called in this thread with how many of how many handshakes are done

    A handshake that fails is a result. An interrupt ends the others and is raised.
    """
    run = _native.Probe(
        backends,
        endpoints=[(*one.backend, *one.address) for one in _places.endpoints(endpoints or {})],
        timeout=timeout,
        concurrency=concurrency,
        mode=mode,
        present_certificate=present_certificate,
        system_ca=system_ca or "",
        now=now,
    )
    failure: list[BaseException] = []

    def work() -> None:
        try:
            run.run()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            failure.append(error)

    # In a thread of its own, so that this one sees interrupts and reports progress.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(0.1)
            if progress is not None and worker.is_alive():
                progress(run.done, run.total)
    except BaseException:
        run.cancel()
        worker.join(2)
        raise
    if failure:
        raise failure[0]
    if progress is not None:
        progress(run.done, run.total)
    return run.document()
