"""Bad input is a finding with a code: no trace, no hang, and nothing good beside it is lost."""

from __future__ import annotations

import json
import pathlib
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from gwpolicy.testing.backend import Backend, Options
from gwpolicy.testing.manifests import GATEWAY, route
from gwpolicy.testing.pki import Pki
from gwpolicy.testing.processes import free_port

from rig import run

GOOD_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: good
  namespace: default
spec:
  ports:
  - name: https
    port: 443
"""

GOOD_POLICY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: good
  namespace: default
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: good
  validation:
    hostname: good.example.com
    wellKnownCACertificates: System
"""


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture
def good(tmp_path: pathlib.Path) -> pathlib.Path:
    """Gateway, Service, route and policy that must survive whatever stands beside them."""
    items = [*GATEWAY, route("good", "good.example.com", "good")]
    documents = [json.dumps(item) for item in items] + [GOOD_SERVICE, GOOD_POLICY]
    path = tmp_path / "good.yaml"
    path.write_text("\n---\n".join(documents), "utf-8")
    return path


def assert_good_one_resolves(*files: pathlib.Path, system_ca: pathlib.Path) -> None:
    words = [word for file in files for word in ("-f", str(file))]
    backends = run("resolve", *words, "--system-ca", str(system_ca), "-o", "json").json()[
        "backends"
    ]
    mine = [one for one in backends if one["backend"]["name"] == "good"]
    assert [one["mode"] for one in mine] == ["TLS"], backends


@pytest.fixture
def system_ca(pki: Pki, tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "system-ca.pem"
    path.write_text(pki.root("System CA").pem, "ascii")
    return path


# Files that cannot be read.


def nested(depth: int) -> bytes:
    return (
        b'{"apiVersion":"v1","kind":"ConfigMap","metadata":'
        + b'{"a":' * depth
        + b"1"
        + b"}" * depth
        + b"}"
    )


def alias_bomb() -> bytes:
    lines = [
        "apiVersion: v1",
        "kind: ConfigMap",
        "metadata: {name: bomb}",
        "data:",
        "  a0: &a0 [x, x, x, x, x, x, x, x]",
    ]
    for level in range(1, 12):
        lines.append(f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 8)}]")
    return "\n".join(lines).encode()


