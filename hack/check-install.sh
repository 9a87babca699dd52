#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Applies install.yaml, every overlay and the samples to the embedded cluster of the last debug build, strictly: a field that Kubernetes
# does not know fails. Kinds that the embedded API server does not serve are named and left out. A kubectl older than 1.25 cannot ask for
# that strictness; there the API server's warnings of unknown fields fail. Needs kubectl.
#
#   AGENTCTL=bin/agentctl hack/check-install.sh     with another build
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

# Kinds of other projects, and of Kubernetes versions newer than 1.25, that the embedded API server does not serve.
unserved="Certificate Issuer ServiceMonitor PrometheusRule ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"

# An older kubectl cannot ask for strictness, and knows no OpenAPI that the server has.
validate=strict
minor=$(kubectl version --client -o json | sed -n 's/.*"minor": "\([0-9]*\).*/\1/p' | head -1)
[ "$minor" -ge 25 ] || validate=false

agentctl=${AGENTCTL:-$(swift build --show-bin-path)/agentctl}
home=$(mktemp -d)
export HOME=$home XDG_STATE_HOME=$home/state KUBECONFIG=$home/kubeconfig
cleanup() {
    "$agentctl" local down >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap cleanup EXIT

# served FILE: the documents whose kind the server has; the others are named on standard error.
served() {
    UNSERVED=$unserved python3 -c '
import os, re, sys
unserved = os.environ["UNSERVED"].split()
kept = []
for document in re.split(r"^---$", sys.stdin.read(), flags=re.M):
    kind = re.search(r"^kind: *(\w+)", document, flags=re.M)
    if kind and kind.group(1) in unserved:
        print("not served here, so not checked:", kind.group(1), file=sys.stderr)
    elif kind:
        kept.append(document)
print("---".join(kept))' <"$1"
}

# apply FILE: twice, since a second run must change nothing. kubectl says "configured" of each PodDisruptionBudget, because its selector is
# a field that patches replace.
apply() {
    served "$1" >"$home/applied.yaml"
    [ -s "$home/applied.yaml" ] && grep -q '^kind:' "$home/applied.yaml" || return 0
    kubectl apply --validate="$validate" -f "$home/applied.yaml" 2>"$home/warnings" >/dev/null || fail "$1: $(cat "$home/warnings")"
    ! grep 'Warning: .*unknown field' "$home/warnings" || fail "$1 has a field that Kubernetes does not know"
    local again
    again=$(kubectl apply --validate="$validate" -f "$home/applied.yaml")
    again=$(grep -v -e ' unchanged$' -e '^poddisruptionbudget' <<<"$again" || true)
    [ -z "$again" ] || fail "applying $1 a second time changed: $again"
}

begin "Start a local cluster"
"$agentctl" local up >/dev/null
for namespace in team-a team-b; do kubectl create namespace "$namespace" >/dev/null; done

# First of all: where the webhook is registered and no operator answers, no task can be made.
for sample in manifests/samples/*.yaml; do
    case $sample in */kustomization.yaml) continue ;; esac
    begin "Apply $sample"
    apply "$sample"
done

begin "Apply install.yaml"
apply manifests/install.yaml

for overlay in manifests/overlays/*/; do
    begin "Apply $overlay"
    kubectl kustomize "$overlay" >"$home/overlay.yaml" 2>/dev/null
    apply "$home/overlay.yaml"
done

begin "All manifests are accepted"
