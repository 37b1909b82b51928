"""`gwpolicy probe` against servers of our own."""

from __future__ import annotations

import base64
import json
import pathlib
from collections.abc import Iterator
from typing import Literal

import pytest

import gwpolicy
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential
from gwpolicy.testing.processes import free_port

from .conftest import GATEWAY, ROUTE, SERVICE, Run, documents


@pytest.fixture
def server(ca: Credential) -> Iterator[Backend]:
    with Backend(
        Options(certificate=ca.leaf("web", dns=["web.example.com"]), time_limit=10)
    ) as backend:
        yield backend


def test_pass_has_the_members_of_the_contract(
    run: Run, good: pathlib.Path, server: Backend
) -> None:
    endpoint = f"default/web:443={server.address}"
    report = run("probe", "-f", good, "--endpoint", endpoint, "-o", "json", status=0).json()
    assert report["summary"] == {"pass": 1, "fail": 0, "skipped": 0}
    (result,) = report["results"]
    assert {
        "gateway",
        "backend",
        "endpoint",
        "verdict",
        "phase",
        "code",
        "message",
        "remedy",
        "tls",
        "chain",
    } <= set(result)
    assert (result["verdict"], result["code"], result["endpoint"]) == ("pass", "", server.address)
    assert (result["tls"]["version"], result["tls"]["sni"]) == ("TLSv1.2", "web.example.com")
    assert "DNS:web.example.com" in result["chain"][0]["subjectAltNames"]
    assert [one["from"] for one in result["builtChain"]] == ["peer", "bundle"]
    assert result["modesDiffer"] is False
    tls = result["tls"]
    assert tls["signatureAlgorithm"] == "ecdsa_secp256r1_sha256"
    # Below TLS 1.3 the ticket is a part of the handshake.
    assert (tls["sessionTickets"], tls["resumptionOffered"]) == (1, True)
    assert tls["alertReceived"] is None and tls["clientCertificate"] == "not requested"
    assert not (tls["mustStaple"] or tls["ocspResponse"] or tls["sctList"] or tls["leafSctList"])
    assert tls["bytesReceived"] > 500 and tls["bytesSent"] > 100


def test_refused_connection_fails_with_its_code(run: Run, good: pathlib.Path) -> None:
    endpoint = f"default/web:443=127.0.0.1:{free_port()}"
    ran = run(
        "probe", "-f", good, "--endpoint", endpoint, "--timeout", "2s", "-o", "json", status=1
    )
    (result,) = ran.json()["results"]
    assert (result["verdict"], result["code"], result["phase"]) == (
        "fail",
        "Net/Refused",
        "connect",
    )
    assert result["message"] and result["remedy"] and result["chain"] == []
    assert "Net/Refused" in run("probe", "-f", good, "--endpoint", endpoint, status=1).out


def test_wrong_name_fails(run: Run, good: pathlib.Path, ca: Credential) -> None:
    with Backend(Options(certificate=ca.leaf("x", dns=["x.example.com"]), time_limit=10)) as server:
        ran = run(
            "probe",
            "-f",
            good,
            "--endpoint",
            f"default/web:443={server.address}",
            "-o",
            "json",
            status=1,
        )
    assert [one["code"] for one in ran.json()["results"]] == ["Name/Mismatch"]


def test_several_endpoints_are_results_of_their_own(
    run: Run, good: pathlib.Path, server: Backend
) -> None:
    dead = f"127.0.0.1:{free_port()}"
    words = [
        "--endpoint",
        f"default/web:443={server.address}",
        "--endpoint",
        f"default/web:443={dead}",
    ]
    results = run("probe", "-f", good, *words, "-o", "json", status=1).json()["results"]
    assert [(one["endpoint"], one["verdict"]) for one in results] == [
        (server.address, "pass"),
        (dead, "fail"),
    ]


def test_plaintext_is_skipped(run: Run, plain: pathlib.Path) -> None:
    report = run("probe", "-f", plain, "-o", "json", status=0).json()
    assert report["summary"] == {"pass": 0, "fail": 0, "skipped": 1}
    assert report["results"][0]["verdict"] == "skipped"


def test_fail_closed_fails_in_the_configuration(run: Run, closed: pathlib.Path) -> None:
    (result,) = run("probe", "-f", closed, "-o", "json", status=1).json()["results"]
    assert (result["verdict"], result["phase"]) == ("fail", "config")
    assert result["code"] == "Trust/NotFound" and result["message"]


