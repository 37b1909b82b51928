"""C++ code from .proto files, with the compiler of @com_google_protobuf."""

load("//gwpolicy:copts.bzl", "GWP_VISIBILITY_COPTS")

ProtoSourcesInfo = provider(
    doc = ".proto files that other .proto files may import.",
    fields = {"sources": "depset of File"},
)

def _proto_generate_impl(ctx):
    sources = depset(
        ctx.files.srcs,
        transitive = [d[ProtoSourcesInfo].sources for d in ctx.attr.deps],
    )
    root = ctx.label.workspace_root
    well_known = ctx.files._well_known
    args = ctx.actions.args()
    args.add("--cpp_out=" + (ctx.bin_dir.path + "/" + root if root else ctx.bin_dir.path))
    args.add("-I" + (root or "."))
    args.add("-I" + well_known[0].path.rsplit("/google/protobuf/", 1)[0])
    args.add_all(ctx.files.srcs)
    ctx.actions.run(
        executable = ctx.file._protoc,
        arguments = [args],
        inputs = depset(well_known, transitive = [sources]),
        outputs = ctx.outputs.outs,
        mnemonic = "GwpProtoc",
        progress_message = "Generating C++ of %{label}",
    )
    return [DefaultInfo(files = depset(ctx.outputs.outs)), ProtoSourcesInfo(sources = sources)]

_proto_generate = rule(
    implementation = _proto_generate_impl,
    attrs = {
        "deps": attr.label_list(providers = [ProtoSourcesInfo]),
        "outs": attr.output_list(mandatory = True),
        "srcs": attr.label_list(allow_files = [".proto"], mandatory = True),
        "_protoc": attr.label(
            default = Label("@com_google_protobuf//:protoc"),
            allow_single_file = True,
            cfg = "exec",
        ),
        "_well_known": attr.label(
            default = Label("@com_google_protobuf//:well_known_type_protos"),
            allow_files = [".proto"],
        ),
    },
    output_to_genfiles = False,
)

def gwp_cc_proto_library(name, srcs, deps = [], visibility = None, **kwargs):
    """A cc_library of the messages in `srcs`.

    Args:
      name: of the library. Its headers are `x.pb.h` beside `x.proto`, included by their path from the root.
      srcs: .proto files, which import each other by their path from the root.
      deps: other gwp_cc_proto_library targets whose files these import.
      visibility: of the library.
      **kwargs: for cc_library.
    """
    stems = [s[:-len(".proto")] for s in srcs]
    headers = [s + ".pb.h" for s in stems]
    sources = [s + ".pb.cc" for s in stems]
    _proto_generate(
        name = name + "_generated",
        srcs = srcs,
        outs = headers + sources,
        deps = [d + "_generated" for d in deps],
        visibility = visibility,
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = GWP_VISIBILITY_COPTS + ["-w"],
        visibility = visibility,
        deps = deps + ["@com_google_protobuf//:protobuf"],
        **kwargs
    )
