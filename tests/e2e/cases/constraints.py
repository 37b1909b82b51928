"""Name constraints of anchors and of intermediates (RFC 5280 section 4.2.1.10)."""

from __future__ import annotations

from typing import Any

from rows import bcp, btp, fails, leaf, passes


def _under(issuer: str, **options: Any) -> dict[str, Any]:
    """A chain below this CA, which the policy trusts."""
    return {"leaf": leaf(issuer, **options), "policy": btp(issuer)}


_SPIFFE = btp("uri_bound", sans=[("URI", "spiffe://inside.test/a")])

CASES = (
    passes("within-name-constraint", **_under("bound")),
    fails("name-constraint", "Chain/NameConstraint", **_under("constrained")),
    fails("excluded-name", "Chain/NameConstraint", **_under("barred")),
    passes("not-the-excluded-name", **_under("barred_host")),
    passes("wildcard-within-name-constraint", **_under("bound", dns=["*.case.test"])),
    fails(
        "second-name-outside-constraint",
        "Chain/NameConstraint",
        **_under("bound", dns=["{host}", "elsewhere.test"]),
    ),
    fails(
        "no-san-under-constraint", "Chain/NameConstraint", **_under("bound", dns=[], cn="{host}")
    ),
    passes("address-under-dns-constraint", **_under("bound", ips=["192.0.2.1"])),
    # BoringSSL knows no constraints on addresses, so whatever falls under one is refused.
    fails(
        "address-within-constraint", "Chain/NameConstraint", **_under("ip_bound", ips=["10.1.2.3"])
    ),
    fails(
        "address-outside-constraint",
        "Chain/NameConstraint",
        **_under("ip_bound", ips=["192.0.2.1"]),
    ),
    fails("excluded-address", "Chain/NameConstraint", **_under("ip_barred", ips=["10.1.2.3"])),
    fails(
        "not-the-excluded-address", "Chain/NameConstraint", **_under("ip_barred", ips=["192.0.2.1"])
    ),
    passes("dns-name-under-address-constraint", **_under("ip_bound")),
    passes(
        "uri-within-constraint",
        leaf=leaf("uri_bound", uris=["spiffe://inside.test/a"]),
        policy=_SPIFFE,
    ),
    fails(
        "uri-outside-constraint",
        "Chain/NameConstraint",
        leaf=leaf("uri_bound", uris=["spiffe://outside.test/a"]),
        policy=_SPIFFE,
    ),
    fails(
        "excluded-uri",
        "Chain/NameConstraint",
        **_under("uri_barred", uris=["spiffe://bad.test/a"]),
    ),
    passes("email-within-constraint", **_under("email_bound", emails=["admin@case.test"])),
    fails(
        "email-outside-constraint",
        "Chain/NameConstraint",
        **_under("email_bound", emails=["admin@elsewhere.test"]),
    ),
    passes("constraint-of-an-intermediate", leaf=leaf("bound_below")),
    fails(
        "outside-constraint-of-an-intermediate",
        "Chain/NameConstraint",
        leaf=leaf("constrained_below"),
    ),
    fails("excluded-by-an-intermediate", "Chain/NameConstraint", leaf=leaf("barred_below")),
    fails(
        "constraint-where-no-name-is-checked",
        "Chain/NameConstraint",
        leaf=leaf("constrained"),
        policy=bcp("constrained"),
    ),
)
