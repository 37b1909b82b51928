"""The installed wheel: what it exports, what it needs, and how it lives beside other libraries' OpenSSL and protobuf."""

import importlib.util
import itertools
import json
import os
import pathlib
import struct
import subprocess
import sys

import pytest

MODULE = "gwpolicy._native"
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "backend_tls"
MANIFESTS = [EXAMPLES / "base", EXAMPLES / "expired-guide-ca"]
# Of the compiler and the C library; every Linux that runs the interpreter has them.
ALLOWED_LIBRARIES = (
    "ld-linux",
    "libc.so",
    "libgcc_s.so",
    "libm.so",
    "libpthread.so",
    "libstdc++.so",
)


@pytest.fixture(scope="module")
def extension():
    spec = importlib.util.find_spec(MODULE)
    assert spec is not None, f"{MODULE} is not installed"
    return pathlib.Path(spec.origin)


class Elf:
    """As much of a 64-bit little-endian ELF file as these tests ask about: the dynamic section and its symbols."""

    SHT_DYNSYM, DT_NEEDED, DT_RUNPATH, DT_RPATH, DT_FLAGS = 11, 1, 29, 15, 30
    DF_BIND_NOW = 8

    def __init__(self, path):
        self.data = path.read_bytes()
        assert self.data[:6] == b"\x7fELF\x02\x01", "not a 64-bit little-endian ELF file"
        offset, _, _, _, _, size, count, _ = struct.unpack_from("<QIHHHHHH", self.data, 0x28)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + i * size) for i in range(count)]

    def _string(self, table, index):
        start = self.sections[table][4] + index
        return self.data[start : self.data.index(b"\0", start)].decode()

    def defined_symbols(self):
        """Every named symbol of the dynamic table that this file defines, whatever its binding."""
        for _, kind, _, _, offset, size, link, _, _, entry in self.sections:
            if kind != self.SHT_DYNSYM:
                continue
            for at in range(offset, offset + size, entry):
                name, _, _, section, _, _ = struct.unpack_from("<IBBHQQ", self.data, at)
                if name and section:
                    yield self._string(link, name)

    def dynamic(self):
        """(tag, value) pairs; a value that names a string is that string."""
        for _, kind, _, _, offset, size, link, _, _, entry in self.sections:
            if kind != 6:  # SHT_DYNAMIC
                continue
            for at in range(offset, offset + size, entry):
                tag, value = struct.unpack_from("<QQ", self.data, at)
                if tag == 0:
                    return
                names = tag in (self.DT_NEEDED, self.DT_RUNPATH, self.DT_RPATH)
                yield tag, self._string(link, value) if names else value


def test_exports_nothing_but_the_init_function(extension):
    assert list(Elf(extension).defined_symbols()) == ["PyInit__native"]


def test_needs_no_library_but_those_of_the_compiler(extension):
    needed = [value for tag, value in Elf(extension).dynamic() if tag == Elf.DT_NEEDED]
    assert needed, "no dynamic section read"
    assert [name for name in needed if not name.startswith(ALLOWED_LIBRARIES)] == []


def test_searches_no_folder_of_the_build_machine(extension):
    assert [value for tag, value in Elf(extension).dynamic() if tag in (Elf.DT_RUNPATH, Elf.DT_RPATH)] == []


def test_resolves_every_symbol_when_it_is_loaded(extension):
    flags = [value for tag, value in Elf(extension).dynamic() if tag == Elf.DT_FLAGS]
    assert flags and flags[0] & Elf.DF_BIND_NOW


def test_carries_no_symbol_table_for_a_debugger(extension):
    symtab = 2
    assert symtab not in [section[1] for section in Elf(extension).sections]


# Each imports one library and uses it for real, so that its own OpenSSL, BoringSSL or protobuf is at work.
LIBRARIES = {
    "gwpolicy": """
import json, os
import gwpolicy
from gwpolicy import _native
loaded = gwpolicy.load(*os.environ["GWPOLICY_MANIFESTS"].split(os.pathsep))
engine = gwpolicy.Engine()
engine.apply(loaded.objects)
engine.resolve()
assert "Trust/Expired" in [finding.code for finding in engine.findings()], "no certificate was parsed"
bootstrap = json.loads(_native.envoy_bootstrap(engine.gateways()[0], engine.backends()))
names = [cluster["name"] for cluster in bootstrap["static_resources"]["clusters"]]
assert "kube_default_nginx_8443" in names, names
""",
    "ssl": """
import ssl
context = ssl.create_default_context()
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
connection = context.wrap_bio(incoming, outgoing, server_hostname="example.com")
try:
    connection.do_handshake()
except ssl.SSLWantReadError:
    pass
assert outgoing.read()[0] == 22, "no TLS handshake record"
""",
    "cryptography": """
import datetime
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
start = datetime.datetime(2026, 1, 1)
made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
from cryptography.hazmat.primitives.serialization import Encoding
parsed = x509.load_pem_x509_certificate(made.public_bytes(Encoding.PEM))
assert parsed.serial_number == 7
""",
    "grpc": """
import grpc
channel = grpc.secure_channel("127.0.0.1:1", grpc.ssl_channel_credentials())
try:
    channel.unary_unary("/a/b")(b"", timeout=0.01)
    raise AssertionError("nobody listens there")
except grpc.RpcError as error:
    assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
channel.close()
""",
    "protobuf": """
from google.protobuf import any_pb2, json_format, struct_pb2
message = struct_pb2.Struct()
message["k"] = [1, "two"]
packed = any_pb2.Any()
packed.Pack(message)
unpacked = struct_pb2.Struct()
assert packed.Unpack(unpacked) and json_format.MessageToDict(unpacked) == {"k": [1.0, "two"]}
""",
}

# The parent imports nothing: each order runs in a process of its own, forked before the first import.
RUNNER = """
import itertools, json, os, sys, traceback
sys.path[:] = [p for p in sys.path if p]
work = json.load(sys.stdin)
bad = []
pending = {}
def reap():
    pid, status = os.wait()
    order = pending.pop(pid)
    if status:
        bad.append([order, os.waitstatus_to_exitcode(status)])
for order in work["orders"]:
    if len(pending) >= (os.cpu_count() or 1):
        reap()
    pid = os.fork()
    if pid == 0:
        try:
            for name in order:
                exec(compile(work["libraries"][name], name, "exec"), {})
            for name in reversed(order):
                exec(compile(work["libraries"][name], name, "exec"), {})
        except BaseException:
            sys.stderr.write(" ".join(order) + "\\n" + traceback.format_exc())
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    pending[pid] = order
while pending:
    reap()
json.dump(bad, sys.stdout)
"""


def orders_with(first):
    """Eight of the 24 orders with one library first: each of the others comes second, and each comes last."""
    rest = [name for name in LIBRARIES if name != first]
    return [[first, *others] for others in itertools.permutations(rest)][::3]


@pytest.mark.parametrize("first", LIBRARIES)
def test_works_beside_other_libraries_whichever_is_imported_first(first):
    orders = orders_with(first)
    assert len(orders) == 8
    assert {order[1] for order in orders} == {order[-1] for order in orders} == set(LIBRARIES) - {first}
    work = json.dumps({"libraries": LIBRARIES, "orders": orders})
    environment = {**os.environ, "GWPOLICY_MANIFESTS": os.pathsep.join(map(str, MANIFESTS))}
    result = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [], result.stderr
