"""Whether the certificate is for whom the policy means."""

from __future__ import annotations

from rows import Policy, bcp, btp, fails, leaf, passes


def _names(*accepted: str) -> Policy:
    """A BackendConfigPolicy takes names that the Gateway API's schema refuses."""
    return bcp(verifySubjectAltNames=list(accepted))


def _spiffe(path: str) -> Policy:
    return btp(sans=[("URI", f"spiffe://case.test/{path}")])


CASES = (
    # Exact.
    fails("wrong-hostname", "Name/Mismatch", policy=btp(hostname="wrong.case.test")),
    fails("no-san", "Name/Missing", leaf=leaf(dns=[])),
    fails("common-name-alone", "Name/Missing", leaf=leaf(dns=[], cn="{host}")),
    fails(
        "common-name-beside-another-san", "Name/Mismatch", leaf=leaf(dns=["a.test"], cn="{host}")
    ),
    passes("one-of-several-sans", leaf=leaf(dns=["a.test", "{host}", "b.test"])),
    passes("one-of-very-many-sans", leaf=leaf(dns=[*(f"n{i}.test" for i in range(300)), "{host}"])),
    passes("san-in-capitals", leaf=leaf(dns=["SAN-IN-CAPITALS.Case.Test"])),
    passes("policy-in-capitals", policy=_names("POLICY-IN-CAPITALS.Case.Test")),
    fails("subdomain-of-the-san", "Name/Mismatch", policy=btp(hostname="a.{host}")),
    fails("san-below-the-hostname", "Name/Mismatch", leaf=leaf(dns=["a.{host}"])),
    fails("san-ends-alike", "Name/Mismatch", leaf=leaf(dns=["x{host}"])),
    fails("dot-after-san", "Name/Mismatch", leaf=leaf(dns=["{host}."])),
    fails("dot-after-accepted-name", "Name/Mismatch", policy=_names("{host}.")),
    passes("dot-after-both", leaf=leaf(dns=["{host}."]), policy=_names("{host}.")),
    fails("nul-in-san", "Name/Mismatch", leaf=leaf(dns=["{host}\0.evil.test"])),
    passes("underscore-in-both", leaf=leaf(dns=["a_b.case.test"]), policy=_names("a_b.case.test")),
    # Wildcards.
    passes("wildcard-san", leaf=leaf(dns=["*.case.test"])),
    passes("wildcard-in-capitals", leaf=leaf(dns=["*.CASE.TEST"])),
    passes("partial-wildcard", leaf=leaf(dns=["partial-*.case.test"])),
    passes("wildcard-before-text", leaf=leaf(dns=["*-text.case.test"])),
    passes("wildcard-within-the-label", leaf=leaf(dns=["wild*label.case.test"])),
    passes("wildcard-for-nothing", leaf=leaf(dns=["wildcard-for-nothing*.case.test"])),
    fails("wildcard-too-high", "Name/Mismatch", leaf=leaf(dns=["*.test"])),
    fails(
        "wildcard-is-one-label",
        "Name/Mismatch",
        leaf=leaf(dns=["*.case.test"]),
        policy=btp(hostname="a.b.case.test"),
    ),
    fails(
        "wildcard-is-not-the-parent",
        "Name/Mismatch",
        leaf=leaf(dns=["*.parent.test"]),
        policy=btp(hostname="parent.test"),
    ),
    fails("wildcard-alone", "Name/Mismatch", leaf=leaf(dns=["*"])),
    passes("wildcard-over-one-label", leaf=leaf(dns=["*.test"]), policy=btp(hostname="case.test")),
    fails(
        "wildcard-in-the-middle", "Name/Mismatch", leaf=leaf(dns=["wildcard-in-the-middle.*.test"])
    ),
    fails("wildcard-at-the-end", "Name/Mismatch", leaf=leaf(dns=["wildcard-at-the-end.case.*"])),
    fails("two-wildcards", "Name/Mismatch", leaf=leaf(dns=["*.*.test"])),
    fails("two-wildcards-in-a-label", "Name/Mismatch", leaf=leaf(dns=["two*label*.case.test"])),
    fails("wildcard-with-dot", "Name/Mismatch", leaf=leaf(dns=["*.case.test."])),
    passes(
        "wildcard-over-punycode",
        leaf=leaf(dns=["*.case.test"]),
        policy=btp(hostname="xn--bcher-kva.case.test"),
    ),
    passes(
        "punycode",
        leaf=leaf(dns=["xn--bcher-kva.case.test"]),
        policy=btp(hostname="xn--bcher-kva.case.test"),
    ),
    fails(
        "wildcard-within-punycode",
        "Name/Mismatch",
        leaf=leaf(dns=["xn--b*-kva.case.test"]),
        policy=btp(hostname="xn--bcher-kva.case.test"),
    ),
    fails(
        "letters-for-punycode",
        "Name/Mismatch",
        leaf=leaf(dns=["xn--bcher-kva.case.test"]),
        policy=_names("b\u00fccher.case.test"),
    ),
    fails("wildcard-accepted-name-is-text", "Name/Mismatch", policy=_names("*.case.test")),
    passes("wildcard-on-both-sides", leaf=leaf(dns=["*.case.test"]), policy=_names("*.case.test")),
    # Addresses.
    fails("ip-san-only", "Name/Mismatch", leaf=leaf(dns=[], ips=["127.0.0.1"])),
    fails(
        "ip-san-for-address",
        "Name/Mismatch",
        leaf=leaf(dns=[], ips=["192.0.2.1"]),
        policy=btp(hostname="192.0.2.1"),
    ),
    passes(
        "dns-san-with-address",
        leaf=leaf(dns=["192.0.2.1"]),
        policy=btp(hostname="192.0.2.1"),
    ),
    passes("wildcard-over-address", leaf=leaf(dns=["*.0.2.1"]), policy=btp(hostname="192.0.2.1")),
    fails(
        "ipv6-san-for-address",
        "Name/Mismatch",
        leaf=leaf(dns=[], ips=["2001:db8::1"]),
        policy=_names("2001:db8::1"),
    ),
    passes(
        "dns-san-with-ipv6-address", leaf=leaf(dns=["2001:db8::1"]), policy=_names("2001:db8::1")
    ),
    fails(
        "mapped-address-san",
        "Name/Mismatch",
        leaf=leaf(dns=[], ips=["::ffff:192.0.2.1"]),
        policy=btp(hostname="192.0.2.1"),
    ),
    # URIs and mail.
    passes("uri-san", leaf=leaf(uris=["spiffe://case.test/{name}"]), policy=_spiffe("{name}")),
    passes(
        "uri-san-without-dns-san",
        leaf=leaf(dns=[], uris=["spiffe://case.test/a"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-san-differs-in-case",
        "Name/Mismatch",
        leaf=leaf(uris=["spiffe://case.test/A"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-san-host-differs-in-case",
        "Name/Mismatch",
        leaf=leaf(uris=["spiffe://CASE.test/a"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-san-with-slash",
        "Name/Mismatch",
        leaf=leaf(uris=["spiffe://case.test/a/"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-san-with-a-longer-path",
        "Name/Mismatch",
        leaf=leaf(uris=["spiffe://case.test/a/b"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-san-escaped",
        "Name/Mismatch",
        leaf=leaf(uris=["spiffe://case.test/%61"]),
        policy=_spiffe("a"),
    ),
    fails(
        "uri-text-in-dns-san",
        "Name/Mismatch",
        leaf=leaf(dns=["spiffe://case.test/a"]),
        policy=_spiffe("a"),
    ),
    fails("email-san", "Name/Mismatch", leaf=leaf(dns=[], emails=["admin@case.test"])),
    passes("email-san-beside-dns-san", leaf=leaf(emails=["admin@case.test"])),
    # Lists of names.
    passes(
        "san-list-replaces-hostname",
        leaf=leaf(dns=["elsewhere.test"]),
        policy=btp(sans=[("Hostname", "elsewhere.test")]),
    ),
    passes(
        "second-san-of-the-list",
        leaf=leaf(dns=["two.test"]),
        policy=btp(sans=[("Hostname", "one.test"), ("Hostname", "two.test")]),
    ),
    passes(
        "uri-or-hostname-by-uri",
        leaf=leaf(dns=["x.test"], uris=["spiffe://case.test/a"]),
        policy=btp(sans=[("Hostname", "one.test"), ("URI", "spiffe://case.test/a")]),
    ),
    fails(
        "hostname-is-not-in-san-list",
        "Name/Mismatch",
        policy=btp(sans=[("Hostname", "elsewhere.test")]),
    ),
    fails("bcp-wrong-san", "Name/Mismatch", policy=_names("wrong.case.test")),
    passes("bcp-name-checked", policy=_names("{host}")),
    passes("bcp-name-unchecked", leaf=leaf(dns=["somebody-else.test"]), policy=bcp()),
    passes("bcp-no-name-at-all", leaf=leaf(dns=[]), policy=bcp()),
)
