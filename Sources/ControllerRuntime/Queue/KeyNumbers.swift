// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Small numbers for keys, so that a key is hashed when it comes and when it is done, and not in between.
///
/// Numbers of removed keys are given again; there are never more than keys were held at once. The table is open-addressed and keeps the
/// hashes, so that neither finding nor growing nor removing hashes anything twice: a dictionary would, and that is most of what a queue
/// costs.
struct KeyNumbers<Key: Hashable & Sendable>: Sendable {
    /// By place a number, -1 where there is none. A key's number lies at the first free place from that of its hash on. At most half are
    /// taken, and the count is a power of 2.
    private var places: [Int32] = Array(repeating: -1, count: 16)
    /// By number; nil for a number that no key has.
    private var keys: [Key?] = []
    private var hashes: [Int] = []
    private var unused: [Int] = []

    /// How many keys have a number.
    var count: Int { keys.count - unused.count }

    /// The number of `key`, and whether it has just been given.
    mutating func insert(_ key: Key) -> (number: Int, isNew: Bool) {
        if 2 * (count + 1) > places.count { grow() }
        let hash = key.hashValue
        let place = placeOf(key, hash)
        let present = places[place]
        if present >= 0 { return (Int(present), false) }
        let number: Int
        if let free = unused.popLast() {
            number = free
            keys[number] = key
            hashes[number] = hash
        } else {
            number = keys.count
            keys.append(key)
            hashes.append(hash)
        }
        places[place] = Int32(truncatingIfNeeded: number)
        return (number, true)
    }

    /// The number of `key`, nil when it has none.
    func number(of key: Key) -> Int? {
        let number = places[placeOf(key, key.hashValue)]
        return number >= 0 ? Int(number) : nil
    }

    /// The key of a number that has been given.
    func key(_ number: Int) -> Key? { keys[number] }

    /// Takes the number back.
    mutating func remove(_ number: Int) {
        guard keys[number] != nil else { return }
        keys[number] = nil
        unused.append(number)
        let mask = places.count - 1
        var hole = hashes[number] & mask
        while places[hole] != Int32(truncatingIfNeeded: number) { hole = (hole + 1) & mask }
        // Those behind that would not be found over the hole move into it.
        var next = (hole + 1) & mask
        while places[next] >= 0 {
            let home = hashes[Int(places[next])] & mask
            if (next - home) & mask >= (next - hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = -1
    }

    /// The place of the key, or the free one where it would be.
    private func placeOf(_ key: Key, _ hash: Int) -> Int {
        let mask = places.count - 1
        var place = hash & mask
        while places[place] >= 0 {
            let number = Int(places[place])
            if hashes[number] == hash, keys[number] == key { return place }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        var grown = [Int32](repeating: -1, count: 2 * places.count)
        let mask = grown.count - 1
        for number in places where number >= 0 {
            var place = hashes[Int(number)] & mask
            while grown[place] >= 0 { place = (place + 1) & mask }
            grown[place] = number
        }
        places = grown
    }
}
