#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Fails when the manifests that come from Swift are not what hack/generate-manifests.sh writes, when manifests/install.yaml is not what
# hack/generate-install.sh writes, or when the embedded API server, which knows the schemas of Kubernetes, refuses or does not know a
# field of any manifest. The last two need a kubectl with kustomize.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mkdir "$fresh/crd"
hack/generate-manifests.sh "$fresh/crd"
for file in "$fresh"/crd/*; do
    diff "$file" "manifests/crd/$(basename "$file")" \
        || fail "manifests/crd is stale; run hack/generate-manifests.sh and hack/generate-install.sh and commit the result"
done

if ! command -v kubectl >/dev/null || ! kubectl kustomize --help >/dev/null 2>&1; then
    echo "No kubectl with kustomize: manifests/install.yaml and the overlays are not checked."
    exit 0
fi

# documents FILE: the file's YAML documents in the order of their text. Versions of kustomize differ in which kind comes first.
documents() {
    python3 -c 'import sys; text = sys.stdin.read().split("\n", 2)[2]; print("\n---\n".join(sorted(text.strip().split("\n---\n"))))' <"$1"
}
hack/generate-install.sh "$fresh/install.yaml"
diff <(documents "$fresh/install.yaml") <(documents manifests/install.yaml) \
    || fail "manifests/install.yaml is stale; run hack/generate-install.sh and commit the result"

hack/check-install.sh
