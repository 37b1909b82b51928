#!/usr/bin/env python3
"""Counts test cases in JUnit XML files and prints "N passed, N failed" as its last line.

    count_results.py REPORTS                         # counts every .xml below REPORTS; fails if any failed
    count_results.py --collect-bazel LOGS OUT.xml    # joins the test.xml files below Bazel's log folder into one
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def cases(path: pathlib.Path) -> list[ElementTree.Element]:
    return list(ElementTree.parse(path).getroot().iter("testcase"))


def outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") == "notrun" or case.get("result") in ("skipped", "suppressed"):
        return "skipped"
    return "passed"


def collect_bazel(logs: pathlib.Path, out: pathlib.Path) -> int:
    """Bazel keeps one test.xml a target. A target without a single case is a mistake."""
    suite = ElementTree.Element("testsuite", name="bazel")
    targets = sorted(logs.rglob("test.xml"))
    status = 0
    for path in targets:
        found = cases(path)
        if not found:
            print(f"{path.parent.relative_to(logs)}: no test case was run", file=sys.stderr)
            status = 1
        suite.extend(found)
    ElementTree.ElementTree(suite).write(out, encoding="unicode")
    if not targets:
        print(f"no test.xml below {logs}", file=sys.stderr)
        status = 1
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--collect-bazel", action="store_true")
    parser.add_argument("--stages-failed", type=int, default=0, help="stages that failed as a whole")
    options = parser.parse_args()
    if options.collect_bazel:
        logs, out = options.paths
        return collect_bazel(logs, out)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for path in sorted(options.paths[0].rglob("*.xml")):
        for case in cases(path):
            result = outcome(case)
            counts[result] += 1
            if result == "failed":
                print(f"FAILED {case.get('classname', '')} {case.get('name', '')}")
            elif result == "skipped":
                print(f"skipped {case.get('classname', '')} {case.get('name', '')}")
    # A stage that broke before it could report a case must not look like a pass.
    if options.stages_failed and not counts["failed"]:
        counts["failed"] = options.stages_failed
    if not counts["passed"]:
        counts["failed"] = max(counts["failed"], 1)
    print(f"\n{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
