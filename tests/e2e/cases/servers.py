"""Servers of every make: other TLS libraries, and such as speak no TLS, or not for long."""

from __future__ import annotations

from typing import Any

from rows import NOBODY, TLS13, Case, Server, bcp, btp, fails, hostile, leaf, passes, serve

_EXPIRED = leaf(not_before=-90, not_after=-1)
_UP_TO_13 = {"maxVersion": "1.3"}
# A cipher that Envoy offers and one that it does not, as each server names them.
_CIPHERS = {
    "nginx": ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"),
    "go": ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    "java": ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
}


def _on(kind: str) -> list[Case]:
    """What every proper server is asked."""

    def server(**options: Any) -> Server:
        return serve(kind, **options)

    def asks(version: str = "1.2") -> Server:
        return server(client_certificate="required", client_ca="client_ca", max_version=version)

    offered, other = _CIPHERS[kind]
    return [
        passes(f"{kind}-good", server=server()),
        passes(f"{kind}-rsa", leaf=leaf(key="rsa2048"), server=server()),
        passes(f"{kind}-tls13", policy=btp(options=TLS13), server=server(min_version="1.3")),
        passes(f"{kind}-intermediate", leaf=leaf("intermediate"), server=server()),
        fails(
            f"{kind}-missing-intermediate",
            "Chain/UnknownIssuer",
            leaf=leaf("intermediate", sends=[]),
            server=server(),
        ),
        fails(f"{kind}-unknown-ca", "Chain/UnknownIssuer", policy=btp("other"), server=server()),
        fails(f"{kind}-expired", "Cert/Expired", leaf=_EXPIRED, server=server()),
        fails(
            f"{kind}-expired-tls13",
            "Cert/Expired",
            leaf=_EXPIRED,
            policy=btp(options=TLS13),
            server=server(min_version="1.3"),
        ),
        fails(
            f"{kind}-wrong-host", "Name/Mismatch", policy=btp(hostname="x.test"), server=server()
        ),
        fails(f"{kind}-wants-tls13", "Tls/Version", server=server(min_version="1.3")),
        fails(
            f"{kind}-stuck-at-tls12",
            "Tls/Version",
            policy=btp(options={"min-tls-version": "1.3"}),
            server=server(max_version="1.2"),
        ),
        passes(f"{kind}-cipher", server=server(ciphers=offered, max_version="1.2")),
        fails(
            f"{kind}-other-cipher",
            "Tls/NoOverlap",
            server=server(ciphers=other, max_version="1.2"),
        ),
        passes(f"{kind}-sni-selects", server=server(default="other")),
        fails(
            f"{kind}-sni-selects-another",
            "Chain/UnknownIssuer",
            policy=bcp(sni="x.case.test"),
            server=server(default="other"),
        ),
        passes(f"{kind}-client-certificate", policy=bcp(client="client"), server=asks()),
        passes(
            f"{kind}-client-certificate-tls13",
            policy=bcp(client="client", parameters=_UP_TO_13),
            server=asks("1.3"),
        ),
    ]


def _strict_about_clients(kind: str, untrusted: str) -> list[Case]:
    """What crypto/tls and JSSE refuse in the handshake, and NGINX by an answer of its own."""

    def asks(version: str = "1.2") -> Server:
        return serve(
            kind, client_certificate="required", client_ca="client_ca", max_version=version
        )

    return [
        fails(f"{kind}-client-certificate-missing", "ClientCert/Required", server=asks()),
        fails(
            f"{kind}-client-certificate-missing-tls13",
            "ClientCert/Required",
            policy=btp(options=TLS13),
            server=asks("1.3"),
        ),
        fails(
            f"{kind}-client-certificate-untrusted",
            untrusted,
            policy=bcp(client="client_stranger"),
            server=asks(),
        ),
        fails(
            f"{kind}-alpn-mismatch",
            "Tls/AlpnRejected",
            policy=bcp(alpnProtocols=["http/1.1"]),
            server=serve(kind, alpn=["spdy/3"]),
        ),
        passes(
            f"{kind}-alpn",
            policy=bcp(alpnProtocols=["http/1.1"]),
            server=serve(kind, alpn=["h2", "http/1.1"]),
        ),
    ]


_NGINX_ASKS = serve("nginx", client_certificate="required", client_ca="client_ca")

