// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

extension WorkQueue: DebugInspectable {
    /// The queue's name.
    public var debugName: String { name }

    /// How many keys wait for a worker (`depth`) or for the end of their window (`held`), which are the list `waiting`; how many are worked
    /// on or wait for a cache to see what was written (`parked`), which are the list `locked`; how many come later; since when or how soon,
    /// and why. The longest waiting of the highest priority comes first. A list that has been cut is shorter than its counts.
    public func debugSnapshot(limit: Int) -> JSONValue {
        let inspection = inspect(limit: limit)
        return [
            "depth": .int(inspection.depth),
            "held": .int(inspection.held),
            "delayed": .int(inspection.delayed),
            "processing": .int(inspection.processing),
            "parked": .int(inspection.parked),
            "waiting": .array(inspection.waiting.map { Self.document($0, now: inspection.now) }),
            "locked": .array(inspection.locked.map { Self.document($0, now: inspection.now) }),
            "later": .array(inspection.later.map { Self.document($0.due, at: $0.at, now: inspection.now) }),
        ]
    }

    private static func document(_ entry: QueueEntry<Key>, now: MonotonicInstant) -> JSONValue {
        var document: JSONValue = [
            "key": .string("\(entry.key)"),
            "state": .string(entry.state.rawValue),
            "milliseconds": .int(entry.since.duration(to: now).inMilliseconds),
            "priority": .int(entry.priority),
        ]
        if let flow = entry.flow { document["flow"] = .string(flow) }
        if entry.comesAgain { document["comesAgain"] = .bool(true) }
        add(entry.causes, to: &document)
        return document
    }

    private static func document(_ due: DelayedAdds<Key>.Due, at: MonotonicInstant, now: MonotonicInstant) -> JSONValue {
        var document: JSONValue = [
            "key": .string("\(due.key)"),
            "inMilliseconds": .int(now.duration(to: at).inMilliseconds),
            "priority": .int(due.priority),
        ]
        add(due.causes ?? ReconcileCauses(), to: &document)
        return document
    }

    private static func add(_ causes: ReconcileCauses, to document: inout JSONValue) {
        if causes.isEmpty { return }
        document["causes"] = .array(causes.listed.map { .string($0.description) })
        if causes.unlisted > 0 { document["moreCauses"] = .int(causes.unlisted) }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int64 { saturatedNanoseconds / 1_000_000 }
}
