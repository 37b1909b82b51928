#!/usr/bin/env python3
"""Checks every #include and every BUILD dependency against the table in gwpolicy/layers.bzl.

Bazel's visibility stops a layer from naming a target that it may not use, but with g++ a header that is reached through
another target still compiles. This test reads the includes themselves. It runs on the tree, under Bazel or on its own:

    bazel test //tests:layers_test
    python3 tests/layers_test.py
"""

from __future__ import annotations

import os
import pathlib
import re
import unittest
from collections.abc import Iterator
from typing import Any, Optional

ROOT = pathlib.Path(os.path.realpath(__file__)).parent.parent
USERS = ("bench", "examples", "python")
SOURCES = (".c", ".cc", ".h", ".inc")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
LAYER_OF_INCLUDE = re.compile(r"gwpolicy/([a-z0-9_]+)/")
# Any label of a target inside the library; `load` statements name .bzl files and are taken out first.
INTERNAL_LABEL = re.compile(r'"((?:@gwpolicy)?//gwpolicy[/:][^"]*)"')
LOAD = re.compile(r"^load\(.*?\)", re.MULTILINE | re.DOTALL)


def read_table() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Returns MAY_USE and FENCED_HEADERS; the part of Starlark in use there is also Python."""
    scope: dict[str, Any] = {}
    path = ROOT / "gwpolicy" / "layers.bzl"
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), scope)  # our own file
    return scope["MAY_USE"], scope["FENCED_HEADERS"]


MAY_USE, FENCED_HEADERS = read_table()


def fence_of(header: str) -> Optional[str]:
    """Returns the layer that alone may include a header, or None."""
    if header.endswith(".pb.h"):
        return FENCED_HEADERS["google/protobuf/"]
    for prefix, layer in FENCED_HEADERS.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            return layer
    return None


def faults_of_source(path: str, text: str) -> list[str]:
    """Returns what is wrong with the includes of one file of the library, a user or a test, as sentences."""
    parts = pathlib.PurePosixPath(path).parts
    # What we are measured against has nothing of ours inside, and another library than the one that is fenced.
    if parts[0] == "tests" or parts[:2] == ("bench", "peers"):
        return []
    layer = parts[1] if parts[0] == "gwpolicy" and len(parts) > 2 else None
    faults = []
    for quoted, angled in INCLUDE.findall(text):
        header = quoted or angled
        used = LAYER_OF_INCLUDE.match(header)
        if used and layer and used[1] != layer and used[1] not in MAY_USE.get(layer, []):
            faults.append(f"{path}: includes {header}, but {layer}/ may not use {used[1]}/")
        owner = fence_of(header)
        if owner and layer != owner:
            faults.append(f"{path}: includes {header}, which belongs to {owner}/ alone")
        elif owner and not path.endswith(".cc"):
            faults.append(f"{path}: includes {header}; only a .cc file may")
        elif quoted and layer and path.endswith((".h", ".inc")):
            if not quoted.startswith(("gwpolicy/", "absl/")):
                faults.append(f"{path}: includes {header}; a header shows nothing but our own and abseil's")
    return faults


def faults_of_build_file(path: str, text: str) -> list[str]:
    """Returns what is wrong with one BUILD file of a layer or of a user."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] in USERS:
        labels = INTERNAL_LABEL.findall(LOAD.sub("", text))
        return [f"{path}: names {label}; a user sees the public aliases of the root only" for label in labels]
    if parts[0] != "gwpolicy" or len(parts) < 3:
        return []
    faults = []
    if f'users_of("{parts[1]}")' not in text:
        faults.append(f'{path}: default_visibility is not users_of("{parts[1]}")')
    if not re.search(r'features = \[\s*"layering_check"', text):
        faults.append(f'{path}: has no features = ["layering_check"]')
    return faults


