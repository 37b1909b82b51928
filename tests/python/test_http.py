"""The request behind the handshake: `gwpolicy probe --http-path`, `gwpolicy.HttpCheck`."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

import gwpolicy
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential

from .conftest import Run


@pytest.fixture
def server(ca: Credential) -> Iterator[Backend]:
    with Backend(
        Options(certificate=ca.leaf("web", dns=["web.example.com"]), time_limit=10)
    ) as backend:
        yield backend


@pytest.fixture
def words(good: pathlib.Path, server: Backend) -> list[str]:
    return ["probe", "-f", str(good), "--endpoint", f"default/web:443={server.address}"]


def requests(server: Backend) -> list[str]:
    return [request for one in server.seen for request in one.requests]


def test_the_answer_stands_beside_the_handshake(
    run: Run, words: list[str], server: Backend
) -> None:
    more = ["--http-path", "/healthz?full=1", "-o", "json"]
    (result,) = run(*words, *more, status=0).json()["results"]
    http = result["http"]
    assert (http["version"], http["status"], http["bodyComplete"]) == ("HTTP/1.1", 200, True)
    assert http["bodyBytes"] > 100 and 0 < http["firstByte"] < 5000
    assert result["phase"] == "http" and result["timings"]["http"] >= http["firstByte"]
    assert (result["verdict"], result["tls"]["version"]) == ("pass", "TLSv1.2")
    assert requests(server) == ["GET /healthz?full=1"]


def test_none_is_made_unasked(run: Run, words: list[str], server: Backend) -> None:
    (result,) = run(*words, "-o", "json", status=0).json()["results"]
    assert result["http"] is None and result["timings"]["http"] == 0
    assert "STATUS" not in run(*words, status=0).out
    assert requests(server) == []


def test_the_table_has_the_status(run: Run, words: list[str]) -> None:
    head, row = run(*words, "--http-path", "/status/503", status=0).out.splitlines()[:2]
    assert head.split()[-1] == "STATUS" and row.split()[-1] == "503"


def test_a_status_fails_where_another_is_expected(run: Run, words: list[str]) -> None:
    words = [*words, "--http-path", "/status/503"]
    run(*words, "--expect-status", "503", status=0)
    run(*words, "--expect-status", "200-599", status=0)
    ran = run(*words, "--expect-status", "200-399", status=1)
    assert "Http/Status" in ran.out and "503" in ran.out and "200 to 399" in ran.out
    (result,) = run(*words, "--expect-status", "200", "-o", "json", status=1).json()["results"]
    assert (result["code"], result["phase"]) == ("Http/Status", "http")
    assert result["http"]["status"] == 503 and result["remedy"]


def test_head_has_no_body(run: Run, words: list[str], server: Backend) -> None:
    more = ["--http-path", "/", "--http-method", "HEAD", "--http-host", "other", "-o", "json"]
    (result,) = run(*words, *more, status=0).json()["results"]
    assert (result["http"]["bodyBytes"], result["http"]["bodyComplete"]) == (0, True)
    assert requests(server) == ["HEAD /"]


def test_a_server_that_fails_is_not_asked(
    run: Run, good: pathlib.Path, ca: Credential
) -> None:
    with Backend(Options(certificate=ca.leaf("x", dns=["x.example.com"]), time_limit=10)) as server:
        words = ["probe", "-f", good, "--endpoint", f"default/web:443={server.address}"]
        ran = run(*words, "--http-path", "/", "-o", "json", status=1)
    (result,) = ran.json()["results"]
    assert (result["code"], result["http"]) == ("Name/Mismatch", None)
    assert requests(server) == []


def test_a_server_that_speaks_something_else_than_it_chose(
    run: Run, good: pathlib.Path, ca: Credential, tmp_path: pathlib.Path
) -> None:
    manifest = tmp_path / "h2.yaml"
    option = '  options: {"kgateway.dev/alpn-protocols": h2}\n'
    text = good.read_text().replace("  validation:\n", option + "  validation:\n")
    manifest.write_text(text)
    leaf = ca.leaf("web", dns=["web.example.com"])
    with Backend(Options(certificate=leaf, alpn=["h2"], time_limit=10)) as server:
        words = ["probe", "-f", manifest, "--endpoint", f"default/web:443={server.address}"]
        ran = run(*words, "--http-path", "/", "-o", "json", status=1)
        run(*words, status=0)
    (result,) = ran.json()["results"]
    assert (result["code"], result["tls"]["alpn"]) == ("Http/NotHttp", "h2")


def test_metrics_have_status_and_time(
    run: Run, words: list[str], tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "metrics"
    run(*words, "--http-path", "/status/404", "--metrics", path, status=0)
    text = path.read_text()
    assert "gwpolicy_probe_http_status{" in text and text.count("} 404\n") == 1
    assert text.count(',phase="http"}') == 1


def test_nothing_depends_on_the_clock_with_at(run: Run, words: list[str]) -> None:
    more = ["--http-path", "/", "--at", "2026-07-07T00:00:00Z", "-o", "json"]
    assert run(*words, *more).out == run(*words, *more).out


def test_python_asks_as_well(good: pathlib.Path, server: Backend) -> None:
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.load(str(good)).objects)
    engine.resolve()
    where = {"default/web:443": server.address}
    check = gwpolicy.HttpCheck("/status/500", expect_status=(200, 299))
    (result,) = gwpolicy.probe(
        engine.backends(), endpoints=where, http=check, phase_timeouts={"http": 3}
    )["results"]
    assert result["code"] == "Http/Status"
    (streamed,) = gwpolicy.probe_iter(
        engine.backends(), endpoints=where, http=gwpolicy.HttpCheck(method="HEAD")
    )
    assert streamed["http"]["status"] == 200
    for bad in (
        gwpolicy.HttpCheck("healthz"),
        gwpolicy.HttpCheck("/a\r\nx: 1"),
        gwpolicy.HttpCheck(host="a b"),
        gwpolicy.HttpCheck(expect_status=(300, 200)),
        gwpolicy.HttpCheck(method="POST"),  # type: ignore[arg-type]
    ):
        with pytest.raises(gwpolicy.InvalidArgumentError):
            gwpolicy.probe(engine.backends(), http=bad)


@pytest.mark.parametrize(
    "more",
    [
        ["--expect-status", "200"],
        ["--http-method", "HEAD"],
        ["--http-host", "a"],
        ["--http-path", "healthz"],
        ["--http-path", "/a b"],
        ["--http-path", "/", "--http-method", "POST"],
        ["--http-path", "/", "--http-host", "a b"],
        ["--http-path", "/", "--expect-status", "20"],
        ["--http-path", "/", "--expect-status", "399-200"],
        ["--http-path", "/", "--phase-timeout", "htp=1s"],
    ],
)
def test_wrong_calls_are_status_2(run: Run, words: list[str], more: list[str]) -> None:
    run(*words, *more, status=2)
