"""Repositories made of files that are already on this machine."""

def _overlay_repository_impl(ctx):
    for path, name in ctx.attr.links.items():
        found = ctx.path(path)
        if not found.exists:
            fail("%s is missing; %s. tools/setup installs everything." % (path, ctx.attr.remedy))
        ctx.symlink(found, name)
    for label, name in ctx.attr.files.items():
        ctx.symlink(label, name)
    ctx.file("WORKSPACE", 'workspace(name = "%s")\n' % ctx.name)

overlay_repository = repository_rule(
    implementation = _overlay_repository_impl,
    attrs = {
        "files": attr.label_keyed_string_dict(doc = "Files of ours, to their place in the repository."),
        "links": attr.string_dict(doc = "Absolute paths, to their place in the repository."),
        "remedy": attr.string(doc = "What to do when a path is missing."),
    },
    local = True,
    doc = "Links files and folders into a repository.",
)
