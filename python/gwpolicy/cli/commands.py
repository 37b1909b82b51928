"""The commands. Each reads its flags, asks the library and writes one document."""

from __future__ import annotations

import dataclasses
import datetime
import inspect
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Optional

import click

import gwpolicy
from gwpolicy import GatewayId, _native
from gwpolicy._envoy import choose_gateway
from gwpolicy._places import Endpoint
from gwpolicy.cli import comparing, output, probing, progress, session, tables, verifying
from gwpolicy.cli.options import (
    ADDRESS,
    GATEWAY,
    LISTEN,
    PROFILE,
    SAN,
    SECONDS,
    TIME,
    Listen,
    channel_option,
    endpoint_option,
    files_option,
    format_option,
    input_options,
    mode_option,
    reading_options,
)

FINDINGS_FORMATS = tuple(name for name, _ in _native.findings_formats())


class Command(click.Command):
    """Keeps the line breaks of the examples in its help."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        text, _, examples = inspect.cleandoc(self.help or "").partition("\n\nExamples:\n")
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in text.split("\n\n"):
                formatter.write_text(" ".join(paragraph.split()))
                formatter.write_paragraph()
        if examples:
            with formatter.section("Examples"):
                for line in examples.splitlines():
                    formatter.write(
                        f"{'':>{formatter.current_indent}}{line.strip()}\n"
                        if line.strip()
                        else "\n"
                    )


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 nothing wrong; 1 findings of level error, or a verdict fail; 2 the call "
    "or the input could not be used.",
)
@click.version_option(gwpolicy.__version__, prog_name="gwpolicy", message="%(prog)s %(version)s")
def cli() -> None:
    """Which TLS a Kubernetes Gateway speaks to its backends, and whether the handshake works."""


def _found_alone(
    given: session.Input, channel: Literal["standard", "experimental"], shown: progress.Shown
) -> list[gwpolicy.Finding]:
    """What is wrong with the texts, and with each object by itself."""
    objects = given.loaded.objects
    return [*given.loaded.findings, *gwpolicy.validate(objects, channel=channel, progress=shown)]


def _write_findings(form: str, found: Sequence[gwpolicy.Finding], given: session.Input) -> int:
    found = session.in_order(found)
    objects, files = len(given.loaded), given.loaded.files
    summary = _native.findings_summary(found, objects=objects, files=files)
    if form == "table":
        page = output.Page()
        tables.findings(page, found, summary)
        page.show()
    else:
        text = _native.findings_text(
            form, found, objects=objects, files=files, version=gwpolicy.__version__
        )
        if text:
            output.write(text)
    if given.unusable:
        output.complain("the input cannot be used, or not all of it")
        return 2
    return int(summary["errors"] > 0)


def _write(form: str, document: Mapping[str, Any], table: Any) -> None:
    if form != "table":
        output.write_document(document, form)
        return
    page = output.Page()
    table(page, document)
    page.show()


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
    _write(form, _native.backends_document(given.engine().backends()), tables.backends)
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
        _write(form, _native.status_patches_document(policies), tables.patches)
    else:
        _write(form, _native.status_document(policies), tables.status)
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
        text = _native.findings_text(
            form,
            changes.findings(new.loaded.objects),
            objects=len(new.loaded),
            files=new.loaded.files,
            version=gwpolicy.__version__,
        )
        if text:
            output.write(text)
    else:
        _write(form, changes.to_dict(), tables.diff)
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
    bootstrap = gwpolicy.envoy_bootstrap(
        engine,
        chosen.id,
        listen=dict(listens),
        endpoints=probing.known_endpoints(engine.backends(), endpoints),
        admin=admin,
        system_ca=_system_ca_for_envoy(system_ca),
        access_log=access_log,
    )
    for one in engine.backends():
        if one.gateway == chosen.id and one.mode == "FailClosed":
            output.complain(f"{one.backend} fails closed: {one.reason}: {one.message}")
    output.write_document(bootstrap, form)
    return session.status_of_reading(given)


def _system_ca_for_envoy(system_ca: Optional[str]) -> str:
    """A path where Envoy runs. What exists here is named in full, so that its folder is free."""
    named = system_ca or os.environ.get("SSL_CERT_FILE") or ""
    if os.path.exists(named):
        return os.path.abspath(named)
    if named:
        return named
    try:
        return _native.check_system_trust("")
    except gwpolicy.Error:
        return ""


@cli.command(cls=Command, short_help="The handshakes that the Gateways would make.")
@input_options
@endpoint_option
@click.option("--timeout", type=SECONDS, default="5", show_default=True, help="For each handshake.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 4096),
    default=64,
    show_default=True,
    metavar="N",
    help="Handshakes at the same time.",
)
@mode_option
@format_option()
def probe(
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    endpoints: Sequence[Endpoint],
    timeout: float,
    concurrency: int,
    mode: Literal["envoy", "strict"],
    form: str,
) -> int:
    """Make the handshakes that the Gateways would make, from here, and say of each whether it
    works and if not, why.

    Backends that no Gateway reaches are left out, unless --endpoint names them or there is
    nothing else.

    Examples:
      gwpolicy probe -f manifests/
      gwpolicy probe -f manifests/ --endpoint default/nginx:8443=127.0.0.1:8443 --timeout 2s
    """
    given = session.read_for_results(files, namespace, profile, at, system_ca)
    backends = given.engine().backends()
    places = probing.known_endpoints(backends, endpoints)
    with progress.bar("handshakes") as shown:
        document = gwpolicy.probe(
            probing.chosen(backends, endpoints),
            endpoints=places,
            timeout=timeout,
            concurrency=concurrency,
            mode=mode,
            system_ca=system_ca,
            now=at,
            progress=shown,
        )
    _write(form, document, tables.probe)
    return 1 if document["summary"]["fail"] else session.status_of_reading(given)


@cli.command(cls=Command, short_help="A chain from a file, offline.")
@click.option(
    "--chain", metavar="FILE", required=True, help="PEM: the server's certificates, its own first."
)
@click.option(
    "--ca", metavar="FILE", help="PEM: the trust anchors; default is what `System` stands for."
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
@click.option("--at", type=TIME, help="Time of verification (RFC 3339); default now.")
@mode_option
@format_option()
def verify(
    chain: str,
    ca: Optional[str],
    system_ca: Optional[str],
    hostname: Optional[str],
    sans: Sequence[tuple[str, str]],
    at: Optional[datetime.datetime],
    mode: str,
    form: str,
) -> int:
    """Verify a chain from a file against trust and names, without any connection.

    Without --hostname and --san no name is checked.

    Examples:
      gwpolicy verify --chain server.pem --ca ca.pem --hostname example.com
      gwpolicy verify --chain server.pem --ca ca.pem --san URI:spiffe://example.com/web
    """
    names = list(sans) or ([("DNS", hostname)] if hostname else [])
    document = _native.verify_chain(
        verifying.certificates_of(verifying.read_file(chain)),
        ca=verifying.read_file(ca) if ca else None,
        system_ca=system_ca or "",
        names=names,
        at=at,
        mode=mode,
    )
    _write(form, document, tables.verify)
    return int(document["verdict"] != "pass")
