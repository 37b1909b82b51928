"""What a backend can do instead of TLS, or to a TLS handshake that it has begun.

`BEHAVIOURS` has them by name, as `Options.fault` of `gwpolicy.testing.backend` takes them; what
each is good for stands in the registry, `gwpolicy.testing.faults`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import struct
import threading
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec

from gwpolicy.testing import wire
from gwpolicy.testing.pki import Credential

__all__ = ["BEFORE_READING", "BEHAVIOURS", "Scene", "close_gently", "reset"]

_GARBAGE = b"\x00\xff\x13\x37 this is no TLS record \x00" * 8
# As a plain web server answers a ClientHello.
_HTTP_400 = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_DRIP_SECONDS = 0.2
_UNKNOWN_CIPHER = 0xCAFE
_UNKNOWN_EXTENSION = struct.pack("!HH", 0xCAFE, 0)
_CLOSE_NOTIFY = 0
_NO_CERTIFICATE = 41  # of SSL 3; nothing in TLS 1.2 answers it
_INTERNAL_ERROR = 80
_NO_APPLICATION_PROTOCOL = 120
# Twice what Envoy's client takes of a Certificate message.
_HUGE_CHAIN_BYTES = 200_000


def close_gently(connection: socket.socket) -> None:
    """Ends the stream, then reads what is still under way.

    A plain close() with unread input sends RST, which can overtake the alert that was just written,
    so that the client would never learn why it was refused.
    """
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        while connection.recv(65536):
            pass
    connection.close()


def reset(connection: socket.socket) -> None:
    """Closes with RST, whatever is under way."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@dataclasses.dataclass
class Scene:
    """One connection on which a client has begun to speak.

    credential   for those that get as far as a certificate; ECDSA P-256
    stopping     set when the backend ends: those that wait, wait for it
    time_limit   seconds until those that never end are done anyway
    """

    connection: socket.socket
    credential: Credential
    stopping: threading.Event
    time_limit: float

    def flight(self) -> wire.Flight:
        return wire.Flight(self.credential, wire.read_client_hello(self.connection))

    def say(self, *messages: bytes) -> None:
        self.connection.sendall(b"".join(messages))

    def say_and_close(self, *messages: bytes) -> None:
        self.say(*messages)
        close_gently(self.connection)

    def say_and_reset(self, *messages: bytes) -> None:
        self.say(*messages)
        # A moment for what was said: RST makes the client's kernel drop what it has not read.
        self.stopping.wait(0.1)
        reset(self.connection)

    def wait(self) -> None:
        self.stopping.wait(self.time_limit)

    def drip(self, message: bytes) -> None:
        """Byte by byte."""
        for byte in message:
            if self.stopping.wait(_DRIP_SECONDS):
                return
            self.say(bytes([byte]))

    def flood(self, message: bytes) -> None:
        """The same again and again, until the client or the time has had enough."""
        many = message * 64
        end = time.monotonic() + self.time_limit
        while not self.stopping.is_set() and time.monotonic() < end:
            self.say(many)


Behaviour = Callable[[Scene], None]


def _garbage(scene: Scene) -> None:
    scene.say_and_close(_GARBAGE)


def _plaintext(scene: Scene) -> None:
    scene.say_and_close(_HTTP_400)


def _slow_drip(scene: Scene) -> None:
    scene.drip(scene.flight().whole())


def _hang_after_server_hello(scene: Scene) -> None:
    scene.say(scene.flight().server_hello())
    scene.wait()


