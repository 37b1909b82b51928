#!/bin/sh
# same.sh COMMITTED TOOL: fails with the difference when a page that TOOL prints is stale.
"$2" | diff -u "$1" - || { echo "stale; again with: bazel run //docs:${2##*/} > $1" >&2; exit 1; }
