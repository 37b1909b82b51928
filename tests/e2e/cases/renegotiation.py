"""Servers that ask for another handshake on the same connection, below TLS 1.3."""

from __future__ import annotations

from rows import bcp, fails, passes, renegotiates

_FOR_CERTIFICATE = renegotiates("R", client_ca="client_ca")

CASES = (
    passes("renegotiation-allowed", policy=bcp(allowRenegotiation=True), server=renegotiates()),
    passes(
        "renegotiation-allowed-three-times",
        policy=bcp(allowRenegotiation=True),
        server=renegotiates(times=3),
    ),
    passes(
        "renegotiation-for-a-certificate",
        policy=bcp(allowRenegotiation=True, client="client"),
        server=_FOR_CERTIFICATE,
    ),
    passes(
        "renegotiation-for-a-certificate-that-we-lack",
        policy=bcp(allowRenegotiation=True),
        server=_FOR_CERTIFICATE,
    ),
    fails("renegotiation-refused", "Tls/Renegotiation", policy=bcp(), server=renegotiates()),
    fails("renegotiation-refused-by-btp", "Tls/Renegotiation", server=renegotiates()),
    fails(
        "renegotiation-refused-for-a-certificate",
        "Tls/Renegotiation",
        policy=bcp(client="client"),
        server=_FOR_CERTIFICATE,
    ),
    passes("renegotiation-never-asked-for", policy=bcp(), server=renegotiates(times=0)),
)
