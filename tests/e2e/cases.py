"""The table of handshakes: what the policy says, what the server does, what must come of it.

Each row becomes a Service, a route and a policy in one set of manifests and a backend of its own;
real Envoy and ``gwpolicy probe`` get the same set. Rows are read as: a server with this certificate
and this behaviour, seen through this policy, passes or fails, with this code from probe and these
counters of Envoy.

Where a row leaves something out: a P-256 certificate of "CA" for the host of the row, a server with
TLS 1.2 and 1.3, a BackendTLSPolicy that trusts "CA" and expects the host.
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from gwpolicy.testing.backend import Options
from gwpolicy.testing.pki import Credential, Pki

Object = dict[str, Any]


class Authorities:
    """The CAs of all rows. A trust source is the name of one, or of several joined by "+"."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki
        self.ca = pki.root("CA")
        self.ca_before = self.ca.reissued(not_before=-400, not_after=-2)
        self.ca_to_come = self.ca.reissued(not_before=2, not_after=400)
        self.other = pki.root("Other CA")
        self.namesake = pki.root("CA")
        self.system = pki.root("System CA")
        self.rsa = pki.root("RSA CA", key="rsa2048")
        self.p521 = pki.root("P-521 CA", key="p521")
        self.ed25519 = pki.root("Ed25519 CA", key="ed25519")
        self.constrained = pki.root("Constrained CA", permitted=["dns:inside.test"])
        self.bound = pki.root("CA for case.test", permitted=["dns:case.test"])
        self.intermediate = self.ca.intermediate("Intermediate")
        self.intermediate_before = self.ca.intermediate(
            "Old Intermediate", not_before=-400, not_after=-2
        )
        self.not_a_ca = self.ca.intermediate("Not a CA", ca=False)
        self.not_for_signing = self.ca.intermediate(
            "Not for signing", key_usage=["digitalSignature"]
        )
        self.short = self.ca.intermediate("Short", path_length=0)
        self.too_deep = self.short.intermediate("Too deep")
        self.client_ca = pki.root("Client CA")
        self.client_other = pki.root("Other client CA")
        self.client = self.client_ca.leaf("gateway", ekus=["clientAuth"])
        self.client_rsa = self.client_ca.leaf("gateway-rsa", ekus=["clientAuth"], key="rsa2048")
        self.client_stranger = self.client_other.leaf("stranger", ekus=["clientAuth"])
        self.client_before = self.client_ca.leaf(
            "former", ekus=["clientAuth"], not_before=-90, not_after=-1
        )


@dataclasses.dataclass
class Ground:
    """What the builders of one row work with."""

    name: str
    authorities: Authorities
    leaf: Optional[Credential] = None

    @property
    def host(self) -> str:
        return f"{self.name}.case.test"

    def find(self, name: str) -> Credential:
        if name == "leaf":
            assert self.leaf is not None
            return self.leaf
        return getattr(self.authorities, name)

    def pem(self, trust: str) -> str:
        return "".join(self.find(name).pem for name in trust.split("+"))

    def fill(self, values: Sequence[str]) -> list[str]:
        return [value.format(host=self.host, name=self.name) for value in values]


# Certificates.


def leaf(
    issuer: str = "ca", sends: Optional[Sequence[str]] = None, **options: Any
) -> Callable[[Ground], Credential]:
    """A certificate for the row's host. `sends`: issuers to send instead of the proper ones."""

    def build(ground: Ground) -> Credential:
        given = {"dns": ["{host}"], **options}
        for field in ("dns", "uris"):
            given[field] = ground.fill(given.get(field, ()))
        if issuer == "self":
            made = ground.authorities.pki.self_signed(ground.name, **given)
        else:
            made = ground.find(issuer).leaf(ground.name, **given)
        return made if sends is None else made.sends(*(ground.find(one) for one in sends))

    return build


# Servers.


def serve(**options: Any) -> Callable[[Ground], Options]:
    def build(ground: Ground) -> Options:
        given = dict(options)
        if "client_ca" in given:
            given["client_ca"] = ground.pem(given["client_ca"])
        if "by_sni" in given:
            given["certificate"] = ground.find(given.pop("default")).leaf(
                "default", dns=["default.case.test"]
            )
            given["by_sni"] = {ground.host: ground.leaf}
        return Options(**{"certificate": ground.leaf, "time_limit": 10, **given})

    return build


