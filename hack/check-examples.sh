#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Builds the example controllers, runs their tests, and fails when docs/writing-a-controller.md shows code that the example does not have.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

example=examples/configmap-copier

begin "Compare docs/writing-a-controller.md with $example"
python3 - docs/writing-a-controller.md "$example" <<'PYTHON'
import pathlib, re, sys

page, example = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sources = [example / "Package.swift", *(example / "Sources").rglob("*.swift"), *(example / "Tests").rglob("*.swift")]
# Leading spaces do not count: a block may show part of a type.
plain = lambda text: [line.strip() for line in text.splitlines() if line.strip()]
files = [plain(source.read_text()) for source in sources]
holds = lambda lines, part: any(lines[i : i + len(part)] == part for i in range(len(lines) - len(part) + 1))
blocks = re.findall(r"^```swift\n(.*?)^```", page.read_text(), re.M | re.S)
stale = [block for block in blocks if not any(holds(lines, plain(block)) for lines in files)]
for block in stale:
    print(f"{page}: these lines are in no file of {example} as they stand:\n{block}", file=sys.stderr)
if not blocks:
    print(f"{page}: no Swift block found", file=sys.stderr)
sys.exit(1 if stale or not blocks else 0)
PYTHON

begin "Build $example and run its tests"
# In the folder where the repository is built, with the versions that it was built with: nothing is built twice.
cp Package.resolved "$example/"
swift build --build-tests --package-path "$example" --scratch-path .build --force-resolved-versions
.build/debug/configmap-copierPackageTests.xctest --testing-library swift-testing --no-parallel
