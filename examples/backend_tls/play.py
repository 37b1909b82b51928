"""Does kgateway's guide "Backend TLS" work, from manifests to a 200? Plays all of it here.

    python play.py [--no-envoy] [--keep FOLDER]

NGINX is real where it is installed, and so is Envoy unless --no-envoy; the host outside of the
cluster is always the TLS backend of gwpolicy.testing. Ends with status 1 at the first thing that is
not as the guide says.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, Optional

import gwpolicy
from gwpolicy.testing import backend as tls_backend
from gwpolicy.testing import processes

import make_certificates

HERE = pathlib.Path(__file__).resolve().parent
NGINX_CLUSTER = "cluster.kube_default_nginx_8443.ssl."
HTTPBIN_CLUSTER = "cluster.backend_default_httpbin-org_0.ssl."
SHOWN_COUNTERS = ("handshake", "versions.TLSv1.2")
BASE = ["base"]


class StoryFailed(Exception):
    """Something did not go as the guide says."""


class Story:
    """Runs the commands of the guide, shows what came of them, stops at the first surprise."""

    def __init__(self, out: pathlib.Path, with_envoy: bool) -> None:
        self.out = out
        self.with_envoy = with_envoy
        self.names: dict[str, str] = {str(out): "$OUT"}
        self.where: list[str] = []
        self.port = processes.free_port() if with_envoy else 0
        self.gateway = ["--gateway", "kgateway-system/http"]
        self.gateway += ["--listen", f"http=127.0.0.1:{self.port}"]
        self.names[shlex.join(self.gateway)] = "$GATEWAY"
        self.envoy: Optional[processes.Envoy] = None
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def chapter(self, title: str) -> None:
        print(f"\n\033[1m{title}\033[0m" if self._colour else f"\n{title}")

    def say(self, text: str) -> None:
        print(f"    {text}")

    def command(self, words: Sequence[str]) -> None:
        print(f"  $ {self._named(shlex.join(words))}")

    def expect(self, what: str, holds: bool) -> None:
        if not holds:
            raise StoryFailed(f"expected: {what}")

    # The commands.

    def gwpolicy(self, command: str, manifests: Sequence[str], *more: str, status: int = 0) -> Any:
        """Runs one gwpolicy command and gives back what it wrote as JSON."""
        words = [command]
        for path in manifests:
            words += ["-f", path]
        words += more
        self.command(["gwpolicy", *words])
        tool = pathlib.Path(sys.executable).with_name("gwpolicy")
        done = subprocess.run(
            [str(tool), *words, "-o", "json"], cwd=HERE, capture_output=True, text=True, check=False
        )
        if done.returncode != status:
            raise StoryFailed(
                f"exit status {done.returncode}, not {status}:\n{done.stdout}{done.stderr}"
            )
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise StoryFailed(f"no JSON ({error}):\n{done.stdout}{done.stderr}") from error

    def check(self, manifests: Sequence[str], code: Optional[str] = None, status: int = 0) -> None:
        """`gwpolicy check`, which must have this finding; None: nothing above info."""
        report = self.gwpolicy("check", manifests, status=status)
        shown = [f for f in report["findings"] if f["level"] != "info" or f["code"] == code]
        if code is not None:
            shown = [f for f in shown if f["code"] == code]
            self.expect(f"a finding {code} among {report['findings']}", bool(shown))
        for finding in shown[:2]:
            self.say(f"{finding['level']} {finding['code']}: {finding['message']}")
        if code is None:
            self.expect("no findings", not shown)
            self.say("nothing wrong")

    def probe(self, manifests: Sequence[str], code: Optional[str] = None) -> None:
        """`gwpolicy probe`, which must pass, or fail with this code."""
        status = 1 if code else 0
        report = self.gwpolicy("probe", manifests, *self.where, status=status)
        results = report["results"]
        self.expect(f"one result, not {results}", len(results) == 1)
        result = results[0]
        self.expect(
            f"{code or 'pass'}, not {result}", result["verdict"] == ("fail" if code else "pass")
        )
        if code:
            self.expect(f"{code}, not {result['code']}", result["code"] == code)
            self.say(f"fail {result['code']}: {result['message']}")
            return
        self.say(f"pass {result['tls'].get('version', '')}".rstrip())

    def curl(
        self, manifests: Sequence[str], host: str, path: str, status: int, counters: str = ""
    ) -> Any:
        """Gives the running Envoy the config of these manifests and sends one request."""
        if self.envoy is None:
            return None
        self.envoy.load(self.gwpolicy("envoy", manifests, *self.where, *self.gateway))
        before = self.envoy.stats(counters) if counters else {}
        self.command(["curl", "-i", "-H", f"host: {host}", f"http://localhost:{self.port}{path}"])
        done = subprocess.run(
            [
                "curl",
                "-sS",
                "--max-time",
                "15",
                "-o",
                str(self.out / "answer"),
                "-w",
                "%{http_code}",
            ]
            + ["-H", f"host: {host}", f"http://127.0.0.1:{self.port}{path}"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.say(f"HTTP {done.stdout}")
        self.expect(f"HTTP {status}, not {done.stdout} {done.stderr}", done.stdout == str(status))
        if counters:
            after = self.envoy.stats(counters)
            for name in SHOWN_COUNTERS:
                self.say(f"{counters}{name}  {before.get(name, 0)} -> {after.get(name, 0)}")
                self.expect(f"{name} rises", after.get(name, 0) > before.get(name, 0))
        return (self.out / "answer").read_text("utf-8", "replace")

    def is_at(self, *where: str) -> None:
        """Where the backends are from here on, as arguments of `probe` and `envoy`."""
        self.where = list(where)
        self.names[shlex.join(where)] = "$WHERE"
        self.say(f"WHERE=\"{self._named(shlex.join(where), but='$WHERE')}\"")

    def _named(self, text: str, but: str = "") -> str:
        """The text with the values of this run replaced by their names, longest first."""
        for value in sorted(self.names, key=len, reverse=True):
            if self.names[value] != but:
                text = text.replace(value, self.names[value])
        return text

    @contextlib.contextmanager
    def one_envoy(self, name: str) -> Iterator[None]:
        """An Envoy that lives through a flow of the guide."""
        if not self.with_envoy:
            yield
            return
        with processes.Envoy.dynamic(self.out / name) as self.envoy:
            try:
                yield
            finally:
                self.envoy = None

    # The chapters.

    def in_cluster(self, nginx: str) -> None:
        secret, configmap = f"{self.out}/ca-secret.yaml", f"{self.out}/ca-configmap.yaml"
        by_config = [*BASE, "in-cluster-backendconfigpolicy", secret]
        by_tls = [*BASE, "in-cluster-backendtlspolicy", configmap]
        request = ("example.com:8080", "/")

        self.chapter("1. NGINX in the cluster, by BackendConfigPolicy")
        self.is_at("--endpoint", f"default/nginx:8443={nginx}")
        with self.one_envoy("envoy-1"):
            self.check(by_config, "Posture/NameUnchecked")
            self.probe(by_config)
            self.curl(by_config, *request, 200, NGINX_CLUSTER)

        with self.one_envoy("envoy-2"):
            self.chapter("2. NGINX in the cluster, by BackendTLSPolicy")
            self.check(by_tls)
            self.probe(by_tls)
            self.curl(by_tls, *request, 200, NGINX_CLUSTER)

            self.chapter("3. What goes wrong: a wrong hostname")
            wrong = [*BASE, "failures/wrong-hostname", configmap]
            self.probe(wrong, "Name/Mismatch")
            self.curl(wrong, *request, 503)

            self.chapter("4. What goes wrong: an expired CA")
            expired = [*BASE, "failures/expired-ca", f"{self.out}/ca-expired.yaml"]
            self.check(expired, "Trust/Expired", status=1)
            self.curl(expired, *request, 503)

            self.chapter("5. What goes wrong: a missing ConfigMap")
            missing = [*BASE, "failures/missing-configmap"]
            self.check(missing, "Trust/NotFound", status=1)
            self.curl(missing, *request, 500)

            self.chapter("6. Clean-up and re-creation")
            without_policy = [*BASE, "in-cluster-backendtlspolicy/httproute.yaml"]
            self.say("The BackendTLSPolicy is deleted, its route is still there:")
            self.check(without_policy, "Posture/Plaintext")
            self.curl(without_policy, *request, 400)
            if self.with_envoy:
                self.say("The route is deleted as well:")
                self.curl(BASE, *request, 404)
                self.say("Everything is created again, nothing is restarted:")
                self.curl(by_tls, *request, 200, NGINX_CLUSTER)
            self.same_process(by_tls)

    def same_process(self, manifests: Sequence[str]) -> None:
        """kgateway issue 11146: delete and re-create a policy in one running process."""
        loaded = gwpolicy.load([str(HERE / path) for path in manifests])
        engine = gwpolicy.Engine()
        for one in loaded.objects:
            engine.apply(one)
        engine.resolve()
        policy = next(one for one in loaded.objects if one.kind == "BackendTLSPolicy")
        modes = [self.mode(engine)]
        engine.delete(policy)
        engine.resolve()
        modes.append(self.mode(engine))
        engine.apply(policy)
        engine.resolve()
        modes.append(self.mode(engine))
        self.say(f"gwpolicy.Engine in one process: {' -> '.join(modes)}")
        self.expect(f"TLS, Plaintext, TLS, not {modes}", modes == ["TLS", "Plaintext", "TLS"])

    def mode(self, engine: Any) -> str:
        backends = [one for one in engine.backends() if one.backend.port == 8443]
        self.expect("one backend with port 8443", len(backends) == 1)
        return str(backends[0].mode)

    def external(self, httpbin: tls_backend.Backend) -> None:
        flows = (
            ("7", "BackendConfigPolicy", "external-backendconfigpolicy"),
            ("8", "BackendTLSPolicy", "external-backendtlspolicy"),
        )
        for number, kind, folder in flows:
            manifests = [*BASE, folder]
            self.chapter(f"{number}. A host outside of the cluster, by {kind}")
            self.is_at(
                *("--endpoint", f"default/httpbin-org:443={httpbin.address}"),
                *("--system-ca", f"{self.out}/system-ca.pem"),
            )
            with self.one_envoy(f"envoy-{number}"):
                self.check(manifests)
                self.probe(manifests)
                request = ("httpbin-external.example", "/anything")
                answer = self.curl(manifests, *request, 200, HTTPBIN_CLUSTER)
            if answer is not None:
                seen = json.loads(answer)
                self.say(f"the backend saw {seen['url']}, SNI {seen['tls']['sni']}")
                self.expect("the host rewritten", seen["url"] == "https://httpbin.org/anything")
        self.expect("no plaintext at the TLS port", not httpbin.plaintext)


def play(out: pathlib.Path, with_envoy: bool) -> None:
    make_certificates.make(out)
    story = Story(out, with_envoy)
    read = tls_backend.read_credential
    nginx_certificate = read(out / "nginx.crt", out / "nginx.key")
    httpbin_certificate = read(out / "httpbin.crt", out / "httpbin.key")
    with contextlib.ExitStack() as stack:
        if with_envoy:
            nginx = stack.enter_context(processes.Nginx(out / "nginx", nginx_certificate))
            secure, what = nginx.address, "real NGINX"

            def plaintext() -> int:
                return sum('" 400 ' in line for line in nginx.accesses)

        else:
            options = tls_backend.Options(certificate=nginx_certificate)
            stand_in = stack.enter_context(tls_backend.Backend(options))
            secure, what = stand_in.address, "a stand-in for NGINX"

            def plaintext() -> int:
                return len(stand_in.plaintext)

        httpbin = stack.enter_context(
            tls_backend.Backend(tls_backend.Options(certificate=httpbin_certificate))
        )
        print('The guide "Backend TLS", played on this machine.')
        print(f"  NGINX={secure:<18} {what}, TLS 1.2 and 1.3")
        print(f"  HTTPBIN={httpbin.address:<16} a stand-in for httpbin.org")
        print(f"  OUT={out}  certificates, made just now")
        if with_envoy:
            print(f'  GATEWAY="{shlex.join(story.gateway)}"  real Envoy, one a flow')
        story.names[secure] = "$NGINX"
        story.names[httpbin.address] = "$HTTPBIN"
        story.in_cluster(secure)
        # Chapter 6 asks for the one plaintext request; nothing else may send any.
        story.expect("no other plaintext", plaintext() == int(with_envoy))
        story.external(httpbin)
    print("\nAll as the guide says. No request ever left without TLS where a policy asked for it.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-envoy", action="store_true", help="leave real Envoy and NGINX out")
    parser.add_argument(
        "--keep", metavar="FOLDER", help="work there and leave everything for a look"
    )
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        if args.keep:
            out = pathlib.Path(args.keep).resolve()
        else:
            out = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gwpolicy-")))
        try:
            play(out, with_envoy=not args.no_envoy)
        except (StoryFailed, processes.ProcessFailed) as error:
            print(f"\nNot as the guide says: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
