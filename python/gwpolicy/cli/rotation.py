"""`timeline` and `rehearse`: what time and a new CA do to the chains that backends send."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal, Optional

import click

from gwpolicy import _native
from gwpolicy._places import Endpoint
from gwpolicy.cli import certificate_tables, content, probing, recordings, session
from gwpolicy.cli.group import Command, cli, write
from gwpolicy.cli.options import (
    Limits,
    endpoint_option,
    format_option,
    input_options,
    mode_option,
    probe_options,
    results_option,
    soon_option,
)


@cli.command(cls=Command, short_help="What expires when, backend by backend.")
@input_options
@click.option("--probe", "probes", is_flag=True, help="Look at the chains that backends send now.")
@results_option
@endpoint_option
@probe_options
@soon_option
@format_option()
def timeline(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    probes: bool,
    results: Optional[str],
    endpoints: Sequence[Endpoint],
    limits: Limits,
    soon: int,
    form: str,
) -> int:
    """List what expires when: the certificates of the chain that is built for each backend, and
    those of its trust bundle. Chains are probed with --probe, or read with --results; without
    either, trust bundles alone are listed.

    Exit status: 0 no chain has run out; 1 one has; 2 the call or the input could not be used.

    Examples:
      gwpolicy timeline -f manifests/ --probe
      gwpolicy timeline -f manifests/ --results chains.json --at 2027-01-01T00:00:00Z
    """
    if probes and results:
        raise click.UsageError("give either --probe or --results, not both")
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    backends = given.engine().backends()
    if results:
        entries = recordings.read(results, backends, system_ca)
    elif probes:
        settings = probing.settings(
            backends,
            endpoints,
            limits,
            mode="envoy",
            system_ca=system_ca,
            now=at,
        )
        entries = probing.run(probing.chosen(backends, endpoints), settings)
    else:
        entries = _native.ProbeEntries(system_ca=system_ca or "")
    document = entries.timeline(backends, now=at, soon=datetime.timedelta(days=soon))
    write(form, document, certificate_tables.timeline)
    return 1 if document["summary"]["expired"] else session.status_of_reading(given)


@cli.command(cls=Command, short_help="Whether every chain survives a new CA, or a date.")
@input_options
@click.option(
    "--new-ca",
    metavar="FILE",
    help="PEM or DER: what takes the place of the CA bundle of every policy.",
)
@click.option("--keep-old", is_flag=True, help="The old CA bundles stay beside the new one.")
@results_option
@endpoint_option
@probe_options
@mode_option
@format_option()
def rehearse(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    new_ca: Optional[str],
    keep_old: bool,
    results: Optional[str],
    endpoints: Sequence[Endpoint],
    limits: Limits,
    mode: Literal["envoy", "strict"],
    form: str,
) -> int:
    """Say whether the chain that each backend sends would still be accepted after a rotation of
    the CA and at the time of --at: the verdict now, the verdict then, and if not, why. Chains are
    probed, or read with --results. Policies that trust System keep what they have.

    Exit status: 0 every chain is accepted then; 1 one is not, or none was seen; 2 the call or the
    input could not be used.

    Examples:
      gwpolicy rehearse -f manifests/ --new-ca next-ca.pem --at 2027-01-01T00:00:00Z
      gwpolicy rehearse -f manifests/ --new-ca next-ca.pem --keep-old --results chains.json
      gwpolicy rehearse -f manifests/ --at 2027-01-01T00:00:00Z
    """
    if new_ca is None and at is None:
        raise click.UsageError("give --new-ca, --at or both: else there is nothing to rehearse")
    if keep_old and new_ca is None:
        raise click.UsageError("--keep-old is for --new-ca")
    bundle = content.read(new_ca) if new_ca else None
    # The manifests are those of today; only the chains are judged at another time.
    given = session.read_for_results(files, namespace, profile, None, system_ca)
    backends = given.engine().backends()
    if results:
        entries = recordings.read(results, backends, system_ca)
    else:
        settings = probing.settings(
            backends,
            endpoints,
            limits,
            mode=mode,
            system_ca=system_ca,
            now=None,
        )
        entries = probing.run(probing.chosen(backends, endpoints), settings)
    document = entries.rehearsal(new_ca=bundle, keep_old=keep_old, then=at, mode=mode)
    write(form, document, certificate_tables.rehearsal)
    summary = document["summary"]
    failed = summary["breaks"] + summary["broken"] + summary["unknown"]
    return 1 if failed else session.status_of_reading(given)
