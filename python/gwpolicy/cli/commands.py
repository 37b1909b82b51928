"""The commands. Each reads its flags, asks the library and writes one document."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Sequence
from typing import Literal, Optional

import click

import gwpolicy
from gwpolicy import GatewayId, _native
from gwpolicy._envoy import choose_gateway
from gwpolicy._places import Endpoint
from gwpolicy.cli import comparing, output, probing, progress, session, tables
from gwpolicy.cli.group import Command, cli, write
from gwpolicy.cli.options import (
    ADDRESS,
    GATEWAY,
    LISTEN,
    PROFILE,
    Listen,
    Pins,
    channel_option,
    endpoint_option,
    files_option,
    format_option,
    input_options,
    pin_options,
    reading_options,
)

FINDINGS_FORMATS = tuple(name for name, _ in _native.findings_formats())


def _found_alone(
    given: session.Input, channel: Literal["standard", "experimental"], shown: progress.Shown
) -> list[gwpolicy.Finding]:
    """What is wrong with the texts, and with each object by itself."""
    objects = given.loaded.objects
    return [*given.loaded.findings, *gwpolicy.validate(objects, channel=channel, progress=shown)]


def _write_findings(form: str, found: Sequence[gwpolicy.Finding], given: session.Input) -> int:
    found = session.in_order(found)
    summary = _native.findings_summary(
        found, objects=len(given.loaded), files=given.loaded.files
    )
    if form == "table":
        page = output.Page()
        tables.findings(page, found, summary)
        page.show()
    else:
        output.write_findings(form, found, given.loaded)
    if given.unusable:
        output.complain("the input cannot be used, or not all of it")
        return 2
    return int(summary["errors"] > 0)


@cli.command(cls=Command, short_help="What the API server would refuse.")
@input_options
@channel_option
@format_option(more=FINDINGS_FORMATS)
def validate(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    channel: Literal["standard", "experimental"],
    form: str,
) -> int:
    """Say what the API server would refuse, object by object.

    Examples:
      gwpolicy validate -f manifests/
      kustomize build . | gwpolicy validate -f - --channel experimental
    """
    with progress.bar("objects") as shown:
        given = session.read(files, namespace, profile, at, system_ca)
        found = _found_alone(given, channel, shown)
    return _write_findings(form, found, given)


@cli.command(cls=Command, short_help="All that is wrong; the one for CI.")
@input_options
@channel_option
@format_option(more=FINDINGS_FORMATS)
def check(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    channel: Literal["standard", "experimental"],
    form: str,
) -> int:
    """Say all that is wrong: what the API server would refuse, policies that do not count, trust
    that has run out, backends without protection.

    Examples:
      gwpolicy check -f manifests/
      gwpolicy check -f manifests/ -o github
      gwpolicy check -f manifests/ --at 2027-01-01T00:00:00Z
    """
    with progress.bar("objects") as shown:
        given = session.read(files, namespace, profile, at, system_ca)
        found = [*_found_alone(given, channel, shown), *given.engine().findings()]
    return _write_findings(form, found, given)


@cli.command(cls=Command, short_help="The effective TLS of every backend port.")
@input_options
@format_option()
def resolve(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    form: str,
) -> int:
    """Show the effective TLS of every backend port: which policy won, what is sent, who is trusted.

    Examples:
      gwpolicy resolve -f manifests/
      gwpolicy resolve -f manifests/ --profile agentgateway -o yaml
    """
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    write(form, _native.backends_document(given.engine().backends()), tables.backends)
    return session.status_of_reading(given)


@cli.command(cls=Command, short_help="Policies with the status that their controller would write.")
@input_options
@click.option(
    "--patch",
    is_flag=True,
    help="Only what differs from the status in the input: a JSON merge patch for each policy.",
)
@format_option()
def status(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    patch: bool,
    form: str,
) -> int:
    """Show the policies with the status that their controller would write.

    As JSON or YAML it is a List of whole objects. With --patch, a JSON merge patch (RFC 7386) for
    the status of each policy that has another in the input, or none.

    Examples:
      gwpolicy status -f manifests/
      gwpolicy status -f manifests/ -o yaml
      gwpolicy status -f manifests/ --patch -o json
    """
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    policies = given.engine().policies()
    if patch:
        write(form, _native.status_patches_document(policies), tables.patches)
    else:
        write(form, _native.status_document(policies), tables.status)
    return session.status_of_reading(given)


@cli.command(cls=Command, short_help="The story of one backend or policy.")
@click.argument("subject", metavar="KIND/NAME[:PORT]")
@input_options
@format_option(more=("dot",))
def explain(
    subject: str,
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    form: str,
) -> int:
    """Tell the story of one backend or policy: which routes lead there, which policies aim at it,
    who won by which rule, what each field became and why.

    KIND is service, backend, backendtlspolicy or backendconfigpolicy, in any case, as a plural, or
    short: svc, be, btlspolicy. Of a policy it says what it aims at, where it is in effect, where
    it lost, to whom and why, and what its controller writes. With -n, the one in that namespace;
    else the one of that name in any. -o dot draws it for Graphviz.

    Examples:
      gwpolicy explain service/nginx:8443 -f manifests/
      gwpolicy explain btlspolicy/nginx-tls-policy -f manifests/ -n default
      gwpolicy explain svc/nginx -f manifests/ -o dot | dot -Tsvg >nginx.svg
    """
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    story = given.engine().explain(subject, namespace=namespace or "")
    if form == "table":
        output.write(output.clean(story.text(output.columns())))
    elif form == "dot":
        output.write(output.clean(story.dot()))
    else:
        output.write_document(story.to_dict(), form)
    return session.status_of_reading(given)


@cli.command(cls=Command, short_help="What is loosened or tightened between two inputs.")
@click.argument("paths", nargs=-1, metavar="[OLD NEW]")
@files_option(required=False)
@reading_options
@click.option(
    "--to-profile",
    type=PROFILE,
    help="See the new side as this controller would; with -f, both sides are the same manifests.",
)
@format_option(more=FINDINGS_FORMATS)
def diff(
    paths: Sequence[str],
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    to_profile: Optional[str],
    form: str,
) -> int:
    """Say of every backend port what changes from OLD to NEW, and whether it is loosened, tightened
    or neither: two sets of manifests, or the same one as two controllers see it.

    Exit status: 0 nothing is loosened; 1 something is; 2 the call or the input could not be used.

    Examples:
      gwpolicy diff before/ after/
      git show main:tls.yaml | gwpolicy diff - tls.yaml -o github
      gwpolicy diff -f manifests/ --profile kgateway --to-profile agentgateway
    """
    comparing.check_call(paths, files, to_profile)
    now = at or datetime.datetime.now(datetime.timezone.utc)
    with progress.bar("objects") as shown:
        old = session.read_for_results(paths[:1] or files, namespace, profile, now, system_ca)
        if paths:
            new = session.read_for_results(paths[1:], namespace, profile, now, system_ca)
            found = [_found_alone(old, "standard", shown), _found_alone(new, "standard", shown)]
        else:
            new, found = old, [[], []]  # the same texts have the same faults
        new = dataclasses.replace(new, profile=to_profile or profile)
        before, after = old.engine(), new.engine()
        changes = _native.diff(
            before.backends(),
            after.backends(),
            before_findings=[*found[0], *before.findings()],
            after_findings=[*found[1], *after.findings()],
        )
    if form in FINDINGS_FORMATS:
        output.write_findings(form, changes.findings(new.loaded.objects), new.loaded)
    else:
        write(form, changes.to_dict(), tables.diff)
    lost = max(session.status_of_reading(old), session.status_of_reading(new))
    return 1 if changes.loosened else lost


@cli.command(cls=Command, short_help="A whole Envoy bootstrap for one Gateway.")
@input_options
@click.option("--gateway", type=GATEWAY, help="The Gateway; needed where the input has several.")
@click.option(
    "--listen",
    "listens",
    multiple=True,
    type=LISTEN,
    help="Where a listener of it listens instead. Repeats.",
)
@endpoint_option
@pin_options
@click.option("--admin", type=ADDRESS, help="Envoy's admin interface; none by default.")
@click.option(
    "--access-log",
    is_flag=True,
    help="Have Envoy write a line for each request to standard output.",
)
@format_option(formats=("yaml", "json"))
def envoy(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    gateway: Optional[GatewayId],
    listens: Sequence[Listen],
    endpoints: Sequence[Endpoint],
    pins: Pins,
    admin: Optional[str],
    access_log: bool,
    form: str,
) -> int:
    """Write a whole bootstrap for one Gateway, as `envoy -c` runs it.

    It holds the private keys that policies and listeners refer to.

    Examples:
      gwpolicy envoy -f manifests/ >envoy.yaml && envoy -c envoy.yaml
      gwpolicy envoy -f manifests/ --gateway infra/http --listen http=127.0.0.1:8080
    """
    given = session.read_for_results(files, namespace, profile, at)
    engine = given.engine()
    chosen = choose_gateway(engine, gateway)
    backends = probing.pinned(engine.backends(), pins)
    bootstrap = gwpolicy.envoy_bootstrap(
        engine,
        chosen.id,
        listen=dict(listens),
        endpoints=probing.known_endpoints(backends, endpoints),
        admin=admin,
        system_ca=_system_ca_for_envoy(system_ca),
        access_log=access_log,
        backends=backends,
    )
    for one in backends:
        if one.gateway == chosen.id and one.mode == "FailClosed":
            output.complain(f"{one.backend} fails closed: {one.reason}: {one.message}")
    output.write_document(bootstrap, form)
    return session.status_of_reading(given)


def _system_ca_for_envoy(system_ca: Optional[str]) -> str:
    """A path where Envoy runs. What exists here is named in full, so that its folder is free."""
    named = system_ca or os.environ.get("SSL_CERT_FILE") or ""
    if os.path.isdir(named):
        raise click.UsageError(f"{named} is a folder, and Envoy takes one file of PEM")
    if os.path.exists(named):
        return os.path.abspath(named)
    if named:
        return named
    try:
        return _native.system_trust_file()
    except gwpolicy.Error:
        return ""
