// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import Logging

/// A cache that runs, the server that the test plays, and the clock.
struct CacheFixture {
    let clock = ManualClock()
    let server = ScriptedTransport()
    let environment: RuntimeEnvironment
    let cache: Cache

    init(
        options: InformerOptions = InformerOptions(initialState: .pages),
        defaults: CacheDefaults = CacheDefaults()
    ) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
        cache = Cache(client: client, options: options, defaults: defaults, environment: environment)
    }

    /// Runs the cache while `body` plays the server.
    func run(_ body: (CacheFixture) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cache.run() }
            defer { group.cancelAll() }
            try await body(self)
        }
    }

    /// Answers the next list with these objects, and opens the watch that follows.
    @discardableResult
    func answer(_ objects: [String], version: Int = 10) async -> BodyFeed {
        await server.nextRequest().respond(json: Served.list(objects, version: version))
        return await openWatch()
    }

    func openWatch() async -> BodyFeed {
        let feed = BodyFeed()
        await server.nextRequest().respond(feed: feed)
        return feed
    }

    /// What the call throws.
    func error<Result>(_ body: () throws(CacheError) -> Result) -> CacheError? {
        do throws(CacheError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }
}
