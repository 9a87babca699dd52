// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta
import Logging

/// Keeps one part of a store equal to the server's objects: those of one namespace, or all. It does what `ReflectorState` decides.
actor Reflector<R: Resource> {
    /// The namespace that is followed; nil for all, and for cluster-scoped kinds.
    private let namespace: String?
    private let client: KubernetesClient
    private let options: InformerOptions
    private let transform: ObjectTransform<R>?
    private let environment: RuntimeEnvironment
    private let logger: Logger
    private let timerID: DeadlineTimer.ID
    private let core: InformerCore<R>
    private let metrics: InformerMetrics
    private let isListed: Latch<Void>?
    private var reflector: ReflectorState
    private var listed: [R] = []
    /// The state as far as a stream has brought it; nil when none is under way.
    private var streamed: [ObjectKey: R]?

    /// - Parameter isListed: Is opened when the first list has succeeded or failed.
    init(
        namespace: String?,
        client: KubernetesClient,
        options: InformerOptions,
        transform: ObjectTransform<R>?,
        environment: RuntimeEnvironment,
        logger: Logger,
        core: InformerCore<R>,
        metrics: InformerMetrics,
        isListed: Latch<Void>? = nil
    ) {
        self.namespace = namespace
        self.client = client
        self.options = options
        self.transform = transform
        self.environment = environment
        self.logger = logger
        self.core = core
        self.metrics = metrics
        self.isListed = isListed
        timerID = environment.timer.makeID()
        reflector = ReflectorState(options: options, random: environment.random)
    }

    /// Follows the server until the task is canceled. Failures are reported as a status and retried.
    func run() async {
        reflector = ReflectorState(options: options, random: environment.random)
        var event: ReflectorState.Event? = .started
        while let current = event, !Task.isCancelled {
            event = nil
            for action in reflector.handle(current, now: environment.time.now()) {
                switch action {
                case .report(let status): report(status)
                case .log(let message): logger.notice("\(message)")
                case .commitList(let revision): commitList(revision: revision)
                case .stream(let timeout): event = await watch(revision: nil, timeout: timeout)
                case .list(let token, let limit): event = await list(continueToken: token, limit: limit)
                case .watch(let revision, let timeout): event = await watch(revision: revision, timeout: timeout)
                case .wait(let until): event = await wait(until: until)
                }
            }
        }
    }

    private func report(_ status: InformerStatus) {
        core.setStatus(status, part: namespace)
        if case .listing = status {} else { isListed?.open(()) }
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
        metrics.countList()
        do throws(ClientError) {
            let page = try await client.list(R.self, namespace: namespace, options: request)
            let known = core.snapshot
            for object in page.items { listed.append(taken(object, known)) }
            return .page(
                count: page.items.count,
                continueToken: page.metadata.continue,
                revision: page.metadata.resourceVersion ?? ""
            )
        } catch {
            listed = []
            if Task.isCancelled { return nil }
            let failure = ReflectorFailure(error)
            metrics.count(failure)
            return .listFailed(failure)
        }
    }

    /// What is stored of an object. One that is known in this version is taken from the store, so that listing again does not need the
    /// memory twice.
    private func taken(_ object: R, _ known: Store<R>) -> R { known.same(as: object) ?? changed(object) }

    private func changed(_ object: R) -> R { transform?(object) ?? object }

    private func commitList(revision: String) {
        let objects = streamed.map { Array($0.values) } ?? listed
        listed = []
        streamed = nil
        core.change { $0.replace(with: objects, revision: revision, part: namespace) }
        logger.debug("store replaced", metadata: ["objects": "\(objects.count)", "revision": "\(revision)"])
    }

    // MARK: Watch

    /// Follows a watch until it ends: from `revision`, or, with nil, one that brings the state first.
    private func watch(revision: String?, timeout: Duration) async -> ReflectorState.Event? {
        streamed = revision == nil ? [:] : nil
        defer { streamed = nil }
        let limit = revision == nil ? min(options.idleLimit, ReflectorState.streamSilence) : options.idleLimit
        let watchdog = WatchWatchdog(timer: environment.timer, id: timerID, time: environment.time, limit: limit)
        let ending = await withTaskGroup(of: WatchEnding?.self) { group in
            watchdog.start()
            group.addTask { await self.readWatch(revision: revision, timeout: timeout, watchdog: watchdog) }
            group.addTask {
                await watchdog.barked()
                    ? .failed(ReflectorFailure(.silent, "nothing came for \(watchdog.limit)")) : nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        watchdog.stop()
        if Task.isCancelled { return nil }
        switch ending {
        case .failed(let failure):
            metrics.count(failure)
            return .watchEnded(failure)
        case .closed, nil: return .watchEnded(nil)
        }
    }

    private func readWatch(revision: String?, timeout: Duration, watchdog: WatchWatchdog) async -> WatchEnding? {
        var request = WatchOptions(
            resourceVersion: revision,
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector,
            timeout: timeout
        )
        if revision == nil {
            request.sendInitialEvents = true
            request.resourceVersionMatch = .notOlderThan
        }
        metrics.countWatch()
        do throws(ClientError) {
            let stream = try await client.watch(R.self, namespace: namespace, options: request)
            watchdog.pat()
            tell(.watchOpened)
            while let batch = try await stream.nextBatch() {
                watchdog.pat()
                var events = batch[...]
                if let failure = collect(&events, watchdog) ?? apply(events) { return .failed(failure) }
            }
            return .closed
        } catch {
            return .failed(ReflectorFailure(error))
        }
    }

    /// Takes events of the state out of the batch, up to the bookmark that ends it. An ERROR event ends the watch.
    private func collect(_ events: inout ArraySlice<WatchEvent<R>>, _ watchdog: WatchWatchdog) -> ReflectorFailure? {
        guard streamed != nil else { return nil }
        let known = core.snapshot
        var count = 0
        defer { metrics.countEvents(count) }
        while let event = events.popFirst() {
            switch event {
            case .added(let object), .modified(let object):
                count += 1
                streamed?[ObjectKey(object)] = taken(object, known)
            case .deleted(let object):
                count += 1
                streamed?.removeValue(forKey: ObjectKey(object))
            case .bookmark(let revision, true):
                watchdog.limit = options.idleLimit
                tell(.stateEnded(revision: revision))
                return nil
            case .bookmark: break
            case .error(let status): return ReflectorFailure(status)
            }
        }
        tell(.watchReceived(events: count, revision: nil))
        return nil
    }

    /// Takes changes into the store. An ERROR event ends the watch; what came before it counts.
    private func apply(_ events: ArraySlice<WatchEvent<R>>) -> ReflectorFailure? {
        if events.isEmpty { return nil }
        var failure: ReflectorFailure?
        var deltas: [Delta] = []
        var count = 0
        var revision: String?
        for event in events {
            switch event {
            case .added(let object), .modified(let object):
                count += 1
                revision = object.metadata.resourceVersion ?? revision
                deltas.append(.update(changed(object)))
            case .deleted(let object):
                count += 1
                revision = object.metadata.resourceVersion ?? revision
                deltas.append(.remove(changed(object)))
            case .bookmark(let bookmark, _):
                revision = bookmark
                deltas.append(.advance(bookmark))
            case .error(let status): failure = ReflectorFailure(status)
            }
            if failure != nil { break }
        }
        core.change { store in
            deltas.compactMap { delta in
                switch delta {
                case .update(let object): return store.update(object, part: namespace)
                case .remove(let object): return store.remove(object, part: namespace)
                case .advance(let revision):
                    store.advance(to: revision, part: namespace)
                    return nil
                }
            }
        }
        metrics.countEvents(count)
        tell(.watchReceived(events: count, revision: revision))
        return failure
    }

    private enum Delta {
        case update(R)
        case remove(R)
        case advance(String)
    }

    /// Hands an event of a watch that goes on to the state.
    private func tell(_ event: ReflectorState.Event) {
        for action in reflector.handle(event, now: environment.time.now()) {
            switch action {
            case .report(let status): report(status)
            case .commitList(let revision): commitList(revision: revision)
            case .log(let message): logger.notice("\(message)")
            case .stream, .list, .watch, .wait: break  // only the end of a watch leads there
            }
        }
    }
}
