"""What the end-to-end tests stand on: the installed command, and all cases run at once."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from gwpolicy.testing import processes
from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.manifests import GATEWAY, list_of, route, service
from gwpolicy.testing.pki import Pki

import other_servers
from asking_server import AskingOptions, AskingServer
from cases import CASES
from reasons import Seen
from rows import Authorities, Case, Ground

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples" / "backend_tls"


def write_list(path: pathlib.Path, objects: Iterable[Mapping[str, Any]]) -> pathlib.Path:
    path.write_text(json.dumps(list_of(objects), indent=1), encoding="utf-8")
    return path


@dataclasses.dataclass(frozen=True)
class Ran:
    """A finished command."""

    status: int
    out: str
    err: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.out)

    def codes(self) -> list[str]:
        """Codes of the findings, in order."""
        return [finding["code"] for finding in self.json()["findings"]]

    def finding(self, code: str) -> dict[str, Any]:
        findings: list[dict[str, Any]] = self.json()["findings"]
        for finding in findings:
            if finding["code"] == code:
                return finding
        raise AssertionError(f"no {code} among {self.codes()}")


def command() -> list[str]:
    """The installed command: the one beside this interpreter, or GWPOLICY_COMMAND."""
    named = os.environ.get("GWPOLICY_COMMAND")
    if named:
        return named.split()
    return [str(pathlib.Path(sys.executable).with_name("gwpolicy"))]


def run(
    *arguments: str | os.PathLike[str],
    status: Optional[int] = None,
    stdin: Optional[bytes] = None,
    timeout: float = 60,
    env: Optional[Mapping[str, str]] = None,
) -> Ran:
    """Runs gwpolicy; whatever its input: no trace, and an exit status of the contract."""
    words = command() + [os.fspath(one) for one in arguments]
    started = time.monotonic()
    done = subprocess.run(
        words,
        input=stdin if stdin is not None else b"",
        capture_output=True,
        timeout=timeout,
        check=False,
        env={**os.environ, **env} if env else None,
    )
    ran = Ran(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        time.monotonic() - started,
    )
    shown = f"{' '.join(words)}\n{ran.out[-3000:]}\n{ran.err[-3000:]}"
    assert "Traceback" not in ran.err and "Traceback" not in ran.out, shown
    assert ran.status in (0, 1, 2), f"exit status {ran.status} of {shown}"
    if status is not None:
        assert ran.status == status, f"exit status {ran.status}, not {status}, of {shown}"
    return ran


def listen(port: int) -> list[str]:
    """Arguments that put the Gateway's listener on this port."""
    return ["--gateway", "kgateway-system/http", "--listen", f"http=127.0.0.1:{port}"]


