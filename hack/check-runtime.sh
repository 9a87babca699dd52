#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Proves the package list of the Dockerfile: makes a new Debian 12 with debootstrap, installs just those packages, and runs the release
# build there as the image's user. Needs root, debootstrap, a Debian mirror and a release build by hack/build.sh.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"
program=${1:-bin/agenttask-operator}

begin "Look for root, debootstrap and $program"
[ "$(id -u)" -eq 0 ] || fail "only root can make a file system of another Debian"
command -v debootstrap >/dev/null || fail "debootstrap is missing; apt-get install debootstrap"
[ -x "$program" ] || fail "there is no $program; run hack/build.sh"
packages=$(sed -n 's/.*apt-get install -y --no-install-recommends \(.*libcurl4 .*\) \\$/\1/p' Dockerfile)
[ -n "$packages" ] || fail "the Dockerfile names no runtime packages"

root=$(mktemp -d)
chmod 755 "$root"
cleanup() {
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT

begin "Make a Debian 12 with $packages"
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || fail "debootstrap failed; see $root.log"
rm -f "$root.log"
# Swift's runtime reads the arguments there.
mount -t proc proc "$root/proc"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
strip --strip-debug -o "$root/usr/local/bin/agenttask-operator" "$program"

begin "Run the program there as user 65532"
chroot --userspec=65532:65532 "$root" /usr/local/bin/agenttask-operator --help >/dev/null \
    || fail "it does not run with these packages; its libraries: $(chroot "$root" ldd /usr/local/bin/agenttask-operator | grep 'not found')"
begin "The package list is complete"
