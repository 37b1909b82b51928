"""Trust bundles: whom they hold, and how they are written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from gwpolicy.testing.pki import Pki

from rows import Policy, bcp, btp, fails, leaf, passes

_KEY = Pki().self_signed("key").key_pem
_BROKEN = "-----BEGIN CERTIFICATE-----\nMII*\n-----END CERTIFICATE-----\n"
_NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
_UNENDED = "-----BEGIN CERTIFICATE-----\nMII\n"


def _written(edit: Callable[[str], str], trust: str = "ca") -> Policy:
    return btp(trust, edit=edit)


def _der(pem: str) -> str:
    return base64.b64decode("".join(pem.splitlines()[1:-1])).decode("latin-1")


def _anchor(name: str, **options: Any) -> dict[str, Any]:
    """A chain right below this anchor, which the policy trusts."""
    return {"leaf": leaf(name, **options), "policy": btp(name)}


def _with_long_lines(pem: str) -> str:
    """Lines of 200 characters. Above 253 it depends on the length whether Envoy takes them."""
    begin, *body, end = pem.strip().split("\n")
    text = "".join(body)
    lines = [text[at : at + 200] for at in range(0, len(text), 200)]
    return "\n".join([begin, *lines, end, ""])


CASES = (
    # Anchors.
    fails("unknown-ca", "Chain/UnknownIssuer", policy=btp("other")),
    fails("namesake-ca", "Chain/UnknownIssuer", policy=btp("namesake")),
    passes("two-cas-in-bundle", policy=btp("other+ca")),
    passes("many-cas-in-bundle", policy=btp("other+rsa+p384+p521+ed25519+system+bound+ca")),
    passes("namesake-first-with-key-ids", policy=btp("namesake+ca")),
    fails(
        "namesake-first-without-key-ids",
        "Chain/BadSignature",
        leaf=leaf("bare", key_ids=False),
        policy=btp("bare_namesake+bare"),
    ),
    passes(
        "namesake-second-without-key-ids",
        leaf=leaf("bare", key_ids=False),
        policy=btp("bare+bare_namesake"),
    ),
    passes("the-same-ca-twice", policy=btp("ca+ca")),
    passes("intermediate-as-anchor", leaf=leaf("intermediate"), policy=btp("intermediate")),
    passes(
        "intermediate-as-anchor-and-not-sent",
        leaf=leaf("intermediate", sends=[]),
        policy=btp("intermediate"),
    ),
    fails(
        "expired-intermediate-as-anchor",
        "Trust/Expired",
        leaf=leaf("intermediate_before"),
        policy=btp("intermediate_before"),
    ),
    # The leaf itself.
    passes("leaf-as-anchor", policy=btp("leaf")),
    passes("self-signed-as-anchor", leaf=leaf("self"), policy=btp("leaf")),
    passes("leaf-as-anchor-with-client-eku", leaf=leaf(ekus=["clientAuth"]), policy=btp("leaf")),
    fails(
        "leaf-as-anchor-expired",
        "Cert/Expired",
        leaf=leaf(not_before=-90, not_after=-1),
        policy=btp("leaf"),
    ),
    fails(
        "self-signed-as-anchor-expired",
        "Cert/Expired",
        leaf=leaf("self", not_before=-90, not_after=-1),
        policy=btp("leaf"),
    ),
    fails(
        "leaf-as-anchor-wrong-host", "Name/Mismatch", leaf=leaf(dns=["a.test"]), policy=btp("leaf")
    ),
    fails("another-leaf-as-anchor", "Chain/UnknownIssuer", policy=btp("client")),
    # Dates.
    fails("expired-ca", "Trust/Expired", policy=btp("ca_before")),
    fails("ca-to-come", "Trust/NotYetValid", policy=btp("ca_to_come")),
    fails("expired-ca-before-renewed-one", "Trust/Expired", policy=btp("ca_before+ca")),
    passes("renewed-ca-before-expired-one", policy=btp("ca+ca_before")),
    # What an anchor need not be.
    passes("anchor-that-is-no-ca", **_anchor("anchor_no_ca")),
    passes("anchor-without-basic-constraints", **_anchor("anchor_no_basics")),
    passes("anchor-of-version-1", **_anchor("anchor_version_1", key_ids=False)),
    passes("anchor-for-clients", **_anchor("anchor_client_eku")),
    passes("anchor-with-riddle", **_anchor("anchor_critical")),
    passes("path-length-of-an-anchor", leaf=leaf("below_short"), policy=btp("anchor_short")),
    fails("anchor-that-signs-no-one", "Chain/UnknownIssuer", **_anchor("anchor_no_signing")),
    # How a bundle is written.
    passes("bundle-with-crlf", policy=_written(lambda pem: pem.replace("\n", "\r\n"))),
    passes("bundle-with-comments", policy=_written(lambda pem: f"# our CA\n{pem}# the end\n")),
    passes(
        "bundle-with-junk-between",
        policy=_written(
            lambda pem: pem.replace("\n-----BEGIN", "\nO = a\n\n-----BEGIN"), "other+ca"
        ),
    ),
    passes("bundle-without-last-newline", policy=_written(str.rstrip)),
    passes(
        "bundle-with-blanks-at-line-ends", policy=_written(lambda pem: pem.replace("\n", " \n"))
    ),
    passes(
        "bundle-with-long-lines",
        policy=_written(_with_long_lines),
    ),
    passes("bundle-with-key", policy=_written(lambda pem: _KEY + pem)),
    passes("bundle-with-broken-block", policy=_written(lambda pem: _BROKEN + pem)),
    fails(
        "bundle-with-block-that-is-no-certificate",
        "Trust/Invalid",
        policy=_written(lambda pem: _NO_CERTIFICATE + pem),
    ),
    passes("bundle-with-unended-block", policy=_written(lambda pem: pem + _UNENDED)),
    fails(
        "bundle-with-byte-order-mark", "Trust/Invalid", policy=_written(lambda pem: "\ufeff" + pem)
    ),
    fails(
        "bundle-indented",
        "Trust/Invalid",
        policy=_written(lambda pem: "  " + pem.replace("\n", "\n  ")),
    ),
    fails(
        "bundle-with-label-of-openssl",
        "Trust/Invalid",
        policy=_written(lambda pem: pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
    ),
    fails(
        "bundle-with-old-label",
        "Trust/Invalid",
        policy=_written(lambda pem: pem.replace("CERTIFICATE", "X509 CERTIFICATE")),
    ),
    fails("bundle-in-der", "Trust/Invalid", policy=_written(_der)),
    fails(
        "bundle-of-bare-base64",
        "Trust/Invalid",
        policy=_written(lambda pem: "".join(pem.splitlines()[1:-1])),
    ),
    fails("bundle-empty", "Trust/Invalid", policy=_written(lambda pem: "\n")),
    fails("bundle-of-a-key-alone", "Trust/Invalid", policy=_written(lambda pem: _KEY)),
    fails("broken-pem", "Trust/Invalid", policy=_written(lambda pem: _UNENDED)),
    # Where it is.
    passes("system-trust", leaf=leaf("system"), policy=btp("System")),
    fails("not-a-system-ca", "Chain/UnknownIssuer", policy=btp("System")),
    passes("bcp-system-trust", leaf=leaf("system"), policy=bcp("System")),
    fails("only-first-reference-is-read", "Chain/UnknownIssuer", policy=btp(refs=["other", "ca"])),
    fails("missing-configmap", "Trust/NotFound", policy=btp(refs=["missing"])),
    fails("key-missing-in-configmap", "Trust/KeyMissing", policy=btp(key="tls.crt")),
    fails("bcp-missing-secret", "Trust/NotFound", policy=bcp("missing")),
)
