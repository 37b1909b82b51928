"""What stands between the server's certificate and a trust anchor."""

from __future__ import annotations

from rows import Leaf, btp, fails, leaf, passes, serve

_WEAK = serve(security_level=0)


def _sends(issuer: str, *sent: str) -> Leaf:
    return leaf(issuer, sends=list(sent))


CASES = (
    # Complete, in whatever order.
    passes("intermediate-sent", leaf=leaf("intermediate")),
    passes("two-intermediates-sent", leaf=leaf("deeper")),
    passes("intermediate-sent-with-root", leaf=_sends("intermediate", "intermediate", "ca")),
    passes("root-sent-before-intermediate", leaf=_sends("intermediate", "ca", "intermediate")),
    passes("unordered-chain", leaf=_sends("deeper", "intermediate", "deeper")),
    passes("intermediate-sent-twice", leaf=_sends("intermediate", "intermediate", "intermediate")),
    passes("leaf-sent-twice", leaf=_sends("intermediate", "leaf", "intermediate")),
    passes("chain-with-stranger-in-it", leaf=_sends("intermediate", "other", "intermediate")),
    passes(
        "surplus-intermediates",
        leaf=_sends("intermediate", "intermediate", "deeper", "for_clients", "not_a_ca"),
    ),
    passes("expired-certificate-beside-the-chain", leaf=_sends("ca", "intermediate_before")),
    # Incomplete.
    fails("missing-intermediate", "Chain/UnknownIssuer", leaf=_sends("intermediate")),
    fails("missing-upper-intermediate", "Chain/UnknownIssuer", leaf=_sends("deeper", "deeper")),
    fails(
        "missing-lower-intermediate", "Chain/UnknownIssuer", leaf=_sends("deeper", "intermediate")
    ),
    fails(
        "wrong-intermediate",
        "Chain/UnknownIssuer",
        leaf=_sends("intermediate", "intermediate_before"),
    ),
    passes(
        "intermediate-only-in-bundle",
        leaf=_sends("intermediate"),
        policy=btp("ca+intermediate"),
    ),
    passes(
        "upper-intermediate-only-in-bundle",
        leaf=_sends("deeper", "deeper"),
        policy=btp("intermediate"),
    ),
    # Cross-signed.
    passes("cross-signed", leaf=_sends("other", "crossed")),
    passes("cross-signed-and-root", leaf=_sends("other", "crossed", "ca")),
    passes(
        "expired-cross-signature-and-trusted-root",
        leaf=_sends("other", "crossed_before"),
        policy=btp("other"),
    ),
    fails("expired-cross-signature", "Cert/Expired", leaf=_sends("other", "crossed_before")),
    fails(
        "root-before-cross-signature",
        "Chain/UntrustedRoot",
        leaf=_sends("other", "other", "crossed"),
    ),
    passes("cross-signature-before-root", leaf=_sends("other", "crossed", "other")),
    # Dates.
    fails("expired-intermediate", "Cert/Expired", leaf=leaf("intermediate_before")),
    fails("intermediate-to-come", "Cert/NotYetValid", leaf=leaf("intermediate_to_come")),
    fails(
        "outdated-intermediate-first",
        "Cert/Expired",
        leaf=_sends("intermediate", "intermediate_outdated", "intermediate"),
    ),
    passes(
        "outdated-intermediate-second",
        leaf=_sends("intermediate", "intermediate", "intermediate_outdated"),
    ),
    # What an intermediate may do.
    fails("intermediate-is-no-ca", "Chain/InvalidCa", leaf=leaf("not_a_ca")),
    fails("intermediate-without-basics", "Chain/InvalidCa", leaf=leaf("no_basics")),
    fails("intermediate-may-not-sign", "Chain/UnknownIssuer", leaf=leaf("not_for_signing")),
    passes("intermediate-without-key-usage", leaf=leaf("any_usage")),
    passes("intermediate-for-servers", leaf=leaf("for_servers")),
    fails("intermediate-for-clients", "Cert/Purpose", leaf=leaf("for_clients")),
    fails("intermediate-for-anything", "Cert/Purpose", leaf=leaf("for_anything")),
    fails("intermediate-with-riddle", "Cert/CriticalExtension", leaf=leaf("critical")),
    passes("path-as-long-as-allowed", leaf=leaf("deep_enough")),
    fails("too-many-intermediates", "Chain/InvalidCa", leaf=leaf("too_deep")),
    # Signatures.
    passes("intermediate-signed-with-sha1", leaf=leaf("by_sha1"), policy=btp("rsa"), server=_WEAK),
    fails(
        "intermediate-signed-with-md5",
        "Chain/BadSignature",
        leaf=leaf("by_md5"),
        policy=btp("rsa"),
        server=_WEAK,
    ),
    # Self-signed.
    fails("self-signed", "Chain/SelfSignedLeaf", leaf=leaf("self", key_usage=None)),
    fails("self-signed-for-signatures", "Chain/UnknownIssuer", leaf=leaf("self")),
    fails(
        "self-signed-ca-as-leaf",
        "Chain/SelfSignedLeaf",
        leaf=leaf("self", ca=True, key_usage=["keyCertSign", "digitalSignature"]),
    ),
    fails("untrusted-root-sent", "Chain/UntrustedRoot", leaf=_sends("other", "other")),
)
