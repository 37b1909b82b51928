"""The table of handshakes, a file a subject. `rows` says how a row is read."""

from __future__ import annotations

from . import (
    certificates,
    chains,
    client_certificates,
    constraints,
    names,
    policies,
    protocol,
    renegotiation,
    servers,
    trust,
)

CASES = (
    *certificates.CASES,
    *names.CASES,
    *chains.CASES,
    *constraints.CASES,
    *trust.CASES,
    *client_certificates.CASES,
    *protocol.CASES,
    *renegotiation.CASES,
    *policies.CASES,
    *servers.CASES,
)
