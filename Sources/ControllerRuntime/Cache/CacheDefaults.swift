// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// What a cache takes for declarations that say nothing else, as controller-runtime's `DefaultNamespaces`, `DefaultLabelSelector`,
/// `DefaultFieldSelector` and `DefaultTransform`.
public struct CacheDefaults: Sendable {
    /// For declarations without a scope. Cluster-scoped kinds take its selectors alone.
    public var scope: CacheScope
    /// Changes the metadata of each object before it is stored, for declarations without a transform; nil for not at all. What names the
    /// object and its version stays as the server sent it.
    public var transform: (@Sendable (inout ObjectMeta) -> Void)?

    /// All objects, as they are, unless something is given.
    public init(scope: CacheScope = .all, transform: (@Sendable (inout ObjectMeta) -> Void)? = nil) {
        self.scope = scope
        self.transform = transform
    }

    /// The scope of a kind that names none.
    func scope<R: Resource>(for type: R.Type) -> CacheScope {
        guard R.scope == .cluster else { return scope }
        var scope = scope
        scope.namespaces = .all
        return scope
    }

    /// The transform of a kind that names none.
    func transform<R: Resource>(for type: R.Type) -> ObjectTransform<R>? {
        transform.map { transform in ObjectTransform { transform(&$0.metadata) } }
    }
}
