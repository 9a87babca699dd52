// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
public import KubernetesMeta
import Logging

/// Keeps a store equal to the server's objects of one kind, and says what changes.
///
/// What a reader may assume: the store changes before anyone hears of it, so whoever is told of a change sees a store at least as new; the
/// versions of one object come in the server's order, some may be skipped; the store is eventually the server's state, and `status` says why
/// when it is not. Reading never waits for the server and may be done from anywhere.
public actor Informer<R: Resource>: AnyInformer {
    /// The plural and group, and the namespace when there is one.
    public nonisolated let name: String
    private let client: KubernetesClient
    private let namespace: String?
    private let options: InformerOptions
    private let environment: RuntimeEnvironment
    private let logger: Logger
    private let timerID: DeadlineTimer.ID
    private nonisolated let core: InformerCore<R>
    private var reflector: ReflectorState
    private var listed: [R] = []
    private var isRunning = false

    /// An informer that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - namespace: The namespace to follow; nil for all, and for cluster-scoped kinds.
    ///   - indexes: For each index its name and the values under which it files an object.
    public init(
        _ type: R.Type = R.self,
        client: KubernetesClient,
        namespace: String? = nil,
        options: InformerOptions = InformerOptions(),
        indexes: [String: @Sendable (R) -> [String]] = [:],
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) {
        let group = R.groupVersionKind.group
        let resource = group.isEmpty ? R.plural : "\(R.plural).\(group)"
        name = namespace.map { "\($0)/\(resource)" } ?? resource
        self.client = client
        self.namespace = namespace
        self.options = options
        self.environment = environment
        var logger = environment.logger
        logger[metadataKey: "informer"] = .string(name)
        self.logger = logger
        timerID = environment.timer.makeID()
        core = InformerCore(store: Store(indexes: indexes))
        reflector = ReflectorState(options: options, random: environment.random)
    }

    // MARK: Reading

    /// The kind of the objects.
    public nonisolated var kind: GroupVersionKind { R.groupVersionKind }
    /// Where it stands.
    public nonisolated var status: InformerStatus { core.status }
    /// Whether the store has held the server's whole state.
    public nonisolated var hasSynced: Bool { core.synced.value != nil }
    /// The store as it is now; several reads of one snapshot agree with each other.
    public nonisolated func snapshot() -> Store<R> { core.snapshot }
    /// The object named `key`.
    public nonisolated func get(_ key: ObjectKey) -> R? { core.get(key) }
    /// All objects, in no order.
    public nonisolated func list() -> [R] { core.snapshot.list() }
    /// The objects of a namespace, in no order.
    public nonisolated func list(namespace: String) -> [R] { core.snapshot.list(namespace: namespace) }
    /// The objects that `index` files under `value`, in no order.
    public nonisolated func list(index: String, value: String) -> [R] { core.snapshot.list(index: index, value: value) }

    // MARK: Following

    /// The keys that change, from now on; those that are in the store now come first. Each call makes a subscription of its own, which ends
    /// when the sequence is dropped.
    public nonisolated func changes() -> InformerChanges<R> { InformerChanges(informer: self, mailbox: core.makeMailbox()) }

    /// Calls `handler` for each change, after the store has changed, on the informer's own thread of work: it must be quick, must not block,
    /// and must not call back into the informer's subscriptions. Objects that are in the store now come as new ones.
    public nonisolated func onChange(_ handler: @escaping @Sendable ([ObjectChange<R>]) -> Void) { core.addHandler(handler) }

    /// The status now and as it changes; what is not read in time is skipped.
    public nonisolated func statuses() -> AsyncStream<InformerStatus> { core.makeStatusStream() }

    /// Waits for `hasSynced`; throws `CancellationError`.
    public nonisolated func waitUntilSynced() async throws {
        guard await core.synced.wait() != nil else { throw CancellationError() }
    }

    /// Whether the store holds all changes up to `revision`: not before the first list; true also when the two cannot be compared.
    public nonisolated func hasCaughtUp(to revision: String) -> Bool {
        core.snapshot.hasCaughtUp(to: revision)
    }

    /// Runs `action` once, as soon as the store holds all changes up to `revision`. It must be quick.
    public nonisolated func whenCaughtUp(to revision: String, run action: @escaping @Sendable () -> Void) {
        core.whenCaughtUp(to: revision, run: action)
    }

    // MARK: Running

    /// Follows the server until the task is canceled. Failures are reported in `status` and retried; nothing of the server makes it throw.
    public func run() async throws {
        guard !isRunning else { return }
        isRunning = true
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [environment] in await environment.timer.run() }
            await follow()
            group.cancelAll()
        }
        core.end()
        isRunning = false
    }

    private func follow() async {
        reflector = ReflectorState(options: options, random: environment.random)
        var event: ReflectorState.Event? = .started
        while let current = event, !Task.isCancelled {
            event = nil
            for action in reflector.handle(current, now: environment.time.now()) {
                switch action {
                case .report(let status): report(status)
                case .log(let message): logger.notice("\(message)")
                case .commitList(let revision): commitList(revision: revision)
                case .list(let token, let limit): event = await list(continueToken: token, limit: limit)
                case .watch(let revision, let timeout): event = await watch(revision: revision, timeout: timeout)
                case .wait(let until): event = await wait(until: until)
                }
            }
        }
    }

    private func report(_ status: InformerStatus) {
        core.setStatus(status)
        logger.debug("informer status", metadata: ["status": "\(status)"])
    }

    private func wait(until instant: MonotonicInstant) async -> ReflectorState.Event? {
        do {
            try await environment.time.sleepUntil(instant)
            return .waited
        } catch {
            return nil  // only cancellation ends a wait early
        }
    }

    // MARK: List

    private func list(continueToken: String?, limit: Int?) async -> ReflectorState.Event? {
        if continueToken == nil { listed = [] }
        var request = ListOptions(labelSelector: options.labelSelector, fieldSelector: options.fieldSelector)
        request.limit = limit
        request.continueToken = continueToken
        do throws(ClientError) {
            let page = try await client.list(R.self, namespace: namespace, options: request)
            listed.append(contentsOf: page.items)
            return .page(
                count: page.items.count,
                continueToken: page.metadata.continue,
                revision: page.metadata.resourceVersion ?? ""
            )
        } catch {
            listed = []
            return Task.isCancelled ? nil : .listFailed(ReflectorFailure(error))
        }
    }

    private func commitList(revision: String) {
        let objects = listed
        listed = []
        core.change { $0.replace(with: objects, revision: revision) }
        logger.debug("store replaced", metadata: ["objects": "\(objects.count)", "revision": "\(revision)"])
    }

    // MARK: Watch

    private func watch(revision: String, timeout: Duration) async -> ReflectorState.Event? {
        let watchdog = WatchWatchdog(timer: environment.timer, id: timerID, time: environment.time, limit: options.idleLimit)
        let ending = await withTaskGroup(of: WatchEnding?.self) { group in
            watchdog.start()
            group.addTask { await self.readWatch(revision: revision, timeout: timeout, watchdog: watchdog) }
            group.addTask {
                await watchdog.barked() ? .failed(ReflectorFailure(.silent, "nothing came for \(self.options.idleLimit)")) : nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        watchdog.stop()
        if Task.isCancelled { return nil }
        switch ending {
        case .failed(let failure): return .watchEnded(failure)
        case .closed, nil: return .watchEnded(nil)
        }
    }

    private func readWatch(revision: String, timeout: Duration, watchdog: WatchWatchdog) async -> WatchEnding? {
        let request = WatchOptions(
            resourceVersion: revision,
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector,
            timeout: timeout
        )
        do throws(ClientError) {
            let stream = try await client.watch(R.self, namespace: namespace, options: request)
            watchdog.pat()
            tell(.watchOpened)
            while let batch = try await stream.nextBatch() {
                watchdog.pat()
                if let failure = apply(batch) { return .failed(failure) }
            }
            return .closed
        } catch {
            return .failed(ReflectorFailure(error))
        }
    }

    /// Takes a batch into the store. An ERROR event ends the watch; what came before it counts.
    private func apply(_ batch: [WatchEvent<R>]) -> ReflectorFailure? {
        var failure: ReflectorFailure?
        var events = 0
        var revision: String?
        core.change { store in
            var changes: [ObjectChange<R>] = []
            for event in batch {
                switch event {
                case .added(let object), .modified(let object):
                    events += 1
                    revision = object.metadata.resourceVersion ?? revision
                    if let change = store.update(object) { changes.append(change) }
                case .deleted(let object):
                    events += 1
                    revision = object.metadata.resourceVersion ?? revision
                    if let change = store.remove(object) { changes.append(change) }
                case .bookmark(let bookmark, _):
                    revision = bookmark
                    store.advance(to: bookmark)
                case .error(let status):
                    failure = ReflectorFailure(status)
                    return changes
                }
            }
            return changes
        }
        tell(.watchReceived(events: events, revision: revision))
        return failure
    }

    private func tell(_ event: ReflectorState.Event) {
        for case .report(let status) in reflector.handle(event, now: environment.time.now()) { report(status) }
    }
}
