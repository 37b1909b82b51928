"""Which texts are pins at all: gwpolicy and real Envoy refuse the same ones."""

from __future__ import annotations

import pathlib

import pytest

from gwpolicy.testing import manifests
from gwpolicy.testing.pki import Credential, Pki
from gwpolicy.testing.processes import Envoy

import rig
from rig import run

HASH = "--certificate-hash"
SPKI = "--spki-pin"
GOOD = {HASH: "ab" * 32, SPKI: "A" * 43 + "="}
BAD = [
    (HASH, "ab" * 31),
    (HASH, "ab" * 33),
    (HASH, "zz" * 32),
    (HASH, "ab-" * 31 + "ab"),
    (HASH, GOOD[SPKI]),
    (SPKI, "A" * 43),
    (SPKI, "A" * 44),
    (SPKI, "A" * 42 + "=="),
    (SPKI, "A" * 42 + "B="),
    (SPKI, "A" * 20 + "-" + "A" * 22 + "="),
    (SPKI, "A" * 20 + " " + "A" * 22 + "="),
    (SPKI, "sha256/" + GOOD[SPKI]),
    (SPKI, GOOD[HASH]),
]


@pytest.fixture(scope="module")
def ca() -> Credential:
    return Pki().root("CA")


@pytest.fixture(scope="module")
def backend(ca: Credential, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    objects = [*rig.GATEWAY, rig.service("web"), rig.route("web", "web.case.test", "web")]
    reference = {"hostname": "web.case.test", "caCertificateRefs": [manifests.ca_reference("ca")]}
    objects += [
        manifests.config_map("ca", ca.pem),
        manifests.backend_tls_policy("web", reference),
    ]
    return rig.write_list(tmp_path_factory.mktemp("pins") / "web.json", objects)


def bootstrap(backend: pathlib.Path, flag: str) -> str:
    pin = f"default/web:443={GOOD[flag]}"
    return run("envoy", "-f", backend, flag, pin, "-o", "json", status=0).out


@pytest.mark.parametrize("flag", GOOD)
def test_real_envoy_takes_a_pin_of_ours(
    real_proxies: None, backend: pathlib.Path, tmp_path: pathlib.Path, flag: str
) -> None:
    config = tmp_path / "bootstrap.json"
    config.write_text(bootstrap(backend, flag), "utf-8")
    accepted, said = Envoy(tmp_path / "envoy").validate(config)
    assert accepted, said


@pytest.mark.parametrize(("flag", "text"), BAD)
def test_real_envoy_refuses_what_is_no_pin(
    real_proxies: None, backend: pathlib.Path, tmp_path: pathlib.Path, flag: str, text: str
) -> None:
    good = bootstrap(backend, flag)
    assert good.count(GOOD[flag]) == 1
    config = tmp_path / "bootstrap.json"
    config.write_text(good.replace(GOOD[flag], text), "utf-8")
    accepted, said = Envoy(tmp_path / "envoy").validate(config)
    assert not accepted
    assert "SHA-256" in said or "verify_certificate" in said.lower() or "Verify" in said, said


@pytest.mark.parametrize(("flag", "text"), BAD)
def test_no_command_takes_what_is_no_pin(
    backend: pathlib.Path, ca: Credential, tmp_path: pathlib.Path, flag: str, text: str
) -> None:
    chain = tmp_path / "ca.pem"
    chain.write_text(ca.pem, "ascii")
    for words in (
        ["envoy", "-f", backend, flag, f"default/web:443={text}"],
        ["probe", "-f", backend, flag, f"default/web:443={text}"],
        ["verify", "--chain", chain, "--ca", chain, flag, text],
    ):
        ran = run(*words, status=2)
        assert "SHA-256" in ran.err and ran.out == ""
