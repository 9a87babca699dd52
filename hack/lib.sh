# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Shared by the scripts of this folder; sourced, never run.

# What the Swift toolchain itself loads, what the build links, what a sandbox needs, what only tests need.
TOOLCHAIN_PACKAGES="libncurses6 libsqlite3-0 libcurl4"
BUILD_PACKAGES="libcurl4-openssl-dev libssl-dev zlib1g-dev libseccomp-dev libsqlite3-dev"
SANDBOX_PACKAGES="bubblewrap"
# prometheus has promtool, which checks what /metrics says; tinyproxy is the proxy before which the client is tried.
TEST_PACKAGES="openssl python3 procps prometheus tinyproxy"

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
step="start"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m'; red=$'\033[31m'; plain=$'\033[0m'; else bold=; red=; plain=; fi

# begin TEXT: names the step, so that a failure can say which one it was.
begin() {
    step=$1
    printf '%s==> %s%s\n' "$bold" "$step" "$plain"
}

# fail TEXT...: one reason and what to do, then exit 1.
fail() {
    printf '%serror:%s %s: %s\n' "$red" "$plain" "$step" "$*" >&2
    trap - ERR
    exit 1
}

trap 'fail "a command failed (line $LINENO of $0); its output is above"' ERR

# install_packages NAME...: installs those Debian packages that are missing, with sudo when not root.
install_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        printf 'This is not a Debian system: make sure that you have the equivalents of: %s\n' "$*"
        return 0
    fi
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    printf 'Installing: %s\n' "${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing and there is no sudo; as root run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq || fail "apt-get update failed; check the network and /etc/apt"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
        || fail "apt-get install ${missing[*]} failed"
}

# require_swift: a toolchain that can build this package is on PATH.
require_swift() {
    command -v swift >/dev/null || fail "no Swift toolchain on PATH; install Swift 6.3 from https://www.swift.org/install/linux/"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
    [ -n "$version" ] || fail "swift --version does not answer; run it by hand to see why"
    case "$version" in
        [0-5].* | 6.[0-2]) fail "Swift $version is too old; install 6.3 from https://www.swift.org/install/linux/" ;;
    esac
}

# build_release: bin/agentctl and bin/agenttask-operator.
build_release() {
    local product bin
    for product in agentctl agenttask-operator; do
        swift build --package-path "$repository" -c release --static-swift-stdlib --product "$product"
    done
    bin=$(swift build --package-path "$repository" -c release --static-swift-stdlib --show-bin-path)
    mkdir -p "$repository/bin"
    for product in agentctl agenttask-operator; do
        # Written beside and renamed, so that a program that runs is replaced and not overwritten.
        if ! cmp -s "$bin/$product" "$repository/bin/$product"; then
            cp "$bin/$product" "$repository/bin/.$product.new"
            mv "$repository/bin/.$product.new" "$repository/bin/$product"
        fi
    done
}

# run_tests LOG SILENCE RUNNER ARGUMENT...: runs the tests that the arguments choose and ends them when nothing has come for SILENCE
# seconds. The runner itself and not `swift test`, which holds output back, so that a test that hangs would have no name. One test after
# the other: many of them start processes and threads of their own, and limits in time are for one test alone.
run_tests() {
    local log=$1 silence=$2 runner=$3 tests code=0
    shift 3
    : >"$log"
    NO_COLOR=1 "$runner" --testing-library swift-testing --no-parallel "$@" > >(tee -a "$log") 2>&1 &
    tests=$!
    trap 'kill -TERM "'"$tests"'" 2>/dev/null || true' EXIT
    stop_when_silent "$tests" "$log" "$silence" &
    wait "$tests" || code=$?
    trap - EXIT
    return "$code"
}

# stop_when_silent PID LOG SECONDS: ends the tests when their log has been silent for too long; every test has a limit far below that.
stop_when_silent() {
    while sleep 5 && kill -0 "$1" 2>/dev/null; do
        if [ $(($(date +%s) - $(stat -c %Y "$2"))) -ge "$3" ]; then
            printf '\nNothing came for %s s: the test that started last hangs.\n' "$3" | tee -a "$2"
            kill -KILL "$1"
            return
        fi
    done
}
