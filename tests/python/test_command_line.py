"""The contract of the command line: flags, formats, exit statuses, what goes where."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from gwpolicy.testing.pki import Credential

from .conftest import GATEWAY, POLICY, SERVICE, Run, documents

COMMANDS = (
    "validate",
    "check",
    "resolve",
    "status",
    "explain",
    "diff",
    "envoy",
    "probe",
    "verify",
    "trust show",
    "timeline",
    "rehearse",
    "suggest",
)
FINDING = {"code", "level", "message", "remedy", "object", "fieldPath", "file", "line", "column"}


def tool() -> str:
    return str(pathlib.Path(sys.executable).with_name("gwpolicy"))


# Findings.


def test_nothing_wrong_is_status_0(run: Run, good: pathlib.Path) -> None:
    for command in ("validate", "check"):
        report = run(command, "-f", good, "-o", "json", status=0).json()
        assert report["findings"] == []
        assert report["summary"] == {
            "errors": 0,
            "warnings": 0,
            "infos": 0,
            "objects": 6,
            "files": 1,
        }


def test_finding_has_the_members_of_the_contract(run: Run, closed: pathlib.Path) -> None:
    ran = run("check", "-f", closed, "-o", "json", status=1)
    report = ran.json()
    assert report["apiVersion"] == "gwpolicy/v1alpha1" and report["kind"] == "Findings"
    assert ran.err == ""
    finding = next(f for f in report["findings"] if f["code"] == "Trust/NotFound")
    assert set(finding) == FINDING
    assert set(finding["object"]) == {"apiVersion", "kind", "namespace", "name"}
    assert (finding["level"], finding["object"]["name"], finding["file"]) == (
        "error",
        "web",
        str(closed),
    )
    assert (
        closed.read_text("utf-8")
        .splitlines()[finding["line"] - 1]
        .strip()
        .startswith(("- group", "caCertificate"))
    )


def test_warnings_alone_are_status_0(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        POLICY.replace("caCertificateRefs:", "wellKnownCACertificates: System").split(
            "    - group"
        )[0]
    )
    report = run("check", "-f", path, "-o", "json", status=0).json()
    assert report["summary"]["warnings"] > 0 and report["summary"]["errors"] == 0


def test_what_is_unwise_is_a_warning_at_its_place(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "policy.yaml"
    head = POLICY.partition("    caCertificateRefs")[0].replace("web.example.com", "10.0.0.1")
    path.write_text(head + "    wellKnownCACertificates: System\n")
    for command in ("validate", "check"):
        report = run(command, "-f", path, "-o", "json", status=0).json()
        (finding,) = [f for f in report["findings"] if f["code"] == "Lint/AddressAsHostname"]
        assert (finding["level"], finding["line"], finding["column"]) == ("warning", 12, 15)


def test_findings_come_in_the_order_of_the_files(run: Run, tmp_path: pathlib.Path) -> None:
    for name in ("b", "a"):
        text = documents(
            SERVICE.replace("port: 443", "port: 0"),
            SERVICE.replace("name: web", "name: other").replace("443", "0"),
        )
        (tmp_path / f"{name}.yaml").write_text(text)
    found = run(
        "validate", "-f", tmp_path / "b.yaml", "-f", tmp_path / "a.yaml", "-o", "json", status=1
    ).json()["findings"]
    places = [(f["file"], f["line"]) for f in found]
    assert len(places) >= 4 and places == sorted(places)


def test_missing_path_is_status_2_and_the_rest_is_still_checked(
    run: Run, closed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    ran = run("check", "-f", closed, "-f", tmp_path / "nowhere", "-o", "json", status=2)
    assert {"Read/NotFound", "Trust/NotFound"} <= {f["code"] for f in ran.json()["findings"]}


def test_channel_decides_about_experimental_fields(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "grant.yaml"
    path.write_text(documents(GATEWAY, SERVICE))
    for channel in ("standard", "experimental"):
        run("validate", "-f", path, "--channel", channel, status=0)
    run("validate", "-f", path, "--channel", "stable", status=2)


def test_at_moves_the_clock(run: Run, good: pathlib.Path) -> None:
    report = run("check", "-f", good, "--at", "2199-01-01T00:00:00Z", "-o", "json", status=1).json()
    assert "Trust/Expired" in [f["code"] for f in report["findings"]]


# Formats.


def test_sarif_names_rules_and_places(run: Run, closed: pathlib.Path) -> None:
    log = run("check", "-f", closed, "-o", "sarif", status=1).json()
    (sarif,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = [rule["id"] for rule in sarif["tool"]["driver"]["rules"]]
    for result in sarif["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert "Trust/NotFound" in rules


def test_junit_is_xml_with_a_failure(run: Run, closed: pathlib.Path) -> None:
    root = ET.fromstring(run("check", "-f", closed, "-o", "junit", status=1).out)
    assert (
        root.tag == "testsuites"
        and int(root.attrib["failures"]) == len(root.findall(".//failure")) > 0
    )


def test_github_annotates_lines(run: Run, closed: pathlib.Path) -> None:
    out = run("check", "-f", closed, "-o", "github", status=1).out
    assert re.search(
        r"^::error file=.*closed\.yaml,line=\d+,col=\d+,title=Trust/NotFound::", out, re.MULTILINE
    )


def test_yaml_says_the_same_as_json(run: Run, good: pathlib.Path) -> None:
    import gwpolicy

    for words in (["resolve"], ["check"], ["status"], ["explain", "Service/web"]):
        document = run(*words, "-f", good, "-o", "json").json()
        assert run(*words, "-f", good, "-o", "yaml").out == gwpolicy.to_yaml(document)


@pytest.mark.parametrize("command", ["resolve", "status", "probe", "check", "envoy"])
def test_unknown_format_is_refused_with_the_list(
    run: Run, good: pathlib.Path, command: str
) -> None:
    for form in ("dot", "html", "name", "xml", ""):
        ran = run(command, "-f", good, "-o", form, status=2)
        assert "json" in ran.err and "yaml" in ran.err and ran.out == ""


def test_findings_formats_are_for_findings(run: Run, good: pathlib.Path) -> None:
    run("resolve", "-f", good, "-o", "sarif", status=2)


def test_tables_are_plain_text_when_nobody_looks(
    run: Run, good: pathlib.Path, closed: pathlib.Path
) -> None:
    for words in (["resolve"], ["status"], ["check"], ["explain", "Service/web"]):
        for path in (good, closed):
            out = run(*words, "-f", path).out
            assert "\x1b" not in out and out.endswith("\n")
            assert all(line == line.rstrip() for line in out.splitlines())


def test_text_of_the_input_cannot_steer_a_terminal(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "escape.yaml"
    path.write_text(
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: "a\\e[31m\\u202eb"\n'
        'spec:\n  "\\e]0;x": 1\n'
    )
    for command in ("check", "resolve", "status"):
        ran = run(command, "-f", path)
        assert "\x1b" not in ran.out + ran.err and "\u202e" not in ran.out + ran.err


# Results.


def test_resolve_has_the_members_of_the_contract(run: Run, good: pathlib.Path) -> None:
    (backend,) = run("resolve", "-f", good, "-o", "json", status=0).json()["backends"]
    assert backend["gateway"] == {"namespace": "infra", "name": "http"}
    assert backend["backend"] == {
        "group": "",
        "kind": "Service",
        "namespace": "default",
        "name": "web",
        "port": 443,
    }
    assert (backend["mode"], backend["reason"], backend["tls"]["sni"]) == (
        "TLS",
        "",
        "web.example.com",
    )
    for one in backend["provenance"]:
        assert set(one) == {"field", "value", "from", "over"}
        assert set(one["from"]) == {"kind", "namespace", "name", "fieldPath"}


def test_resolve_shows_what_fails_closed(run: Run, closed: pathlib.Path) -> None:
    (backend,) = run("resolve", "-f", closed, "-o", "json", status=0).json()["backends"]
    assert (backend["mode"], backend["tls"]) == ("FailClosed", None)
    assert "fails closed" in run("resolve", "-f", closed).out


def test_resolve_without_policy_is_plaintext(run: Run, plain: pathlib.Path) -> None:
    (backend,) = run("resolve", "-f", plain, "-o", "json", status=0).json()["backends"]
    assert backend["mode"] == "Plaintext"


def test_lost_part_of_the_input_is_status_1_and_named(run: Run, good: pathlib.Path) -> None:
    good.write_text(good.read_text("utf-8") + "---\nkind: [\n", "utf-8")
    ran = run("resolve", "-f", good, "-o", "json", status=1)
    assert len(ran.json()["backends"]) == 1
    assert "Read/Syntax" in ran.err


def test_missing_path_writes_no_result(run: Run, good: pathlib.Path) -> None:
    for words in (["resolve"], ["status"], ["envoy"], ["probe"], ["explain", "Service/web"]):
        ran = run(*words, "-f", good, "-f", "/nowhere", status=2)
        assert ran.out == "" and "Read/NotFound" in ran.err


def test_status_is_a_list_of_policies(run: Run, good: pathlib.Path) -> None:
    report = run("status", "-f", good, "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("v1", "List")
    (policy,) = report["items"]
    assert policy["kind"] == "BackendTLSPolicy"
    assert policy["status"]["ancestors"][0]["controllerName"] == "kgateway.dev/kgateway"


def test_status_patch_is_what_differs(run: Run, good: pathlib.Path) -> None:
    report = run("status", "--patch", "-f", good, "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("gwpolicy/v1alpha1", "StatusPatches")
    (one,) = report["patches"]
    assert one["object"] == {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "BackendTLSPolicy",
        "namespace": "default",
        "name": "web",
    }
    whole = run("status", "-f", good, "-o", "json", status=0).json()["items"][0]["status"]
    for ancestor in [*one["patch"]["status"]["ancestors"], *whole["ancestors"]]:
        for condition in ancestor["conditions"]:
            condition.pop("lastTransitionTime")
    assert one["patch"] == {"status": whole}
    assert "BackendTLSPolicy default/web" in run("status", "--patch", "-f", good, status=0).out


def test_status_that_is_written_needs_no_patch(
    run: Run, good: pathlib.Path, plain: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    import gwpolicy

    written = run("status", "-f", good, "-o", "json", status=0).json()
    path = tmp_path / "written.json"
    path.write_text(json.dumps(written), "utf-8")
    rest = [one for one in good.read_text("utf-8").split("---\n") if "BackendTLSPolicy" not in one]
    (tmp_path / "rest.yaml").write_text("---\n".join(rest), "utf-8")
    words = ["status", "--patch", "-f", path, "-f", tmp_path / "rest.yaml"]
    assert run(*words, "-o", "json", status=0).json()["patches"] == []
    assert run(*words, status=0).out == "no status is to be written\n"
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.load(path, tmp_path / "rest.yaml").objects)
    engine.resolve()
    assert [one.patch for one in engine.policies()] == [{}]


def test_explain_tells_backend_and_policy(run: Run, good: pathlib.Path) -> None:
    for subject in ("Service/web", "service/web:443", "services/web", "backendtlspolicy/web"):
        report = run("explain", subject, "-f", good, "-o", "json", status=0).json()
        assert report["backends"][0]["steps"], subject
        assert "web.example.com" in run("explain", subject, "-f", good, status=0).out


def test_explain_of_nothing_is_status_2(run: Run, good: pathlib.Path) -> None:
    for words in (["Service/none"], ["web"], ["Service/web:https"], ["Service/web", "-n", "other"]):
        ran = run("explain", *words, "-f", good, status=2)
        assert ran.out == "" and ran.err.startswith("gwpolicy: ")


def test_namespace_flag_is_for_objects_without_one(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SERVICE.replace("  namespace: default\n", ""))
    for words, expected in (([], "default"), (["-n", "team"], "team")):
        (backend,) = run("resolve", "-f", path, *words, "-o", "json").json()["backends"]
        assert backend["backend"]["namespace"] == expected


def test_standard_input(run: Run, good: pathlib.Path, stdin: Callable[[bytes], None]) -> None:
    stdin(good.read_bytes())
    assert len(run("resolve", "-f", "-", "-o", "json", status=0).json()["backends"]) == 1
    stdin(b"kind: [\n")
    (finding,) = run("check", "-f", "-", "-o", "json", status=2).json()["findings"]
    assert (finding["code"], finding["file"]) == ("Read/Syntax", "-")


# Envoy.


def test_envoy_writes_a_bootstrap(run: Run, good: pathlib.Path) -> None:
    bootstrap = run("envoy", "-f", good, "-o", "json", status=0).json()
    (cluster,) = bootstrap["static_resources"]["clusters"]
    assert cluster["name"] == "kube_default_web_443" and "transport_socket" in cluster
    assert "admin" not in bootstrap


def test_envoy_takes_places(run: Run, good: pathlib.Path) -> None:
    words = [
        "--gateway",
        "infra/http",
        "--listen",
        "http=127.0.0.1:10080",
        "--admin",
        "127.0.0.1:9901",
    ]
    out = run(
        "envoy",
        "-f",
        good,
        *words,
        "--endpoint",
        "default/web:443=[::1]:8443",
        "-o",
        "json",
        status=0,
    ).out
    assert json.loads(out)["admin"]["address"]["socket_address"] == {
        "address": "127.0.0.1",
        "port_value": 9901,
    }
    assert '"::1"' in out and "10080" in out and "8443" in out


def test_envoy_leaves_out_what_fails_closed_and_says_so(run: Run, closed: pathlib.Path) -> None:
    ran = run("envoy", "-f", closed, "-o", "json", status=0)
    assert not ran.json()["static_resources"].get("clusters")
    assert "fails closed" in ran.err


def test_envoy_never_shows_keys_elsewhere(run: Run, good: pathlib.Path, ca: Credential) -> None:
    client = ca.leaf("gateway", ekus=["clientAuth"])
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "pair", "namespace": "default"},
        "stringData": {"ca.crt": ca.pem, "tls.crt": client.pem, "tls.key": client.key_pem},
    }
    policy = {
        "apiVersion": "gateway.kgateway.dev/v1alpha1",
        "kind": "BackendConfigPolicy",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "targetRefs": [{"group": "", "kind": "Service", "name": "web"}],
            "tls": {"sni": "web.example.com", "secretRef": {"name": "pair"}},
        },
    }
    text = good.read_text("utf-8").split("---\n")
    text = [one for one in text if "BackendTLSPolicy" not in one]
    import gwpolicy

    good.write_text(
        "---\n".join([*text, gwpolicy.to_yaml(secret), gwpolicy.to_yaml(policy)]), "utf-8"
    )
    line = client.key_pem.splitlines()[1]
    assert line in run("envoy", "-f", good, status=0).out.replace(" ", "")
    for words in (["check"], ["resolve"], ["status"], ["explain", "Service/web"]):
        for form in ("table", "json", "yaml"):
            ran = run(*words, "-f", good, "-o", form)
            assert line not in ran.out + ran.err
    (backend,) = run("resolve", "-f", good, "-o", "json").json()["backends"]
    assert "gateway" in backend["tls"]["clientCertificate"]["subject"]


# Verify.


@pytest.fixture
def chain(tmp_path: pathlib.Path, ca: Credential) -> pathlib.Path:
    leaf = ca.leaf("web", dns=["web.example.com"], uris=["spiffe://example.com/web"])
    (tmp_path / "chain.pem").write_text(leaf.pem)
    (tmp_path / "ca.pem").write_text(ca.pem)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--hostname", "web.example.com"], None),
        (["--hostname", "other.example.com"], "Name/Mismatch"),
        (["--san", "URI:spiffe://example.com/web"], None),
        (["--san", "DNS:x.example.com", "--san", "uri:spiffe://example.com/web"], None),
        (["--hostname", "web.example.com", "--san", "DNS:x.example.com"], "Name/Mismatch"),
        (["--hostname", "web.example.com", "--mode", "strict"], None),
        (["--hostname", "web.example.com", "--at", "2199-01-01T00:00:00Z"], "Cert/Expired"),
        ([], None),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, list) else "",
)
def test_verify_gives_a_verdict(
    run: Run, chain: pathlib.Path, words: list[str], code: str | None
) -> None:
    files = ["--chain", str(chain / "chain.pem"), "--ca", str(chain / "ca.pem")]
    report = run("verify", *files, *words, "-o", "json", status=int(code is not None)).json()
    assert report["verdict"] == ("fail" if code else "pass")
    assert (code in [one["code"] for one in report["errors"]]) if code else report["errors"] == []
    for error in report["errors"]:
        assert {"code", "depth", "message", "remedy"} <= set(error)


def test_verify_of_nonsense_fails_with_a_code(run: Run, chain: pathlib.Path) -> None:
    empty, broken = chain / "empty.pem", chain / "broken.pem"
    empty.write_text("")
    broken.write_text("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n")
    ca = str(chain / "ca.pem")
    for path, code in ((empty, "Chain/Empty"), (broken, "Cert/Malformed")):
        report = run(
            "verify", "--chain", path, "--ca", ca, "--hostname", "a", "-o", "json", status=1
        ).json()
        assert code in [one["code"] for one in report["errors"]]
    run("verify", "--chain", "/nowhere", "--ca", ca, status=2)
    run("verify", "--chain", chain / "chain.pem", "--ca", empty, "-o", "json", status=1)


def test_verify_takes_der_and_standard_input(
    run: Run, chain: pathlib.Path, ca: Credential, stdin: Callable[[bytes], None]
) -> None:
    (chain / "ca.der").write_bytes(ca.der)
    stdin((chain / "chain.pem").read_bytes())
    run("verify", "--chain", "-", "--ca", chain / "ca.der", status=0)


def test_verify_looks_at_certificate_hashes(
    run: Run, chain: pathlib.Path, ca: Credential
) -> None:
    leaf = ca.leaf("pinned", dns=["web.example.com"])
    (chain / "chain.pem").write_text(leaf.pem)
    files = ["--chain", str(chain / "chain.pem"), "--ca", str(chain / "ca.pem")]
    colons = ":".join(re.findall("..", leaf.sha256.upper()))
    for given in (leaf.sha256, colons):
        run("verify", *files, "--certificate-hash", "0" * 64, "--certificate-hash", given, status=0)
    ran = run("verify", *files, "--certificate-hash", "0" * 64, "-o", "json", status=1)
    assert [one["code"] for one in ran.json()["errors"]] == ["Name/PinMismatch"]
    run("verify", *files, "--certificate-hash", "beef", status=2)


def test_verify_looks_at_the_public_key(run: Run, chain: pathlib.Path, ca: Credential) -> None:
    leaf = ca.leaf("pinned", dns=["web.example.com"])
    (chain / "chain.pem").write_text(leaf.chain_pem + ca.pem)
    words = ["verify", "--chain", chain / "chain.pem", "--ca", chain / "ca.pem"]
    other = "A" * 43 + "="
    ran = run(*words, "--spki-pin", other, "--spki-pin", leaf.spki, "-o", "json", status=0)
    report = ran.json()
    assert report["matchedPin"] == leaf.spki
    assert [one["spkiSha256"] for one in report["chain"]] == [leaf.spki, ca.spki]
    assert f"pinned as {leaf.spki}" in run(*words, "--spki-pin", leaf.spki, status=0).out
    run(*words, "--certificate-hash", "0" * 64, "--spki-pin", leaf.spki, status=0)
    run(*words, "--certificate-hash", leaf.sha256, "--spki-pin", other, status=0)
    for wrong in (other, ca.spki):
        ran = run(*words, "--spki-pin", wrong, status=1)
        assert "Name/PinMismatch" in ran.out and leaf.spki in ran.out


def test_verify_says_where_the_modes_differ(
    run: Run, chain: pathlib.Path, ca: Credential
) -> None:
    (chain / "chain.pem").write_text(ca.leaf("web", dns=["w*.example.com"]).pem)
    words = ["verify", "--chain", chain / "chain.pem", "--ca", chain / "ca.pem"]
    words += ["--hostname", "web.example.com"]
    assert run(*words, "-o", "json", status=0).json()["modesDiffer"] is True
    assert "the other mode gives the other verdict" in run(*words, status=0).out
    assert run(*words, "--mode", "strict", "-o", "json", status=1).json()["modesDiffer"] is True
    (chain / "chain.pem").write_text(ca.leaf("web", dns=["web.example.com"]).pem)
    assert run(*words, "-o", "json", status=0).json()["modesDiffer"] is False


# Calls.


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["check"],
        ["explain", "-f", "GOOD"],
        ["no-such-command"],
        ["check", "-f", "GOOD", "--no-such-flag"],
        ["check", "-f", "GOOD", "--at", "yesterday"],
        ["check", "-f", "GOOD", "--at", "infinite-future"],
        ["check", "-f", "GOOD", "--profile", "no-such-profile"],
        ["check", "-f", "GOOD", "--system-ca", "/nowhere"],
        ["envoy", "-f", "GOOD", "--gateway", "http"],
        ["envoy", "-f", "GOOD", "--gateway", "infra/none"],
        ["envoy", "-f", "GOOD", "--listen", "127.0.0.1:80"],
        ["envoy", "-f", "GOOD", "--listen", "none=127.0.0.1:80"],
        ["envoy", "-f", "GOOD", "--listen", "http=127.0.0.1:99999"],
        ["envoy", "-f", "GOOD", "--admin", "9901"],
        ["probe", "-f", "GOOD", "--endpoint", "default/web=127.0.0.1:80"],
        ["probe", "-f", "GOOD", "--endpoint", "default/web:443=::1:80"],
        ["probe", "-f", "GOOD", "--endpoint", "default/web:443=127.0.0.1"],
        ["probe", "-f", "GOOD", "--timeout", "0"],
        ["probe", "-f", "GOOD", "--timeout", "soon"],
        ["probe", "-f", "GOOD", "--concurrency", "0"],
        ["probe", "-f", "GOOD", "--mode", "lenient"],
        ["probe", "-f", "GOOD", "--spki-pin", "default/web:443"],
        ["probe", "-f", "GOOD", "--spki-pin", "default/web:443=abc"],
        ["probe", "-f", "GOOD", "--spki-pin", "default/web:80=" + "A" * 43 + "="],
        ["probe", "-f", "GOOD", "--certificate-hash", "default/none:443=" + "0" * 64],
        ["envoy", "-f", "GOOD", "--spki-pin", "default/none:443=" + "A" * 43 + "="],
        ["verify", "--chain", "GOOD", "--san", "web"],
    ],
    ids=lambda words: "_".join(words) or "nothing",
)
def test_wrong_call_is_status_2_with_a_reason(
    run: Run, good: pathlib.Path, words: list[str]
) -> None:
    ran = run(*[str(good) if word == "GOOD" else word for word in words], status=2)
    assert ran.err.strip() and ran.out == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(run: Run, command: str) -> None:
    for flag in ("--help", "-h"):
        out = run(*command.split(), flag, status=0).out
        assert "Usage" in out and f"  gwpolicy {command} " in out.partition("Examples")[2]


def test_version(run: Run) -> None:
    import gwpolicy

    assert run("--version", status=0).out == f"gwpolicy {gwpolicy.__version__}\n"


def test_internal_error_is_one_line(
    run: Run, good: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gwpolicy.cli import session

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug\nwith lines")

    monkeypatch.setattr(session, "read", fail)
    ran = run("check", "-f", good, status=2)
    assert (
        ran.err.startswith("gwpolicy: internal error: RuntimeError: a bug")
        and ran.err.count("\n") == 1
    )


def test_output_is_utf8_in_any_locale(good: pathlib.Path) -> None:
    good.write_text(good.read_text("utf-8").replace("Test CA", "Test CA"), "utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    text = "apiVersion: v1\nkind: Sérvice\nmetadata:\n  name: ü\n"
    done = subprocess.run(
        [tool(), "check", "-f", "-", "-o", "json"],
        input=text.encode(),
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr
    assert "Sérvice" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("columns", [60, 200])
@pytest.mark.parametrize("colour", [True, False])
def test_screen_gets_colour_and_nothing_is_cut(
    good: pathlib.Path, columns: int, colour: bool
) -> None:
    try:
        ours, theirs = pty.openpty()
    except OSError as error:  # a container without /dev/pts
        pytest.skip(f"no terminal to be had: {error}")
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment["TERM"] = "xterm"
    if not colour:
        environment["NO_COLOR"] = "1"
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run(
            [tool(), "resolve", "-f", str(good)], stdout=theirs, env=environment, check=True
        )
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so at the end of a closed terminal
            while part := screen.read(65536):
                shown += part
    text = shown.decode("utf-8")
    assert ("\x1b" in text) == colour
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    for word in ("infra/http", "Service default/web:443", "TLS", "BackendTLSPolicy default/web"):
        assert word in plain
    assert max(len(line) for line in plain.splitlines()) <= columns
