"""`gwpolicy probe`: other formats, certificates, repeated rounds and metrics."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from gwpolicy.cli import watching
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential
from gwpolicy.testing.processes import free_port

from .conftest import Run


@pytest.fixture
def server(ca: Credential) -> Iterator[Backend]:
    leaf = ca.intermediate("Issuing CA").leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, time_limit=30)) as backend:
        yield backend


@pytest.fixture
def words(good: pathlib.Path, server: Backend) -> list[str]:
    return ["probe", "-f", str(good), "--endpoint", f"default/web:443={server.address}"]


@pytest.fixture
def failing(good: pathlib.Path) -> list[str]:
    return ["probe", "-f", str(good), "--endpoint", f"default/web:443=127.0.0.1:{free_port()}"]


def test_junit_has_a_case_for_each_endpoint(
    run: Run, words: list[str], failing: list[str]
) -> None:
    suites = ET.fromstring(run(*words, "-o", "junit", status=0).out)
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    suites = ET.fromstring(run(*failing, "-o", "junit", status=1).out)
    failure = suites.find("testsuite/testcase/failure")
    assert failure is not None and failure.get("type") == "Net/Refused"


def test_sarif_points_at_the_backend(
    run: Run, good: pathlib.Path, words: list[str], failing: list[str]
) -> None:
    log = run(*failing, "-o", "sarif", status=1).json()
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("Net/Refused", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith(good.name)
    line = good.read_text().splitlines()[place["region"]["startLine"] - 1 :]
    assert any("kind: Service" in one for one in line)
    assert run(*words, "-o", "sarif", status=0).json()["runs"][0]["results"] == []


def test_certificates_are_shown_on_request(run: Run, words: list[str]) -> None:
    table = run(*words, "--show-certs", status=0).out
    assert "0  CN=web" in table and "1  CN=Issuing CA" in table and "DNS:web.example.com" in table
    (result,) = run(*words, "--show-certs", "-o", "json", status=0).json()["results"]
    assert [one["pem"].splitlines()[0] for one in result["chain"]] == [
        "-----BEGIN CERTIFICATE-----"
    ] * 2
    assert [(one["from"], one["subject"]) for one in result["builtChain"]] == [
        ("peer", "CN=web"),
        ("peer", "CN=Issuing CA"),
        ("bundle", "CN=Test CA"),
    ]
    (result,) = run(*words, "-o", "json", status=0).json()["results"]
    assert "pem" not in result["chain"][0]


def test_nothing_depends_on_the_clock_with_at(run: Run, words: list[str], ca: Credential) -> None:
    at = ca.pki.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    one, other = (run(*words, "--at", at, "-o", "json", status=0).out for _ in range(2))
    assert one == other
    assert json.loads(one)["results"][0]["timings"] is None
    (result,) = run(*words, "-o", "json", status=0).json()["results"]
    assert result["timings"]["handshake"] > 0


def test_a_failure_of_the_network_is_tried_again(run: Run, good: pathlib.Path) -> None:
    with Backend(Options(fault="close", time_limit=10)) as server:
        endpoint = f"default/web:443={server.address}"
        run("probe", "-f", good, "--endpoint", endpoint, "--retries", "2", status=1)
        assert len(server.seen) == 3


def test_a_phase_has_its_own_limit(run: Run, good: pathlib.Path) -> None:
    with Backend(Options(fault="hang", time_limit=60)) as server:
        began = time.monotonic()
        (result,) = run(
            "probe",
            "-f",
            good,
            "--endpoint",
            f"default/web:443={server.address}",
            "--timeout",
            "60s",
            "--phase-timeout",
            "handshake=200ms",
            "-o",
            "json",
            status=1,
        ).json()["results"]
    assert time.monotonic() - began < 30
    assert (result["code"], result["phase"]) == ("Net/Timeout", "handshake")


def test_rounds_end_by_themselves(run: Run, words: list[str], failing: list[str]) -> None:
    out = run(*words, "--watch", "10ms", "--rounds", "3", status=0).out
    assert re.findall(r"^round (\d+) at 20", out, re.MULTILINE) == ["1", "2", "3"]
    assert out.count("1 pass, 0 fail, 0 skipped") == 3
    lines = run(*failing, "--watch", "10ms", "--rounds", "2", "-o", "json", status=1).out
    assert [json.loads(line)["summary"]["fail"] for line in lines.splitlines()] == [1, 1]


def test_metrics_are_those_of_the_last_round(
    run: Run, words: list[str], failing: list[str], tmp_path: pathlib.Path, ca: Credential
) -> None:
    path = tmp_path / "probe.prom"
    run(*words, "--metrics", path, status=0)
    text = path.read_text()
    labels = r'gateway="infra/http",kind="Service",namespace="default",name="web",port="443"'
    assert re.search(rf"^gwpolicy_probe_success{{{labels},endpoint=\"[^\"]*\"}} 1$", text, re.M)
    assert re.search(r'phase="handshake"} 0\.\d+$', text, re.M)
    expiry = re.search(r'depth="2",from="bundle",subject="CN=Test CA"} (\d+)$', text, re.M)
    assert expiry and int(expiry[1]) == int(ca.not_after.timestamp())
    run(*failing, "--metrics", path, "--watch", "10ms", "--rounds", "3", status=1)
    text = path.read_text()
    assert 'gwpolicy_probe_failures_total{code="Net/Refused"} 3' in text
    assert os.listdir(tmp_path).count("probe.prom") == 1
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".probe")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_the_status_of_the_last_round(
    words: list[str], failing: list[str], tmp_path: pathlib.Path, number: int
) -> None:
    tool = str(pathlib.Path(sys.executable).with_name("gwpolicy"))
    for call, status in ((words, 0), (failing, 1)):
        process = subprocess.Popen(
            [tool, *call, "--watch", "50ms"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            seen = b""
            while b"round 3" not in seen:
                seen += process.stdout.readline()
            process.send_signal(number)
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()
        assert process.returncode == status and b"Traceback" not in err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_ends_it_too() -> None:
    class Finalized:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    rounds = []

    def one_round() -> int:
        Finalized()
        rounds.append(len(rounds))
        return 1

    assert watching.repeat(one_round, 0.001, 5, titled=False) == 1
    assert rounds == [0]


@pytest.mark.parametrize(
    "more",
    [
        ["--watch", "0"],
        ["--watch", "1s", "-o", "junit"],
        ["--watch", "1s", "-o", "sarif"],
        ["--rounds", "2"],
        ["--phase-timeout", "proxy=1"],
        ["--phase-timeout", "connect"],
        ["--retries", "-1"],
        ["--rate", "-1"],
        ["--metrics", "/nowhere/at/all.prom"],
    ],
    ids="_".join,
)
def test_wrong_calls_are_status_2(run: Run, words: list[str], more: list[str]) -> None:
    ran = run(*words, *more, status=2)
    assert ran.err and ran.out == ""
