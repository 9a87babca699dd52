// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesCore
public import KubernetesMeta
import Logging

/// The informers of a process, each shared by all who read or watch the same objects, and typed reads over them.
///
/// It is strict: what nobody has declared is not read, and no read starts a watch by itself. A read of a kind that is not declared, or
/// that has not synced, throws an error that says what to do; so an empty answer always means that there is nothing.
///
/// What is needed for the whole life of the process is declared before it runs, and the process is not ready before it has synced. What
/// is needed for a while is watched: `watch` starts the informer, and it ends when the last of its handles is released.
public final class Cache: Sendable {
    /// How the cache reaches the server.
    public let client: KubernetesClient
    let options: InformerOptions
    let defaults: CacheDefaults
    let environment: RuntimeEnvironment
    let state = Locked(CacheState())
    private let hasUnstarted = WakeSignal()

    /// A cache that follows nothing.
    ///
    /// - Parameters:
    ///   - options: For the informers that name none; by default the state is streamed. Its selectors do not count: scopes have them.
    ///   - defaults: For the declarations that name no scope, or no transform.
    ///   - environment: The one of the manager that runs the cache.
    public init(
        client: KubernetesClient,
        options: InformerOptions = InformerOptions(initialState: .stream),
        defaults: CacheDefaults = CacheDefaults(),
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) {
        self.client = client
        self.options = options
        self.defaults = defaults
        self.environment = environment
    }

    // MARK: Declaring

    /// Follows the objects of `scope` as long as the cache runs. The process is not ready before they have been listed.
    ///
    /// A second declaration of the same type and scope gives the same informer; it may add indexes but nothing else.
    ///
    /// - Parameters:
    ///   - scope: Which objects; nil for the scope of the cache's defaults.
    ///   - indexes: For each index its name and the values under which it files an object.
    ///   - transform: Changes each object before it is stored; nil for the transform of the cache's defaults.
    ///   - options: Nil for the cache's own.
    /// - Returns: The informer, for controllers to watch.
    /// - Throws: `CacheError`: `conflictingDeclaration`, `invalidScope` or `ended`.
    @discardableResult
    public func declare<R: Resource>(
        _ type: R.Type = R.self,
        scope: CacheScope? = nil,
        indexes: [String: @Sendable (R) -> [String]] = [:],
        transform: ObjectTransform<R>? = nil,
        options: InformerOptions? = nil
    ) throws(CacheError) -> Informer<R> {
        try hold(type, scope ?? defaults.scope(for: type), indexes, transform, options, gatesReadiness: true)
    }

    /// Follows the objects of `scope` until the handle is released. It may be called at any time; the informer starts when the cache
    /// runs, or at once. Whether it has synced does not count for readiness.
    ///
    /// - Parameters: As of `declare`.
    /// - Throws: `CacheError`: `conflictingDeclaration`, `invalidScope` or `ended`.
    public func watch<R: Resource>(
        _ type: R.Type = R.self,
        scope: CacheScope? = nil,
        indexes: [String: @Sendable (R) -> [String]] = [:],
        transform: ObjectTransform<R>? = nil,
        options: InformerOptions? = nil
    ) throws(CacheError) -> InformerHandle<R> {
        let scope = scope ?? defaults.scope(for: type)
        let informer = try hold(type, scope, indexes, transform, options, gatesReadiness: false)
        return InformerHandle(informer) { [weak self] in self?.release(CacheKey(type, scope)) }
    }

    private func hold<R: Resource>(
        _ type: R.Type,
        _ scope: CacheScope,
        _ indexes: [String: @Sendable (R) -> [String]],
        _ transform: ObjectTransform<R>?,
        _ options: InformerOptions?,
        gatesReadiness: Bool
    ) throws(CacheError) -> Informer<R> {
        try check(scope, of: type)
        var namespaceHandle: InformerHandle<Namespace>?
        if case .labeled(let selector) = scope.namespaces {
            // Given back at once when the informer is there already.
            namespaceHandle = try watch(Namespace.self, scope: CacheScope(labels: selector))
        }
        let key = CacheKey(type, scope)
        let result: Result<Informer<R>, CacheError> = state.withLock { state in
            if state.phase == .ended {
                return .failure(CacheError(.ended, "\(R.name): the cache has stopped; what it held is of no use any more"))
            }
            if let present = state.slot(key)?.informer as? Informer<R> {
                if let error = Self.extend(present, scope, indexes, differs: transform != nil || options != nil) {
                    return .failure(error)
                }
                state.retain(key, gatesReadiness: gatesReadiness)
                return .success(present)
            }
            let informer = makeInformer(
                type,
                scope,
                indexes,
                transform ?? defaults.transform(for: type),
                options,
                name: state.freeName(Informer<R>.defaultName(scope.namespaces)),
                namespaceHandle: namespaceHandle
            )
            let slot = CacheSlot(informer, scope: scope, gatesReadiness: gatesReadiness)
            state.insert(slot)
            register(slot)
            return .success(informer)
        }
        if case .success = result { hasUnstarted.notify() }
        return try result.get()
    }

