// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Small numbers for keys, so that a key is hashed when it comes and when it is done, and not in between.
///
/// Numbers of removed keys are given again; there are never more than keys were held at once.
struct KeyNumbers<Key: Hashable & Sendable>: Sendable {
    /// A key that remembers its hash: moving it in a table costs no look at the key.
    private struct Hashed: Hashable, Sendable {
        let key: Key
        let hash: Int

        init(_ key: Key) {
            self.key = key
            hash = key.hashValue
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }

        static func == (lhs: Hashed, rhs: Hashed) -> Bool { lhs.hash == rhs.hash && lhs.key == rhs.key }
    }

    private var numbers: [Hashed: Int] = [:]
    private var keys: [Hashed?] = []
    private var unused: [Int] = []

    /// The number of `key`, and whether it has just been given.
    mutating func insert(_ key: Key) -> (number: Int, isNew: Bool) {
        let hashed = Hashed(key)
        let next = unused.last ?? keys.count
        // One look-up for both: the default is the number to give.
        func giveIfNone(_ number: inout Int) -> Int {
            if number < 0 { number = next }
            return number
        }
        let before = numbers.count
        let number = giveIfNone(&numbers[hashed, default: -1])
        guard numbers.count > before else { return (number, false) }
        if unused.popLast() == nil { keys.append(hashed) } else { keys[number] = hashed }
        return (number, true)
    }

    /// The number of `key`, nil when it has none.
    func number(of key: Key) -> Int? { numbers[Hashed(key)] }

    /// The key of a number that has been given.
    func key(_ number: Int) -> Key? { keys[number]?.key }

    /// Takes the number back.
    mutating func remove(_ number: Int) {
        guard let hashed = keys[number] else { return }
        numbers.removeValue(forKey: hashed)
        keys[number] = nil
        unused.append(number)
    }
}
