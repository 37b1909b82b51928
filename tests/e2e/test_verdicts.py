"""gwpolicy probe and real Envoy: one verdict on every handshake of the table in cases.py."""

from __future__ import annotations

import pytest

from cases import CASES, FAILURE_COUNTERS, Case
from rig import Matrix, Outcome

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def outcome(matrix: Matrix, case: Case) -> Outcome:
    return matrix.outcomes[case.name]


@each_case
def test_real_envoy_gives_the_verdict_of_the_table(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case)
    assert seen.envoy_verdict == case.verdict, f"HTTP {seen.status}, {seen.ssl}"
    if case.verdict == "fail":
        assert 500 <= seen.status <= 599


@each_case
def test_counters_of_real_envoy_tell_the_cause(matrix: Matrix, case: Case) -> None:
    ssl = outcome(matrix, case).ssl
    moved = {name for name in ("handshake", *FAILURE_COUNTERS) if ssl.get(name, 0) > 0}
    assert moved == set(case.counters)


@each_case
def test_probe_gives_the_verdict_of_real_envoy(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case)
    assert seen.probe, "probe has no result for this backend"
    assert seen.probe["verdict"] == seen.envoy_verdict, seen.probe


@each_case
def test_probe_names_the_reason(matrix: Matrix, case: Case) -> None:
    probe = outcome(matrix, case).probe
    if case.verdict == "pass":
        assert not probe.get("code"), probe
    else:
        assert probe.get("code") in case.codes, probe
        assert probe["message"] and probe["remedy"], probe


def test_no_request_left_without_tls(matrix: Matrix) -> None:
    """No backend ever saw anything but TLS, also where its policy is broken."""
    plain = {name: seen.plaintext for name, seen in matrix.outcomes.items() if seen.plaintext}
    assert plain == {}


def test_the_table_is_wide_enough() -> None:
    assert len(CASES) >= 25
    assert len({case.name for case in CASES}) == len(CASES)
    verdicts = [case.verdict for case in CASES]
    assert min(verdicts.count("pass"), verdicts.count("fail")) >= 10


def test_one_slow_server_does_not_hold_up_the_others(matrix: Matrix) -> None:
    """One server never answers; the others do not wait for the 2 s that it takes."""
    assert matrix.probe_seconds < 10
