// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import ServiceLifecycle
import Testing

@testable import ControllerServing

@Suite("Stopping a server", .timeLimit(.minutes(1)))
struct DrainTests {
    /// A check that a test holds up, as a slow answer.
    static func environment(_ clock: ManualClock) -> RuntimeEnvironment {
        RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
    }

    @Test("a stop fails readiness at once, serves on for the delay, and ends then")
    func delay() async throws {
        let clock = ManualClock()
        let environment = Self.environment(clock)
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = ControllerServer(
            address: BindAddress(host: "127.0.0.1", port: 0),
            contents: [.health(environment.health)],
            drain: DrainOptions(delay: .seconds(5)),
            environment: environment
        ) { started.yield($0) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [server], logger: ControllerServerTests.logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            #expect(try await ControllerServerTests.get("/readyz", port: port).status == 200)

            let stop = clock.now
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: stop.advanced(by: .seconds(5)))
            #expect(try await ControllerServerTests.get("/readyz", port: port).status == 500)
            #expect(try await ControllerServerTests.get("/healthz", port: port).status == 200)
            clock.advance(by: .seconds(5))
            try await tasks.waitForAll()
            await #expect(throws: (any Error).self) { try await ControllerServerTests.get("/healthz", port: port) }
        }
    }

    @Test("a canceled server ends without delay")
    func canceled() async throws {
        let clock = ManualClock()
        let environment = Self.environment(clock)
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = ControllerServer(
            address: BindAddress(host: "127.0.0.1", port: 0),
            contents: [.health(environment.health)],
            drain: DrainOptions(delay: .seconds(5)),
            environment: environment
        ) { started.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            _ = try #require(await iterator.next())
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
        #expect(environment.health.isShuttingDown)
    }
}
