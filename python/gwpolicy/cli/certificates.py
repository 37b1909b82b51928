"""`trust` and `suggest`: what certificates there are, and what a policy for them would be."""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
import os
import re
from collections.abc import Sequence
from typing import Any, Optional

import click

import gwpolicy
from gwpolicy import Object, _native
from gwpolicy._places import Address
from gwpolicy.cli import certificate_tables, content, output, session
from gwpolicy.cli.group import Command, cli, write
from gwpolicy.cli.options import (
    HOST_PORT,
    SECONDS,
    SERVICE,
    TIME,
    files_option,
    format_option,
    reading_options,
    soon_option,
)

_KEY = "ca.crt"
_KINDS = {"configmap": "ConfigMap", "cm": "ConfigMap", "secret": "Secret"}


@cli.group(short_help="What is in trust bundles.")
def trust() -> None:
    """What is in trust bundles."""


@trust.command(cls=Command, short_help="The certificates of bundles, and what is wrong with them.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@files_option(required=False)
@reading_options
@soon_option
@format_option()
def show(
    sources: Sequence[str],
    files: Sequence[str],
    namespace: Optional[str],
    profile: Optional[str],
    at: Optional[datetime.datetime],
    system_ca: Optional[str],
    soon: int,
    form: str,
) -> int:
    """Show the certificates of trust bundles, when they end, and all that is wrong with them.

    SOURCE is a file (PEM or DER, - for standard input), ConfigMap/NAMESPACE/NAME or
    Secret/NAMESPACE/NAME of the manifests that -f names, or `system`. Files are read as Envoy
    reads them, objects as the controller of --profile does (default kgateway).

    Exit status: 0 nothing is wrong, or only warnings; 1 a bundle has errors or is not there;
    2 the call or a file could not be used.

    Examples:
      gwpolicy trust show ca.pem
      gwpolicy trust show ConfigMap/default/ca -f manifests/
      gwpolicy trust show system --soon 90 -o json
    """
    loaded: Sequence[Object] = ()
    status = 0
    if files:
        given = session.read_for_results(files, namespace, profile, at)
        loaded, status = given.loaded.objects, session.status_of_reading(given)
    entries = [
        _source(one, loaded, namespace or "default", profile or "kgateway", system_ca)
        for one in sources
    ]
    document = _native.trust_document(entries, now=at, soon=datetime.timedelta(days=soon))
    write(form, document, certificate_tables.trust)
    return 1 if document["summary"]["errors"] else status


def _source(
    text: str, objects: Sequence[Object], namespace: str, profile: str, system_ca: Optional[str]
) -> _native.TrustSource:
    if text == "system":
        return _native.TrustSource.system(system_ca or "")
    parts = text.split("/")
    kind = _KINDS.get(parts[0].lower())
    if kind is None or len(parts) not in (2, 3) or os.path.exists(text):
        return _native.TrustSource.file(text, content.read(text))
    where = parts[1] if len(parts) == 3 else namespace
    return _object(kind, where, parts[-1], objects, profile)


def _object(
    kind: str, namespace: str, name: str, objects: Sequence[Object], profile: str
) -> _native.TrustSource:
    source = f"{kind}/{namespace}/{name}"
    for one in objects:
        if (one.kind, one.namespace, one.name) != (kind, namespace, name) or one.group:
            continue
        text = _bundle_of(one)
        if text is None:
            return _native.TrustSource.missing(
                source, "Trust/KeyMissing", f"{kind} {namespace}/{name} has no key {_KEY}"
            )
        line, _ = one.position(f"data.{_KEY}")
        return _native.TrustSource.object(
            source, path=one.file, line=line, content=text, profile=profile
        )
    return _native.TrustSource.missing(
        source, "Trust/NotFound", f"the manifests have no {kind} {namespace}/{name}"
    )


def _bundle_of(holder: Object) -> Optional[bytes]:
    """What stands under the key; a CA certificate is public, wherever it is kept."""
    fields = holder.to_dict(reveal_secrets=True)
    plain = fields.get("stringData" if holder.kind == "Secret" else "data") or {}
    if _KEY in plain:
        return str(plain[_KEY]).encode("utf-8", "surrogatepass")
    encoded = fields.get("data" if holder.kind == "Secret" else "binaryData") or {}
    if _KEY not in encoded:
        return None
    try:
        return base64.b64decode(encoded[_KEY])
    except binascii.Error:
        return b""


@cli.command(cls=Command, short_help="The policy that would verify what a server sends.")
@click.argument("address", type=HOST_PORT, metavar="HOST:PORT")
@click.option(
    "--service",
    type=SERVICE,
    help="What the policy is for; default is a guess from the host name.",
)
@click.option(
    "--hostname",
    metavar="NAME",
    help="DNS name that the certificate must have; default is the host, else a name that it has.",
)
@click.option(
    "--sni", metavar="NAME", help="Server name to send; default --hostname, else the host."
)
@click.option(
    "--no-system",
    is_flag=True,
    help="Give a CA bundle also where the system's CAs vouch for the server.",
)
@click.option(
    "--system-ca",
    metavar="FILE",
    help="PEM file that `System` stands for; else SSL_CERT_FILE, else this system's.",
)
@click.option("--timeout", type=SECONDS, default="5", show_default=True, help="For the handshake.")
@click.option("--at", type=TIME, help="Judge certificates as of this time (RFC 3339); default now.")
@format_option(formats=("yaml", "json"))
def suggest(
    address: Address,
    service: Optional[tuple[str, str, str]],
    hostname: Optional[str],
    sni: Optional[str],
    no_system: bool,
    system_ca: Optional[str],
    timeout: float,
    at: Optional[datetime.datetime],
    form: str,
) -> int:
    """Look at the certificates that a server sends, and write the BackendTLSPolicy and the
    ConfigMap that would verify them.

    This is trust on first use: whoever answers now is who the policy trusts. Compare the hash
    of the CA with what its owner publishes before using it. What is odd is told on standard error.

    Exit status: 0 the policy accepts what was seen; 1 it does not, or nothing was seen; 2 the call
    could not be used.

    Examples:
      gwpolicy suggest nginx.example.com:8443 --service default/nginx:https >policy.yaml
      gwpolicy suggest 10.0.0.12:8443 --hostname example.com --service default/nginx
    """
    name = sni or hostname or ("" if _is_address(address.host) else address.host)
    for tls13 in (False, True):  # Envoy's client stops at TLS 1.2
        entries = _native.capture(
            *address, sni=name, timeout=timeout, tls13=tls13, system_ca=system_ca or ""
        )
        result = entries.document()["results"][0]
        if result["chain"] or not result["code"].startswith("Tls/"):
            break
    if not result["chain"]:
        output.complain(f"{result['code']}: {result['message']}")
        return 1
    namespace, target, section = service or ("default", "", "")
    document = entries.suggestion(
        host=address.host,
        namespace=namespace,
        service=target,
        section=section,
        hostname=hostname or (name if sni else ""),
        use_system=not no_system,
        now=at,
    )
    notes = _notes(document, address, guessed=service is None)
    for line in notes:
        click.echo(f"# {output.clean(line, keep='')}", err=True)
    if form == "json":
        output.write_document(document, form)
    elif document["objects"]:
        head = "".join(f"# {output.clean(line, keep='')}\n" for line in _origin(document, address))
        output.write(head + "---\n".join(gwpolicy.to_yaml(one) for one in document["objects"]))
    return int(document["verdict"] != "pass")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(re.sub(r"%.*", "", host))
    except ValueError:
        return False
    return True


def _origin(document: dict[str, Any], address: Address) -> list[str]:
    """Whence the trust comes, in words that stay with the manifest."""
    where = f"{address.host}:{address.port}"
    if document["trust"] == "System":
        return [f"From what {where} sent; the system's CAs vouch for it."]
    return [
        f"From what {where} sent. Trust on first use: nobody else vouches for it.",
        "Compare the CA with what its owner publishes before you use this.",
    ]


def _notes(document: dict[str, Any], address: Address, *, guessed: bool) -> list[str]:
    lines = _origin(document, address)
    if guessed and document["objects"]:
        target = document["objects"][0]["spec"]["targetRefs"][0]["name"]
        lines.append(f"The Service default/{target} is a guess; name it with --service.")
    for one in document["warnings"]:
        lines += [f"{one['code']}: {one['message']}", f"  -> {one['remedy']}"]
    return lines
