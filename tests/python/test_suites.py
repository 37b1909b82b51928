"""The tests themselves."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("suites", [["python", "e2e"], ["e2e", "python"]], ids=" then ".join)
def test_both_suites_can_be_run_in_one_call(suites: list[str]) -> None:
    words = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*words, *(str(TESTS / suite) for suite in suites)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for suite in suites:
        assert f"tests/{suite}/test_http.py::" in done.stdout
