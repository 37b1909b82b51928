"""What probe reports of further handshakes on one connection, and that it does not make them for ever.

Whether real Envoy says the same: cases/renegotiation.py.
"""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

import other_servers
from asking_server import AskingOptions, AskingServer
from gwpolicy.testing.manifests import GATEWAY, backend_config_policy, route, secret, service
from gwpolicy.testing.pki import Pki
from rig import run, write_list

pytestmark = pytest.mark.skipif(
    other_servers.missing("s_server") is not None, reason=str(other_servers.missing("s_server"))
)


def probe(folder: pathlib.Path, times: int, allowed: bool) -> tuple[dict[str, Any], AskingServer]:
    """The result for a server that asks so often, and the server."""
    root = Pki().root("CA")
    tls = {"sni": "web.test", "secretRef": {"name": "ca"}, "allowRenegotiation": allowed}
    objects = [
        *GATEWAY,
        service("web"),
        route("web", "web.test", "web"),
        secret("ca", {"ca.crt": root.pem}),
        backend_config_policy("web", {"tls": tls}),
    ]
    path = write_list(folder / "manifests.json", objects)
    options = AskingOptions(root.leaf("web", dns=["web.test"]), times=times)
    with AskingServer(folder, options) as server:
        words = ("--endpoint", f"default/web:443={server.address}", "--timeout", "20")
        ran = run("probe", "-f", path, *words, "-o", "json", timeout=30)
    (result,) = ran.json()["results"]
    return result, server


@pytest.mark.parametrize("times", [0, 1, 8])
def test_a_result_counts_the_renegotiations(tmp_path: pathlib.Path, times: int) -> None:
    result, server = probe(tmp_path, times, allowed=True)
    assert result["verdict"] == "pass", result
    assert result["tls"]["renegotiations"] == times == server.asked


def test_a_renegotiation_that_the_policy_does_not_allow_is_refused(tmp_path: pathlib.Path) -> None:
    result, server = probe(tmp_path, times=1, allowed=False)
    assert result["code"] == "Tls/Renegotiation", result
    assert result["tls"]["renegotiations"] == 0
    assert result["tls"]["alertSent"]["name"] == "no_renegotiation"
    assert server.asked == 1


def test_a_server_that_never_stops_asking_is_left(tmp_path: pathlib.Path) -> None:
    result, server = probe(tmp_path, times=10**6, allowed=True)
    assert result["code"] == "Tls/Flood", result
    assert result["tls"]["renegotiations"] == 8
    assert server.asked == 9
