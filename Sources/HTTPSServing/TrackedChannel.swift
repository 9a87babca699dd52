// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import HummingbirdCore
package import Logging
package import NIOCore

/// Enters each accepted connection into ``OpenConnections``.
package struct TrackedChannel<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let connections: OpenConnections

    package init(base: Base, connections: OpenConnections) {
        self.base = base
        self.connections = connections
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        connections.insert(channel)
        return base.setup(channel: channel, logger: logger)
    }

    package func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
