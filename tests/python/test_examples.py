"""The script of examples/python does what it says, and a strict type checker has nothing to say."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "python" / "watch_policy.py"
GUIDE = ROOT / "examples" / "backend_tls"


def test_watch_policy_prints_each_change() -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            str(GUIDE / "base"),
            str(GUIDE / "external-backendtlspolicy"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.split("backends looked at\n")[1:]
    assert "Backend default/httpbin-org:443 through kgateway-system/http: TLS httpbin.org" in first
    assert "TLS changed.example.com" in second
    assert "Plaintext" in third


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_mypy_strict_passes(tmp_path: pathlib.Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(SCRIPT)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
