"""`gwpolicy serve-test-backend` and the registry of faults that it serves."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shlex
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

import gwpolicy
from gwpolicy import codes
from gwpolicy.testing import faults
from gwpolicy.testing.backend import FAULTS as OF_THE_BACKEND
from gwpolicy.testing.processes import free_port

from .conftest import Run

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
COMMAND = str(pathlib.Path(sys.executable).with_name("gwpolicy"))
TIMEOUT = 3.0

each_fault = pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.name)


def _probe(stage: faults.Stage, folder: pathlib.Path, mode: str) -> dict[str, Any]:
    path = folder / f"{mode}.yaml"
    path.write_text(gwpolicy.to_yaml(faults.manifests.list_of(stage.objects())), "utf-8")
    engine = gwpolicy.Engine()
    for one in gwpolicy.load([str(path)]).objects:
        engine.apply(one)
    engine.resolve()
    started = time.monotonic()
    document = gwpolicy.probe(
        engine.backends(),
        endpoints=stage.endpoints(),
        timeout=TIMEOUT,
        mode=mode,  # type: ignore[arg-type]
    )
    document["seconds"] = time.monotonic() - started
    return document


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every fault at once, probed in both modes."""
    with faults.Stage() as stage:
        for fault in faults.FAULTS:
            stage.start(fault)
        folder = tmp_path_factory.mktemp("faults")
        return {mode: _probe(stage, folder, mode) for mode in ("envoy", "strict")}


def _result(document: dict[str, Any], fault: faults.Fault) -> dict[str, Any]:
    (result,) = [one for one in document["results"] if one["backend"]["name"] == fault.name]
    return result


# The registry.


@each_fault
def test_probe_gives_the_code_of_the_registry(
    probed: dict[str, dict[str, Any]], fault: faults.Fault
) -> None:
    for mode, code in (("envoy", fault.code), ("strict", fault.strict)):
        result = _result(probed[mode], fault)
        assert result["code"] == code, (mode, result)
        assert result["verdict"] == ("fail" if code else "pass")
        assert bool(result["remedy"]) == bool(code)


@each_fault
def test_no_fault_holds_probe_up(probed: dict[str, dict[str, Any]], fault: faults.Fault) -> None:
    """Time-outs take what --timeout allows; whatever else is hostile takes less."""
    spent = _result(probed["envoy"], fault)["milliseconds"] / 1000
    assert spent < TIMEOUT + 2.5
    if fault.code != "Net/Timeout":
        assert spent < TIMEOUT


def test_all_faults_together_take_no_longer_than_the_slowest(
    probed: dict[str, dict[str, Any]],
) -> None:
    for document in probed.values():
        assert document["seconds"] < TIMEOUT + 10


def test_every_row_is_a_sentence_with_a_known_code() -> None:
    known = {one.name for one in codes.all()}
    names = [fault.name for fault in faults.FAULTS]
    assert len(set(names)) == len(names) >= 60
    for fault in faults.FAULTS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name)
        assert fault.does[0].isupper() and fault.does.endswith("."), fault.name
        assert {fault.code, fault.strict} <= known | {""}, fault.name


def test_everything_that_a_backend_can_do_is_in_the_registry() -> None:
    assert set(OF_THE_BACKEND) <= {fault.name for fault in faults.FAULTS}


def test_page_of_the_documentation_has_the_registry() -> None:
    page = REPOSITORY / "docs" / "test-backend.md"
    if not page.exists():
        pytest.skip("the documentation is not beside these tests")
    assert faults.markdown() in page.read_text("utf-8"), (
        "docs/test-backend.md is out of date: put into it what "
        "`python -m gwpolicy.testing.faults` writes"
    )


def test_a_fault_cannot_be_started_twice() -> None:
    with faults.Stage() as stage:
        stage.start(faults.find("hang"))
        with pytest.raises(ValueError, match="hang"):
            stage.start(faults.find("hang"))


# The command.


class Served:
    """The command as a process, and what it said when it listened."""

    def __init__(self, *arguments: str) -> None:
        words = [COMMAND, "serve-test-backend", *arguments, "-o", "json"]
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        assert lines, self.process.communicate(timeout=20)[1]
        self.said = json.loads("".join(lines))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        assert errors == ""
        return self.process.returncode

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def serve(request: pytest.FixtureRequest) -> Iterator[Any]:
    started: list[Served] = []

    def call(*arguments: str) -> Served:
        started.append(Served(*arguments))
        return started[-1]

    yield call
    for one in started:
        one.kill()


def test_probe_shows_the_fault_with_what_was_written(
    run: Run, serve: Any, tmp_path: pathlib.Path
) -> None:
    served = serve("--fault", "expired-leaf", "--write", str(tmp_path))
    (backend,) = served.said["backends"]
    assert (backend["fault"], backend["code"]) == ("expired-leaf", "Cert/Expired")
    words = shlex.split(served.said["probe"])
    assert words[:2] == ["gwpolicy", "probe"]
    (result,) = run(*words[1:], "-o", "json", status=1).json()["results"]
    assert (result["code"], result["endpoint"]) == ("Cert/Expired", backend["address"])
    assert "BEGIN CERTIFICATE" in pathlib.Path(served.said["files"]["ca"]).read_text("ascii")
    assert "clientKey" not in served.said["files"]
    assert served.end() == 0