    private func makeInformer<R: Resource>(
        _ type: R.Type,
        _ scope: CacheScope,
        _ indexes: [String: @Sendable (R) -> [String]],
        _ transform: ObjectTransform<R>?,
        _ options: InformerOptions?,
        name: String,
        namespaceHandle: InformerHandle<Namespace>?
    ) -> Informer<R> {
        var options = options ?? self.options
        options.labelSelector = scope.labels.flatMap { $0.isEmpty ? nil : $0.description }
        options.fieldSelector = scope.fields.flatMap { $0.isEmpty ? nil : $0.description }
        return Informer<R>(
            client: client,
            namespaces: scope.namespaces,
            options: options,
            indexes: indexes,
            transform: transform,
            environment: environment,
            name: name,
            cache: self,
            namespaceHandle: namespaceHandle
        )
    }

    private func check<R: Resource>(_ scope: CacheScope, of type: R.Type) throws(CacheError) {
        if R.scope == .cluster, scope.namespaces != .all {
            throw CacheError(
                .invalidScope,
                "\(R.name) is cluster-scoped, so \(scope.namespaces) makes no sense; leave the namespaces out"
            )
        }
        switch scope.namespaces {
        case .named(let names), .allBut(let names):
            guard names.isEmpty || names.contains("") else { return }
            throw CacheError(.invalidScope, "\(R.name): name at least one namespace and no empty one, or take .all")
        case .all, .labeled: break
        }
    }

    private static func extend<R: Resource>(
        _ informer: Informer<R>,
        _ scope: CacheScope,
        _ indexes: [String: @Sendable (R) -> [String]],
        differs: Bool
    ) -> CacheError? {
        let what = "\(R.name) (\(scope)) is cached already"
        if differs {
            return CacheError(.conflictingDeclaration, "\(what); give transform and options where it is declared first")
        }
        for (name, values) in indexes where !informer.addIndex(name, values: values) {
            return CacheError(
                .conflictingDeclaration,
                "\(what) with an index \"\(name)\"; declare the index once, or name it otherwise"
            )
        }
        return nil
    }

    private func release(_ key: CacheKey) {
        let slot = state.withLock { state in
            let slot = state.release(key)
            if let slot { unregister(slot) }
            return slot
        }
        slot?.release.open(())
    }

    // MARK: Showing

    private func register(_ slot: CacheSlot) {
        let key = slot.key
        environment.health.register(slot.informer.healthName, at: .ready) { [weak self] in
            self?.state.withLock { $0.slot(key)?.health } ?? .healthy(note: "released")
        }
        environment.debug.add(InformerInspection(slot.informer), at: .caches)
        slot.startMetrics()
    }

    private func unregister(_ slot: CacheSlot) {
        environment.health.remove(slot.informer.healthName, at: .ready)
        environment.debug.remove(slot.informer.name, at: .caches)
        slot.stopMetrics()
    }

    // MARK: Running

    /// Runs the informers, those that come later too, until the task is canceled. Once only.
    ///
    /// - Throws: `CacheError.ended` when it has run before.
    public func run() async throws {
        guard state.withLock({ $0.start() }) else {
            throw CacheError(.ended, "a cache runs once; make a new one")
        }
        await withDiscardingTaskGroup { group in
            group.addTask { [environment] in await environment.timer.run() }
            while !Task.isCancelled {
                if let slot = state.withLock({ $0.takeUnstarted() }) {
                    group.addTask { await slot.run() }
                } else if await !hasUnstarted.wait() {
                    break
                }
            }
            group.cancelAll()
        }
        let rest = state.withLock { state in
            let rest = state.end()
            for slot in rest { unregister(slot) }
            return rest
        }
        for slot in rest { slot.release.open(()) }
    }

    /// Waits until everything that is declared has synced; throws `CancellationError`.
    public func waitUntilSynced() async throws {
        let slots = state.withLock { $0.slots.filter(\.gatesReadiness) }
        for slot in slots { try await slot.informer.waitUntilSynced() }
    }
}

extension Resource {
    /// The kind as messages name it, and the type when it is called otherwise.
    static var name: String {
        let kind = groupVersionKind.kind
        return kind == "\(Self.self)" ? kind : "\(kind) (as \(Self.self))"
    }
}