def nobody(ground: Ground) -> None:
    """Nothing listens on the endpoint."""


# Policies.


def _policy(kind: str, version: str, ground: Ground, spec: Object, name: str = "") -> Object:
    target = {"group": "", "kind": "Service", "name": ground.name}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name or ground.name, "namespace": "default"},
        "spec": {"targetRefs": [target], **spec},
    }


def _config_map(name: str, text: str, key: str = "ca.crt") -> Object:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {key: text}}


def _secret(name: str, values: Mapping[str, str]) -> Object:
    data = {key: base64.b64encode(text.encode()).decode() for key, text in values.items()}
    metadata = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "data": data,
    }


def btp(
    trust: str = "ca",
    hostname: str = "{host}",
    sans: Sequence[tuple[str, str]] = (),
    options: Optional[Mapping[str, str]] = None,
    refs: Sequence[str] = (),
    text: Optional[str] = None,
    key: str = "ca.crt",
) -> Callable[[Ground], list[Object]]:
    """A BackendTLSPolicy.

    trust    names of `Authorities`, or "System"
    refs     several references instead, each to a ConfigMap of its own; "missing" refers to nothing
    text     what the ConfigMap holds instead of certificates
    options  of the policy, their keys without the prefix "kgateway.dev/"
    """

    def build(ground: Ground) -> list[Object]:
        validation: Object = {"hostname": ground.fill([hostname])[0]}
        if sans:
            fields = {"Hostname": "hostname", "URI": "uri"}
            validation["subjectAltNames"] = [
                {"type": kind, fields[kind]: ground.fill([value])[0]} for kind, value in sans
            ]
        objects: list[Object] = []
        if trust == "System":
            validation["wellKnownCACertificates"] = "System"
        else:
            names = []
            for index, source in enumerate(refs or [trust]):
                names.append(f"{ground.name}-ca-{index}")
                if source != "missing":
                    objects.append(_config_map(names[-1], text or ground.pem(source), key))
            validation["caCertificateRefs"] = [
                {"group": "", "kind": "ConfigMap", "name": name} for name in names
            ]
        spec: Object = {"validation": validation}
        if options:
            spec["options"] = {
                f"kgateway.dev/{key}": value.format(leaf=ground.leaf)
                for key, value in options.items()
            }
        objects.append(_policy("BackendTLSPolicy", "gateway.networking.k8s.io/v1", ground, spec))
        return objects

    return build


def bcp(
    trust: Optional[str] = "ca",
    client: Optional[str] = None,
    key_of: Optional[str] = None,
    secret: bool = True,
    **tls: Any,
) -> Callable[[Ground], list[Object]]:
    """A BackendConfigPolicy with a Secret.

    trust    as in `btp`; None: the Secret has no ca.crt
    client   whose certificate and key the Secret has; `key_of`: another one's key
    secret   False: no secretRef at all
    tls      further fields of spec.tls
    """

    def build(ground: Ground) -> list[Object]:
        fields: Object = {"sni": ground.host, **tls}
        if fields["sni"] is None:
            del fields["sni"]
        objects: list[Object] = []
        if secret and trust == "System":
            fields["wellKnownCACertificates"] = "System"
        elif secret:
            fields["secretRef"] = {"name": f"{ground.name}-tls"}
            values = {}
            if trust not in (None, "missing"):
                values["ca.crt"] = ground.pem(trust)
            if client:
                values["tls.crt"] = ground.find(client).chain_pem
                values["tls.key"] = ground.find(key_of or client).key_pem
            if trust != "missing":
                objects.append(_secret(f"{ground.name}-tls", values))
        if "verifySubjectAltNames" in fields:
            fields["verifySubjectAltNames"] = ground.fill(fields["verifySubjectAltNames"])
        version = "gateway.kgateway.dev/v1alpha1"
        objects.append(_policy("BackendConfigPolicy", version, ground, {"tls": fields}))
        return objects

    return build


def both(*policies: Callable[[Ground], list[Object]]) -> Callable[[Ground], list[Object]]:
    return lambda ground: [one for policy in policies for one in policy(ground)]


