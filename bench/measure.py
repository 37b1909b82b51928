#!/usr/bin/env python3
"""measure.py FILE [RUNS]: times reading a text of YAML or JSON with the wheel; prints a line of JSON as measure.cc does."""

import json
import pathlib
import resource
import sys
import time

import gwpolicy


def main() -> None:
    path = pathlib.Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    text = path.read_text(encoding="utf-8")
    wall, cpu, objects = [], [], 0
    for _ in range(runs):
        cpu_before, before = time.process_time(), time.perf_counter()
        loaded = gwpolicy.loads(text, file=path.name)
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - cpu_before)
        objects = len(loaded)
        del loaded
    report = {"name": f"python gwpolicy.loads {path.name}", "objects": objects, "bytes": path.stat().st_size, "runs": runs,
              "wall_s": min(wall), "cpu_s": min(cpu), "us_per_object": min(wall) / objects * 1e6,
              "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
