// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The causes of keys, by the keys' numbers, apart from what is looked at for each key: most operations see that there are none, and go on.
struct CauseTable: Sendable {
    private struct Causes: Sendable {
        /// Of what is asked for.
        var asked: ReconcileCauses?
        /// Of what is being worked on.
        var working: ReconcileCauses?
    }

    private var table: [Causes] = []
    /// How many causes the table holds.
    private var count = 0

    /// Adds to why the key is asked for.
    mutating func ask(_ number: Int, _ causes: ReconcileCauses?) {
        guard let causes, !causes.isEmpty else { return }
        while table.count <= number { table.append(Causes()) }
        if table[number].asked == nil {
            count += 1
            table[number].asked = causes
        } else {
            table[number].asked?.formUnion(causes)
        }
    }

    /// What was asked for is worked on now.
    mutating func start(_ number: Int) -> ReconcileCauses? {
        guard count > 0, number < table.count, let asked = table[number].asked else { return nil }
        table[number] = Causes(asked: nil, working: asked)
        return asked
    }

    /// The work has ended.
    mutating func finish(_ number: Int) {
        guard count > 0, number < table.count, table[number].working != nil else { return }
        table[number].working = nil
        count -= 1
    }

    /// Nobody asks any more.
    mutating func forgetAsked(_ number: Int) {
        guard count > 0, number < table.count, table[number].asked != nil else { return }
        table[number].asked = nil
        count -= 1
    }

    func asked(_ number: Int) -> ReconcileCauses? { number < table.count ? table[number].asked : nil }
    func working(_ number: Int) -> ReconcileCauses? { number < table.count ? table[number].working : nil }
}
