"""Manifests from files, folders, globs, standard input and texts."""

from __future__ import annotations

import dataclasses
import glob
import itertools
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Union

from gwpolicy import _native
from gwpolicy._errors import NotFoundError
from gwpolicy._native import Finding, Object

Path = Union[str, "os.PathLike[str]"]


@dataclasses.dataclass(frozen=True)
class Loaded:
    """What was read: the objects, in order, and what is wrong with the text."""

    objects: tuple[Object, ...]
    findings: tuple[Finding, ...]
    files: int

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)


def load(*paths: Union[Path, Iterable[Path]], namespace: str = "default") -> Loaded:
    """Reads files, folders with everything below them, globs, and ``-`` for standard input.

    namespace  of objects that name none and are not cluster-scoped

    What cannot be read is a finding (``Read/NotFound`` and so on); all else is still there.
    """
    objects: list[Object] = []
    findings: list[Finding] = []
    files = 0
    for is_input, group in itertools.groupby(_expanded(paths), lambda path: path == "-"):
        if is_input:
            result = _native.load_text(standard_input(), file="-", namespace=namespace)
        else:
            result = _native.load_paths(list(group), namespace=namespace)
        objects += result.objects
        findings += result.findings
        files += result.files
    findings += _native.duplicate_findings(objects)
    return Loaded(tuple(objects), tuple(findings), files)


def standard_input() -> bytes:
    """All that is left of it; an error where it is closed."""
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise NotFoundError(f"<stdin>: {error.strerror}", "NOT_FOUND") from None


def loads(text: Union[str, bytes], *, file: str = "", namespace: str = "default") -> Loaded:
    """Reads a text of YAML or JSON documents. ``file`` is the name that findings carry."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    result = _native.load_text(data, file=file, namespace=namespace)
    findings = (*result.findings, *_native.duplicate_findings(result.objects))
    return Loaded(tuple(result.objects), findings, result.files)


def _expanded(paths: Iterable[Union[Path, Iterable[Path]]]) -> list[str]:
    """The paths in order, each once, with globs replaced by what they match."""
    flat: list[str] = []
    for one in paths:
        if isinstance(one, (str, os.PathLike)):
            flat.append(os.fspath(one))
        else:
            flat += [os.fspath(path) for path in one]
    expanded: dict[str, None] = {}
    for path in flat:
        matches = []
        if glob.has_magic(path) and not os.path.exists(path):
            matches = sorted(glob.glob(path, recursive=True))
        # A glob that matches nothing stays as it is, so that the reader reports it.
        for match in matches or [path]:
            expanded.setdefault(match)
    return list(expanded)
