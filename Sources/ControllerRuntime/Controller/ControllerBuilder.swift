// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Puts a controller together, with its informers declared in a cache: what it is for, what it owns, what else it watches.
///
/// ```swift
/// let controller = try ControllerBuilder(for: Website.self, cache: cache)
///     .owns(Deployment.self)
///     .watches(ConfigMap.self, where: .labelChanged("site")) { change in … }
///     .build(WebsiteReconciler(cache: cache))
/// ```
///
/// A value: each call returns a builder that has one thing more.
public struct ControllerBuilder<Main: Resource>: Sendable {
    private typealias Filter = @Sendable (_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool
    /// Declares something in the cache and has the controller watch it, as far as the filter lets it.
    private typealias Step = @Sendable (any ObjectWatcher, Cache, @escaping Filter) -> Result<Void, CacheError>

    private let cache: Cache
    private let scope: CacheScope?
    private var name: String
    private var options: ControllerOptions
    private var flow: (@Sendable (ObjectKey) -> String)?
    private var filter: Filter = { _, _ in true }
    private var steps: [Step] = []

    /// A controller for the objects of one kind: their keys are what it reconciles. It is called as the plural in the log and metrics.
    ///
    /// - Parameters:
    ///   - scope: Which of them; what it owns is looked for in the same namespaces. Nil for the scope of the cache's defaults.
    ///   - predicate: Which changes of them count; `generationChanged` leaves out what the controller itself writes into the status.
    public init(
        for type: Main.Type = Main.self,
        cache: Cache,
        scope: CacheScope? = nil,
        where predicate: ChangePredicate<Main> = .any
    ) {
        self.cache = cache
        self.scope = scope
        name = Main.plural
        options = cache.environment.controllers.options(for: Main.self)
        add(Main.self, scope, predicate) { [$0.key] }
    }

    // MARK: Sources

    /// Reconciles the owner of each object of a kind.
    ///
    /// - Parameters:
    ///   - scope: Nil for the namespaces of the owners, or the cache's default when they have none.
    ///   - everyOwner: All owners of the kind, not the controlling one alone.
    public func owns<O: Resource>(
        _ type: O.Type,
        scope: CacheScope? = nil,
        everyOwner: Bool = false,
        where predicate: ChangePredicate<O> = .any
    ) -> ControllerBuilder {
        var copy = self
        copy.add(O.self, scope ?? home(of: O.self), predicate) { $0.owners(of: Main.self, everyOwner: everyOwner) }
        return copy
    }

    /// Reconciles the keys that `map` gives for each change of a kind's objects.
    ///
    /// - Parameter scope: Nil for the namespaces of the main kind.
    public func watches<O: Resource>(
        _ type: O.Type,
        scope: CacheScope? = nil,
        where predicate: ChangePredicate<O> = .any,
        map: @escaping @Sendable (ObjectChange<O>) -> [ObjectKey]
    ) -> ControllerBuilder {
        var copy = self
        copy.add(O.self, scope ?? home(of: O.self), predicate, map)
        return copy
    }

    /// Reconciles the keys that `map` gives for each element of a stream; see `Controller.watches(stream:_:map:)`.
    public func watches<S: AsyncSequence & SendableMetatype>(
        stream name: String,
        _ makeStream: @escaping @Sendable () async throws -> S,
        map: @escaping @Sendable (S.Element) -> [ObjectKey]
    ) -> ControllerBuilder where S.AsyncIterator: SendableMetatype {
        var copy = self
        copy.steps.append { watcher, _, _ in .success(watcher.watch(stream: name, makeStream, map)) }
        return copy
    }

    // MARK: How it works

    /// Another name for log, metrics and health; two controllers for one kind need two.
    public func named(_ name: String) -> ControllerBuilder { with { $0.name = name } }

    /// How the controller works, whatever the defaults of the environment say.
    public func options(_ options: ControllerOptions) -> ControllerBuilder { with { $0.options = options } }

    /// Changes how the controller works, beginning with the defaults of the environment.
    public func options(_ change: (inout ControllerOptions) -> Void) -> ControllerBuilder { with { change(&$0.options) } }

    /// The flow of a key, as `WorkQueueOptions.flow`: flows take turns.
    public func flow(_ flow: @escaping @Sendable (ObjectKey) -> String) -> ControllerBuilder { with { $0.flow = flow } }

    /// Namespaces take turns, so that many objects of one do not delay the few of another.
    public func fairBetweenNamespaces() -> ControllerBuilder { flow { $0.namespace ?? "" } }

    /// Only changes for which this holds count, whatever object they are of; of several calls all have to hold.
    public func filter(_ holds: @escaping @Sendable (_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool) -> ControllerBuilder {
        with { copy in
            let before = copy.filter
            copy.filter = { before($0, $1) && holds($0, $1) }
        }
    }

    // MARK: Building

    /// Declares the informers in the cache and makes the controller, for the cache's manager to run.
    ///
    /// - Throws: `CacheError`, when a kind is declared otherwise already.
    public func build<R: Reconciler>(_ reconciler: R) throws(CacheError) -> Controller<R> where R.Key == ObjectKey {
        let controller = Controller(
            name: name,
            reconciler: reconciler,
            options: options,
            environment: cache.environment,
            flow: flow
        )
        for step in steps { try step(controller, cache, filter).get() }
        return controller
    }

    private func with(_ change: (inout ControllerBuilder) -> Void) -> ControllerBuilder {
        var copy = self
        change(&copy)
        return copy
    }

    /// Where other kinds are looked for: in the namespaces of the main kind, or where the cache looks by default.
    private func home<O: Resource>(of type: O.Type) -> CacheScope? {
        guard let scope else { return nil }
        return O.scope == .namespaced ? CacheScope(scope.namespaces) : .all
    }

    private mutating func add<O: Resource>(
        _ type: O.Type,
        _ scope: CacheScope?,
        _ predicate: ChangePredicate<O>,
        _ map: @escaping @Sendable (ObjectChange<O>) -> [ObjectKey]
    ) {
        steps.append { watcher, cache, filter in
            do throws(CacheError) {
                let informer = try cache.declare(O.self, scope: scope)
                let passes = ChangePredicate<O> { filter($0.old?.metadata, $0.new?.metadata) }
                return .success(watcher.watch(informer, passes && predicate, map))
            } catch {
                return .failure(error)
            }
        }
    }
}
