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
# The test of a trap would leave a core file.
ulimit -c 0
code=0
runner=$(swift build --show-bin-path)/agenttask-operatorPackageTests.xctest
run_tests .build/test.log 300 "$runner" "$@" || code=$?
# Exit tests wait for any child of their process, so they have one of their own.
if [ "$code" -eq 0 ] && [ $# -eq 0 ]; then
    EXIT_TESTS=true run_tests .build/exit-test.log 300 "$runner" --filter TrapTests || code=$?
    cat .build/exit-test.log >>.build/test.log
fi
# The runner's own code for this.
[ "$code" -ne 69 ] || fail "no test has such a name: $*"
if [ "$code" -ne 0 ]; then
    printf '\nWhat failed, again (the whole output is in .build/test.log):\n'
    grep -aE -A 12 'recorded an issue|Fatal error|error:|Crash' .build/test.log | tail -120 || true
    fail "at least one test failed"
fi
