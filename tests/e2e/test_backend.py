"""The test backend and the runners do what the other tests rely on."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
from datetime import datetime, timezone
from typing import Any, Optional

import pytest

from gwpolicy.testing.backend import FAULTS, Backend, Options
from gwpolicy.testing.pki import KEY_TYPES, Credential, Pki
from gwpolicy.testing.processes import Envoy, Nginx, ProcessFailed


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def root(pki: Pki) -> Credential:
    return pki.root("Root")


@pytest.fixture(scope="module")
def web(root: Credential) -> Credential:
    return root.leaf("web", dns=["web.test"])


def ask(
    backend: Backend,
    trust: str,
    name: str = "web.test",
    client: Optional[tuple[pathlib.Path, pathlib.Path]] = None,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
) -> Any:
    """One HTTPS request, as the JSON that the backend answers."""
    context = ssl.create_default_context(cadata=trust)
    context.maximum_version = version
    if client:
        context.load_cert_chain(*client)
    with socket.create_connection((backend.host, backend.port), 5) as connection:
        with context.wrap_socket(connection, server_hostname=name) as secure:
            secure.sendall(
                b"GET /anything?a=1 HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n"
            )
            response = http.client.HTTPResponse(secure)
            response.begin()
            return json.loads(response.read())


def test_answer_tells_what_the_backend_saw(root: Credential, web: Credential) -> None:
    with Backend(Options(certificate=web)) as backend:
        answer = ask(backend, root.pem)
        assert answer["url"] == "https://web.test/anything?a=1"
        assert answer["args"] == {"a": "1"}
        assert answer["tls"]["sni"] == "web.test"
        assert answer["tls"]["version"] == "TLSv1.2"
        assert [one.kind for one in backend.seen] == ["tls"]
        assert backend.seen[0].requests == ["GET /anything?a=1"]


def test_intermediates_are_sent_and_the_root_is_not(root: Credential) -> None:
    leaf = root.intermediate("A").intermediate("B").leaf("web", dns=["web.test"])
    assert leaf.chain_pem.count("BEGIN CERTIFICATE") == 3
    assert root.pem not in leaf.chain_pem
    with Backend(Options(certificate=leaf)) as backend:
        ask(backend, root.pem)
    with Backend(Options(certificate=leaf.sends())) as backend:
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(backend, root.pem)


def test_sni_selects_the_certificate(root: Credential, web: Credential) -> None:
    other = root.leaf("other", dns=["other.test"])
    options = Options(certificate=other, by_sni={"web.test": web}, reject_unknown_sni=True)
    with Backend(options) as backend:
        ask(backend, root.pem, "web.test")
        with pytest.raises(ssl.SSLError, match="unrecognized name"):
            ask(backend, root.pem, "other.test")


def test_client_certificate_is_required_and_named(
    root: Credential, web: Credential, tmp_path: pathlib.Path
) -> None:
    client = root.leaf("me", ekus=["clientAuth"]).write(tmp_path, "me")
    options = Options(certificate=web, client_certificate="required", client_ca=root.pem)
    with Backend(options) as backend:
        assert ask(backend, root.pem, client=client)["tls"]["client_certificate"] == "CN=me"
        with pytest.raises(ssl.SSLError):
            ask(backend, root.pem)
        # In TLS 1.3 the refusal arrives after the handshake: the alert must not be lost.
        with pytest.raises(ssl.SSLError, match="certificate required"):
            ask(backend, root.pem, version=ssl.TLSVersion.TLSv1_3)


def test_plaintext_on_the_tls_port_is_recorded_and_refused(web: Credential) -> None:
    with Backend(Options(certificate=web)) as backend:
        connection = http.client.HTTPConnection(backend.host, backend.port, timeout=5)
        connection.request("GET", "/secret")
        assert connection.getresponse().status == 400
        connection.close()
        assert [one.requests for one in backend.plaintext] == [["GET /secret HTTP/1.1"]]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n", "PROXY TCP4 192.0.2.1"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12), "0d0a0d0a000d0a515549540a2111000c"),
    ],
    ids=["version-1", "version-2"],
)
def test_proxy_header_is_taken_off_and_told(
    header: bytes, told: str, root: Credential, web: Credential
) -> None:
    context = ssl.create_default_context(cadata=root.pem)
    with Backend(Options(certificate=web, proxy_protocol=True)) as backend:
        with socket.create_connection((backend.host, backend.port), 5) as connection:
            connection.sendall(header)
            context.wrap_socket(connection, server_hostname="web.test").close()
        with pytest.raises(OSError):
            ask(backend, root.pem)
        first, second = backend.seen
    assert (first.kind, second.kind) == ("tls", "dropped")
    assert first.proxy is not None and first.proxy.startswith(told)


@pytest.mark.parametrize("fault", FAULTS[1:])
def test_fault_breaks_the_connection(fault: str, root: Credential, web: Credential) -> None:
    # OpenSSL has more patience with a flood than a backend of two seconds.
    with Backend(Options(certificate=web, fault=fault, time_limit=2)) as backend:
        context = ssl.create_default_context(cadata=root.pem)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(OSError):
            with socket.create_connection((backend.host, backend.port), 1) as connection:
                connection.settimeout(1)
                with context.wrap_socket(connection, server_hostname="web.test") as secure:
                    if not secure.recv(1):
                        raise ConnectionError("closed")


def test_stop_leaves_no_thread_behind(web: Credential) -> None:
    before = threading.active_count()
    with contextlib.ExitStack() as stack:
        backend = stack.enter_context(Backend(Options(certificate=web, fault="hang")))
        silent = stack.enter_context(socket.create_connection((backend.host, backend.port)))
        silent.sendall(b"\x16")
        backend.stop()
        assert threading.active_count() == before


@pytest.mark.parametrize("key", KEY_TYPES)
def test_every_key_type_can_be_made(pki: Pki, key: str) -> None:
    made = pki.self_signed("x", key=key, dns=["x.test"])
    assert "PRIVATE KEY" not in repr(made)


def test_the_clock_of_a_pki_can_be_fixed() -> None:
    pki = Pki(datetime(2030, 1, 31, 12, tzinfo=timezone.utc))
    made = pki.self_signed("x", not_before=-1, not_after=1)
    assert made.not_after == datetime(2030, 2, 1, 12, tzinfo=timezone.utc)


def test_backend_runs_as_a_command(tmp_path: pathlib.Path) -> None:
    command = [sys.executable, "-m", "gwpolicy.testing.backend"]
    process = subprocess.Popen(
        [*command, "--generate", "web.test", "--ca-out", str(tmp_path / "ca.pem")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        host, _, port = json.loads(process.stdout.readline())["listening"].rpartition(":")
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        with socket.create_connection((host, int(port)), 5) as connection:
            context.wrap_socket(connection, server_hostname="web.test").close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.communicate()
    wrong = subprocess.run(
        [*command, "--cert", "/nowhere", "--key", "/nowhere"], capture_output=True
    )
    assert wrong.returncode == 2 and b"Traceback" not in wrong.stderr


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nginx_is_gone_after_its_block(
    real_proxies: None, web: Credential, tmp_path: pathlib.Path
) -> None:
    with Nginx(tmp_path, web) as nginx:
        pid = nginx.pid
        assert _alive(pid)
    assert not _alive(pid)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", nginx.tls_port), 1)


def test_envoy_that_refuses_its_configuration_is_an_error_with_its_log(
    real_proxies: None, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(ProcessFailed, match="no_such_field"):
        with Envoy.dynamic(tmp_path) as envoy:
            envoy.load({"static_resources": {}, "no_such_field": 1})
    assert not envoy.running
