// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Lets each warning of the server through once, so that a controller that writes all day does not fill its log with one line.
final class WarningFilter: Sendable {
    /// Beyond so many different texts all are forgotten, and may appear again.
    static let capacity = 256

    private let seen = Locked<Set<String>>([])

    /// Whether the text has not come before.
    func isNew(_ text: String) -> Bool {
        seen.withLock { seen in
            if seen.count >= Self.capacity { seen.removeAll(keepingCapacity: true) }
            return seen.insert(text).inserted
        }
    }
}
