// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import KubernetesNetworking

/// Every write and live read that the reconciler makes, so that the rules of fencing stand in one place: names are deterministic, deletes
/// carry the UID, and a status is written only over what it was decided from.
struct TaskStore: Sendable {
    let client: KubernetesClient
    let context: ReconcileContext

    /// Why an object that has a name which a task needs is not the task's.
    enum Conflict: Error {
        /// It belongs to an earlier task of the same name. Its deletion was asked for; wait until it is gone.
        case previousRunTerminating(String)
        /// It belongs to somebody else, or is not what the task needs.
        case foreign(String)
        /// Somebody has changed it at the same time: what it is now is decided about anew.
        case changed(String)

        static func forged(_ kind: String, _ name: String) -> Conflict {
            .foreign(
                "\(kind) '\(name)' names this task as its owner but is not what the operator makes; delete it or give the task another name."
            )
        }
    }

    // MARK: The task

    /// Writes the status, unless the task has changed since `task` was read: then the server refuses (422) and the newer task is decided
    /// about. A merge patch would not do: the server ignores a wrong UID in it.
    func write(_ status: AgentTaskStatus, of task: AgentTask) async throws(ClientError) -> AgentTask {
        let patch = Patch.json(guards(task) + [.add(path: "/status", value: JSONValue(encoding: status))])
        return context.wrote(
            try await client.patch(
                AgentTask.self,
                name: task.metadata.name ?? "",
                namespace: task.metadata.namespace,
                patch,
                subresource: "status"
            )
        )
    }

    /// Takes the finalizer of the former operator away.
    func removeFormerFinalizer(from task: AgentTask, at index: Int) async throws(ClientError) {
        let patch = Patch.json(guards(task) + [.remove(path: JSONPointer(["metadata", "finalizers", String(index)]))])
        context.wrote(
            try await client.patch(AgentTask.self, name: task.metadata.name ?? "", namespace: task.metadata.namespace, patch)
        )
    }

    func delete(_ task: AgentTask) async throws(ClientError) {
        try await delete(
            AgentTask.self,
            name: task.metadata.name ?? "",
            namespace: task.metadata.namespace,
            uid: task.metadata.uid
        )
    }

    private func guards(_ task: AgentTask) -> [JSONPatchOperation] {
        [
            .test(path: "/metadata/uid", value: .string(task.metadata.uid ?? "")),
            .test(path: "/metadata/resourceVersion", value: .string(task.metadata.resourceVersion ?? "")),
        ]
    }

    // MARK: The pod

    /// The pod as the API server has it now, nil when there is none.
    func livePod(_ task: AgentTask) async throws(ClientError) -> Pod? {
        try await getIfPresent(Pod.self, name: TaskNames.pod(task), namespace: task.metadata.namespace)
    }

    /// Tells the pod's node to end it: a deadline needs no clock of ours, and keeps the logs.
    func stop(_ pod: PodObservation, of task: AgentTask) async throws(ClientError) {
        let patch = Patch.json([
            .test(path: "/metadata/uid", value: .string(pod.uid)),
            .add(path: "/spec/activeDeadlineSeconds", value: 1),
        ])
        context.wrote(try await client.patch(Pod.self, name: pod.name, namespace: task.metadata.namespace, patch))
    }

    func delete(_ pod: PodObservation, of task: AgentTask) async throws(ClientError) {
        try await delete(Pod.self, name: pod.name, namespace: task.metadata.namespace, uid: pod.uid)
    }

    // MARK: Making what a task owns

    /// Makes the shared policy of the namespace. It belongs to no task; one that exists is healed.
    func ensureSharedPolicy(namespace: String) async throws {
        let desired = PolicyBuilder.shared(namespace: namespace)
        guard try await createIfAbsent(desired) == nil else { return }
        // Deleted in between: the next reconcile makes it.
        guard let found = try await getIfPresent(NetworkPolicy.self, name: TaskNames.sharedPolicy, namespace: namespace) else {
            return
        }
        try await heal(found, to: desired)
    }

