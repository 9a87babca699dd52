// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where the manager stands. It goes forward only.
package struct LifecycleState: Sendable {
    package enum Phase: Int, Sendable, Comparable, CaseIterable {
        case created, startingServices, startingWebhooks, syncingInformers, running, drainingControllers, stoppingOthers,
            stoppingInformers, stoppingWebhooks, stoppingServices, stopped

        package static func < (lhs: Phase, rhs: Phase) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    package enum StopReason: Sendable {
        /// Someone asked for it: a signal, `stop()`, the task group around it.
        case requested(String)
        /// A part ended that should run as long as the manager; the error it threw, if any.
        case partEnded(name: String, error: (any Error)?)
    }

    package private(set) var phase = Phase.created
    package private(set) var stopReason: StopReason?

    package init() {}

    /// Whether parts may be added: not after a stop was asked for.
    package var acceptsParts: Bool { phase <= .running && stopReason == nil }

    /// Whether it has begun.
    package var hasBegun: Bool { phase > .created }

    /// Goes on to `next`. False when that is not forward, or would start something although a stop has been asked for.
    package mutating func advance(to next: Phase) -> Bool {
        guard next > phase else { return false }
        if stopReason != nil && next <= .running { return false }
        phase = next
        return true
    }

    /// Asks for a stop. Only the first reason counts; the answer says whether this was it.
    package mutating func stop(_ reason: StopReason) -> Bool {
        guard stopReason == nil, phase < .stopped else { return false }
        stopReason = reason
        return true
    }

    /// What `/readyz` says.
    package var health: HealthStatus {
        switch phase {
        case .created, .startingServices, .startingWebhooks: .unhealthy("starting")
        case .syncingInformers: .unhealthy("waiting for informers to sync")
        case .running: stopReason == nil ? .healthy() : .unhealthy("stopping")
        default: .unhealthy("stopping")
        }
    }
}
