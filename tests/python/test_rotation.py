"""`gwpolicy timeline` and `gwpolicy rehearse`, on probed and on recorded chains."""

from __future__ import annotations

import datetime
import json
import pathlib
from collections.abc import Callable, Iterator

import pytest

import gwpolicy
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.pki import Credential, Pki
from gwpolicy.testing.processes import free_port

from .conftest import Run


@pytest.fixture
def leaf(ca: Credential) -> Credential:
    return ca.intermediate("Issuing CA", not_after=200).leaf("web", dns=["web.example.com"])


@pytest.fixture
def options(leaf: Credential) -> Options:
    return Options(certificate=leaf, time_limit=20)


@pytest.fixture
def server(options: Options) -> Iterator[Backend]:
    with Backend(options) as backend:
        yield backend


@pytest.fixture
def recorded(
    run: Run, good: pathlib.Path, server: Backend, tmp_path: pathlib.Path
) -> pathlib.Path:
    path = tmp_path / "chains.json"
    endpoint = f"default/web:443={server.address}"
    words = ["probe", "-f", str(good), "--endpoint", endpoint, "-o", "json", "--show-certs"]
    path.write_text(run(*words, status=0).out)
    return path


def in_days(days: int) -> str:
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_timeline_lists_the_recorded_chain_soonest_first(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    report = run("timeline", "-f", good, "--results", recorded, "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("gwpolicy/v1alpha1", "Timeline")
    assert [(one["role"], one["certificate"]["subject"]) for one in report["entries"]] == [
        ("leaf", "CN=web"),
        ("intermediate", "CN=Issuing CA"),
        ("anchor", "CN=Test CA"),
    ]
    (backend,) = report["backends"]
    assert (backend["backend"]["name"], backend["subject"]) == ("web", "CN=web")
    assert 88 <= backend["daysLeft"] <= 90


def test_timeline_probes_on_request(run: Run, good: pathlib.Path, server: Backend) -> None:
    endpoint = f"default/web:443={server.address}"
    words = ["timeline", "-f", str(good), "--probe", "--endpoint", endpoint]
    report = run(*words, "-o", "json", status=0).json()
    assert [one["role"] for one in report["entries"]] == ["leaf", "intermediate", "anchor"]
    assert report["entries"][0]["endpoints"] == [server.address]


def test_timeline_shows_how_much_is_left(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    out = run("timeline", "-f", good, "--results", recorded, status=0).out
    rows = {line.split()[2]: line for line in out.splitlines() if line.startswith("Service ")}
    assert rows["leaf"].split()[-1] == "##########"
    assert "on chains: 0 expired, 0 not yet valid, 0 soon, 3 valid" in out
    out = run("timeline", "-f", good, "--results", recorded, "--at", in_days(45)).out
    assert "#####....." in out


def test_timeline_of_a_time_when_a_chain_has_run_out_is_status_1(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    words = ["timeline", "-f", str(good), "--results", str(recorded), "-o", "json"]
    report = run(*words, "--at", in_days(120), status=1).json()
    assert report["summary"]["expired"] == 1
    assert report["entries"][0]["validity"] == "expired" and report["entries"][0]["daysLeft"] < 0


def test_timeline_without_chains_lists_the_bundles(run: Run, good: pathlib.Path) -> None:
    report = run("timeline", "-f", good, "-o", "json", status=0).json()
    assert [one["role"] for one in report["entries"]] == ["trust"]
    assert "--probe or --results" in run("timeline", "-f", good, status=0).out


def test_rehearse_says_what_a_new_ca_breaks(
    run: Run, good: pathlib.Path, recorded: pathlib.Path, pki: Pki, tmp_path: pathlib.Path
) -> None:
    new = tmp_path / "new.pem"
    new.write_text(pki.root("Next CA").pem)
    words = ["rehearse", "-f", str(good), "--results", str(recorded), "--new-ca", str(new)]
    report = run(*words, "-o", "json", status=1).json()
    assert report["kind"] == "Rehearsal"
    assert report["summary"]["breaks"] == 1
    (result,) = report["results"]
    assert (result["now"]["verdict"], result["then"]["verdict"]) == ("pass", "fail")
    assert result["code"] == "Chain/UnknownIssuer" and result["remedy"]
    out = run(*words, status=1).out
    assert "breaks" in out and "Chain/UnknownIssuer" in out and "->" in out
    assert run(*words, "--keep-old", "-o", "json", status=0).json()["summary"]["works"] == 1


def test_rehearse_takes_a_renewed_ca_as_der(
    run: Run, good: pathlib.Path, recorded: pathlib.Path, ca: Credential, tmp_path: pathlib.Path
) -> None:
    new = tmp_path / "new.der"
    new.write_bytes(ca.reissued(not_before=-1, not_after=7000).der)
    words = ["rehearse", "-f", str(good), "--results", str(recorded), "--new-ca", str(new)]
    assert run(*words, "-o", "json", status=0).json()["results"][0]["effect"] == "works"


def test_rehearse_of_a_date_needs_no_new_ca(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    words = ["rehearse", "-f", str(good), "--results", str(recorded), "-o", "json"]
    assert run(*words, "--at", in_days(60), status=0).json()["summary"]["works"] == 1
    (result,) = run(*words, "--at", in_days(120), status=1).json()["results"]
    assert (result["effect"], result["code"]) == ("breaks", "Cert/Expired")


def test_rehearse_probes_where_nothing_is_recorded(
    run: Run, good: pathlib.Path, server: Backend, ca: Credential, tmp_path: pathlib.Path
) -> None:
    new = tmp_path / "new.pem"
    new.write_text(ca.pem)
    words = ["rehearse", "-f", str(good), "--new-ca", str(new), "-o", "json"]
    endpoint = f"default/web:443={server.address}"
    assert run(*words, "--endpoint", endpoint, status=0).json()["summary"]["works"] == 1
    dead = f"default/web:443=127.0.0.1:{free_port()}"
    (result,) = run(*words, "--endpoint", dead, status=1).json()["results"]
    assert (result["effect"], result["code"]) == ("unknown", "Net/Refused")


def test_the_package_gives_the_same(
    run: Run, good: pathlib.Path, recorded: pathlib.Path, pki: Pki
) -> None:
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.load(good).objects)
    engine.resolve()
    results = json.loads(recorded.read_text())
    at = in_days(10)
    words = ["-f", str(good), "--results", str(recorded), "--at", at, "-o", "json"]
    assert gwpolicy.timeline(engine.backends(), results, now=at) == run("timeline", *words).json()
    new = pki.root("Next CA").der
    report = gwpolicy.rehearse(engine.backends(), results, new_ca=new, then=at)
    assert report["summary"]["breaks"] == 1
    both = gwpolicy.rehearse(engine.backends(), results, new_ca=new, keep_old=True, then=at)
    assert both["summary"]["works"] == 1
    assert gwpolicy.timeline(engine.backends())["entries"][0]["role"] == "trust"
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.rehearse(engine.backends(), {}, new_ca=new)


def test_a_backend_that_is_gone_is_said(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    report = json.loads(recorded.read_text())
    report["results"][0]["backend"]["name"] = "gone"
    recorded.write_text(json.dumps(report))
    ran = run("timeline", "-f", good, "--results", recorded, "-o", "json", status=0)
    assert "Service default/gone:443" in ran.err


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "no json",
        lambda text: "{}",
        lambda text: text.replace("BEGIN CERTIFICATE", "BEGIN NOTHING"),
        lambda text: json.dumps({"kind": "ProbeResults", "results": [{"verdict": "pass"}]}),
    ],
)
def test_recordings_that_cannot_be_used_are_status_2(
    run: Run, good: pathlib.Path, recorded: pathlib.Path, spoil: Callable[[str], str]
) -> None:
    recorded.write_text(spoil(recorded.read_text()))
    ran = run("timeline", "-f", good, "--results", recorded, status=2)
    assert ran.err.startswith("gwpolicy: ") and ran.out == ""


@pytest.fixture
def lines(
    run: Run, good: pathlib.Path, server: Backend, options: Options, tmp_path: pathlib.Path
) -> pathlib.Path:
    """Three endpoints of one backend, a line each."""
    path = tmp_path / "chains.jsonl"
    with Backend(options) as second, Backend(options) as third:
        words = ["probe", "-f", str(good), "-o", "jsonl", "--show-certs"]
        for one in (server, second, third):
            words += ["--endpoint", f"default/web:443={one.address}"]
        path.write_text(run(*words, status=0).out)
    assert len(path.read_text().splitlines()) == 3
    return path


def test_recordings_line_by_line_give_the_same(
    run: Run, good: pathlib.Path, lines: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    results = [json.loads(line) for line in lines.read_text().splitlines()]
    whole = tmp_path / "chains.json"
    whole.write_text(json.dumps({"kind": "ProbeResults", "results": results}, indent=2))
    at = in_days(60)
    for words in (["timeline"], ["rehearse"]):
        words += ["-f", str(good), "--at", at, "-o", "json"]
        report = run(*words, "--results", lines, status=0).json()
        expected = run(*words, "--results", whole, status=0).json()
        assert report | {"now": ""} == expected | {"now": ""}  # of rehearse: the time of the call
    assert report["summary"]["works"] == 3


def test_one_line_is_a_recording_too(
    run: Run, good: pathlib.Path, lines: pathlib.Path, stdin: Callable[[bytes], None]
) -> None:
    stdin(lines.read_bytes().splitlines()[0])
    words = ["rehearse", "-f", str(good), "--at", in_days(60), "-o", "json"]
    assert run(*words, "--results", "-", status=0).json()["summary"]["works"] == 1


def test_of_several_rounds_the_last_counts(
    run: Run, good: pathlib.Path, server: Backend, tmp_path: pathlib.Path
) -> None:
    rehearse = ["rehearse", "-f", str(good), "--at", in_days(60), "-o", "json"]
    words = ["probe", "-f", str(good), "--endpoint", f"default/web:443={server.address}"]
    words += ["--show-certs", "--watch", "0.1s", "--rounds", "2"]
    for form in ("json", "jsonl"):
        path = tmp_path / form
        path.write_text(run(*words, "-o", form, status=0).out)
        first, last = path.read_text().splitlines()
        path.write_text(first.replace(server.address, "192.0.2.1:443") + "\n\n" + last + "\n")
        assert run(*rehearse, "--results", path).json()["summary"]["works"] == 2
        path.write_text(first.replace('"pass"', '"fail"') + "\n" + last + "\n")
        (result,) = run(*rehearse, "--results", path, status=0).json()["results"]
        assert result["effect"] == "works"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda line: line[:-20], "no JSON: "),
        (lambda line: line[20:], "no JSON: "),
        (lambda line: b"\xff" + line, "no JSON: "),
        (lambda line: b"[" * 100_000, "no JSON: "),
        (lambda line: b"{}", "these are no results"),
        (lambda line: b'{"kind":"ProbeResults","results":[1]}', "these are no results"),
        (lambda line: b"7", "these are no results"),
        (lambda line: line.replace(b"BEGIN CERTIFICATE", b"BEGIN NOTHING"), "no certificates"),
        (lambda line: line.replace(b'"backend":', b'"other":'), "names no gateway and backend"),
    ],
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_broken_line_is_named(
    run: Run,
    good: pathlib.Path,
    lines: pathlib.Path,
    number: int,
    spoil: Callable[[bytes], bytes],
    said: str,
) -> None:
    given = lines.read_bytes().splitlines()
    given[number - 1] = spoil(given[number - 1])
    lines.write_bytes(b"\n".join(given))
    for command in ("timeline", "rehearse"):
        ran = run(command, "-f", good, "--at", in_days(1), "--results", lines, status=2)
        assert ran.err.startswith(f"gwpolicy: {lines}:{number}:") and said in ran.err
        assert ran.out == "" and ran.err.count("\n") == 1


def test_a_broken_document_is_named_with_its_place(
    run: Run, good: pathlib.Path, recorded: pathlib.Path
) -> None:
    whole = recorded.read_text()
    recorded.write_text(whole.replace('"kind":', '"kind"', 1))
    ran = run("timeline", "-f", good, "--results", recorded, status=2)
    assert ran.err.startswith(f"gwpolicy: {recorded}:3:") and "no JSON: Expecting ':'" in ran.err
    recorded.write_text(whole.replace("BEGIN CERTIFICATE", "BEGIN NOTHING"))
    ran = run("timeline", "-f", good, "--results", recorded, status=2)
    assert ran.err.startswith(f"gwpolicy: {recorded}: the recorded chain has no certificates")


def test_wrong_calls_are_status_2(
    run: Run, good: pathlib.Path, recorded: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    run("rehearse", "-f", good, "--results", recorded, status=2)
    run("rehearse", "-f", good, "--keep-old", "--at", in_days(1), status=2)
    run("rehearse", "-f", good, "--new-ca", "/nowhere", status=2)
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    run("rehearse", "-f", good, "--results", recorded, "--new-ca", empty, status=2)
    run("timeline", "-f", good, "--probe", "--results", recorded, status=2)
    run("timeline", "-f", good, "--results", "/nowhere", status=2)
