#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds and runs all of them. Arguments go to `swift test`, as in: hack/test.sh --filter WorkQueue
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
# One test after the other: many of them start processes and threads of their own, and limits in time are for one test alone.
log=.build/test.log
if ! swift test --skip-build --no-parallel "$@" 2>&1 | tee "$log"; then
    printf '\nWhat failed, again (the whole output is in %s):\n' "$log"
    grep -aE -A 12 'recorded an issue|Fatal error|error:|Crash' "$log" | tail -120 || true
    fail "at least one test failed"
fi
