"""The registry of faults: every misbehaviour of a TLS backend, by name.

A row says what the backend does, which code `gwpolicy probe` gives for it, and how to serve it. The
command `gwpolicy serve-test-backend`, its ``--list``, docs/test-backend.md and the tests read this
table and nothing else::

    with faults.Stage() as stage:
        backend = stage.start(faults.find("expired-leaf"))
        stage.objects()      # manifests whose policy trusts the CA and expects the host
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Optional

from gwpolicy.testing import manifests
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential, Pki

__all__ = ["FAULTS", "PORT", "Fault", "Stage", "find", "markdown"]

#: Port of the Services in the manifests.
PORT = 443

_TLS13 = {"max-tls-version": "1.3"}


class Authorities:
    """The CAs and client certificates of one stage, each made when it is asked for."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki

    @functools.cached_property
    def ca(self) -> Credential:
        return self.pki.root("gwpolicy test CA")

    @functools.cached_property
    def rsa_ca(self) -> Credential:
        return self.pki.root("gwpolicy test RSA CA", key="rsa2048")

    @functools.cached_property
    def expired_ca(self) -> Credential:
        return self.ca.reissued(not_before=-400, not_after=-1)

    @functools.cached_property
    def unknown_ca(self) -> Credential:
        return self.pki.root("gwpolicy unknown CA")

    @functools.cached_property
    def constrained_ca(self) -> Credential:
        return self.pki.root("gwpolicy constrained CA", permitted=["dns:inside.test"])

    @functools.cached_property
    def intermediate(self) -> Credential:
        return self.ca.intermediate("gwpolicy test intermediate")

    @functools.cached_property
    def client_ca(self) -> Credential:
        return self.pki.root("gwpolicy test client CA")

    @functools.cached_property
    def client(self) -> Credential:
        return self.client_ca.leaf("gateway", ekus=["clientAuth"])

    @functools.cached_property
    def client_expired(self) -> Credential:
        return self.client_ca.leaf("gateway", ekus=["clientAuth"], not_before=-90, not_after=-1)

    @functools.cached_property
    def client_unknown(self) -> Credential:
        return self.unknown_ca.leaf("gateway", ekus=["clientAuth"])


@dataclasses.dataclass(frozen=True)
class Role:
    """What a row makes its server from."""

    host: str
    authorities: Authorities

    def leaf(self, issuer: Optional[Credential] = None, **options: Any) -> Credential:
        """A proper certificate for the host, but for what `options` say (as in `Credential`)."""
        given = {"dns": [self.host], **options}
        return (issuer or self.authorities.ca).leaf(self.host, **given)


Serve = Callable[[Role], Options]


@dataclasses.dataclass(frozen=True)
class Fault:
    """A row.

    name    as in the command line
    does    what the backend does, as a sentence
    code    that `gwpolicy probe` gives; "" where the handshake passes
    strict  that it gives with --mode strict
    serve   what the backend serves
    trust   of `Authorities`: what the policy trusts
    client  of `Authorities`: the client certificate that the policy shows; "" for none
    tls     options of the BackendTLSPolicy
    """

    name: str
    does: str
    code: str
    strict: str
    serve: Serve
    trust: str = "ca"
    client: str = ""
    tls: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.name}.backend.test"

    def objects(self, authorities: Authorities) -> list[dict[str, Any]]:
        """Service, route, policy and what it refers to; the Gateway is `manifests.GATEWAY`."""
        trusted: Credential = getattr(authorities, self.trust)
        made = [
            manifests.service(self.name, PORT),
            manifests.route(self.name, self.host, self.name),
        ]
        if self.client:
            client: Credential = getattr(authorities, self.client)
            values = {"ca.crt": trusted.pem, "tls.crt": client.chain_pem, "tls.key": client.key_pem}
            tls = {
                "secretRef": {"name": self.name},
                "sni": self.host,
                "verifySubjectAltNames": [self.host],
            }
            made.append(manifests.secret(self.name, values))
            made.append(manifests.backend_config_policy(self.name, {"tls": tls}))
            return made
        validation = {
            "hostname": self.host,
            "caCertificateRefs": [manifests.ca_reference(self.name)],
        }
        made.append(manifests.config_map(self.name, trusted.pem))
        made.append(manifests.backend_tls_policy(self.name, validation, self.tls))
        return made


