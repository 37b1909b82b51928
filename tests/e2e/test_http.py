"""The request behind the handshake, answered by real servers over HTTP/1.1 and HTTP/2."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any

import pytest

from gwpolicy.testing import manifests
from gwpolicy.testing.pki import Pki
from gwpolicy.testing.processes import Nginx, free_port

import rig
from rig import run


def probe(
    folder: pathlib.Path, pki_ca: str, address: str, alpn: str, *more: str, status: int = 0
) -> dict[str, Any]:
    reference = {"hostname": "web.case.test", "caCertificateRefs": [manifests.ca_reference("ca")]}
    path = rig.write_list(
        folder / "web.json",
        [
            *rig.GATEWAY,
            rig.service("web"),
            rig.route("web", "web.case.test", "web"),
            manifests.config_map("ca", pki_ca),
            manifests.backend_tls_policy(
                "web", reference, {"alpn-protocols": alpn, "max-tls-version": "1.3"}
            ),
        ],
    )
    words: Sequence[str] = ("--endpoint", f"default/web:443={address}", "-o", "json", *more)
    (result,) = run("probe", "-f", path, *words, status=status).json()["results"]
    return dict(result)


@pytest.mark.parametrize("alpn", ["http/1.1", "h2", "h2,http/1.1"])
@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
def test_nginx_answers(
    real_proxies: None, tmp_path: pathlib.Path, alpn: str, protocols: str
) -> None:
    ca = Pki().root("CA")
    leaf = ca.leaf("web", dns=["web.case.test"])
    port = free_port()
    both = [f"listen 127.0.0.1:{port} ssl http2;"]
    server = Nginx(tmp_path / "nginx", leaf, "web.case.test", protocols, directives=both)
    chosen = alpn.split(",", maxsplit=1)[0]
    version = {"h2": "HTTP/2", "http/1.1": "HTTP/1.1"}[chosen]
    with server:
        address = f"127.0.0.1:{port}"
        result = probe(tmp_path, ca.pem, address, alpn, "--http-path", "/healthz?full=1")
        head = probe(
            *(tmp_path, ca.pem, address, alpn, "--http-path", "/"),
            *("--http-method", "HEAD", "--expect-status", "200"),
        )
        refused = probe(
            *(tmp_path, ca.pem, address, alpn, "--http-path", "/", "--expect-status", "404"),
            status=1,
        )
    http = result["http"]
    assert (result["verdict"], result["tls"]["alpn"]) == ("pass", chosen)
    assert (http["version"], http["status"], http["bodyComplete"]) == (version, 200, True)
    assert http["bodyBytes"] > 0
    assert (head["http"]["version"], head["http"]["bodyBytes"]) == (version, 0)
    assert refused["code"] == "Http/Status"
    seen = [line for line in server.accesses if "/healthz" in line]
    logged = "HTTP/2.0" if version == "HTTP/2" else "HTTP/1.1"
    assert len(seen) == 1 and f"GET /healthz?full=1 {logged}" in seen[0], server.accesses
