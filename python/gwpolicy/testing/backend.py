"""A TLS server for tests that says what it saw, with switchable faults.

Serves HTTP/1.1 over a real TLS stack (Python's ``ssl``) and answers every request with JSON in the
shape of httpbin's ``/anything``, plus what the handshake brought: SNI, version, cipher, ALPN, the
client certificate's subject::

    with Backend(Options(certificate=web, alpn=["http/1.1"])) as backend:
        connect_to(backend.address)
    backend.seen            # connections, oldest first

The same from a shell: ``python -m gwpolicy.testing.backend --help``.

Unlike a production server it records plaintext that arrives on the TLS port, so that a test can
assert that there was none.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import socket
import ssl
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional, cast, get_args

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gwpolicy.testing.exchange import Exchange
from gwpolicy.testing.hostile import BEFORE_READING, BEHAVIOURS, Scene, close_gently, reset
from gwpolicy.testing.pki import Credential, Pki, PrivateKey

__all__ = [
    "CLIENT_CERTIFICATE_MODES",
    "FAULTS",
    "VERSIONS",
    "Backend",
    "Options",
    "Seen",
    "read_credential",
]

_AFTER_HANDSHAKE = ("reset-after-handshake",)

#: What a backend can do instead of serving: "none", or what `gwpolicy.testing.faults` explains.
FAULTS = ("none", *BEFORE_READING, *BEHAVIOURS, *_AFTER_HANDSHAKE)

CLIENT_CERTIFICATE_MODES = ("none", "optional", "required")

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}

_TLS_HANDSHAKE_RECORD = 0x16
_MAX_SEEN = 10_000
_PROXY_V2_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_MAX_PROXY_V1 = 107  # bytes, with the line's end


@dataclasses.dataclass(frozen=True)
class Options:
    """What a `Backend` serves.

    certificate          chain and key to present; may stay None for faults within the handshake
    by_sni               certificates for single SNI names (lower case); others get `certificate`
    reject_unknown_sni   alert unrecognized_name where the SNI is not in `by_sni`
    client_certificate   one of `CLIENT_CERTIFICATE_MODES`
    client_ca            PEM of the CAs whose client certificates are accepted
    min_version, max_version   of `VERSIONS`
    ciphers              OpenSSL cipher string for TLS 1.2 and below
    security_level       OpenSSL's; 0 allows TLS 1.0, TLS 1.1 and 1024-bit keys
    group                the one group for the key exchange, as OpenSSL names it; "": its defaults
    tickets              session tickets after a TLS 1.3 handshake; None: OpenSSL's two
    alpn                 protocols that the server takes, in its order; empty: ALPN is not looked at
    proxy_protocol       whether a PROXY header must come before TLS; without one: closed
    fault                one of `FAULTS`
    time_limit           seconds until an idle connection is dropped
    """

    certificate: Optional[Credential] = None
    by_sni: Mapping[str, Credential] = dataclasses.field(default_factory=dict)
    reject_unknown_sni: bool = False
    client_certificate: str = "none"
    client_ca: str = ""
    min_version: str = "1.2"
    max_version: str = "1.3"
    ciphers: str = ""
    security_level: int = 1
    group: str = ""
    tickets: Optional[int] = None
    alpn: Sequence[str] = ()
    proxy_protocol: bool = False
    fault: str = "none"
    time_limit: float = 60.0

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise ValueError(f"unknown fault {self.fault!r}")
        if self.client_certificate not in CLIENT_CERTIFICATE_MODES:
            raise ValueError(f"unknown client certificate mode {self.client_certificate!r}")
        if self.certificate is None and self.fault in ("none", *_AFTER_HANDSHAKE):
            raise ValueError("a backend that speaks TLS needs a certificate")


@dataclasses.dataclass
class Seen:
    """One connection as the backend saw it.

    kind      "tls", "plaintext", "proxy" (an unexpected PROXY header), "silent" (nothing was sent)
              or "dropped" (unread by a fault, or without the PROXY header that is asked for)
    proxy     the PROXY header, as text (version 1) or in hexadecimal
    error     why the handshake failed; empty if it did not
    requests  "METHOD PATH" of each request
    """

    kind: str = "silent"
    proxy: Optional[str] = None
    sni: Optional[str] = None
    version: Optional[str] = None
    cipher: Optional[str] = None
    alpn: Optional[str] = None
    client_subject: Optional[str] = None
    error: str = ""
    requests: list[str] = dataclasses.field(default_factory=list)


def _subject(certificate: Mapping[str, Any]) -> str:
    short = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU"}
    pairs = [pair for rdn in certificate.get("subject", ()) for pair in rdn]
    return ",".join(f"{short.get(key, key)}={value}" for key, value in pairs)


def _told_of(seen: Seen) -> dict[str, Optional[str]]:
    """What the answers to requests tell of the handshake."""
    return {
        "alpn": seen.alpn,
        "cipher": seen.cipher,
        "client_certificate": seen.client_subject,
        "sni": seen.sni,
        "version": seen.version,
    }


def _looks_like_proxy_header(first: bytes) -> bool:
    return first.startswith(b"PROXY ") or first.startswith(_PROXY_V2_SIGNATURE[:6])


def _take_proxy_header(connection: socket.socket) -> Optional[str]:
    """Takes the header of HAProxy's PROXY protocol off the connection; None: there is none."""
    first = connection.recv(len(_PROXY_V2_SIGNATURE), socket.MSG_PEEK)
    if first == _PROXY_V2_SIGNATURE:
        head = connection.recv(16, socket.MSG_WAITALL)
        body = connection.recv(int.from_bytes(head[14:16], "big"), socket.MSG_WAITALL)
        return (head + body).hex()
    if not first.startswith(b"PROXY "):
        return None
    line = b""
    while not line.endswith(b"\r\n") and len(line) < _MAX_PROXY_V1:
        got = connection.recv(1)
        if not got:
            return None
        line += got
    return line.decode("latin-1").rstrip()


