#!/bin/sh
# same.sh COMMITTED MADE: fails with the difference when a generated page is stale.
diff -u "$1" "$2" || { echo "stale; again with: bazel run //docs:codes_page > docs/codes.md" >&2; exit 1; }