def _printable(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", lambda match: f"\\x{ord(match[0]):02x}", text)


#: What `gwpolicy envoy --access-log` has Envoy write of each request.
ACCESS_LOG_FORMAT = "%RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_TRANSPORT_FAILURE_REASON%"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one case, on both sides."""

    case: Case
    ground: Ground
    probe: Mapping[str, Any]
    envoy: Seen
    plaintext: int

    @property
    def envoy_verdict(self) -> str:
        done = self.envoy.counters.get("ssl.handshake", 0) > 0 and self.envoy.flags == "-"
        return "pass" if done and self.envoy.status == self.case.status else "fail"


class Matrix:
    """All cases at once: one set of manifests, one probe, one Envoy, one server a case.

    Everything runs inside the constructor; nothing is left running after it. Cases whose kind of
    server cannot be had here are in `missing`, with the reason, and have no outcome.
    """

    def __init__(self, folder: pathlib.Path, cases: Sequence[Case] = CASES) -> None:
        self.folder = folder
        self._authorities = Authorities(Pki())
        self.system_ca = folder / "system-ca.pem"
        self.system_ca.write_text(self._authorities.system.pem, encoding="ascii")
        self.missing: dict[str, str] = {}
        grounds: dict[str, Ground] = {}
        objects: list[Mapping[str, Any]] = list(GATEWAY)
        servers: dict[str, dict[str, Options]] = {}
        for case in cases:
            reason = other_servers.missing(case.server.kind)
            if reason is not None:
                self.missing[case.name] = reason
                continue
            ground = grounds[case.name] = Ground(case.name, self._authorities)
            ground.leaf = case.leaf(ground)
            objects += [service(case.name), route(case.name, ground.host, case.name)]
            objects += case.policy(ground)
            servers.setdefault(case.server.kind, {})[case.name] = case.server.build(ground)
        self.manifests = write_list(folder / "matrix.json", objects)
        backends: dict[str, Backend] = {}
        with contextlib.ExitStack() as stack:
            addresses = self._start(servers, backends, stack)
            self.endpoints = [
                word
                for name, address in addresses.items()
                for word in ("--endpoint", f"default/{name}:443={address}")
            ]
            self.pins = [
                word
                for case in cases
                if case.name in grounds
                for pin in case.pins
                for word in grounds[case.name].pin(pin)
            ]
            probes = self._probe()
            self.probed = {name: len(one.seen) for name, one in backends.items()}
            seen = self._envoy(list(grounds.values()))
        self.outcomes = {
            case.name: Outcome(
                case,
                grounds[case.name],
                probes.get(case.name, {}),
                seen[case.name],
                len(backends[case.name].plaintext) if case.name in backends else 0,
            )
            for case in cases
            if case.name in grounds
        }

    def _start(
        self,
        servers: Mapping[str, Mapping[str, Options]],
        backends: dict[str, Backend],
        stack: contextlib.ExitStack,
    ) -> dict[str, str]:
        """Starts all; returns their addresses."""

        def run_all(kind: str) -> dict[str, str]:
            manager = other_servers.running(kind, self.folder, servers[kind])
            started = manager.__enter__()
            stack.push(manager)
            return started

        # These take seconds: to be compiled, and a JVM to start.
        compiled = [kind for kind in ("java", "go") if kind in servers]
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(2))
        started = [pool.submit(run_all, kind) for kind in compiled]
        addresses: dict[str, str] = {}
        for kind, named in servers.items():
            if kind in compiled:
                continue
            for name, options in named.items():
                if kind == "nobody":
                    addresses[name] = f"127.0.0.1:{processes.free_port()}"
                elif kind == "nginx":
                    one = other_servers.nginx(self.folder / name, options)
                    addresses[name] = stack.enter_context(one).address
                elif isinstance(options, AskingOptions):
                    asking = AskingServer(self.folder / name, options)
                    addresses[name] = stack.enter_context(asking).address
                else:
                    backends[name] = stack.enter_context(Backend(options))
                    addresses[name] = backends[name].address
        for future in started:
            addresses |= future.result()
        return addresses

    def _probe(self) -> dict[str, Mapping[str, Any]]:
        ran = run(
            *("probe", "-f", str(self.manifests), *self.endpoints, *self.pins),
            *("--system-ca", str(self.system_ca), "--timeout", "3", "--concurrency", "32"),
            *("--mode", "envoy", "-o", "json"),
            status=1,
        )
        self.probe_seconds = ran.seconds
        return {one["backend"]["name"]: one for one in ran.json()["results"]}

    def bootstrap(self, port: int, admin_port: int) -> pathlib.Path:
        ran = run(
            *("envoy", "-f", str(self.manifests), *self.endpoints, *self.pins, *listen(port)),
            *("--admin", f"127.0.0.1:{admin_port}", "--system-ca", str(self.system_ca)),
            *("--access-log", "-o", "json"),
        )
        # Which request a line of the log is about: gwpolicy's own format does not say.
        assert ran.out.count(ACCESS_LOG_FORMAT) == 1, ran.out
        path = self.folder / "matrix-bootstrap.json"
        path.write_text(
            ran.out.replace(ACCESS_LOG_FORMAT, f"%REQ(:AUTHORITY)% {ACCESS_LOG_FORMAT}"), "utf-8"
        )
        return path

    def _envoy(self, grounds: Sequence[Ground]) -> dict[str, Seen]:
        port, admin_port = processes.free_port(), processes.free_port()
        config = self.bootstrap(port, admin_port)
        with processes.Envoy.static(self.folder / "envoy", config, admin_port) as envoy:

            def ask(ground: Ground) -> tuple[str, int]:
                return ground.name, envoy.get(port, ground.host).status

            with concurrent.futures.ThreadPoolExecutor(32) as pool:
                answers = dict(pool.map(ask, grounds))
            stats = envoy.stats("cluster.")
        # Envoy writes the last lines when it ends.
        logged = dict(re.findall(r"^(\S+) \d+ (\S+ \S*)$", envoy.log, re.MULTILINE))
        counters: dict[str, dict[str, int]] = {}
        for key, value in stats.items():
            cluster, _, name = key.partition(".")
            counters.setdefault(cluster, {})[name] = value
        seen = {}
        for ground in grounds:
            flags, text = logged[ground.host].split(" ")
            cluster = f"kube_default_{ground.name}_443"
            seen[ground.name] = Seen(
                answers[ground.name],
                flags,
                "" if text == "-" else _printable(text),
                counters.get(cluster, {}),
            )
        return seen
