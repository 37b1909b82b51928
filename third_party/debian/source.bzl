"""Repositories from Debian's source packages.

Debian's static libraries are not made for shared objects and no sanitizer sees into them, so the library and the
wheel build these dependencies from source. GWPOLICY_DEBIAN_SOURCES may name a folder that already has the packages'
tarballs; nothing is downloaded then.
"""

_DIR = "GWPOLICY_DEBIAN_SOURCES"

def _debian_sources_impl(ctx):
    ctx.file("BUILD.bazel", "exports_files(glob([\"*.tar.*\"]))\n")
    local = ctx.os.environ.get(_DIR)
    if local:
        for entry in ctx.path(local).readdir():
            if ".tar." in entry.basename:
                ctx.symlink(entry, entry.basename)
    else:
        result = ctx.execute(
            ["bash", ctx.path(ctx.attr._fetch)] + ctx.attr.packages,
            timeout = 600,
        )
        if result.return_code:
            fail("downloading Debian source packages failed:\n" + result.stdout + result.stderr)

    # Other repositories refer to this one through a file that is always here.
    index = [e.basename for e in ctx.path(".").readdir() if ".tar." in e.basename]
    ctx.file("index.txt", "\n".join(sorted(index)) + "\n")

debian_sources = repository_rule(
    implementation = _debian_sources_impl,
    attrs = {
        "packages": attr.string_list(mandatory = True),
        "_fetch": attr.label(default = Label("//third_party/debian:fetch_sources.sh")),
    },
    environ = [_DIR],
    doc = "Tarballs of Debian source packages.",
)

def _debian_source_repository_impl(ctx):
    index = ctx.path(ctx.attr.sources)
    names = [n for n in ctx.read(index).split("\n") if n]
    orig = "%s_%s.orig.%s" % (ctx.attr.package, ctx.attr.version, ctx.attr.type)
    if orig not in names:
        fail("Debian offers %s; this build needs %s" % (names, orig))

    # Bazel checks the sum of the upstream tarball; the one with Debian's patches is covered by apt's signature check.
    ctx.download_and_extract(
        url = "file://%s" % index.dirname.get_child(orig),
        sha256 = ctx.attr.sha256,
        stripPrefix = ctx.attr.strip_prefix,
        type = ctx.attr.type,
    )
    if ctx.attr.debian_patches:
        debian = [n for n in names if n.startswith(ctx.attr.package + "_") and ".debian.tar." in n]
        if not debian:
            fail("no debian.tar for " + ctx.attr.package)
        ctx.extract(index.dirname.get_child(debian[0]), output = "_debian")
        for patch in ctx.attr.debian_patches:
            result = ctx.execute(["patch", "-p1", "-s", "-i", "_debian/debian/patches/" + patch])
            if result.return_code:
                fail("%s does not apply:\n%s" % (patch, result.stdout + result.stderr))
        ctx.delete("_debian")
    for label, name in ctx.attr.overlay.items():
        ctx.delete(name)
        ctx.symlink(label, name)
    for program, version in ctx.attr.programs.items():
        found = ctx.which(program)
        if not found:
            fail("%s is not installed; tools/setup installs everything." % program)
        said = ctx.execute([found, "--version"]).stdout.strip()
        if not said.endswith(version):
            fail("%s says '%s'; its code needs the library of the same version, %s" % (found, said, version))
        ctx.symlink(found, "bin/" + program)
    if not ctx.path("WORKSPACE").exists:
        ctx.file("WORKSPACE", "")

debian_source_repository = repository_rule(
    implementation = _debian_source_repository_impl,
    attrs = {
        "debian_patches": attr.string_list(doc = "Patches of Debian's to apply, by name, in order."),
        "overlay": attr.label_keyed_string_dict(doc = "Files of ours, to their place in the repository."),
        "package": attr.string(mandatory = True),
        "programs": attr.string_dict(doc = "Installed programs to link under bin/, and their version."),
        "sha256": attr.string(mandatory = True, doc = "Of the upstream tarball."),
        "sources": attr.label(default = Label("@gwpolicy_debian_sources//:index.txt")),
        "strip_prefix": attr.string(mandatory = True),
        "type": attr.string(default = "tar.gz", doc = "Of the upstream tarball."),
        "version": attr.string(mandatory = True),
    },
    doc = "One source package, unpacked, with our build files.",
)