def test_endpoint_of_nothing_is_said_and_ignored(
    run: Run, good: pathlib.Path, server: Backend
) -> None:
    words = [
        "--endpoint",
        f"default/web:443={server.address}",
        "--endpoint",
        "default/none:1=127.0.0.1:1",
    ]
    ran = run("probe", "-f", good, *words, "-o", "json", status=0)
    assert "default/none:1" in ran.err and len(ran.json()["results"]) == 1


def test_backend_that_no_gateway_reaches_is_left_out_unless_named(
    run: Run, good: pathlib.Path, server: Backend
) -> None:
    text = good.read_text("utf-8").replace(
        "    port: 443\n", "    port: 443\n  - name: other\n    port: 444\n", 1
    )
    good.write_text(text, "utf-8")
    web = ["--endpoint", f"default/web:443={server.address}"]
    other = ["--endpoint", f"default/web:444={server.address}"]
    assert len(run("probe", "-f", good, *web, "-o", "json", status=0).json()["results"]) == 1
    assert (
        len(run("probe", "-f", good, *web, *other, "-o", "json", status=0).json()["results"]) == 2
    )


def test_input_without_gateway_is_probed_as_well(
    run: Run, good: pathlib.Path, server: Backend
) -> None:
    parts = [one for one in good.read_text("utf-8").split("---\n") if "kind: Gateway" not in one]
    good.write_text("---\n".join(parts), "utf-8")
    endpoint = f"default/web:443={server.address}"
    (result,) = run("probe", "-f", good, "--endpoint", endpoint, "-o", "json", status=0).json()[
        "results"
    ]
    assert (result["gateway"], result["verdict"]) == (None, "pass")


def test_system_ca_says_what_system_is(
    run: Run,
    good: pathlib.Path,
    server: Backend,
    ca: Credential,
    pki: object,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = good.read_text("utf-8")
    text = text.replace(
        '    caCertificateRefs:\n    - group: ""\n      kind: ConfigMap\n      name: ca\n',
        "    wellKnownCACertificates: System\n",
    )
    good.write_text(text, "utf-8")
    mine, other = tmp_path / "mine.pem", tmp_path / "other.pem"
    mine.write_text(ca.pem)
    other.write_text(pki.root("Other CA").pem)  # type: ignore[attr-defined]
    words = [
        "probe",
        "-f",
        str(good),
        "--endpoint",
        f"default/web:443={server.address}",
        "-o",
        "json",
    ]
    run(*words, "--system-ca", mine, status=0)
    run(*words, "--system-ca", other, status=1)
    monkeypatch.setenv("SSL_CERT_FILE", str(mine))
    run(*words, status=0)
    run(*words, "--system-ca", other, status=1)
    assert str(other) in run("envoy", "-f", good, "--system-ca", other, status=0).out
    assert str(mine) in run("envoy", "-f", good, status=0).out


def test_strict_mode_refuses_more(run: Run, good: pathlib.Path, ca: Credential) -> None:
    partial = ca.leaf("web", dns=["w*.example.com"])
    with Backend(Options(certificate=partial, time_limit=10)) as server:
        words = [
            "probe",
            "-f",
            str(good),
            "--endpoint",
            f"default/web:443={server.address}",
            "-o",
            "json",
        ]
        lenient = run(*words, "--mode", "envoy").json()["results"][0]
        strict = run(*words, "--mode", "strict", status=1).json()["results"][0]
    assert lenient["verdict"] == "pass" and "Name/PartialWildcard" in [
        one["code"] for one in lenient["warnings"]
    ]
    assert strict["code"] == "Name/PartialWildcard"
    for one in (lenient, strict):
        assert one["modesDiffer"] is True
        assert one["warnings"][0]["code"] == "Chain/ModesDiffer"


BACKEND_CONFIG_POLICY = """\
apiVersion: gateway.kgateway.dev/v1alpha1
kind: BackendConfigPolicy
metadata:
  name: web
  namespace: default
spec:
  targetRefs:
  - {group: "", kind: Service, name: web}
  tls:
    sni: web.example.com
    secretRef: {name: web-tls}
    verifySubjectAltNames: [web.example.com]
"""


def _with_client_certificate(ca: Credential, client: Credential) -> str:
    values = {"ca.crt": ca.pem, "tls.crt": client.chain_pem, "tls.key": client.key_pem}
    data = {key: base64.b64encode(text.encode()).decode() for key, text in values.items()}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "web-tls", "namespace": "default"},
        "type": "Opaque",
        "data": data,
    }
    return documents(GATEWAY, SERVICE, ROUTE, BACKEND_CONFIG_POLICY, json.dumps(secret) + "\n")


