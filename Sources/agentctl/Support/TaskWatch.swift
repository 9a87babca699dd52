// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesClient
import KubernetesMeta

/// Follows one task. A watch that ends or is refused is opened again from the task's present state, so an API server that restarts is
/// survived; one that stays away is an error.
struct TaskWatch {
    let cluster: Cluster
    let name: String

    func get() async throws -> AgentTask {
        guard let task = try await getIfPresent() else {
            throw CommandFailure("there is no agenttask/\(name) in namespace \(cluster.namespace); see agentctl list")
        }
        return task
    }

    private func getIfPresent() async throws(ClientError) -> AgentTask? {
        do throws(ClientError) {
            return try await cluster.client.get(AgentTask.self, name: name, namespace: cluster.namespace)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    func waitForEnd() async throws -> AgentTask { try await wait { $0.hasEnded } }

    /// Returns when `isReached` holds. `changed` hears of each state on the way.
    func wait(changed: (AgentTask) async throws -> Void = { _ in }, until isReached: (AgentTask) -> Bool) async throws
        -> AgentTask
    {
        while true {
            let task = try await get()
            try await changed(task)
            if isReached(task) { return task }
            if let reached = try await watch(from: task, changed: changed, until: isReached) { return reached }
        }
    }

    /// Watches until `isReached` holds; nil when the watch has ended and has to be opened again.
    private func watch(
        from task: AgentTask,
        changed: (AgentTask) async throws -> Void,
        until isReached: (AgentTask) -> Bool
    ) async throws -> AgentTask? {
        guard let events = try await open(from: task.metadata.resourceVersion) else { return nil }
        do {
            for try await event in events {
                switch event {
                case .added(let task), .modified(let task):
                    try await changed(task)
                    if isReached(task) { return task }
                case .deleted:
                    throw CommandFailure("agenttask/\(name) was deleted while it was being waited for")
                case .bookmark: continue
                case .error: return nil
                }
            }
        } catch let error as ClientError where error.code == .transport || error.code == .timedOut {
            // The connection ended; asking again tells whether the server is still there.
            return nil
        }
        return nil
    }

    /// Nil when the revision is too old to watch from.
    private func open(from revision: String?) async throws(ClientError) -> WatchStream<AgentTask>? {
        let options = WatchOptions(resourceVersion: revision, fieldSelector: "metadata.name=\(name)")
        do throws(ClientError) {
            return try await cluster.client.watch(AgentTask.self, namespace: cluster.namespace, options: options)
        } catch {
            guard error.isGone else { throw error }
            return nil
        }
    }
}
