"""A server that asks for another handshake: OpenSSL's s_server behind a relay.

Neither Python's ssl nor BoringSSL starts a renegotiation; s_server does when a line says so. The
relay keeps the end of a handshake back until the server's HelloRequest is there and sends both at
once, as a server would that asks right away: probe is done with the handshake otherwise, and looks
at nothing that comes later.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import selectors
import socket
import subprocess
import threading
import time
from types import TracebackType
from typing import Optional

from gwpolicy.testing import processes
from gwpolicy.testing.backend import Options

_CHANGE_CIPHER_SPEC, _HANDSHAKE, _APPLICATION_DATA = 20, 22, 23
_ANSWER = b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"


@dataclasses.dataclass(frozen=True)
class AskingOptions(Options):
    """As of a backend, TLS 1.2 alone, and:

    asks   "r", or "R" to ask for a client certificate as well
    times  renegotiations on each connection
    """

    asks: str = "r"
    times: int = 1


class _Records:
    """Types of the TLS records in a stream that comes in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[int]:
        self._rest += data
        types = []
        while len(self._rest) >= 5:
            size = 5 + int.from_bytes(self._rest[3:5], "big")
            if len(self._rest) < size:
                break
            types.append(self._rest[0])
            self._rest = self._rest[size:]
        return types


class AskingServer:
    """One process and the relay in front of it; one connection at a time.

    asked  how often it asked on the last connection
    """

    def __init__(self, folder: pathlib.Path, options: AskingOptions) -> None:
        self._folder, self._options = folder, options
        self.asked = 0

    def __enter__(self) -> AskingServer:
        assert self._options.certificate is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        chain, key = self._options.certificate.write(self._folder, "server")
        port = processes.free_port()
        command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-tls1_2", "-crlf"]
        command += ["-cert", str(chain), "-key", str(key)]
        if self._options.client_ca:
            ca = self._folder / "client-ca.pem"
            ca.write_text(self._options.client_ca, encoding="ascii")
            command += ["-CAfile", str(ca)]
        self._log = open(self._folder / "s_server.log", "wb")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._upstream = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._wait_until_it_listens()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        with contextlib.suppress(OSError):  # wakes the relay up
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._process.kill()
        self._process.wait()
        self._thread.join(10)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._log.close()

    def _wait_until_it_listens(self) -> None:
        """It says ACCEPT; to connect would take its place for one connection."""
        log = self._folder / "s_server.log"
        end = time.monotonic() + 10
        while b"ACCEPT" not in log.read_bytes():
            if self._process.poll() is not None or time.monotonic() > end:
                raise processes.ProcessFailed(f"s_server: {log.read_text('utf-8', 'replace')}")
            time.sleep(0.02)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                with socket.create_connection(self._upstream, 10) as server:
                    self._relay(client, server)

    def _type(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        of_client, of_server = _Records(), _Records()
        held = b""  # what the client does not get yet
        handshakes = self.asked = 0
        ending = asking = wants_answer = False
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            while ready := selector.select(self._options.time_limit):
                for key, _ in ready:
                    data = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                    if not data:
                        return
                    if key.fileobj is client:
                        wants_answer |= _APPLICATION_DATA in of_client.feed(data)
                        server.sendall(data)
                    else:
                        held += data
                        for kind in of_server.feed(data):
                            if asking:  # this is the HelloRequest
                                asking = False
                            elif kind == _CHANGE_CIPHER_SPEC:
                                ending = True
                            elif ending and kind == _HANDSHAKE:  # the Finished message
                                ending = False
                                handshakes += 1
                                asking = handshakes <= self._options.times
                                if asking:
                                    self.asked += 1
                                    self._type(self._options.asks.encode() + b"\n")
                        if not (asking or ending):
                            client.sendall(held)
                            held = b""
                    if wants_answer and handshakes > self._options.times:
                        wants_answer = False
                        self._type(_ANSWER)
