// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How the client waits when nobody gives it another way: the one place of this module that sleeps.
enum SystemClock {
    /// Suspends for a time; throws `CancellationError` when the task is canceled first.
    static let sleep: @Sendable (Duration) async throws -> Void = { try await ContinuousClock().sleep(for: $0) }

    /// Suspends until an instant; throws `CancellationError` when the task is canceled first.
    static let sleepUntil: @Sendable (ContinuousClock.Instant) async throws -> Void = {
        try await ContinuousClock().sleep(until: $0)
    }
}