def _context(options: Options, certificate: Credential) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The level comes first: it decides whether old versions and short keys can be set at all.
    suffix = f"@SECLEVEL={options.security_level}"
    context.set_ciphers(f"{options.ciphers or 'DEFAULT'}:{suffix}")
    with warnings.catch_warnings():
        # TLS 1.1 and below are deprecated, which is why a test wants them.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = VERSIONS[options.min_version]
        context.maximum_version = VERSIONS[options.max_version]
    if options.group:
        context.set_ecdh_curve(options.group)
    if options.tickets is not None:
        context.num_tickets = options.tickets
    if options.alpn:
        context.set_alpn_protocols(list(options.alpn))
    if options.client_certificate != "none":
        required = options.client_certificate == "required"
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
        if options.client_ca:
            context.load_verify_locations(cadata=options.client_ca)
    # ssl loads keys from files only; the folder is private to this user and gone right after.
    with tempfile.TemporaryDirectory(prefix="gwpolicy-backend-") as folder:
        chain, key = certificate.write(folder, "server")
        context.load_cert_chain(chain, key)
    return context


class Backend:
    """A threaded server on a port of its own, from `start` or ``with`` until `stop`.

    `address` is known before anything listens to it elsewhere: the port is bound in the
    constructor. Thread-safe.
    """

    def __init__(self, options: Options, host: str = "127.0.0.1", port: int = 0) -> None:
        self.options = options
        self._lock = threading.Lock()
        self._seen: collections.deque[Seen] = collections.deque(maxlen=_MAX_SEEN)
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._stopping = threading.Event()
        self._default: Optional[ssl.SSLContext] = None
        self._by_sni: dict[str, ssl.SSLContext] = {}
        if options.certificate is not None and options.fault in ("none", *_AFTER_HANDSHAKE):
            self._default = _context(options, options.certificate)
            self._by_sni = {
                name.lower(): _context(options, certificate)
                for name, certificate in options.by_sni.items()
            }
            self._default.sni_callback = self._choose_by_sni
        # What a fault shows where nobody asked for a certificate of its own.
        self._credential = options.certificate or Pki().self_signed("nobody", dns=["nobody.test"])
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((host, port))
            self._listener.listen(128)
        except OSError:
            self._listener.close()
            raise
        self.host, self.port = self._listener.getsockname()[:2]
        self._acceptor = threading.Thread(target=self._accept, name="backend-accept", daemon=True)

    @property
    def address(self) -> str:
        """``ADDRESS:PORT`` as ``--endpoint`` takes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def seen(self) -> list[Seen]:
        """The last 10,000 connections, oldest first. The entries are copies."""
        with self._lock:
            return [dataclasses.replace(one, requests=list(one.requests)) for one in self._seen]

    @property
    def plaintext(self) -> list[Seen]:
        """Connections on which something other than TLS arrived."""
        return [one for one in self.seen if one.kind == "plaintext"]

    def forget(self) -> None:
        """Empties `seen`."""
        with self._lock:
            self._seen.clear()

    def start(self) -> Backend:
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """Drops every connection and waits for the threads. May be called twice."""
        self._stopping.set()
        # Closing alone does not wake a blocked accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            # Not the method of SSLSocket, which takes TLS away under the thread that uses it.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        if self._acceptor.ident is not None:
            self._acceptor.join(5)
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(5)

    def __enter__(self) -> Backend:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _choose_by_sni(
        self, connection: ssl.SSLObject, name: Optional[str], _context: ssl.SSLContext
    ) -> Optional[int]:
        seen = getattr(connection, "gwpolicy_seen", None)
        if seen is not None:
            seen.sni = name
        context = self._by_sni.get((name or "").lower())
        if context is not None:
            connection.context = context
            return None
        if self.options.reject_unknown_sni:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        return None

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection, peer), daemon=True)
            with self._lock:
                self._open.add(connection)
                # Ended ones are dropped here, not by themselves: `stop` waits for the very end.
                self._threads = {one for one in self._threads if one.is_alive()} | {thread}
                thread.start()

    def _serve(self, connection: socket.socket, peer: Any) -> None:
        seen = Seen()
        with self._lock:
            self._seen.append(seen)
        try:
            connection.settimeout(self.options.time_limit)
            self._talk(connection, peer, seen)
        except OSError as error:  # ssl.SSLError and time-outs are OSErrors, too
            seen.error = seen.error or str(error)
        finally:
            with self._lock:
                self._open.discard(connection)
            with contextlib.suppress(OSError):
                connection.close()

    def _talk(self, connection: socket.socket, peer: Any, seen: Seen) -> None:
        fault = self.options.fault
        if fault in BEFORE_READING:
            seen.kind = "dropped"
            BEFORE_READING[fault](connection)
            return
        if self.options.proxy_protocol:
            seen.proxy = _take_proxy_header(connection)
            if seen.proxy is None:
                seen.kind = "dropped"
                close_gently(connection)
                return
        first = connection.recv(6, socket.MSG_PEEK)
        if not first:
            return
        if first[0] == _TLS_HANDSHAKE_RECORD:
            seen.kind = "tls"
        else:
            seen.kind = "proxy" if _looks_like_proxy_header(first) else "plaintext"
        if fault == "plaintext" and seen.kind == "plaintext":
            Exchange(connection, peer, seen.requests, None).run()
            return
        if fault in BEHAVIOURS:
            limit = self.options.time_limit
            BEHAVIOURS[fault](Scene(connection, self._credential, self._stopping, limit))
            return
        if seen.kind == "plaintext":
            # nginx answers 400 as well; a client that falls back to plaintext must not see a 200.
            seen.requests.append(connection.recv(4096).split(b"\r\n", 1)[0].decode("latin-1"))
            body = b"plain HTTP on the TLS port\n"
            head = f"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: {len(body)}"
            connection.sendall(head.encode("ascii") + b"\r\n\r\n" + body)
            close_gently(connection)
            return
        self._speak_tls(connection, peer, seen)

    def _speak_tls(self, connection: socket.socket, peer: Any, seen: Seen) -> None:
        assert self._default is not None
        secure = self._default.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        with self._tracked(secure):
            secure.gwpolicy_seen = seen  # type: ignore[attr-defined]
            try:
                secure.do_handshake()
            except ssl.SSLError as error:
                seen.error = str(error)
                close_gently(socket.socket(fileno=secure.detach()))
                return
            seen.version = secure.version()
            cipher = secure.cipher()
            seen.cipher = cipher[0] if cipher else None
            seen.alpn = secure.selected_alpn_protocol()
            certificate = secure.getpeercert()
            seen.client_subject = _subject(certificate) if certificate else None
            if self.options.fault == "reset-after-handshake":
                reset(socket.socket(fileno=secure.detach()))
                return
            Exchange(secure, peer, seen.requests, _told_of(seen)).run()

    @contextlib.contextmanager
    def _tracked(self, secure: ssl.SSLSocket) -> Iterator[None]:
        """Lets `stop` reach the TLS socket, which has taken the descriptor from the plain one."""
        with self._lock:
            self._open.add(secure)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(secure)
            secure.close()


def read_credential(chain: str | os.PathLike[str], key: str | os.PathLike[str]) -> Credential:
    """Certificate, intermediates and key from PEM files."""
    certificates = x509.load_pem_x509_certificates(pathlib.Path(chain).read_bytes())
    private = serialization.load_pem_private_key(pathlib.Path(key).read_bytes(), password=None)
    pki = Pki()
    if not isinstance(private, get_args(PrivateKey)):
        raise ValueError(f"{key}: no key of a type that gwpolicy.testing.pki makes")
    owned = cast(PrivateKey, private)
    above = tuple(Credential(pki, one, owned) for one in certificates[1:])
    return Credential(pki, certificates[0], owned, above)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gwpolicy.testing.backend",
        description="A TLS server for tests. Prints one line of JSON with its address when it "
        "listens, and one line a connection with --verbose; ends on SIGINT or SIGTERM.",
    )
    parser.add_argument(
        "--listen", default="127.0.0.1:0", metavar="ADDR:PORT", help="default %(default)s"
    )
    parser.add_argument("--cert", metavar="FILE", help="PEM, leaf first")
    parser.add_argument("--key", metavar="FILE", help="PEM, not encrypted")
    parser.add_argument(
        "--generate",
        action="append",
        default=[],
        metavar="NAME",
        help="instead of --cert: make a CA and a certificate for this DNS name; repeats",
    )
    parser.add_argument("--ca-out", metavar="FILE", help="with --generate: where to write the CA")
    parser.add_argument(
        "--sni-cert",
        action="append",
        default=[],
        metavar="NAME=CERT,KEY",
        help="certificate for one SNI name; repeats",
    )
    parser.add_argument("--reject-unknown-sni", action="store_true", help="alert other SNI names")
    parser.add_argument("--client-cert", choices=CLIENT_CERTIFICATE_MODES, default="none")
    parser.add_argument("--client-ca", metavar="FILE", help="CAs of client certificates")
    parser.add_argument("--min-version", choices=sorted(VERSIONS), default="1.2")
    parser.add_argument("--max-version", choices=sorted(VERSIONS), default="1.3")
    parser.add_argument("--ciphers", default="", metavar="LIST", help="OpenSSL list, TLS 1.2")
    parser.add_argument(
        "--security-level", type=int, default=1, metavar="N", help="OpenSSL's; 0 for TLS 1.1"
    )
    parser.add_argument("--alpn", default="", metavar="P,P", help="protocols, in order")
    parser.add_argument(
        "--fault",
        choices=FAULTS,
        default="none",
        metavar="NAME",
        help="what to do instead of serving; `gwpolicy serve-test-backend` explains them",
    )
    parser.add_argument("--verbose", action="store_true", help="say each connection")
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = _parser()
    args = parser.parse_args(arguments)
    certificate: Optional[Credential] = None
    try:
        if args.generate:
            root = Pki().root("gwpolicy test CA")
            certificate = root.leaf(args.generate[0], dns=args.generate)
            if args.ca_out:
                pathlib.Path(args.ca_out).write_text(root.pem, encoding="ascii")
        elif args.cert and args.key:
            certificate = read_credential(args.cert, args.key)
        elif args.fault == "none":
            parser.error("give --cert and --key, or --generate")
        by_sni = {}
        for entry in args.sni_cert:
            name, separator, files = entry.partition("=")
            chain, comma, key = files.partition(",")
            if not (separator and comma):
                parser.error(f"--sni-cert {entry!r}: expected NAME=CERT,KEY")
            by_sni[name.lower()] = read_credential(chain, key)
        client_ca = pathlib.Path(args.client_ca).read_text("ascii") if args.client_ca else ""
        host, _, port = args.listen.rpartition(":")
        options = Options(
            certificate=certificate,
            by_sni=by_sni,
            reject_unknown_sni=args.reject_unknown_sni,
            client_certificate=args.client_cert,
            client_ca=client_ca,
            min_version=args.min_version,
            max_version=args.max_version,
            ciphers=args.ciphers,
            security_level=args.security_level,
            alpn=[one for one in args.alpn.split(",") if one],
            fault=args.fault,
        )
        backend = Backend(options, host.strip("[]") or "127.0.0.1", int(port))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with backend:
        print(json.dumps({"listening": backend.address, "pid": os.getpid()}), flush=True)
        said = 0
        while not ended.wait(0.2):
            if args.verbose:
                seen = backend.seen
                for one in seen[said:]:
                    print(json.dumps(dataclasses.asdict(one)), flush=True)
                said = len(seen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
