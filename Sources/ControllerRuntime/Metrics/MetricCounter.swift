// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number that only grows.
public final class MetricCounter: Sendable {
    // Whole increments, which are nearly all, need one atomic add; fractions go to a second cell.
    private let whole = Atomic<UInt64>(0)
    private let fraction = Atomic<UInt64>(0)

    init() {}

    /// Adds `amount`.
    public func increment(by amount: UInt64 = 1) {
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Adds `amount`; negative and non-finite amounts are ignored.
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        var old = fraction.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = fraction.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    /// Takes over a total that someone else counts, such as the kernel. Not together with `increment`. A total below the present one is
    /// ignored: a counter never goes back.
    package func set(total: Double) {
        var old = fraction.load(ordering: .relaxed)
        while total > Double(bitPattern: old), total.isFinite {
            let (exchanged, original) = fraction.weakCompareExchange(
                expected: old,
                desired: total.bitPattern,
                ordering: .relaxed
            )
            if exchanged { return }
            old = original
        }
    }

    /// The sum of all increments.
    public var value: Double {
        Double(whole.load(ordering: .relaxed)) + Double(bitPattern: fraction.load(ordering: .relaxed))
    }
}