def _fault(
    name: str, does: str, code: str, serve: Serve, *, strict: Optional[str] = None, **more: Any
) -> Fault:
    return Fault(name, does, code, code if strict is None else strict, serve, **more)


def _leaf(
    name: str,
    does: str,
    code: str,
    *,
    strict: Optional[str] = None,
    issuer: str = "ca",
    sends: Optional[Sequence[str]] = None,
    trust: str = "ca",
    security_level: int = 1,
    **options: Any,
) -> Fault:
    """A fault of the certificate. Issuer, what is sent above it and trust: of `Authorities`."""

    def serve(role: Role) -> Options:
        made = role.leaf(getattr(role.authorities, issuer), **options)
        if sends is not None:
            made = made.sends(*(getattr(role.authorities, one) for one in sends))
        return Options(certificate=made, security_level=security_level)

    return _fault(name, does, code, serve, strict=strict, trust=trust)


def _within(name: str, does: str, code: str) -> Fault:
    """A fault of `gwpolicy.testing.hostile`, under its name there."""
    return _fault(name, does, code, lambda role: Options(certificate=role.leaf(), fault=name))


def _server(
    name: str, does: str, code: str, *, tls: Mapping[str, str] | None = None, **options: Any
) -> Fault:
    """A proper certificate, with these options of the backend."""
    return _fault(
        name, does, code, lambda role: Options(certificate=role.leaf(), **options), tls=tls or {}
    )


def _client(
    name: str, does: str, code: str, *, client: str = "", tls: Mapping[str, str] | None = None
) -> Fault:
    """A server that requires a client certificate."""

    def serve(role: Role) -> Options:
        return Options(
            certificate=role.leaf(),
            client_certificate="required",
            client_ca=role.authorities.client_ca.pem,
            max_version="1.3" if tls else "1.2",
        )

    return _fault(name, does, code, serve, client=client, tls=tls or {})


def _below(name: str, does: str, code: str, **options: Any) -> Fault:
    """A chain over an intermediate of these options."""

    def serve(role: Role) -> Options:
        above = role.authorities.ca.intermediate("gwpolicy bad intermediate", **options)
        return Options(certificate=role.leaf(above))

    return _fault(name, does, code, serve)


def _unordered(role: Role) -> Options:
    upper = role.authorities.intermediate
    lower = upper.intermediate("gwpolicy lower intermediate")
    return Options(certificate=role.leaf(lower).sends(upper, lower))


def _too_deep(role: Role) -> Options:
    short = role.authorities.ca.intermediate("gwpolicy short path", path_length=0)
    return Options(certificate=role.leaf(short.intermediate("gwpolicy beyond the path")))


def _self_signed(role: Role) -> Options:
    made = role.authorities.pki.self_signed(role.host, dns=[role.host], key_usage=None)
    return Options(certificate=made)


def _other_names_only(role: Role) -> Options:
    return Options(
        certificate=role.leaf(), by_sni={"other.backend.test": role.leaf()}, reject_unknown_sni=True
    )


