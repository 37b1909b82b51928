"""What the rows of the table of handshakes are made of: certificates, servers, policies.

Each row becomes a Service, a route and a policy in one set of manifests and a server of its own;
real Envoy and ``gwpolicy probe`` get the same set. Rows are read as: a server with this certificate
and this behaviour, seen through this policy, passes or fails, with this code from probe. What Envoy
must say of that code is in reasons.py.

Where a row leaves something out: a P-256 certificate of "CA" for the host of the row, a server on
OpenSSL with TLS 1.2 and 1.3, a BackendTLSPolicy that trusts "CA" and expects the host.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from gwpolicy.testing import manifests
from gwpolicy.testing.backend import Options
from gwpolicy.testing.pki import Credential, Pki

from asking_server import AskingOptions

Object = dict[str, Any]


class Authorities:
    """The CAs of all rows. A trust source is the name of one, or of several joined by "+"."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki
        self.ca = ca = pki.root("CA")
        self.ca_before = ca.reissued(not_before=-400, not_after=-2)
        self.ca_to_come = ca.reissued(not_before=2, not_after=400)
        self.other = pki.root("Other CA")
        self.namesake = pki.root("CA")
        self.bare = pki.root("Bare CA", key_ids=False)
        self.bare_namesake = pki.root("Bare CA", key_ids=False)
        self.system = pki.root("System CA")
        self.rsa = pki.root("RSA CA", key="rsa2048")
        self.rsa_1024 = pki.root("RSA-1024 CA", key="rsa1024")
        self.p384 = pki.root("P-384 CA", key="p384")
        self.p521 = pki.root("P-521 CA", key="p521")
        self.ed25519 = pki.root("Ed25519 CA", key="ed25519")
        self.secp256k1 = pki.root("secp256k1 CA", key="secp256k1")
        self.pss = pki.root("RSASSA-PSS CA", key="pss2048", signature="pss")
        self.below_rsa_for_pss = self.rsa.intermediate("For RSASSA-PSS", key="pss2048")
        # Anchors that would not do as intermediates.
        self.anchor_no_ca = pki.root("Anchor, no CA", ca=False)
        self.anchor_no_basics = pki.root("Anchor without basic constraints", ca=None)
        self.anchor_version_1 = pki.root("Anchor of version 1").as_version_1()
        self.anchor_client_eku = pki.root("Anchor for clients", ekus=["clientAuth"])
        self.anchor_critical = pki.root("Anchor with a riddle", critical_unknown=True)
        self.anchor_short = pki.root("Anchor with short paths", path_length=0)
        self.anchor_no_signing = pki.root("Anchor that signs no one", key_usage=["cRLSign"])
        self.below_short = self.anchor_short.intermediate("Below short paths")
        # Name constraints of anchors.
        self.constrained = pki.root("Constrained CA", permitted=["dns:inside.test"])
        self.bound = pki.root("CA for case.test", permitted=["dns:case.test"])
        self.barred = pki.root("CA not for case.test", excluded=["dns:case.test"])
        self.barred_host = pki.root("CA not for bad.test", excluded=["dns:bad.test"])
        self.ip_bound = pki.root("CA for 10/8", permitted=["ip:10.0.0.0/8"])
        self.ip_barred = pki.root("CA not for 10/8", excluded=["ip:10.0.0.0/8"])
        self.uri_bound = pki.root("CA for inside.test URIs", permitted=["uri:inside.test"])
        self.uri_barred = pki.root("CA not for bad.test URIs", excluded=["uri:bad.test"])
        self.email_bound = pki.root("CA for mail of case.test", permitted=["email:case.test"])
        # Intermediates.
        self.intermediate = ca.intermediate("Intermediate")
        self.deeper = self.intermediate.intermediate("Deeper")
        self.intermediate_before = ca.intermediate(
            "Old Intermediate", not_before=-400, not_after=-2
        )
        self.intermediate_to_come = ca.intermediate("New Intermediate", not_before=2, not_after=400)
        self.intermediate_outdated = self.intermediate.cross_signed(
            ca, not_before=-400, not_after=-2
        )
        self.crossed = self.other.cross_signed(ca)
        self.crossed_before = self.other.cross_signed(ca, not_before=-400, not_after=-2)
        self.not_a_ca = ca.intermediate("Not a CA", ca=False)
        self.no_basics = ca.intermediate("No basic constraints", ca=None)
        self.not_for_signing = ca.intermediate("Not for signing", key_usage=["digitalSignature"])
        self.any_usage = ca.intermediate("Any usage", key_usage=None)
        self.for_servers = ca.intermediate("For servers", ekus=["serverAuth"])
        self.for_clients = ca.intermediate("For clients", ekus=["clientAuth"])
        self.for_anything = ca.intermediate("For anything", ekus=["any"])
        self.critical = ca.intermediate("With a riddle", critical_unknown=True)
        self.by_sha1 = self.rsa.intermediate("Signed with SHA-1", signature="sha1")
        self.by_md5 = self.rsa.intermediate("Signed with MD5", signature="md5")
        self.short = ca.intermediate("Short", path_length=0)
        self.too_deep = self.short.intermediate("Too deep")
        self.long_enough = ca.intermediate("Long enough", path_length=1)
        self.deep_enough = self.long_enough.intermediate("Deep enough")
        self.bound_below = ca.intermediate("For case.test", permitted=["dns:case.test"])
        self.constrained_below = ca.intermediate("Constrained", permitted=["dns:inside.test"])
        self.barred_below = ca.intermediate("Not for case.test", excluded=["dns:case.test"])
        # Clients.
        self.client_ca = pki.root("Client CA")
        self.client_other = pki.root("Other client CA")
        self.client_below = self.client_ca.intermediate("Client Intermediate")
        self.client = self._client()
        self.client_rsa = self._client(key="rsa2048")
        self.client_pss = self._client(key="pss2048")
        self.client_p384 = self._client(key="p384")
        self.client_ed25519 = self._client(key="ed25519")
        self.client_below_leaf = self._client(self.client_below)
        self.client_unchained = self.client_below_leaf.sends()
        self.client_stranger = self._client(self.client_other)
        self.client_before = self._client(not_before=-90, not_after=-1)
        self.client_to_come = self._client(not_before=1, not_after=90)
        self.client_for_servers = self._client(ekus=["serverAuth"])
        self.client_without_eku = self._client(ekus=None)

    def _client(self, issuer: Optional[Credential] = None, **options: Any) -> Credential:
        given = {"ekus": ["clientAuth"], **options}
        return (issuer or self.client_ca).leaf("gateway", **given)


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
        found: Credential = getattr(self.authorities, name)
        return found

    def pem(self, trust: str) -> str:
        return "".join(self.find(name).pem for name in trust.split("+"))

    def pin(self, pin: Pin) -> list[str]:
        """As arguments."""
        flag, of = pin
        try:
            one = self.find(of)
        except AttributeError:
            value = of
        else:
            value = one.spki if flag == "--spki-pin" else one.sha256
        return [flag, f"default/{self.name}:443={value}"]

    def fill(self, value: str) -> str:
        return value.format(host=self.host, name=self.name)


