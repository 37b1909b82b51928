#!/bin/bash
# Downloads Debian source packages into the current directory.
#
# Usage: fetch_sources.sh PACKAGE...
#
# Uses the mirror that this machine's apt is configured with, but apt lists of its own: the machine need not have
# deb-src entries, root is not needed, and nothing of the machine's apt changes. Signatures are checked by apt.
set -euo pipefail

here="$PWD"
mkdir -p apt/state/lists/partial apt/cache/archives/partial

# One line an archive: URI, release, component. Only Debian's own archives have these packages' sources.
targets="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY) $(TRUSTED)' \
  'Created-By: Packages')"
codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
: > apt/sources.list
while read -r uri release component _; do
  case "$release/$component" in
    "$codename/main" | "$codename-updates/main" | "$codename-security/main")
      echo "deb-src [signed-by=$keyring] $uri $release $component" >> apt/sources.list ;;
  esac
done <<< "$targets"
if ! [ -s apt/sources.list ]; then
  echo "fetch_sources.sh: this machine's apt knows no archive of Debian $codename" >&2
  exit 1
fi

cat > apt/apt.conf <<EOF
Dir::State "$here/apt/state";
Dir::State::status "/dev/null";
Dir::Cache "$here/apt/cache";
Dir::Etc::sourcelist "$here/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
EOF
export APT_CONFIG="$here/apt/apt.conf"
apt-get -q update
apt-get -q source --download-only "$@"
rm -rf apt
