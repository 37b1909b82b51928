#!/usr/bin/env bash
# Makes random objects, good and damaged, and compares what the API server's own packages answer with what gwpolicy
# says: every cause, with its field and message. Needs Go, and the definitions of the Gateway API.
#
#   tests/api_server/compare.sh [COUNT [SEED]]     of each channel; 20000 and 1 unless given
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${1:-}" = -h ] || [ "${1:-}" = --help ]; then
  sed -n '2,/^set/s/^# \{0,1\}//p' tests/api_server/compare.sh
  exit 0
fi
count="${1:-20000}"
seed="${2:-1}"
definitions="${GWPOLICY_SHARED:-../shared}/testdata/gateway-api"
for needed in "$definitions/crds-standard" "$definitions/crds-experimental"; do
  if [ ! -d "$needed" ]; then
    echo "skipped: no definitions of the Gateway API in $needed; set GWPOLICY_SHARED"
    exit 0
  fi
done
if ! command -v go >/dev/null; then
  echo "skipped: no Go"
  exit 0
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
bazel build -c opt //tests/api_server:objects 2>&1 | grep -E '^(ERROR|FAILED)' || true
objects="$(bazel info -c opt bazel-bin 2>/dev/null)/tests/api_server/objects"
(cd tests/api_server && go build -o "$work/server" main.go)

status=0
for channel in standard experimental; do
  mkdir "$work/$channel"
  "$objects" "$work/$channel" "$channel" "$count" "$seed"
  "$work/server" -json "$work/$channel/objects.jsonl" "$definitions/crds-$channel"/*.yaml >"$work/$channel/server.jsonl"
  echo "== $channel"
  python3 tests/api_server/compare.py "$work/$channel/objects.jsonl" "$work/$channel/server.jsonl" \
    "$work/$channel/ours.jsonl" || status=1
done
exit "$status"
