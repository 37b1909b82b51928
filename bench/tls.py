#!/usr/bin/env python3
"""Handshakes, verification and CA bundles against bare BoringSSL and against their bars.

    bench/tls.py [--count N]

CPU time, the least of some runs; of a handshake the client's part alone. Where there is valgrind, what stands against bare
BoringSSL is counted in instructions. Bars in milliseconds and seconds were written for one machine, so such times are divided
by what bare BoringSSL's handshake takes here for what it took there. Exit status 1: a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from compare import build_target, go_first

Run = dict[str, dict[str, float]]
BARE_HANDSHAKE_MS = 0.40  # on the machine of the bars: a client of TLS 1.3, ECDSA P-256, X25519MLKEM768, a chain of three
PROBES = 4


def times(program: pathlib.Path) -> Run:
    """Each benchmark's best repetition."""
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_min_time=0.3", "--benchmark_repetitions=5",
                           "--benchmark_enable_random_interleaving=true"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    best: Run = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row.get("error_occurred"):
            raise SystemExit(f"{row['name']}: {row['error_message']}")
        if row["run_type"] == "iteration":
            name = row["name"].removesuffix("/manual_time")
            row["time"] = row["real_time" if name != row["name"] else "cpu_time"]
            if name not in best or row["time"] < best[name]["time"]:
                best[name] = row
    return best


def instructions(program: pathlib.Path, what: str, count: int) -> float:
    """Of doing `what` once, in the functions named Client*; by the difference of two runs, so that what is made once is out."""
    totals = []
    with tempfile.TemporaryDirectory() as folder:
        for runs in (1, 1 + count):
            out = pathlib.Path(folder) / "callgrind.out"
            subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no",
                            "--toggle-collect=gwpolicy::bench::*::Client*", program, what, str(runs)], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            found = re.search(r"^(?:totals|summary): ([0-9]+)", out.read_text("utf-8"), re.MULTILINE)
            totals.append(int(found[1]) if found else 0)
    return (totals[1] - totals[0]) / count


def probe_scale(program: pathlib.Path, bar_s: float) -> dict[str, float]:
    """Probing 10,000 late endpoints."""
    done = subprocess.run([program, "--bar-s", str(bar_s)], check=True, stdout=subprocess.PIPE, preexec_fn=go_first)
    row: dict[str, float] = json.loads(done.stdout)
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20, help="handshakes whose instructions are counted; default 20")
    options = parser.parse_args()
    program = build_target("tls_bench")
    prober = build_target("probe_scale")
    run = times(program)
    for name, row in run.items():
        print(f"{name:28} {row['time']:10.2f} {row['time_unit']}")
    probes = [probe_scale(prober, bar_s=60) for _ in range(PROBES)]
    for probe in probes:
        print(f"{probe['targets']:,} endpoints: {probe['wall_s']:.2f} s, {probe['cpu_us_per_target']:.0f} us of CPU time each")

    def milliseconds(name: str) -> float:
        return run[name]["time"] / {"us": 1000, "ms": 1}[str(run[name]["time_unit"])]

    def ratio(ours: str, bare: str, what: str) -> float:
        if shutil.which("valgrind") is None:
            return milliseconds(ours) / milliseconds(bare)
        counts = [instructions(program, one, options.count) for one in (what, f"bare-{what}")]
        print(f"instructions of {what}: {counts[0]:,.0f}, bare {counts[1]:,.0f}")
        return counts[0] / counts[1]

    if shutil.which("valgrind") is not None:
        known = instructions(program, "known-chain-handshake", options.count)
        print(f"instructions of known-chain-handshake: {known:,.0f}")
    slower = milliseconds("BareHandshake") / BARE_HANDSHAKE_MS
    print(f"Times below are divided by {slower:.2f}, by which this machine is slower than that of the bars.")
    bars = [
        ("a handshake with its report against bare BoringSSL", ratio("FullHandshake", "BareHandshake", "handshake"), 1.15),
        ("verification against parsing and X509_verify_cert", ratio("Verify", "BareVerify", "verify"), 1.25),
        ("1,000 policies on the system bundle, ms", milliseconds("PoliciesOnSystemBundle/1000") / slower, 25),
        ("1,000 policies on the system bundle, MB", run["PoliciesOnSystemBundle/1000"]["bytes"] / 1e6, 6),
        ("a bundle of 5,000 CAs, ms", milliseconds("ParseBundle/5000") / slower, 300),
        ("10,000 endpoints, each answer 100 ms late, s", min(probe["wall_s"] for probe in probes) / slower, 5),
        ("a session that waits, KB", run["SessionMemory"]["bytes_waiting"] / 1024, 24),
        ("a session that is complete, KB", run["SessionMemory"]["bytes_complete"] / 1024, 24),
    ]
    for sentence, value, bar in bars:
        print(f"{'ok  ' if value <= bar else 'FAIL'} {sentence}: {value:.4g}, at most {bar:.4g}")
    return 1 if any(value > bar for _, value, bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
