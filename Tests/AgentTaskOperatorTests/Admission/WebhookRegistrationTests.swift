// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import ControllerServing
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import KubernetesRBAC
import Testing

@testable import AgentTaskOperator

@Suite("The registration of the webhook")
struct WebhookRegistrationTests {
    static let registration = WebhookRegistration(
        client: AccessServer(readable: []).client,
        name: "agenttask-webhook",
        service: WebhookService(name: "agenttask-webhook", namespace: "agenttask-system"),
        path: TaskReviews.path
    )

    static func task(_ namespace: String = "team", made: Int64 = 11) -> AgentTask {
        TaskReviews.task {
            $0.metadata.namespace = namespace
            $0.metadata.creationTimestamp = Time(seconds: made)
        }
    }

    static func configuration(_ change: (inout ValidatingWebhook) -> Void = { _ in }) throws -> ValidatingWebhookConfiguration {
        var configuration = try WebhookManifests.configuration()
        configuration.metadata.creationTimestamp = Time(seconds: 10)
        var webhook = try #require(configuration.webhooks?.first)
        change(&webhook)
        configuration.webhooks = [webhook]
        return configuration
    }

    @Test("as the manifests have it covers every namespace but those of the system and of the operator")
    func manifests() throws {
        let configuration = try Self.configuration()
        #expect(configuration.webhooks?.first?.timeoutSeconds == 5)
        #expect(Self.registration.covers(Self.task(), by: configuration))
        #expect(!Self.registration.covers(Self.task("kube-system"), by: configuration))
        #expect(!Self.registration.covers(Self.task("agenttask-system"), by: configuration))
    }

    @Test("covers no task that was made before it, or in the same second")
    func older() throws {
        #expect(try !Self.registration.covers(Self.task(made: 10), by: Self.configuration()))
        #expect(try !Self.registration.covers(Self.task(made: 9), by: Self.configuration()))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var covers: Bool
        var change: @Sendable (inout ValidatingWebhook) -> Void

        init(_ name: String, _ covers: Bool, _ change: @escaping @Sendable (inout ValidatingWebhook) -> Void) {
            testDescription = name
            self.covers = covers
            self.change = change
        }
    }

    static func selector(_ key: String, _ operator: String, _ values: [String]? = nil) -> LabelSelector {
        LabelSelector(matchExpressions: [LabelSelectorRequirement(key: key, operator: `operator`, values: values)])
    }

    static let name = "kubernetes.io/metadata.name"

    @Test(
        "covers a task only where nothing can get past it",
        arguments: [
            Row("failures ignored", false) { $0.failurePolicy = "Ignore" },
            Row("the default policy", true) { $0.failurePolicy = nil },
            Row("another service", false) { $0.clientConfig.service?.name = "other" },
            Row("another namespace's service", false) { $0.clientConfig.service?.namespace = "other" },
            Row("another path", false) { $0.clientConfig.service?.path = "/" },
            Row("an address", false) { $0.clientConfig = WebhookClientConfig(url: "https://example.com") },
            Row("conditions", false) { $0.matchConditions = [MatchCondition(expression: "false", name: "never")] },
            Row("object labels", false) { $0.objectSelector = LabelSelector(matchLabels: ["checked": "yes"]) },
            Row("any object", true) { $0.objectSelector = LabelSelector() },
            Row("any namespace", true) { $0.namespaceSelector = nil },
            Row("namespace labels", false) { $0.namespaceSelector = LabelSelector(matchLabels: ["checked": "yes"]) },
            Row("namespaces without a label", false) { $0.namespaceSelector = selector("unchecked", "DoesNotExist") },
            Row("this namespace", true) { $0.namespaceSelector = LabelSelector(matchLabels: [name: "team"]) },
            Row("one other namespace", false) { $0.namespaceSelector = LabelSelector(matchLabels: [name: "x"]) },
            Row("these namespaces", true) { $0.namespaceSelector = selector(name, "In", ["x", "team"]) },
            Row("other namespaces", false) { $0.namespaceSelector = selector(name, "In", ["x"]) },
            Row("not this namespace", false) { $0.namespaceSelector = selector(name, "NotIn", ["team"]) },
            Row("named namespaces", true) { $0.namespaceSelector = selector(name, "Exists") },
            Row("nameless namespaces", false) { $0.namespaceSelector = selector(name, "DoesNotExist") },
            Row("no rule", false) { $0.rules = nil },
            Row("no updates", false) { $0.rules?[0].operations = ["CREATE"] },
            Row("all operations", true) { $0.rules?[0].operations = ["*"] },
            Row("another group", false) { $0.rules?[0].apiGroups = ["batch"] },
            Row("another version", false) { $0.rules?[0].apiVersions = ["v2"] },
            Row("only the status", false) { $0.rules?[0].resources = ["agenttasks/status"] },
            Row("everything", true) {
                $0.rules?[0] = RuleWithOperations(apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"])
            },
            Row("cluster scope", false) { $0.rules?[0].scope = "Cluster" },
            Row("two rules", true) {
                guard var rule = $0.rules?.first else { return }
                rule.operations = ["CREATE"]
                $0.rules?[0].operations = ["UPDATE"]
                $0.rules?.append(rule)
            },
        ]
    )
    func coverage(row: Row) throws {
        #expect(try Self.registration.covers(Self.task(), by: Self.configuration(row.change)) == row.covers)
    }

    @Test("has in the manifests the names that the flags have by default")
    func names() throws {
        let flags = try WebhookFlags.parse([])
        #expect(try WebhookManifests.configuration().metadata.name == flags.webhookConfiguration)
        #expect(try WebhookManifests.read("service.yaml", as: Service.self).metadata.name == flags.webhookService)
        #expect(try WebhookManifests.read("secret.yaml", as: Secret.self).metadata.name == flags.webhookCertSecret)
    }

    @Test("and its certificates are all that the manifests' rights to such objects reach")
    func rights() throws {
        let flags = try WebhookFlags.parse([])
        let inCluster = try WebhookManifests.read("../rbac/webhook_role.yaml", as: ClusterRole.self).rules ?? []
        let configurations = inCluster.filter { $0.resources?.contains("validatingwebhookconfigurations") == true }
        #expect(configurations.map(\.resourceNames) == [[flags.webhookConfiguration]])
        #expect(configurations.map(\.verbs) == [["get", "patch"]])
        let inNamespace = try WebhookManifests.read("../rbac/own_namespace_role.yaml", as: Role.self).rules ?? []
        let secrets = inNamespace.filter { $0.resources?.contains("secrets") == true }
        #expect(secrets.map(\.resourceNames) == [[flags.webhookCertSecret]])
    }

    @Test("is asked for under flags that make sense")
    func flags() {
        #expect(throws: (any Error).self) { try WebhookFlags.parse(["--webhook-bind-address", "9443"]) }
        #expect(throws: (any Error).self) { try WebhookFlags.parse(["--webhook-service", ""]) }
    }
}
