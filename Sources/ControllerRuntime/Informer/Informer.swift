// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesCore
public import KubernetesMeta
import Logging

/// Keeps a store equal to the server's objects of one kind, and says what changes.
///
/// What a reader may assume: the store changes before anyone hears of it, so whoever is told of a change sees a store at least as new; the
/// versions of one object come in the server's order, some may be skipped; the store is eventually the server's state, and `status` says why
/// when it is not. Reading never waits for the server and may be done from anywhere.
public final class Informer<R: Resource>: AnyInformer {
    /// The plural and group, after the namespaces when not all are followed.
    public let name: String
    /// The namespaces that are followed.
    public let namespaces: NamespaceScope
    /// The cache that runs it; nil for an informer of its own.
    public weak let cache: Cache?
    /// Of the namespaces that are selected by labels, when a cache shares them.
    private let namespaceHandle: InformerHandle<Namespace>?
    private let client: KubernetesClient
    private let options: InformerOptions
    private let transform: ObjectTransform<R>?
    private let environment: RuntimeEnvironment
    private let logger: Logger
    private let core: InformerCore<R>
    private let metrics: InformerMetrics
    private let isRunning = Locked(false)
    /// What the field selector says of names, which never change.
    private let names: FieldSelector

    /// An informer that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - namespace: The namespace to follow; nil for all, and for cluster-scoped kinds.
    ///   - indexes: For each index its name and the values under which it files an object.
    ///   - transform: Changes each object before it is stored.
    public convenience init(
        _ type: R.Type = R.self,
        client: KubernetesClient,
        namespace: String? = nil,
        options: InformerOptions = InformerOptions(),
        indexes: [String: @Sendable (R) -> [String]] = [:],
        transform: ObjectTransform<R>? = nil,
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) {
        self.init(
            client: client,
            namespaces: .only(namespace),
            options: options,
            indexes: indexes,
            transform: transform,
            environment: environment
        )
    }

    /// An informer of several namespaces, that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - namespaces: The namespaces to follow. Of a cluster-scoped kind always all objects are followed.
    ///   - indexes: For each index its name and the values under which it files an object.
    ///   - transform: Changes each object before it is stored.
    public convenience init(
        _ type: R.Type = R.self,
        client: KubernetesClient,
        namespaces: NamespaceScope,
        options: InformerOptions = InformerOptions(),
        indexes: [String: @Sendable (R) -> [String]] = [:],
        transform: ObjectTransform<R>? = nil,
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) {
        self.init(
            client: client,
            namespaces: namespaces,
            options: options,
            indexes: indexes,
            transform: transform,
            environment: environment,
            name: nil,
            cache: nil
        )
    }

    init(
        client: KubernetesClient,
        namespaces: NamespaceScope,
        options: InformerOptions,
        indexes: [String: @Sendable (R) -> [String]],
        transform: ObjectTransform<R>?,
        environment: RuntimeEnvironment,
        name: String?,
        cache: Cache?,
        namespaceHandle: InformerHandle<Namespace>? = nil
    ) {
        let namespaces = R.scope == .namespaced ? namespaces : .all
        self.name = name ?? Self.defaultName(namespaces)
        self.namespaces = namespaces
        self.cache = cache
        self.namespaceHandle = namespaceHandle
        self.client = client
        var options = options
        if !namespaces.fields.isEmpty {
            let others = options.fieldSelector.flatMap { $0.isEmpty ? nil : $0 }
            options.fieldSelector = [others, namespaces.fields.description].compactMap(\.self).joined(separator: ",")
        }
        self.options = options
        names = Self.names(options.fieldSelector)
        self.transform = transform
        self.environment = environment
        var logger = environment.logger
        logger[metadataKey: "informer"] = .string(self.name)
        self.logger = logger
        switch namespaces {
        case .all, .allBut: core = InformerCore(store: Store(indexes: indexes))
        case .named(let names): core = InformerCore(store: Store(indexes: indexes, namespaces: names))
        case .labeled: core = InformerCore(store: Store(indexes: indexes, namespaces: []), findsParts: true)
        }
        metrics = InformerMetrics(
            name: self.name,
            kind: R.groupVersionKind,
            plural: R.plural,
            registry: environment.metrics
        )
    }

    /// What an informer of these namespaces is called, unless another one is called so.
    static func defaultName(_ namespaces: NamespaceScope) -> String {
        let group = R.groupVersionKind.group
        let resource = group.isEmpty ? R.plural : "\(R.plural).\(group)"
        return namespaces.shortName.map { "\($0)/\(resource)" } ?? resource
    }

    // MARK: Reading

    /// The kind of the objects.
    public var kind: GroupVersionKind { R.groupVersionKind }
    /// Where it stands.
    public var status: InformerStatus { core.status }
    /// Whether the store has held the server's whole state.
    public var hasSynced: Bool { core.synced.value != nil }
    /// The store as it is now; several reads of one snapshot agree with each other.
    public func snapshot() -> Store<R> { core.snapshot }
    /// The object named `key`.
    public func get(_ key: ObjectKey) -> R? { core.get(key) }
    /// All objects, in no order.
    public func list() -> [R] { core.snapshot.list() }
    /// The objects of a namespace, in no order.
    public func list(namespace: String) -> [R] { core.snapshot.list(namespace: namespace) }
    /// The objects that `index` files under `value`, in no order.
    public func list(index: String, value: String) -> [R] { core.snapshot.list(index: index, value: value) }

    // MARK: Following

