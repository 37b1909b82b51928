"""`gwpolicy diff` and `gwpolicy.diff`: what is loosened and tightened."""

from __future__ import annotations

import pathlib
import re
import threading

import pytest

import gwpolicy
from gwpolicy import _native

from .conftest import GATEWAY, ROUTE, SERVICE, Run, documents

CONFIG_POLICY = """\
apiVersion: gateway.kgateway.dev/v1alpha1
kind: BackendConfigPolicy
metadata:
  name: web
  namespace: default
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: web
  tls:
    sni: web.example.com
    insecureSkipVerify: true
"""

CHANGE = {
    "gateway",
    "backend",
    "change",
    "effect",
    "mixed",
    "availability",
    "reasons",
    "before",
    "after",
    "fields",
}


@pytest.fixture
def unverified(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "unverified.yaml"
    path.write_text(documents(GATEWAY, SERVICE, ROUTE, CONFIG_POLICY), "utf-8")
    return path


# The command line.


def test_nothing_changed_is_status_0(run: Run, good: pathlib.Path) -> None:
    report = run("diff", good, good, "-o", "json", status=0).json()
    assert (report["apiVersion"], report["kind"]) == ("gwpolicy/v1alpha1", "PostureDiff")
    assert report["changes"] == report["newFindings"] == report["goneFindings"] == []
    assert report["summary"]["unchanged"] == 1


def test_policy_that_goes_loosens(run: Run, good: pathlib.Path, plain: pathlib.Path) -> None:
    report = run("diff", good, plain, "-o", "json", status=1).json()
    (change,) = report["changes"]
    assert set(change) == CHANGE
    assert (change["effect"], change["change"], change["mixed"]) == ("loosened", "changed", False)
    assert change["gateway"] == {"namespace": "infra", "name": "http"}
    assert change["backend"]["port"] == 443
    assert (change["before"]["protection"], change["after"]["protection"]) == (
        "Verified",
        "Plaintext",
    )
    fields = {field["field"]: field for field in change["fields"]}
    assert fields["mode"]["effect"] == "loosened"
    assert fields["names"]["before"]["value"] == "DNS:web.example.com"
    assert fields["names"]["before"]["from"]["kind"] == "BackendTLSPolicy"
    assert fields["names"]["after"]["from"] is None


def test_policy_that_comes_tightens(run: Run, good: pathlib.Path, plain: pathlib.Path) -> None:
    (change,) = run("diff", plain, good, "-o", "json", status=0).json()["changes"]
    assert change["effect"] == "tightened"


def test_ca_that_goes_is_availability_and_an_error(
    run: Run, good: pathlib.Path, closed: pathlib.Path
) -> None:
    report = run("diff", good, closed, "-o", "json", status=0).json()
    (change,) = report["changes"]
    assert (change["effect"], change["availability"]) == ("neutral", "lost")
    assert "availability lost" in change["reasons"][0]
    assert "Trust/NotFound" in [finding["code"] for finding in report["newFindings"]]
    report = run("diff", closed, good, "-o", "json", status=0).json()
    assert report["changes"][0]["availability"] == "gained"
    assert "Trust/NotFound" in [finding["code"] for finding in report["goneFindings"]]


def test_unverified_is_looser_than_verified_and_tighter_than_plaintext(
    run: Run, good: pathlib.Path, plain: pathlib.Path, unverified: pathlib.Path
) -> None:
    for old, new, effect in (
        (good, unverified, "loosened"),
        (unverified, good, "tightened"),
        (plain, unverified, "tightened"),
        (unverified, plain, "loosened"),
    ):
        report = run("diff", old, new, "-o", "json", status=int(effect == "loosened")).json()
        assert [change["effect"] for change in report["changes"]] == [effect]


def test_two_profiles_on_the_same_manifests(run: Run, unverified: pathlib.Path) -> None:
    words = ["diff", "-f", unverified, "--profile", "kgateway", "--to-profile", "agentgateway"]
    report = run(*words, "-o", "json", status=1).json()
    (change,) = report["changes"]
    assert (change["before"]["profile"], change["after"]["profile"]) == (
        "kgateway",
        "agentgateway",
    )
    assert change["effect"] == "loosened" and change["after"]["mode"] == "Plaintext"
    assert "Attach/NotRead" in [finding["code"] for finding in report["newFindings"]]
    run("diff", "-f", unverified, "--to-profile", "kgateway", status=0)


def test_table_tells_people(run: Run, good: pathlib.Path, plain: pathlib.Path) -> None:
    out = run("diff", good, plain, status=1).out
    assert out.startswith("loosened Service default/web:443 through infra/http\n")
    assert "TLS -> Plaintext" in out
    assert "was from BackendTLSPolicy default/web spec.validation" in out
    assert out.splitlines()[-1].startswith("1 loosened, 0 tightened, 0 neutral, 0 unchanged; ")
    assert "\x1b" not in out and all(line == line.rstrip() for line in out.splitlines())


def test_colour_obeys_no_color(
    run: Run, good: pathlib.Path, plain: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in run("diff", good, plain).out
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[1;31mloosened" in run("diff", good, plain).out


def test_yaml_says_the_same_as_json(run: Run, good: pathlib.Path, plain: pathlib.Path) -> None:
    document = run("diff", good, plain, "-o", "json").json()
    assert run("diff", good, plain, "-o", "yaml").out == gwpolicy.to_yaml(document)


def test_github_annotates_what_loosens(
    run: Run, good: pathlib.Path, unverified: pathlib.Path
) -> None:
    out = run("diff", good, unverified, "-o", "github", status=1).out
    line = unverified.read_text("utf-8").splitlines().index("    insecureSkipVerify: true") + 1
    assert re.search(
        rf"^::error file=.*unverified\.yaml,line={line},col=\d+,title=Posture/Loosened::",
        out,
        re.MULTILINE,
    )


def test_findings_formats_hold_what_loosens(
    run: Run, good: pathlib.Path, plain: pathlib.Path
) -> None:
    log = run("diff", good, plain, "-o", "sarif", status=1).json()
    assert "Posture/Loosened" in [result["ruleId"] for result in log["runs"][0]["results"]]
    assert "Posture/Loosened" in run("diff", good, plain, "-o", "junit", status=1).out


def test_new_side_that_cannot_be_read_in_part_is_no_success(
    run: Run, good: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "torn.yaml"
    path.write_text(good.read_text("utf-8") + "---\nkind: [\n", "utf-8")
    assert "Read/Syntax" in run("diff", good, path, status=1).err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["GOOD"],
        ["GOOD", "GOOD", "GOOD"],
        ["GOOD", "/nowhere"],
        ["/nowhere", "GOOD"],
        ["-", "-"],
        ["GOOD", "GOOD", "-f", "GOOD"],
        ["-f", "GOOD"],
        ["-f", "GOOD", "--profile", "kgateway"],
        ["-f", "GOOD", "--to-profile", "no-such-profile"],
        ["GOOD", "GOOD", "-o", "html"],
    ],
    ids=lambda words: "_".join(words) or "nothing",
)
def test_wrong_call_is_status_2(run: Run, good: pathlib.Path, words: list[str]) -> None:
    ran = run("diff", *[str(good) if word == "GOOD" else word for word in words], status=2)
    assert ran.err.strip() and ran.out == ""


# The package.


def test_diff_takes_objects_and_gives_values(good: pathlib.Path, plain: pathlib.Path) -> None:
    changes = gwpolicy.diff(gwpolicy.load(good), gwpolicy.load(plain))
    assert isinstance(changes, gwpolicy.PostureDiff) and changes
    (change,) = changes.loosened
    assert isinstance(change, gwpolicy.BackendChange)
    assert change.gateway == gwpolicy.GatewayId(namespace="infra", name="http")
    assert change.backend == gwpolicy.BackendPort(namespace="default", name="web", port=443)
    assert (change.effect, change.mixed, change.availability) == ("loosened", False, "unchanged")
    assert change.before is not None and change.before.mode == "TLS"
    assert change.after is not None and change.after.mode == "Plaintext"
    assert change.reasons == ["requests that went out over TLS go out in plaintext"]
    assert change.fields[0]["field"] == "mode"
    assert change.to_dict() == changes.to_dict()["changes"][0]
    assert changes.summary["loosened"] == 1
    assert "loosened" in repr(change) and "1 loosened" in repr(changes)


def test_diff_of_the_same_is_false(good: pathlib.Path) -> None:
    loaded = gwpolicy.load(good)
    assert not gwpolicy.diff(loaded, loaded)
    assert not gwpolicy.diff(iter(loaded.objects), iter(loaded.objects))


def test_diff_takes_engines(good: pathlib.Path, plain: pathlib.Path) -> None:
    engines = []
    for path in (good, plain):
        engine = gwpolicy.Engine()
        engine.apply(gwpolicy.load(path).objects)
        engine.resolve()
        engines.append(engine)
    assert len(gwpolicy.diff(*engines).loosened) == 1


def test_diff_of_two_profiles(unverified: pathlib.Path) -> None:
    loaded = gwpolicy.load(unverified)
    changes = gwpolicy.diff(loaded, loaded, profile="kgateway", to_profile="agentgateway")
    assert [change.effect for change in changes.changes] == ["loosened"]
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.diff(loaded, loaded, to_profile="no-such-profile")


def test_findings_of_a_diff_have_places(good: pathlib.Path, unverified: pathlib.Path) -> None:
    new = gwpolicy.load(unverified)
    changes = gwpolicy.diff(gwpolicy.load(good), new)
    (loosened,) = [f for f in changes.findings(new) if f.code == "Posture/Loosened"]
    assert (loosened.level, loosened.file) == ("error", str(unverified))
    assert loosened.field_path == "spec.tls.insecureSkipVerify"
    (loosened,) = [f for f in changes.findings() if f.code == "Posture/Loosened"]
    assert loosened.file == ""


def test_diff_is_for_threads(good: pathlib.Path, plain: pathlib.Path) -> None:
    old, new = gwpolicy.load(good), gwpolicy.load(plain)
    found: list[int] = []

    def work() -> None:
        for _ in range(5):
            found.append(len(gwpolicy.diff(old, new).loosened))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 20


# The documentation.


def test_docs_have_every_rule() -> None:
    page = pathlib.Path(__file__).parents[2].joinpath("docs", "cli.md").read_text("utf-8")
    for field, change, effect, reason in _native.diff_rules():
        assert f"| {field} | {change} | {effect} | {reason} |" in page