# A row is a line or two.
# fmt: off
FAULTS: tuple[Fault, ...] = (
    _server("none", "Serves properly: the one to compare with.", ""),
    # The certificate.
    _leaf("expired-leaf", "Its certificate expired yesterday.", "Cert/Expired", not_before=-90,
        not_after=-1),
    _leaf("not-yet-valid-leaf", "Its certificate is valid from tomorrow on.", "Cert/NotYetValid",
        not_before=1),
    _leaf("wrong-host", "Its certificate is for another host.", "Name/Mismatch",
        dns=["elsewhere.test"]),
    _leaf("no-san", "Its certificate has the host as common name and no subjectAltName.",
        "Name/Missing", dns=[]),
    _leaf("wildcard-too-high", "Its certificate has a wildcard one label too high.",
        "Name/Mismatch", dns=["*.test"]),
    _leaf("partial-wildcard", "Its certificate has a wildcard within a label.", "",
        strict="Name/PartialWildcard", dns=["partial-*.backend.test"]),
    _leaf("client-eku-only", "Its certificate is for clients alone.", "Cert/Purpose",
        ekus=["clientAuth"]),
    _leaf("key-usage", "The keyUsage of its certificate allows encipherment alone.",
        "Cert/KeyUsage", key="rsa2048", key_usage=["keyEncipherment"]),
    _leaf("unknown-critical-extension",
        "Its certificate has a critical extension that nobody knows.", "Cert/CriticalExtension",
        critical_unknown=True),
    _leaf("weak-key", "Its certificate has an RSA key of 1024 bits.", "", strict="Cert/Weak",
        key="rsa1024", security_level=0),
    _leaf("unsupported-key",
        "Its certificate has a key on P-384, which Envoy does not offer over TLS 1.2.",
        "Tls/NoOverlap", key="p384"),
    _leaf("sha1-signature", "Its certificate is signed with SHA-1.", "", strict="Cert/Weak",
        issuer="rsa_ca", trust="rsa_ca", signature="sha1", security_level=0),
    _leaf("md5-signature", "Its certificate is signed with MD5.", "Chain/BadSignature",
        issuer="rsa_ca", trust="rsa_ca", signature="md5", security_level=0),
    _within("malformed-certificate", "Its certificate breaks off before its end.",
        "Cert/Malformed"),
    _within("server-key-mismatch", "It signs with a key that is not its certificate's.",
        "Tls/ServerKeyMismatch"),
    # The chain.
    _fault("self-signed", "Its certificate signed itself.", "Chain/SelfSignedLeaf", _self_signed),
    _leaf("unknown-ca", "Its certificate is from a CA that the policy does not trust.",
        "Chain/UnknownIssuer", issuer="unknown_ca"),
    _leaf("untrusted-root", "It sends a root along that the policy does not trust.",
        "Chain/UntrustedRoot", issuer="unknown_ca", sends=["unknown_ca"]),
    _leaf("expired-ca", "The CA certificate that the policy trusts has expired.", "Trust/Expired",
        trust="expired_ca"),
    _leaf("missing-intermediate", "It does not send its intermediate.", "Chain/UnknownIssuer",
        issuer="intermediate", sends=[]),
    _fault("unordered-chain",
        "It sends its intermediates in the wrong order, which Envoy forgives.", "", _unordered),
    _below("expired-intermediate", "Its intermediate has expired.", "Cert/Expired", not_before=-400,
        not_after=-1),
    _below("not-a-ca", "Its intermediate is no CA.", "Chain/InvalidCa", ca=False),
    _fault("path-length", "It has an intermediate more than the one above allows.",
        "Chain/InvalidCa", _too_deep),
    _leaf("name-constraint", "Its CA may not issue for its host.", "Chain/NameConstraint",
        issuer="constrained_ca", trust="constrained_ca"),
    _within("empty-chain", "It sends no certificate in its Certificate message.", "Tls/Protocol"),
    _within("no-certificate-message", "It sends no Certificate message.", "Tls/Protocol"),
    _within("huge-chain", "It sends certificates of 200 KB.", "Tls/ChainTooLarge"),
    # Settings.
    _server("old-tls", "It speaks TLS 1.1 at most.", "Tls/NoOverlap", min_version="1.0",
        max_version="1.1", security_level=0),
    _server("tls13-only", "It speaks TLS 1.3 alone, which Envoy does not offer by itself.",
        "Tls/Version", min_version="1.3"),
    _server("no-shared-cipher", "It has no cipher that Envoy offers.", "Tls/NoOverlap",
        ciphers="ECDHE-ECDSA-AES128-SHA256", max_version="1.2"),
    _server("no-shared-group", "It has no group that Envoy offers.", "Tls/NoOverlap",
        group="secp521r1", min_version="1.3", tls=_TLS13),
    _within("alpn-mismatch", "It refuses the ALPN protocols that are offered.", "Tls/AlpnRejected"),
    _fault("sni-rejected", "It does not know the server name that is asked for.", "Tls/SniRejected",
        _other_names_only),
    _server("proxy-header-expected", "It closes where no PROXY header comes first.", "Net/Closed",
        proxy_protocol=True),
    _within("unoffered-version", "It chooses TLS 1.1, which was not offered.", "Tls/Version"),
    _within("unoffered-cipher", "It chooses a cipher that was not offered.", "Tls/Protocol"),
    _within("unasked-extension", "It answers an extension that was not sent.", "Tls/Protocol"),
    # Client certificates.
    _client("client-certificate-required",
        "It requires a client certificate and the policy has none.", "ClientCert/Required"),
    _client("client-certificate-required-tls13",
        "The same over TLS 1.3, where it says so after the handshake.", "ClientCert/Required",
        tls=_TLS13),
    _client("client-certificate-untrusted",
        "It does not trust the CA of the policy's client certificate.", "ClientCert/Untrusted",
        client="client_unknown"),
    _client("client-certificate-expired", "The policy's client certificate has expired.",
        "ClientCert/Expired", client="client_expired"),
    _client("client-certificate-accepted",
        "It requires a client certificate and the policy has the right one.", "", client="client"),
    # No TLS.
    _within("plaintext", "It speaks plain HTTP.", "Tls/NotTls"),
    _within("garbage", "It answers with bytes that are not TLS.", "Tls/NotTls"),
    _within("wrong-record-version", "Its records are of a version that does not exist.",
        "Tls/NotTls"),
    _within("oversized-record", "It announces a record of 64 KB.", "Tls/Protocol"),
    _within("close", "It closes each connection at once.", "Net/Closed"),
    _within("reset", "It resets each connection at once.", "Net/Reset"),
    _within("hang", "It never answers.", "Net/Timeout"),
    # Breaking off.
    _within("hang-after-server-hello", "It falls silent after its ServerHello.", "Net/Timeout"),
    _within("slow-drip", "It sends five bytes a second.", "Net/Timeout"),
    _within("truncated-record", "It closes within its ServerHello.", "Net/Closed"),
    _within("truncated-chain", "It closes within its certificates.", "Net/Closed"),
    _within("close-before-finished", "It closes before its Finished.", "Net/Closed"),
    _within("close-notify", "It answers the ClientHello with close_notify.", "Net/Closed"),
    _within("internal-error", "It answers the ClientHello with the alert internal_error.",
        "Tls/PeerRejected"),
    _within("reset-after-client-hello", "It resets when the ClientHello has come.", "Net/Reset"),
    _within("reset-after-server-hello", "It resets after its ServerHello.", "Net/Reset"),
    _within("reset-after-certificate", "It resets after its certificates.", "Net/Reset"),
    _within("reset-before-finished", "It resets before its Finished.", "Net/Reset"),
    _within("reset-after-handshake",
        "It resets when the handshake is done, so that requests alone see it.", ""),
    # Without end.
    _within("warning-flood", "It sends warnings without end.", "Tls/Flood"),
    _within("empty-record-flood", "It sends empty records without end.", "Tls/Flood"),
    _within("hello-request-flood", "It asks for new handshakes without end.", "Tls/Protocol"),
    _server("ticket-flood",
        "It sends 50,000 session tickets after the handshake, which nobody has to read.", "",
        tickets=50_000, min_version="1.3", tls=_TLS13),
)
# fmt: on

