"""What the end-to-end tests stand on: the installed command, and all cases run at once."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from gwpolicy.testing import processes
from gwpolicy.testing.backend import Backend
from gwpolicy.testing.pki import Pki

from cases import CASES, Authorities, Case, Ground

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples" / "backend_tls"

GATEWAY = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kgateway-system"}},
    {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": "kgateway"},
        "spec": {"controllerName": "kgateway.dev/kgateway"},
    },
    {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "http", "namespace": "kgateway-system"},
        "spec": {
            "gatewayClassName": "kgateway",
            "listeners": [
                {
                    "name": "http",
                    "protocol": "HTTP",
                    "port": 8080,
                    "allowedRoutes": {"namespaces": {"from": "All"}},
                }
            ],
        },
    },
]


def service(name: str, port: int = 443) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"ports": [{"name": "https", "port": port, "protocol": "TCP"}]},
    }


def route(name: str, host: str, backend: str, port: int = 443) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "parentRefs": [{"name": "http", "namespace": "kgateway-system"}],
            "hostnames": [host],
            "rules": [{"backendRefs": [{"name": backend, "port": port}]}],
        },
    }


def write_list(path: pathlib.Path, objects: Iterable[Mapping[str, Any]]) -> pathlib.Path:
    path.write_text(
        json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}, indent=1),
        encoding="utf-8",
    )
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
        for finding in self.json()["findings"]:
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


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one case, on both sides."""

    case: Case
    ground: Ground
    probe: Mapping[str, Any]
    status: int
    ssl: Mapping[str, int]
    plaintext: int

    @property
    def envoy_verdict(self) -> str:
        return "pass" if self.status == 200 and self.ssl.get("handshake", 0) > 0 else "fail"


class Matrix:
    """All cases at once: one set of manifests, one probe, one Envoy, one backend a case.

    Everything runs inside the constructor; nothing is left running after it.
    """

    def __init__(self, folder: pathlib.Path, cases: Sequence[Case] = CASES) -> None:
        self.folder = folder
        authorities = Authorities(Pki())
        self.system_ca = folder / "system-ca.pem"
        self.system_ca.write_text(authorities.system.pem, encoding="ascii")
        grounds: list[Ground] = []
        backends: dict[str, Backend] = {}
        objects: list[Mapping[str, Any]] = list(GATEWAY)
        self.endpoints: list[str] = []
        try:
            for case in cases:
                ground = Ground(case.name, authorities)
                ground.leaf = case.leaf(ground)
                grounds.append(ground)
                objects += [service(case.name), route(case.name, ground.host, case.name)]
                objects += case.policy(ground)
                options = case.server(ground)
                if options is None:
                    address = f"127.0.0.1:{processes.free_port()}"
                else:
                    backends[case.name] = Backend(options).start()
                    address = backends[case.name].address
                self.endpoints += ["--endpoint", f"default/{case.name}:443={address}"]
            self.manifests = write_list(folder / "matrix.json", objects)
            probes = self._probe()
            answers, stats = self._envoy(grounds)
        finally:
            for backend in backends.values():
                backend.stop()
        self.outcomes: dict[str, Outcome] = {}
        for case, ground in zip(cases, grounds):
            prefix = f"cluster.kube_default_{case.name}_443.ssl."
            ssl = {k[len(prefix) :]: v for k, v in stats.items() if k.startswith(prefix)}
            backend = backends.get(case.name)
            self.outcomes[case.name] = Outcome(
                case,
                ground,
                probes.get(case.name, {}),
                answers[case.name],
                ssl,
                len(backend.plaintext) if backend else 0,
            )

    def _probe(self) -> dict[str, Mapping[str, Any]]:
        ran = run(
            *("probe", "-f", self.manifests, *self.endpoints),
            *("--system-ca", self.system_ca, "--timeout", "2", "--concurrency", "32"),
            *("--mode", "envoy", "-o", "json"),
            status=1,
        )
        self.probe_seconds = ran.seconds
        return {one["backend"]["name"]: one for one in ran.json()["results"]}

    def bootstrap(self, port: int, admin_port: int) -> pathlib.Path:
        ran = run(
            *("envoy", "-f", self.manifests, *self.endpoints, *listen(port)),
            *("--admin", f"127.0.0.1:{admin_port}", "--system-ca", self.system_ca, "-o", "yaml"),
        )
        path = self.folder / "matrix-bootstrap.yaml"
        path.write_text(ran.out, encoding="utf-8")
        return path

    def _envoy(self, grounds: Sequence[Ground]) -> tuple[dict[str, int], dict[str, int]]:
        port, admin_port = processes.free_port(), processes.free_port()
        config = self.bootstrap(port, admin_port)
        with processes.Envoy.static(self.folder / "envoy", config, admin_port) as envoy:

            def ask(ground: Ground) -> tuple[str, int]:
                return ground.name, envoy.get(port, ground.host).status

            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                answers = dict(pool.map(ask, grounds))
            return answers, envoy.stats()
