#!/usr/bin/env python3
"""Writes the certificates that the C++ tests embed, valid from 2000 to 2099 unless the name says otherwise.

    python3 tests/data/pki/generate.py    # rewrites tests/testing/certificates.h

Keys are derived from names and signatures are RFC 6979 ones, so the same bytes come out each time.
Needs the package `cryptography` (44 or newer).
"""
import datetime
import hashlib
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FROM, TO = datetime.datetime(2000, 1, 1), datetime.datetime(2099, 12, 31)
HEADER = pathlib.Path(__file__).parents[2] / "testing" / "certificates.h"


def key(label: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha512(label.encode()).digest(), "big")
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(subject: str, issuer: str, names: tuple[str, ...] = (), until=TO) -> str:
    is_ca = subject == issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key(subject).public_key())
        .serial_number(int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big") >> 1)
        .not_valid_before(FROM)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    signed = builder.sign(key(issuer), hashes.SHA256(), ecdsa_deterministic=True)
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def private_key(label: str) -> str:
    return (
        key(label)
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


CONSTANTS = {
    "kCaA": ("A CA.", certificate("CA A", "CA A")),
    "kCaB": ("Another CA.", certificate("CA B", "CA B")),
    "kExpiredCa": ("A CA that expired on 2026-07-07.", certificate("CA X", "CA X", until=datetime.datetime(2026, 7, 7))),
    "kClientCertificate": ("A client certificate by CA A.", certificate("client", "CA A", ("client.example.com",))),
    "kClientKey": ("Its key. It guards nothing.", private_key("client")),
    "kOtherKey": ("A key that belongs to no certificate here.", private_key("other")),
}


def main() -> None:
    lines = [
        "#ifndef GWPOLICY_TESTS_TESTING_CERTIFICATES_H_",
        "#define GWPOLICY_TESTS_TESTING_CERTIFICATES_H_",
        "",
        "// Made by tests/data/pki/generate.py; do not edit.",
        "namespace gwpolicy {",
        "namespace testing {",
        "",
    ]
    for constant, (doc, pem) in CONSTANTS.items():
        lines += [f"// {doc}", f'inline constexpr char {constant}[] = R"({pem})";', ""]
    lines += ["}  // namespace testing", "}  // namespace gwpolicy", "", "#endif  // GWPOLICY_TESTS_TESTING_CERTIFICATES_H_", ""]
    HEADER.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
