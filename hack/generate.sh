#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
#
# Writes the generated Swift sources from the Kubernetes OpenAPI data. The result is checked in.
# hack/kubegen/Schemas describes in the same form what API servers send to webhooks and leave out of their OpenAPI documents.
#
#   KUBERNETES_OPENAPI  directory with OpenAPI v3 documents, one per API group (default: ../shared/kubernetes/openapi-v3 beside the clone);
#                       hack/fetch-openapi.sh gets them from a cluster
#   GENERATE_INTO       folder to write to (default: Sources)
#   KUBEGEN_BUILD       build folder of the generator (default: hack/kubegen/.build)
set -euo pipefail
cd "$(dirname "$0")/.."

openapi=${KUBERNETES_OPENAPI:-../shared/kubernetes/openapi-v3}
into=${GENERATE_INTO:-Sources}
build=${KUBEGEN_BUILD:-hack/kubegen/.build}

if [ ! -d "$openapi" ]; then
    echo "generate: no OpenAPI data in $openapi; set KUBERNETES_OPENAPI, or get it with hack/fetch-openapi.sh" >&2
    exit 1
fi
swift build -q --package-path hack/kubegen --scratch-path "$build"
"$build/debug/kubegen" "$openapi" hack/kubegen/Schemas "$into"
find "$into" -path '*/Generated/*.swift' -print0 | xargs -0 swift format --in-place --parallel --configuration .swift-format