CASES = (
    *_on("nginx"),
    # NGINX completes the handshake and answers 400 itself.
    passes("nginx-client-certificate-missing", status=400, server=_NGINX_ASKS),
    passes(
        "nginx-client-certificate-untrusted",
        status=400,
        policy=bcp(client="client_stranger"),
        server=_NGINX_ASKS,
    ),
    fails(
        "nginx-rejects-sni",
        "Tls/SniRejected",
        policy=bcp(sni="x.case.test"),
        server=serve("nginx", default="ca", reject_unknown_sni=True),
    ),
    fails(
        "nginx-alpn-mismatch",
        "Tls/AlpnRejected",
        policy=bcp(alpnProtocols=["spdy/3"]),
        server=serve("nginx"),
    ),
    fails(
        "nginx-other-group",
        "Tls/NoOverlap",
        leaf=leaf(key="rsa2048"),
        server=serve("nginx", group="secp384r1", max_version="1.2"),
    ),
    passes("nginx-proxy-v1", policy=bcp(proxy="V1"), server=serve("nginx", proxy_protocol=True)),
    passes("nginx-proxy-v2", policy=bcp(proxy="V2"), server=serve("nginx", proxy_protocol=True)),
    fails("nginx-proxy-header-missing", "Net/Reset", server=serve("nginx", proxy_protocol=True)),
    fails("nginx-proxy-unexpected", "Tls/NotTls", policy=bcp(proxy="V1"), server=serve("nginx")),
    *_on("go"),
    *_strict_about_clients("go", untrusted="ClientCert/Untrusted"),
    fails(
        "go-rejects-sni",
        "Tls/SniRejected",
        policy=bcp(sni="x.case.test"),
        server=serve("go", default="ca", reject_unknown_sni=True),
    ),
    fails(
        "go-other-group",
        "Tls/NoOverlap",
        leaf=leaf(key="rsa2048"),
        server=serve("go", group="P-384", max_version="1.2"),
    ),
    *_on("java"),
    *_strict_about_clients("java", untrusted="ClientCert/Rejected"),
    fails(
        "java-rejects-sni",
        "Tls/SniRejected",
        policy=bcp(sni="x.case.test"),
        server=serve("java", default="ca", reject_unknown_sni=True),
    ),
    # No TLS, or not for long.
    fails("nobody-listens", "Net/Refused", server=NOBODY),
    fails("plaintext-server", "Tls/NotTls", server=hostile("plaintext")),
    fails("garbage-server", "Tls/NotTls", server=hostile("garbage")),
    fails("closing-server", "Net/Closed", server=hostile("close")),
    fails("resetting-server", "Net/Reset", server=hostile("reset")),
    fails("silent-server", "Net/Timeout", server=hostile("hang")),
    fails("slow-drip", "Net/Timeout", server=hostile("slow-drip")),
    fails("hang-after-server-hello", "Net/Timeout", server=hostile("hang-after-server-hello")),
    fails("truncated-record", "Net/Closed", server=hostile("truncated-record")),
    fails("truncated-chain", "Net/Closed", server=hostile("truncated-chain")),
    fails("close-before-finished", "Net/Closed", server=hostile("close-before-finished")),
    fails("close-notify", "Net/Closed", server=hostile("close-notify")),
    fails("reset-after-client-hello", "Net/Reset", server=hostile("reset-after-client-hello")),
    fails("reset-after-server-hello", "Net/Reset", server=hostile("reset-after-server-hello")),
    fails("reset-after-certificate", "Net/Reset", server=hostile("reset-after-certificate")),
    fails("reset-before-finished", "Net/Reset", server=hostile("reset-before-finished")),
    fails("wrong-record-version", "Tls/NotTls", server=hostile("wrong-record-version")),
    fails("oversized-record", "Tls/Protocol", server=hostile("oversized-record")),
    fails("unoffered-version", "Tls/Version", server=hostile("unoffered-version")),
    fails("unoffered-cipher", "Tls/Protocol", server=hostile("unoffered-cipher")),
    fails("unasked-extension", "Tls/Protocol", server=hostile("unasked-extension")),
    fails("no-certificate-message", "Tls/Protocol", server=hostile("no-certificate-message")),
    fails("empty-chain", "Tls/Protocol", server=hostile("empty-chain")),
    fails("malformed-certificate", "Cert/Malformed", server=hostile("malformed-certificate")),
    fails("huge-chain", "Tls/ChainTooLarge", server=hostile("huge-chain")),
    fails("server-key-mismatch", "Tls/ServerKeyMismatch", server=hostile("server-key-mismatch")),
    fails("alpn-refused", "Tls/AlpnRejected", server=hostile("alpn-mismatch")),
    fails("internal-error", "Tls/PeerRejected", server=hostile("internal-error")),
    fails("warning-flood", "Tls/Flood", server=hostile("warning-flood")),
    fails("empty-record-flood", "Tls/Flood", server=hostile("empty-record-flood")),
    fails("hello-request-flood", "Tls/Protocol", server=hostile("hello-request-flood")),
    fails(
        "hostile-and-wrong-host",
        "Name/Mismatch",
        policy=btp(hostname="x.test"),
        server=hostile("close-before-finished"),
    ),
)
