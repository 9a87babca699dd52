// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import Logging
package import ServiceLifecycle

/// Runs a server of Hummingbird until it is asked to stop, and stops it in order whichever way it is asked.
///
/// Such a server must never run in a task that is canceled: a canceled loop over connections, or over the streams of an HTTP/2 connection,
/// leaves those behind that have been accepted and not been looked at, and dropping one of them ends the process ("Deinited NIOAsyncWriter
/// without calling finish()"). So a cancellation is turned into an orderly stop, and when ``patience`` has passed after the stop was asked
/// for, the connections are closed under the exchanges that are left, which ends the server too.
package struct DrainingServer: Sendable {
    /// What Hummingbird built.
    package var server: any Service
    /// What is stopped before the server, the last one first.
    package var above: [any Service]
    /// The server's connections.
    package var connections: OpenConnections
    /// From asking to closing.
    package var patience: Duration
    /// Suspends for a time, or throws when the task is canceled.
    package var sleep: @Sendable (Duration) async throws -> Void
    package var logger: Logger

    package init(
        server: any Service,
        above: [any Service],
        connections: OpenConnections,
        patience: Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        logger: Logger
    ) {
        self.server = server
        self.above = above
        self.connections = connections
        self.patience = patience
        self.sleep = sleep
        self.logger = logger
    }

    /// Serves until the surrounding service group shuts down or the task is canceled; then until the server has let go of its clients.
    ///
    /// - Parameter onCancel: Called first when the task is canceled.
    package func run(onCancel: @escaping @Sendable () -> Void = {}) async throws {
        let request = StopRequest()
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: server)]
                + (above + [request]).map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            logger: logger
        )
        // Whoever runs this has the signals.
        configuration.gracefulShutdownSignals = []
        let group = ServiceGroup(configuration: configuration)
        // Not a child task, which would be canceled with its parent. It ends when the server has, which the deadline sees to.
        let serving = Task { try await group.run() }
        let deadline = Task { [connections, patience, sleep] in
            do {
                for await _ in request.begun {}
                try Task.checkCancellation()
                try await sleep(patience)
            } catch {
                return  // the server has ended
            }
            connections.closeAll()
        }
        defer {
            deadline.cancel()
            // A connection that was accepted in the last moment may have been left without anyone who answers it.
            connections.closeAll()
        }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            onCancel()
            request.make()
        }
    }

    /// Stands on top of the group: the first to hear that it should stop, or whoever asks it to.
    private struct StopRequest: Service {
        /// Ends when the stop has begun.
        let begun: AsyncStream<Void>
        private let begin: AsyncStream<Void>.Continuation
        private let asked: AsyncStream<Void>
        private let ask: AsyncStream<Void>.Continuation

        init() {
            (begun, begin) = AsyncStream.makeStream()
            (asked, ask) = AsyncStream.makeStream()
        }

        func make() { ask.finish() }

        func run() async throws {
            await withGracefulShutdownHandler {
                for await _ in asked {}
            } onGracefulShutdown: {
                ask.finish()
            }
            begin.finish()
        }
    }
}