    /// Replaces a policy that lets traffic through by the one that denies it.
    func heal(_ found: NetworkPolicy, to desired: NetworkPolicy) async throws {
        guard !PolicyBuilder.isIntact(found, desired: desired) else { return }
        let patch = Patch.json([
            .test(path: "/metadata/uid", value: .string(found.metadata.uid ?? "")),
            .add(path: "/spec", value: JSONValue(encoding: desired.spec ?? NetworkPolicySpec())),
        ])
        let name = desired.metadata.name ?? ""
        do {
            context.wrote(
                try await client.patch(NetworkPolicy.self, name: name, namespace: desired.metadata.namespace, patch)
            )
        } catch {
            guard error.isInvalid else { throw error }
            // The test of the UID has failed: it is no refusal of what the task needs.
            throw Conflict.changed("NetworkPolicy '\(name)' was replaced while it was put right.")
        }
    }

    /// Makes an object that belongs to `task`, or returns the one that is already there if it belongs to this very task.
    ///
    /// - Parameter isOurs: Whether the content of one that was there is what the operator makes.
    func ensure<R: Resource>(_ desired: R, for task: AgentTask, where isOurs: (R) -> Bool = { _ in true }) async throws -> R {
        if let created = try await createIfAbsent(desired) { return created }
        let name = desired.metadata.name ?? ""
        guard let found = try await getIfPresent(R.self, name: name, namespace: desired.metadata.namespace) else {
            throw Conflict.previousRunTerminating("\(R.groupVersionKind.kind) '\(name)' is going.")
        }
        try await check(found, belongsTo: task)
        guard isOurs(found) else { throw Conflict.forged(R.groupVersionKind.kind, name) }
        return found
    }

    /// Nil when there is one of the name.
    private func createIfAbsent<R: Resource>(_ desired: R) async throws(ClientError) -> R? {
        do throws(ClientError) {
            return context.wrote(try await client.create(desired))
        } catch {
            guard error.isAlreadyExists else { throw error }
            return nil
        }
    }

    /// Nil when there is none.
    private func getIfPresent<R: Resource>(_ type: R.Type, name: String, namespace: String?) async throws(ClientError) -> R? {
        do throws(ClientError) {
            return try await client.get(type, name: name, namespace: namespace)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    private func check<R: Resource>(_ found: R, belongsTo task: AgentTask) async throws {
        let thing = "\(R.groupVersionKind.kind) '\(found.metadata.name ?? "")'"
        let owner = found.metadata.ownerReferences?.first {
            $0.kind == AgentTask.groupVersionKind.kind && $0.apiVersion == AgentTask.groupVersionKind.apiVersion
        }
        guard let owner, owner.name == task.metadata.name else {
            throw Conflict.foreign("\(thing) exists and does not belong to this task; delete it or give the task another name.")
        }
        if owner.uid == task.metadata.uid {
            // A pod that is going was this attempt; another one would run the program a second time.
            if found.metadata.deletionTimestamp == nil || R.self == Pod.self { return }
            throw Conflict.previousRunTerminating("\(thing) is being deleted.")
        }
        // Names are unique, so the task with that UID is gone: an earlier run.
        if found.metadata.deletionTimestamp == nil {
            try await delete(
                R.self,
                name: found.metadata.name ?? "",
                namespace: found.metadata.namespace,
                uid: found.metadata.uid
            )
        }
        throw Conflict.previousRunTerminating("\(thing) of an earlier task of this name is going.")
    }

    private func delete<R: Resource>(_ type: R.Type, name: String, namespace: String?, uid: String?) async throws(ClientError) {
        do {
            try await client.delete(
                type,
                name: name,
                namespace: namespace,
                options: DeleteOptions(uid: uid, propagation: .background)
            )
        } catch  where error.isNotFound || error.isConflict {
            // Gone, or another object has the name by now: either way the one that was meant does not exist any more.
        }
    }
}
