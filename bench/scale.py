#!/usr/bin/env python3
"""Measures resolving as a cluster grows, prints a table, the exponent of growth, and which bars are held.

    bench/scale.py                       # 1,000, 5,000 and 20,000 Services
    bench/scale.py --services 1000000    # and as many; takes 10 GiB and some minutes
    bench/scale.py --instructions        # the instructions of a full resolve too, by valgrind

The input is of the generator in ../shared (--shared). Times are CPU time of one thread; where cargo is to be had they are scaled by
serde_json's, since the bars were written for one machine. Exit status 1: a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import shutil
import sys
import tempfile

from compare import CASES, ROOT, SERDE_JSON_TIME, WORK, build_peer, build_python, build_target, counted, generate, \
    microseconds, run, say

COPY = 1000  # Services in a copy of the fleet
# Services, and the milliseconds that a full resolve may take.
RESOLVE_BARS: dict[float, float] = {1000: 5.0, 5000: 25.0, 20000: 110.0}
CHANGES = ("policy", "ca", "route")
MAX_CHANGE_MS = 0.1
SAME_AS_AT = 5000  # Services
MAX_OF_SAME = 1.2  # times what it takes there
MAX_EXPONENT = 1.05
MAX_BYTES = 1536
Row = dict[str, float]


def slower(rust: pathlib.Path, folder: pathlib.Path) -> float:
    """How many times slower this machine is just now than the one of the bars."""
    results = {row["name"]: row for row in map(json.loads, run(rust, folder / "d.yaml", 5).splitlines())}
    return microseconds(results, CASES[1].peers[0]) / SERDE_JSON_TIME


def instructions(ours: pathlib.Path, fleet: pathlib.Path, services: int) -> int:
    """Of one full resolve: the growth of the work itself, whatever fits into the caches of this machine."""
    say(f"counting instructions for {services} Services")
    return counted(ours, "--once", fleet, services // COPY, only="gwpolicy::Engine::Resolve()")


def exponent(rows: list[Row], of: str) -> float:
    """Of the straight line through the logarithms of Services and what `of` names."""
    points = [(math.log(row["services"]), math.log(row[of])) for row in rows]
    middle: list[float] = [sum(values) / len(points) for values in zip(*points)]
    along: float = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return along / sum((x - middle[0]) ** 2 for x, _ in points)


def table(rows: list[Row], scale: float) -> list[str]:
    lines = ["| Services | results | apply, ms | full resolve, ms | a policy, µs | a CA, µs | a route, µs | bytes a Service |",
             "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        times = " | ".join(f"{row[key] / scale:,.1f}" for key in ("apply_ms", "resolve_ms", *(f"{c}_us" for c in CHANGES)))
        lines.append(f"| {row['services']:,.0f} | {row['results']:,.0f} | {times} | {row['bytes_per_service']:,.0f} |")
    return lines


def bars(rows: list[Row], scale: float) -> list[tuple[str, float, float]]:
    found = [(f"full resolve of {row['services']:,.0f} Services, ms", row["resolve_ms"] / scale, RESOLVE_BARS[row["services"]])
             for row in rows if row["services"] in RESOLVE_BARS]
    found.append(("exponent of growth", exponent(rows, "resolve_ms"), MAX_EXPONENT))
    for change in CHANGES:
        found.append((f"one {change} changed, ms", max(row[f"{change}_us"] for row in rows) / 1000 / scale, MAX_CHANGE_MS))
        there = next(row[f"{change}_us"] for row in rows if row["services"] == SAME_AS_AT)
        found.append((f"the same of {rows[-1]['services']:,.0f} Services, against {SAME_AS_AT:,}",
                      rows[-1][f"{change}_us"] / there, MAX_OF_SAME))
    found.append(("bytes a Service on top of the objects", max(row["bytes_per_service"] for row in rows), MAX_BYTES))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, action="append", default=[], metavar="N", help="as well; thousands")
    parser.add_argument("--instructions", action="store_true", help="count them too; takes valgrind and a minute")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="rounds; default 3")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared", metavar="FOLDER")
    options = parser.parse_args()
    shared = options.shared.resolve()
    if not (shared / "tools" / "gen_fleet.py").exists():
        parser.error(f"{shared} has no tools/gen_fleet.py")
    if options.instructions and shutil.which("valgrind") is None:
        parser.error("--instructions takes valgrind")
    WORK.mkdir(parents=True, exist_ok=True)
    ours = build_target("scale")
    rust = build_peer(shared / "peers" / "rustmeasure", "target/release/rustmeasure", "cargo", "build", "--release")
    if rust is None:
        say("no cargo, so times are not scaled")
    scales: list[float] = []
    sizes = sorted({*RESOLVE_BARS, *options.services})
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        generate(shared, build_python() or sys.executable, COPY, folder)
        best: dict[float, Row] = {}
        for number in range(options.runs):
            say(f"round {number + 1} of {options.runs}")
            output = run(ours, folder / "fleet.yaml", *(max(1, size // COPY) for size in sizes))
            for row in map(json.loads, output.splitlines()):
                kept = best.setdefault(row.get("services", 0), row)
                kept.update({key: min(kept[key], value) for key, value in row.items() if key.endswith(("_ms", "_us"))})
            if rust is not None:
                scales.append(slower(rust, folder))
        counts: list[Row] = []
        if options.instructions:
            counts = [{"services": size, "instructions": instructions(ours, folder / "fleet.yaml", int(size))} for size in RESOLVE_BARS]
    scale = min(scales, default=1.0)
    shared_ca = best.pop(0)
    rows = [best[size] for size in sorted(best)]
    print("\n".join(table(rows, scale)))
    print(f"\nA CA that {shared_ca['shared_ca_policies']:,} policies share: resolved in {shared_ca['resolve_ms'] / scale:.0f} ms, "
          f"changed in {shared_ca['change_ms'] / scale:.0f} ms.")
    if counts:
        millions = " / ".join(f"{row['instructions'] / 1e6:,.1f}" for row in counts)
        print(f"Instructions of a full resolve: {millions} million; they grow with the power {exponent(counts, 'instructions'):.2f}.")
    print(f"Times are divided by {scale:.2f}, the time of serde_json here against that on the machine of the bars.")
    print("\n| bar | measured | at most | |\n|---|---|---|---|")
    missed = sum(not row.get("equal_to_full", True) for row in rows)
    for sentence, value, most in bars(rows, scale):
        print(f"| {sentence} | {value:.3g} | {most:g} | {'held' if value <= most else 'missed'} |")
        missed += value > most
    print(f"| incremental equals from scratch | {'yes' if all(row.get('equal_to_full', True) for row in rows) else 'no'} | | |")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
