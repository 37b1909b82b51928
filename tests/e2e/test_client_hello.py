"""The first flight of `gwpolicy probe` is that of real Envoy, byte for byte but for randoms."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

import pytest

import client_hello
import rig
from client_hello import SETTINGS, Hellos, describe, with_names

GOLDEN = rig.REPOSITORY / "tests" / "tls" / "client_hellos.txt"

each_setting = pytest.mark.parametrize("setting", list(SETTINGS))


@pytest.fixture(scope="module")
def hellos(
    real_proxies: None, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Hellos]:
    return client_hello.record(tmp_path_factory.mktemp("hellos"))


@each_setting
def test_probe_says_hello_as_envoy_does(hellos: Mapping[str, Hellos], setting: str) -> None:
    said = hellos[setting]
    assert with_names(said.probe) == with_names(said.envoy)


@each_setting
def test_the_recorded_hellos_are_those_of_this_envoy(
    hellos: Mapping[str, Hellos], setting: str
) -> None:
    wanted = client_hello.golden({setting: hellos[setting]}).split("\n\n", 1)[1]
    text = GOLDEN.read_text(encoding="ascii")
    assert f"\n{wanted}" in text, "renew it: see tests/e2e/client_hello.py"


def test_every_setting_is_recorded_once() -> None:
    lines = GOLDEN.read_text(encoding="ascii").splitlines()
    assert [line[1:-1] for line in lines if line.startswith("[")] == list(SETTINGS)


HELLO = bytes.fromhex(
    "1603010055" + "01000051" + "0303" + "aa" * 32 + "00" + "00021301" + "0100"
    # server_name, key_share and extended_master_secret
    + "0026"
    + "0000000e000c0000096c6f63616c686f7374"
    + "0033000c000a001d0006bbbbbbbbbbbb"
    + "00170000"
)


def test_randoms_are_left_out_and_all_else_is_told() -> None:
    assert describe(HELLO) == [
        "record 0301",
        "version 0303",
        "random 32",
        "session 0",
        "ciphers 1301",
        "compression 00",
        "extension 0 000c0000096c6f63616c686f7374",
        "extension 51 001d:6",
        "extension 23",
    ]
    other = HELLO.replace(b"\xaa", b"\xab").replace(b"\xbb", b"\xbc")
    assert other != HELLO and describe(other) == describe(HELLO)


@pytest.mark.parametrize("cut", range(len(HELLO)))
def test_a_part_of_a_hello_is_none(cut: int) -> None:
    with pytest.raises(ValueError):
        describe(HELLO[:cut])


def test_what_follows_is_no_part_of_a_hello() -> None:
    with pytest.raises(ValueError):
        describe(HELLO + bytes.fromhex("15030300020100"))
