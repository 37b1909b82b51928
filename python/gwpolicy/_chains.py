"""What time and a new CA do to the chains that backends send."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Optional, Union

from gwpolicy import _native
from gwpolicy._native import BackendTls

_Time = Union[None, str, datetime.datetime]


def timeline(
    backends: Iterable[BackendTls],
    results: Optional[Mapping[str, Any]] = None,
    *,
    now: _Time = None,
    soon: Union[float, datetime.timedelta] = datetime.timedelta(days=30),
    system_ca: Optional[str] = None,
) -> dict[str, Any]:
    """What expires when, as `gwpolicy timeline -o json` writes it.

    results    what `probe(..., certificates=True)` gave, then or now; None for trust bundles alone
    soon       what ends within so long (or so many seconds) ends soon
    system_ca  PEM file that ``System`` stands for; else SSL_CERT_FILE, else this system's own
    """
    everything = list(backends)
    if results is None:
        entries = _native.ProbeEntries(system_ca=system_ca or "")
    else:
        entries, _ = _native.recorded_probe(results, everything, system_ca=system_ca or "")
    return entries.timeline(everything, now=now, soon=soon)


def rehearse(
    backends: Iterable[BackendTls],
    results: Mapping[str, Any],
    *,
    new_ca: Optional[bytes] = None,
    keep_old: bool = False,
    now: _Time = None,
    then: _Time = None,
    mode: Literal["envoy", "strict"] = "envoy",
    system_ca: Optional[str] = None,
) -> dict[str, Any]:
    """Whether each chain would still be accepted, as `gwpolicy rehearse -o json` writes it.

    results   what `probe(..., certificates=True)` gave
    new_ca    PEM or DER that takes the place of the CA bundle of every policy; None: only time goes
    keep_old  the old bundles stay beside it
    then      when; default now
    """
    entries, _ = _native.recorded_probe(results, backends, system_ca=system_ca or "")
    return entries.rehearsal(new_ca=new_ca, keep_old=keep_old, now=now, then=then, mode=mode)
