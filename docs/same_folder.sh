#!/bin/sh
# same_folder.sh FOLDER TOOL: fails with the difference when the generated pages of a folder are stale.
set -e
made="${TEST_TMPDIR:?}/made"
"$2" "$made"
diff -ru "$1" "$made" || { echo "stale; again with: bazel run //docs:update_reference" >&2; exit 1; }
