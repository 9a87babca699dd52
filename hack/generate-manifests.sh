#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Writes the manifests that come from Swift: the CustomResourceDefinitions. With a directory as argument, writes there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"
target=${1:-manifests/crd}

swift build --product agentctl >&2
mkdir -p "$target"
for plural in agenttasks runtimeprofiles; do
    "$(swift build --show-bin-path)/agentctl" crd "$plural" >"$target/execution.agenttask.io_$plural.yaml"
done
