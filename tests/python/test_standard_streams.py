"""Readers that go away, streams that are closed, disks that are full."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential

from .conftest import POLICY, ROUTE, SERVICE, documents

TOOL = str(pathlib.Path(sys.executable).with_name("gwpolicy"))
# Python writes another way where it is told not to buffer, as it often is in containers.
BUFFERED = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


@pytest.fixture(name="large", scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Every report of it is many times what a pipe holds."""
    bad = SERVICE.replace("name: web", "name: bad").replace("port: 443", "port: 0")
    texts = [
        text.replace("name: web", f"name: web-{i}").replace("name: bad", f"name: bad-{i}")
        for i in range(1500)
        for text in (SERVICE, ROUTE, POLICY, bad)
    ]
    path = tmp_path_factory.mktemp("large") / "fleet.yaml"
    path.write_text(documents(*texts))
    return path


def shell(script: str, *words: str | pathlib.Path, unbuffered: str = "") -> tuple[int, str]:
    """Runs a script in which "$@" is the command; its exit status and standard error."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}", "bash", TOOL, *map(str, words)],
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@BUFFERED
@pytest.mark.parametrize(
    "words",
    [
        ["validate"],
        ["check", "-o", "sarif"],
        ["resolve"],
        ["status", "-o", "yaml"],
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_ends_the_command_with_141(
    words: list[str], large: pathlib.Path, unbuffered: str
) -> None:
    script = '"$@" 2>/dev/null | head -1 >/dev/null'
    assert shell(script, *words, "-f", large, unbuffered=unbuffered) == (141, "")


@pytest.mark.parametrize(
    "words",
    [["--version"], ["probe", "--help"], ["trust", "--help"], ["serve-test-backend", "--list"]],
    ids=" ".join,
)
def test_so_does_one_that_does_not_wait_for_a_short_text(words: list[str]) -> None:
    assert shell('"$@" | exec true', *words) == (141, "")


def test_backends_that_nobody_hears_of_are_not_served(tmp_path: pathlib.Path) -> None:
    words = ["serve-test-backend", "--fault", "expired-leaf", "--write", str(tmp_path)]
    assert shell('"$@" | exec true', *words) == (141, "")


@pytest.mark.parametrize("more", [[], ["--watch", "0.1s"]], ids=["once", "watch"])
def test_results_that_come_one_by_one_end_with_their_reader(
    more: list[str], good: pathlib.Path, ca: Credential
) -> None:
    leaf = ca.leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, time_limit=20)) as backend:
        words = ["probe", "-f", str(good), "--endpoint", f"default/web:443={backend.address}"]
        assert shell('"$@" | exec true', *words, "-o", "jsonl", *more) == (141, "")


@BUFFERED
def test_a_slow_reader_has_all_of_it(large: pathlib.Path, unbuffered: str) -> None:
    script = '"$@" 2>/dev/null | (sleep 1; tail -c 5 >&2)'
    words = ["status", "-o", "json", "-f", str(large)]
    assert shell(script, *words, unbuffered=unbuffered) == (0, " ]\n}\n")


@pytest.mark.parametrize("words", [["nonsense"], ["validate", "-f", "/nowhere"]], ids=" ".join)
def test_complaints_that_nobody_reads_end_it_too(words: list[str]) -> None:
    assert shell('{ "$@" 2>&1 >/dev/null; } | exec true', *words)[0] == 141


@BUFFERED
@pytest.mark.parametrize("command", ["status", "--version", "trust --help"])
@pytest.mark.parametrize(
    ("to", "why"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
def test_output_that_cannot_be_written_is_said_with_status_2(
    to: str, why: str, command: str, good: pathlib.Path, unbuffered: str
) -> None:
    words = ["status", "-f", str(good)] if command == "status" else command.split()
    said = f"gwpolicy: standard output: {why}\n"
    assert shell(f'"$@" {to}', *words, unbuffered=unbuffered) == (2, said)


def test_who_writes_nothing_needs_no_output(good: pathlib.Path) -> None:
    assert shell('"$@" >&-', "validate", "-f", good, "-o", "github") == (0, "")


@pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
def test_complaints_never_go_where_the_document_goes(to: str) -> None:
    words = ["validate", "-f", "/nowhere", "-o", "json"]
    status, out = shell(f'"$@" {to} | cat >&2', *words)
    assert (status, json.loads(out)["kind"]) == (2, "Findings")


@pytest.mark.parametrize(
    "words", [["verify", "--chain", "-"], ["validate", "-f", "-"]], ids=" ".join
)
def test_input_that_is_closed_is_said_with_status_2(words: list[str]) -> None:
    assert shell('"$@" <&-', *words) == (2, "gwpolicy: <stdin>: Bad file descriptor\n")


def test_with_all_three_closed_the_status_is_there(good: pathlib.Path) -> None:
    assert shell('"$@" <&- >&- 2>&-', "resolve", "-f", good) == (2, "")
    assert shell('"$@" <&- >&- 2>&-', "validate", "-f", good, "-o", "github") == (0, "")
