// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How many keys are moved while a queue's lock is held: who adds a million of them keeps nobody from the lock for longer than this takes.
enum LockShare {
    static let limit = 256

    /// `0..<count` in pieces of at most `limit`, in order.
    static func ranges(of count: Int) -> some Sequence<Range<Int>> {
        stride(from: 0, to: count, by: limit).lazy.map { $0..<min($0 + limit, count) }
    }
}
