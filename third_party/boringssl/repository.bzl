"""@boringssl from the sources that the crate boring-sys carries.

GWPOLICY_BORINGSSL_DIR may name a BoringSSL tree (one with gen/sources.bzl) to be used instead. A consumer that has an
@boringssl of its own declares it before gwpolicy_dependencies().
"""

_DIR = "GWPOLICY_BORINGSSL_DIR"
_TREE = ["crypto", "gen", "include", "pki", "ssl", "third_party", "LICENSE"]

def _stub(ctx, name, version):
    ctx.file("cargo/stub/%s/lib.rs" % name, "")
    ctx.file("cargo/stub/%s/Cargo.toml" % name, """[package]
name = "{name}"
version = "{version}"
edition = "2021"
[lib]
path = "lib.rs"
[features]
runtime = []
""".format(name = name, version = version))

def _vendor(ctx):
    cargo = ctx.os.environ.get("CARGO") or ctx.which("cargo")
    if not cargo:
        fail("no cargo on PATH; tools/setup installs one, or set %s" % _DIR)

    # Only the sources of one crate are wanted. What it would need to be built is replaced by empty crates, so that
    # nothing else is fetched.
    patches = []
    for name, version in ctx.attr.stubs.items():
        _stub(ctx, name, version)
        patches.append('%s = { path = "stub/%s" }' % (name, name))
    ctx.file("cargo/lib.rs", "")
    ctx.file("cargo/Cargo.toml", """[package]
name = "sources"
version = "0.0.0"
edition = "2021"
[lib]
path = "lib.rs"
[dependencies]
boring-sys = "={version}"
[patch.crates-io]
{patches}
[workspace]
""".format(version = ctx.attr.version, patches = "\n".join(patches)))
    result = ctx.execute(
        [cargo, "vendor", "--quiet", "--versioned-dirs", "vendor"],
        working_directory = "cargo",
        timeout = 600,
    )
    if result.return_code:
        fail("cargo vendor failed:\n" + result.stdout + result.stderr)
    crate = "cargo/vendor/boring-sys-" + ctx.attr.version
    if '"package":"%s"' % ctx.attr.sha256 not in ctx.read(crate + "/.cargo-checksum.json"):
        fail("boring-sys %s does not have the expected checksum %s" % (ctx.attr.version, ctx.attr.sha256))
    return ctx.path(crate + "/deps/boringssl")

def _boringssl_impl(ctx):
    given = ctx.os.environ.get(_DIR)
    tree = ctx.path(given) if given else _vendor(ctx)
    if not tree.get_child("gen").get_child("sources.bzl").exists:
        fail("%s has no gen/sources.bzl" % tree)
    for name in _TREE:
        ctx.symlink(tree.get_child(name), name)
    ctx.symlink(ctx.attr._build, "BUILD.bazel")
    ctx.file("WORKSPACE", 'workspace(name = "%s")\n' % ctx.name)

boringssl_repository = repository_rule(
    implementation = _boringssl_impl,
    attrs = {
        "sha256": attr.string(mandatory = True, doc = "Of the crate, as the registry gives it."),
        "stubs": attr.string_dict(doc = "Crates that are not fetched, and a version that satisfies the requirement."),
        "version": attr.string(mandatory = True),
        "_build": attr.label(default = Label("//third_party/boringssl:boringssl.BUILD")),
    },
    environ = [_DIR, "CARGO"],
    doc = "BoringSSL, static and hidden.",
)
