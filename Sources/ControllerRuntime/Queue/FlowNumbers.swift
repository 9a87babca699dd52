// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The flows of the keys that a queue holds, by small numbers. Bound: one for each flow that has a key.
struct FlowNumbers: Sendable {
    /// Without flows all keys are in flow 0, and names are not looked at.
    let areUsed: Bool
    private var numbers = KeyNumbers<String>()
    /// How many keys each flow has, by its number.
    private var counts: [Int] = []

    init(areUsed: Bool) { self.areUsed = areUsed }

    /// The number of the flow, which has one key more now.
    mutating func enter(_ flow: String) -> Int {
        guard areUsed else { return 0 }
        let (number, isNew) = numbers.insert(flow)
        if number == counts.count { counts.append(1) } else { counts[number] = isNew ? 1 : counts[number] + 1 }
        return number
    }

    /// The flow has one key less now.
    mutating func leave(_ number: Int) {
        guard areUsed else { return }
        counts[number] -= 1
        if counts[number] == 0 { numbers.remove(number) }
    }

    /// What the flow is called; nil without flows.
    func name(_ number: Int) -> String? { areUsed ? numbers.key(number) : nil }
}
