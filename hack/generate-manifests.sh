#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Writes the manifests that come from Swift: the CustomResourceDefinition. With a directory as argument, writes there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"
target=${1:-manifests/crd}

swift build --product agentctl >&2
mkdir -p "$target"
"$(swift build --show-bin-path)/agentctl" crd >"$target/execution.agenttask.io_agenttasks.yaml"
