"""Documents as tables and lists for people. They take what `-o json` writes, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gwpolicy import Finding, to_yaml
from gwpolicy.cli.output import LEVEL_STYLE, Cell, Page, place

MODE_STYLE = {"TLS": "green", "Plaintext": "yellow", "FailClosed": "bold red"}
EFFECT_STYLE = {"loosened": "bold red", "tightened": "green", "neutral": "dim"}
VERDICT_STYLE = {"pass": "green", "fail": "bold red", "skipped": "dim"}

Document = Mapping[str, Any]
Row = list[Cell]


def findings(page: Page, found: Sequence[Finding], summary: Mapping[str, int]) -> None:
    """A paragraph a finding, as compilers do, and a line that counts."""
    for finding in found:
        about = str(finding.object)
        if finding.field_path:
            about = f"{about} {finding.field_path}".strip()
        page.line(place(finding), (finding.level, LEVEL_STYLE[finding.level]), f" {finding.code}")
        if about:
            page.line("  ", (about, "bold"))
        page.line("  ", finding.message)
        if finding.remedy:
            page.line("  ", (f"-> {finding.remedy}", "dim"))
        page.line()
    counts = [count(summary[f"{level}s"], level) for level in ("error", "warning", "info")]
    looked_at = f"{count(summary['objects'], 'object')} in {count(summary['files'], 'file')}"
    page.line(f"{', '.join(counts)} ({looked_at})")


def backends(page: Page, document: Document) -> None:
    """A row a backend port and Gateway, and why those that fail closed do."""
    entries = document["backends"]
    if not entries:
        page.line("no backends")
        return
    rows: list[Row] = []
    for one in entries:
        tls = one["tls"] or {}
        rows.append(
            [
                gateway_text(one["gateway"]),
                backend_text(one["backend"]),
                (one["mode"], MODE_STYLE[one["mode"]]),
                tls.get("sni", "") or "-",
                _trust(tls),
                _names(tls),
                _sources(one["provenance"]),
            ]
        )
    page.table(["GATEWAY", "BACKEND", "MODE", "SNI", "TRUST", "NAMES", "FROM"], rows)
    closed = [one for one in entries if one["mode"] == "FailClosed"]
    if closed:
        page.line()
    for one in closed:
        page.line(
            (backend_text(one["backend"]), "bold"),
            f" fails closed: {one['reason']}: {one['message']}",
        )


def status(page: Page, document: Document) -> None:
    """A row a condition."""
    rows: list[Row] = []
    for policy in document["items"]:
        metadata = policy["metadata"]
        name = f"{policy['kind']} {metadata.get('namespace', '')}/{metadata['name']}"
        ancestors = policy["status"]["ancestors"]
        if not ancestors:
            rows.append([name, "-", "-", "-", "-", "no controller writes a status"])
        for ancestor in ancestors:
            ref = ancestor["ancestorRef"]
            target = "/".join(part for part in (ref.get("namespace", ""), ref["name"]) if part)
            for condition in ancestor.get("conditions", []):
                value = condition["status"]
                style = {"True": "green", "False": "bold red"}.get(value, "yellow")
                rows.append(
                    [
                        name,
                        f"{ref.get('kind', 'Gateway')} {target}",
                        condition["type"],
                        (value, style),
                        condition.get("reason", ""),
                        condition.get("message", ""),
                    ]
                )
    if not rows:
        page.line("no policies")
        return
    page.table(["POLICY", "ANCESTOR", "CONDITION", "STATUS", "REASON", "MESSAGE"], rows)


def patches(page: Page, document: Document) -> None:
    """A paragraph a policy, with its patch as YAML."""
    if not document["patches"]:
        page.line("no status is to be written")
    for number, one in enumerate(document["patches"]):
        if number:
            page.line()
        about = one["object"]
        page.line((f"{about['kind']} {about['namespace']}/{about['name']}", "bold"))
        for line in to_yaml(one["patch"]).splitlines():
            page.line("  ", line)


def diff(page: Page, document: Document) -> None:
    """A paragraph a backend, what is loosened first; then the new findings and a line that counts."""
    for effect in EFFECT_STYLE:
        for one in document["changes"]:
            if one["effect"] == effect:
                _changed(page, one)
    for finding in document["newFindings"]:
        _new_finding(page, finding)
    if document["newFindings"]:
        page.line()
    summary = document["summary"]
    counts = [f"{summary[name]} {name}" for name in (*EFFECT_STYLE, "unchanged")]
    new = count(summary["newFindings"], "new finding")
    page.line(f"{', '.join(counts)}; {new}, {summary['goneFindings']} gone")


def probe(page: Page, document: Document) -> None:
    """A row a handshake, then what failed, why and what to do."""
    _probed(page, document, with_certificates=False)


def probe_with_certificates(page: Page, document: Document) -> None:
    """The same, and the certificates that each backend sent."""
    _probed(page, document, with_certificates=True)


def _probed(page: Page, document: Document, with_certificates: bool) -> None:
    results = document["results"]
    if not results:
        page.line("nothing to probe: no Gateway reaches a backend")
        return
    rows: list[Row] = []
    asked = any(one["http"] for one in results)
    for one in results:
        tls = one["tls"] or {}
        status = (one["http"] or {}).get("status")
        rows.append(
            [
                gateway_text(one["gateway"]),
                backend_text(one["backend"]),
                one["endpoint"] or "-",
                (one["verdict"], VERDICT_STYLE[one["verdict"]]),
                one["code"] or "-",
                tls.get("version") or "-",
                tls.get("sni") or "-",
                *([str(status or "-")] if asked else []),
            ]
        )
    columns = ["GATEWAY", "BACKEND", "ENDPOINT", "VERDICT", "CODE", "TLS", "SNI"]
    page.table([*columns, "STATUS"] if asked else columns, rows)
    for one in results:
        if one["verdict"] == "fail":
            _failed(page, one)
        for warning in one["warnings"]:
            page.line()
            page.line(("warning", LEVEL_STYLE["warning"]), f" {warning['code']} ", _endpoint(one))
            page.line("  ", warning["message"])
    if with_certificates:
        for one in results:
            if one["chain"]:
                page.line()
                page.line(("chain", "bold"), " of ", _endpoint(one))
                sent_chain(page, one["chain"])
    page.line()
    page.line(
        ", ".join(
            f"{document['summary'][verdict]} {verdict}" for verdict in ("pass", "fail", "skipped")
        )
    )


def verify(page: Page, document: Document) -> None:
    """The verdict, and every reason."""
    page.line((document["verdict"], VERDICT_STYLE[document["verdict"]]))
    if document["matchedPin"]:
        page.line("  pinned as ", document["matchedPin"])
    if document["modesDiffer"]:
        page.line("  ", ("the other mode gives the other verdict", LEVEL_STYLE["warning"]))
    for kind, style in (("errors", "error"), ("warnings", "warning")):
        for one in document[kind]:
            depth = f" at depth {one['depth']}" if one["depth"] >= 0 else ""
            page.line("  ", (one["code"], LEVEL_STYLE[style]), f"{depth}: {one['message']}")
            page.line("    ", (f"-> {one['remedy']}", "dim"))


def sent_chain(page: Page, certificates: Sequence[Document]) -> None:
    """A paragraph a certificate as a server sent it, its own first."""
    for depth, one in enumerate(certificates):
        page.line(f"  {depth}  {one['subject'] or '-'}")
        kind = "CA" if one["isCa"] else "no CA"
        until = f"until {one['notAfter'] or '-'}"
        facts = [until, one["key"], kind]
        if depth > 0:
            facts.append(f"SHA-256 {one['sha256'][:12]}")
        lines = [", ".join(facts), f"issued by {one['issuer'] or '-'}"]
        if depth == 0:  # what can be pinned, to be copied
            lines += [f"SHA-256 {one['sha256']}", f"SPKI hash {one['spkiSha256']}"]
        if one["subjectAltNames"]:
            lines.append(", ".join(one["subjectAltNames"]))
        for line in lines:
            page.line("     ", (line, "dim"))


def gateway_text(gateway: Any) -> str:
    return f"{gateway['namespace']}/{gateway['name']}" if gateway else "-"


def backend_text(backend: Document) -> str:
    port = f":{backend['port']}" if backend["port"] else ""
    return f"{backend['kind']} {backend['namespace']}/{backend['name']}{port}"


def _changed(page: Page, one: Document) -> None:
    where = f" through {gateway_text(one['gateway'])}" if one["gateway"] else ", not routed"
    what = "" if one["change"] == "changed" else f", {one['change']}"
    page.line(
        (one["effect"], EFFECT_STYLE[one["effect"]]),
        " and tightened " if one["mixed"] else " ",
        (backend_text(one["backend"]), "bold"),
        f"{where}{what}",
    )
    for reason in one["reasons"]:
        page.line("  ", reason)
    width = max(len(field["field"]) for field in one["fields"])
    for field in one["fields"]:
        before, after = field["before"], field["after"]
        values = f"{before['value'] or '-'} -> {after['value'] or '-'}"
        if before["value"] == after["value"]:
            values = f"{after['value']}, as before"
        page.line(f"    {field['field']:<{width}}  ", (values, EFFECT_STYLE[field["effect"]]))
        for verb, side in (("was", before), ("is", after)):
            if side["from"]:
                page.line(f"    {'':<{width}}  ", (f"{verb} from {_source(side['from'])}", "dim"))
    page.line()


def _new_finding(page: Page, finding: Document) -> None:
    about = finding["object"]
    name = "/".join(part for part in (about["namespace"], about["name"]) if part)
    whose = f"{about['kind']} {name}: " if name else ""
    level = finding["level"]
    page.line("new ", (level, LEVEL_STYLE[level]), f" {finding['code']} ", whose, finding["message"])


def _source(source: Document) -> str:
    text = f"{source['kind']} {source['namespace']}/{source['name']}"
    return f"{text} {source['fieldPath']}".rstrip()


def _failed(page: Page, one: Document) -> None:
    page.line()
    page.line(("fail", VERDICT_STYLE["fail"]), f" {one['code']} ", _endpoint(one))
    page.line("  ", one["message"])
    page.line("  ", (f"-> {one['remedy']}", "dim"))
    for failure in one["failures"][1:]:
        page.line("  also ", failure["code"], ": ", failure["message"])


def _endpoint(one: Document) -> str:
    endpoint = f" at {one['endpoint']}" if one["endpoint"] else ""
    return f"{backend_text(one['backend'])}{endpoint}"


def _trust(tls: Document) -> str:
    if not tls:
        return "-"
    trust = tls["trust"]
    if trust["source"] != "bundle":
        return str(trust["source"])
    return count(len(trust["certificates"]), "CA")


def _names(tls: Document) -> str:
    if not tls:
        return "-"
    if tls["names"]["unchecked"]:
        return "any"
    return ", ".join(name["value"] for name in tls["names"]["accepted"]) or "none"


def _sources(provenance: Iterable[Document]) -> str:
    """The policies that decided, each once."""
    names: dict[str, None] = {}
    for one in provenance:
        source = one["from"]
        if source["kind"].endswith("Policy"):
            names.setdefault(f"{source['kind']} {source['namespace']}/{source['name']}")
    return ", ".join(names) or "-"


def count(number: int, noun: str) -> str:
    """ "1 CA", "2 CAs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
