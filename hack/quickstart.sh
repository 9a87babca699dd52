#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 with a Swift toolchain to a program that ran in a sandbox. Run it as often as you like.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

# The newest Python that the host has and a built-in profile knows.
newest_python() {
    local version
    for version in 3.13 3.12 3.11 3.10; do
        if [ -x "/usr/bin/python$version" ] || [ -x "/usr/local/bin/python$version" ]; then
            echo "$version"
            return
        fi
    done
}

begin "Check the system packages"
install_packages $TOOLCHAIN_PACKAGES $BUILD_PACKAGES $SANDBOX_PACKAGES
[ -n "$(newest_python)" ] || install_packages python3
python=$(newest_python)
[ -n "$python" ] || fail "no Python 3.10 to 3.13 under /usr/bin or /usr/local/bin; install one of them and run this again"

begin "Check the Swift toolchain"
require_swift

begin "Build a release (the first time takes some minutes)"
build_release

begin "Start the embedded cluster"
bin/agentctl local up

begin "Run examples/hello.py with profile python$python, the newest Python of this host"
bin/agentctl run examples/hello.py --profile "python$python"

begin "Done"
cat <<TEXT
What to do next:
  bin/agentctl list                                     the tasks so far
  bin/agentctl run examples/result.py                   a structured JSON result
  bin/agentctl run examples/security-probe.py           what the sandbox lets a program do
  kubectl --context agenttask-local get agenttasks      the same with kubectl
  bin/agentctl local down                               stop the cluster; its data stays
The README shows the same with YAML.
TEXT