    /// The keys that change, from now on; those that are in the store now come first. Each call makes a subscription of its own, which ends
    /// when the sequence is dropped.
    public func changes() -> InformerChanges<R> { InformerChanges(informer: self, mailbox: core.makeMailbox()) }

    /// Calls `handler` for each change, after the store has changed, on the informer's own thread of work: it must be quick, must not block,
    /// and must not call back into the informer's subscriptions. Objects that are in the store now come as new ones.
    public func onChange(_ handler: @escaping @Sendable ([ObjectChange<R>]) -> Void) { core.addHandler(handler) }

    /// The status now and as it changes; what is not read in time is skipped.
    public func statuses() -> AsyncStream<InformerStatus> { core.makeStatusStream() }

    /// Waits for `hasSynced`; throws `CancellationError`.
    public func waitUntilSynced() async throws {
        guard await core.synced.wait() != nil else { throw CancellationError() }
    }

    /// Whether the store holds all changes up to `revision`: not before the first list; true also when the two cannot be compared, and for
    /// a namespace that is not followed.
    ///
    /// - Parameter namespace: Only the changes in this namespace; nil for all.
    public func hasCaughtUp(to revision: String, in namespace: String?) -> Bool {
        core.snapshot.hasCaughtUp(to: revision, in: namespace)
    }

    /// Runs `action` once, as soon as the store holds all changes of `namespace`, nil for all, up to `revision`. It must be quick.
    public func whenCaughtUp(to revision: String, in namespace: String?, run action: @escaping @Sendable () -> Void) {
        core.when({ $0.hasCaughtUp(to: revision, in: namespace) }, run: action)
    }

    /// Whether the store shows that the object of this key and uid is gone or being deleted: not before it holds all changes up to
    /// `revision`, one of the object's own.
    public func hasSeenDeletion(of key: ObjectKey, uid: String, after revision: String) -> Bool {
        core.snapshot.hasSeenDeletion(of: key, uid: uid, after: revision)
    }

    /// Runs `action` once, as soon as the store shows that. It must be quick.
    public func whenDeletionSeen(
        of key: ObjectKey,
        uid: String,
        after revision: String,
        run action: @escaping @Sendable () -> Void
    ) {
        core.when({ $0.hasSeenDeletion(of: key, uid: uid, after: revision) }, run: action)
    }

    /// Whether an object of this name is followed, as far as the field selector says by name and namespace.
    public func mayFollow(_ name: String, in namespace: String?) -> Bool {
        names.matches { $0 == "metadata.name" ? name : namespace }
    }

    private static func names(_ selector: String?) -> FieldSelector {
        // One that cannot be read is the server's to refuse.
        guard let selector, let all = try? FieldSelector(parsing: selector) else { return FieldSelector() }
        return FieldSelector(
            requirements: all.requirements.filter { ["metadata.name", "metadata.namespace"].contains($0.field) }
        )
    }

    /// Files all objects under a further index. False when there is one of that name.
    func addIndex(_ name: String, values: @escaping @Sendable (R) -> [String]) -> Bool {
        core.addIndex(name, values: values)
    }

    // MARK: Running

    /// Follows the server until the task is canceled. Failures are reported in `status` and retried; nothing of the server makes it throw.
    public func run() async throws {
        let isMine = isRunning.withLock { isRunning in
            defer { isRunning = true }
            return !isRunning
        }
        guard isMine else { return }
        if cache == nil { startMetrics() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [environment] in await environment.timer.run() }
            await follow()
            group.cancelAll()
        }
        namespaceHandle?.release()
        core.end()
        if cache == nil { stopMetrics() }
        isRunning.withLock { $0 = false }
    }

    /// Shows the informer's metrics. A cache does so as long as it holds the informer, else they are there while it runs.
    func startMetrics() {
        metrics.start { [weak core] in
            guard let core else { return nil }
            let store = core.snapshot
            return InformerMetrics.Reading(
                status: core.status,
                objects: store.count,
                bytes: store.estimatedBytes(),
                revision: store.revision
            )
        }
    }

    /// Takes the informer's metrics away.
    func stopMetrics() { metrics.stop() }

    private func follow() async {
        switch namespaces {
        case .all, .allBut: await makeReflector(nil, isListed: nil).run()
        case .named(let names):
            let parts = ReflectorSet(makeReflector: makeReflector, core: core)
            await withDiscardingTaskGroup { group in
                await parts.follow(names, in: &group)
                if names.isEmpty { core.synced.open(()) }
            }
        case .labeled(let selector):
            let own = namespaceHandle == nil ? makeNamespaceInformer(selector) : nil
            guard let source = namespaceHandle?.informer ?? own else { return }
            let parts = ReflectorSet(makeReflector: makeReflector, core: core)
            await withDiscardingTaskGroup { group in
                // Nothing of the server makes it throw.
                group.addTask { do { try await own?.run() } catch {} }
                await parts.follow(namesOf: source, in: &group)
                group.cancelAll()
            }
        }
    }

    private func makeNamespaceInformer(_ selector: LabelSelector) -> Informer<Namespace> {
        var options = options
        options.labelSelector = selector.isEmpty ? nil : selector.description
        options.fieldSelector = nil
        return Informer<Namespace>(
            client: client,
            options: options,
            transform: .droppingManagedFields,
            environment: environment
        )
    }

    private func makeReflector(_ namespace: String?, isListed: Latch<Void>?) -> Reflector<R> {
        Reflector<R>(
            namespace: namespace,
            client: client,
            options: options,
            transform: transform,
            environment: environment,
            logger: logger,
            core: core,
            metrics: metrics,
            isListed: isListed
        )
    }
}