#: Make the certificate, and the policy with what it refers to, of a row.
Leaf = Callable[[Ground], Credential]
Policy = Callable[[Ground], list[Object]]


# Certificates.


def leaf(issuer: str = "ca", sends: Optional[Sequence[str]] = None, **options: Any) -> Leaf:
    """A certificate for the row's host.

    issuer   a name of `Authorities`, or "self"
    sends    issuers to send instead of the proper ones
    cn       the common name; else the row's
    """

    def build(ground: Ground) -> Credential:
        given = {"dns": ["{host}"], **options}
        name = ground.fill(given.pop("cn", "{name}"))
        for field in ("dns", "uris"):
            given[field] = [ground.fill(value) for value in given.get(field, ())]
        if issuer == "self":
            made = ground.authorities.pki.self_signed(name, **given)
        else:
            made = ground.find(issuer).leaf(name, **given)
        if sends is None:
            return made
        return made.sends(*(made if one == "leaf" else ground.find(one) for one in sends))

    return build


# Servers.


@dataclasses.dataclass(frozen=True)
class Server:
    """What listens, and with which options.

    kind     "openssl" (the backend of gwpolicy.testing), "nginx", "go", "java", "s_server" (see
             asking_server.py), "hostile" (no TLS library, or not for long) or "nobody" (nothing
             listens)
    options  of the backend, for all kinds: CAs and certificates by their names in `Authorities`
    """

    kind: str
    options: Mapping[str, Any]

    def build(self, ground: Ground) -> Options:
        given = dict(self.options)
        if "client_ca" in given:
            given["client_ca"] = ground.pem(given["client_ca"])
        if "default" in given:
            other = ground.find(given.pop("default")).leaf("default", dns=["default.case.test"])
            given["certificate"] = other
            given["by_sni"] = {ground.host: ground.leaf}
        kind = AskingOptions if self.kind == "s_server" else Options
        return kind(**{"certificate": ground.leaf, "time_limit": 10, **given})


def serve(kind: str = "openssl", **options: Any) -> Server:
    """A server that speaks TLS. `default`: CA of the certificate for other SNIs than the host's."""
    return Server(kind, options)


def hostile(fault: str) -> Server:
    return Server("hostile", {"fault": fault})


