"""`probe` and `verify`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal, Optional

import click

from gwpolicy import HttpCheck, _native
from gwpolicy._places import Endpoint
from gwpolicy.cli import content, output, probing, session, tables, watching
from gwpolicy.cli.group import Command, cli, write
from gwpolicy.cli.options import (
    SAN,
    SECONDS,
    TIME,
    Limits,
    Pins,
    endpoint_option,
    format_option,
    http_options,
    input_options,
    mode_option,
    pin_options,
    probe_options,
)

REPORT_FORMATS = ("junit", "sarif")


@cli.command(cls=Command, short_help="The handshakes that the Gateways would make.")
@input_options
@endpoint_option
@pin_options
@probe_options
@mode_option
@click.option(
    "--present-certificate",
    type=click.Choice(("verified", "envoy")),
    default="verified",
    show_default=True,
    help="To whom a client certificate is shown: servers that pass, or with envoy also those that "
    "only --mode strict refuses, which then have seen it.",
)
@click.option(
    "--show-certs",
    is_flag=True,
    help="Every certificate of each chain; in JSON with its PEM, to be recorded.",
)
@http_options
@click.option("--watch", type=SECONDS, help="Probe again and again, with so long between rounds.")
@click.option(
    "--rounds", type=click.IntRange(1), metavar="N", help="With --watch: end after so many."
)
@click.option(
    "--metrics",
    metavar="FILE",
    help="Write the results of each round there too, in the text format of Prometheus.",
)
@format_option(more=("jsonl", *REPORT_FORMATS))
def probe(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    endpoints: Sequence[Endpoint],
    pins: Pins,
    limits: Limits,
    mode: Literal["envoy", "strict"],
    present_certificate: Literal["verified", "envoy"],
    show_certs: bool,
    watch: Optional[float],
    rounds: Optional[int],
    metrics: Optional[str],
    http: Optional[HttpCheck],
    form: str,
) -> int:
    """Make the handshakes that the Gateways would make, from here, and say of each whether it
    works and if not, why.

    Backends that no Gateway reaches are left out, unless --endpoint names them or there is
    nothing else. With --at, nothing in the output depends on when it is made.

    -o jsonl writes each result on a line of its own as soon as it is known; every other format has
    them in the order of the input.

    With --watch, it ends on SIGINT or SIGTERM with the exit status of the last round.

    Examples:
      gwpolicy probe -f manifests/
      gwpolicy probe -f manifests/ --endpoint default/nginx:8443=127.0.0.1:8443 --timeout 2s
      gwpolicy probe -f manifests/ --http-path /healthz --expect-status 200-399
      gwpolicy probe -f manifests/ -o json --show-certs >chains.json
      gwpolicy probe -f manifests/ -o jsonl | jq -r 'select(.verdict == "fail").message'
      gwpolicy probe -f manifests/ --watch 30s --metrics /var/lib/node-exporter/gwpolicy.prom
    """
    if rounds is not None and watch is None:
        raise click.UsageError("--rounds is for --watch")
    if watch is not None and form in REPORT_FORMATS:
        raise click.UsageError(f"-o {form} is one report, and --watch makes many; use json")
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    backends = probing.pinned(given.engine().backends(), pins)
    settings = probing.settings(
        backends,
        endpoints,
        limits,
        mode=mode,
        system_ca=system_ca,
        now=at,
        present_certificate=present_certificate,
        http=http,
    )
    counters = _native.ProbeCounters()
    chosen = probing.chosen(backends, endpoints)

    def write_lines(entries: _native.ProbeEntries) -> None:
        part = entries.document(certificates=show_certs, times=at is None)
        for result in part["results"]:
            kind = {"apiVersion": part["apiVersion"], "kind": "ProbeResult"}
            output.write_line({**kind, **result})

    def one_round() -> int:
        entries = probing.run(chosen, settings, write_lines if form == "jsonl" else None)
        if metrics is not None:
            counters.count(entries)
            watching.replace_file(metrics, counters.metrics(entries))
        document = entries.document(certificates=show_certs, times=at is None)
        if form == "jsonl":
            pass  # written already
        elif form == "junit":
            output.write(entries.junit())
        elif form == "sarif":
            output.write_findings(form, entries.findings(given.loaded.objects), given.loaded)
        elif watch is not None and form != "table":
            watching.write_one(document, form)
        else:
            write(form, document, tables.probe_with_certificates if show_certs else tables.probe)
        return 1 if document["summary"]["fail"] else session.status_of_reading(given)

    if watch is None:
        return one_round()
    return watching.repeat(one_round, watch, rounds, titled=form == "table")


@cli.command(cls=Command, short_help="A chain from a file, offline.")
@click.option(
    "--chain",
    metavar="FILE",
    required=True,
    help="PEM or DER: the server's certificates, its own first; - for standard input.",
)
@click.option(
    "--ca",
    metavar="FILE",
    help="PEM or DER: the trust anchors; default is what `System` stands for.",
)
@click.option(
    "--system-ca",
    metavar="FILE",
    help="What `System` stands for; else SSL_CERT_FILE, else this system's.",
)
@click.option(
    "--hostname",
    metavar="NAME",
    help="DNS name that the certificate must have, unless there are --san.",
)
@click.option(
    "--san",
    "sans",
    multiple=True,
    type=SAN,
    help="Name of which the certificate must have one: DNS:, URI: or IP: and the value. Repeats.",
)
@click.option(
    "--certificate-hash",
    "hashes",
    multiple=True,
    metavar="SHA256",
    help="SHA-256 of which the server's own certificate must have one, in hexadecimal. Repeats.",
)
@click.option(
    "--spki-pin",
    "spki_pins",
    multiple=True,
    metavar="BASE64",
    help="The same for SHA-256 of its public key. One of all those that are given must fit. "
    "Repeats.",
)
@click.option("--at", type=TIME, help="Time of verification (RFC 3339); default now.")
@mode_option
@format_option()
def verify(
    chain: str,
    ca: Optional[str],
    system_ca: Optional[str],
    hostname: Optional[str],
    sans: Sequence[tuple[str, str]],
    hashes: Sequence[str],
    spki_pins: Sequence[str],
    at: Optional[datetime.datetime],
    mode: str,
    form: str,
) -> int:
    """Verify a chain from a file against trust and names, without any connection.

    Without --hostname and --san no name is checked. Where the other mode gives the other verdict,
    the output says so.

    Examples:
      gwpolicy verify --chain server.pem --ca ca.pem --hostname example.com
      gwpolicy verify --chain server.pem --ca ca.pem --san URI:spiffe://example.com/web
      gwpolicy verify --chain server.der --mode strict --at 2027-01-01T00:00:00Z
    """
    names = list(sans) or ([("DNS", hostname)] if hostname else [])
    document = _native.verify_chain(
        content.read(chain),
        ca=content.read(ca) if ca else None,
        system_ca=system_ca or "",
        names=names,
        certificate_hashes=list(hashes),
        spki_pins=list(spki_pins),
        at=at,
        mode=mode,
    )
    write(form, document, tables.verify)
    return int(document["verdict"] != "pass")
