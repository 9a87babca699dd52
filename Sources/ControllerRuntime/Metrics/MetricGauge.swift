// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number that goes up and down.
public final class MetricGauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// Sets the value.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    /// The present value.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
