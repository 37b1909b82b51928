"""Servers that mean harm: `probe` is done in bounded time and memory, with a code for each."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import gwpolicy
from gwpolicy.testing import faults, hostile, manifests, wire
from gwpolicy.testing.pki import Credential

COMMAND = str(pathlib.Path(sys.executable).with_name("gwpolicy"))
NAME = "cut"


class Cutter:
    """Answers the n-th connection with n bytes of a proper flight, and then breaks off."""

    def __init__(self, credential: Credential, end: Callable[[socket.socket], None]) -> None:
        self._credential = credential
        self._end = end
        self._lock = threading.Lock()
        self._next = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with self._lock:
            size, self._next = self._next, self._next + 1
        try:
            connection.settimeout(10)
            flight = wire.Flight(self._credential, wire.read_client_hello(connection))
            connection.sendall(flight.whole()[:size])
            self._end(connection)
        except OSError:
            connection.close()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def engine(ca: Credential) -> gwpolicy.Engine:
    validation = {
        "hostname": "cut.backend.test",
        "caCertificateRefs": [manifests.ca_reference(NAME)],
    }
    objects = [
        *manifests.GATEWAY,
        manifests.service(NAME),
        manifests.route(NAME, "cut.backend.test", NAME),
        manifests.config_map(NAME, ca.pem),
        manifests.backend_tls_policy(NAME, validation),
    ]
    made = gwpolicy.Engine()
    for one in gwpolicy.loads(gwpolicy.to_json(manifests.list_of(objects))).objects:
        made.apply(one)
    made.resolve()
    return made


def _reset_when_read(connection: socket.socket) -> None:
    time.sleep(0.05)  # RST makes the client's kernel drop what it has not read
    hostile.reset(connection)


@pytest.mark.parametrize(
    ("end", "codes"),
    [
        (hostile.close_gently, {"Net/Closed"}),
        (_reset_when_read, {"Net/Reset"}),
    ],
    ids=["closed", "reset"],
)
def test_flight_that_is_cut_at_any_byte_never_passes(
    end: Callable[[socket.socket], None],
    codes: set[str],
    engine: gwpolicy.Engine,
    ca: Credential,
) -> None:
    leaf = ca.leaf("cut", dns=["cut.backend.test"])
    size = len(wire.Flight(leaf, bytes(32)).whole())
    assert size > 500
    cutter = Cutter(leaf, end)
    backends = engine.backends()

    def probe(_: int) -> dict[str, Any]:
        places = {f"default/{NAME}:443": cutter.address}
        (result,) = gwpolicy.probe(backends, endpoints=places, timeout=20)["results"]
        return result

    started = time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            results = list(pool.map(probe, range(size)))
    finally:
        cutter.stop()
    assert {one["verdict"] for one in results} == {"fail"}
    assert {one["code"] for one in results} <= codes
    assert all(one["message"] and one["remedy"] for one in results)
    assert time.monotonic() - started < 60


def _peak_kilobytes(arguments: list[str]) -> tuple[int, str]:
    """Peak memory of the command as a process of its own, and what it wrote."""
    process = subprocess.Popen([COMMAND, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    written = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), written
    return usage.ru_maxrss, written


@pytest.fixture(scope="module")
def plain_peak(tmp_path_factory: pytest.TempPathFactory) -> int:
    return _peak_of("none", tmp_path_factory.mktemp("none"))


def _peak_of(name: str, folder: pathlib.Path) -> int:
    with faults.Stage() as stage:
        stage.start(faults.find(name))
        listed = manifests.list_of(stage.objects())
        path = folder / "manifests.json"
        path.write_text(gwpolicy.to_json(listed), "utf-8")
        endpoints = [
            word
            for endpoint, address in stage.endpoints().items()
            for word in ("--endpoint", f"{endpoint}={address}")
        ]
        peak, written = _peak_kilobytes(
            ["probe", "-f", str(path), *endpoints, "--timeout", "3", "-o", "json"]
        )
    assert faults.find(name).code in written
    return peak


@pytest.mark.parametrize(
    "name",
    ["huge-chain", "warning-flood", "empty-record-flood", "hello-request-flood", "ticket-flood"],
)
def test_memory_does_not_grow_with_what_the_server_sends(
    name: str, plain_peak: int, tmp_path: pathlib.Path
) -> None:
    assert _peak_of(name, tmp_path) < plain_peak + 16 * 1024
