"""`gwpolicy suggest`: what it writes is what the other commands take."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential
from gwpolicy.testing.processes import free_port

from .conftest import GATEWAY, ROUTE, SERVICE, Run, documents


@pytest.fixture
def server(ca: Credential) -> Iterator[Backend]:
    leaf = ca.intermediate("Issuing CA").leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, time_limit=20)) as backend:
        yield backend


def test_what_it_writes_is_valid_and_verifies_the_server(
    run: Run, server: Backend, tmp_path: pathlib.Path
) -> None:
    ran = run("suggest", server.address, "--service", "default/web:https", status=0)
    path = tmp_path / "all.yaml"
    path.write_text(documents(GATEWAY, SERVICE, ROUTE, ran.out))
    assert run("validate", "-f", path, "-o", "json", status=0).json()["findings"] == []
    endpoint = f"default/web:443={server.address}"
    report = run("probe", "-f", path, "--endpoint", endpoint, "-o", "json", status=0).json()
    assert report["summary"] == {"pass": 1, "fail": 0, "skipped": 0}
    assert "sectionName: https" in ran.out and "hostname: web.example.com" in ran.out


def test_it_says_that_it_is_trust_on_first_use(run: Run, server: Backend) -> None:
    ran = run("suggest", server.address, status=0)
    assert "Trust on first use" in ran.out and "Trust on first use" in ran.err
    assert all(line.startswith("# ") for line in ran.err.splitlines())
    # The root is not sent, and the Service is a guess.
    assert "Chain/UnknownIssuer" in ran.err and "default/web is a guess" in ran.err


def test_json_has_objects_and_warnings(run: Run, server: Backend) -> None:
    report = run("suggest", server.address, "--service", "ns/web", "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("gwpolicy/v1alpha1", "Suggestion")
    assert (report["trust"], report["verdict"]) == ("FirstUse", "pass")
    assert [one["kind"] for one in report["objects"]] == ["BackendTLSPolicy", "ConfigMap"]
    assert {one["metadata"]["namespace"] for one in report["objects"]} == {"ns"}


def test_a_server_that_the_system_trusts_needs_no_bundle(
    run: Run, server: Backend, ca: Credential, tmp_path: pathlib.Path
) -> None:
    system = tmp_path / "system.pem"
    system.write_text(ca.pem)
    words = ["suggest", server.address, "--service", "default/web", "--system-ca", str(system)]
    ran = run(*words, status=0)
    assert "wellKnownCACertificates: System" in ran.out and "ConfigMap" not in ran.out
    assert "Trust on first use" not in ran.out + ran.err
    assert "ConfigMap" in run(*words, "--no-system", status=0).out


def test_a_wrong_name_is_told_and_is_status_1(run: Run, server: Backend) -> None:
    ran = run("suggest", server.address, "--hostname", "api.example.com", status=1)
    assert "hostname: api.example.com" in ran.out and "Name/Mismatch" in ran.err


def test_a_self_signed_leaf_is_trusted_with_a_warning(run: Run, ca: Credential) -> None:
    leaf = ca.pki.self_signed("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, time_limit=10)) as server:
        ran = run("suggest", server.address, "--service", "default/web", status=0)
    assert leaf.pem.splitlines()[1] in ran.out
    assert "Trust/NotCa" in ran.err and "self-signed" in ran.err


def test_sni_chooses_the_certificate(run: Run, ca: Credential) -> None:
    options = Options(
        certificate=ca.leaf("other", dns=["other.example.com"]),
        by_sni={"web.example.com": ca.leaf("web", dns=["web.example.com"])},
        time_limit=10,
    )
    with Backend(options) as server:
        out = run("suggest", server.address, status=0).out
        assert "hostname: other.example.com" in out
        out = run("suggest", server.address, "--sni", "web.example.com", status=0).out
        assert "hostname: web.example.com" in out


def test_tls_1_3_alone_is_looked_at_and_told(run: Run, ca: Credential) -> None:
    leaf = ca.leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, min_version="1.3", time_limit=10)) as server:
        ran = run("suggest", server.address, "--service", "default/web", status=0)
    assert "Tls/Version" in ran.err and "BackendTLSPolicy" in ran.out


def test_nobody_there_is_status_1_and_writes_nothing(run: Run) -> None:
    ran = run("suggest", f"127.0.0.1:{free_port()}", status=1)
    assert ran.out == "" and "Net/Refused" in ran.err
    with Backend(Options(fault="plaintext", time_limit=10)) as server:
        ran = run("suggest", server.address, status=1)
    assert ran.out == "" and "Tls/NotTls" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["127.0.0.1"],
        ["127.0.0.1:0"],
        ["127.0.0.1:1", "--service", "web"],
        ["127.0.0.1:1", "--service", "default/Web"],
        ["127.0.0.1:1", "-o", "table"],
        ["127.0.0.1:1", "--system-ca", "/nowhere"],
    ],
)
def test_wrong_calls_are_status_2(run: Run, words: list[str]) -> None:
    assert run("suggest", *words, status=2).err
