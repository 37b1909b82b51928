"""What the package ``cryptography`` does not make: SHA-1, MD5, X.509 version 1, RSASSA-PSS keys.

A finished certificate is taken apart, changed and signed again. Just enough of DER for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

__all__ = ["OLD_HASHES", "pss_key", "resigned"]

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
    # RFC 4055 section 3.1: SHA-256, MGF1 with SHA-256, 32 bytes of salt.
    ("rsa", "pss"): bytes.fromhex(
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d"
        "010108300d06096086480165030402010500a203020120"
    ),
    ("ec", "sha1"): bytes.fromhex("300906072a8648ce3d0401"),
    ("ec", "sha256"): bytes.fromhex("300a06082a8648ce3d040302"),
}
# RFC 4055 section 1.2: any RSA signature, and RSASSA-PSS alone, with any parameters.
_RSA_KEY = bytes.fromhex("300d06092a864886f70d0101010500")
_PSS_KEY = bytes.fromhex("300b06092a864886f70d01010a")
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "md5": hashes.MD5,
    "sha256": hashes.SHA256,
    "pss": hashes.SHA256,
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


def pss_key(key: bytes) -> bytes:
    """The same RSA key, SubjectPublicKeyInfo or PKCS#8, as one for RSASSA-PSS alone."""
    parts = [_PSS_KEY if part == _RSA_KEY else part for part in _elements(_content(key))]
    return _encode(_SEQUENCE, b"".join(parts))


def resigned(
    cert: x509.Certificate,
    key: Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey],
    *,
    hash_name: str = "sha256",
    version_1: bool = False,
    for_pss: bool = False,
) -> x509.Certificate:
    """The same certificate, changed and signed by `key`.

    hash_name   "pss": SHA-256 with RSASSA-PSS
    version_1   as X.509 version 1, without extensions
    for_pss     its own RSA key is one for RSASSA-PSS alone
    """
    family = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec"
    algorithm = _ALGORITHMS[family, hash_name]
    parts = list(_elements(_content(cert.tbs_certificate_bytes)))
    first = 1 if parts[0][0] == _VERSION else 0
    parts[first + 1] = algorithm  # after the serial number
    if for_pss:
        parts[first + 5] = pss_key(parts[first + 5])  # after the subject
    if version_1:
        parts = [part for part in parts if part[0] not in (_VERSION, _EXTENSIONS)]
    body = _encode(_SEQUENCE, b"".join(parts))
    digest = _HASHES[hash_name]()
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        signature = key.sign(body, pss if hash_name == "pss" else padding.PKCS1v15(), digest)
    else:
        signature = key.sign(body, ec.ECDSA(digest))
    whole = _encode(_SEQUENCE, body + algorithm + _encode(_BIT_STRING, b"\0" + signature))
    return x509.load_der_x509_certificate(whole)
