// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerServing
import HTTPTypes
import KubernetesClient
import Logging
import ServiceLifecycle
import Testing

@Suite("The server of metrics and probes", .timeLimit(.minutes(1)))
struct ControllerServerTests {
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs a server on a free port around `body`.
    static func serving(
        _ contents: [ServedContent],
        at address: BindAddress = BindAddress(host: "127.0.0.1", port: 0),
        tls: ServingTLS? = nil,
        access: (any AccessReview)? = nil,
        environment: RuntimeEnvironment = RuntimeEnvironment(logger: logger),
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = ControllerServer(
            address: address,
            contents: contents,
            tls: tls,
            access: access,
            environment: environment
        ) {
            started.yield($0)
        }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { started.finish() }
                try await group.run()
            }
            var iterator = ports.makeAsyncIterator()
            if let port = await iterator.next() { try await body(port) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static func get(_ path: String, port: Int, host: String = "127.0.0.1") async throws -> (status: Int, text: String) {
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://\(host):\(port)")))
        let head = HTTPRequest(method: .get, scheme: "http", authority: host, path: path)
        let exchange = try await transport.send(head, body: [], options: RequestOptions())
        let bytes = try await exchange.body.collect(upTo: 1 << 20)
        await transport.shutdown()
        return (exchange.head.status.code, String(decoding: bytes, as: UTF8.self))
    }

    @Test("metrics and probes come over the socket")
    func served() async throws {
        let environment = RuntimeEnvironment(logger: Self.logger)
        environment.metrics.counter("things_total").increment(by: 3 as UInt64)
        environment.health.register("informers", at: .ready) { .unhealthy("not synced") }
        try await Self.serving([.metrics(environment.metrics), .health(environment.health)]) { port in
            let metrics = try await Self.get("/metrics", port: port)
            #expect(metrics.text.contains("things_total 3"))
            let healthz = try await Self.get("/healthz", port: port)
            #expect(healthz.status == 200)
            #expect(healthz.text == "ok")
            let readyz = try await Self.get("/readyz", port: port)
            #expect(readyz.status == 500)
            let other = try await Self.get("/", port: port)
            #expect(other.status == 404)
        }
    }

    @Test("without a host it listens on all addresses")
    func allAddresses() async throws {
        try await Self.serving([.health(HealthRegistry())], at: BindAddress(host: nil, port: 0)) { port in
            let healthz = try await Self.get("/healthz", port: port)
            #expect(healthz.status == 200)
        }
    }

    @Test("a port in use is one clear error", arguments: ["127.0.0.1", nil])
    func portInUse(host: String?) async throws {
        try await Self.serving([], at: BindAddress(host: host, port: 0)) { port in
            let error = await #expect(throws: ServingError.self) {
                try await ControllerServer(
                    address: BindAddress(host: host, port: port),
                    contents: [],
                    environment: RuntimeEnvironment(logger: Self.logger)
                ).run()
            }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains(":\(port) is in use") == true)
        }
    }

    @Test("the flags of a controller make a server for each address, one for the same address, none for 0")
    func flags() throws {
        let environment = RuntimeEnvironment(logger: Self.logger)
        func addresses(_ metrics: String, _ health: String) throws -> [String] {
            try ControllerServer.servers(metrics: metrics, health: health, environment: environment).map(\.address.description)
        }
        #expect(try addresses(":8080", ":8081") == [":8080", ":8081"])
        #expect(try addresses(":8080", ":8080") == [":8080"])
        #expect(try addresses("127.0.0.1:0", "127.0.0.1:0") == ["127.0.0.1:0", "127.0.0.1:0"])
        #expect(try addresses("0", ":8081") == [":8081"])
        #expect(try addresses("0", "0").isEmpty)
        #expect(throws: ServingError.self) { try addresses("nonsense", "0") }
    }

    @Test("secured metrics cannot share the address of the probes")
    func securedShared() {
        let error = #expect(throws: ServingError.self) {
            try ControllerServer.servers(
                metrics: ":8080",
                health: ":8080",
                secured: (ServingTLS(certificate: CertificateHolder()), ContentResponderTests.Password()),
                environment: RuntimeEnvironment(logger: Self.logger)
            )
        }
        #expect(error?.code == .configuration)
    }
}