def test_manifests_that_are_written_have_nothing_wrong_with_them(
    run: Run, serve: Any, tmp_path: pathlib.Path
) -> None:
    serve("--fault", "none", "--fault", "client-certificate-accepted", "--write", str(tmp_path))
    findings = run("check", "-f", tmp_path, "-o", "json", status=0).json()["findings"]
    assert [one for one in findings if one["level"] == "error"] == []


def _two_free_ports() -> int:
    """The first of two in a row."""
    while True:
        port = free_port()
        with socket.socket() as second, contextlib.suppress(OSError, OverflowError):
            second.bind(("127.0.0.1", port + 1))
            return port


def test_several_faults_listen_on_ports_in_a_row(
    run: Run, serve: Any, tmp_path: pathlib.Path
) -> None:
    port = _two_free_ports()
    names = ["client-certificate-required", "close"]
    served = serve(
        *(word for name in names for word in ("--fault", name)),
        *("--listen", f"127.0.0.1:{port}", "--write", str(tmp_path)),
    )
    backends = served.said["backends"]
    assert [one["fault"] for one in backends] == names
    assert [one["address"] for one in backends] == [f"127.0.0.1:{port}", f"127.0.0.1:{port + 1}"]
    key = pathlib.Path(served.said["files"]["clientKey"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE KEY" not in json.dumps(served.said)
    endpoints = (tmp_path / "endpoints").read_text("ascii").split()
    assert served.said["probe"].endswith(f"$(cat {tmp_path}/endpoints)")
    found = run("probe", "-f", tmp_path, *endpoints, "-o", "json", status=1).json()["results"]
    assert {one["backend"]["name"]: one["code"] for one in found} == {
        "client-certificate-required": "ClientCert/Required",
        "close": "Net/Closed",
    }


def test_interrupt_ends_it_and_nothing_is_left(serve: Any) -> None:
    served = serve("--fault", "hang")
    folder = pathlib.Path(served.said["files"]["manifests"]).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert served.end(signal.SIGINT) == 0
    assert not folder.exists()


def test_written_files_are_replaced_and_their_modes_with_them(
    serve: Any, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "client.key").write_text("of another run")
    os.chmod(tmp_path / "client.key", 0o644)
    served = serve("--fault", "client-certificate-required", "--write", str(tmp_path))
    assert "PRIVATE KEY" in (tmp_path / "client.key").read_text("ascii")
    assert stat.S_IMODE((tmp_path / "client.key").stat().st_mode) == 0o600
    assert served.end() == 0


def test_list_and_help_name_every_fault(run: Run) -> None:
    listed = run("serve-test-backend", "--list", "-o", "json", status=0).json()["faults"]
    assert [(one["fault"], one["code"], one["strictCode"], one["does"]) for one in listed] == [
        (fault.name, fault.code, fault.strict, fault.does) for fault in faults.FAULTS
    ]
    table = run("serve-test-backend", "--list", status=0).out
    shown = run("serve-test-backend", "--help", status=0).out
    words = set(re.findall(r"[a-z0-9-]+", shown))
    for fault in faults.FAULTS:
        assert fault.does in table
        assert fault.name in words, f"--help breaks or lacks {fault.name}"
    assert max(len(line) for line in shown.splitlines()) <= 100


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "--list shows the faults"),
        (["--fault", "expierd-leaf"], "do you mean expired-leaf"),
        (["--fault", "nothing-like-it-at-all"], "--list shows all"),
        (["--fault", "hang", "--listen", "nonsense"], "ADDR:PORT"),
        (["--fault", "hang", "--listen", "192.0.2.1:0"], "cannot serve on 192.0.2.1"),
        (["--all", "--listen", "127.0.0.1:65530"], "cannot serve on 127.0.0.1:65530"),
        (["--fault", "hang", "--write", "/dev/null/folder"], "/dev/null/folder"),
    ],
)
def test_wrong_call_is_told_in_a_line(run: Run, arguments: list[str], complaint: str) -> None:
    ran = run("serve-test-backend", *arguments, status=2)
    assert complaint in ran.err and ran.out == ""


def test_missing_package_is_named_with_its_remedy(tmp_path: pathlib.Path) -> None:
    """A package index may lack `cryptography` for a platform; all other commands do without."""
    (tmp_path / "cryptography.py").write_text("raise ModuleNotFoundError(name='cryptography')")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, env=env)

    ran = call("serve-test-backend", "--fault", "hang")
    assert ran.returncode == 2 and "pip install cryptography" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert call("serve-test-backend", "--help").returncode == 0
    assert call("validate", "--help").returncode == 0
