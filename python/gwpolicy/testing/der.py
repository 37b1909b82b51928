"""Certificates that the package ``cryptography`` refuses to sign: SHA-1, MD5, X.509 version 1.

A finished certificate is taken apart, changed and signed again. Just enough of DER for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

__all__ = ["OLD_HASHES", "resigned"]

#: Hashes that are too weak for a signature, which is why a test wants them.
OLD_HASHES = ("sha1", "md5")

_SEQUENCE = 0x30
_BIT_STRING = 0x03
_VERSION = 0xA0
_EXTENSIONS = 0xA3

# AlgorithmIdentifiers of RFC 3279 section 2.2, complete with their parameters.
_ALGORITHMS = {
    ("rsa", "sha1"): bytes.fromhex("300d06092a864886f70d0101050500"),
    ("rsa", "md5"): bytes.fromhex("300d06092a864886f70d0101040500"),
    ("rsa", "sha256"): bytes.fromhex("300d06092a864886f70d01010b0500"),
    ("ec", "sha1"): bytes.fromhex("300906072a8648ce3d0401"),
    ("ec", "sha256"): bytes.fromhex("300a06082a8648ce3d040302"),
}
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "md5": hashes.MD5,
    "sha256": hashes.SHA256,
}


def _encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _elements(content: bytes) -> Iterator[bytes]:
    """The elements that follow each other in `content`, each with tag and length."""
    at = 0
    while at < len(content):
        start = at
        size = content[at + 1]
        at += 2
        if size & 0x80:
            octets = size & 0x7F
            size = int.from_bytes(content[at : at + octets], "big")
            at += octets
        at += size
        yield content[start:at]


def _content(element: bytes) -> bytes:
    octets = element[1] & 0x7F if element[1] & 0x80 else 0
    return element[2 + octets :]


def resigned(
    cert: x509.Certificate,
    key: Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey],
    *,
    hash_name: str = "sha256",
    version_1: bool = False,
) -> x509.Certificate:
    """The same certificate, signed by `key` with another hash; as version 1 without extensions."""
    family = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec"
    algorithm = _ALGORITHMS[family, hash_name]
    parts = list(_elements(_content(cert.tbs_certificate_bytes)))
    first = 1 if parts[0][0] == _VERSION else 0
    parts[first + 1] = algorithm  # after the serial number
    if version_1:
        parts = [part for part in parts if part[0] not in (_VERSION, _EXTENSIONS)]
    body = _encode(_SEQUENCE, b"".join(parts))
    digest = _HASHES[hash_name]()
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(body, padding.PKCS1v15(), digest)
    else:
        signature = key.sign(body, ec.ECDSA(digest))
    whole = _encode(_SEQUENCE, body + algorithm + _encode(_BIT_STRING, b"\0" + signature))
    return x509.load_der_x509_certificate(whole)
