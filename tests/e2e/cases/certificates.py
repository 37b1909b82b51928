"""The server's own certificate: dates, usages, keys, signatures."""

from __future__ import annotations

from rows import (
    TLS13,
    bcp,
    btp,
    certificate_hash,
    fails,
    hostile,
    leaf,
    passes,
    serve,
    spki,
)

_WEAK = serve(security_level=0)
_CARELESS = hostile("close-before-finished")
_OTHER_HASH = "00" * 32
_OTHER_SPKI = "A" * 43 + "="
_P521 = {"ecdh-curves": "P-256,P-521", "signature-algorithms": "ecdsa_secp521r1_sha512"}

CASES = (
    passes("plain-case"),
    # Dates.
    passes("ends-within-the-hour", leaf=leaf(not_after=0.04)),
    passes("began-a-minute-ago", leaf=leaf(not_before=-0.0007)),
    passes("valid-for-a-century", leaf=leaf(not_before=-18000, not_after=18000)),
    fails("expired-leaf", "Cert/Expired", leaf=leaf(not_before=-90, not_after=-1)),
    fails("expired-a-minute-ago", "Cert/Expired", leaf=leaf(not_after=-0.0007)),
    fails("leaf-to-come", "Cert/NotYetValid", leaf=leaf(not_before=1, not_after=90)),
    fails("leaf-of-tomorrow-yesterday", "Cert/NotYetValid", leaf=leaf(not_before=1, not_after=1)),
    # Which reason wins.
    fails(
        "expired-and-unknown-ca",
        "Chain/UnknownIssuer",
        leaf=leaf("other", not_before=-90, not_after=-1),
    ),
    fails(
        "expired-and-for-clients",
        "Cert/Purpose",
        leaf=leaf(not_before=-90, not_after=-1, ekus=["clientAuth"]),
    ),
    fails(
        "expired-and-wrong-host",
        "Cert/Expired",
        leaf=leaf(dns=["elsewhere.test"], not_before=-90, not_after=-1),
    ),
    # Usages.
    passes("no-eku", leaf=leaf(ekus=None)),
    passes("server-and-client-eku", leaf=leaf(ekus=["clientAuth", "serverAuth"])),
    passes("server-and-any-eku", leaf=leaf(ekus=["any", "serverAuth"])),
    fails("client-eku", "Cert/Purpose", leaf=leaf(ekus=["clientAuth"])),
    fails("any-eku", "Cert/Purpose", leaf=leaf(ekus=["any"])),
    passes("no-key-usage", leaf=leaf(key_usage=None)),
    passes(
        "key-usage-of-both-kinds",
        leaf=leaf(key="rsa2048", key_usage=["digitalSignature", "keyEncipherment"]),
    ),
    fails(
        "key-usage-encipherment",
        "Cert/KeyUsage",
        leaf=leaf(key="rsa2048", key_usage=["keyEncipherment"]),
    ),
    fails(
        "key-usage-encipherment-tls13",
        "Cert/KeyUsage",
        leaf=leaf(key="rsa2048", key_usage=["keyEncipherment"]),
        policy=btp(options=TLS13),
    ),
    # OpenSSL does not serve these; a server that does breaks off later.
    fails(
        "key-usage-agreement",
        "Cert/KeyUsage",
        leaf=leaf(key_usage=["keyAgreement"]),
        server=_CARELESS,
    ),
    fails(
        "key-usage-repudiation",
        "Cert/Purpose",
        leaf=leaf(key_usage=["nonRepudiation"]),
        server=_CARELESS,
    ),
    fails(
        "key-usage-signing-others",
        "Cert/Purpose",
        leaf=leaf(key_usage=["keyCertSign"]),
        server=_CARELESS,
    ),
    # Extensions.
    passes("must-staple-without-staple", leaf=leaf(must_staple=True)),
    passes("leaf-says-that-it-is-no-ca", leaf=leaf(ca=False)),
    passes("leaf-says-that-it-is-a-ca", leaf=leaf(ca=True)),
    passes("leaf-without-key-ids", leaf=leaf(key_ids=False)),
    fails("unknown-critical-extension", "Cert/CriticalExtension", leaf=leaf(critical_unknown=True)),
    # Keys.
    passes("rsa-leaf", leaf=leaf(key="rsa2048")),
    passes("rsa-1024-leaf", leaf=leaf(key="rsa1024"), server=_WEAK),
    passes("rsa-3072-leaf", leaf=leaf(key="rsa3072")),
    passes("rsa-4096-leaf", leaf=leaf(key="rsa4096")),
    passes("rsa-leaf-tls13", leaf=leaf(key="rsa2048"), policy=btp(options=TLS13)),
    fails("p384-leaf", "Tls/NoOverlap", leaf=leaf(key="p384")),
    passes(
        "p384-leaf-with-curve",
        leaf=leaf(key="p384"),
        policy=btp(options={"ecdh-curves": "P-256,P-384"}),
    ),
    passes("p384-leaf-with-tls13", leaf=leaf(key="p384"), policy=btp(options=TLS13)),
    fails("p521-leaf", "Tls/NoOverlap", leaf=leaf(key="p521")),
    fails(
        "p521-leaf-with-tls13", "Tls/NoOverlap", leaf=leaf(key="p521"), policy=btp(options=TLS13)
    ),
    passes(
        "p521-leaf-with-curve",
        leaf=leaf(key="p521"),
        policy=btp(options={"ecdh-curves": "P-256,P-521"}),
    ),
    passes(
        "p521-leaf-with-algorithm", leaf=leaf(key="p521"), policy=btp(options={**TLS13, **_P521})
    ),
    fails("ed25519-leaf", "Tls/NoOverlap", leaf=leaf(key="ed25519")),
    passes(
        "ed25519-leaf-allowed",
        leaf=leaf(key="ed25519"),
        policy=btp(options={"signature-algorithms": "ed25519"}),
    ),
    fails("secp256k1-leaf", "Tls/NoOverlap", leaf=leaf(key="secp256k1")),
    # RSASSA-PSS alone, which no ClientHello of Envoy offers.
    fails("rsa-pss-leaf", "Tls/NoOverlap", leaf=leaf(key="pss2048")),
    fails(
        "rsa-pss-leaf-tls13", "Tls/NoOverlap", leaf=leaf(key="pss2048"), policy=btp(options=TLS13)
    ),
    fails("rsa-pss-leaf-on-nginx", "Tls/NoOverlap", leaf=leaf(key="pss2048"), server=serve("nginx")),
    fails(
        "rsa-pss-leaf-all-the-same",
        "Cert/KeyUnsupported",
        leaf=leaf(key="pss2048"),
        server=hostile("server-key-mismatch"),
    ),
    fails(
        "rsa-pss-leaf-all-the-same-of-an-unknown-ca",
        "Cert/KeyUnsupported",
        leaf=leaf("other", key="pss2048"),
        server=hostile("server-key-mismatch"),
    ),
    # Signatures.
    passes("rsa-ca", leaf=leaf("rsa"), policy=btp("rsa")),
    passes("rsa-1024-ca", leaf=leaf("rsa_1024"), policy=btp("rsa_1024")),
    passes("p384-ca-over-p256-leaf", leaf=leaf("p384"), policy=btp("p384")),
    passes("p521-ca-over-p256-leaf", leaf=leaf("p521"), policy=btp("p521")),
    passes("ed25519-ca-over-p256-leaf", leaf=leaf("ed25519"), policy=btp("ed25519")),
    fails("secp256k1-ca", "Cert/KeyUnsupported", leaf=leaf("secp256k1"), policy=btp("secp256k1")),
    fails("rsa-pss-ca", "Cert/KeyUnsupported", leaf=leaf("pss", signature="pss"), policy=btp("pss")),
    fails(
        "rsa-pss-ca-tls13",
        "Cert/KeyUnsupported",
        leaf=leaf("pss", signature="pss"),
        policy=btp("pss", options=TLS13),
    ),
    fails(
        "rsa-pss-ca-that-is-not-trusted",
        "Chain/UnknownIssuer",
        leaf=leaf("pss", signature="pss"),
    ),
    fails(
        "rsa-pss-intermediate",
        "Cert/KeyUnsupported",
        leaf=leaf("below_rsa_for_pss", signature="pss"),
        policy=btp("rsa"),
    ),
    fails(
        "rsa-pss-intermediate-as-anchor",
        "Cert/KeyUnsupported",
        leaf=leaf("below_rsa_for_pss", signature="pss"),
        policy=btp("below_rsa_for_pss"),
    ),
    passes("rsa-pss-ca-beside-a-good-one", policy=btp("pss+ca")),
    passes("signed-with-sha384", leaf=leaf(signature="sha384")),
    passes("signed-with-sha512", leaf=leaf("rsa", signature="sha512"), policy=btp("rsa")),
    passes("signed-with-pss", leaf=leaf("rsa", signature="pss"), policy=btp("rsa")),
    passes("signed-with-sha1", leaf=leaf("rsa", signature="sha1"), policy=btp("rsa"), server=_WEAK),
    passes("signed-with-ecdsa-and-sha1", leaf=leaf(signature="sha1"), server=_WEAK),
    fails(
        "signed-with-md5",
        "Chain/BadSignature",
        leaf=leaf("rsa", signature="md5"),
        policy=btp("rsa"),
        server=_WEAK,
    ),
    # Pins.
    passes("right-hash", policy=btp(options={"verify-certificate-hash": "{leaf.sha256}"})),
    fails(
        "wrong-hash",
        "Name/PinMismatch",
        policy=btp(options={"verify-certificate-hash": _OTHER_HASH}),
    ),
    fails(
        "right-hash-of-an-expired-leaf",
        "Cert/Expired",
        leaf=leaf(not_before=-90, not_after=-1),
        policy=btp(options={"verify-certificate-hash": "{leaf.sha256}"}),
    ),
    passes("right-spki", pins=[spki("leaf")]),
    passes("right-spki-over-tls13", policy=btp(options=TLS13), pins=[spki("leaf")]),
    passes("right-spki-of-rsa", leaf=leaf(key="rsa2048"), pins=[spki("leaf")]),
    passes("one-of-two-spki", pins=[spki(_OTHER_SPKI), spki("leaf")]),
    fails("wrong-spki", "Name/PinMismatch", pins=[spki(_OTHER_SPKI)]),
    fails("spki-of-the-issuer", "Name/PinMismatch", pins=[spki("ca")]),
    fails(
        "spki-of-the-intermediate",
        "Name/PinMismatch",
        leaf=leaf("intermediate"),
        pins=[spki("intermediate")],
    ),
    fails("hash-of-the-issuer", "Name/PinMismatch", pins=[certificate_hash("ca")]),
    passes("right-hash-and-right-spki", pins=[certificate_hash("leaf"), spki("leaf")]),
    passes("right-hash-and-wrong-spki", pins=[certificate_hash("leaf"), spki(_OTHER_SPKI)]),
    passes("wrong-hash-and-right-spki", pins=[certificate_hash(_OTHER_HASH), spki("leaf")]),
    fails(
        "wrong-hash-and-wrong-spki",
        "Name/PinMismatch",
        pins=[certificate_hash(_OTHER_HASH), spki(_OTHER_SPKI)],
    ),
    passes("right-spki-without-ca", policy=bcp(None, client="client"), pins=[spki("leaf")]),
    fails(
        "wrong-spki-without-ca",
        "Name/PinMismatch",
        policy=bcp(None, client="client"),
        pins=[spki(_OTHER_SPKI)],
    ),
    passes(
        "right-spki-without-ca-of-an-expired-leaf",
        leaf=leaf("other", not_before=-90, not_after=-1),
        policy=bcp(None, client="client"),
        pins=[spki("leaf")],
    ),
    fails(
        "right-spki-of-an-expired-leaf",
        "Cert/Expired",
        leaf=leaf(not_before=-90, not_after=-1),
        pins=[spki("leaf")],
    ),
    fails(
        "right-spki-of-another-name",
        "Name/Mismatch",
        leaf=leaf(dns=["other.case.test"]),
        pins=[spki("leaf")],
    ),
    fails(
        "right-spki-of-an-unknown-ca",
        "Chain/UnknownIssuer",
        leaf=leaf("other"),
        pins=[spki("leaf")],
    ),
)
