"""`gwpolicy serve-test-backend`: TLS backends with faults, and manifests that show them."""

from __future__ import annotations

import difflib
import os
import pathlib
import shlex
import tempfile
import textwrap
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Optional

import click

import gwpolicy
from gwpolicy import _places
from gwpolicy.cli import output
from gwpolicy.cli.ending import on_end
from gwpolicy.cli.group import Command, cli
from gwpolicy.cli.options import Parsed, format_option

if TYPE_CHECKING:
    from gwpolicy.testing.faults import Fault, Stage

_MANIFESTS = "manifests.yaml"
_ENDPOINTS = "endpoints"
_API_VERSION = "gwpolicy/v1alpha1"


def _registry() -> ModuleType:
    """gwpolicy.testing.faults, which no other command needs: it makes certificates."""
    try:
        from gwpolicy.testing import faults
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        raise click.ClickException(
            f"serve-test-backend needs the Python package {package}, which cannot be loaded; "
            f"install it: pip install {package}"
        ) from None
    return faults


class _Command(Command):
    """Names the faults in its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        try:
            names = [fault.name for fault in _registry().FAULTS]
        except click.ClickException:
            return  # --list says what is missing
        indent = " " * (formatter.current_indent + 2)
        with formatter.section("Faults"):
            # Not write_text: it breaks names at their hyphens.
            lines = textwrap.wrap(
                ", ".join(names),
                formatter.width,
                initial_indent=indent,
                subsequent_indent=indent,
                break_on_hyphens=False,
            )
            formatter.write("\n".join(lines) + "\n")


def _listen(text: str) -> tuple[str, int]:
    return _places.address(text, least_port=0)


def _chosen(faults: ModuleType, names: Sequence[str], every: bool) -> list[Fault]:
    if every:
        return list(faults.FAULTS)
    known = [fault.name for fault in faults.FAULTS]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3)
            hint = f"do you mean {' or '.join(near)}?" if near else "--list shows all."
            raise click.BadParameter(f"there is no fault '{name}'; {hint}", param_hint="--fault")
    return [faults.find(name) for name in dict.fromkeys(names)]


def _describe(fault: Fault) -> dict[str, Any]:
    return {
        "fault": fault.name,
        "does": fault.does,
        "code": fault.code,
        "strictCode": fault.strict,
    }


def _list(faults: ModuleType, form: str) -> None:
    if form != "table":
        entries = [_describe(fault) for fault in faults.FAULTS]
        document = {"apiVersion": _API_VERSION, "kind": "TestFaults", "faults": entries}
        output.write_document(document, form)
        return
    page = output.Page()
    rows = [[fault.name, _code_text(fault), fault.does] for fault in faults.FAULTS]
    page.table(["FAULT", "PROBE SAYS", "WHAT THE BACKEND DOES"], rows)
    page.show()


def _code_text(fault: Fault) -> str:
    if fault.strict == fault.code:
        return fault.code or "pass"
    return f"{fault.code or 'pass'} (strict: {fault.strict or 'pass'})"


def _write(path: pathlib.Path, text: str) -> None:
    """For this user alone: manifests and key files hold the keys of client certificates."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _write_all(faults: ModuleType, stage: Stage, folder: pathlib.Path) -> dict[str, str]:
    """Writes what a client of the backends needs; returns what is in which file."""
    made = stage.authorities
    listed = faults.manifests.list_of(stage.objects())
    endpoints = [f"--endpoint {name}={address}" for name, address in stage.endpoints().items()]
    texts = {
        "ca": ("ca.pem", made.ca.pem),
        "manifests": (_MANIFESTS, gwpolicy.to_yaml(listed)),
        "endpoints": (_ENDPOINTS, "\n".join(endpoints) + "\n"),
    }
    if any(one.options.client_certificate != "none" for one in stage.backends.values()):
        texts["clientCa"] = ("client-ca.pem", made.client_ca.pem)
        texts["clientCertificate"] = ("client.pem", made.client.chain_pem)
        texts["clientKey"] = ("client.key", made.client.key_pem)
    for name, text in texts.values():
        _write(folder / name, text)
    return {what: str(folder / name) for what, (name, _) in texts.items()}


