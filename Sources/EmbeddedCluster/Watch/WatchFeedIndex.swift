// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The open feeds by what they watch.
struct WatchFeedIndex: Sendable {
    private final class Slot: Sendable {
        // A feed lives as long as its reader; the index does not keep it.
        weak let feed: WatchFeed?
        init(_ feed: WatchFeed) { self.feed = feed }
    }

    private var slots: [WatchScope: [Slot]] = [:]

    mutating func add(_ feed: WatchFeed, scope: WatchScope) {
        slots[scope, default: []].removeAll { $0.feed == nil }
        slots[scope, default: []].append(Slot(feed))
    }

    /// Hands a change to every feed that watches its object, and forgets feeds that are over.
    mutating func publish(_ change: StoreChange) {
        let id = change.key.resourceID
        publish(change, to: WatchScope(resource: id, namespace: nil))
        if !change.key.namespace.isEmpty { publish(change, to: WatchScope(resource: id, namespace: change.key.namespace)) }
        publish(change, to: WatchScope())
    }

    private mutating func publish(_ change: StoreChange, to scope: WatchScope) {
        guard let list = slots[scope] else { return }
        var isStale = false
        for slot in list where !(slot.feed?.push(change) ?? false) { isStale = true }
        guard isStale else { return }
        let rest = list.filter { $0.feed.map { !$0.hasEnded } ?? false }
        slots[scope] = rest.isEmpty ? nil : rest
    }

    mutating func endAll() {
        for slot in slots.values.joined() { slot.feed?.end() }
        slots = [:]
    }
}