def renegotiates(asks: str = "r", times: int = 1, **options: Any) -> Server:
    """A server that asks for more handshakes; with "R" for a client certificate in them."""
    return Server("s_server", {"asks": asks, "times": times, **options})


#: Nothing listens on the endpoint.
NOBODY = Server("nobody", {})


# Policies.


def btp(
    trust: str = "ca",
    hostname: str = "{host}",
    sans: Sequence[tuple[str, str]] = (),
    options: Optional[Mapping[str, str]] = None,
    refs: Sequence[str] = (),
    edit: Callable[[str], str] = lambda pem: pem,
    key: str = "ca.crt",
) -> Policy:
    """A BackendTLSPolicy.

    trust    names of `Authorities`, or "System"
    refs     several references instead, each to a ConfigMap of its own; "missing" refers to nothing
    edit     makes of the certificates what the ConfigMap holds
    options  of the policy, their keys without the prefix "kgateway.dev/"
    """

    def build(ground: Ground) -> list[Object]:
        validation: Object = {"hostname": ground.fill(hostname)}
        if sans:
            fields = {"Hostname": "hostname", "URI": "uri"}
            validation["subjectAltNames"] = [
                {"type": kind, fields[kind]: ground.fill(value)} for kind, value in sans
            ]
        objects: list[Object] = []
        if trust == "System":
            validation["wellKnownCACertificates"] = "System"
        else:
            names = []
            for index, source in enumerate(refs or [trust]):
                names.append(f"{ground.name}-ca-{index}")
                if source != "missing":
                    objects.append(manifests.config_map(names[-1], edit(ground.pem(source)), key))
            references = [manifests.ca_reference(name) for name in names]
            validation["caCertificateRefs"] = references
        filled = {key: value.format(leaf=ground.leaf) for key, value in (options or {}).items()}
        objects.append(manifests.backend_tls_policy(ground.name, validation, filled))
        return objects

    return build


def bcp(
    trust: Optional[str] = "ca",
    client: Optional[str] = None,
    key_of: Optional[str] = None,
    secret: bool = True,
    omit: Sequence[str] = (),
    proxy: Optional[str] = None,
    **tls: Any,
) -> Policy:
    """A BackendConfigPolicy with a Secret.

    trust    as in `btp`; None: the Secret has no ca.crt
    client   whose certificate and key the Secret has; `key_of`: another one's key
    secret   False: no secretRef at all
    omit     keys that the Secret lacks
    proxy    "V1" or "V2": version of the PROXY protocol
    tls      further fields of spec.tls
    """

    def build(ground: Ground) -> list[Object]:
        fields: Object = {"sni": ground.host, **tls}
        if fields["sni"] is None:
            del fields["sni"]
        else:
            fields["sni"] = ground.fill(fields["sni"])
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
                kept = {key: value for key, value in values.items() if key not in omit}
                objects.append(manifests.secret(f"{ground.name}-tls", kept))
        if "verifySubjectAltNames" in fields:
            names = fields["verifySubjectAltNames"]
            fields["verifySubjectAltNames"] = [ground.fill(name) for name in names]
        spec: Object = {"tls": fields}
        if proxy:
            spec["upstreamProxyProtocol"] = {"version": proxy}
        objects.append(manifests.backend_config_policy(ground.name, spec))
        return objects

    return build


def both(*policies: Policy) -> Policy:
    return lambda ground: [one for policy in policies for one in policy(ground)]


# Pins.

#: A flag of `probe` and `envoy`, and its value, which may name the certificates of the row.
Pin = tuple[str, str]


def spki(of: str) -> Pin:
    """An SPKI pin: that of "leaf" or of a name in `Authorities`, else the very text."""
    return "--spki-pin", of


def certificate_hash(of: str) -> Pin:
    """The same for a certificate hash."""
    return "--certificate-hash", of


#: Options of a BackendTLSPolicy that let TLS 1.3 in; Envoy's own maximum for clients is 1.2.
TLS13 = {"max-tls-version": "1.3"}


@dataclasses.dataclass(frozen=True)
class Case:
    """One row.

    verdict  "pass" or "fail"
    pins     what no policy can ask for, by `spki` and `certificate_hash`
    code     of probe's result; empty where it passes
    status   that Envoy passes on from the server where the handshake passes
    """

    name: str
    verdict: str
    code: str = ""
    leaf: Leaf = dataclasses.field(default_factory=leaf)
    policy: Policy = dataclasses.field(default_factory=btp)
    server: Server = dataclasses.field(default_factory=serve)
    status: int = 200
    pins: Sequence[Pin] = ()


def passes(name: str, **parts: Any) -> Case:
    return Case(name, "pass", **parts)


def fails(name: str, code: str, **parts: Any) -> Case:
    return Case(name, "fail", code, **parts)
