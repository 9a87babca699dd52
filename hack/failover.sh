#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Failover with real processes: replicas of the built agenttask-operator against a local cluster, judged from the API server's audit log.
#
# hack/failover.sh [--rounds N] [--lease SECONDS] [--replicas "2 3"] [--bin DIRECTORY] [--late-creates fail|tell]
#
# Each round ends the leader by SIGTERM, by SIGKILL, or stops it for longer than the lease by SIGSTOP and lets it go on by SIGCONT.
# Promised: the next leader's first accepted write within 1 s of SIGTERM, within lease + 2 s of SIGKILL, and no stale write applied.
# A create tests nothing of what it was decided from, so one that was on its way when the leader was stopped is applied; `tell` only tells.
# By default 5 rounds of each with a lease of 2 s; `--rounds 50 --lease 15` is the long run.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

rounds=5 lease=2 replicas="2 3" bin= creates=fail
while [ $# -gt 0 ]; do
    case "$1" in
        --rounds) rounds=$2 ;;
        --lease) lease=$2 ;;
        --replicas) replicas=$2 ;;
        --bin) bin=$2 ;;
        --late-creates) creates=$2 ;;
        *) fail "unknown argument $1; see the first lines of $0" ;;
    esac
    shift 2
done
[ -n "$bin" ] || bin=$(swift build --show-bin-path)

begin "Failover of the operator"
pids=()
for count in $replicas; do
    python3 hack/failover.py --bin "$bin" --rounds "$rounds" --lease "$lease" --replicas "$count" --late-creates "$creates" &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
[ "$failed" -eq 0 ] || fail "a promise was broken; it is named above"