def _truncated_record(scene: Scene) -> None:
    hello = scene.flight().server_hello()
    scene.say_and_close(hello[: len(hello) // 2])


def _truncated_chain(scene: Scene) -> None:
    flight = scene.flight()
    chain = flight.certificate()
    scene.say_and_close(flight.server_hello(), chain[: len(chain) // 2])


def _close_before_finished(scene: Scene) -> None:
    scene.say(scene.flight().whole())
    scene.connection.recv(1)  # the client has verified the chain and goes on
    close_gently(scene.connection)


def _reset_after_client_hello(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_reset()


def _reset_after_server_hello(scene: Scene) -> None:
    scene.say_and_reset(scene.flight().server_hello())


def _reset_after_certificate(scene: Scene) -> None:
    flight = scene.flight()
    scene.say_and_reset(flight.server_hello(), flight.certificate())


def _reset_before_finished(scene: Scene) -> None:
    scene.say(scene.flight().whole())
    scene.connection.recv(1)
    reset(scene.connection)


def _wrong_record_version(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_close(wire.record(wire.HANDSHAKE, bytes(64), version=b"\x05\x00"))


def _oversized_record(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_close(bytes([wire.HANDSHAKE]) + wire.TLS_1_2 + b"\xff\xff" + bytes(256))


def _unoffered_version(scene: Scene) -> None:
    scene.say_and_close(scene.flight().server_hello(version=wire.TLS_1_1))


def _unoffered_cipher(scene: Scene) -> None:
    scene.say_and_close(scene.flight().server_hello(cipher=_UNKNOWN_CIPHER))


def _unasked_extension(scene: Scene) -> None:
    scene.say_and_close(scene.flight().server_hello(extensions=_UNKNOWN_EXTENSION))


def _no_certificate_message(scene: Scene) -> None:
    flight = scene.flight()
    scene.say_and_close(flight.server_hello(), flight.server_hello_done())


def _empty_chain(scene: Scene) -> None:
    flight = scene.flight()
    scene.say_and_close(flight.server_hello(), flight.certificate([]))


def _malformed_certificate(scene: Scene) -> None:
    flight = scene.flight()
    broken = scene.credential.der[:-20]
    scene.say_and_close(flight.server_hello(), flight.certificate([broken]))


def _huge_chain(scene: Scene) -> None:
    flight = scene.flight()
    der = scene.credential.der
    chain = [der] * (_HUGE_CHAIN_BYTES // len(der) + 1)
    scene.say_and_close(flight.server_hello(), flight.certificate(chain))


def _server_key_mismatch(scene: Scene) -> None:
    flight = scene.flight()
    other = ec.generate_private_key(ec.SECP256R1())
    scene.say_and_close(
        flight.server_hello(),
        flight.certificate(),
        flight.server_key_exchange(other),
        flight.server_hello_done(),
    )


def _warning_flood(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.flood(wire.alert(wire.WARNING, _NO_CERTIFICATE))


def _empty_record_flood(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.flood(bytes([wire.HANDSHAKE]) + wire.TLS_1_2 + b"\0\0")


def _hello_request_flood(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.flood(wire.handshake(wire.HELLO_REQUEST))


def _internal_error(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_close(wire.alert(wire.FATAL, _INTERNAL_ERROR))


def _alpn_mismatch(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_close(wire.alert(wire.FATAL, _NO_APPLICATION_PROTOCOL))


def _close_notify(scene: Scene) -> None:
    wire.read_client_hello(scene.connection)
    scene.say_and_close(wire.alert(wire.WARNING, _CLOSE_NOTIFY))


#: Those that look at nothing that the client says.
BEFORE_READING: dict[str, Callable[[socket.socket], None]] = {
    "close": close_gently,
    "reset": reset,
}

#: Those that begin when the client has sent its first byte.
BEHAVIOURS: dict[str, Behaviour] = {
    "plaintext": _plaintext,
    "garbage": _garbage,
    "hang": Scene.wait,
    "hang-after-server-hello": _hang_after_server_hello,
    "slow-drip": _slow_drip,
    "truncated-record": _truncated_record,
    "truncated-chain": _truncated_chain,
    "close-before-finished": _close_before_finished,
    "close-notify": _close_notify,
    "reset-after-client-hello": _reset_after_client_hello,
    "reset-after-server-hello": _reset_after_server_hello,
    "reset-after-certificate": _reset_after_certificate,
    "reset-before-finished": _reset_before_finished,
    "wrong-record-version": _wrong_record_version,
    "oversized-record": _oversized_record,
    "unoffered-version": _unoffered_version,
    "unoffered-cipher": _unoffered_cipher,
    "unasked-extension": _unasked_extension,
    "no-certificate-message": _no_certificate_message,
    "empty-chain": _empty_chain,
    "malformed-certificate": _malformed_certificate,
    "huge-chain": _huge_chain,
    "server-key-mismatch": _server_key_mismatch,
    "internal-error": _internal_error,
    "alpn-mismatch": _alpn_mismatch,
    "warning-flood": _warning_flood,
    "empty-record-flood": _empty_record_flood,
    "hello-request-flood": _hello_request_flood,
}
