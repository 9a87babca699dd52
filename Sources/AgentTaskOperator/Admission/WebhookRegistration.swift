// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerServing
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesMeta

/// Says whether the API server lets no task into the cluster that the operator's own webhook has not seen.
struct WebhookRegistration: Sendable {
    /// Needs the right to get the configuration.
    let client: KubernetesClient
    /// The ValidatingWebhookConfiguration.
    let name: String
    let service: WebhookService
    /// Where the webhook is served.
    let path: String

    /// Whether the webhook has seen who made the task and who changed it: it is registered now, and was before the task was made.
    ///
    /// - Throws: `ClientError` when the registration cannot be read; one that does not exist is an answer.
    func covers(_ task: AgentTask) async throws(ClientError) -> Bool {
        do throws(ClientError) {
            return covers(task, by: try await client.get(ValidatingWebhookConfiguration.self, name: name))
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    /// The same for a configuration at hand. Where it depends on what is not known here, such as labels that a tenant sets, the answer is no.
    func covers(_ task: AgentTask, by configuration: ValidatingWebhookConfiguration) -> Bool {
        guard let registered = configuration.metadata.creationTimestamp, let made = task.metadata.creationTimestamp,
            registered < made, let namespace = task.metadata.namespace
        else { return false }
        return (configuration.webhooks ?? []).contains { isOwn($0) && Self.sees($0, namespace: namespace) }
    }

    private func isOwn(_ webhook: ValidatingWebhook) -> Bool {
        guard let target = webhook.clientConfig.service else { return false }
        return target.name == service.name && target.namespace == service.namespace && target.path == path
    }

    /// Whether it gets every creation and change of a task in the namespace, and nothing is stored without it.
    private static func sees(_ webhook: ValidatingWebhook, namespace: String) -> Bool {
        guard (webhook.failurePolicy ?? "Fail") == "Fail", (webhook.matchConditions ?? []).isEmpty else { return false }
        guard selectsAll(webhook.objectSelector), selects(webhook.namespaceSelector, namespace: namespace) else { return false }
        let operations = Set((webhook.rules ?? []).filter(isAboutTasks).flatMap { $0.operations ?? [] })
        return operations.contains("*") || operations.isSuperset(of: ["CREATE", "UPDATE"])
    }

    private static func isAboutTasks(_ rule: RuleWithOperations) -> Bool {
        !Set(rule.apiGroups ?? []).isDisjoint(with: ["*", AgentTask.group])
            && !Set(rule.apiVersions ?? []).isDisjoint(with: ["*", AgentTask.version])
            && !Set(rule.resources ?? []).isDisjoint(with: ["*", "*/*", AgentTask.plural])
            && ["*", "Namespaced"].contains(rule.scope ?? "*")
    }

    private static func selectsAll(_ selector: LabelSelector?) -> Bool {
        (selector?.matchLabels ?? [:]).isEmpty && (selector?.matchExpressions ?? []).isEmpty
    }

    /// Whether the selector takes the namespace by its name, which is the one label that nobody can change.
    private static func selects(_ selector: LabelSelector?, namespace: String) -> Bool {
        let byLabels = (selector?.matchLabels ?? [:]).allSatisfy { $0.key == nameLabel && $0.value == namespace }
        return byLabels
            && (selector?.matchExpressions ?? []).allSatisfy { requirement in
                guard requirement.key == nameLabel else { return false }
                return switch requirement.operator {
                case "In": requirement.values?.contains(namespace) == true
                case "NotIn": requirement.values?.contains(namespace) != true
                case "Exists": true
                default: false
                }
            }
    }

    private static let nameLabel = "kubernetes.io/metadata.name"
}
