#!/usr/bin/env python3
"""Holds the figures of one benchmark run to their bars and prints them as a table.

    gate.py RUN.json [REPORT.xml]    # RUN.json is what --benchmark_format=json prints
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree

# What must hold, as (sentence, value, bar): the value may not be above the bar.
Bar = tuple[str, float, float]


def bars(run: dict[str, dict[str, float]]) -> list[Bar]:
    full = {n: run[f"FullResolve/{n}/min_time:0.200"]["cpu_time"] for n in (1000, 5000)}
    one = {n: run[f"OnePolicyChange/{n}/min_time:0.200"]["cpu_time"] for n in (1000, 5000)}
    touched = run["OnePolicyChange/5000/min_time:0.200"]["backends_touched"]
    return [
        ("backends touched by one policy change", touched, 1),
        ("one change, share of a full resolve, 5,000 Services", one[5000] / full[5000], 1 / 100),
        ("one change at 5,000 against 1,000 Services", one[5000] / one[1000], 3),
        ("full resolve, 5,000 against 1,000 Services", full[5000] / full[1000], 10),
    ]


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        run = {row["name"]: row for row in json.load(file)["benchmarks"]}
    for name, row in run.items():
        print(f"{name:45} {row['cpu_time']:10.4f} {row['time_unit']}")
    suite = ElementTree.Element("testsuite", name="bench")
    failed = False
    for sentence, value, bar in bars(run):
        good = value <= bar
        failed = failed or not good
        print(f"{'ok  ' if good else 'FAIL'} {sentence}: {value:.4g}, at most {bar:.4g}")
        case = ElementTree.SubElement(suite, "testcase", classname="bench", name=sentence)
        if not good:
            ElementTree.SubElement(case, "failure", message=f"{value} > {bar}")
    if len(sys.argv) > 2:
        ElementTree.ElementTree(suite).write(sys.argv[2], encoding="unicode")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
