"""gwpolicy probe and real Envoy: one verdict and one reason on every handshake of the table."""

from __future__ import annotations

import collections
import re

import pytest

import reasons
from cases import CASES
from gwpolicy import codes
from gwpolicy.testing.backend import FAULTS
from rig import Matrix, Outcome
from rows import Case

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
FAILING = [case for case in CASES if case.verdict == "fail"]
each_failing_case = pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)


def outcome(matrix: Matrix, case: Case) -> Outcome:
    if case.name in matrix.missing:
        pytest.skip(matrix.missing[case.name])
    return matrix.outcomes[case.name]


@each_case
def test_real_envoy_gives_the_verdict_of_the_table(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case)
    assert seen.envoy_verdict == case.verdict, seen.envoy
    if case.verdict == "fail":
        assert 500 <= seen.envoy.status <= 599
    else:
        assert seen.envoy.text == "" and seen.envoy.moved(reasons.COUNTERS) == {"ssl.handshake"}


@each_case
def test_probe_gives_the_verdict_of_real_envoy(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case)
    assert seen.probe, "probe has no result for this backend"
    assert seen.probe["verdict"] == seen.envoy_verdict, seen.probe


@each_case
def test_probe_gives_the_code_of_the_table(matrix: Matrix, case: Case) -> None:
    probe = outcome(matrix, case).probe
    assert probe["code"] == case.code, probe
    if case.verdict == "fail":
        assert probe["message"] and probe["remedy"], probe


@each_failing_case
def test_what_real_envoy_says_means_that_code(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case).envoy
    found = reasons.matching(seen)
    assert len(found) == 1, (seen.flags, seen.text, seen.moved(reasons.COUNTERS), found)
    assert case.code in found[0].codes


@each_failing_case
def test_probe_foretells_the_words_of_real_envoy(matrix: Matrix, case: Case) -> None:
    seen = outcome(matrix, case)
    (reason,) = reasons.matching(seen.envoy)
    failures = seen.probe["failures"]
    foretold = failures[0]["envoyReason"].replace(" ", "_") if failures else ""
    if reason.exact:
        assert foretold == seen.envoy.text
    else:
        assert foretold in ("", seen.envoy.text) or re.fullmatch(reason.text, foretold)


def test_no_request_left_without_tls(matrix: Matrix) -> None:
    """No backend ever saw anything but TLS, also where its policy is broken."""
    plain = {name: seen.plaintext for name, seen in matrix.outcomes.items() if seen.plaintext}
    assert plain == {}


def test_the_table_is_wide_enough() -> None:
    assert len(CASES) >= 400
    assert len({case.name for case in CASES}) == len(CASES)
    verdicts = collections.Counter(case.verdict for case in CASES)
    assert min(verdicts.values()) >= 150
    kinds = collections.Counter(case.server.kind for case in CASES)
    assert set(kinds) == {"openssl", "nginx", "go", "java", "s_server", "hostile", "nobody"}
    # Without Go and Java there are still more than enough.
    assert kinds["openssl"] >= 250
    assert min(kinds[kind] for kind in ("nginx", "go", "java", "hostile")) >= 20


def test_every_fault_within_the_handshake_is_in_the_table() -> None:
    in_table = {case.server.options["fault"] for case in CASES if case.server.kind == "hostile"}
    # After the handshake there is no verdict that probe and Envoy could share.
    assert in_table == set(FAULTS) - {"none", "reset-after-handshake"}


def test_every_code_of_a_reason_is_in_the_registry() -> None:
    known = {one.name for one in codes.all()}
    assert {code for reason in reasons.REASONS for code in reason.codes} <= known


def test_every_reason_has_a_case(matrix: Matrix) -> None:
    if matrix.missing:
        pytest.skip(", ".join(sorted(set(matrix.missing.values()))))
    found = {one for seen in matrix.outcomes.values() for one in reasons.matching(seen.envoy)}
    unused = [reason for reason in reasons.REASONS if reason not in found]
    assert unused == []


def test_one_slow_server_does_not_hold_up_the_others(matrix: Matrix) -> None:
    """Several servers never answer; the others do not wait for the 3 s that each takes."""
    assert matrix.probe_seconds < 20
