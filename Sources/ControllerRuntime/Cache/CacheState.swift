// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which informers a cache has, which wait to be started, and who holds them.
struct CacheState: Sendable {
    enum Phase: Sendable { case created, running, ended }

    private(set) var phase = Phase.created
    /// In the order they came.
    private(set) var slots: [CacheSlot] = []
    private var unstarted: [CacheKey] = []

    /// The slot of exactly this type and scope.
    func slot(_ key: CacheKey) -> CacheSlot? { slots.first { $0.key == key } }

    /// A name that no other slot has: `wanted`, or with the lowest number that is free.
    func freeName(_ wanted: String) -> String {
        let taken = Set(slots.map(\.informer.name))
        guard taken.contains(wanted) else { return wanted }
        var number = 2
        while taken.contains("\(wanted)-\(number)") { number += 1 }
        return "\(wanted)-\(number)"
    }

    /// Adds an informer that one holds.
    mutating func insert(_ slot: CacheSlot) {
        slots.append(slot)
        unstarted.append(slot.key)
    }

    /// One more holds the informer.
    mutating func retain(_ key: CacheKey, gatesReadiness: Bool) {
        guard let index = slots.firstIndex(where: { $0.key == key }) else { return }
        slots[index].holders += 1
        if gatesReadiness { slots[index].gatesReadiness = true }
    }

    /// One less holds the informer. The slot, when that was the last.
    mutating func release(_ key: CacheKey) -> CacheSlot? {
        guard let index = slots.firstIndex(where: { $0.key == key }) else { return nil }
        slots[index].holders -= 1
        guard slots[index].holders == 0 else { return nil }
        unstarted.removeAll { $0 == key }
        return slots.remove(at: index)
    }

    /// False when the cache has run already.
    mutating func start() -> Bool {
        guard phase == .created else { return false }
        phase = .running
        return true
    }

    /// The next informer to start.
    mutating func takeUnstarted() -> CacheSlot? {
        guard !unstarted.isEmpty else { return nil }
        return slot(unstarted.removeFirst())
    }

    /// Ends the cache. All slots that were left.
    mutating func end() -> [CacheSlot] {
        phase = .ended
        defer {
            slots = []
            unstarted = []
        }
        return slots
    }
}
