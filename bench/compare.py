#!/usr/bin/env python3
"""Measures reading and validating beside the same work of others, in one run, and prints tables and which bars are held.

    bench/compare.py                                   # 1,000 Services, five rounds
    bench/compare.py --services 5000 --runs 3 --instructions

Ours is built with Bazel and as a wheel. The others' programs and the generator of the input are in ../shared (--shared);
which of them are measured depends on what is here: Go, cargo, Python packages. They are copied to build/bench and built
there once; Rust takes ten minutes. In each round every program runs in turn, so that other work on the machine meets all
alike, and the least CPU time of all rounds counts, which is the wall time of an idle machine: all of it is work of one
thread. Exit status 1: a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple, Optional

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "bench"
# What the generator of the fleet needs, and the readers that Python has.
PACKAGES = ("cryptography>=44", "pydantic==2.14.*", "PyYAML==6.0.*", "ruamel.yaml==0.19.*")
INNER_RUNS = 2
Row = dict[str, float]
Results = dict[str, Row]


def say(text: str) -> None:
    print(f"compare: {text}", file=sys.stderr, flush=True)


def run(*command: object, cwd: pathlib.Path = ROOT) -> str:
    return subprocess.run([str(c) for c in command], cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def go_first() -> bool:
    """Real-time priority for this process and those that it starts; False where the system forbids it."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    return True


def build_target(name: str) -> pathlib.Path:
    """One of the programs of this folder, optimized."""
    say(f"building bench:{name}")
    bazel = shlex.split(os.environ.get("GWPOLICY_BAZEL", "bazel"))
    bazel += shlex.split(os.environ.get("GWPOLICY_BAZEL_STARTUP_FLAGS", ""))
    run(*bazel, "build", "-c", "opt", f"//bench:{name}")
    return pathlib.Path(run(*bazel, "info", "-c", "opt", "bazel-bin").strip()) / "bench" / name


def build_python() -> Optional[pathlib.Path]:
    """An environment with our wheel and the others' packages; None where there is none to be had."""
    python = WORK / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    try:
        ready = WORK / "venv" / "ready"  # written last, so that half an environment is made again
        if not ready.exists() or ready.read_text("utf-8") != "\n".join(PACKAGES):
            run(sys.executable, "-m", "venv", "--clear", WORK / "venv")
            run(*pip, "install", "--quiet", *PACKAGES)
            ready.write_text("\n".join(PACKAGES), "utf-8")
        wheels = WORK / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ".")
        run(*pip, "install", "--quiet", "--force-reinstall", "--no-deps", *wheels.glob("*.whl"))
        run(*pip, "install", "--quiet", *wheels.glob("*.whl"))
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"no Python environment ({error})")
        return None
    return python


def build_peer(source: pathlib.Path, program: str, *command: str) -> Optional[pathlib.Path]:
    """Builds a program in a copy of its folder."""
    if shutil.which(command[0]) is None or not source.is_dir():
        say(f"without {source.name}: no {command[0]}, or no source")
        return None
    folder = WORK / source.name
    if not (folder / program).exists():
        say(f"building {source.name}")
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            copy = folder / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        try:
            run(*command, cwd=folder)
        except subprocess.CalledProcessError as error:
            say(f"without {source.name} ({error})")
            return None
    return folder / program


def generate(shared: pathlib.Path, python: object, services: int, folder: pathlib.Path) -> None:
    say(f"writing the input for {services} Services")
    some = ("--kinds", "HTTPRoute,Service,BackendTLSPolicy")
    # Memory is measured where what reading itself needs for a moment no longer counts.
    for name, count, options in (("d.yaml", services, some), ("d.jsonl", services, (*some, "--format", "jsonl")),
                                 ("fleet.yaml", services, ()), ("large.yaml", 5 * services, ())):
        text = run(python, shared / "tools" / "gen_fleet.py", "--services", count, *options)
        (folder / name).write_text(text, encoding="utf-8")


def measure(commands: list[list[object]], runs: int) -> Results:
    results: Results = {}
    for number in range(runs):
        say(f"round {number + 1} of {runs}")
        for command in commands:
            for line in run(*command).splitlines():
                row = json.loads(line)
                best = results.setdefault(row["name"], row)
                if row.get("cpu_s", 0) < best.get("cpu_s", 0):
                    results[row["name"]] = row
    return results


