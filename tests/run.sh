#!/usr/bin/env bash
# Sets up and runs every test: C++ under Bazel, Python and the command line on the installed wheel, the guide on real
# Envoy and NGINX, a short run of each fuzz target, and the short benchmark gate. The last line counts them: "N passed, N failed".
#
#   tests/run.sh [--no-envoy] [--quick]
#
# --no-envoy   leave real Envoy and NGINX out
# --quick      the C++ tests alone
#
# Needs Debian 12, root or sudo for missing packages, and package registries. Where Go and a JDK are installed, handshakes
# are made with servers on them too; else those are skipped, by name. Bazel's disk cache is in ~/.cache/gwpolicy,
# so a second run takes a minute or two. Reports are left in build/tests.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=no
pytest_options=()
for argument in "$@"; do
  case "$argument" in
    --no-envoy) pytest_options+=(--no-envoy) ;;
    --quick) quick=yes ;;
    -h | --help)
      sed -n '2,/^set/s/^# \{0,1\}//p' tests/run.sh
      exit 0
      ;;
    *)
      echo "tests/run.sh: no option '$argument'; see --help" >&2
      exit 2
      ;;
  esac
done

reports="$PWD/build/tests"
rm -rf "$reports"
mkdir -p "$reports"
failed_stages=()
stage() {  # stage NAME COMMAND...: goes on after a failure, so that one run says all that is wrong
  local name="$1" started=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  if "$@"; then
    printf '=== %s: done in %d s\n' "$name" "$((SECONDS - started))"
  else
    failed_stages+=("$name")
    printf '=== %s: FAILED after %d s; again with: %s\n' "$name" "$((SECONDS - started))" "$*"
  fi
}

bazel_tests() {
  local options=()
  # Data from elsewhere that some tests compare with. Without it they skip, by name.
  if [ -d ../shared/testdata ]; then options+=("--test_env=GWPOLICY_SHARED=$(cd ../shared && pwd)"); fi
  local status=0
  # Optimized, as the wheel is: what is compiled here is not compiled again there.
  bazel test -c opt ${options[@]+"${options[@]}"} //... || status=$?
  python3 tests/count_results.py --collect-bazel "$(bazel info -c opt bazel-testlogs 2>/dev/null)" "$reports/bazel.xml" || status=1
  return "$status"
}

build_wheel() {
  rm -rf build/wheels
  .venv/bin/pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir build/wheels . &&
    .venv/bin/pip --disable-pip-version-check install --quiet --no-deps --force-reinstall build/wheels/gwpolicy-*.whl
}

python_tests() {
  .venv/bin/python -m pytest -q tests/python --junit-xml "$reports/python.xml"
}

guide_tests() {
  .venv/bin/python -m pytest -q tests/e2e ${pytest_options[@]+"${pytest_options[@]}"} --junit-xml "$reports/e2e.xml"
}

# Without clang, which may not be had everywhere, the targets count as skipped, by name.
fuzz_targets() {
  tools/setup fuzz || echo "tests/run.sh: the set-up for fuzzing failed" >&2
  tools/fuzz all 20s --report "$reports/fuzz.xml"
}

stage "Set-up" tools/setup build guide test
stage "C++ tests" bazel_tests
if [ "$quick" = no ]; then
  stage "Wheel" build_wheel
  stage "Python tests" python_tests
  stage "End-to-end tests" guide_tests
  stage "Fuzz targets" fuzz_targets
  stage "Benchmark gate" bench/gate.sh "$reports/bench.xml"
fi

status=0
if [ ${#failed_stages[@]} -gt 0 ]; then
  printf '\nFailed: %s\n' "$(IFS=,; echo "${failed_stages[*]}")"
  status=1
fi
python3 tests/count_results.py --stages-failed "${#failed_stages[@]}" "$reports" || status=1
exit "$status"
