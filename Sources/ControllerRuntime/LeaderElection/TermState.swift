// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// What the copies of a term share.
final class TermState: Sendable {
    private let current: Locked<MonotonicInstant>
    /// Open when the term is over, with the instant at which that was noticed.
    let over = Latch<MonotonicInstant>()

    init(deadline: MonotonicInstant) { current = Locked(deadline) }

    var deadline: MonotonicInstant { current.withLock { $0 } }

    func extend(to deadline: MonotonicInstant) {
        current.withLock { current in
            // An ended term has the earliest instant there is.
            if current != Self.ended { current = max(current, deadline) }
        }
    }

    func end(at now: MonotonicInstant) {
        current.withLock { $0 = Self.ended }
        over.open(now)
    }

    private static let ended = MonotonicInstant(nanoseconds: .min)
}
