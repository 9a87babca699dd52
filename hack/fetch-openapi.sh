#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
#
# Gets the OpenAPI v3 documents that hack/generate.sh reads from the cluster of the current kubectl context.
#
#   hack/fetch-openapi.sh DIRECTORY
set -euo pipefail

into=${1:?usage: hack/fetch-openapi.sh DIRECTORY}
mkdir -p "$into"
for group in \
    api/v1 \
    apis/admissionregistration.k8s.io/v1 apis/apiextensions.k8s.io/v1 apis/apps/v1 apis/authentication.k8s.io/v1 \
    apis/authorization.k8s.io/v1 apis/autoscaling/v1 apis/autoscaling/v2 apis/batch/v1 apis/certificates.k8s.io/v1 \
    apis/coordination.k8s.io/v1 apis/discovery.k8s.io/v1 apis/events.k8s.io/v1 apis/networking.k8s.io/v1 apis/node.k8s.io/v1 \
    apis/policy/v1 apis/rbac.authorization.k8s.io/v1 apis/scheduling.k8s.io/v1 apis/storage.k8s.io/v1; do
    kubectl get --raw "/openapi/v3/$group" >"$into/$(tr / _ <<<"$group").json"
done
