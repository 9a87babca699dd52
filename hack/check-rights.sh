#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Runs the operator of the last debug build with the arguments of its Deployment against the embedded cluster, lets tasks end, be canceled,
# retried, replaced and expire, and fails when it writes what manifests/install.yaml gives it no right to: the embedded API server does not
# evaluate RBAC, so its audit log, which has all writes, is compared with the roles. Needs kubectl and python3.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

bin=${BIN:-$(swift build --show-bin-path)}
home=$(mktemp -d)
export HOME=$home XDG_STATE_HOME=$home/state KUBECONFIG=$home/kubeconfig
operator=
cleanup() {
    [ -z "$operator" ] || kill "$operator" 2>/dev/null || true
    "$bin/agentctl" local down >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap cleanup EXIT

begin "Start a local cluster without an operator, and install the manifests"
"$bin/agentctl" local up --replicas 0 --audit-log "$home/audit" >/dev/null
kubectl apply --validate=false -f manifests/install.yaml >/dev/null
# Nothing leads from the Service of the webhook to the operator that is started below.
kubectl patch validatingwebhookconfiguration agenttask-webhook --type json \
    -p '[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]' >/dev/null

begin "Start the operator with the arguments of its Deployment"
cp "$KUBECONFIG" "$home/own"
kubectl --kubeconfig "$home/own" config set-context --current --namespace agenttask-system >/dev/null
mapfile -t arguments < <(kubectl -n agenttask-system get deployment agenttask-operator -o jsonpath='{range .spec.template.spec.containers[0].args[*]}{@}{"\n"}{end}' \
    | sed -E 's/^(--(metrics|health-probe)-bind-address)=.*/\1=0/; s/^(--webhook-bind-address)=.*/\1=127.0.0.1:0/')
"$bin/agenttask-operator" --kubeconfig "$home/own" "${arguments[@]}" --finished-pod-retention 0 2>"$home/log" &
operator=$!

# task NAME PROFILE CODE [FIELD...]: makes a task.
task() {
    printf '{"apiVersion":"execution.agenttask.io/v1alpha1","kind":"AgentTask","metadata":{"name":"%s"},"spec":{"runtimeProfile":"bash","code":{"source":"%s"}%s}}' \
        "$1" "$2" "${3:-}" | kubectl apply --validate=false -f - >/dev/null
}
# finished NAME: waits for its end.
finished() { kubectl wait --for=condition=Finished "agenttask/$1" --timeout=60s >/dev/null || fail "$1 does not end: $(tail -5 "$home/log")"; }

begin "Let tasks end in all ways"
task ends 'echo done'
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
kill "$operator" && wait "$operator" || fail "the operator did not stop in order: $(tail -5 "$home/log")"
operator=

begin "Compare its writes with its rights"
kubectl create --dry-run=client --validate=false -o json -f manifests/install.yaml >"$home/install.json"
python3 - "$home/install.json" "$home/audit" <<'PYTHON'
import json, sys

text, decoder, objects = open(sys.argv[1]).read(), json.JSONDecoder(), []
while text.strip():
    value, end = decoder.raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    objects += value.get("items", [value])
account = "agenttask-operator"
roles = {(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]): o["rules"] for o in objects if o["kind"] in ("Role", "ClusterRole")}
granted = []  # namespace or None for all, rule
for binding in objects:
    if binding["kind"] not in ("RoleBinding", "ClusterRoleBinding") or binding["subjects"][0]["name"] != account: continue
    space = binding["metadata"].get("namespace")
    reference = binding["roleRef"]
    for rule in roles[(reference["kind"], space if reference["kind"] == "Role" else None, reference["name"])]: granted.append((space, rule))
# The cluster's own process and its node have the same user agent, but no term as leader.
others = {"nodes", "nodes/status", "pods/status", "namespaces", "customresourcedefinitions"}
used, missing = set(), set()
for line in open(sys.argv[2]):
    event = json.loads(line)
    if not event.get("userAgent", "").startswith("agenttask-operator"): continue
    target = event["objectRef"]
    resource = "/".join(filter(None, [target["resource"], target.get("subresource")]))
    if " leadership/" not in event["userAgent"] and (resource in others or target.get("namespace") == "kube-node-lease"): continue
    request = (target.get("apiGroup", ""), resource, event["verb"], target.get("namespace"), target.get("name"))
    for space, rule in granted:
        if (space in (None, request[3]) and request[0] in rule["apiGroups"] and resource in rule["resources"] and request[2] in rule["verbs"]
                and (not rule.get("resourceNames") or request[4] in rule["resourceNames"])):
            used.add(request[:3])
            break
    else:
        missing.add(request)
for request in sorted(used): print("used:", *request)
for request in sorted(missing, key=str): print("no right to:", *request)
if missing or len(used) < 10: sys.exit("%d rights are missing, %d kinds of writes were seen" % (len(missing), len(used)))
PYTHON
begin "Every write has its right"
