// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
import AgentTaskAPI
gentctl list shows those that exist")|; see agentctl list")|
import KubernetesClient
gentctl list shows those that exist")|; see agentctl list")|
import KubernetesMeta
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
/// Follows one task. A watch that ends or is refused is opened again from the task's present state, so an API server that restarts is
gentctl list shows those that exist")|; see agentctl list")|
/// survived; one that stays away is an error.
gentctl list shows those that exist")|; see agentctl list")|
struct TaskWatch {
gentctl list shows those that exist")|; see agentctl list")|
    let cluster: Cluster
gentctl list shows those that exist")|; see agentctl list")|
    let name: String
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    func get() async throws -> AgentTask {
gentctl list shows those that exist")|; see agentctl list")|
        guard let task = try await getIfPresent() else {
gentctl list shows those that exist")|; see agentctl list")|
            throw CommandFailure("there is no agenttask/\(name) in namespace \(cluster.namespace); agentctl list shows those that exist")
gentctl list shows those that exist")|; see agentctl list")|
        }
gentctl list shows those that exist")|; see agentctl list")|
        return task
gentctl list shows those that exist")|; see agentctl list")|
    }
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    private func getIfPresent() async throws(ClientError) -> AgentTask? {
gentctl list shows those that exist")|; see agentctl list")|
        do throws(ClientError) {
gentctl list shows those that exist")|; see agentctl list")|
            return try await cluster.client.get(AgentTask.self, name: name, namespace: cluster.namespace)
gentctl list shows those that exist")|; see agentctl list")|
        } catch {
gentctl list shows those that exist")|; see agentctl list")|
            guard error.isNotFound else { throw error }
gentctl list shows those that exist")|; see agentctl list")|
            return nil
gentctl list shows those that exist")|; see agentctl list")|
        }
gentctl list shows those that exist")|; see agentctl list")|
    }
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    func waitForEnd() async throws -> AgentTask { try await wait { $0.hasEnded } }
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    /// Returns when `isReached` holds. `changed` hears of each state on the way.
gentctl list shows those that exist")|; see agentctl list")|
    func wait(changed: (AgentTask) async throws -> Void = { _ in }, until isReached: (AgentTask) -> Bool) async throws
gentctl list shows those that exist")|; see agentctl list")|
        -> AgentTask
gentctl list shows those that exist")|; see agentctl list")|
    {
gentctl list shows those that exist")|; see agentctl list")|
        while true {
gentctl list shows those that exist")|; see agentctl list")|
            let task = try await get()
gentctl list shows those that exist")|; see agentctl list")|
            try await changed(task)
gentctl list shows those that exist")|; see agentctl list")|
            if isReached(task) { return task }
gentctl list shows those that exist")|; see agentctl list")|
            if let reached = try await watch(from: task, changed: changed, until: isReached) { return reached }
gentctl list shows those that exist")|; see agentctl list")|
        }
gentctl list shows those that exist")|; see agentctl list")|
    }
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    /// Watches until `isReached` holds; nil when the watch has ended and has to be opened again.
gentctl list shows those that exist")|; see agentctl list")|
    private func watch(
gentctl list shows those that exist")|; see agentctl list")|
        from task: AgentTask,
gentctl list shows those that exist")|; see agentctl list")|
        changed: (AgentTask) async throws -> Void,
gentctl list shows those that exist")|; see agentctl list")|
        until isReached: (AgentTask) -> Bool
gentctl list shows those that exist")|; see agentctl list")|
    ) async throws -> AgentTask? {
gentctl list shows those that exist")|; see agentctl list")|
        guard let events = try await open(from: task.metadata.resourceVersion) else { return nil }
gentctl list shows those that exist")|; see agentctl list")|
        do {
gentctl list shows those that exist")|; see agentctl list")|
            for try await event in events {
gentctl list shows those that exist")|; see agentctl list")|
                switch event {
gentctl list shows those that exist")|; see agentctl list")|
                case .added(let task), .modified(let task):
gentctl list shows those that exist")|; see agentctl list")|
                    try await changed(task)
gentctl list shows those that exist")|; see agentctl list")|
                    if isReached(task) { return task }
gentctl list shows those that exist")|; see agentctl list")|
                case .deleted:
gentctl list shows those that exist")|; see agentctl list")|
                    throw CommandFailure("agenttask/\(name) was deleted while it was being waited for")
gentctl list shows those that exist")|; see agentctl list")|
                case .bookmark: continue
gentctl list shows those that exist")|; see agentctl list")|
                case .error: return nil
gentctl list shows those that exist")|; see agentctl list")|
                }
gentctl list shows those that exist")|; see agentctl list")|
            }
gentctl list shows those that exist")|; see agentctl list")|
        } catch let error as ClientError where error.code == .transport || error.code == .timedOut {
gentctl list shows those that exist")|; see agentctl list")|
            // The connection ended; asking again tells whether the server is still there.
gentctl list shows those that exist")|; see agentctl list")|
            return nil
gentctl list shows those that exist")|; see agentctl list")|
        }
gentctl list shows those that exist")|; see agentctl list")|
        return nil
gentctl list shows those that exist")|; see agentctl list")|
    }
gentctl list shows those that exist")|; see agentctl list")|

gentctl list shows those that exist")|; see agentctl list")|
    /// Nil when the revision is too old to watch from.
gentctl list shows those that exist")|; see agentctl list")|
    private func open(from revision: String?) async throws(ClientError) -> WatchStream<AgentTask>? {
gentctl list shows those that exist")|; see agentctl list")|
        let options = WatchOptions(resourceVersion: revision, fieldSelector: "metadata.name=\(name)")
gentctl list shows those that exist")|; see agentctl list")|
        do throws(ClientError) {
gentctl list shows those that exist")|; see agentctl list")|
            return try await cluster.client.watch(AgentTask.self, namespace: cluster.namespace, options: options)
gentctl list shows those that exist")|; see agentctl list")|
        } catch {
gentctl list shows those that exist")|; see agentctl list")|
            guard error.isGone else { throw error }
gentctl list shows those that exist")|; see agentctl list")|
            return nil
gentctl list shows those that exist")|; see agentctl list")|
        }
gentctl list shows those that exist")|; see agentctl list")|
    }
gentctl list shows those that exist")|; see agentctl list")|
}
gentctl list shows those that exist")|; see agentctl list")|
