"""`gwpolicy trust show`: what is in bundles, from files, manifests and the system."""

from __future__ import annotations

import base64
import pathlib

import pytest

from gwpolicy.testing.pki import Credential, Pki

from .conftest import Run, documents


@pytest.fixture
def pem(tmp_path: pathlib.Path, ca: Credential) -> pathlib.Path:
    path = tmp_path / "ca.pem"
    path.write_text(f"# mine\n{ca.pem}")
    return path


def secret(text: str) -> str:
    data = base64.b64encode(text.encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: ca\ndata:\n  ca.crt: {data}\n"


def test_a_file_is_shown(run: Run, pem: pathlib.Path, ca: Credential) -> None:
    report = run("trust", "show", pem, "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("gwpolicy/v1alpha1", "TrustBundles")
    (bundle,) = report["bundles"]
    assert bundle["usable"] and bundle["notes"] == []
    (certificate,) = bundle["certificates"]
    assert certificate["sha256"] == ca.sha256
    assert (certificate["subject"], certificate["line"]) == ("CN=Test CA", 2)
    assert certificate["isCa"] and 3645 <= certificate["daysLeft"] <= 3650


def test_the_table_has_what_people_look_for(run: Run, pem: pathlib.Path, ca: Credential) -> None:
    out = run("trust", "show", pem, status=0).out
    row = next(line for line in out.splitlines() if line.startswith("CN=Test CA"))
    assert row.split()[-4:] == ["P-256", "yes", ca.sha256[:12], "2"]
    assert f"{ca.not_after:%Y-%m-%dT%H:%M:%SZ}" in row


def test_der_is_shown_as_pem_is(run: Run, tmp_path: pathlib.Path, ca: Credential) -> None:
    path = tmp_path / "ca.der"
    path.write_bytes(ca.der)
    (bundle,) = run("trust", "show", path, "-o", "json", status=0).json()["bundles"]
    assert [one["sha256"] for one in bundle["certificates"]] == [ca.sha256]


def test_standard_input_is_shown(run: Run, stdin: object, ca: Credential) -> None:
    stdin(ca.pem.encode())  # type: ignore[operator]
    (bundle,) = run("trust", "show", "-", "-o", "json", status=0).json()["bundles"]
    assert bundle["source"] == "-" and len(bundle["certificates"]) == 1


@pytest.mark.parametrize("source", ["ConfigMap/default/ca", "configmap/default/ca", "cm/ca"])
def test_a_config_map_of_the_manifests_is_shown(
    run: Run, good: pathlib.Path, ca: Credential, source: str
) -> None:
    report = run("trust", "show", source, "-f", good, "-o", "json", status=0).json()
    (bundle,) = report["bundles"]
    assert (bundle["source"], bundle["path"]) == ("ConfigMap/default/ca", str(good))
    assert "ca.crt" in good.read_text().splitlines()[bundle["line"] - 1]
    assert [one["sha256"] for one in bundle["certificates"]] == [ca.sha256]


def test_a_secret_is_shown_without_what_else_it_holds(
    run: Run, tmp_path: pathlib.Path, ca: Credential
) -> None:
    path = tmp_path / "secret.yaml"
    text = secret(ca.pem + ca.key_pem)
    path.write_text(text)
    ran = run("trust", "show", "Secret/default/ca", "-f", path, status=1)
    assert "Trust/PrivateKey" in ran.out and "CN=Test CA" in ran.out
    assert ca.key_pem.splitlines()[1] not in ran.out + ran.err


def test_what_is_not_there_is_an_error(run: Run, closed: pathlib.Path) -> None:
    report = run("trust", "show", "ConfigMap/default/ca", "-f", closed, "-o", "json", status=1)
    assert report.json()["bundles"][0]["notes"][0]["code"] == "Trust/NotFound"
    closed.write_text(documents("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ca\n"))
    report = run("trust", "show", "ConfigMap/default/ca", "-f", closed, "-o", "json", status=1)
    assert report.json()["bundles"][0]["notes"][0]["code"] == "Trust/KeyMissing"


def test_a_file_that_is_not_there_is_status_2(run: Run) -> None:
    assert "/nowhere" in run("trust", "show", "/nowhere", status=2).err
    run("trust", "show", "system", "--system-ca", "/nowhere", status=2)
    run("trust", "show", status=2)


def test_the_system_is_shown_with_its_place(run: Run, pem: pathlib.Path) -> None:
    report = run("trust", "show", "system", "--system-ca", pem, "-o", "json", status=0).json()
    (bundle,) = report["bundles"]
    assert (bundle["source"], bundle["path"]) == ("system", str(pem))


def test_folders_of_the_environment_are_the_system(
    run: Run, tmp_path: pathlib.Path, ca: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "certs"
    folder.mkdir()
    (folder / "ca.pem").write_text(ca.pem)
    (folder / "README").write_text("read me")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    (bundle,) = run("trust", "show", "system", "-o", "json", status=0).json()["bundles"]
    assert bundle["path"] == str(folder) and len(bundle["certificates"]) == 1
    assert "README" in bundle["notes"][0]["message"]


def test_envoy_needs_a_file_and_no_folder(
    run: Run, good: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert "folder" in run("envoy", "-f", good, "--system-ca", tmp_path, status=2).err


def test_soon_says_what_soon_is(run: Run, tmp_path: pathlib.Path, pki: Pki) -> None:
    path = tmp_path / "ca.pem"
    path.write_text(pki.root("Short", not_after=45).pem)
    words = ["trust", "show", str(path), "-o", "json"]
    assert run(*words, status=0).json()["bundles"][0]["notes"] == []
    notes = run(*words, "--soon", "60", status=0).json()["bundles"][0]["notes"]
    assert [(one["code"], one["line"]) for one in notes] == [("Trust/ExpiresSoon", 1)]


def test_expired_at_is_status_1(run: Run, pem: pathlib.Path) -> None:
    ran = run("trust", "show", pem, "--at", "2199-01-01T00:00:00Z", "-o", "json", status=1)
    notes = ran.json()["bundles"][0]["notes"]
    assert [(one["code"], one["line"]) for one in notes] == [("Trust/Expired", 2)]


def test_a_broken_block_is_named_by_its_line(
    run: Run, tmp_path: pathlib.Path, ca: Credential
) -> None:
    path = tmp_path / "ca.pem"
    path.write_text(f"{ca.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    ran = run("trust", "show", path, status=1)
    assert "not usable" in ran.out
    assert f"line {len(ca.pem.splitlines()) + 1}" in ran.out


def test_several_sources_are_counted(run: Run, pem: pathlib.Path, good: pathlib.Path) -> None:
    out = run("trust", "show", pem, "ConfigMap/default/ca", "-f", good, status=0).out
    assert "0 errors, 0 warnings (2 certificates in 2 bundles)" in out


def test_help_has_examples(run: Run) -> None:
    out = run("trust", "show", "--help", status=0).out
    assert "gwpolicy trust show system" in out.partition("Examples")[2]
    assert "show" in run("trust", "--help", status=0).out
