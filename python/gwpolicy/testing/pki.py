"""Certificate authorities and certificates for tests.

Every certificate is made in memory, at the time that the `Pki` was told, so that a test of expiry
needs no waiting and no stored files that run out::

    pki = Pki()
    root = pki.root("Example CA")
    web = root.leaf("web", dns=["web.example.com"])
    web.chain_pem          # what a server sends
    root.pem               # what a policy trusts

Keys are real and never printed: `Credential` shows the subject only.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import ipaddress
import os
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Optional, Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gwpolicy.testing.der import OLD_HASHES, pss_key, resigned

__all__ = ["KEY_TYPES", "SIGNATURES", "Credential", "Pki", "PrivateKey"]

#: Keys of the types that `Pki` makes. An annotation and, for isinstance, a union.
PrivateKey = Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey]

#: Names of the key types that `Pki` can make. "pss2048" is an RSA key for RSASSA-PSS alone
#: (id-RSASSA-PSS); what it signs needs the signature "pss".
KEY_TYPES = (
    *("p256", "p384", "p521", "secp256k1", "ed25519"),
    *("rsa1024", "rsa2048", "rsa3072", "rsa4096", "pss2048"),
)

#: How an issuer can sign: a hash, or "pss" for RSASSA-PSS with SHA-256.
SIGNATURES = ("sha256", "sha384", "sha512", "pss", *OLD_HASHES)

_DAY = datetime.timedelta(days=1)

_EKUS = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}

_KEY_USAGES = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "cRLSign": "crl_sign",
}


def _make_key(key_type: str) -> PrivateKey:
    if key_type == "pss2048":
        return _make_key("rsa2048")
    if key_type.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(key_type[3:]))
    if key_type == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves: dict[str, ec.EllipticCurve] = {
        "p256": ec.SECP256R1(),
        "p384": ec.SECP384R1(),
        "p521": ec.SECP521R1(),
        "secp256k1": ec.SECP256K1(),
    }
    if key_type not in curves:
        raise ValueError(f"unknown key type {key_type!r}; one of {', '.join(KEY_TYPES)}")
    return ec.generate_private_key(curves[key_type])


_NEW_HASHES: dict[str, Union[hashes.SHA256, hashes.SHA384, hashes.SHA512]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def _sign(builder: x509.CertificateBuilder, key: PrivateKey, signature: str) -> x509.Certificate:
    if signature not in SIGNATURES:
        raise ValueError(f"unknown signature {signature!r}; one of {', '.join(SIGNATURES)}")
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return builder.sign(key, None)
    if signature == "pss":
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return builder.sign(key, hashes.SHA256(), rsa_padding=pss)
    if signature in OLD_HASHES:
        return resigned(builder.sign(key, hashes.SHA256()), key, hash_name=signature)
    return builder.sign(key, _NEW_HASHES[signature])


def _subtree(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    if kind == "ip":
        return x509.IPAddress(ipaddress.ip_network(value))
    made: dict[str, Callable[[str], x509.GeneralName]] = {
        "dns": x509.DNSName,
        "uri": x509.UniformResourceIdentifier,
        "email": x509.RFC822Name,
    }
    if kind not in made:
        raise ValueError(f"{text!r} is not of the form dns:, ip:, uri: or email: and a subtree")
    return made[kind](value)


def _subtrees(texts: Sequence[str]) -> Optional[list[x509.GeneralName]]:
    return [_subtree(text) for text in texts] or None


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _key_usage(names: Iterable[str]) -> x509.KeyUsage:
    wanted = {_KEY_USAGES[name] for name in names}
    flags = {field: field in wanted for field in _KEY_USAGES.values()}
    return x509.KeyUsage(encipher_only=False, decipher_only=False, **flags)


@dataclasses.dataclass(frozen=True)
class Credential:
    """A certificate with its key and the certificates above it.

    `issuers` goes upwards and leaves the root out: it is what a server sends after its own
    certificate. `for_pss`: certificate and key are for RSASSA-PSS alone, though `key` itself is any
    RSA key.
    """

    pki: Pki = dataclasses.field(repr=False)
    cert: x509.Certificate = dataclasses.field(repr=False)
    key: PrivateKey = dataclasses.field(repr=False)
    issuers: tuple[Credential, ...] = dataclasses.field(default=(), repr=False)
    for_pss: bool = dataclasses.field(default=False, repr=False)

    def __repr__(self) -> str:
        return f"Credential({self.cert.subject.rfc4514_string()!r})"

    @property
    def pem(self) -> str:
        """This certificate alone."""
        return self.cert.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def chain_pem(self) -> str:
        """This certificate, then its intermediates; never the root."""
        return "".join([self.pem, *(issuer.pem for issuer in self.issuers)])

    @property
    def key_pem(self) -> str:
        """The private key, PKCS#8, not encrypted. For the server's own files only."""
        form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        if self.for_pss:
            der = pss_key(self.key.private_bytes(serialization.Encoding.DER, *form))
            text = base64.encodebytes(der).decode("ascii")
            return f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n"
        return self.key.private_bytes(serialization.Encoding.PEM, *form).decode("ascii")

    @property
    def der(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.DER)

    @property
    def sha256(self) -> str:
        """Certificate hash as Envoy's ``verify_certificate_hash`` takes it: 64 hex digits."""
        return self.cert.fingerprint(hashes.SHA256()).hex()

    @property
    def spki(self) -> str:
        """SPKI pin as Envoy's ``verify_certificate_spki`` takes it: 44 characters of base64."""
        key = self.cert.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")

    @property
    def not_after(self) -> datetime.datetime:
        """End of validity, UTC."""
        return self.cert.not_valid_after_utc

    def sends(self, *issuers: Credential) -> Credential:
        """The same with other issuers for a server to send; none: the leaf alone."""
        return dataclasses.replace(self, issuers=tuple(issuers))

    def intermediate(self, name: str, **options: object) -> Credential:
        """A CA below this one. Options as in `Pki.root`."""
        return self.pki._authority(name, issuer=self, **options)  # type: ignore[arg-type]

    def leaf(self, name: str, **options: object) -> Credential:
        """A certificate below this CA. Options as in `Pki.self_signed`."""
        return self.pki._leaf(name, issuer=self, **options)  # type: ignore[arg-type]

    def reissued(self, *, not_before: float, not_after: float) -> Credential:
        """A CA certificate with the same name and key and another validity, in days from now.

        What the CA looks like after its renewal; with an end in the past, what it was before.
        """
        issuer = self.issuers[0] if self.issuers else None
        return self._with_same_key(issuer, not_before=not_before, not_after=not_after)

    def cross_signed(self, issuer: Credential, **options: object) -> Credential:
        """A CA certificate with the same name and key that another CA issued."""
        return self._with_same_key(issuer, **options)

    def _with_same_key(self, issuer: Optional[Credential], **options: object) -> Credential:
        assert not self.for_pss
        name = str(self.cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        return self.pki._authority(
            name, issuer=issuer, key=self.key, **options  # type: ignore[arg-type]
        )

    def as_version_1(self) -> Credential:
        """The same as an X.509 version 1 certificate, which has no extensions; self-signed only."""
        assert not isinstance(self.key, ed25519.Ed25519PrivateKey)
        return dataclasses.replace(self, cert=resigned(self.cert, self.key, version_1=True))

    def write(self, folder: str | os.PathLike[str], stem: str) -> tuple[pathlib.Path, pathlib.Path]:
        """Writes ``STEM.crt`` (the chain) and ``STEM.key`` (mode 0600); returns both paths."""
        folder = pathlib.Path(folder)
        chain = folder / f"{stem}.crt"
        key = folder / f"{stem}.key"
        chain.write_text(self.chain_pem, encoding="ascii")
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.key_pem)
        return chain, key


