"""`validate` on a whole fleet: progress, interrupts, and every format with exact counts."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest

import gwpolicy

from .conftest import SERVICE, Run, documents

OBJECTS = 100_000
# One object in ten has a port that the server refuses.
ERRORS = OBJECTS // 10


def fleet(objects: int) -> str:
    good, bad = SERVICE, SERVICE.replace("port: 443", "port: 0")
    return documents(
        *(
            (bad if i % 10 == 0 else good).replace("name: web", f"name: web-{i}", 1)
            for i in range(objects)
        )
    )


@pytest.fixture(name="large", scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("many") / "fleet.yaml"
    path.write_text(fleet(OBJECTS))
    return path


class OnTerminal:
    """The command with standard error on a screen."""

    def __init__(self, *arguments: str | os.PathLike[str], out: Any) -> None:
        try:
            self._ours, theirs = pty.openpty()
        except OSError as error:  # a container without /dev/pts
            pytest.skip(f"no terminal to be had: {error}")
        self.process = subprocess.Popen(
            [pathlib.Path(sys.executable).with_name("gwpolicy"), *arguments],
            stdout=out,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"},
            # A shell that has the tests in the background has them ignore it, and so their children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(theirs)
        self.shown = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), os.fdopen(self._ours, "rb", buffering=0) as screen:
            while part := screen.read(65536):
                self.shown += part.decode("utf-8", "replace")

    def wait(self, seconds: float) -> int:
        """The exit status."""
        try:
            return self.process.wait(seconds)
        finally:
            self.process.kill()
            self._reader.join()


@contextlib.contextmanager
def on_terminal(*arguments: str | os.PathLike[str], out: pathlib.Path) -> Iterator[OnTerminal]:
    with open(out, "wb") as file:
        yield OnTerminal(*arguments, out=file)


def test_100_000_objects_show_progress_beside_a_clean_document(
    large: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    out = tmp_path / "out.json"
    with on_terminal("validate", "-f", large, "-o", "json", out=out) as ran:
        assert ran.wait(120) == 1
    counts = [int(done) for done in re.findall(rf"objects .* (\d+)/{OBJECTS}", ran.shown)]
    assert counts and counts == sorted(counts) and 0 < counts[-1] <= OBJECTS
    assert ran.shown.rstrip().endswith("\x1b[2K")  # it was taken away again
    report = json.loads(out.read_text("utf-8"))
    assert report["summary"] == {
        "errors": ERRORS,
        "warnings": 0,
        "infos": 0,
        "objects": OBJECTS,
        "files": 1,
    }
    assert len(report["findings"]) == ERRORS


def test_no_terminal_no_progress(run: Run, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(fleet(5000))
    assert run("validate", "-f", path, status=1).err == ""


def test_interrupt_ends_it_at_once(large: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for _ in range(5):
        with on_terminal("validate", "-f", large, out=tmp_path / "out") as ran:
            end = time.monotonic() + 60
            while (
                "objects" not in ran.shown and ran.process.poll() is None and time.monotonic() < end
            ):
                time.sleep(0.01)
            ran.process.send_signal(signal.SIGINT)
            before = time.monotonic()
            status = ran.wait(60)
        # On a busy machine all may be written, and the process be giving back its memory.
        if status != 1 or (tmp_path / "out").read_bytes() == b"":
            break
    assert status == 130
    assert time.monotonic() - before < 30
    assert "Traceback" not in ran.shown
    assert (tmp_path / "out").read_bytes() == b""


@pytest.fixture(name="many", scope="module")
def _many(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("many") / "many.yaml"
    path.write_text(fleet(20_000))
    return path


@pytest.mark.parametrize("form", ["table", "json", "yaml", "sarif", "junit", "github"])
def test_every_format_of_a_large_result_is_whole(form: str, run: Run, many: pathlib.Path) -> None:
    out = run("validate", "-f", many, "-o", form, status=1).out
    if form == "table":
        assert out.count(" error Schema/") == 2000
        assert out.endswith("2000 errors, 0 warnings, 0 infos (20000 objects in 1 file)\n")
    elif form == "json":
        findings = json.loads(out)["findings"]
        assert len({(one["line"], one["object"]["name"]) for one in findings}) == 2000
    elif form == "yaml":
        (document,) = gwpolicy.loads(out.replace("kind: Findings", "kind: F\nmetadata: {name: f}"))
        assert len(document.to_dict()["findings"]) == 2000
    elif form == "sarif":
        (log,) = json.loads(out)["runs"]
        assert len(log["results"]) == 2000 and len(log["tool"]["driver"]["rules"]) == 1
    elif form == "junit":
        root = ET.fromstring(out)
        assert root.get("tests") == root.get("failures") == "2000"
        assert len(root.findall(".//failure")) == 2000
    else:
        lines = out.splitlines()
        annotation = re.compile(r"::error file=[^,]+,line=\d+,col=\d+,title=Schema/[^:]+::spec")
        assert len(lines) == 2000 and all(annotation.match(line) for line in lines)


def test_progress_is_told_to_whoever_asks() -> None:
    objects = gwpolicy.loads(fleet(4500)).objects
    told: list[tuple[int, int]] = []
    findings = gwpolicy.validate(objects, progress=lambda done, total: told.append((done, total)))
    assert findings == gwpolicy.validate(objects) and len(findings) == 450
    assert told[-1] == (4500, 4500) and told == sorted(told) and len(told) > 1
    assert gwpolicy.validate([], progress=lambda done, total: told.append((done, total))) == []
    assert told[-1] == (0, 0)