@dataclasses.dataclass(frozen=True)
class Case:
    """One row.

    verdict   "pass" or "fail"
    code      of probe's result; empty where it passes; several: any of them
    counters  of Envoy's ssl.* that must have moved; all others that tell of a failure must not have
    """

    name: str
    verdict: str
    code: str | tuple[str, ...] = ""
    counters: tuple[str, ...] = ()
    leaf: Callable[[Ground], Credential] = dataclasses.field(default_factory=leaf)
    policy: Callable[[Ground], list[Object]] = dataclasses.field(default_factory=btp)
    server: Callable[[Ground], Optional[Options]] = dataclasses.field(default_factory=serve)

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code,) if isinstance(self.code, str) else self.code


#: Envoy's counters that tell of a failed handshake.
FAILURE_COUNTERS = (
    "connection_error",
    "fail_verify_error",
    "fail_verify_san",
    "fail_verify_cert_hash",
    "fail_verify_no_cert",
)

_CHAIN = ("fail_verify_error",)
_NAME = ("fail_verify_san",)
_TLS = ("connection_error",)
_TLS13 = {"max-tls-version": "1.3"}


def _passes(name: str, **parts: Any) -> Case:
    return Case(name, "pass", "", ("handshake",), **parts)


def _fails(name: str, code: str | tuple[str, ...], counters: tuple[str, ...], **parts: Any) -> Case:
    return Case(name, "fail", code, counters, **parts)


def _closed(name: str, code: str, **parts: Any) -> Case:
    """The policy cannot be used: no handshake at all, and no plaintext either."""
    return Case(name, "fail", code, (), **parts)


