#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Looks for data races, memory errors and inputs that a reader does not survive. It takes two hours on two cores, so it is not for every
# change. Arguments choose among thread, address and fuzz; none means all of them. FUZZ_SECONDS is how long each fuzzer runs, 600 when it
# is not set. docs/testing.md explains.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

# The Swift runtime's own report of a crash takes minutes in programs of this size, and the sanitizers have theirs.
export SWIFT_BACKTRACE=enable=no

# run_tests_with NAME SCRATCH FLAG...: builds the tests with a sanitizer, runs them, and fails when one fails or the sanitizer reports
# something. Reports are files, one for each process, so that those of child processes count, whatever becomes of their output.
run_tests_with() {
    local name=$1 scratch=$2 code=0
    shift 2
    begin "Build the tests with the $name sanitizer"
    nice swift build --build-tests --scratch-path "$scratch" --sanitize="$name" "$@"

    begin "Run the tests with the $name sanitizer"
    rm -rf "$scratch/reports"
    mkdir -p "$scratch/reports"
    run_tests "$scratch/test.log" 900 "$scratch/debug/agenttask-operatorPackageTests.xctest" || code=$?
    if compgen -G "$scratch/reports/*" >/dev/null; then
        cat "$scratch"/reports/*
        fail "the $name sanitizer has reports; they are in $scratch/reports"
    fi
    [ "$code" -eq 0 ] || fail "at least one test failed; the output is in $scratch/test.log"
}

sanitize_threads() {
    # A child that was forked from a program with threads goes on: it only prepares to become another program.
    export TSAN_OPTIONS="suppressions=$repository/hack/sanitize-thread.txt log_path=$repository/.build-tsan/reports/report exitcode=0 die_after_fork=0"
    # The locks are those that the sanitizer can see.
    run_tests_with thread .build-tsan -Xswiftc -DTSAN_LOCKS
}

sanitize_addresses() {
    # Leaks are the fuzzers' business: the search takes what only a tagged pointer of Swift leads to for lost.
    export ASAN_OPTIONS="log_path=$repository/.build-asan/reports/report exitcode=0 detect_leaks=0"
    run_tests_with address .build-asan
}

fuzz() {
    local target program=.build-fuzz/release/fuzz
    begin "Build the fuzzers"
    # lld because gold, the default, breaks down over the debug information of libFuzzer.
    FUZZ=1 nice swift build -c release --scratch-path .build-fuzz --product fuzz -Xswiftc -sanitize=fuzzer,address \
        -Xswiftc -enable-testing -Xswiftc -use-ld=lld
    for target in json kubeconfig watch; do
        begin "Fuzz: $target"
        mkdir -p ".build-fuzz/corpus/$target" .build-fuzz/findings
        nice "$program" "$target" -max_total_time="${FUZZ_SECONDS:-600}" -max_len=8192 -timeout=20 -rss_limit_mb=3000 \
            -dict="Tests/Fuzz/Seeds/$target.dict" -artifact_prefix=".build-fuzz/findings/$target-" -print_final_stats=1 \
            ".build-fuzz/corpus/$target" "Tests/Fuzz/Seeds/$target" </dev/null >".build-fuzz/$target.log" 2>&1 || {
            tail -60 ".build-fuzz/$target.log"
            fail "an input was found that breaks it; repeat it with: $program $target .build-fuzz/findings/$target-…"
        }
        grep -a 'DONE\|stat::' ".build-fuzz/$target.log"
    done
}

begin "Check the system packages and the Swift toolchain"
install_packages $TOOLCHAIN_PACKAGES $BUILD_PACKAGES $SANDBOX_PACKAGES $TEST_PACKAGES
require_swift

[ $# -gt 0 ] || set -- thread address fuzz
for part in "$@"; do
    # A subshell, so that what one part exports is not there for the next.
    case "$part" in
        thread) (sanitize_threads) ;;
        address) (sanitize_addresses) ;;
        fuzz) (fuzz) ;;
        *) fail "there is no $part; choose among thread, address and fuzz" ;;
    esac
done
