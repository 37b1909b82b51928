"""Results of handshakes as they come: `gwpolicy.probe_iter` and `gwpolicy probe -o jsonl`."""

from __future__ import annotations

import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import gwpolicy
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential

from .conftest import Run

WEB = "default/web:443"


@pytest.fixture
def server(ca: Credential) -> Iterator[Backend]:
    leaf = ca.leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, time_limit=30)) as backend:
        yield backend


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def backends(path: pathlib.Path) -> list[gwpolicy.BackendTls]:
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.load(str(path)).objects)
    engine.resolve()
    return engine.backends()


def test_a_result_does_not_wait_for_the_others(
    good: pathlib.Path, server: Backend, silent: str
) -> None:
    places = {WEB: [silent, server.address]}
    started = time.monotonic()
    results = gwpolicy.probe_iter(backends(good), endpoints=places, timeout=3)
    first = next(results)
    assert time.monotonic() - started < 2
    assert (first["endpoint"], first["verdict"]) == (server.address, "pass")
    second = next(results)
    assert (second["endpoint"], second["code"]) == (silent, "Net/Timeout")
    with pytest.raises(StopIteration):
        next(results)


def test_all_come_that_probe_gives_and_as_probe_gives_them(
    good: pathlib.Path, plain: pathlib.Path, closed: pathlib.Path, server: Backend, silent: str
) -> None:
    # One handshake for both results of `good`.
    everything = [*backends(good), *backends(closed), *backends(plain), *backends(good)]
    keywords: dict[str, Any] = {
        "endpoints": {WEB: [silent, server.address]},
        "timeout": 0.5,
        "now": "2026-07-07T00:00:00Z",
        "certificates": True,
    }

    def text(results: Any) -> list[str]:
        for one in results:  # the certificates of the test are newer than `now`
            assert one["verdict"] in ("fail", "skipped")
        return sorted(json.dumps(one, sort_keys=True) for one in results)

    streamed = list(gwpolicy.probe_iter(everything, **keywords))
    assert [one["code"] or one["verdict"] for one in streamed[:2]] == ["Trust/NotFound", "skipped"]
    assert text(streamed) == text(gwpolicy.probe(everything, **keywords)["results"])
    assert len(streamed) == 6


def test_closing_ends_the_handshakes(good: pathlib.Path, server: Backend, silent: str) -> None:
    places = {WEB: [server.address, silent]}
    before = threading.active_count()
    results = gwpolicy.probe_iter(backends(good), endpoints=places, timeout=60)
    assert next(results)["verdict"] == "pass"
    started = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 1.5
    assert threading.active_count() == before
    with pytest.raises(StopIteration):
        next(results)


def test_an_exception_in_the_loop_ends_them_and_is_raised(
    good: pathlib.Path, server: Backend, silent: str
) -> None:
    before = threading.active_count()
    started = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        for _ in gwpolicy.probe_iter(
            backends(good), endpoints={WEB: [server.address, silent]}, timeout=60
        ):
            raise ZeroDivisionError
    assert time.monotonic() - started < 3
    deadline = time.monotonic() + 3
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() == before


def test_a_wrong_call_is_told_before_the_first_result(good: pathlib.Path) -> None:
    with pytest.raises(ValueError):
        gwpolicy.probe_iter(backends(good), endpoints={"web": "127.0.0.1"})
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.probe_iter(backends(good), phase_timeouts={"nap": 1})


def test_what_cannot_be_done_is_raised_by_the_iterator(good: pathlib.Path) -> None:
    with pytest.raises(gwpolicy.InvalidArgumentError, match="concurrency"):
        list(gwpolicy.probe_iter(backends(good), concurrency=0))


def test_other_threads_go_on_meanwhile(good: pathlib.Path, silent: str) -> None:
    count = 0
    over = threading.Event()

    def work() -> None:
        nonlocal count
        while not over.is_set():
            count += 1
            time.sleep(0.001)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        (result,) = gwpolicy.probe_iter(backends(good), endpoints={WEB: silent}, timeout=1)
    finally:
        over.set()
        worker.join()
    assert result["code"] == "Net/Timeout"
    assert count > 200


def words(good: pathlib.Path, *places: str) -> list[str]:
    out = ["probe", "-f", str(good)]
    for place in places:
        out += ["--endpoint", f"{WEB}={place}"]
    return out


def test_jsonl_has_a_result_a_line(run: Run, good: pathlib.Path, server: Backend) -> None:
    arguments = words(good, server.address, "127.0.0.1:1")
    ran = run(*arguments, "--show-certs", "-o", "jsonl", status=1)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert {(one["endpoint"], one["verdict"]) for one in lines} == {
        (server.address, "pass"),
        ("127.0.0.1:1", "fail"),
    }
    for one in lines:
        assert (one.pop("apiVersion"), one.pop("kind")) == ("gwpolicy/v1alpha1", "ProbeResult")
        assert all("pem" in certificate for certificate in one["chain"])
    results = run(*arguments, "-o", "json", status=1).json()["results"]
    assert [list(one) for one in lines] == [list(one) for one in results]
    assert [one["endpoint"] for one in results] == [server.address, "127.0.0.1:1"]
    run(*words(good, server.address), "-o", "jsonl", status=0)


def test_jsonl_of_several_rounds_goes_on(run: Run, good: pathlib.Path, server: Backend) -> None:
    arguments = [*words(good, server.address), "--watch", "10ms", "--rounds", "3", "-o", "jsonl"]
    lines = [json.loads(line) for line in run(*arguments, status=0).out.splitlines()]
    assert [one["verdict"] for one in lines] == ["pass"] * 3


def test_a_line_is_there_while_others_are_waited_for(
    good: pathlib.Path, server: Backend, silent: str
) -> None:
    arguments = [*words(good, silent, server.address), "--timeout", "4s", "-o", "jsonl"]
    command = [sys.executable, "-m", "gwpolicy", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["endpoint"] == server.address
        assert process.poll() is None
        assert json.loads(process.stdout.readline())["code"] == "Net/Timeout"
        assert process.stdout.readline() == ""
    assert process.returncode == 1


def test_a_reader_that_goes_away_ends_it(good: pathlib.Path, server: Backend) -> None:
    arguments = [*words(good, server.address), "--watch", "10ms", "-o", "jsonl"]
    command = [sys.executable, "-m", "gwpolicy", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["verdict"] == "pass"
        process.stdout.close()
        assert process.wait(10) != 0
        assert process.stderr.read() == ""
