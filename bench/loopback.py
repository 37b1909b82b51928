#!/usr/bin/env python3
"""Handshakes over loopback: our prober beside Go's crypto/tls and OpenSSL's library, in one run.

    bench/loopback.py [--count N] [--rounds N] [--no-instructions]

Every client makes full handshakes one after another with one server of BoringSSL: a leaf and an intermediate are sent, chain
and name are verified, nothing is resumed. Ours fills its whole report. In each round the clients take turns; a figure is the
median of the rounds, a ratio the median of the rounds' ratios. CPU time is the client's process alone. The server has a core
of its own where there are two, and where the system lets us, all have real-time priority, so that other work on the machine
does not come between. Instructions are counted with valgrind, where it is installed.

Go and a compiler with OpenSSL's headers (libssl-dev) are used where they are here. Exit status 1: a client was faster than
ours, by CPU time or by the clock; 2: there was none to compare with.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple, Optional

from compare import ROOT, build_target, counted, go_first

OURS, GO, OPENSSL = "gwpolicy's prober", "Go crypto/tls", "OpenSSL"


class Case(NamedTuple):
    title: str
    version: str
    key: str
    groups: str


CASES = [
    Case(f"TLS {version}, {'ECDSA P-256' if key == 'ecdsa' else 'RSA-2048'}{note}", version, key, groups)
    for version, groups, note in (("1.3", "default", ""), ("1.3", "x25519", ", X25519 for all"), ("1.2", "default", ""))
    for key in ("ecdsa", "rsa")
]


class Sample(NamedTuple):
    cpu_us: float
    wall_us: float
    group: str


Samples = dict[tuple[str, str], list[Sample]]  # by title of the case and client


def say(text: str) -> None:
    print(f"loopback: {text}", file=sys.stderr, flush=True)


def build_go(folder: pathlib.Path) -> Optional[str]:
    go = shutil.which("go", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/go/bin")))
    if go is None:
        say(f"without {GO}: no Go toolchain")
        return None
    program = str(folder / "go_client")
    subprocess.run([go, "build", "-o", program, str(ROOT / "bench" / "peers" / "go_client.go")], cwd=folder, check=True,
                   env={**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off"})
    return program


def build_openssl(folder: pathlib.Path) -> Optional[str]:
    compiler = shutil.which("c++")
    program = str(folder / "openssl_client")
    source = str(ROOT / "bench" / "peers" / "openssl_client.cc")
    if compiler is None:
        say(f"without {OPENSSL}: no C++ compiler")
        return None
    if subprocess.run([compiler, "-E", "-x", "c++", "-include", "openssl/ssl.h", os.devnull], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL, check=False).returncode != 0:
        say(f"without {OPENSSL}: no headers of OpenSSL (libssl-dev)")
        return None
    subprocess.run([compiler, "-std=c++17", "-O2", f"-I{ROOT}", source, "-o", program, "-lssl", "-lcrypto"], check=True)
    return program


class Server:
    """The server on a core of its own; from then on this process and what it starts are on the others."""

    def __init__(self, program: pathlib.Path, folder: pathlib.Path) -> None:
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[-1:])
        self._process = subprocess.Popen([program, "serve", folder], stdout=subprocess.PIPE, text=True)
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[:1])
        assert self._process.stdout is not None
        self.ports: dict[str, dict[str, list[int]]] = json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Client:
    def __init__(self, name: str, command: list[str], server: Server, folder: pathlib.Path) -> None:
        self.name = name
        self._command, self._server, self._folder = command, server, folder

    def command(self, case: Case, count: int, ca: str = "") -> list[str]:
        ports = [str(port) for port in self._server.ports[case.key][case.groups]]
        return [*self._command, str(self._folder / f"{ca or case.key}.pem"), case.version, str(count), *ports]

    def run(self, case: Case, count: int) -> Sample:
        done = subprocess.run(self.command(case, count), check=True, stdout=subprocess.PIPE, text=True, timeout=600)
        row = json.loads(done.stdout)
        if row["handshakes"] != count or row["version"].replace("v", " ") != f"TLS {case.version}":
            raise SystemExit(f"{self.name} made other handshakes than were asked for: {row}")
        return Sample(row["cpu_s"] / count * 1e6, row["wall_s"] / count * 1e6, row["group"])

    def verifies(self, case: Case) -> bool:
        """Whether it refuses a chain of a CA that it does not trust."""
        other = "rsa" if case.key == "ecdsa" else "ecdsa"
        return subprocess.run(self.command(case, 1, ca=other), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False, timeout=60).returncode == 1

    def instructions(self, case: Case, count: int) -> float:
        """Of one handshake, by the difference of two runs, so that what is done once is out."""
        return (counted(*self.command(case, 2 + count)) - counted(*self.command(case, 2))) / count


def ratio(ours: list[Sample], theirs: list[Sample], member: str) -> float:
    """How many times ours it is, by the median of the rounds."""
    return statistics.median(float(getattr(b, member) / getattr(a, member)) for a, b in zip(ours, theirs))


def table(samples: Samples, counts: dict[tuple[str, str], float], names: list[str]) -> list[str]:
    lines = ["| handshake | client | group | CPU, µs | wall, µs | CPU, ours = 1 | wall, ours = 1 | instructions |",
             "|---|---|---|---|---|---|---|---|"]
    for case in CASES:
        ours = samples[case.title, OURS]
        for name in names:
            rows = samples[case.title, name]
            cpu, wall = (statistics.median(getattr(row, member) for row in rows) for member in ("cpu_us", "wall_us"))
            count = counts.get((case.title, name))
            lines.append(f"| {case.title} | {name} | {rows[0].group} | {cpu:,.0f} | {wall:,.0f} | "
                         f"{ratio(ours, rows, 'cpu_us'):.2f} | {ratio(ours, rows, 'wall_us'):.2f} | "
                         f"{'-' if count is None else f'{count / 1e6:.2f} M'} |")
    return lines


def measure(clients: list[Client], count: int, rounds: int) -> Samples:
    samples: Samples = {(case.title, client.name): [] for case in CASES for client in clients}
    for client in clients:
        for case in CASES:
            if not client.verifies(case):
                raise SystemExit(f"{client.name} does not refuse the certificate of a CA that it does not trust")
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for case in CASES:
            # Each is first in its turn, since the clock of a machine may change in between.
            for client in clients[number % len(clients):] + clients[:number % len(clients)]:
                samples[case.title, client.name].append(client.run(case, count))
    return samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, metavar="N", help="handshakes in a turn; default 100")
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="default 9")
    parser.add_argument("--no-instructions", action="store_true", help="do not count instructions")
    options = parser.parse_args()
    if options.count < 1 or options.rounds < 1:
        parser.error("--count and --rounds are at least 1")
    ours = build_target("loopback")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        programs = {OURS: [str(ours), "probe"]}
        for peer, program in ((GO, build_go(folder)), (OPENSSL, build_openssl(folder))):
            if program is not None:
                programs[peer] = [program]
        if len(programs) == 1:
            say("nobody to compare with")
            return 2
        if not go_first():
            say("without real-time priority, so times are good on an idle machine alone")
        server = Server(ours, folder)
        try:
            clients = [Client(who, command, server, folder) for who, command in programs.items()]
            samples = measure(clients, options.count, options.rounds)
            counts: dict[tuple[str, str], float] = {}
            if not options.no_instructions and shutil.which("valgrind") is not None:
                say("counting instructions")
                counts = {(case.title, client.name): client.instructions(case, 10) for case in CASES for client in clients}
        finally:
            server.stop()
    print("\n".join(table(samples, counts, list(programs))))
    print()
    behind = False
    for peer in programs:
        if peer == OURS:
            continue
        for what, member in (("CPU time", "cpu_us"), ("the clock", "wall_us")):
            value, title = min((ratio(samples[case.title, OURS], samples[case.title, peer], member), case.title)
                               for case in CASES)
            behind = behind or value <= 1
            print(f"{'ok  ' if value > 1 else 'FAIL'} {peer} by {what}, the least of all handshakes ({title}): "
                  f"{value:.2f} times ours, above 1")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
