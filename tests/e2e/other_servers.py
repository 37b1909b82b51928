"""Servers on other TLS libraries than Python's: NGINX, Go's crypto/tls and Java's JSSE.

All take the options of the backend of gwpolicy.testing; names of ciphers and groups are the
server's own. Go and Java are used where they are installed, and `missing` says why not.
"""

from __future__ import annotations

import base64
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from gwpolicy.testing.backend import Options
from gwpolicy.testing.pki import Credential
from gwpolicy.testing.processes import Nginx

SOURCES = pathlib.Path(__file__).resolve().parent / "servers"

_NGINX_VERSIONS = {"1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}
_ORDER = list(_NGINX_VERSIONS)


def missing(kind: str) -> Optional[str]:
    """Why servers of this kind cannot be started; None if they can."""
    if kind == "go" and shutil.which("go") is None:
        return "no Go toolchain (the command go)"
    if kind == "java" and (shutil.which("java") is None or shutil.which("javac") is None):
        return "no JDK (the commands java and javac)"
    if kind == "s_server" and shutil.which("openssl") is None:
        return "no OpenSSL (the command openssl)"
    return None


def _versions(options: Options) -> list[str]:
    first, last = _ORDER.index(options.min_version), _ORDER.index(options.max_version)
    return [_NGINX_VERSIONS[one] for one in _ORDER[first : last + 1]]


def _certificate(options: Options) -> Credential:
    assert options.certificate is not None
    return options.certificate


def nginx(folder: pathlib.Path, options: Options) -> Nginx:
    """NGINX with these options, not started."""
    directives = []
    if options.ciphers:
        directives.append(f"ssl_ciphers {options.ciphers};")
    if options.group:
        directives.append(f"ssl_ecdh_curve {options.group};")
    if options.client_certificate == "optional":
        directives.append("ssl_verify_client optional;")
    own, name = _certificate(options), "example.com"
    others: Any = None
    if options.by_sni:
        ((name, own),) = options.by_sni.items()
        others = "reject" if options.reject_unknown_sni else options.certificate
    return Nginx(
        folder,
        own,
        server_name=name,
        protocols=" ".join(_versions(options)),
        client_ca=options.client_ca,
        directives=directives,
        proxy_protocol=options.proxy_protocol,
        others=others,
    )


def _go_entry(name: str, options: Options) -> dict[str, Any]:
    def pair(one: Credential) -> dict[str, str]:
        return {"chain": one.chain_pem, "key": one.key_pem}

    return {
        "name": name,
        "certificate": pair(_certificate(options)),
        "by_sni": {sni: pair(one) for sni, one in options.by_sni.items()},
        "reject_unknown_sni": options.reject_unknown_sni,
        "min_version": options.min_version,
        "max_version": options.max_version,
        "ciphers": [one for one in options.ciphers.split(":") if one],
        "group": options.group,
        "alpn": list(options.alpn),
        "client_certificate": options.client_certificate,
        "client_ca": options.client_ca,
    }


def _java_section(name: str, options: Options) -> str:
    def encoded(text: str) -> str:
        return base64.b64encode(text.encode("ascii")).decode("ascii")

    own = _certificate(options)
    lines = {
        "name": name,
        "chain": encoded(own.chain_pem),
        "key": encoded(own.key_pem),
        "versions": ",".join(_versions(options)),
        "client_certificate": options.client_certificate,
    }
    if options.client_ca:
        lines["client_ca"] = encoded(options.client_ca)
    if options.ciphers:
        lines["ciphers"] = options.ciphers.replace(":", ",")
    if options.alpn:
        lines["alpn"] = ",".join(options.alpn)
    for sni, one in options.by_sni.items():
        lines |= {"sni": sni, "sni_chain": encoded(one.chain_pem), "sni_key": encoded(one.key_pem)}
        if options.reject_unknown_sni:
            lines["only_sni"] = sni
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _write_privately(path: pathlib.Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)


def _command(kind: str, folder: pathlib.Path, servers: Mapping[str, Options]) -> list[str]:
    config = folder / f"{kind}.conf"
    if kind == "java":
        sections = [_java_section(name, options) for name, options in servers.items()]
        _write_privately(config, "\n".join(sections))
        # Java's own limits on old versions and short keys would hide what Envoy makes of them.
        limits = folder / "java.security"
        limits.write_text("jdk.tls.disabledAlgorithms=NULL\njdk.certpath.disabledAlgorithms=MD2\n")
        source = str(SOURCES / "Server.java")
        return [
            "java",
            "-XX:TieredStopAtLevel=1",
            f"-Djava.security.properties={limits}",
            source,
            str(config),
        ]
    entries = [_go_entry(name, options) for name, options in servers.items()]
    _write_privately(config, json.dumps(entries))
    program = str(folder / "server")
    subprocess.run(
        ["go", "build", "-o", program, str(SOURCES / "server.go")],
        check=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"},
    )
    return [program, str(config)]


def _warm_up(address: str) -> None:
    """A request that nobody looks at: a JVM's first handshake, or refusal, takes seconds."""
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with contextlib.suppress(OSError):
        with socket.create_connection((host, int(port)), 30) as connection:
            with context.wrap_socket(connection) as secure:
                secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
                secure.recv(1)


@contextlib.contextmanager
def running(
    kind: str, folder: pathlib.Path, servers: Mapping[str, Options]
) -> Iterator[dict[str, str]]:
    """One process of this kind ("go" or "java") with all these servers; yields their addresses."""
    command = _command(kind, folder, servers)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{kind} did not start: {process.stderr.read()[-3000:]}")
        addresses = json.loads(line)
        if kind == "java":
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                list(pool.map(_warm_up, addresses.values()))
        yield addresses
    finally:
        process.stdin.close()  # which tells it to end
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
