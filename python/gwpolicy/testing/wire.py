"""TLS 1.2 messages made by hand, for servers that no TLS library would let us write.

Up to the server's ServerHelloDone TLS 1.2 is not encrypted (RFC 5246 section 7.3), so a server that
breaks off, lies or goes on for ever before that needs no more than bytes.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

from gwpolicy.testing.pki import Credential

__all__ = ["Flight", "alert", "handshake", "read_client_hello", "record"]

ALERT = 21
HANDSHAKE = 22
HELLO_REQUEST = 0
SERVER_HELLO = 2
CERTIFICATE = 11
SERVER_KEY_EXCHANGE = 12
SERVER_HELLO_DONE = 14

WARNING = 1
FATAL = 2

TLS_1_1 = b"\x03\x02"
TLS_1_2 = b"\x03\x03"

_MAX_FRAGMENT = 1 << 14
_ECDHE_ECDSA_AES128_GCM = 0xC02B
_X25519 = 0x001D
_ECDSA_P256_SHA256 = 0x0403


def _vector(size_bytes: int, content: bytes) -> bytes:
    return len(content).to_bytes(size_bytes, "big") + content


def record(kind: int, content: bytes, version: bytes = TLS_1_2) -> bytes:
    """One or more records of this content type; none for no content."""
    return b"".join(
        bytes([kind]) + version + _vector(2, content[at : at + _MAX_FRAGMENT])
        for at in range(0, len(content), _MAX_FRAGMENT)
    )


def handshake(kind: int, content: bytes = b"") -> bytes:
    """A handshake message in records of its own."""
    return record(HANDSHAKE, bytes([kind]) + _vector(3, content))


def alert(level: int, description: int) -> bytes:
    return record(ALERT, bytes([level, description]))


def _read(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        got = connection.recv(size - len(content))
        if not got:
            raise ConnectionError("the client closed the connection within a record")
        content += got
    return content


def read_client_hello(connection: socket.socket) -> bytes:
    """Takes the first record off the connection; returns the client's random."""
    head = _read(connection, 5)
    body = _read(connection, struct.unpack("!H", head[3:])[0])
    # Message header (4) and version (2) come before it: RFC 5246 section 7.4.1.2.
    return body[6:38]


class Flight:
    """What a server sends after the ClientHello, message by message.

    Proper unless told otherwise: a client that trusts the certificate (ECDSA P-256 alone) goes on
    to its own part of the key exchange.
    """

    def __init__(self, credential: Credential, client_random: bytes) -> None:
        self._credential = credential
        self._client_random = client_random
        self._random = os.urandom(32)

    def server_hello(
        self,
        version: bytes = TLS_1_2,
        cipher: int = _ECDHE_ECDSA_AES128_GCM,
        extensions: bytes = b"",
    ) -> bytes:
        content = version + self._random + _vector(1, b"") + struct.pack("!HB", cipher, 0)
        return handshake(SERVER_HELLO, content + (_vector(2, extensions) if extensions else b""))

    def certificate(self, chain: Sequence[bytes] | None = None) -> bytes:
        """`chain`: DER of other certificates than the credential's."""
        if chain is None:
            chain = [one.der for one in (self._credential, *self._credential.issuers)]
        entries = b"".join(_vector(3, one) for one in chain)
        return handshake(CERTIFICATE, _vector(3, entries))

    def server_key_exchange(self, signer: ec.EllipticCurvePrivateKey | None = None) -> bytes:
        """`signer`: another key than the certificate's."""
        key = signer or self._credential.key
        assert isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1"
        public = x25519.X25519PrivateKey.generate().public_key()
        point = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        named_curve = 3
        parameters = struct.pack("!BH", named_curve, _X25519) + _vector(1, point)
        signed = self._client_random + self._random + parameters
        signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
        proof = struct.pack("!H", _ECDSA_P256_SHA256) + _vector(2, signature)
        return handshake(SERVER_KEY_EXCHANGE, parameters + proof)

    def server_hello_done(self) -> bytes:
        return handshake(SERVER_HELLO_DONE)

    def whole(self) -> bytes:
        return (
            self.server_hello()
            + self.certificate()
            + self.server_key_exchange()
            + self.server_hello_done()
        )
