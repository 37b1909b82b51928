"""`gwpolicy explain` and `Engine.explain`: the story of a backend or of a policy."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

import gwpolicy

from .conftest import GATEWAY, POLICY, ROUTE, SERVICE, Run, documents


@pytest.fixture
def two(tmp_path: pathlib.Path, config_map: str) -> pathlib.Path:
    """The same backend with a policy that wins and one that loses."""
    path = tmp_path / "two.yaml"
    loser = POLICY.replace("name: web\n  namespace", "name: zweb\n  namespace")
    path.write_text(documents(GATEWAY, SERVICE, ROUTE, POLICY, loser, config_map), "utf-8")
    return path


def resolved(path: pathlib.Path) -> gwpolicy.Engine:
    engine = gwpolicy.Engine()
    engine.apply(gwpolicy.load(path).objects)
    engine.resolve()
    return engine


def test_backend_has_steps_routes_and_policies(run: Run, two: pathlib.Path) -> None:
    report = run("explain", "svc/web:443", "-f", two, "-o", "json", status=0).json()
    (backend,) = report["backends"]
    assert report["kind"] == "Explanation" and report["policy"] is None
    assert {"route", "winner", "loser"} <= {step["about"] for step in backend["steps"]}
    assert backend["routes"] == ["HTTPRoute default/web"]
    fates = [(one["policy"]["name"], one["fate"]) for one in backend["policies"]]
    assert fates == [("web", "won"), ("zweb", "lost")]
    assert backend["policies"][1]["winner"]["name"] == "web"
    assert backend["policies"][1]["rule"]


def test_policy_says_where_it_lost(run: Run, two: pathlib.Path) -> None:
    report = run("explain", "btlspolicy/zweb", "-f", two, "-o", "json", status=0).json()
    assert report["policy"]["metadata"]["name"] == "zweb"
    assert [step["about"] for step in report["steps"]][:2] == ["target", "loser"]
    text = run("explain", "btlspolicy/zweb", "-f", two, status=0).out
    for heading in (
        "What it aims at",
        "Where it is not, and why",
        "What its controller writes",
        "What to know of it",
    ):
        assert f"\n  {heading}\n" in text
    assert "loses to BackendTLSPolicy default/web" in " ".join(text.split())


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("service/wbe", "is it Service default/web:443"),
        ("svc/web:80", "is it Service default/web:443"),
        ("backend/web", "Service default/web:443"),
        ("btlspolicy/zwebb", "BackendTLSPolicy default/zweb"),
        ("service/entirely-different", "`gwpolicy resolve` lists the backends"),
    ],
)
def test_unknown_name_is_met_with_near_ones(
    run: Run, two: pathlib.Path, subject: str, hint: str
) -> None:
    ran = run("explain", subject, "-f", two, status=2)
    assert ran.out == "" and hint in ran.err and ran.err.startswith("gwpolicy: no backend or policy")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_text_fits_the_terminal(two: pathlib.Path, columns: int) -> None:
    tool = pathlib.Path(sys.executable).with_name("gwpolicy")
    for subject in ("svc/web", "btlspolicy/web", "btlspolicy/zweb"):
        out = subprocess.run(
            [tool, "explain", subject, "-f", two],
            env={**os.environ, "COLUMNS": str(columns)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for line in out.splitlines():
            assert len(line) <= columns or " " not in line.strip(), line


def test_dot_draws_it(run: Run, two: pathlib.Path) -> None:
    out = run("explain", "svc/web", "-f", two, "-o", "dot", status=0).out
    assert out.startswith("digraph gwpolicy {\n") and out.endswith("}\n")
    assert "style=bold" in out and "style=dashed" in out


def test_engine_explains(two: pathlib.Path) -> None:
    engine = resolved(two)
    story = engine.explain("svc/web")
    assert isinstance(story, gwpolicy.Story) and story.policy is None
    assert [one.backend.port for one in story.backends] == [443]
    assert max(len(line) for line in story.text(60).splitlines()) <= 80
    assert story.to_dict()["kind"] == "Explanation"
    policy = engine.explain("backendtlspolicies/zweb", namespace="default").policy
    assert policy is not None and policy.policy.name == "zweb"
    with pytest.raises(gwpolicy.NotFoundError, match="is it Service default/web:443"):
        engine.explain("svc/wbe")
    with pytest.raises(gwpolicy.InvalidArgumentError):
        engine.explain("web")


def test_story_outlives_its_engine(two: pathlib.Path) -> None:
    assert "default/web:443" in resolved(two).explain("svc/web").text()
