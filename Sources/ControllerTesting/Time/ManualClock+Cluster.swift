// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
public import EmbeddedCluster

extension ManualClock {
    /// The clock as an embedded cluster takes it.
    public var clusterClock: ClusterClock {
        ClusterClock(
            wallNow: { self.wallNow.microTime },
            monotonicNow: { .nanoseconds(self.now.nanoseconds) },
            sleepUntil: { try await self.timeSource.sleepUntil(MonotonicInstant(nanoseconds: 0).advanced(by: $0)) }
        )
    }
}
