// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Synchronization

/// Counts observations in buckets.
public final class MetricHistogram: Sendable {
    /// What has been observed so far.
    public struct Snapshot: Sendable, Hashable {
        /// Observations at most as large as the bucket's bound and larger than the bound before; the last one has no bound.
        public var counts: [UInt64]
        /// The sum of all observations.
        public var sum: Double
        /// How many there were.
        public var count: UInt64 { counts.reduce(0, +) }
    }

    /// Upper bounds, ascending.
    public let buckets: [Double]
    private let state: HotLock<Snapshot>

    init(buckets: [Double]) {
        self.buckets = buckets
        state = HotLock(Snapshot(counts: Array(repeating: 0, count: buckets.count + 1), sum: 0))
    }

    /// Counts one observation; NaN is ignored.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        var low = 0
        var high = buckets.count
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle] < value { low = middle + 1 } else { high = middle }
        }
        let index = low
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) { observe(duration.inSeconds) }

    /// What has been observed so far.
    public var snapshot: Snapshot { state.withLock { $0 } }
}
