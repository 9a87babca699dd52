// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import OrderedCollections

/// Decides which occurrences become events of their own, which are counted in the series of an earlier one, and which are dropped.
///
/// A series is told at its second occurrence, then each time its count has doubled or five minutes have passed; so the count in the API may
/// be behind by half. Six minutes without an occurrence end it. One object may have 25 new events in a row, then one every five minutes, so
/// that a tenant's object cannot flood the cluster. When it has had those, each of its first ten reasons may have one more every five
/// minutes, so that a noisy reason does not hide the others. Bounds: 4096 series and 4096 objects; the longest untouched go first.
package struct EventCorrelation: Sendable {
    package enum Decision: Sendable, Hashable {
        /// Write a new event under this number.
        case create(series: UInt64)
        /// Write the count into the event of this number.
        case count(series: UInt64, count: Int32)
        /// Counted, but not worth a write yet.
        case counted
        /// One object says too much.
        case tooMany
    }

    private struct Series: Sendable {
        let number: UInt64
        var count: Int32 = 1
        var toldCount: Int32 = 1
        var toldAt: MonotonicInstant
        var lastSeen: MonotonicInstant
    }

    /// What an object may still say.
    private struct Allowance: Sendable {
        var shared: EventBucket
        /// By reason, for when nothing shared is left.
        var reserves: [String: EventBucket] = [:]

        mutating func take(for reason: String, now: MonotonicInstant) -> Bool {
            if shared.take(at: now) { return true }
            guard reserves[reason] != nil || reserves.count < EventCorrelation.reserves else { return false }
            return reserves[reason, default: EventBucket(size: 1, at: now)].take(at: now)
        }
    }

    private static let seriesEnd = Duration.seconds(360)
    private static let refresh = Duration.seconds(300)
    private static let burst = 25.0
    private static let reserves = 10
    private static let bound = 4096

    private var series: OrderedDictionary<Occurrence.Identity, Series> = [:]
    private var allowances: OrderedDictionary<String, Allowance> = [:]
    private var lastNumber: UInt64 = 0

    package init() {}

    package mutating func decide(_ identity: Occurrence.Identity, now: MonotonicInstant) -> Decision {
        if var known = series.removeValue(forKey: identity), known.lastSeen.duration(to: now) < Self.seriesEnd {
            known.count += 1
            known.lastSeen = now
            let isWorthTelling = known.count >= 2 * known.toldCount || known.toldAt.duration(to: now) >= Self.refresh
            if isWorthTelling {
                known.toldCount = known.count
                known.toldAt = now
            }
            series[identity] = known
            return isWorthTelling ? .count(series: known.number, count: known.count) : .counted
        }
        guard takeToken(of: identity, now: now) else { return .tooMany }
        lastNumber += 1
        series[identity] = Series(number: lastNumber, toldAt: now, lastSeen: now)
        if series.count > Self.bound { series.removeFirst() }
        return .create(series: lastNumber)
    }

    /// The event could not be written, or is gone: the next occurrence makes a new one.
    package mutating func forget(_ identity: Occurrence.Identity) { series.removeValue(forKey: identity) }

    private mutating func takeToken(of identity: Occurrence.Identity, now: MonotonicInstant) -> Bool {
        let object = identity.regarding.uid ?? "\(identity.regarding.namespace ?? "")/\(identity.regarding.name ?? "")"
        // Put back at the end: the longest untouched come first.
        var allowance = allowances.removeValue(forKey: object) ?? Allowance(shared: EventBucket(size: Self.burst, at: now))
        let hasToken = allowance.take(for: identity.reason, now: now)
        allowances[object] = allowance
        if allowances.count > Self.bound { allowances.removeFirst() }
        return hasToken
    }
}