class Pki:
    """Makes certificates around one moment.

    now   what "today" is; the wall clock if not given. Validity is stated in days from it,
          negative ones before it.
    """

    def __init__(self, now: datetime.datetime | None = None) -> None:
        now = now or datetime.datetime.now(datetime.timezone.utc)
        if now.tzinfo is None:
            raise ValueError("now needs a time zone")
        self.now = now.astimezone(datetime.timezone.utc).replace(microsecond=0)

    def root(self, name: str, **options: object) -> Credential:
        """A self-signed CA.

        key         a key type of `KEY_TYPES`
        signature   how the issuer signs it, of `SIGNATURES`
        not_before, not_after   days from now
        path_length             of basic constraints; None leaves it out
        key_usage               names as RFC 5280 spells them; None leaves the extension out
        ekus                    as in `self_signed`; None leaves the extension out
        permitted, excluded     name constraints: "dns:", "ip:", "uri:" or "email:" and a subtree
        ca                      False: basic constraints say CA:FALSE; None: there are none
        key_ids                 False leaves subject and authority key identifiers out
        critical_unknown        add a critical extension that nobody knows
        """
        return self._authority(name, issuer=None, **options)  # type: ignore[arg-type]

    def self_signed(self, name: str, **options: object) -> Credential:
        """A server certificate that signed itself.

        dns, uris, ips, emails  entries of the subjectAltName; all empty: no such extension
        ekus                    of "serverAuth", "clientAuth", "any"; None leaves the extension out
        ca                      basic constraints say so; None: there are none
        must_staple             add the TLS feature extension that asks for OCSP stapling
        key, signature, key_usage, not_before, not_after, key_ids, critical_unknown  as in `root`
        """
        return self._leaf(name, issuer=None, **options)  # type: ignore[arg-type]

    def _builder(
        self,
        name: str,
        key: PrivateKey,
        issuer: Credential | None,
        *,
        not_before: float,
        not_after: float,
        key_usage: Sequence[str] | None,
        ekus: Sequence[str] | None,
        key_ids: bool,
        critical_unknown: bool,
    ) -> x509.CertificateBuilder:
        """What a CA certificate and a leaf have in common."""
        subject = _common_name(name)
        public = key.public_key()
        issuer_key = issuer.key.public_key() if issuer else public
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.cert.subject if issuer else subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + not_before * _DAY)
            .not_valid_after(self.now + not_after * _DAY)
        )
        extensions: list[tuple[x509.ExtensionType, bool]] = []
        if key_ids:
            extensions.append((x509.SubjectKeyIdentifier.from_public_key(public), False))
        if key_ids and issuer is not None:
            key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
            extensions.append((key_id, False))
        if key_usage is not None:
            extensions.append((_key_usage(key_usage), True))
        if ekus is not None:
            extensions.append((x509.ExtendedKeyUsage([_EKUS[eku] for eku in ekus]), False))
        if critical_unknown:
            oid = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
            extensions.append((x509.UnrecognizedExtension(oid, b"\x05\x00"), True))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder

    def _authority(
        self,
        name: str,
        *,
        issuer: Credential | None,
        key: str | PrivateKey = "p256",
        signature: str = "sha256",
        not_before: float = -30,
        not_after: float = 3650,
        path_length: int | None = None,
        key_usage: Sequence[str] | None = ("keyCertSign", "cRLSign"),
        ekus: Sequence[str] | None = None,
        permitted: Sequence[str] = (),
        excluded: Sequence[str] = (),
        ca: bool | None = True,
        key_ids: bool = True,
        critical_unknown: bool = False,
    ) -> Credential:
        private = _make_key(key) if isinstance(key, str) else key
        builder = self._builder(
            name,
            private,
            issuer,
            not_before=not_before,
            not_after=not_after,
            key_usage=key_usage,
            ekus=ekus,
            key_ids=key_ids,
            critical_unknown=critical_unknown,
        )
        if ca is not None:
            basic = x509.BasicConstraints(ca, path_length if ca else None)
            builder = builder.add_extension(basic, critical=True)
        if permitted or excluded:
            constraints = x509.NameConstraints(_subtrees(permitted), _subtrees(excluded))
            builder = builder.add_extension(constraints, critical=True)
        return self._signed(builder, private, issuer, signature, key == "pss2048")

    def _leaf(
        self,
        name: str,
        *,
        issuer: Credential | None,
        key: str = "p256",
        signature: str = "sha256",
        dns: Sequence[str] = (),
        uris: Sequence[str] = (),
        ips: Sequence[str] = (),
        emails: Sequence[str] = (),
        ekus: Sequence[str] | None = ("serverAuth",),
        key_usage: Sequence[str] | None = ("digitalSignature",),
        not_before: float = -1,
        not_after: float = 90,
        ca: bool | None = None,
        key_ids: bool = True,
        must_staple: bool = False,
        critical_unknown: bool = False,
    ) -> Credential:
        private = _make_key(key)
        builder = self._builder(
            name,
            private,
            issuer,
            not_before=not_before,
            not_after=not_after,
            key_usage=key_usage,
            ekus=ekus,
            key_ids=key_ids,
            critical_unknown=critical_unknown,
        )
        names: list[x509.GeneralName] = [x509.DNSName(value) for value in dns]
        names += [x509.UniformResourceIdentifier(value) for value in uris]
        names += [x509.IPAddress(ipaddress.ip_address(value)) for value in ips]
        names += [x509.RFC822Name(value) for value in emails]
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
        if must_staple:
            builder = builder.add_extension(
                x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False
            )
        return self._signed(builder, private, issuer, signature, key == "pss2048")

    def _signed(
        self,
        builder: x509.CertificateBuilder,
        key: PrivateKey,
        issuer: Credential | None,
        signature: str,
        for_pss: bool,
    ) -> Credential:
        signer = issuer.key if issuer else key
        cert = _sign(builder, signer, signature)
        if for_pss:
            if isinstance(signer, ed25519.Ed25519PrivateKey):
                raise ValueError("no Ed25519 key signs a certificate of an RSASSA-PSS key here")
            cert = resigned(cert, signer, hash_name=signature, for_pss=True)
        above: tuple[Credential, ...] = ()
        if issuer is not None and issuer.cert.subject != issuer.cert.issuer:
            above = (issuer, *issuer.issuers)
        return Credential(self, cert, key, above, for_pss)