CASES = (
    # Certificates that must pass.
    _passes("plain-case"),
    _passes("rsa-leaf", leaf=leaf(key="rsa2048")),
    _passes("rsa-1024-leaf", leaf=leaf(key="rsa1024"), server=serve(security_level=0)),
    _passes("rsa-ca", leaf=leaf("rsa"), policy=btp("rsa")),
    _passes("p521-ca-over-p256-leaf", leaf=leaf("p521"), policy=btp("p521")),
    _passes("ed25519-ca-over-p256-leaf", leaf=leaf("ed25519"), policy=btp("ed25519")),
    _passes("no-eku", leaf=leaf(ekus=None)),
    _passes("server-and-client-eku", leaf=leaf(ekus=["clientAuth", "serverAuth"])),
    _passes("no-key-usage", leaf=leaf(key_usage=None)),
    _passes("must-staple-without-staple", leaf=leaf(must_staple=True)),
    _passes("within-name-constraint", leaf=leaf("bound"), policy=btp("bound")),
    # Chains that must pass.
    _passes("intermediate-sent", leaf=leaf("intermediate")),
    _passes("intermediate-sent-with-root", leaf=leaf("intermediate", sends=["intermediate", "ca"])),
    _passes(
        "chain-with-stranger-in-it", leaf=leaf("intermediate", sends=["other", "intermediate"])
    ),
    _passes(
        "intermediate-only-in-bundle",
        leaf=leaf("intermediate", sends=[]),
        policy=btp("ca+intermediate"),
    ),
    _passes("intermediate-as-anchor", leaf=leaf("intermediate"), policy=btp("intermediate")),
    _passes("leaf-as-anchor", policy=btp("leaf")),
    _passes("self-signed-as-anchor", leaf=leaf("self"), policy=btp("leaf")),
    _passes("leaf-as-anchor-with-client-eku", leaf=leaf(ekus=["clientAuth"]), policy=btp("leaf")),
    _passes("two-cas-in-bundle", policy=btp("other+ca")),
    _passes("namesake-first-with-key-ids", policy=btp("namesake+ca")),
    # Names that must pass.
    _passes("wildcard-san", leaf=leaf(dns=["*.case.test"])),
    _passes("one-of-several-sans", leaf=leaf(dns=["a.test", "{host}", "b.test"])),
    _passes("san-in-capitals", leaf=leaf(dns=["SAN-IN-CAPITALS.Case.Test"])),
    _passes("partial-wildcard", leaf=leaf(dns=["partial-*.case.test"])),
    _passes(
        "uri-san",
        leaf=leaf(uris=["spiffe://case.test/{name}"]),
        policy=btp(sans=[("URI", "spiffe://case.test/{name}")]),
    ),
    _passes(
        "san-list-replaces-hostname",
        leaf=leaf(dns=["elsewhere.test"]),
        policy=btp(sans=[("Hostname", "elsewhere.test")]),
    ),
    _passes(
        "second-san-of-the-list",
        leaf=leaf(dns=["two.test"]),
        policy=btp(sans=[("Hostname", "one.test"), ("Hostname", "two.test")]),
    ),
    _passes("sni-selects-certificate", server=serve(by_sni=True, default="other")),
    # Settings that must pass.
    _passes("tls13-allowed", policy=btp(options=_TLS13), server=serve(min_version="1.3")),
    _passes("tls13-minimum-alone", policy=btp(options={"min-tls-version": "1.3"})),
    _passes(
        "p384-leaf-with-curve",
        leaf=leaf(key="p384"),
        policy=btp(options={"ecdh-curves": "P-256,P-384"}),
    ),
    _passes("p384-leaf-with-tls13", leaf=leaf(key="p384"), policy=btp(options=_TLS13)),
    _passes(
        "ed25519-leaf-allowed",
        leaf=leaf(key="ed25519"),
        policy=btp(options={"signature-algorithms": "ed25519"}),
    ),
    _passes("right-hash", policy=btp(options={"verify-certificate-hash": "{leaf.sha256}"})),
    _passes("system-trust", leaf=leaf("system"), policy=btp("System")),
    _passes("bcp-system-trust", leaf=leaf("system"), policy=bcp("System")),
    _passes("bcp-alpn", policy=bcp(alpnProtocols=["http/1.1"]), server=serve(alpn=["http/1.1"])),
    # What kgateway's BackendConfigPolicy does not check.
    _passes("bcp-name-unchecked", leaf=leaf(dns=["somebody-else.test"]), policy=bcp()),
    _passes(
        "bcp-name-checked",
        leaf=leaf(dns=["{host}"]),
        policy=bcp(verifySubjectAltNames=["{host}"]),
    ),
    _passes(
        "bcp-skip-verify",
        leaf=leaf("self", dns=[], not_before=-90, not_after=-2),
        policy=bcp(secret=False, insecureSkipVerify=True),
    ),
    # Client certificates that must pass.
    _passes(
        "client-certificate-tls12",
        policy=bcp(client="client"),
        server=serve(client_certificate="required", client_ca="client_ca", max_version="1.2"),
    ),
    _passes(
        "client-certificate-rsa",
        policy=bcp(client="client_rsa"),
        server=serve(client_certificate="required", client_ca="client_ca"),
    ),
    _passes(
        "client-certificate-tls13",
        policy=bcp(client="client", parameters={"minVersion": "1.2", "maxVersion": "1.3"}),
        server=serve(client_certificate="required", client_ca="client_ca", min_version="1.3"),
    ),
    _passes(
        "client-certificate-optional",
        server=serve(client_certificate="optional", client_ca="client_ca"),
    ),
    _passes("client-certificate-not-asked-for", policy=bcp(client="client")),
    # Names that must fail.
    _fails("wrong-hostname", "Name/Mismatch", _NAME, policy=btp(hostname="wrong.case.test")),
    _fails("no-san", "Name/Missing", _NAME, leaf=leaf(dns=[])),
    _fails("ip-san-only", "Name/Mismatch", _NAME, leaf=leaf(dns=[], ips=["127.0.0.1"])),
    _fails("wildcard-too-high", "Name/Mismatch", _NAME, leaf=leaf(dns=["*.test"])),
    _fails(
        "wildcard-is-one-label",
        "Name/Mismatch",
        _NAME,
        leaf=leaf(dns=["*.case.test"]),
        policy=btp(hostname="a.b.case.test"),
    ),
    _fails(
        "uri-san-differs-in-case",
        "Name/Mismatch",
        _NAME,
        leaf=leaf(uris=["spiffe://case.test/A"]),
        policy=btp(sans=[("URI", "spiffe://case.test/a")]),
    ),
    _fails(
        "hostname-is-not-in-san-list",
        "Name/Mismatch",
        _NAME,
        policy=btp(sans=[("Hostname", "elsewhere.test")]),
    ),
    _fails(
        "bcp-wrong-san",
        "Name/Mismatch",
        _NAME,
        policy=bcp(verifySubjectAltNames=["wrong.case.test"]),
    ),
    _fails(
        "wrong-hash",
        "Name/PinMismatch",
        ("fail_verify_cert_hash",),
        policy=btp(options={"verify-certificate-hash": "00" * 32}),
    ),
    # Certificates that must fail.
    _fails("expired-leaf", "Cert/Expired", _CHAIN, leaf=leaf(not_before=-90, not_after=-1)),
    _fails("leaf-to-come", "Cert/NotYetValid", _CHAIN, leaf=leaf(not_before=1, not_after=90)),
    _fails("client-eku", "Cert/Purpose", _CHAIN, leaf=leaf(ekus=["clientAuth"])),
    _fails("any-eku", "Cert/Purpose", _CHAIN, leaf=leaf(ekus=["any"])),
    _fails(
        "key-usage-encipherment",
        "Cert/KeyUsage",
        _TLS,
        leaf=leaf(key="rsa2048", key_usage=["keyEncipherment"]),
    ),
    _fails(
        "unknown-critical-extension",
        "Cert/CriticalExtension",
        _CHAIN,
        leaf=leaf(critical_unknown=True),
    ),
    _fails("p384-leaf", ("Tls/NoOverlap", "Cert/KeyUnsupported"), _TLS, leaf=leaf(key="p384")),
    _fails(
        "p521-leaf-with-tls13",
        ("Tls/NoOverlap", "Cert/KeyUnsupported"),
        _TLS,
        leaf=leaf(key="p521"),
        policy=btp(options=_TLS13),
    ),
    _fails(
        "ed25519-leaf", ("Tls/NoOverlap", "Cert/KeyUnsupported"), _TLS, leaf=leaf(key="ed25519")
    ),
    # Chains that must fail.
    _fails("unknown-ca", "Chain/UnknownIssuer", _CHAIN, policy=btp("other")),
    _fails("namesake-ca", "Chain/UnknownIssuer", _CHAIN, policy=btp("namesake")),
    _fails(
        "missing-intermediate", "Chain/UnknownIssuer", _CHAIN, leaf=leaf("intermediate", sends=[])
    ),
    _fails(
        "wrong-intermediate",
        "Chain/UnknownIssuer",
        _CHAIN,
        leaf=leaf("intermediate", sends=["intermediate_before"]),
    ),
    _fails("expired-intermediate", "Cert/Expired", _CHAIN, leaf=leaf("intermediate_before")),
    _fails("expired-ca", "Trust/Expired", _CHAIN, policy=btp("ca_before")),
    _fails("ca-to-come", "Trust/NotYetValid", _CHAIN, policy=btp("ca_to_come")),
    _fails(
        "expired-ca-before-renewed-one",
        ("Trust/Expired", "Trust/Unstable"),
        _CHAIN,
        policy=btp("ca_before+ca"),
    ),
    _fails("self-signed", "Chain/SelfSignedLeaf", _CHAIN, leaf=leaf("self", key_usage=None)),
    _fails(
        "self-signed-for-signatures",
        ("Chain/SelfSignedLeaf", "Chain/UnknownIssuer"),
        _CHAIN,
        leaf=leaf("self"),
    ),
    _fails(
        "untrusted-root-sent", "Chain/UntrustedRoot", _CHAIN, leaf=leaf("other", sends=["other"])
    ),
    _fails("intermediate-is-no-ca", "Chain/InvalidCa", _CHAIN, leaf=leaf("not_a_ca")),
    _fails(
        "intermediate-may-not-sign", "Chain/UnknownIssuer", _CHAIN, leaf=leaf("not_for_signing")
    ),
    _fails("too-many-intermediates", "Chain/InvalidCa", _CHAIN, leaf=leaf("too_deep")),
    _fails(
        "name-constraint",
        "Chain/NameConstraint",
        _CHAIN,
        leaf=leaf("constrained"),
        policy=btp("constrained"),
    ),
    _fails("not-a-system-ca", "Chain/UnknownIssuer", _CHAIN, policy=btp("System")),
    _fails(
        "only-first-reference-is-read",
        "Chain/UnknownIssuer",
        _CHAIN,
        policy=btp(refs=["other", "ca"]),
    ),
    # Versions and ciphers that must fail.
    _fails("server-wants-tls13", "Tls/Version", _TLS, server=serve(min_version="1.3")),
    _fails(
        "server-stuck-at-tls11",
        # OpenSSL may say handshake_failure where it means the version.
        ("Tls/Version", "Tls/NoOverlap"),
        _TLS,
        server=serve(min_version="1.1", max_version="1.1", security_level=0),
    ),
    _fails(
        "policy-wants-tls13",
        "Tls/Version",
        _TLS,
        policy=btp(options={"min-tls-version": "1.3"}),
        server=serve(max_version="1.2"),
    ),
    _fails(
        "bcp-minimum-above-maximum",
        "Config/VersionRange",
        _TLS,
        policy=bcp(parameters={"minVersion": "1.3"}),
    ),
    _fails(
        "no-cipher-in-common",
        "Tls/NoOverlap",
        _TLS,
        policy=bcp(parameters={"cipherSuites": ["ECDHE-RSA-AES128-GCM-SHA256"]}),
    ),
    _fails(
        "server-rejects-sni",
        "Tls/SniRejected",
        _TLS,
        policy=bcp(sni="unknown.case.test"),
        server=serve(by_sni=True, default="ca", reject_unknown_sni=True),
    ),
    # Client certificates that must fail.
    _fails(
        "client-certificate-missing-tls12",
        "ClientCert/Required",
        _TLS,
        server=serve(client_certificate="required", client_ca="client_ca", max_version="1.2"),
    ),
    _fails(
        "client-certificate-missing-tls13",
        "ClientCert/Required",
        ("handshake", "connection_error"),
        policy=btp(options=_TLS13),
        server=serve(client_certificate="required", client_ca="client_ca"),
    ),
    _fails(
        "client-certificate-untrusted-tls12",
        "ClientCert/Untrusted",
        _TLS,
        policy=bcp(client="client_stranger"),
        server=serve(client_certificate="required", client_ca="client_ca", max_version="1.2"),
    ),
    _fails(
        "client-certificate-untrusted-tls13",
        "ClientCert/Untrusted",
        ("handshake", "connection_error"),
        policy=bcp(client="client_stranger", parameters={"maxVersion": "1.3"}),
        server=serve(client_certificate="required", client_ca="client_ca"),
    ),
    _fails(
        "client-certificate-expired",
        "ClientCert/Expired",
        _TLS,
        policy=bcp(client="client_before"),
        server=serve(client_certificate="required", client_ca="client_ca"),
    ),
    # Precedence.
    _fails(
        "btp-beats-lenient-bcp",
        "Chain/UnknownIssuer",
        _CHAIN,
        policy=both(btp("other"), bcp(secret=False, insecureSkipVerify=True)),
    ),
    _passes("good-btp-beats-wrong-bcp", policy=both(btp(), bcp("other"))),
    _closed(
        "invalid-btp-beats-good-bcp", "Trust/NotFound", policy=both(btp(refs=["missing"]), bcp())
    ),
    # Policies that cannot be used.
    _closed("missing-configmap", "Trust/NotFound", policy=btp(refs=["missing"])),
    _closed("key-missing-in-configmap", "Trust/KeyMissing", policy=btp(key="tls.crt")),
    _closed("broken-pem", "Trust/Invalid", policy=btp(text="-----BEGIN CERTIFICATE-----\nMII\n")),
    _closed("bcp-missing-secret", "Trust/NotFound", policy=bcp("missing")),
    _closed(
        "bcp-key-mismatch", "ClientCert/Mismatch", policy=bcp(client="client", key_of="client_rsa")
    ),
    _closed("unknown-option", "Config/TlsOptions", policy=btp(options={"no-such-option": "1"})),
    # Servers that do no TLS.
    _fails("plaintext-server", "Tls/NotTls", _TLS, server=serve(fault="plaintext")),
    _fails("garbage-server", "Tls/NotTls", _TLS, server=serve(fault="garbage")),
    _fails("closing-server", "Net/Closed", (), server=serve(fault="close")),
    _fails("resetting-server", "Net/Reset", (), server=serve(fault="reset")),
    _fails("silent-server", "Net/Timeout", (), server=serve(fault="hang")),
    _fails("nobody-listens", "Net/Refused", (), server=nobody),
)
