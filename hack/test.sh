#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds and runs all of them. Arguments choose tests as those of `swift test` do, as in:
# hack/test.sh --filter WorkQueue
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

begin "Check the system packages"
install_packages $TOOLCHAIN_PACKAGES $BUILD_PACKAGES $SANDBOX_PACKAGES $TEST_PACKAGES
command -v kubectl >/dev/null || install_packages kubernetes-client

begin "Check the Swift toolchain"
require_swift

begin "Build the tests"
swift build --build-tests

begin "Run the tests"
# The runner itself and not `swift test`, which holds output back, so that a test that hangs would have no name. One test after the
# other: many of them start processes and threads of their own, and limits in time are for one test alone.
log=.build/test.log
runner=$(swift build --show-bin-path)/agenttask-operatorPackageTests.xctest
silence=300
: >"$log"

# stop_when_silent PID: ends the tests when their log has been silent for too long; every test has a limit far below that.
stop_when_silent() {
    while sleep 5 && kill -0 "$1" 2>/dev/null; do
        if [ $(($(date +%s) - $(stat -c %Y "$log"))) -ge "$silence" ]; then
            printf '\nNothing came for %s s: the test that started last hangs.\n' "$silence" | tee -a "$log"
            kill -KILL "$1"
            return
        fi
    done
}

NO_COLOR=1 "$runner" --testing-library swift-testing --no-parallel "$@" > >(tee -a "$log") 2>&1 &
tests=$!
trap 'kill -TERM "$tests" 2>/dev/null || true' EXIT
stop_when_silent "$tests" &
code=0
wait "$tests" || code=$?
# The runner's own code for this.
[ "$code" -ne 69 ] || fail "no test has such a name: $*"
if [ "$code" -ne 0 ]; then
    printf '\nWhat failed, again (the whole output is in %s):\n' "$log"
    grep -aE -A 12 'recorded an issue|Fatal error|error:|Crash' "$log" | tail -120 || true
    fail "at least one test failed"
fi
trap - EXIT
