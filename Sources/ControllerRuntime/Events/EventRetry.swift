// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesClient

/// When an event that could not be sent is sent again: up to 12 times in all, as in client-go, after 1 s, then twice as long each time up to
/// 10 s, and a quarter more or less, so that the processes of a cluster do not all come back at once. A server that asks to wait longer gets
/// up to a minute.
package struct EventRetry: Sendable {
    package static let maximumTries = 12
    private static let longest = Duration.seconds(10)
    private static let longestAskedFor = Duration.seconds(60)

    private var tries = 0

    package init() {}

    /// Whether the event may have been written by an earlier try whose answer was lost.
    package var isRepeated: Bool { tries > 0 }

    /// How long to wait before the next try; nil when there is none.
    ///
    /// - Parameter share: Evenly from 0 to 1, by chance.
    package mutating func delay(after error: ClientError, share: Double) -> Duration? {
        tries += 1
        guard tries < Self.maximumTries, Self.mayPass(error) else { return nil }
        let delay = min(Duration.seconds(1 << min(tries - 1, 8)), Self.longest)
        return max(delay * (0.75 + share / 2), min(error.retryAfter ?? .zero, Self.longestAskedFor))
    }

    /// Whether the next try may end otherwise. A server that has understood the event and refuses it will do so again.
    package static func mayPass(_ error: ClientError) -> Bool {
        error.code == .transport || error.isTimeout || error.isTooManyRequests || error.isServerError
    }
}
