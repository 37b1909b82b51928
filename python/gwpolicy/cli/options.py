"""Flags that several commands share, and what they hold."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Optional, TypeVar, cast

import click

import gwpolicy
from gwpolicy import _native, _places
from gwpolicy._places import BackendName, Endpoint
from gwpolicy.cli import output

if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]  # generic to mypy in newer versions of click only
else:
    _ParamType = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])


class Listen(NamedTuple):
    """Where Envoy listens: `--listen http=127.0.0.1:8080`."""

    listener: str
    address: str


class Pin(NamedTuple):
    """What the certificate of a backend port must be: `--spki-pin default/web:443=BASE64`."""

    backend: BackendName
    value: str


class Parsed(_ParamType):
    """A flag whose text a function reads; its ValueError is what the user sees."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self.parse = parse

    def convert(
        self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]
    ) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _endpoint(text: str) -> Endpoint:
    name, equals, address = text.partition("=")
    if not equals:
        raise ValueError(f"'{text}' is not of the form NS/NAME:PORT=ADDR:PORT")
    return Endpoint(_places.backend(name), _places.address(address))


def _pin(text: str) -> Pin:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"'{text}' is not of the form NS/NAME:PORT=PIN")
    return Pin(_places.backend(name), value)


def _listen(text: str) -> Listen:
    listener, equals, address = text.partition("=")
    if not equals or not listener:
        raise ValueError(f"'{text}' is not of the form LISTENER=ADDR:PORT")
    _places.address(address, least_port=0)
    return Listen(listener, address)


def _admin(text: str) -> str:
    _places.address(text, least_port=0)
    return text


def _gateway(text: str) -> gwpolicy.GatewayId:
    namespace, slash, name = text.partition("/")
    if not (namespace and slash and name) or "/" in name:
        raise ValueError(f"'{text}' is not of the form NS/NAME")
    return gwpolicy.GatewayId(namespace=namespace, name=name)


def _time(text: str) -> datetime.datetime:
    try:
        return _native.parse_time(text)
    except gwpolicy.Error:
        raise ValueError(f"'{text}' is not a time like 2026-07-07T10:40:40Z") from None


def _seconds(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m)?", text)
    seconds = float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, None: 1}[match[2]] if match else 0
    if not 0 < seconds <= 3600:
        raise ValueError(f"'{text}' is not a time above zero like 5, 2.5s or 500ms, up to an hour")
    return seconds


def _san(text: str) -> tuple[str, str]:
    kind, _, name = text.partition(":")
    if kind.upper() not in ("DNS", "URI", "IP") or not name:
        raise ValueError(f"'{text}' is not of the form DNS:NAME, URI:URI or IP:ADDRESS")
    return kind.upper(), name


def _phase_timeout(text: str) -> tuple[str, float]:
    phase, _, limit = text.partition("=")
    if phase not in ("resolve", "connect", "handshake", "http"):
        raise ValueError(
            f"'{text}' is not of the form resolve=, connect=, handshake= or http=SECONDS"
        )
    return phase, _seconds(limit)


def _status_range(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9][0-9]{2})(?:-([1-9][0-9]{2}))?", text)
    lowest, highest = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if lowest > highest:
        raise ValueError(f"'{text}' is not a status like 200 or a range like 200-399")
    return lowest, highest


def _host_port(text: str) -> _places.Address:
    return _places.address(text)


def _service(text: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"([a-z0-9.-]+)/([a-z0-9.-]+)(?::([a-z0-9-]+))?", text)
    if not match:
        raise ValueError(f"'{text}' is not of the form NS/NAME or NS/NAME:SECTION")
    return match[1], match[2], match[3] or ""


def _profile(text: str) -> str:
    names = [name for name, _ in _native.all_profiles()]
    if text not in names:
        raise ValueError(f"there is no profile '{text}'; use one of {', '.join(names)}")
    return text


