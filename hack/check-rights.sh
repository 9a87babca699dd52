#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Runs two replicas of the operator of the last debug build with the arguments of its Deployment, and with the rights of its service
# account only, against the embedded cluster; lets tasks end, be canceled, expire, be healed and the samples run, stops the leader on the
# way, and fails when anything was forbidden. Needs kubectl and python3.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

bin=${BIN:-$(swift build --show-bin-path)}
home=$(mktemp -d)
export HOME=$home XDG_STATE_HOME=$home/state KUBECONFIG=$home/kubeconfig
operators=()
cleanup() {
    [ "${#operators[@]}" -eq 0 ] || kill "${operators[@]}" 2>/dev/null || true
    "$bin/agentctl" local down >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap cleanup EXIT

begin "Start a local cluster without an operator, and install the manifests"
"$bin/agentctl" local up --replicas 0 >/dev/null
kubectl apply --validate=false -f manifests/install.yaml >/dev/null
begin "Start two replicas as the service account, with the arguments of the Deployment"
token=$(printf '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}' \
    | kubectl create --raw /api/v1/namespaces/agenttask-system/serviceaccounts/agenttask-operator/token -f - \
    | python3 -c 'import json, sys; print(json.load(sys.stdin)["status"]["token"])')
cp "$KUBECONFIG" "$home/own"
kubectl --kubeconfig "$home/own" config set-credentials agenttask-operator --token "$token" >/dev/null
kubectl --kubeconfig "$home/own" config set-context --current --namespace agenttask-system --user agenttask-operator >/dev/null
! kubectl --kubeconfig "$home/own" get secrets --all-namespaces >/dev/null 2>&1 || fail "the service account may read all Secrets"
mapfile -t arguments < <(kubectl -n agenttask-system get deployment agenttask-operator -o jsonpath='{range .spec.template.spec.containers[0].args[*]}{@}{"\n"}{end}' \
    | sed -E 's/^(--(metrics|health-probe)-bind-address)=.*/\1=0/; /^--webhook-bind-address=/d')
ports=($(python3 -c 'import socket; s = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]; print(*(x.getsockname()[1] for x in s))'))
for index in 0 1; do
    "$bin/agenttask-operator" --kubeconfig "$home/own" "${arguments[@]}" --webhook-bind-address "127.0.0.1:${ports[$index]}" \
        --finished-pod-retention 0 2>"$home/log.$index" &
    operators+=($!)
done
# serve INDEX: sends what the webhook's Service gets to this replica. The pods that a Deployment would make are not there.
serve() {
    printf '{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"agenttask-webhook","namespace":"agenttask-system"},"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"name":"webhook","port":%s}]}]}' \
        "${ports[$1]}" | kubectl apply --validate=false -f - >/dev/null
}
serve 0

# task NAME PROFILE CODE [FIELD...]: makes a task.
task() {
    printf '{"apiVersion":"execution.agenttask.io/v1alpha1","kind":"AgentTask","metadata":{"name":"%s"},"spec":{"runtimeProfile":"bash","code":{"source":"%s"}%s}}' \
        "$1" "$2" "${3:-}" | kubectl apply --validate=false -f - >/dev/null
}
# finished NAME: waits for its end.
finished() { kubectl wait --for=condition=Finished "agenttask/$1" --timeout=60s >/dev/null || fail "$1 does not end: $(tail -n 5 "$home"/log.*)"; }

begin "Wait for the webhook, without which no task is made"
for attempt in $(seq 60); do
    task ends 'echo done' 2>"$home/refusal" && break
    [ "$attempt" -lt 60 ] || fail "no task can be made: $(cat "$home/refusal")"
    sleep 1
done

begin "Let tasks end in all ways"
task fails 'exit 3'
task late 'sleep 100' ',"timeoutSeconds":1'
task expires 'true' ',"ttlSecondsAfterFinished":1'
task canceled 'sleep 100'
finished ends
finished fails
finished late
kubectl patch agenttask canceled --type merge -p '{"spec":{"canceled":true}}' >/dev/null
finished canceled
# An old kubectl does not wait for what is gone already.
kubectl wait --for=delete agenttask/expires --timeout=60s >/dev/null 2>&1 || ! kubectl get agenttask expires >/dev/null 2>&1 \
    || fail "a task outlives its ttlSecondsAfterFinished"
task open 'sleep 3'
kubectl wait --for=condition=Admitted agenttask/open --timeout=60s >/dev/null
kubectl patch networkpolicy open-netpol --type merge -p '{"spec":{"egress":[{}]}}' >/dev/null
finished open
[ "$(kubectl get networkpolicy open-netpol -o jsonpath='{.spec.egress}')" = "" ] || fail "the policy was not healed"
kubectl patch agenttask ends --type merge -p '{"metadata":{"finalizers":["execution.agenttask.io/finalizer"]}}' >/dev/null
kubectl delete agenttask ends --timeout=60s >/dev/null

begin "Let somebody who may make tasks, but not read a ConfigMap, name it"
kubectl create configmap program --from-literal=main.sh='echo read' >/dev/null
kubectl create rolebinding bob --clusterrole agenttask-edit --user bob >/dev/null
reference='{"apiVersion":"execution.agenttask.io/v1alpha1","kind":"AgentTask","metadata":{"name":"named"},"spec":{"runtimeProfile":"bash","code":{"configMapRef":{"name":"program","key":"main.sh"}}}}'
! kubectl create --validate=false --as bob -f - <<<"$reference" >/dev/null 2>"$home/refusal" || fail "bob's task may read what bob may not"
grep -q 'may not get' "$home/refusal" || fail "bob was refused for another reason: $(cat "$home/refusal")"
kubectl create --validate=false -f - <<<"$reference" >/dev/null
finished named
[ "$(kubectl get agenttask named -o jsonpath='{.status.phase}')" = Succeeded ] || fail "a task with its code in a ConfigMap did not succeed"

begin "Stop the first replica, and run the samples"
kill "${operators[0]}" && wait "${operators[0]}" || fail "the operator did not stop in order: $(tail -n 5 "$home/log.0")"
serve 1
for sample in hello network-check; do
    kubectl apply --validate=false -f "manifests/samples/$sample.yaml" >/dev/null
    finished "$sample"
    [ "$(kubectl get agenttask "$sample" -o jsonpath='{.status.phase}')" = Succeeded ] || fail "$sample did not succeed"
done
kill "${operators[1]}" && wait "${operators[1]}" || fail "the operator did not stop in order: $(tail -n 5 "$home/log.1")"
operators=()

begin "Look for what was forbidden"
! grep -i forbidden "$home"/log.* || fail "the operator lacks a right"
begin "The rights of the manifests are enough"
