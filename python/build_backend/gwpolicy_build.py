"""PEP 517 backend: Bazel builds the extension, this file puts the wheel together. Standard library only.

The wheel is reproducible: entries are sorted, carry a fixed time (SOURCE_DATE_EPOCH is honoured) and fixed permissions.

Environment:
  GWPOLICY_BAZEL                 the bazel command; default `bazel`
  GWPOLICY_BAZEL_STARTUP_FLAGS   options before `build`, for example --output_user_root=DIR
  GWPOLICY_BAZEL_FLAGS           options after `build`, for example --config=clang
"""

import base64
import csv
import hashlib
import io
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXTENSION = "_native"
PACKAGE_FILES = (".py", ".pyi", ".typed", ".yaml", ".json", ".html")
ZIP_EPOCH = 315532800  # 1980-01-01, the first time that a zip file can hold


def _project():
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    project["version"] = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
    return project


def _metadata(project):
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License: {project['license']['text']}",
        f"Requires-Python: {project['requires-python']}",
    ]
    lines += [f"Classifier: {value}" for value in project.get("classifiers", [])]
    lines += [f"Requires-Dist: {value}" for value in project.get("dependencies", [])]
    for extra, requirements in sorted(project.get("optional-dependencies", {}).items()):
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {value}; extra == "{extra}"' for value in requirements]
    readme = ROOT / project["readme"]
    if readme.exists():
        lines += ["Description-Content-Type: text/markdown", "", readme.read_text(encoding="utf-8")]
    return "\n".join(lines) + "\n"


def _entry_points(project):
    scripts = sorted(project.get("scripts", {}).items())
    return "".join(["[console_scripts]\n"] + [f"{name} = {target}\n" for name, target in scripts])


def _bazel(*arguments, **kwargs):
    command = shlex.split(os.environ.get("GWPOLICY_BAZEL", "bazel"))
    if not shutil.which(command[0]):
        raise RuntimeError(f"{command[0]}: not found; tools/setup installs what a build needs")
    command += shlex.split(os.environ.get("GWPOLICY_BAZEL_STARTUP_FLAGS", ""))
    command += [arguments[0], *shlex.split(os.environ.get("GWPOLICY_BAZEL_FLAGS", "")), *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, env=_environment(), check=True, **kwargs)


def _environment():
    """Returns the environment without what a front end adds to isolate this build: it would hide other programs' modules."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}


def _build_extension():
    """Builds the module against the headers of the interpreter that runs this, and returns its path."""
    flags = ["--compilation_mode=opt", f"--repo_env=GWPOLICY_PYTHON={_interpreter()}"]
    _bazel("build", *flags, f"//python:{EXTENSION}.so", stdout=sys.stderr)
    info = _bazel("info", *flags, "bazel-bin", stdout=subprocess.PIPE, text=True)
    return pathlib.Path(info.stdout.strip()) / "python" / f"{EXTENSION}.so"


def _interpreter():
    """Returns the interpreter below any virtual environment: its headers are the same and its path stays the same."""
    return os.path.realpath(sys.executable)


def _plain_platform():
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def _manylinux_tag(wheel):
    """Returns the platform tag that auditwheel finds for a wheel, or the plain one where there is no auditwheel."""
    plain = _plain_platform()
    # Beside the interpreter too: a virtual environment need not be on PATH.
    beside = pathlib.Path(sys.executable).with_name("auditwheel")
    auditwheel = shutil.which("auditwheel") or shutil.which(beside)
    if not auditwheel:
        return plain
    command = [auditwheel, "show", str(wheel)]
    shown = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    found = re.search(r'platform\s+tag:\s+"(manylinux_\d+_\d+_\w+)"', shown.stdout)
    return found[1] if found and shown.returncode == 0 else plain


def _package_contents():
    """Yields (name in the wheel, path) for every file of the package in the tree."""
    package = ROOT / "python" / "gwpolicy"
    for path in sorted(package.rglob("*")):
        hidden = any(part.startswith(("__pycache__", ".")) for part in path.relative_to(package).parts)
        if path.is_file() and not hidden and path.name.endswith(PACKAGE_FILES):
            yield path.relative_to(package.parent).as_posix(), path


def _write_wheel(target, contents, dist_info):
    """Writes (name, bytes, executable) entries and their RECORD."""
    epoch = max(int(os.environ.get("SOURCE_DATE_EPOCH", ZIP_EPOCH)), ZIP_EPOCH)
    moment = time.gmtime(epoch)[:6]
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for name, data, _ in contents:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(data)])
    rows.writerow([f"{dist_info}/RECORD", "", ""])
    contents = [*contents, (f"{dist_info}/RECORD", record.getvalue().encode(), False)]
    with zipfile.ZipFile(target, "w") as archive:
        for name, data, executable in contents:
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(entry, data, compresslevel=9)


def _wheel(directory, extension, platform, project):
    interpreter = f"cp{sys.version_info.major}{sys.version_info.minor}"
    tag = f"{interpreter}-{interpreter}-{platform}"
    dist = f"{project['name']}-{project['version']}"
    dist_info = f"{dist}.dist-info"
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    contents = [(name, path.read_bytes(), False) for name, path in _package_contents()]
    contents.append((f"gwpolicy/{EXTENSION}{suffix}", extension.read_bytes(), True))
    contents.sort()
    header = f"Wheel-Version: 1.0\nGenerator: gwpolicy_build\nRoot-Is-Purelib: false\nTag: {tag}\n"
    contents += [
        (f"{dist_info}/METADATA", _metadata(project).encode(), False),
        (f"{dist_info}/WHEEL", header.encode(), False),
        (f"{dist_info}/entry_points.txt", _entry_points(project).encode(), False),
        (f"{dist_info}/licenses/LICENSE", (ROOT / "LICENSE").read_bytes(), False),
    ]
    target = pathlib.Path(directory) / f"{dist}-{tag}.whl"
    _write_wheel(target, contents, dist_info)
    return target


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Hook of PEP 517."""
    del config_settings, metadata_directory
    project = _project()
    extension = _build_extension()
    with tempfile.TemporaryDirectory() as scratch:
        draft = _wheel(scratch, extension, _plain_platform(), project)
        platform = _manylinux_tag(draft)
    return _wheel(wheel_directory, extension, platform, project).name


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    """Hook of PEP 517: lets a front end read the dependencies without a build."""
    del config_settings
    project = _project()
    dist_info = pathlib.Path(metadata_directory) / f"{project['name']}-{project['version']}.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text(_metadata(project), encoding="utf-8")
    (dist_info / "entry_points.txt").write_text(_entry_points(project), encoding="utf-8")
    return dist_info.name


def build_sdist(sdist_directory, config_settings=None):
    """Hook of PEP 517: the files that git knows, in a reproducible tar."""
    del config_settings
    project = _project()
    dist = f"{project['name']}-{project['version']}"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    names = sorted(name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())
    target = pathlib.Path(sdist_directory) / f"{dist}.tar.gz"

    def add(archive, name, data, mode):
        entry = tarfile.TarInfo(f"{dist}/{name}")
        entry.size, entry.mode = len(data), mode
        entry.mtime = int(os.environ.get("SOURCE_DATE_EPOCH", ZIP_EPOCH))
        archive.addfile(entry, io.BytesIO(data))

    with tarfile.open(target, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            executable = os.access(ROOT / name, os.X_OK)
            add(archive, name, (ROOT / name).read_bytes(), 0o755 if executable else 0o644)
        add(archive, "PKG-INFO", _metadata(project).encode(), 0o644)
    return target.name
