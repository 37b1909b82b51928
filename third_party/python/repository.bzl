"""Headers of the Python interpreter that will load the extension."""

_PYTHON = "GWPOLICY_PYTHON"

def _local_python_impl(ctx):
    python = ctx.os.environ.get(_PYTHON) or ctx.which("python3")
    if not python:
        fail("no python3 on PATH; set %s to an interpreter" % _PYTHON)
    result = ctx.execute([python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"])
    if result.return_code:
        fail("%s: %s" % (python, result.stderr))
    include = ctx.path(result.stdout.strip())
    if not include.get_child("Python.h").exists:
        fail("%s has no Python.h in %s; install its development package" % (python, include))
    ctx.symlink(include, "include")
    ctx.symlink(ctx.attr._build, "BUILD.bazel")

local_python = repository_rule(
    implementation = _local_python_impl,
    attrs = {"_build": attr.label(default = Label("//third_party/python:python.BUILD"))},
    environ = [_PYTHON],
    local = True,
    doc = "GWPOLICY_PYTHON names the interpreter; python3 on PATH is the default.",
)
