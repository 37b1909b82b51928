"""kgateway's guide "Backend TLS": the manifests of examples/backend_tls on real Envoy and real
NGINX.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Optional

import pytest

from gwpolicy.testing.backend import Backend, Options, read_credential
from gwpolicy.testing.processes import Envoy, Nginx, free_port

import rig
from rig import EXAMPLES, listen, run

NGINX_CLUSTER = "kube_default_nginx_8443"
HTTPBIN_CLUSTER = "backend_default_httpbin-org_0"
NGINX_HOST = "example.com:8080"
HTTPBIN_HOST = "httpbin-external.example"


@dataclasses.dataclass(frozen=True)
class Flow:
    """One way through the guide. `extra`: what make_certificates.py adds to the folder."""

    folder: str
    extra: Optional[str]
    cluster: str
    host: str
    path: str = "/"

    def files(self, certificates: pathlib.Path) -> list[str]:
        paths = [EXAMPLES / "base", EXAMPLES / self.folder]
        if self.extra:
            paths.append(certificates / self.extra)
        return [word for path in paths for word in ("-f", str(path))]


def _in_cluster(folder: str, extra: Optional[str]) -> Flow:
    return Flow(folder, extra, NGINX_CLUSTER, NGINX_HOST)


def _external(folder: str) -> Flow:
    return Flow(folder, None, HTTPBIN_CLUSTER, HTTPBIN_HOST, "/anything")


BY_CONFIG = _in_cluster("in-cluster-backendconfigpolicy", "ca-secret.yaml")
BY_TLS = _in_cluster("in-cluster-backendtlspolicy", "ca-configmap.yaml")
OUT_BY_CONFIG = _external("external-backendconfigpolicy")
OUT_BY_TLS = _external("external-backendtlspolicy")
FLOWS = (BY_CONFIG, BY_TLS, OUT_BY_CONFIG, OUT_BY_TLS)
WRONG_HOSTNAME = _in_cluster("failures/wrong-hostname", "ca-configmap.yaml")
EXPIRED_CA = _in_cluster("failures/expired-ca", "ca-expired.yaml")
MISSING_CONFIGMAP = _in_cluster("failures/missing-configmap", None)

each_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.folder)
each_failure = pytest.mark.parametrize(
    ("flow", "code", "status"),
    [
        (WRONG_HOSTNAME, "Name/Mismatch", 503),
        (EXPIRED_CA, "Trust/Expired", 503),
        (MISSING_CONFIGMAP, "Trust/NotFound", 500),
    ],
    ids=lambda value: value.folder.rpartition("/")[2] if isinstance(value, Flow) else "",
)


@pytest.fixture(scope="module")
def nginx(
    real_proxies: None, certificates: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nginx]:
    certificate = read_credential(certificates / "nginx.crt", certificates / "nginx.key")
    with Nginx(tmp_path_factory.mktemp("nginx"), certificate) as one:
        yield one


def _stand_in(certificates: pathlib.Path, stem: str) -> Backend:
    certificate = read_credential(certificates / f"{stem}.crt", certificates / f"{stem}.key")
    return Backend(Options(certificate=certificate, time_limit=10))


@pytest.fixture
def httpbin(certificates: pathlib.Path) -> Iterator[Backend]:
    with _stand_in(certificates, "httpbin") as one:
        yield one


@pytest.fixture
def nginx_stand_in(certificates: pathlib.Path) -> Iterator[Backend]:
    """In NGINX's place where a test asks what arrived, TLS or not."""
    with _stand_in(certificates, "nginx") as one:
        yield one


class Place:
    """Where the backends of the guide are in this run, as arguments for gwpolicy."""

    def __init__(self, certificates: pathlib.Path, nginx: str, httpbin: str) -> None:
        self.certificates = certificates
        self.port = free_port()
        self.arguments = [
            *("--endpoint", f"default/nginx:8443={nginx}"),
            *("--endpoint", f"default/httpbin-org:443={httpbin}"),
            *("--system-ca", str(certificates / "system-ca.pem")),
        ]

    def envoy(self, files: Sequence[str], *more: str, output: str = "json") -> str:
        arguments = [*self.arguments, *listen(self.port), *more, "-o", output]
        return run("envoy", *files, *arguments).out

    def bootstrap(self, files: Sequence[str]) -> dict[str, Any]:
        written: dict[str, Any] = json.loads(self.envoy(files))
        return written

    def probe(self, flow: Flow) -> dict[str, Any]:
        ran = run("probe", *flow.files(self.certificates), *self.arguments, "-o", "json")
        results: list[dict[str, Any]] = [
            one
            for one in ran.json()["results"]
            if one["gateway"] is not None
            and one["backend"].get("port") in (8443, 443, 0, None)
        ]
        assert len(results) == 1, results
        return results[0]


@pytest.fixture
def place(certificates: pathlib.Path, nginx: Nginx, httpbin: Backend) -> Place:
    return Place(certificates, nginx.address, httpbin.address)


