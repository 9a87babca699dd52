// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesMeta

extension Cache {
    /// The object named `key`, as the cache has it.
    ///
    /// - Parameter scope: Which declaration of the type is meant; nil when there is only one for the namespace.
    /// - Returns: Nil when there is no such object, or none that the scope's selectors select.
    /// - Throws: `CacheError`: `undeclared`, `outOfScope`, `ambiguous`, `notSynced` or `ended`.
    public func get<R: Resource>(_ type: R.Type = R.self, _ key: ObjectKey, scope: CacheScope? = nil) throws(CacheError) -> R? {
        try synced(type, namespace: key.namespace, scope: scope).get(key)
    }

    /// The objects that all of these hold for, in no order, from one moment.
    ///
    /// - Parameters:
    ///   - namespace: Of this namespace; nil for all that the scope has.
    ///   - labels: With such labels; nil for any.
    ///   - matches: For each of these indexes, filed under this value.
    ///   - scope: Which declaration of the type is meant; nil when there is only one for the namespace.
    /// - Throws: `CacheError`: `undeclared`, `outOfScope`, `ambiguous`, `notSynced`, `unknownIndex` or `ended`.
    public func list<R: Resource>(
        _ type: R.Type = R.self,
        namespace: String? = nil,
        labels: LabelSelector? = nil,
        matching matches: [String: String] = [:],
        scope: CacheScope? = nil
    ) throws(CacheError) -> [R] {
        let store = try synced(type, namespace: namespace, scope: scope).snapshot()
        for name in matches.keys.sorted() where !store.hasIndex(name) {
            let known = store.indexNames.isEmpty ? "none" : store.indexNames.joined(separator: ", ")
            throw CacheError(
                .unknownIndex,
                "\(R.name) has no index \"\(name)\" (there are: \(known)); declare it: "
                    + "cache.declare(\(R.self).self, indexes: [\"\(name)\": { object in […] }])"
            )
        }
        return store.list(namespace: namespace, labels: labels, matching: matches)
    }

    /// The informer of a type that is declared or watched.
    ///
    /// - Parameters:
    ///   - namespace: That follows this namespace; nil for any.
    ///   - scope: Which declaration of the type is meant; nil when there is only one for the namespace.
    /// - Throws: `CacheError`: `undeclared`, `outOfScope`, `ambiguous` or `ended`.
    public func informer<R: Resource>(
        _ type: R.Type = R.self,
        namespace: String? = nil,
        scope: CacheScope? = nil
    ) throws(CacheError) -> Informer<R> {
        let (all, phase) = state.withLock { state in
            (state.slots.filter { $0.key.type == ObjectIdentifier(type) }, state.phase)
        }
        if phase == .ended { throw CacheError(.ended, "\(R.name): the cache has stopped") }
        let wanted = scope.map { scope in all.filter { $0.key.scope == scope } } ?? all
        guard !wanted.isEmpty else { throw undeclared(type, scope: scope ?? .all, others: all) }
        let candidates = wanted.filter { slot in
            guard R.scope == .namespaced, let namespace else { return true }
            return slot.key.scope.namespaces.covers(namespace) ?? true
        }
        guard let first = candidates.first else {
            let scopes = wanted.map(\.key.scope.description).joined(separator: "; ")
            throw CacheError(
                .outOfScope,
                "\(R.name) is cached for \(scopes), not for namespace \(namespace ?? ""); declare that too, "
                    + "cache.declare(\(R.self).self, scope: \(Self.scope(of: namespace).source)), or read with cache.client.get"
            )
        }
        guard candidates.count == 1, let informer = first.informer as? Informer<R> else {
            let scopes = candidates.map(\.key.scope.description).joined(separator: "; ")
            throw CacheError(
                .ambiguous,
                "\(R.name) is cached several times: \(scopes); say which one is meant by the parameter scope"
            )
        }
        return informer
    }

    private func synced<R: Resource>(_ type: R.Type, namespace: String?, scope: CacheScope?) throws(CacheError) -> Informer<R> {
        let informer = try informer(type, namespace: namespace, scope: scope)
        guard informer.hasSynced else {
            let why =
                switch informer.health {
                case .healthy(let note): note
                case .unhealthy(let reason): reason
                }
            throw CacheError(
                .notSynced,
                "\(R.name) has not been listed yet (\(why)); wait for waitUntilSynced(), or read with cache.client"
            )
        }
        if R.scope == .namespaced, let namespace, !informer.snapshot().follows(namespace) {
            throw CacheError(
                .outOfScope,
                "\(R.name) is cached for \(informer.namespaces), and namespace \(namespace) is none of them now"
            )
        }
        return informer
    }

    private func undeclared<R: Resource>(_ type: R.Type, scope: CacheScope, others: [CacheSlot]) -> CacheError {
        let declaration =
            scope == .all ? "cache.declare(\(R.self).self)" : "cache.declare(\(R.self).self, scope: \(scope.source))"
        let besides = others.isEmpty ? "" : " (but for \(others.map(\.key.scope.description).joined(separator: "; ")))"
        return CacheError(
            .undeclared,
            "\(R.name) is not declared in the cache for \(scope)\(besides); declare it before the cache runs: \(declaration), "
                + "or read it from the server: cache.client.get or .list"
        )
    }

    private static func scope(of namespace: String?) -> CacheScope { CacheScope(.only(namespace)) }
}
