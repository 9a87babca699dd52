// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON

/// The body of one watch: initial state, then changes as they come, bookmarks when it is quiet, until the timeout or the end of the feed.
actor WatchStream {
    /// What the client asked for.
    struct Plan: Sendable {
        var allowsBookmarks: Bool
        var endsInitialStateWithBookmark: Bool
        /// On the clock's monotonic scale.
        var deadline: Duration
        var bookmarkInterval: Duration
    }

    /// At most so many bytes are handed out at once.
    private static let chunkSize = 256 << 10

    private let feed: WatchFeed
    private let plan: Plan
    private let clock: ClusterClock
    private var writer: WatchEventWriter
    private var initial: ArraySlice<ObjectEntry>
    private var pending: ArraySlice<StoreChange> = []
    private var isInitialDone: Bool
    private var hasEnded = false
    private var lastRevision: UInt64
    private var nextBookmark: Duration

    init(start: WatchStart, from revision: UInt64, writer: WatchEventWriter, plan: Plan, sendsState: Bool, clock: ClusterClock) {
        feed = start.feed
        initial = start.entries[...]
        lastRevision = sendsState ? start.revision : revision
        isInitialDone = !sendsState
        self.writer = writer
        self.plan = plan
        self.clock = clock
        nextBookmark = clock.monotonicNow() + plan.bookmarkInterval
    }

    /// The next piece of the body; nil at its end.
    func next() async -> [UInt8]? {
        if hasEnded { return nil }
        var bytes: [UInt8] = []
        do throws(StatusError) {
            while bytes.isEmpty {
                if !isInitialDone {
                    try appendInitial(&bytes)
                } else if !pending.isEmpty {
                    try appendPending(&bytes)
                } else if await !wait(&bytes) {
                    hasEnded = true
                    return bytes.isEmpty ? nil : bytes
                }
                if Task.isCancelled { return nil }
            }
        } catch {
            hasEnded = true
            WatchEventWriter.append(error, to: &bytes)
        }
        return bytes
    }

    private func appendInitial(_ bytes: inout [UInt8]) throws(StatusError) {
        while bytes.count < Self.chunkSize, let entry = initial.popFirst() { try writer.appendInitial(entry, to: &bytes) }
        guard initial.isEmpty else { return }
        isInitialDone = true
        if plan.endsInitialStateWithBookmark {
            writer.appendBookmark(revision: lastRevision, endsInitialEvents: true, to: &bytes)
        }
    }

    private func appendPending(_ bytes: inout [UInt8]) throws(StatusError) {
        while bytes.count < Self.chunkSize, let change = pending.popFirst() {
            // A watch from a version that is still to come begins behind it.
            guard change.revision > lastRevision else { continue }
            try writer.append(change, to: &bytes)
            lastRevision = change.revision
        }
    }

    /// Waits for changes, the next bookmark or the end. Returns false at the end.
    private func wait(_ bytes: inout [UInt8]) async -> Bool {
        let deadline = plan.allowsBookmarks ? min(plan.deadline, nextBookmark) : plan.deadline
        switch await feed.next(until: deadline, clock: clock) {
        case .changes(let changes):
            pending = changes[...]
            return true
        case .ended: return false
        case .nothing:
            if Task.isCancelled { return false }
            let now = clock.monotonicNow()
            if now >= plan.deadline {
                if plan.allowsBookmarks { writer.appendBookmark(revision: lastRevision, endsInitialEvents: false, to: &bytes) }
                return false
            }
            if plan.allowsBookmarks, now >= nextBookmark {
                writer.appendBookmark(revision: lastRevision, endsInitialEvents: false, to: &bytes)
                nextBookmark = now + plan.bookmarkInterval
            }
            return true
        }
    }

    /// Ends the feed when the client has gone.
    nonisolated func cancel() { feed.end() }
}
