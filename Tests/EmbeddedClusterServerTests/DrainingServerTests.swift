// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPSServing
import Logging
import NIOCore
import NIOEmbedded
import ServiceLifecycle
import Testing

@Suite("A server that drains", .timeLimit(.minutes(1)))
struct DrainingServerTests {
    /// A server that ends at once when it is asked to, and leaves a connection behind.
    private struct Forgetful: Service {
        func run() async throws { try await gracefulShutdown() }
    }

    @Test("closes what its server has left open, without waiting for its patience")
    func closes() async throws {
        let connections = OpenConnections()
        let channel = NIOAsyncTestingChannel()
        connections.insert(channel)
        let server = DrainingServer(
            server: Forgetful(),
            above: [],
            connections: connections,
            patience: .seconds(3600),
            sleep: { try await Task.sleep(for: $0) },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let serving = Task { try await server.run() }
        serving.cancel()
        try await serving.value
        try await channel.closeFuture.get()
        let late = NIOAsyncTestingChannel()
        connections.insert(late)
        try await late.closeFuture.get()
    }
}