def _probe_command(stage: Stage, folder: pathlib.Path) -> str:
    quoted = shlex.quote(str(folder))
    if len(stage.backends) == 1:
        ((name, address),) = stage.endpoints().items()
        return f"gwpolicy probe -f {quoted} --endpoint {name}={address}"
    return f"gwpolicy probe -f {quoted} $(cat {shlex.quote(str(folder / _ENDPOINTS))})"


def _say(faults: ModuleType, stage: Stage, folder: pathlib.Path, form: str) -> None:
    """What runs where; standard output has it whole before the first connection is due."""
    files = _write_all(faults, stage, folder)
    command = _probe_command(stage, folder)
    running = [(faults.find(name), one.address) for name, one in stage.backends.items()]
    if form != "table":
        entries = [
            {**_describe(fault), "address": address, "hostname": fault.host}
            for fault, address in running
        ]
        document = {
            "apiVersion": _API_VERSION,
            "kind": "TestBackends",
            "backends": entries,
            "files": files,
            "probe": command,
        }
        output.write_document(document, form)
        return
    page = output.Page()
    rows = [[fault.name, address, _code_text(fault)] for fault, address in running]
    page.table(["FAULT", "ADDRESS", "PROBE SAYS"], rows)
    page.line()
    names = {"ca": "CA", "clientCa": "client CA", "clientCertificate": "client certificate"}
    for what, name in names.items():
        if what in files:
            page.line(f"{name}: {files[what]}")
    page.line(f"try: {command}")
    page.line("ends on SIGINT (Ctrl-C) or SIGTERM")
    page.show()


@contextmanager
def _ended() -> Iterator[threading.Event]:
    """Set by SIGINT and SIGTERM, which do nothing else meanwhile."""
    ended = threading.Event()
    with on_end(lambda *_: ended.set()):
        yield ended


@contextmanager
def _folder(named: Optional[str]) -> Iterator[pathlib.Path]:
    """The folder to write to: the given one, or one that is gone afterwards."""
    if named is None:
        with tempfile.TemporaryDirectory(prefix="gwpolicy-test-backend-") as made:
            yield pathlib.Path(made)
        return
    try:
        pathlib.Path(named).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{named}: {error.strerror}") from None
    yield pathlib.Path(named)


@cli.command("serve-test-backend", cls=_Command, short_help="TLS backends with faults.")
@click.option(
    "--fault", "names", multiple=True, metavar="NAME", help="What is wrong with it. Repeats."
)
@click.option("--all", "every", is_flag=True, help="Every fault, each on a port of its own.")
@click.option("--list", "listing", is_flag=True, help="Say what faults there are, and end.")
@click.option(
    "--listen",
    type=Parsed("ADDR:PORT", _listen),
    default="127.0.0.1:0",
    show_default=True,
    help="Where the first one listens; the others on the ports after it. Port 0: any that is free.",
)
@click.option(
    "--write",
    "named_folder",
    metavar="DIR",
    help="Where to write the CAs, the client certificate and the manifests; by default to a "
    "temporary folder that is removed at the end.",
)
@format_option()
def serve_test_backend(
    names: Sequence[str],
    every: bool,
    listing: bool,
    listen: tuple[str, int],
    named_folder: Optional[str],
    form: str,
) -> int:
    """Serve TLS with faults, to see what gwpolicy, a Gateway or an alert of yours makes of them.

    Prints where each backend is and the code that `gwpolicy probe` gives for it, writes the CA and
    the manifests of policies that meet it, and serves until SIGINT or SIGTERM. Every run has CAs
    of its own.

    Examples:
      gwpolicy serve-test-backend --fault expired-leaf
      gwpolicy serve-test-backend --fault hang --fault reset --write faults
      gwpolicy serve-test-backend --all -o json
    """
    faults = _registry()
    if listing:
        _list(faults, form)
        return 0
    if not names and not every:
        raise click.UsageError("give --fault NAME or --all; --list shows the faults")
    chosen = _chosen(faults, names, every)
    host, port = listen
    with _ended() as ended, _folder(named_folder) as folder, faults.Stage() as stage:
        try:
            for index, fault in enumerate(chosen):
                stage.start(fault, host, port + index if port else 0)
            _say(faults, stage, folder, form)
        except (OSError, OverflowError) as error:
            where = f"{host}:{port}" if port else host
            raise click.ClickException(f"cannot serve on {where}: {error}") from None
        ended.wait()
    return 0
