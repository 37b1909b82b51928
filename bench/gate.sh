#!/usr/bin/env bash
# The short benchmark gate: ratios within one run, so that the machine's speed cancels out.
#
#   bench/gate.sh [REPORT.xml]
set -euo pipefail
cd "$(dirname "$0")/.."
binaries=(manifest_bench resolve_bench tls_bench validate_bench)
bazel build -c opt "${binaries[@]/#///bench:}" 2>&1 | grep -E '^(ERROR|FAILED)' || true
folder="$(bazel info -c opt bazel-bin 2>/dev/null)/bench"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
# Of tls_bench what is held below; the rest is for bench/tls.py.
declare -A filter=([tls_bench]='ToBare|ToUnknown')
for binary in "${binaries[@]}"; do
  # Each figure is the least of some runs, which take turns: other work on the machine disturbs it least.
  "$folder/$binary" --benchmark_format=json --benchmark_min_time=0.1 --benchmark_repetitions=3 \
    --benchmark_enable_random_interleaving=true --benchmark_filter="${filter[$binary]:-.}" >"$out/$binary.json"
done
python3 bench/gate.py "$out" ${1+"$1"}
