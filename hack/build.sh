#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Builds a release and leaves bin/agentctl and bin/agenttask-operator.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

begin "Check the system packages"
install_packages $TOOLCHAIN_PACKAGES $BUILD_PACKAGES

begin "Check the Swift toolchain"
require_swift

begin "Build a release (the first time takes some minutes)"
build_release
