"""Manifests for the tests of the package and of the command line, both as installed."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, Optional

import pytest

from gwpolicy import cli
from gwpolicy.testing.pki import Credential, Pki

GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kgateway
spec:
  controllerName: kgateway.dev/kgateway
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: http
  namespace: infra
spec:
  gatewayClassName: kgateway
  listeners:
  - name: http
    protocol: HTTP
    port: 8080
    allowedRoutes:
      namespaces:
        from: All
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  ports:
  - name: https
    port: 443
"""

ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: web
  namespace: default
spec:
  parentRefs:
  - name: http
    namespace: infra
  hostnames:
  - web.example.com
  rules:
  - backendRefs:
    - name: web
      port: 443
"""

POLICY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: web
  namespace: default
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: web
  validation:
    hostname: web.example.com
    caCertificateRefs:
    - group: ""
      kind: ConfigMap
      name: ca
"""


def documents(*texts: str) -> str:
    return "---\n".join(texts)


@dataclasses.dataclass(frozen=True)
class Ran:
    """A finished command."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, as the console script does; nothing may be raised."""
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments: str | os.PathLike[str], status: Optional[int] = None) -> Ran:
        capfd.readouterr()
        got = cli.run([os.fspath(one) for one in arguments])
        captured = capfd.readouterr()
        ran = Ran(got, captured.out, captured.err)
        assert "Traceback" not in ran.out + ran.err
        assert got in (0, 1, 2)
        if status is not None:
            assert got == status, f"status {got}, not {status}: {ran.out}{ran.err}"
        return ran

    return call


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="session")
def ca(pki: Pki) -> Credential:
    return pki.root("Test CA")


@pytest.fixture(scope="session")
def config_map(ca: Credential) -> str:
    lines = "".join(f"    {line}\n" for line in ca.pem.splitlines())
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ca\n  namespace: default\n"
    return f"{head}data:\n  ca.crt: |\n{lines}"


@pytest.fixture
def good(tmp_path: pathlib.Path, config_map: str) -> pathlib.Path:
    """All that the backend default/web:443 needs for TLS through the Gateway infra/http."""
    path = tmp_path / "good.yaml"
    path.write_text(documents(GATEWAY, SERVICE, ROUTE, POLICY, config_map), "utf-8")
    return path


@pytest.fixture
def plain(tmp_path: pathlib.Path) -> pathlib.Path:
    """The same without a policy."""
    path = tmp_path / "plain.yaml"
    path.write_text(documents(GATEWAY, SERVICE, ROUTE), "utf-8")
    return path


@pytest.fixture
def closed(tmp_path: pathlib.Path) -> pathlib.Path:
    """The same with a policy whose CA does not exist."""
    path = tmp_path / "closed.yaml"
    path.write_text(documents(GATEWAY, SERVICE, ROUTE, POLICY), "utf-8")
    return path


@pytest.fixture
def stdin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> Iterator[Callable[[bytes], None]]:
    """Gives bytes to standard input."""
    opened = []

    def give(content: bytes) -> None:
        path = tmp_path / "stdin"
        path.write_bytes(content)
        stream = open(path, encoding="utf-8")
        opened.append(stream)
        monkeypatch.setattr(sys, "stdin", stream)

    yield give
    for stream in opened:
        stream.close()
