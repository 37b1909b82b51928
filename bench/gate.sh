#!/usr/bin/env bash
# The short benchmark gate: ratios within one run, so that the machine's speed cancels out.
#
#   bench/gate.sh [REPORT.xml]
set -euo pipefail
cd "$(dirname "$0")/.."
bazel build -c opt //bench:resolve_bench 2>&1 | grep -E '^(ERROR|FAILED)' || true
binary="$(bazel info -c opt bazel-bin 2>/dev/null)/bench/resolve_bench"
out="$(mktemp)"
trap 'rm -f "$out"' EXIT
"$binary" --benchmark_format=json >"$out"
python3 bench/gate.py "$out" ${1+"$1"}
