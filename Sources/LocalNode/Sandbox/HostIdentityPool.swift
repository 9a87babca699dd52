// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Unprivileged host users for a node that runs as root: one per sandbox, so that no sandbox may touch another one's processes or files
/// even where a namespace would fail, and so that a limit counted per user counts one sandbox.
struct HostIdentityPool: Sendable {
    /// Above what systemd gives to containers (524288–1879048191), below what signed ids can hold.
    static let preferredRange: Range<UInt32> = 1_900_000_000..<1_900_065_536
    /// How many identities a node needs where it has to do with fewer (a root that is itself inside a user namespace).
    static let smallRange = 4096

    private let range: Range<UInt32>
    private var next: UInt32
    private var used: Set<UInt32> = []

    init(range: Range<UInt32>) {
        self.range = range
        next = range.lowerBound
    }

    /// The pool for a process whose `/proc/self/uid_map` this is; nil when it has no spare users.
    init?(uidMap: String) {
        var best: Range<UInt32>?
        for line in uidMap.split(separator: "\n") {
            let fields = line.split(separator: " ").compactMap { UInt64($0) }
            guard fields.count == 3 else { continue }
            let mapped = fields[0]..<min(fields[0] + fields[2], UInt64(UInt32.max))
            let preferred = UInt64(Self.preferredRange.lowerBound)..<UInt64(Self.preferredRange.upperBound)
            if mapped.lowerBound <= preferred.lowerBound, preferred.upperBound <= mapped.upperBound {
                best = Self.preferredRange
                break
            }
            // The top of the largest mapping, which no one else is likely to use; never ids below 10,000.
            let lower = max(mapped.lowerBound, mapped.upperBound - min(mapped.upperBound, UInt64(Self.smallRange)), 10_000)
            if lower < mapped.upperBound, best == nil || mapped.upperBound - lower > UInt64(best!.count) {
                best = UInt32(lower)..<UInt32(mapped.upperBound)
            }
        }
        guard let best else { return nil }
        self.init(range: best)
    }

    /// An identity that no running sandbox has; nil when all are taken. A returned one is used again last.
    mutating func take() -> HostIdentity? {
        guard used.count < range.count else { return nil }
        while used.contains(next) { advance() }
        let uid = next
        used.insert(uid)
        advance()
        return HostIdentity(uid: uid, gid: uid)
    }

    mutating func giveBack(_ identity: HostIdentity) { used.remove(identity.uid) }

    private mutating func advance() { next = next + 1 == range.upperBound ? range.lowerBound : next + 1 }
}
