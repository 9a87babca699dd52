// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
package import NIOCore

/// The connections of a server, so that they can be closed when their time is over.
///
/// Bound: one entry for each open connection, which the server limits.
package final class OpenConnections: Sendable {
    private struct State {
        var isClosed = false
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Locked(State())

    package init() {}

    /// How many are open.
    package var count: Int { state.withLock { $0.channels.count } }

    /// A connection was accepted. It is closed at once when the others have been.
    package func insert(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isClosed = state.withLock { state in
            if !state.isClosed { state.channels[id] = channel }
            return state.isClosed
        }
        if isClosed { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { $0.channels[id] = nil } }
    }

    /// Closes all connections, and those that are still to come. Whoever writes to one gets an error.
    package func closeAll() {
        let channels = state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
