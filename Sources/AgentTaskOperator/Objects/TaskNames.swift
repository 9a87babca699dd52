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
    /// On a pod: the generation of the task that it was made for.
    static let generationAnnotation = "execution.agenttask.io/generation"
    static let sharedPolicy = "agenttask-isolated"
    /// The finalizer of the operator that this one replaces; it is removed on sight.
    static let formerFinalizer = "execution.agenttask.io/finalizer"

    /// Which attempt is under way, or comes next; the first has the number 0.
    static func attempt(_ task: AgentTask) -> Int {
        let made = Int(task.status?.attempts ?? 0)
        return max(0, task.status?.admittedTime == nil ? made : made - 1)
    }

    /// The pod of the present attempt: `<task>-pod`, `<task>-pod-1`, ….
    static func pod(_ task: AgentTask) -> String { pod(task, attempt: attempt(task)) }

    static func pod(_ task: AgentTask, attempt: Int) -> String {
        "\(task.metadata.name ?? "")-pod" + (attempt == 0 ? "" : "-\(attempt)")
    }

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

    /// Whether an object says that it belongs to this very task, not only to one of its name.
    static func owns(_ task: AgentTask, _ metadata: ObjectMeta) -> Bool {
        metadata.ownerReferences?.contains {
            $0.kind == AgentTask.groupVersionKind.kind && $0.apiVersion == AgentTask.groupVersionKind.apiVersion
                && $0.uid == task.metadata.uid
        } ?? false
    }

    static func metadata(_ task: AgentTask, name: String) -> ObjectMeta {
        ObjectMeta(labels: labels(task), name: name, namespace: task.metadata.namespace, ownerReferences: [owner(task)])
    }
}