@pytest.mark.parametrize("present", ["verified", "envoy"])
def test_a_client_certificate_goes_where_envoy_would_send_it_only_by_name(
    run: Run, tmp_path: pathlib.Path, ca: Credential, present: Literal["verified", "envoy"]
) -> None:
    options = Options(
        certificate=ca.leaf("web", dns=["w*.example.com"]),  # good enough for Envoy alone
        client_certificate="optional",
        client_ca=ca.pem,
        time_limit=10,
    )
    text = _with_client_certificate(ca, ca.leaf("gateway", ekus=["clientAuth"]))
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.loads(text).objects)
    engine.resolve()
    with Backend(options) as server:
        (result,) = gwpolicy.probe(
            engine.backends(),
            endpoints={"default/web:443": server.address},
            mode="strict",
            present_certificate=present,
        )["results"]
        manifests = tmp_path / "manifests.yaml"
        manifests.write_text(text)
        words = ["probe", "-f", str(manifests), "--endpoint", f"default/web:443={server.address}"]
        words += ["--mode", "strict", "--present-certificate", present, "-o", "json"]
        (by_command,) = run(*words, status=1).json()["results"]
    assert by_command["tls"]["clientCertificate"] == result["tls"]["clientCertificate"]
    shown = present == "envoy"
    assert result["code"] == "Name/PartialWildcard"
    assert result["tls"]["clientCertificate"] == ("accepted" if shown else "withheld")
    codes = [one["code"] for one in result["warnings"]]
    assert ("ClientCert/ShownUnverified" in codes) == shown


def test_an_unknown_choice_of_whom_to_show_the_certificate_is_an_error() -> None:
    with pytest.raises(ValueError, match="present_certificate"):
        gwpolicy.probe([], present_certificate="always")  # type: ignore[arg-type]


def test_a_pin_takes_the_place_of_the_policys(
    run: Run, good: pathlib.Path, server: Backend, ca: Credential
) -> None:
    words = ["probe", "-f", good, "--endpoint", f"default/web:443={server.address}", "-o", "json"]
    leaf = run(*words, status=0).json()["results"][0]["chain"][0]
    right, wrong = leaf["spkiSha256"], ca.spki
    (result,) = run(*words, "--spki-pin", f"default/web:443={right}", status=0).json()["results"]
    assert result["tls"]["matchedPin"] == right
    ran = run(*words, "--spki-pin", f"default/web:443={wrong}", status=1)
    (result,) = ran.json()["results"]
    assert (result["code"], result["tls"]["matchedPin"]) == ("Name/PinMismatch", "")
    assert right in result["message"]
    pair = ["--certificate-hash", f"default/web:443={leaf['sha256']}"]
    pair += ["--spki-pin", f"default/web:443={wrong}"]
    (result,) = run(*words, *pair, status=0).json()["results"]
    assert result["tls"]["matchedPin"] == leaf["sha256"]
    shown = run(*words[:-2], "--show-certs", status=0).out
    assert right in shown and leaf["sha256"] in shown
    assert max(map(len, shown.split("chain of")[1].splitlines())) <= 80


def test_backends_take_pins(good: pathlib.Path, plain: pathlib.Path, closed: pathlib.Path) -> None:
    def backend(path: pathlib.Path) -> gwpolicy.BackendTls:
        engine = gwpolicy.Engine()
        engine.apply(gwpolicy.load(str(path)).objects)
        engine.resolve()
        return engine.backends()[0]

    plainly = backend(good)
    assert plainly.tls is not None and plainly.tls["spkiPins"] == []
    pin = "A" * 43 + "="
    pinned = plainly.with_pins(spki_pins=[pin])
    assert pinned.tls is not None and pinned.tls["spkiPins"] == [pin]
    assert plainly.tls["spkiPins"] == [] and pinned != plainly
    assert pinned.with_pins() == plainly
    for bad in ({"spki_pins": ["A" * 44]}, {"certificate_hashes": ["abc"]}):
        with pytest.raises(gwpolicy.InvalidArgumentError, match="SHA-256"):
            plainly.with_pins(**bad)
    assert backend(closed).with_pins(spki_pins=[pin]).mode == "FailClosed"
    with pytest.raises(gwpolicy.InvalidArgumentError, match="plaintext"):
        backend(plain).with_pins(spki_pins=[pin])
