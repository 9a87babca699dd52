// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// In which order waiting keys are handed out: by priority, by turns of the flows, by age.
///
/// The contract, with L for the overtaking limit:
/// - The highest priority that has keys is handed out next. But while keys of several priorities wait, one hand-out of L + 1 goes to the
///   priority that was passed over for longest.
/// - Within a priority flows take turns, one key each; within a flow keys come in the order they were inserted.
/// - So a key that has p keys of its flow before it, while at most B priorities and F flows of its own have waiting keys, is handed out
///   within (L + 1) · B · F · (p + 1) hand-outs, whatever is inserted meanwhile. Nothing waits for ever.
struct PriorityOrder: Sendable {
    /// Plain bits, looked at for each key.
    private struct Level: Sendable {
        let priority: Int
        var count = 0
        /// The hand-out at which the level was served last, or got something to wait after having nothing.
        var lastTurn: UInt64 = 0
    }

    /// Priorities that have no keys are remembered up to this many.
    private static let rememberedLevels = 32

    /// The highest priority first.
    private var levels: [Level] = []
    /// What waits at each level.
    private var bands: [PriorityBand] = []
    private var links = NumberLinks()
    private var turn: UInt64 = 0
    /// Hand-outs since the priority that was passed over for longest got one.
    private var sinceOldest = 0
    private let overtakingLimit: Int
    private(set) var count = 0

    /// - Parameter overtakingLimit: At least 1.
    init(overtakingLimit: Int) { self.overtakingLimit = max(1, overtakingLimit) }

    var isEmpty: Bool { count == 0 }

    /// How many keys wait at each priority that has any, the highest first.
    var depths: [(priority: Int, count: Int)] { levels.filter { $0.count > 0 }.map { ($0.priority, $0.count) } }

    /// All keys: the highest priority first, within it flow by flow.
    var numbers: [Int] { bands.flatMap { $0.numbers(links) } }

    mutating func insert(_ number: Int, priority: Int, flow: Int) {
        let index = indexOfLevel(priority)
        if levels[index].count == 0 { levels[index].lastTurn = turn }
        levels[index].count += 1
        count += 1
        bands[index].append(number, flow: flow, &links)
    }

    /// Takes out a key that waits at `priority` in `flow`.
    mutating func remove(_ number: Int, priority: Int, flow: Int) {
        let index = indexOfLevel(priority)
        levels[index].count -= 1
        count -= 1
        bands[index].remove(number, flow: flow, &links)
    }

    mutating func popFirst() -> Int? {
        guard count > 0, let index = indexOfNext() else { return nil }
        turn += 1
        levels[index].lastTurn = turn
        levels[index].count -= 1
        count -= 1
        return bands[index].popFirst(&links)
    }

    mutating func removeAll() { self = PriorityOrder(overtakingLimit: overtakingLimit) }

    private mutating func indexOfNext() -> Int? {
        guard let top = levels.firstIndex(where: { $0.count > 0 }) else { return nil }
        guard count > levels[top].count else {
            sinceOldest = 0
            return top
        }
        guard sinceOldest >= overtakingLimit else {
            sinceOldest += 1
            return top
        }
        sinceOldest = 0
        // The top one too: it may be new at the top, having been passed over by one that has emptied.
        return levels.indices.filter { levels[$0].count > 0 }.min { levels[$0].lastTurn < levels[$1].lastTurn }
    }

    private mutating func indexOfLevel(_ priority: Int) -> Int {
        if let index = levels.firstIndex(where: { $0.priority <= priority }), levels[index].priority == priority { return index }
        if levels.count >= Self.rememberedLevels {
            for index in levels.indices.reversed() where levels[index].count == 0 {
                levels.remove(at: index)
                bands.remove(at: index)
            }
        }
        let index = levels.firstIndex { $0.priority < priority } ?? levels.count
        levels.insert(Level(priority: priority), at: index)
        bands.insert(PriorityBand(), at: index)
        return index
    }
}
