# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Names for the scripts in hack/; each script says what it does in its first lines.
.PHONY: run test build format generate

run: ; @hack/quickstart.sh
test: ; @hack/test.sh
build: ; @hack/build.sh
generate: ; @hack/generate.sh && hack/generate-manifests.sh
format: ; @git ls-files '*.swift' | grep -v /Generated/ | xargs swift format -i --parallel