_BY_NAME = {fault.name: fault for fault in FAULTS}


def find(name: str) -> Fault:
    """By name; KeyError if there is none."""
    return _BY_NAME[name]


class Stage:
    """Backends with faults on ports of their own, and one set of manifests for all.

    From ``with`` or the first `start` until `stop`. Certificates are made when a backend starts.
    """

    def __init__(self) -> None:
        self.authorities = Authorities(Pki())
        self.backends: dict[str, Backend] = {}

    def start(self, fault: Fault, host: str = "127.0.0.1", port: int = 0) -> Backend:
        """OSError if the address cannot be had; ValueError for a fault that runs already."""
        if fault.name in self.backends:
            raise ValueError(f"the fault {fault.name} runs already")
        options = fault.serve(Role(fault.host, self.authorities))
        backend = Backend(options, host, port).start()
        self.backends[fault.name] = backend
        return backend

    def objects(self) -> list[dict[str, Any]]:
        """The Gateway and what each backend needs. Holds keys of client certificates."""
        made = list(manifests.GATEWAY)
        for name in self.backends:
            made += find(name).objects(self.authorities)
        return made

    def endpoints(self) -> dict[str, str]:
        """Where each is, as ``--endpoint`` takes it: "default/NAME:PORT" to "ADDR:PORT"."""
        return {f"default/{name}:{PORT}": one.address for name, one in self.backends.items()}

    def stop(self) -> None:
        for backend in self.backends.values():
            backend.stop()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()


def markdown() -> str:
    """The registry as a table for the documentation."""
    rows = ["| fault | what the backend does | code | with `--mode strict` |", "|---|---|---|---|"]
    for fault in FAULTS:
        code, strict = (f"`{one}`" if one else "passes" for one in (fault.code, fault.strict))
        shown = "the same" if fault.strict == fault.code else strict
        rows.append(f"| `{fault.name}` | {fault.does} | {code} | {shown} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