def files_below(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(ROOT).as_posix()


class TableTest(unittest.TestCase):
    def test_every_folder_of_the_library_is_a_layer(self) -> None:
        folders = {p.name for p in (ROOT / "gwpolicy").iterdir() if p.is_dir() and any(p.rglob("BUILD.bazel"))}
        self.assertLessEqual(folders, set(MAY_USE))

    def test_a_layer_uses_layers_only_and_never_in_a_circle(self) -> None:
        left = {layer: set(used) for layer, used in MAY_USE.items()}
        self.assertLessEqual(set().union(*left.values()), set(left))
        while left:
            free = {layer for layer, used in left.items() if not used & set(left)}
            self.assertTrue(free, f"these layers use each other: {sorted(left)}")
            left = {layer: used for layer, used in left.items() if layer not in free}


class TreeTest(unittest.TestCase):
    def test_every_include_is_allowed(self) -> None:
        paths = [p for p in files_below("gwpolicy", *USERS) if p.endswith(SOURCES)]
        self.assertTrue(paths, "found no sources; wrong root?")
        faults = [f for p in paths for f in faults_of_source(p, (ROOT / p).read_text(encoding="utf-8"))]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def test_every_build_file_keeps_to_its_layer(self) -> None:
        paths = [p for p in files_below("gwpolicy", *USERS) if p.endswith(("/BUILD.bazel", "/BUILD"))]
        faults = [f for p in paths for f in faults_of_build_file(p, (ROOT / p).read_text(encoding="utf-8"))]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


class CheckerTest(unittest.TestCase):
    """The checker finds what it is for, and lets the rest pass."""

    def assert_fault(self, path: str, line: str, expected: str) -> None:
        faults = faults_of_source(path, line + "\n")
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0])

    def test_an_include_to_the_right_is_a_fault(self) -> None:
        self.assert_fault("gwpolicy/tls/a.cc", '#include "gwpolicy/envoy/b.h"', "may not use envoy/")
        self.assert_fault("gwpolicy/tls/a.h", '  #  include "gwpolicy/api/b.h"', "may not use api/")

    def test_an_include_of_a_used_layer_passes(self) -> None:
        self.assertEqual(faults_of_source("gwpolicy/resolve/x/a.cc", '#include "gwpolicy/tls/values.h"\n'), [])
        self.assertEqual(faults_of_source("gwpolicy/tls/a.h", '#include "gwpolicy/tls/values.h"\n'), [])

    def test_a_fenced_header_outside_its_layer_is_a_fault(self) -> None:
        self.assert_fault("gwpolicy/probe/a.cc", "#include <openssl/ssl.h>", "belongs to tls/")
        self.assert_fault("gwpolicy/report/a.cc", '#include "google/protobuf/message.h"', "belongs to envoy/")
        self.assert_fault("gwpolicy/report/a.cc", '#include "gwpolicy/report/x.pb.h"', "belongs to envoy/")
        self.assert_fault("gwpolicy/api/a.cc", "#include <yaml.h>", "belongs to manifest/")
        self.assert_fault("python/a.cc", '#include "simdjson.h"', "belongs to manifest/")

    def test_a_fenced_header_in_a_header_of_its_own_layer_is_a_fault(self) -> None:
        self.assert_fault("gwpolicy/tls/a.h", '#include "openssl/ssl.h"', "only a .cc file may")
        self.assertEqual(faults_of_source("gwpolicy/tls/a.cc", '#include "openssl/ssl.h"\n'), [])

    def test_a_header_shows_no_third_party_type_but_abseil(self) -> None:
        self.assert_fault("gwpolicy/c/a.h", '#include "pybind11/pybind11.h"', "nothing but our own")
        self.assertEqual(faults_of_source("gwpolicy/c/a.h", '#include "absl/status/status.h"\n#include <map>\n'), [])

    def test_tests_see_everything(self) -> None:
        self.assertEqual(faults_of_source("tests/tls/a.cc", '#include "openssl/ssl.h"\n'), [])

    def test_only_programs_of_others_have_openssl(self) -> None:
        self.assertEqual(faults_of_source("bench/peers/a.cc", "#include <openssl/ssl.h>\n"), [])
        self.assert_fault("bench/a.cc", "#include <openssl/ssl.h>", "belongs to tls/")

    def test_a_user_names_public_aliases_only(self) -> None:
        build = 'load("//gwpolicy:copts.bzl", "GWP_COPTS")\ncc_binary(name = "x", deps = ["%s"])\n'
        self.assertEqual(faults_of_build_file("examples/x/BUILD.bazel", build % "//:engine"), [])
        self.assertEqual(len(faults_of_build_file("examples/x/BUILD.bazel", build % "//gwpolicy/resolve:engine")), 1)

    def test_a_layer_without_its_visibility_is_a_fault(self) -> None:
        good = 'package(default_visibility = users_of("tls"), features = ["layering_check"])\n'
        self.assertEqual(faults_of_build_file("gwpolicy/tls/BUILD.bazel", good), [])
        self.assertEqual(len(faults_of_build_file("gwpolicy/api/BUILD.bazel", good)), 1)
        self.assertEqual(len(faults_of_build_file("gwpolicy/tls/BUILD.bazel", "")), 2)


if __name__ == "__main__":
    unittest.main()
