#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
#
# Fails when the generated sources that are checked in are not what hack/generate.sh writes.
# Without the OpenAPI data it fails if CI=true, and else skips.
set -euo pipefail
cd "$(dirname "$0")/.."

openapi=${KUBERNETES_OPENAPI:-../shared/kubernetes/openapi-v3}
if [ ! -d "$openapi" ]; then
    echo "check-generated: no OpenAPI data in $openapi; set KUBERNETES_OPENAPI" >&2
    [ "${CI:-}" = true ] && exit 1
    echo "check-generated: skipped" >&2
    exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
GENERATE_INTO=$scratch hack/generate.sh

status=0
while IFS= read -r folder; do
    diff -r "$scratch/$folder" "Sources/$folder" || status=1
done < <(cd "$scratch" && find . -type d -name Generated)
while IFS= read -r folder; do
    [ -d "$scratch/$folder" ] || { echo "check-generated: Sources/$folder is not generated any more" >&2; status=1; }
done < <(cd Sources && find . -type d -name Generated)
[ $status = 0 ] && echo "check-generated: up to date" || echo "check-generated: run hack/generate.sh and commit the result" >&2
exit $status