def _command(name: str, flow: Flow, certificates: pathlib.Path, *more: str) -> rig.Ran:
    return run(name, *flow.files(certificates), "-o", "json", *more)


# What the guide promises.


@each_flow
def test_bootstrap_is_accepted_and_serves_200(
    flow: Flow, place: Place, certificates: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    admin_port = free_port()
    config = tmp_path / "bootstrap.yaml"
    admin = ("--admin", f"127.0.0.1:{admin_port}")
    config.write_text(place.envoy(flow.files(certificates), *admin, output="yaml"), "utf-8")
    accepted, said = Envoy(tmp_path).validate(config)
    assert accepted, said
    with Envoy.static(tmp_path / "envoy", config, admin_port) as envoy:
        prefix = f"cluster.{flow.cluster}.ssl."
        before = envoy.stats(prefix)
        answer = envoy.get(place.port, flow.host, flow.path)
        assert answer.status == 200, (answer, envoy.log)
        after = envoy.stats(prefix)
    for counter in ("handshake", "versions.TLSv1.2"):
        assert after[counter] > before.get(counter, 0), counter


@each_flow
def test_probe_passes_where_envoy_serves(flow: Flow, place: Place) -> None:
    result = place.probe(flow)
    assert result["verdict"] == "pass", result
    assert result["chain"], result


def test_external_host_is_rewritten_and_named_in_sni(
    place: Place, certificates: pathlib.Path, envoy: Envoy, httpbin: Backend
) -> None:
    for flow in (OUT_BY_CONFIG, OUT_BY_TLS):
        envoy.load(place.bootstrap(flow.files(certificates)))
        seen = envoy.get(place.port, HTTPBIN_HOST, "/anything?a=1").json()
        assert seen["url"] == "https://httpbin.org/anything?a=1"
        assert seen["args"] == {"a": "1"}
        assert seen["tls"]["sni"] == "httpbin.org"
        assert envoy.get(place.port, HTTPBIN_HOST, "/elsewhere").status == 404
    assert httpbin.plaintext == []


def test_ssl_cert_file_says_what_system_is(place: Place, certificates: pathlib.Path) -> None:
    arguments = [one for one in place.arguments]
    del arguments[arguments.index("--system-ca") :]
    files = OUT_BY_TLS.files(certificates)
    known = {"SSL_CERT_FILE": str(certificates / "system-ca.pem")}
    ran = run("probe", *files, *arguments, "-o", "json", env=known, status=0)
    assert [one["verdict"] for one in ran.json()["results"] if one["gateway"]] == ["pass"]
    other = certificates / "not-the-system-ca.pem"
    configmap = (certificates / "ca-configmap.yaml").read_text("ascii")
    other.write_text("\n".join(line.strip() for line in configmap.splitlines()[8:]) + "\n", "ascii")
    ran = run("probe", *files, *arguments, "--system-ca", other, "-o", "json", env=known, status=1)
    codes = [one["code"] for one in ran.json()["results"] if one["gateway"]]
    assert codes == ["Chain/UnknownIssuer"]


# What check says.


@each_flow
def test_check_finds_no_error(flow: Flow, certificates: pathlib.Path) -> None:
    ran = _command("check", flow, certificates)
    levels = [finding["level"] for finding in ran.json()["findings"]]
    assert (ran.status, "error" in levels) == (0, False), ran.out


def test_bcp_with_a_ca_checks_no_name_and_check_says_so(certificates: pathlib.Path) -> None:
    finding = _command("check", BY_CONFIG, certificates).finding("Posture/NameUnchecked")
    assert finding["level"] == "warning"
    assert finding["object"]["kind"] == "BackendConfigPolicy"
    assert finding["object"]["name"] == "nginx-tls-policy"
    assert finding["file"].endswith("policy.yaml") and finding["line"] > 0
    for flow in (BY_TLS, OUT_BY_CONFIG, OUT_BY_TLS):
        assert "Posture/NameUnchecked" not in _command("check", flow, certificates).codes()


def test_expired_ca_of_the_guide_is_reported_with_its_date(certificates: pathlib.Path) -> None:
    flow = _in_cluster("expired-guide-ca", None)
    finding = _command("check", flow, certificates).finding("Trust/Expired")
    assert finding["level"] == "error"
    assert "2026-07-07" in finding["message"]
    assert finding["remedy"]
    before = _command("check", flow, certificates, "--at", "2026-07-07T10:40:39Z")
    assert "Trust/Expired" not in before.codes()


# What must fail closed.


@each_failure
def test_failure_is_named_and_never_becomes_plaintext(
    flow: Flow,
    code: str,
    status: int,
    certificates: pathlib.Path,
    envoy: Envoy,
    nginx_stand_in: Backend,
    httpbin: Backend,
    tmp_path: pathlib.Path,
) -> None:
    place = Place(certificates, nginx_stand_in.address, httpbin.address)
    result = place.probe(flow)
    assert result["verdict"] == "fail"
    assert result["code"] == code, result
    assert result["remedy"]
    config = tmp_path / "bootstrap.yaml"
    config.write_text(place.envoy(flow.files(certificates), output="yaml"), "utf-8")
    accepted, said = envoy.validate(config)
    assert accepted, said
    envoy.load(place.bootstrap(flow.files(certificates)))
    for _ in range(3):
        assert envoy.get(place.port, NGINX_HOST).status == status, envoy.log
    assert nginx_stand_in.plaintext == []
    assert [one.requests for one in nginx_stand_in.seen if one.requests] == []


@each_failure
def test_findings_of_a_failure(
    flow: Flow, code: str, status: int, certificates: pathlib.Path
) -> None:
    ran = _command("check", flow, certificates)
    if code.startswith("Trust/"):
        assert ran.status == 1
        assert code in ran.codes()
    else:
        # Nothing in the manifests is wrong: only the server's certificate tells.
        assert ran.status == 0, ran.out


# Clean-up and re-creation.


def test_recreated_policy_serves_200_with_no_restart(
    place: Place, certificates: pathlib.Path, envoy: Envoy, nginx: Nginx
) -> None:
    """kgateway issue 11146, through the command line and one Envoy that runs all along."""
    files = BY_TLS.files(certificates)
    base = ["-f", str(EXAMPLES / "base")]
    route_only = [*base, "-f", str(EXAMPLES / BY_TLS.folder / "httproute.yaml")]
    envoy.load(place.bootstrap(files))
    pid = envoy.pid
    assert envoy.get(place.port, NGINX_HOST).status == 200

    envoy.load(place.bootstrap(route_only))  # the policy is gone, and its CA
    assert envoy.get(place.port, NGINX_HOST).status == 400  # NGINX: plain HTTP on the TLS port
    findings = run("check", *route_only, "-o", "json", status=0)
    assert "Posture/Plaintext" in findings.codes()

    envoy.load(place.bootstrap(base))  # the route as well
    assert envoy.get(place.port, NGINX_HOST).status == 404

    prefix = f"cluster.{NGINX_CLUSTER}.ssl."
    envoy.load(place.bootstrap(files))
    before = envoy.stats(prefix).get("handshake", 0)
    for _ in range(3):
        assert envoy.get(place.port, NGINX_HOST).status == 200
    assert envoy.stats(prefix)["handshake"] > before
    assert envoy.pid == pid and envoy.running


def test_half_deleted_flow_fails_closed(
    place: Place, certificates: pathlib.Path, envoy: Envoy, nginx: Nginx
) -> None:
    """The guide deletes ConfigMap and policy in one go; between the two nothing is plaintext."""
    files = BY_TLS.files(certificates)
    envoy.load(place.bootstrap(files))
    assert envoy.get(place.port, NGINX_HOST).status == 200
    seen = len(nginx.accesses)
    envoy.load(place.bootstrap(files[:-2]))  # the ConfigMap is gone, the policy is not
    assert envoy.get(place.port, NGINX_HOST).status == 500
    assert len(nginx.accesses) == seen
    envoy.load(place.bootstrap(files))
    assert envoy.get(place.port, NGINX_HOST).status == 200


def test_switching_between_the_policies_keeps_tls(
    place: Place, certificates: pathlib.Path, envoy: Envoy
) -> None:
    for flow in (BY_CONFIG, BY_TLS, BY_CONFIG):
        envoy.load(place.bootstrap(flow.files(certificates)))
        assert envoy.get(place.port, NGINX_HOST).status == 200


def test_recreated_policy_resolves_the_same_in_one_process(certificates: pathlib.Path) -> None:
    import gwpolicy

    paths = [word for word in BY_TLS.files(certificates) if word != "-f"]
    objects = gwpolicy.load(paths).objects
    engine = gwpolicy.Engine()
    for one in objects:
        engine.apply(one)
    engine.resolve()
    policy = next(one for one in objects if one.kind == "BackendTLSPolicy")

    def modes() -> list[str]:
        return [str(one.mode) for one in engine.backends() if one.backend.port == 8443]

    assert modes() == ["TLS"]
    engine.delete(policy)
    assert engine.resolve()
    assert modes() == ["Plaintext"]
    engine.apply(policy)
    assert engine.resolve()
    assert modes() == ["TLS"]


# The answer depends on the objects alone.


@each_flow
def test_order_of_the_files_does_not_matter(
    flow: Flow, place: Place, certificates: pathlib.Path
) -> None:
    files = flow.files(certificates)
    paths = [word for word in files if word != "-f"]
    reversed_files = [word for path in reversed(paths) for word in ("-f", path)]
    assert place.envoy(files) == place.envoy(files)
    assert place.envoy(files) == place.envoy(reversed_files)


# The examples themselves.


@pytest.mark.parametrize("arguments", [[], ["--no-envoy"]], ids=["whole", "no-envoy"])
def test_the_played_guide_ends_well(arguments: list[str], request: pytest.FixtureRequest) -> None:
    if not arguments:
        request.getfixturevalue("real_proxies")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "play.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "PRIVATE KEY" not in done.stdout + done.stderr
    assert len(done.stdout.splitlines()) < 120
