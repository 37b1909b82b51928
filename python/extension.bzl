"""The extension module of the wheel."""

load("//gwpolicy:copts.bzl", "GWP_COPTS")

def gwp_python_extension(name, srcs, deps = [], copts = [], **kwargs):
    """A Python extension with everything inside that exports its init function and nothing else.

    The file is `<name>.so`. It may be loaded beside any other OpenSSL, BoringSSL or protobuf: all of its own copies are
    hidden. Of Debian's libraries only those of the compiler stay outside: libc, libm, libstdc++, libgcc_s.

    Args:
      name: of the module, as in PYBIND11_MODULE.
      srcs: C++ sources.
      deps: libraries; pybind11 is added.
      copts: in addition to GWP_COPTS.
      **kwargs: for cc_binary.
    """
    native.cc_binary(
        name = name + ".so",
        srcs = srcs,
        additional_linker_inputs = ["//python:exports.lds"],
        copts = GWP_COPTS + ["-fexceptions"] + copts,
        linkopts = [
            "-fuse-ld=bfd",
            "-Wl,--version-script=$(location //python:exports.lds)",
            "-Wl,--gc-sections",
            "-Wl,-z,now",
            "-Wl,-z,relro",
            "-Wl,-z,noexecstack",
        ] + select({
            "//python:optimized": ["-Wl,--strip-all"],
            "//conditions:default": [],
        }),
        # gold lists local thread-local variables among the dynamic symbols; bfd does not, nor does it know --start-lib.
        features = ["-supports_start_end_lib"],
        linkshared = True,
        linkstatic = True,
        deps = deps + ["@pybind11"],
        **kwargs
    )
