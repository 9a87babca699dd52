// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a server lets go of its clients when it is asked to stop.
///
/// First `/readyz` fails and answers ask clients to close their connections, while requests are still served; after ``delay`` no new
/// connection is accepted; requests that have been received are answered, for at most ``budget``. A canceled server leaves out the delay.
public struct DrainOptions: Sendable, Hashable {
    /// How long requests are served after the stop was asked for, so that whoever sends them learns of it: longer than the period of the
    /// readiness probe and the time it takes to change endpoints.
    public var delay: Duration
    /// How long, after that, requests may take to end.
    public var budget: Duration

    /// Options: no delay, 20 s for requests.
    public init(delay: Duration = .zero, budget: Duration = .seconds(20)) {
        self.delay = delay
        self.budget = budget
    }
}
