// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

/// The part of an informer that everyone may look at: store, status, subscribers. Its writers are the informer's
/// reflectors; any number of readers.
final class InformerCore<R: Resource>: Sendable {
    typealias Handler = @Sendable ([ObjectChange<R>]) -> Void

    private struct Catching {
        let isDone: @Sendable (Store<R>) -> Bool
        let action: @Sendable () -> Void
    }

    private struct State {
        var store: Store<R>
        /// Where each watch stands: by namespace, or nil for the watch of all.
        var parts: [String?: InformerStatus]
        var status = InformerStatus.stopped
        var syncedParts: Set<String?> = []
        var handlers: [Handler] = []
        var mailboxes: [WeakMailbox] = []
        var catching: [Catching] = []
        var statusStreams: [UInt64: AsyncStream<InformerStatus>.Continuation] = [:]
        var lastStream: UInt64 = 0

        /// The streams to tell, when the status as a whole has changed.
        mutating func update() -> [AsyncStream<InformerStatus>.Continuation] {
            let combined = InformerStatus.combined(parts)
            guard combined != status else { return [] }
            status = combined
            return Array(statusStreams.values)
        }
    }

    private struct WeakMailbox {
        weak let mailbox: KeyMailbox?
    }

    private let state: Locked<State>
    /// Held while a change is made and told, so that handlers and streams hear of changes in their order although several watches make
    /// them. Handlers are quick and do not subscribe, so nobody waits long and nobody for himself.
    private let turn = Locked(())
    let synced = Latch<Void>()

    /// - Parameter findsParts: Whether which namespaces there are is found out later.
    init(store: Store<R>, findsParts: Bool = false) {
        var parts: [String?: InformerStatus] = Dictionary(uniqueKeysWithValues: store.parts.map { ($0, .stopped) })
        if findsParts { parts[InformerStatus.namespacesPart] = .stopped }
        state = Locked(State(store: store, parts: parts))
    }

    var snapshot: Store<R> { state.withLock { $0.store } }
    var status: InformerStatus { state.withLock { $0.status } }

    func get(_ key: ObjectKey) -> R? { state.withLock { $0.store.get(key) } }

    func addIndex(_ name: String, values: @escaping @Sendable (R) -> [String]) -> Bool {
        state.withLock { $0.store.addIndex(name, values: values) }
    }

    // MARK: Writing

    /// Changes the store, then tells everyone.
    func change(_ body: (inout Store<R>) -> [ObjectChange<R>]) {
        let caughtUp = turn.withLock { _ in
            let (changes, handlers, mailboxes, live, caughtUp) = state.withLock { state in
                let changes = body(&state.store)
                let store = state.store
                var caughtUp: [@Sendable () -> Void] = []
                state.catching.removeAll { catching in
                    guard catching.isDone(store) else { return false }
                    caughtUp.append(catching.action)
                    return true
                }
                state.mailboxes.removeAll { $0.mailbox == nil }
                return (changes, state.handlers, state.mailboxes.compactMap(\.mailbox), state.store.count, caughtUp)
            }
            if !changes.isEmpty {
                for handler in handlers { handler(changes) }
                for mailbox in mailboxes { mailbox.put(changes.lazy.map(\.key), liveKeys: live) }
            }
            return caughtUp
        }
        for action in caughtUp { action() }
    }

    /// Says where the watch of `part` stands: that of a namespace, or nil for that of all.
    func setStatus(_ status: InformerStatus, part: String?) {
        state.withLock { state in
            state.parts[part] = status
            if status == .synced { state.syncedParts.insert(part) }
        }
        checkSynced()
    }

    /// Begins to follow a namespace.
    func addPart(_ namespace: String) {
        state.withLock { state in
            state.store.addPart(namespace)
            state.parts[namespace] = .listing(received: 0)
        }
    }

    /// Follows a namespace no longer. To be called when its watch has ended.
    func removePart(_ namespace: String) {
        state.withLock { state in
            _ = state.parts.removeValue(forKey: namespace)
            state.syncedParts.remove(namespace)
        }
        change { $0.removePart(namespace) }
        checkSynced()
    }

    /// Says where the watch of the namespaces stands, on which depends which parts there are. `synced` means that all parts are known.
    func setNamespacesStatus(_ status: InformerStatus) { setStatus(status, part: InformerStatus.namespacesPart) }

    private func checkSynced() {
        let hasSynced = turn.withLock { _ in
            let (streams, combined, hasSynced) = state.withLock { state in
                (state.update(), state.status, state.parts.keys.allSatisfy(state.syncedParts.contains))
            }
            for stream in streams { stream.yield(combined) }
            return hasSynced
        }
        if hasSynced { synced.open(()) }
    }

    func end() {
        let (mailboxes, streams) = state.withLock { state in
            for part in state.parts.keys { state.parts[part] = .stopped }
            state.status = .stopped
            defer { state.statusStreams = [:] }
            return (state.mailboxes.compactMap(\.mailbox), Array(state.statusStreams.values))
        }
        for mailbox in mailboxes { mailbox.close() }
        for stream in streams {
            stream.yield(.stopped)
            stream.finish()
        }
    }

    // MARK: Subscribing

    func addHandler(_ handler: @escaping Handler) {
        turn.withLock { _ in
            let store = state.withLock { state in
                state.handlers.append(handler)
                return state.store
            }
            let present = store.list().map { ObjectChange(key: ObjectKey($0), old: nil, new: $0) }
            if !present.isEmpty { handler(present) }
        }
    }

    func makeMailbox() -> KeyMailbox {
        let mailbox = KeyMailbox()
        let store = state.withLock { state in
            state.mailboxes.append(WeakMailbox(mailbox: mailbox))
            return state.store
        }
        if store.count > 0 { mailbox.put(store.keys, liveKeys: store.count) }
        return mailbox
    }

    func makeStatusStream() -> AsyncStream<InformerStatus> {
        // Only the newest status matters, so an unread one is replaced.
        let (stream, continuation) = AsyncStream.makeStream(of: InformerStatus.self, bufferingPolicy: .bufferingNewest(1))
        // In turn with the changes: a status that is told later must not be overtaken by the one that was there at the start.
        turn.withLock { _ in
            let (id, status) = state.withLock { state in
                state.lastStream += 1
                state.statusStreams[state.lastStream] = continuation
                return (state.lastStream, state.status)
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.statusStreams.removeValue(forKey: id) }
            }
            continuation.yield(status)
        }
        return stream
    }

    /// Runs `action` once, as soon as the store is as `condition` says. Bound: one for each write that is waited for.
    func when(_ condition: @escaping @Sendable (Store<R>) -> Bool, run action: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            if condition(state.store) { return true }
            state.catching.append(Catching(isDone: condition, action: action))
            return false
        }
        if isThere { action() }
    }
}
