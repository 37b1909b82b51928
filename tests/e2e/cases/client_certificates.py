"""What the Gateway shows to a server that asks for a certificate."""

from __future__ import annotations

from typing import Any

from rows import TLS13, Server, bcp, btp, fails, leaf, passes, serve

_UP_TO_13 = {"maxVersion": "1.3"}


def _asks(how: str = "required", version: str = "1.2", **options: Any) -> Server:
    """A server that asks, and that speaks no newer version than this."""
    return serve(client_certificate=how, client_ca="client_ca", max_version=version, **options)


CASES = (
    # Required, and right.
    passes("client-certificate-tls12", policy=bcp(client="client"), server=_asks()),
    passes("client-certificate-rsa", policy=bcp(client="client_rsa"), server=_asks(version="1.3")),
    passes(
        "client-certificate-tls13",
        policy=bcp(client="client", parameters={"minVersion": "1.2", "maxVersion": "1.3"}),
        server=_asks(version="1.3", min_version="1.3"),
    ),
    passes("client-certificate-ed25519", policy=bcp(client="client_ed25519"), server=_asks()),
    passes("client-certificate-with-chain", policy=bcp(client="client_below_leaf"), server=_asks()),
    passes(
        "client-certificate-without-eku", policy=bcp(client="client_without_eku"), server=_asks()
    ),
    passes(
        "client-certificate-p384-with-curve",
        policy=bcp(client="client_p384", parameters={"ecdhCurves": ["P-256", "P-384"]}),
        server=_asks(),
    ),
    # Optional, or not asked for.
    passes("client-certificate-optional", server=_asks("optional")),
    passes(
        "client-certificate-optional-tls13",
        policy=btp(options=TLS13),
        server=_asks("optional", "1.3"),
    ),
    passes(
        "client-certificate-optional-and-given",
        policy=bcp(client="client"),
        server=_asks("optional"),
    ),
    passes("client-certificate-not-asked-for", policy=bcp(client="client")),
    passes("client-certificate-of-a-stranger-not-asked-for", policy=bcp(client="client_stranger")),
    fails(
        "client-certificate-optional-and-wrong",
        "ClientCert/Untrusted",
        policy=bcp(client="client_stranger"),
        server=_asks("optional"),
    ),
    # Required, and missing.
    fails("client-certificate-missing-tls12", "ClientCert/Required", server=_asks()),
    fails(
        "client-certificate-missing-tls13",
        "ClientCert/Required",
        policy=btp(options=TLS13),
        server=_asks(version="1.3"),
    ),
    fails("client-certificate-missing-bcp", "ClientCert/Required", policy=bcp(), server=_asks()),
    # Required, and wrong.
    fails(
        "client-certificate-untrusted-tls12",
        "ClientCert/Untrusted",
        policy=bcp(client="client_stranger"),
        server=_asks(),
    ),
    fails(
        "client-certificate-untrusted-tls13",
        "ClientCert/Untrusted",
        policy=bcp(client="client_stranger", parameters=_UP_TO_13),
        server=_asks(version="1.3"),
    ),
    fails(
        "client-certificate-without-its-chain",
        "ClientCert/Untrusted",
        policy=bcp(client="client_unchained"),
        server=_asks(),
    ),
    fails(
        "client-certificate-expired",
        "ClientCert/Expired",
        policy=bcp(client="client_before"),
        server=_asks(),
    ),
    fails(
        "client-certificate-expired-tls13",
        "ClientCert/Expired",
        policy=bcp(client="client_before", parameters=_UP_TO_13),
        server=_asks(version="1.3"),
    ),
    fails(
        "client-certificate-to-come",
        "ClientCert/Rejected",
        policy=bcp(client="client_to_come"),
        server=_asks(),
    ),
    fails(
        "client-certificate-for-servers",
        "ClientCert/Rejected",
        policy=bcp(client="client_for_servers"),
        server=_asks(),
    ),
    fails(
        "client-certificate-p384",
        "Tls/PeerRejected",
        policy=bcp(client="client_p384"),
        server=_asks(),
    ),
    # A server that failed verification is not shown it.
    fails(
        "client-certificate-for-an-unknown-server",
        "Chain/UnknownIssuer",
        policy=bcp("other", client="client"),
        server=_asks(),
    ),
    fails(
        "client-certificate-for-an-expired-server",
        "Cert/Expired",
        leaf=leaf(not_before=-90, not_after=-1),
        policy=bcp(client="client", parameters=_UP_TO_13),
        server=_asks(version="1.3"),
    ),
    # Secrets that cannot be used.
    fails(
        "client-certificate-for-rsa-pss", "ClientCert/Malformed", policy=bcp(client="client_pss")
    ),
    fails(
        "bcp-key-mismatch", "ClientCert/Mismatch", policy=bcp(client="client", key_of="client_rsa")
    ),
    fails(
        "bcp-key-missing", "ClientCert/Incomplete", policy=bcp(client="client", omit=["tls.key"])
    ),
    fails(
        "bcp-certificate-missing",
        "ClientCert/Incomplete",
        policy=bcp(client="client", omit=["tls.crt"]),
    ),
)
