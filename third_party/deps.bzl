"""Every dependency, by version and checksum.

A repository that the consumer has declared already wins: call gwpolicy_dependencies() after your own.
"""

load("//third_party:overlay.bzl", "overlay_repository")
load("//third_party/boringssl:repository.bzl", "boringssl_repository")
load("//third_party/debian:source.bzl", "debian_source_repository", "debian_sources")
load("//third_party/python:repository.bzl", "local_python")

def _maybe(rule, name, **kwargs):
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

def _bazel_rules():
    """What Bazel itself and the build files of dependencies load; all of it is in Debian's packages."""
    _maybe(
        overlay_repository,
        name = "rules_cc",
        files = {
            Label("//third_party/rules_cc:defs.bzl"): "cc/defs.bzl",
            Label("//third_party/rules_cc:rules_cc.BUILD"): "cc/BUILD.bazel",
        },
    )
    _maybe(
        overlay_repository,
        name = "remote_coverage_tools",
        files = {Label("//third_party/remote_coverage_tools:remote_coverage_tools.BUILD"): "BUILD.bazel"},
    )
    _maybe(
        overlay_repository,
        name = "platforms",
        files = {
            Label("//third_party/platforms:cpu.BUILD"): "cpu/BUILD.bazel",
            Label("//third_party/platforms:os.BUILD"): "os/BUILD.bazel",
        },
    )
    _maybe(native.local_repository, name = "rules_java", path = "/usr/share/bazel/rules/java")
    _maybe(native.local_repository, name = "rules_proto", path = "/usr/share/bazel/rules/proto")
    _maybe(native.local_repository, name = "bazel_skylib", path = "/usr/share/bazel/tools/skylib")

def gwpolicy_dependencies():
    """Declares what the library, the wheel, the tests and the benchmarks are built from."""
    _bazel_rules()

    _maybe(
        debian_sources,
        name = "gwpolicy_debian_sources",
        packages = ["abseil", "libyaml", "nghttp2", "protobuf", "simdjson", "zlib"],
    )
    _maybe(
        debian_source_repository,
        name = "com_google_absl",
        package = "abseil",
        version = "20220623.1",
        sha256 = "abfe2897f3a30edaa74bc34365afe3c2a3cd012091a97dc7e008f7016adcd5fe",
        strip_prefix = "abseil-20220623.1",
        debian_patches = ["CVE-2025-0838.patch"],
    )
    _maybe(
        debian_source_repository,
        name = "com_google_protobuf",
        package = "protobuf",
        version = "3.21.12",
        sha256 = "930c2c3b5ecc6c9c12615cf5ad93f1cd6e12d0aba862b572e076259970ac3a53",
        strip_prefix = "protobuf-3.21.12",
        overlay = {
            Label("//third_party/protobuf:protobuf.BUILD"): "BUILD.bazel",
            Label("//third_party/protobuf:sources.bzl"): "gwpolicy_sources.bzl",
        },
        programs = {"protoc": "3.21.12"},
    )
    _maybe(
        debian_source_repository,
        name = "libyaml",
        package = "libyaml",
        version = "0.2.5",
        sha256 = "fa240dbf262be053f3898006d502d514936c818e422afdcf33921c63bed9bf2e",
        strip_prefix = "libyaml-0.2.5",
        overlay = {Label("//third_party/libyaml:libyaml.BUILD"): "BUILD.bazel"},
    )
    _maybe(
        debian_source_repository,
        name = "nghttp2",
        package = "nghttp2",
        version = "1.52.0",
        sha256 = "6b71561a9950b4a90fa36aa3160763f1437f3730d7a12434e416aa3f4ab145e0",
        strip_prefix = "nghttp2-1.52.0",
        debian_patches = [
            "CVE-2023-44487.patch",
            "0001-Limit-CONTINUATION-frames-following-an-incoming-HEAD.patch",
            "0002-Add-nghttp2_option_set_max_continuations.patch",
            "CVE-2026-27135.patch",
        ],
        overlay = {Label("//third_party/nghttp2:nghttp2.BUILD"): "BUILD.bazel"},
    )
    _maybe(
        debian_source_repository,
        name = "simdjson",
        package = "simdjson",
        version = "3.0.1",
        sha256 = "156b1bc5eb0561b2bd166b46d191fd3d95a3e709cc63761477d3b7aec2b6e9ed",
        strip_prefix = "simdjson-3.0.1",
        overlay = {Label("//third_party/simdjson:simdjson.BUILD"): "BUILD.bazel"},
    )
    _maybe(
        debian_source_repository,
        name = "zlib",
        package = "zlib",
        version = "1.2.13.dfsg",
        sha256 = "71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
        strip_prefix = "zlib-1.2.13.dfsg",
        type = "tar.bz2",
        overlay = {Label("//third_party/zlib:zlib.BUILD"): "BUILD.bazel"},
    )
    _maybe(
        boringssl_repository,
        name = "boringssl",
        version = "5.4.0",
        sha256 = "4986392770df40d11d0d6294b0dd8399570f4a6e76d6953c7a34f7dd1defbd76",
        stubs = {
            "bindgen": "0.72.99",
            "cmake": "0.1.999",
            "fs_extra": "1.99.0",
            "fslock": "0.2.99",
        },
    )

    _maybe(
        overlay_repository,
        name = "com_google_googletest",
        links = {
            "/usr/src/googletest/googletest": "googletest",
            "/usr/src/googletest/googlemock": "googlemock",
        },
        files = {Label("//third_party/googletest:googletest.BUILD"): "BUILD.bazel"},
        remedy = "install libgtest-dev and libgmock-dev",
    )
    _maybe(
        overlay_repository,
        name = "com_github_google_benchmark",
        links = {"/usr/include/benchmark": "include/benchmark"},
        files = {Label("//third_party/benchmark:benchmark.BUILD"): "BUILD.bazel"},
        remedy = "install libbenchmark-dev",
    )
    _maybe(
        overlay_repository,
        name = "pybind11",
        links = {"/usr/include/pybind11": "include/pybind11"},
        files = {Label("//third_party/pybind11:pybind11.BUILD"): "BUILD.bazel"},
        remedy = "install pybind11-dev",
    )
    _maybe(local_python, name = "local_python")
