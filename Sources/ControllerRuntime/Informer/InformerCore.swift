// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

/// The part of an informer that everyone may look at: store, status, subscribers. One writer, the informer's `run`; any number of readers.
final class InformerCore<R: Resource>: Sendable {
    typealias Handler = @Sendable ([ObjectChange<R>]) -> Void

    private struct Catching {
        let revision: String
        let action: @Sendable () -> Void
    }

    private struct State {
        var store: Store<R>
        var status = InformerStatus.stopped
        var handlers: [Handler] = []
        var mailboxes: [WeakMailbox] = []
        var catching: [Catching] = []
        var statusStreams: [UInt64: AsyncStream<InformerStatus>.Continuation] = [:]
        var lastStream: UInt64 = 0
    }

    private struct WeakMailbox {
        weak let mailbox: KeyMailbox?
    }

    private let state: Locked<State>
    let synced = Latch<Void>()

    init(store: Store<R>) {
        state = Locked(State(store: store))
    }

    var snapshot: Store<R> { state.withLock { $0.store } }
    var status: InformerStatus { state.withLock { $0.status } }

    func get(_ key: ObjectKey) -> R? { state.withLock { $0.store.get(key) } }

    // MARK: Writing

    /// Changes the store, then tells everyone.
    func change(_ body: (inout Store<R>) -> [ObjectChange<R>]) {
        let (changes, handlers, mailboxes, live, caughtUp) = state.withLock { state in
            let changes = body(&state.store)
            let store = state.store
            var caughtUp: [@Sendable () -> Void] = []
            state.catching.removeAll { catching in
                guard store.hasCaughtUp(to: catching.revision) else { return false }
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
        for action in caughtUp { action() }
    }

    func setStatus(_ status: InformerStatus) {
        let streams = state.withLock { state in
            state.status = status
            return Array(state.statusStreams.values)
        }
        if status == .synced { synced.open(()) }
        for stream in streams { stream.yield(status) }
    }

    func end() {
        let (mailboxes, streams) = state.withLock { state in
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
        let store = state.withLock { state in
            state.handlers.append(handler)
            return state.store
        }
        let present = store.list().map { ObjectChange(key: ObjectKey($0), old: nil, new: $0) }
        if !present.isEmpty { handler(present) }
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
        let (id, status) = state.withLock { state in
            state.lastStream += 1
            state.statusStreams[state.lastStream] = continuation
            return (state.lastStream, state.status)
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.statusStreams.removeValue(forKey: id) }
        }
        continuation.yield(status)
        return stream
    }

    func whenCaughtUp(to revision: String, run action: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            if state.store.hasCaughtUp(to: revision) { return true }
            state.catching.append(Catching(revision: revision, action: action))
            return false
        }
        if isThere { action() }
    }
}
