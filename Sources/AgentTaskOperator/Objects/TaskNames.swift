// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// The names and labels of the objects that a task owns. They are the task's own name with an ending, so that making them twice
/// makes them once.
enum TaskNames {
    static let taskLabel = "agenttask.io/task"
    static let tenantLabel = "agenttask.io/tenant"
    static let managedLabel = "execution.agenttask.io/managed"
    static let container = "task"
    static let sharedPolicy = "agenttask-isolated"
    /// The finalizer of the operator that this one replaces; it is removed on sight.
    static let formerFinalizer = "execution.agenttask.io/finalizer"

    static func pod(_ task: AgentTask) -> String { "\(task.metadata.name ?? "")-pod" }
    static func code(_ task: AgentTask) -> String { "\(task.metadata.name ?? "")-code" }
    static func policy(_ task: AgentTask) -> String { "\(task.metadata.name ?? "")-netpol" }

    static func labels(_ task: AgentTask) -> [String: String] {
        var labels = [taskLabel: task.metadata.name ?? "", managedLabel: "true"]
        if let tenant = task.spec.tenant, !tenant.isEmpty { labels[tenantLabel] = tenant }
        return labels
    }

    /// Owner references clean up after the task. `blockOwnerDeletion` is false, so the operator needs no right to finalizers.
    static func owner(_ task: AgentTask) -> OwnerReference {
        OwnerReference(
            apiVersion: AgentTask.groupVersionKind.apiVersion,
            kind: AgentTask.groupVersionKind.kind,
            name: task.metadata.name ?? "",
            uid: task.metadata.uid ?? "",
            blockOwnerDeletion: false,
            controller: true
        )
    }

    static func metadata(_ task: AgentTask, name: String) -> ObjectMeta {
        ObjectMeta(labels: labels(task), name: name, namespace: task.metadata.namespace, ownerReferences: [owner(task)])
    }
}