ADDRESS = Parsed("ADDR:PORT", _admin)
ENDPOINT = Parsed("NS/NAME:PORT=ADDR:PORT", _endpoint)
GATEWAY = Parsed("NS/NAME", _gateway)
HOST_PORT = Parsed("HOST:PORT", _host_port)
LISTEN = Parsed("LISTENER=ADDR:PORT", _listen)
PIN = Parsed("NS/NAME:PORT=PIN", _pin)
PHASE_TIMEOUT = Parsed("PHASE=SECONDS", _phase_timeout)
PROFILE = Parsed("PROFILE", _profile)
SAN = Parsed("TYPE:VALUE", _san)
SERVICE = Parsed("NS/NAME[:SECTION]", _service)
SECONDS = Parsed("SECONDS", _seconds)
STATUS_RANGE = Parsed("STATUS[-STATUS]", _status_range)
TIME = Parsed("RFC3339", _time)


def _format_of(formats: Sequence[str]) -> Parsed:
    def parse(text: str) -> str:
        if text not in formats:
            raise ValueError(f"there is no format '{text}' here; use one of {', '.join(formats)}")
        return text

    return Parsed("FORMAT", parse)


# The decorators, in the order in which --help shows them.


def files_option(*, required: bool) -> Callable[[F], F]:
    """-f."""
    return click.option(
        "-f",
        "--filename",
        "files",
        multiple=True,
        required=required,
        metavar="PATH",
        help="Manifests: a file, a folder with all below it, a glob, or - for standard input. "
        "Repeats.",
    )


def reading_options(function: F) -> F:
    """-n, --profile, --at, --system-ca."""
    for option in reversed(
        [
            click.option(
                "-n",
                "--namespace",
                metavar="NAMESPACE",
                help="Namespace of objects that name none; default `default`.",
            ),
            click.option(
                "--profile",
                type=PROFILE,
                help="See everything as this controller would, whatever the GatewayClass says.",
            ),
            click.option(
                "--at",
                type=TIME,
                help="Judge certificates as of this time (RFC 3339); default now.",
            ),
            click.option(
                "--system-ca",
                metavar="FILE",
                help="PEM file that `System` stands for; else SSL_CERT_FILE, else this system's.",
            ),
        ]
    ):
        function = option(function)
    return function


def input_options(function: F) -> F:
    """-f, -n, --profile, --at, --system-ca."""
    return files_option(required=True)(reading_options(function))


def format_option(
    *, formats: Sequence[str] = output.DOCUMENT_FORMATS, more: Sequence[str] = ()
) -> Callable[[F], F]:
    """-o with `formats`, of which the first is the default, and `more`."""
    return click.option(
        "-o",
        "--output",
        "form",
        type=_format_of((*formats, *more)),
        metavar="|".join((*formats, *more)),
        default=formats[0],
        show_default=True,
        help="How to write the result to standard output.",
    )


def channel_option(function: F) -> F:
    return click.option(
        "--channel",
        type=click.Choice(["standard", "experimental"]),
        default="standard",
        show_default=True,
        help="Channel of the Gateway API's custom resources.",
    )(function)


def endpoint_option(function: F) -> F:
    return click.option(
        "--endpoint",
        "endpoints",
        multiple=True,
        type=ENDPOINT,
        help="Where a backend really is, instead of what the input says. Repeats.",
    )(function)


@dataclasses.dataclass(frozen=True)
class Pins:
    """What `pin_options` ask for."""

    certificate_hashes: Sequence[Pin]
    spki_pins: Sequence[Pin]


def pin_options(function: F) -> F:
    """--certificate-hash and --spki-pin, together as `pins`."""

    @functools.wraps(function)
    def with_pins(
        *args: Any, certificate_hashes: Sequence[Pin], spki_pins: Sequence[Pin], **kwargs: Any
    ) -> Any:
        return function(*args, pins=Pins(certificate_hashes, spki_pins), **kwargs)

    wrapped = cast(F, with_pins)
    for option in reversed(
        [
            click.option(
                "--certificate-hash",
                "certificate_hashes",
                multiple=True,
                type=PIN,
                help="SHA-256 of which the backend's own certificate must have one, in place of "
                "what its policy pins. Repeats.",
            ),
            click.option(
                "--spki-pin",
                "spki_pins",
                multiple=True,
                type=PIN,
                help="The same for SHA-256 of its public key, in base64. One of all those that "
                "are given must fit. Repeats.",
            ),
        ]
    ):
        wrapped = option(wrapped)
    return wrapped