def counted(*command: object, only: str = "") -> int:
    """The instructions of a program, by valgrind; of one function of it and what that calls where `only` names one."""
    with tempfile.NamedTemporaryFile("r", suffix=".counts") as out:
        tool = (["--tool=callgrind", f"--toggle-collect={only}", f"--callgrind-out-file={out.name}"] if only else
                ["--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out.name}"])
        subprocess.run(["valgrind", *tool, *(str(c) for c in command)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        summary = [line for line in out if line.startswith("summary:")]
    return int(summary[0].split()[1])


def instructions(ours: pathlib.Path, folder: pathlib.Path) -> dict[str, float]:
    """Of one run, by the difference of three runs and one, on a part of the input: {our case: instructions a byte}."""
    if shutil.which("valgrind") is None:
        say("no valgrind, so no count of instructions")
        return {}
    say("counting instructions")
    counts: dict[str, float] = {}
    for mode, name, source in (("decode", "YAML", "d.yaml"), ("decode", "JSON", "d.jsonl"), ("validate", "rules", "d.yaml")):
        text = (folder / source).read_text(encoding="utf-8")
        if source.endswith("yaml"):  # every tenth document, so that all kinds are in
            part = "".join("---\n" + document for document in text.removeprefix("---\n").split("---\n")[::10])
        else:
            part = "".join(line + "\n" for line in text.splitlines()[::10])
        sample = folder / f"part-{source}"
        sample.write_text(part, encoding="utf-8")
        totals = [counted(ours, mode, sample, runs) for runs in (1, 3)]
        counts[name] = (totals[1] - totals[0]) / 2 / len(part.encode())
    return counts


class Case(NamedTuple):
    title: str
    ours: str
    size: Optional[str]  # the file whose bytes count
    peers: tuple[str, ...]
    counted: str = ""  # its name among the instructions


CASES = (
    Case("YAML, strict, typed", "gwpolicy decode d.yaml", "d.yaml", (
        "rust serde_yaml, typed, unknown fields found", "rust serde_norway, typed, unknown fields found",
        "rust serde_yaml, typed", "rust serde-saphyr, typed", "go apimachinery strict UniversalDeserializer, typed",
        "go sigs.k8s.io/yaml UnmarshalStrict, typed"), "YAML"),
    Case("JSON lines, strict, typed", "gwpolicy decode d.jsonl", "d.jsonl", (
        "rust serde_json, typed, unknown fields found",
        "go apimachinery strict UniversalDeserializer, typed, JSON"), "JSON"),
    Case("YAML, all objects kept", "gwpolicy load d.yaml", "d.yaml", ()),
    Case("JSON lines, all objects kept", "gwpolicy load d.jsonl", "d.jsonl", ()),
    Case("YAML, from Python", "python gwpolicy.loads d.yaml", "d.yaml", (
        "python CSafeLoader and pydantic", "python PyYAML CSafeLoader")),
    Case("JSON, from Python", "python gwpolicy.loads d.jsonl", "d.jsonl", (
        "python pydantic v2, strict models, from JSON", "python json.loads")),
    Case("schema, defaults and rules", "gwpolicy validate fleet.yaml", None, (
        "go prune, default, schema, list types and CEL", "go prune, default, schema, list types"), "rules"),
)

# The bars of the work: sentence, our case, the other's (None: absolute), at least so many times its speed (or at most so much).
RATIO_BARS = (
    ("YAML, times as fast as Rust's serde_yaml with unknown fields", CASES[0].ours, CASES[0].peers[0], 1.5),
    ("YAML, times as fast as Go's strict decoder", CASES[0].ours, CASES[0].peers[4], 10),
    ("JSON, times as fast as serde_json with unknown fields", CASES[1].ours, CASES[1].peers[0], 1.0),
    ("validation, times as fast as the API server's schema and CEL", CASES[6].ours, CASES[6].peers[0], 80),
)
# Times of one thread of the machine that the bars were written for, where serde_json took so long.
SERDE_JSON_TIME = 2.2
TIME_BARS = (
    ("YAML, µs a document", CASES[0].ours, 12),
    ("JSON, µs a document", CASES[1].ours, SERDE_JSON_TIME),
    ("YAML from Python, µs a document", CASES[4].ours, 15),
    ("schema, defaults and rules, µs an object", CASES[6].ours, 10),
)


def tables(results: Results, counts: dict[str, float], sizes: dict[str, int]) -> list[str]:
    lines = ["| case | who | µs each | MB/s | objects/s | instructions a byte | peak RSS MiB | time, ours = 1 |",
             "|---|---|---|---|---|---|---|---|"]
    for case in CASES:
        base = results.get(case.ours)
        if base is None:
            continue
        for name in (case.ours, *case.peers):
            row = results.get(name)
            if row is None:
                continue
            each = microseconds(results, name)
            rate = f"{sizes[case.size] / (each * row['objects']):.1f}" if case.size else "-"
            counted = f"{counts[case.counted]:.0f}" if name == case.ours and case.counted in counts else "-"
            lines.append(f"| {case.title} | {name} | {each:.2f} | {rate} | {1e6 / each:,.0f} | {counted} | "
                         f"{row['peak_rss_mib']:.0f} | {each / microseconds(results, case.ours):.2f} |")
    return lines


def microseconds(results: Results, name: str) -> float:
    row = results[name]
    each = row["cpu_s"] / row["objects"] * 1e6
    if name.startswith("go prune"):  # it copies each object first, since it changes it
        copy = results["go DeepCopyJSON only"]
        each -= copy["cpu_s"] / copy["objects"] * 1e6
    return each


def bars(results: Results) -> list[tuple[str, float, float, bool]]:
    found = []
    for sentence, ours, theirs, bar in RATIO_BARS:
        if ours in results and theirs in results:
            value = microseconds(results, theirs) / microseconds(results, ours)
            found.append((f"{sentence} (at least {bar:g})", value, bar, value >= bar))
    memory = results["gwpolicy memory"]
    for sentence, key in (("held by a loaded fleet", "held_bytes"), ("resident for a loaded fleet", "resident_bytes")):
        value = memory[key] / memory["bytes"]
        found.append((f"bytes {sentence}, for a byte of its YAML (at most 2)", value, 2, value <= 2))
    serde_json = CASES[1].peers[0]
    scale = microseconds(results, serde_json) / SERDE_JSON_TIME if serde_json in results else 1.0
    for sentence, ours, bar in TIME_BARS:
        if ours in results:
            value = microseconds(results, ours) / scale
            found.append((f"{sentence}, were serde_json's {SERDE_JSON_TIME:g} (at most {bar:g})", value, bar, value <= bar))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=1000, metavar="N")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds; default 5")
    parser.add_argument("--instructions", action="store_true", help="count ours with valgrind")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared", metavar="FOLDER")
    options = parser.parse_args()
    shared = options.shared.resolve()
    if not (shared / "tools" / "gen_fleet.py").exists():
        parser.error(f"{shared} has no tools/gen_fleet.py")
    WORK.mkdir(parents=True, exist_ok=True)
    ours = build_target("measure")
    python = build_python()
    go = build_peer(shared / "peers" / "gomeasure", "gomeasure", "go", "build", "-o", "gomeasure", ".")
    rust = build_peer(shared / "peers" / "rustmeasure", "target/release/rustmeasure", "cargo", "build", "--release")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        generate(shared, python or sys.executable, options.services, folder)
        yaml, lines, fleet, large = (folder / file for file in ("d.yaml", "d.jsonl", "fleet.yaml", "large.yaml"))
        commands: list[list[object]] = [
            [ours, "decode", yaml, INNER_RUNS], [ours, "decode", lines, INNER_RUNS], [ours, "validate", fleet, INNER_RUNS],
            [ours, "memory", large], [ours, "load", yaml, INNER_RUNS], [ours, "load", lines, INNER_RUNS],
        ]
        if rust:
            commands.append([rust, yaml, INNER_RUNS])
        if go:
            folder_of_crds = shared / "testdata" / "gateway-api" / "crds-standard"
            crds = [path for path in sorted(folder_of_crds.glob("*.yaml"))
                    if "\nkind: CustomResourceDefinition\n" in path.read_text("utf-8")]
            commands += [[go, "-n", INNER_RUNS, "decode", yaml], [go, "-n", INNER_RUNS, "decode-json", lines],
                         [go, "-n", INNER_RUNS, "cel", fleet, *crds]]
        if python:
            commands += [[python, ROOT / "bench" / "measure.py", yaml, INNER_RUNS],
                         [python, ROOT / "bench" / "measure.py", lines, INNER_RUNS],
                         [python, shared / "peers" / "decode.py", yaml, INNER_RUNS]]
        results = measure(commands, options.runs)
        counts = instructions(ours, folder) if options.instructions else {}
        sizes = {path.name: path.stat().st_size for path in (yaml, lines, fleet)}
    print("\n".join(tables(results, counts, sizes)))
    print("\n| bar | measured | |\n|---|---|---|")
    missed = 0
    for sentence, value, _, held in bars(results):
        print(f"| {sentence} | {value:.2f} | {'held' if held else 'missed'} |")
        missed += not held
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
