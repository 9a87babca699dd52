// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Logging

/// Removes events that nobody has touched for an hour, as a real server does, so that they do not pile up.
struct EventExpiry: Sendable {
    let access: ClusterAccess
    let clock: ClusterClock
    let logger: Logger

    /// How long an event stays after its last change.
    static let lifetime: Int64 = 3600
    /// How often is looked.
    private static let interval = Duration.seconds(300)

    private static let events = ResourceID(group: "", resource: "events")

    /// Returns when the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await clock.wait(until: clock.monotonicNow() + Self.interval)
            guard !Task.isCancelled else { return }
            await sweep()
        }
    }

    private func sweep() async {
        let now = access.now
        for entry in access.entries(Self.events) {
            do throws(StatusError) {
                guard Self.isExpired(try entry.object(), now: now) else { continue }
                try await access.delete(entry.key, uid: entry.parts.uid, resourceVersion: entry.modRevision)
            } catch {
                logger.error(
                    "an expired event cannot be removed",
                    metadata: ["event": "\(entry.key)", "error": "\(error.message)"]
                )
                return
            }
        }
    }

    /// Whether the last sign of life of an event lies further back than its lifetime.
    static func isExpired(_ event: JSONValue, now: Time) -> Bool {
        let times = [
            event["series"]?["lastObservedTime"], event["lastTimestamp"], event["eventTime"],
            event["metadata"]?["creationTimestamp"],
        ]
        guard let last = times.compactMap({ $0?.string }).compactMap({ Time($0) }).max() else { return false }
        return now.seconds - last.seconds > lifetime
    }
}
