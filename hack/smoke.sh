#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# The main job, once, from the programs of the last debug build: a local cluster, a task by agentctl, one by kubectl, a clean stop.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

home=$(mktemp -d)
export HOME=$home XDG_STATE_HOME=$home/state KUBECONFIG=$home/kubeconfig
agentctl=$(swift build --show-bin-path)/agentctl
cleanup() {
    "$agentctl" local down >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap cleanup EXIT

begin "Start a local cluster"
"$agentctl" local up

begin "Run a program with agentctl"
output=$("$agentctl" run examples/hello.py)
[ "$output" = "Hello from the secure sandbox!" ] || fail "the program's output is '$output'"
code=0
echo 'exit 3' | "$agentctl" run - --profile bash || code=$?
[ "$code" -eq 3 ] || fail "a program that exits with 3 ended agentctl with $code"

begin "Look for leaks of the sandbox"
"$agentctl" run examples/security-probe.py >"$home/probe" || fail "the probe found: $(grep -v '^ok:' "$home/probe")"

begin "Run a program with kubectl"
# Debian's kubectl 1.20 reads OpenAPI v2, which the embedded API server does not serve.
kubectl apply --validate=false -f manifests/samples/hello.yaml
kubectl wait --for=condition=Finished agenttask/hello --timeout=60s
[ "$(kubectl get agenttask hello -o jsonpath='{.status.result.json.answer}')" = 42 ] || fail "the task's result is missing"
[ "$(kubectl logs hello-pod)" = "Hello from the secure sandbox!" ] || fail "the pod's log is missing"
kubectl delete agenttask hello

begin "Stop the local cluster"
"$agentctl" local down
pgrep -x bwrap >/dev/null && fail "a sandbox has outlived the cluster"
begin "Smoke run passed"