def mode_option(function: F) -> F:
    return click.option(
        "--mode",
        type=click.Choice(["envoy", "strict"]),
        default="envoy",
        show_default=True,
        help="envoy: the verdict of a real Envoy. strict: what the Gateway API and RFC 5280 and "
        "9525 ask for.",
    )(function)


@dataclasses.dataclass(frozen=True)
class Limits:
    """What `probe_options` ask for."""

    timeout: float
    phase_timeouts: Mapping[str, float]
    concurrency: int
    rate: float
    retries: int


def probe_options(function: F) -> F:
    """--timeout, --phase-timeout, --concurrency, --rate, --retries, together as `limits`."""

    @functools.wraps(function)
    def with_limits(
        *args: Any,
        timeout: float,
        phase_timeouts: Sequence[tuple[str, float]],
        concurrency: int,
        rate: float,
        retries: int,
        **kwargs: Any,
    ) -> Any:
        limits = Limits(timeout, dict(phase_timeouts), concurrency, rate, retries)
        return function(*args, limits=limits, **kwargs)

    wrapped = cast(F, with_limits)
    for option in reversed(
        [
            click.option(
                "--timeout",
                type=SECONDS,
                default="5",
                show_default=True,
                help="For each attempt.",
            ),
            click.option(
                "--phase-timeout",
                "phase_timeouts",
                multiple=True,
                type=PHASE_TIMEOUT,
                help="For a part of it: resolve, connect or handshake; or for what follows it, http. "
                "Repeats.",
            ),
            click.option(
                "--concurrency",
                type=click.IntRange(1, 4096),
                default=64,
                show_default=True,
                metavar="N",
                help="Handshakes at the same time.",
            ),
            click.option(
                "--rate",
                type=click.FloatRange(0, 1e6),
                default=0,
                metavar="N",
                help="At most so many attempts begin in a second; default as many as can.",
            ),
            click.option(
                "--retries",
                type=click.IntRange(0, 100),
                default=0,
                show_default=True,
                metavar="N",
                help="More attempts after a failure of the network.",
            ),
        ]
    ):
        wrapped = option(wrapped)
    return wrapped


def http_options(function: F) -> F:
    """--http-path and what belongs to it, together as `http`; None without a path."""

    @functools.wraps(function)
    def with_check(
        *args: Any,
        http_path: Optional[str],
        http_method: Optional[Literal["GET", "HEAD"]],
        http_host: Optional[str],
        expect_status: Optional[tuple[int, int]],
        **kwargs: Any,
    ) -> Any:
        http = None
        if http_path is not None:
            http = gwpolicy.HttpCheck(http_path, http_method or "GET", http_host, expect_status)
        elif http_method or http_host or expect_status:
            raise click.UsageError("--http-method, --http-host and --expect-status are for "
                                   "--http-path")
        return function(*args, http=http, **kwargs)

    wrapped = cast(F, with_check)
    for option in reversed(
        [
            click.option(
                "--http-path",
                metavar="PATH",
                help="Ask each server that passes for this, and tell what it answers.",
            ),
            click.option(
                "--http-method", type=click.Choice(("GET", "HEAD")), help="How; default GET."
            ),
            click.option(
                "--http-host",
                metavar="HOST",
                help="Host of the request; default the SNI, else the endpoint's.",
            ),
            click.option(
                "--expect-status",
                type=STATUS_RANGE,
                help="Fail with any other status; default none is a failure.",
            ),
        ]
    ):
        wrapped = option(wrapped)
    return wrapped


def soon_option(function: F) -> F:
    return click.option(
        "--soon",
        type=click.IntRange(0, 36500),
        default=30,
        show_default=True,
        metavar="DAYS",
        help="What ends within so many days ends soon.",
    )(function)


def results_option(function: F) -> F:
    return click.option(
        "--results",
        metavar="FILE",
        help="Chains as recorded by `gwpolicy probe --show-certs` with -o json or jsonl; - for "
        "standard input.",
    )(function)
