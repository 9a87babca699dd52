# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Names for the scripts in hack/; each script says what it does in its first lines.
.PHONY: quickstart run test sanitize examples build format generate manifests install uninstall deploy undeploy docker-build docker-push

# The image that docker-build makes and deploy installs.
IMG ?= agenttask-operator:dev
# What deploy installs: default, namespaced, cert-manager or monitoring.
OVERLAY ?= default
KUBECTL ?= kubectl
CONTAINER_TOOL ?= docker

quickstart: ; @hack/quickstart.sh
test: ; @hack/test.sh
sanitize: ; @hack/sanitize.sh
examples: ; @hack/check-examples.sh
build: ; @hack/build.sh
generate: manifests ; @hack/generate.sh
manifests: ; @hack/generate-manifests.sh && hack/generate-install.sh
format: ; @git ls-files '*.swift' | grep -v /Generated/ | xargs swift format -i --parallel

# Against the cluster of the current kubectl context:

# The CRD alone, as for an operator that runs outside of the cluster.
install: ; @$(KUBECTL) apply -k manifests/crd
# Deletes every AgentTask of the cluster with it.
uninstall: ; @$(KUBECTL) delete --ignore-not-found -k manifests/crd
# The operator on this machine, against the cluster of the current context; ARGS are its flags.
run: ; @swift run agenttask-operator $(ARGS)

deploy:
	@$(KUBECTL) kustomize manifests/overlays/$(OVERLAY) | sed 's|image: agenttask-operator:dev$$|image: $(IMG)|' | $(KUBECTL) apply -f -
# Deletes the namespace, the CRD and every AgentTask with them. The registration of the webhook goes first: without its operator it would
# refuse changes of tasks.
undeploy:
	@$(KUBECTL) delete --ignore-not-found validatingwebhookconfiguration agenttask-webhook
	@$(KUBECTL) kustomize manifests/overlays/$(OVERLAY) | $(KUBECTL) delete --ignore-not-found -f -

docker-build:
	@$(CONTAINER_TOOL) build --tag $(IMG) --build-arg REVISION=$$(git rev-parse HEAD) .
docker-push: ; @$(CONTAINER_TOOL) push $(IMG)
