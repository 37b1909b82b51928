"""Documents about certificates as tables. They take what `-o json` writes, nothing else."""

from __future__ import annotations

import datetime
from typing import Optional

from gwpolicy.cli.output import LEVEL_STYLE, Cell, Page
from gwpolicy.cli.tables import (
    VERDICT_STYLE,
    Document,
    Row,
    backend_text,
    count,
    gateway_text,
)

VALIDITY_STYLE = {"expired": "bold red", "notYetValid": "bold red", "soon": "yellow", "valid": ""}
EFFECT_STYLE = {
    "works": "green",
    "breaks": "bold red",
    "repaired": "green",
    "broken": "bold red",
    "unknown": "yellow",
}
_BAR = 10
_HASH = 12


def trust(page: Page, document: Document) -> None:
    """A table a bundle, and what is wrong with it."""
    for number, bundle in enumerate(document["bundles"]):
        if number:
            page.line()
        _bundle(page, bundle)
    summary = document["summary"]
    if len(document["bundles"]) > 1:
        page.line()
        counts = [count(summary["errors"], "error"), count(summary["warnings"], "warning")]
        certificates = count(summary["certificates"], "certificate")
        page.line(f"{', '.join(counts)} ({certificates} in {summary['bundles']} bundles)")


def _bundle(page: Page, bundle: Document) -> None:
    certificates = bundle["certificates"]
    place = bundle["path"] if bundle["path"] != bundle["source"] else ""
    if place and bundle["line"]:
        place = f"{place}:{bundle['line']}"
    page.line(
        (bundle["source"], "bold"),
        f" in {place}" if place else "",
        f": {count(len(certificates), 'certificate')}" if bundle["usable"] else ": not usable",
    )
    if certificates:
        rows: list[Row] = []
        for one in certificates:
            rows.append(
                [
                    one["subject"] or "-",
                    one["notAfter"] or "-",
                    (_days(one["daysLeft"]), VALIDITY_STYLE[one["validity"]]),
                    one["key"],
                    "yes" if one["isCa"] else ("no", "yellow"),
                    one["sha256"][:_HASH],
                    str(one["line"] or "-"),
                ]
            )
        page.table(["SUBJECT", "EXPIRES", "DAYS", "KEY", "CA", "SHA-256", "LINE"], rows)
    for note in bundle["notes"]:
        line = f" line {note['line']}" if note["line"] else ""
        page.line(
            (note["level"], LEVEL_STYLE[note["level"]]),
            f" {note['code']}{line}: {note['message']}",
        )
        page.line("  ", (f"-> {note['remedy']}", "dim"))


def timeline(page: Page, document: Document) -> None:
    """A row a certificate of a backend, soonest first, and a line that counts."""
    entries = document["entries"]
    if not entries:
        page.line("nothing expires: no backend has TLS with a trust bundle")
        return
    rows: list[Row] = []
    for one in entries:
        certificate = one["certificate"]
        style = VALIDITY_STYLE[one["validity"]]
        rows.append(
            [
                backend_text(one["backend"]),
                one["role"],
                certificate["subject"] or "-",
                certificate["notAfter"] or "-",
                (_days(one["daysLeft"]), style),
                (_left(certificate, document["at"]), style),
            ]
        )
    page.table(["BACKEND", "ROLE", "SUBJECT", "EXPIRES", "DAYS", "LEFT"], rows)
    page.line()
    summary = document["summary"]
    page.line(
        f"on chains: {summary['expired']} expired, {summary['notYetValid']} not yet valid, "
        f"{summary['soon']} soon, {summary['valid']} valid"
    )
    if not sum(summary.values()):
        page.line("no chains were looked at; give --probe or --results")


def rehearsal(page: Page, document: Document) -> None:
    """A row a chain, then why it would not be accepted."""
    results = document["results"]
    if not results:
        page.line("nothing to rehearse: no backend has TLS")
        return
    rows: list[Row] = []
    for one in results:
        rows.append(
            [
                gateway_text(one["gateway"]),
                backend_text(one["backend"]),
                one["endpoint"] or "-",
                _verdict(one["now"]),
                _verdict(one["then"]),
                (one["effect"], EFFECT_STYLE[one["effect"]]),
                one["code"] or "-",
            ]
        )
    page.table(["GATEWAY", "BACKEND", "ENDPOINT", "NOW", "THEN", "EFFECT", "CODE"], rows)
    for one in results:
        if not one["code"]:
            continue
        endpoint = f" at {one['endpoint']}" if one["endpoint"] else ""
        page.line()
        page.line(
            (one["effect"], EFFECT_STYLE[one["effect"]]),
            f" {one['code']} {backend_text(one['backend'])}{endpoint}",
        )
        page.line("  ", one["message"])
        page.line("  ", (f"-> {one['remedy']}", "dim"))
    page.line()
    counts = ", ".join(f"{number} {effect}" for effect, number in document["summary"].items())
    page.line(f"at {document['then']}: {counts}")


def _days(days: Optional[int]) -> str:
    return "-" if days is None else str(days)


def _left(certificate: Document, at: str) -> str:
    """How much of its time is left, as a bar."""
    if not certificate["notBefore"] or not certificate["notAfter"]:
        return "-"
    begin, end, now = (
        datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
        for text in (certificate["notBefore"], certificate["notAfter"], at)
    )
    whole = (end - begin).total_seconds()
    part = (end - now).total_seconds() / whole if whole > 0 else 0
    cells = min(max(round(part * _BAR), 0 if part <= 0 else 1), _BAR)
    return "#" * cells + "." * (_BAR - cells)


def _verdict(judged: Optional[Document]) -> Cell:
    if judged is None:
        return "-"
    return (judged["verdict"], VERDICT_STYLE[judged["verdict"]])
