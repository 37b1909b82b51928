"""Versions, ciphers, groups, signature algorithms, ALPN, SNI and the PROXY protocol."""

from __future__ import annotations

from typing import Any

from rows import TLS13, Policy, bcp, btp, fails, leaf, passes, serve

_OLD: dict[str, Any] = {"security_level": 0}


def _parameters(**parameters: Any) -> Policy:
    return bcp(parameters=parameters)


_TO_11 = _parameters(minVersion="1.0", maxVersion="1.1", cipherSuites=["ECDHE-ECDSA-AES128-SHA"])

CASES = (
    # Versions.
    passes("tls13-allowed", policy=btp(options=TLS13), server=serve(min_version="1.3")),
    passes("tls13-minimum-alone", policy=btp(options={"min-tls-version": "1.3"})),
    passes(
        "tls13-allowed-and-tls12-served", policy=btp(options=TLS13), server=serve(max_version="1.2")
    ),
    fails("server-wants-tls13", "Tls/Version", server=serve(min_version="1.3")),
    # OpenSSL says handshake_failure where it means the version.
    fails(
        "server-stuck-at-tls11",
        "Tls/NoOverlap",
        server=serve(min_version="1.1", max_version="1.1", **_OLD),
    ),
    fails(
        "server-stuck-at-tls10",
        "Tls/NoOverlap",
        server=serve(min_version="1.0", max_version="1.0", **_OLD),
    ),
    passes(
        "policy-and-server-at-tls11",
        policy=_TO_11,
        server=serve(min_version="1.0", max_version="1.1", **_OLD),
    ),
    fails("policy-stuck-at-tls11", "Tls/Version", policy=_TO_11),
    fails(
        "policy-wants-tls13",
        "Tls/Version",
        policy=btp(options={"min-tls-version": "1.3"}),
        server=serve(max_version="1.2"),
    ),
    fails("bcp-minimum-above-maximum", "Config/VersionRange", policy=_parameters(minVersion="1.3")),
    fails(
        "no-cipher-for-the-version",
        "Config/Ciphers",
        policy=_parameters(minVersion="1.0", maxVersion="1.1"),
    ),
    # Ciphers.
    passes("cipher-in-common", policy=_parameters(cipherSuites=["ECDHE-ECDSA-AES256-GCM-SHA384"])),
    fails(
        "no-cipher-in-common",
        "Tls/NoOverlap",
        policy=_parameters(cipherSuites=["ECDHE-RSA-AES128-GCM-SHA256"]),
    ),
    fails(
        "server-with-another-cipher",
        "Tls/NoOverlap",
        server=serve(ciphers="ECDHE-ECDSA-AES128-SHA256", max_version="1.2"),
    ),
    passes(
        "static-rsa-where-the-policy-names-it",
        leaf=leaf(key="rsa2048", key_usage=["keyEncipherment"]),
        policy=_parameters(cipherSuites=["AES128-GCM-SHA256"]),
        server=serve(max_version="1.2"),
    ),
    fails(
        "static-rsa-without-encipherment",
        "Cert/KeyUsage",
        leaf=leaf(key="rsa2048", key_usage=["digitalSignature"]),
        policy=_parameters(cipherSuites=["AES128-GCM-SHA256"]),
        server=serve(max_version="1.2"),
    ),
    fails("unknown-cipher", "Config/Ciphers", policy=_parameters(cipherSuites=["NO-SUCH-CIPHER"])),
    # Groups.
    passes("group-in-common", server=serve(group="prime256v1")),
    fails(
        "group-of-the-server-alone",
        "Tls/NoOverlap",
        leaf=leaf(key="rsa2048"),
        server=serve(group="secp384r1"),
    ),
    passes(
        "group-that-the-policy-adds",
        leaf=leaf(key="rsa2048"),
        policy=btp(options={"ecdh-curves": "P-256,P-384"}),
        server=serve(group="secp384r1"),
    ),
    fails(
        "group-of-the-server-alone-tls13",
        "Tls/NoOverlap",
        policy=btp(options=TLS13),
        server=serve(group="secp384r1", min_version="1.3"),
    ),
    fails(
        "group-of-the-policy-alone",
        "Tls/NoOverlap",
        leaf=leaf(key="rsa2048"),
        policy=_parameters(ecdhCurves=["X25519"]),
        server=serve(group="prime256v1"),
    ),
    fails("unknown-group", "Config/Groups", policy=_parameters(ecdhCurves=["P-1"])),
    # Signature algorithms.
    passes(
        "algorithm-in-common", policy=_parameters(signatureAlgorithms=["ecdsa_secp256r1_sha256"])
    ),
    fails(
        "algorithm-for-another-key",
        "Tls/NoOverlap",
        policy=_parameters(signatureAlgorithms=["rsa_pss_rsae_sha256"]),
    ),
    fails(
        "unknown-algorithm",
        "Config/SignatureAlgorithms",
        policy=_parameters(signatureAlgorithms=["rsa_md5"]),
    ),
    # ALPN.
    passes("bcp-alpn", policy=bcp(alpnProtocols=["http/1.1"]), server=serve(alpn=["http/1.1"])),
    passes("alpn-of-the-server-alone", server=serve(alpn=["http/1.1"])),
    passes("alpn-of-the-policy-alone", policy=bcp(alpnProtocols=["http/1.1"])),
    # OpenSSL goes on without a protocol, as Python asks it to.
    passes("alpn-mismatch", policy=bcp(alpnProtocols=["http/1.1"]), server=serve(alpn=["h2"])),
    # SNI.
    passes("sni-selects-certificate", server=serve(default="other")),
    passes(
        "sni-of-the-policy-in-capitals",
        policy=bcp(sni="SNI-OF-THE-POLICY-IN-CAPITALS.case.test"),
        server=serve(default="other"),
    ),
    fails(
        "sni-missing", "Chain/UnknownIssuer", policy=bcp(sni=None), server=serve(default="other")
    ),
    fails(
        "sni-of-another-host",
        "Chain/UnknownIssuer",
        policy=bcp(sni="x.case.test"),
        server=serve(default="other"),
    ),
    passes("sni-with-dot", policy=bcp(sni="{host}.")),
    fails(
        "server-rejects-sni",
        "Tls/SniRejected",
        policy=bcp(sni="unknown.case.test"),
        server=serve(default="ca", reject_unknown_sni=True),
    ),
    fails(
        "server-rejects-missing-sni",
        "Tls/SniRejected",
        policy=bcp(sni=None),
        server=serve(default="ca", reject_unknown_sni=True),
    ),
    # The PROXY protocol.
    passes("proxy-v1", policy=bcp(proxy="V1"), server=serve(proxy_protocol=True)),
    passes("proxy-v2", policy=bcp(proxy="V2"), server=serve(proxy_protocol=True)),
    fails("proxy-header-missing", "Net/Closed", server=serve(proxy_protocol=True)),
    fails("proxy-v1-unexpected", "Net/Closed", policy=bcp(proxy="V1")),
    fails("proxy-v2-unexpected", "Net/Closed", policy=bcp(proxy="V2")),
    fails(
        "proxy-and-expired-leaf",
        "Cert/Expired",
        leaf=leaf(not_before=-90, not_after=-1),
        policy=bcp(proxy="V2"),
        server=serve(proxy_protocol=True),
    ),
    # Session tickets.
    passes("no-tickets", policy=btp(options=TLS13), server=serve(tickets=0)),
    passes("many-tickets", policy=btp(options=TLS13), server=serve(tickets=500)),
)
