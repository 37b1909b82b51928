"""How the tests are run, and the types of Python that is checked for them."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
# Paths from the root. tests/python and tests/e2e are not ready for it.
TYPED = ("python/gwpolicy", "bench", "tests/count_results.py", "tests/layers_test.py")


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


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_mypy_strict_passes(tmp_path: pathlib.Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), *TYPED],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
