// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta

/// Keeps a copy of each source ConfigMap in every namespace that the source's label selector picks.
struct ConfigMapCopier: Reconciler {
    /// An annotation of a source: the selector of namespaces, such as `team=web`.
    static let namespaces = "copier.example.com/namespaces"
    /// An annotation of a copy: the source, as `namespace/name`.
    static let source = "copier.example.com/source"

    /// There is a ConfigMap of that name already which is no copy of the source.
    struct NotACopy: Error {}

    let cache: Cache

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        let source = try cache.get(ConfigMap.self, key)
        let targets: Set<String>
        do {
            targets = try self.targets(of: source)
        } catch let error as MetaError {
            return .terminal(error)
        }
        for copy in try cache.list(ConfigMap.self, matching: ["source": key.description]) {
            guard let name = copy.metadata.name, let namespace = copy.metadata.namespace else { continue }
            if targets.contains(namespace), name == key.name { continue }
            let asSeen = DeleteOptions(preconditions: Preconditions(resourceVersion: copy.metadata.resourceVersion))
            do {
                try await cache.client.delete(ConfigMap.self, name: name, namespace: namespace, options: asSeen)
            } catch { if !error.isNotFound { throw error } }
        }
        guard let source else { return .done }
        var refused = false
        for namespace in targets.sorted() {
            do {
                try await write(source, to: ObjectKey(namespace: namespace, name: key.name), context)
            } catch is NotACopy {
                context.logger.warning("a ConfigMap that is no copy is in the way", metadata: ["namespace": "\(namespace)"])
                refused = true
            }
        }
        return refused ? .requeue(after: .seconds(60)) : .done
    }

    private func targets(of source: ConfigMap?) throws -> Set<String> {
        guard let source, let text = source.metadata.annotations?[Self.namespaces] else { return [] }
        let selected = try cache.list(Namespace.self, labels: LabelSelector(parsing: text))
        let names = selected.filter { !$0.metadata.isBeingDeleted }.compactMap(\.metadata.name)
        return Set(names).subtracting([source.metadata.namespace ?? ""])
    }

    private func write(_ source: ConfigMap, to key: ObjectKey, _ context: ReconcileContext) async throws {
        let origin = ObjectKey(source).description
        let new = ConfigMap(
            metadata: ObjectMeta(annotations: [Self.source: origin], name: key.name, namespace: key.namespace)
        )
        let cached = try cache.get(ConfigMap.self, key)
        _ = try await context.createOrPatch(new, client: cache.client, cached: cached) { copy in
            guard copy.metadata.annotations?[Self.source] == origin else { throw NotACopy() }
            copy.data = source.data
            copy.binaryData = source.binaryData
        }
    }
}
