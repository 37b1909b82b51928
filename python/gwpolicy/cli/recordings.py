"""Results that `gwpolicy probe` wrote: one document with all of them, or a document a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

import gwpolicy
from gwpolicy import BackendTls, _native
from gwpolicy.cli import content, output

# Where something stands, for people, and what.
_Placed = tuple[str, Any]


def read(
    path: str, backends: Sequence[BackendTls], system_ca: Optional[str]
) -> _native.ProbeEntries:
    """The results of a file of `probe -o json` or `-o jsonl`, made with --show-certs; says which
    backends are not known. A document a line is also what --watch writes: of an endpoint that is
    there several times, the last result counts.
    """
    documents = _documents(path, content.read(path))
    parts = [(place, _results(place, document)) for place, document in documents]

    def entries(results: Sequence[Any]) -> tuple[_native.ProbeEntries, list[str]]:
        document = {"kind": "ProbeResults", "results": results}
        return _native.recorded_probe(document, backends, system_ca=system_ca or "")

    try:
        found, unknown = entries(parts[0][1] if len(parts) == 1 else _last(parts))
    except gwpolicy.InvalidArgumentError:
        for place, results in parts:
            try:
                entries(results)
            except gwpolicy.InvalidArgumentError as error:
                raise _unusable(place, str(error)) from None
        raise
    for one in unknown:
        output.complain(f"{path}: {one}: the input asks for no TLS there, so it is left out")
    return found


def _documents(path: str, text: bytes) -> list[_Placed]:
    try:
        return [(path, json.loads(text))]
    except (ValueError, RecursionError) as error:
        whole = _no_json(path, 1, error)
    documents: list[_Placed] = []
    broken: Optional[gwpolicy.Error] = None
    for number, line in enumerate(text.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            documents.append((f"{path}:{number}", json.loads(line)))
        except (ValueError, RecursionError) as error:
            broken = broken or _no_json(path, number, error)
    # Lines of a broken document over many lines may be JSON too, but no whole document.
    if not any(isinstance(one, dict) and "kind" in one for _, one in documents):
        raise whole
    if broken is not None:
        raise broken
    return documents


def _results(place: str, document: Any) -> list[dict[str, Any]]:
    match document:
        case {"kind": "ProbeResult"}:
            return [document]
        case {"kind": "ProbeResults", "results": [*results]}:
            if all(isinstance(one, dict) for one in results):
                return results
    raise _unusable(
        place,
        "these are no results of `gwpolicy probe -o json --show-certs`, nor of -o jsonl: kind is "
        "not ProbeResults or ProbeResult",
    )


def _last(parts: Sequence[tuple[str, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for _, results in parts:
        for one in results:
            found[json.dumps([one.get(key) for key in ("gateway", "backend", "endpoint")])] = one
    return list(found.values())


def _no_json(path: str, number: int, error: Exception) -> gwpolicy.Error:
    """`number` is the line with which the text begins that was read."""
    if isinstance(error, json.JSONDecodeError):
        place = f"{path}:{number + error.lineno - 1}:{error.colno}"
        return _unusable(place, f"this is no JSON: {error.msg}")
    return _unusable(f"{path}:{number}", f"this is no JSON: {error}")


def _unusable(place: str, why: str) -> gwpolicy.Error:
    return gwpolicy.InvalidArgumentError(f"{place}: {why}", "INVALID_ARGUMENT")