UNREADABLE = {
    "empty-file": (b"", "Read/Empty", 0),
    "only-comments": (b"# nothing here\n---\n# nor here\n", "Read/Empty", 0),
    "binary-file": (bytes(range(256)) * 64, "Read/Binary", 1),
    "elf-header": (b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 64, "Read/Binary", 1),
    "utf-16": ("apiVersion: v1\n".encode("utf-16"), "Read/Binary", 1),
    "broken-yaml": (b"apiVersion: v1\nkind: [Service\nmetadata: x\n", "Read/Syntax", 1),
    "broken-json": (b'{"apiVersion": "v1", "kind": ', "Read/Syntax", 1),
    "tab-indentation": (b"apiVersion: v1\nkind: Service\nmetadata:\n\tname: a\n", "Read/Syntax", 1),
    "deep-nesting-json": (nested(100_000), "Read/TooDeep", 1),
    "deep-nesting-yaml": (b"a: " + b"[" * 50_000 + b"]" * 50_000, "Read/TooDeep", 1),
    "alias-bomb": (alias_bomb(), "Read/AliasBomb", 1),
    "no-object": (b"just: a mapping\n", "Read/NoObject", 1),
    "a-list": (b"- 1\n- 2\n", "Read/NoObject", 1),
    "a-word": (b"hello\n", "Read/NoObject", 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_is_a_finding(
    name: str, good: pathlib.Path, system_ca: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    content, code, status = UNREADABLE[name]
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(content)
    ran = run("check", "-f", good, "-f", bad, "--system-ca", system_ca, "-o", "json", timeout=20)
    finding = ran.finding(code)
    assert finding["file"].endswith("bad.yaml"), finding
    assert finding["message"] and finding["remedy"]
    assert ran.status == status, ran.out
    assert_good_one_resolves(good, bad, system_ca=system_ca)


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_standard_input_is_a_finding(name: str) -> None:
    content, code, _ = UNREADABLE[name]
    assert code in run("check", "-f", "-", "-o", "json", stdin=content, timeout=20).codes()


def test_missing_file_cannot_be_used(tmp_path: pathlib.Path) -> None:
    ran = run("check", "-f", tmp_path / "nowhere.yaml", "-o", "json", status=2)
    assert "Read/NotFound" in ran.out + ran.err
    assert "nowhere.yaml" in ran.out + ran.err


def test_missing_file_does_not_hide_the_others(
    good: pathlib.Path, system_ca: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    ran = run("check", "-f", good, "-f", tmp_path / "nowhere.yaml", "-o", "json", status=2)
    assert "Read/NotFound" in ran.out + ran.err


def test_huge_file_is_refused_quickly(
    good: pathlib.Path, system_ca: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    huge = tmp_path / "huge.yaml"
    line = b"  key: " + b"x" * 1017 + b"\n"
    with open(huge, "wb") as file:
        file.write(b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: huge}\ndata:\n")
        for _ in range(100):
            file.write(line * 1024)
    assert huge.stat().st_size > 100_000_000
    ran = run("check", "-f", good, "-f", huge, "--system-ca", system_ca, "-o", "json", timeout=30)
    assert ran.finding("Read/TooLarge")["file"].endswith("huge.yaml")
    assert ran.status == 1
    assert ran.seconds < 15
    assert_good_one_resolves(good, huge, system_ca=system_ca)


def test_huge_standard_input_is_refused() -> None:
    ran = run("check", "-f", "-", "-o", "json", stdin=b"# x\n" * 30_000_000, timeout=30)
    assert "Read/TooLarge" in ran.codes()


# Objects that are wrong.


def test_duplicate_key_is_a_finding_with_its_line(
    good: pathlib.Path, system_ca: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  name: b\n", "utf-8")
    ran = run("check", "-f", bad, "-f", good, "--system-ca", system_ca, "-o", "json", status=1)
    finding = ran.finding("Read/DuplicateKey")
    assert finding["line"] == 5
    assert finding["file"].endswith("bad.yaml")
    assert_good_one_resolves(bad, good, system_ca=system_ca)


def test_broken_document_does_not_lose_the_others_of_its_file(
    system_ca: pathlib.Path, good: pathlib.Path
) -> None:
    text = good.read_text("utf-8")
    good.write_text("kind: [broken\n---\n" + text + "\n---\nmetadata: {a: 1, a: 2}\n", "utf-8")
    ran = run("check", "-f", good, "-o", "json", status=1)
    assert "Read/Syntax" in ran.codes()
    assert_good_one_resolves(good, system_ca=system_ca)


def test_two_objects_of_the_same_name_are_a_finding(
    good: pathlib.Path, system_ca: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    again = tmp_path / "again.yaml"
    again.write_text(GOOD_SERVICE, "utf-8")
    ran = run("check", "-f", good, "-f", again, "--system-ca", system_ca, "-o", "json", status=1)
    finding = ran.finding("Attach/DuplicateObject")
    assert finding["object"]["kind"] == "Service" and finding["object"]["name"] == "good"
    assert_good_one_resolves(good, again, system_ca=system_ca)


def test_unknown_field_and_wrong_type_leave_the_object_in_force(
    good: pathlib.Path, system_ca: pathlib.Path
) -> None:
    text = good.read_text("utf-8").replace("    port: 443\n", "    port: 443\n    prot: TCP\n")
    good.write_text(text, "utf-8")
    ran = run("check", "-f", good, "--system-ca", system_ca, "-o", "json", status=1)
    finding = ran.finding("Schema/UnknownField")
    assert finding["fieldPath"].endswith("prot")
    assert finding["line"] > 0 and finding["column"] > 0
    assert_good_one_resolves(good, system_ca=system_ca)


def _trusting(good: pathlib.Path, ca: str, name: str = "broken-ca") -> None:
    """Lets the good policy trust a ConfigMap with this text instead of the system's CAs."""
    text = good.read_text("utf-8").replace(
        "    wellKnownCACertificates: System\n",
        f'    caCertificateRefs:\n    - group: ""\n      kind: ConfigMap\n      name: {name}\n',
    )
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": {"ca.crt": ca},
    }
    good.write_text(text + "\n---\n" + json.dumps(config_map) + "\n", "utf-8")


BROKEN_PEM: dict[str, Callable[[str], str]] = {
    "not-pem": lambda pem: "this is no certificate",
    "empty": lambda pem: "",
    "no-end": lambda pem: pem.replace("-----END CERTIFICATE-----", ""),
    "bad-base64": lambda pem: pem.replace("MII", "M*I"),
    "cut-der": lambda pem: "\n".join(
        [pem.splitlines()[0], pem.splitlines()[1], pem.splitlines()[-1], ""]
    ),
    "a-key": lambda pem: pem.replace("CERTIFICATE", "PUBLIC KEY"),
}


@pytest.mark.parametrize("name", BROKEN_PEM)
def test_broken_pem_fails_closed_with_a_finding(name: str, good: pathlib.Path, pki: Pki) -> None:
    _trusting(good, BROKEN_PEM[name](pki.root("CA").pem))
    ran = run("check", "-f", good, "-o", "json", status=1)
    assert {"Trust/Invalid", "Trust/KeyMissing"} & set(ran.codes()), ran.out
    backends = run("resolve", "-f", good, "-o", "json").json()["backends"]
    assert [one["mode"] for one in backends if one["backend"]["name"] == "good"] == ["FailClosed"]


def test_key_that_does_not_match_its_certificate_is_a_finding(good: pathlib.Path, pki: Pki) -> None:
    root = pki.root("CA")
    one, two = root.leaf("one", ekus=["clientAuth"]), root.leaf("two", ekus=["clientAuth"])
    documents = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "pair", "namespace": "default"},
            "stringData": {"ca.crt": root.pem, "tls.crt": one.pem, "tls.key": two.key_pem},
        },
        {
            "apiVersion": "gateway.kgateway.dev/v1alpha1",
            "kind": "BackendConfigPolicy",
            "metadata": {"name": "good", "namespace": "default"},
            "spec": {
                "targetRefs": [{"group": "", "kind": "Service", "name": "good"}],
                "tls": {"sni": "good.example.com", "secretRef": {"name": "pair"}},
            },
        },
    ]
    text = good.read_text("utf-8").replace(GOOD_POLICY, "")
    good.write_text(text + "\n---\n".join(["", *map(json.dumps, documents)]), "utf-8")
    ran = run("check", "-f", good, "-o", "json", status=1)
    assert "ClientCert/Mismatch" in ran.codes()
    for output in (
        ran,
        run("envoy", "-f", good, "-o", "json"),
        run("resolve", "-f", good, "-o", "yaml"),
    ):
        for line in two.key_pem.splitlines()[1:-1]:
            assert line not in output.out + output.err, "a private key was shown"


# Endpoints that do not answer as they should.


@pytest.fixture
def trusted(good: pathlib.Path, pki: Pki) -> pathlib.Path:
    _trusting(good, pki.root("CA").pem, "ca")
    return good


def probe(manifests: pathlib.Path, address: str, status: int = 1) -> dict[str, Any]:
    ran = run(
        *("probe", "-f", manifests, "--endpoint", f"default/good:443={address}"),
        *("--timeout", "2", "-o", "json"),
        status=status,
        timeout=20,
    )
    assert ran.seconds < 10
    results: list[dict[str, Any]] = ran.json()["results"]
    assert len(results) == 1
    return results[0]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("hang", "Net/Timeout"),
        ("plaintext", "Tls/NotTls"),
        ("garbage", "Tls/NotTls"),
        ("close", "Net/Closed"),
        ("reset", "Net/Reset"),
    ],
)
def test_endpoint_with_a_fault_is_a_verdict(fault: str, code: str, trusted: pathlib.Path) -> None:
    with Backend(Options(fault=fault, time_limit=10)) as backend:
        result = probe(trusted, backend.address)
    assert (result["verdict"], result["code"]) == ("fail", code)
    assert result["message"] and result["remedy"]


def test_unreachable_endpoint_is_a_verdict(trusted: pathlib.Path) -> None:
    result = probe(trusted, f"127.0.0.1:{free_port()}")
    assert (result["verdict"], result["code"]) == ("fail", "Net/Refused")


def test_endpoint_that_drops_packets_is_a_verdict(trusted: pathlib.Path) -> None:
    # TEST-NET-1: nobody has this address. Some networks answer "unreachable" for it.
    result = probe(trusted, "192.0.2.1:443")
    assert result["verdict"] == "fail"
    assert result["code"].startswith("Net/")


# Calls that are wrong.


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["no-such-command"],
        ["check", "-f", "GOOD", "--no-such-flag"],
        ["check", "-f", "GOOD", "-o", "no-such-format"],
        ["check", "-f", "GOOD", "--at", "yesterday"],
        ["check", "-f", "GOOD", "--profile", "no-such-profile"],
        ["envoy", "-f", "GOOD", "--endpoint", "nonsense"],
        ["envoy", "-f", "GOOD", "--endpoint", "default/good:443=127.0.0.1:notaport"],
        ["envoy", "-f", "GOOD", "--gateway", "nowhere/none"],
        ["envoy", "-f", "GOOD", "--listen", "http=127.0.0.1:99999"],
        ["probe", "-f", "GOOD", "--timeout", "soon"],
        ["probe", "-f", "GOOD", "--system-ca", "/nowhere/ca.pem"],
    ],
    ids=lambda words: "_".join(words),
)
def test_wrong_call_ends_with_status_2(words: list[str], good: pathlib.Path) -> None:
    ran = run(*[str(good) if word == "GOOD" else word for word in words], status=2, timeout=20)
    assert ran.err.strip()
    assert ran.out.strip() == "" or ran.out.lstrip().startswith("{")


def test_help_is_no_error() -> None:
    for words in (["--help"], ["check", "--help"], ["probe", "--help"]):
        assert "Usage" in textwrap.dedent(run(*words, status=0).out)
