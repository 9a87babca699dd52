#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Fails when the manifests that come from Swift are not what hack/generate-manifests.sh writes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
hack/generate-manifests.sh "$fresh"
diff -r "$fresh" manifests/crd || fail "manifests/crd is stale; run hack/generate-manifests.sh and commit the result"
