// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedClusterServer
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import LocalCluster

@Suite("The cluster's process", .serialized, .timeLimit(.minutes(2)))
struct LocalClusterServerTests {
    let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    func options(replicas: Int = 1, port: Int? = nil) -> LocalClusterOptions {
        LocalClusterOptions(
            stateDirectory: temporary.file("state"),
            port: port,
            replicas: replicas,
            runsNode: false,
            logLevel: "critical"
        )
    }

    func control(_ options: LocalClusterOptions) -> LocalClusterControl {
        LocalClusterControl(options: options, kubeconfig: temporary.file("config"), environment: [:], executable: "/bin/false")
    }

    /// Runs a cluster in this process around `body`.
    func running(_ options: LocalClusterOptions, _ body: @escaping @Sendable (RunRecord) async throws -> Void) async throws {
        let server = LocalClusterServer(options: options, version: "1.2.3")
        let (records, ready) = AsyncStream<RunRecord>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await server.run { ready.yield($0) }
            }
            var iterator = records.makeAsyncIterator()
            if let record = await iterator.next() {
                try await body(record)
                group.cancelAll()
            }
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    @Test("serves HTTPS, has the definitions and a ready operator, and says so", arguments: [0, 1])
    func serves(replicas: Int) async throws {
        let options = options(replicas: replicas)
        try await running(options) { record in
            let status = try await control(options).status()
            #expect(status.isAPIReachable)
            #expect(status.isReady)
            #expect(status.node == .off)
            #expect(status.taskOperator == (replicas == 0 ? .off : .ready))
            #expect(status.version == "1.2.3")
            #expect(status.kubernetesVersion?.hasPrefix("v1.") == true)
            #expect(status.server == record.server)
        }
        let after = try await control(options).status()
        #expect(after.pid == nil)
        #expect(!after.isReady)
    }

    @Test("objects, token, authority and port are the same after a restart; the port gives way when it is taken")
    func restart() async throws {
        let options = options(replicas: 0)
        let first = Locked<RunRecord?>(nil)
        try await running(options) { record in
            first.withLock { $0 = record }
            let (head, _) = try await Self.request(options, record, .post, Self.configMaps, Self.configMap)
            #expect(head == 201)
        }
        let port = try #require(first.withLock { $0 }).port
        try await running(options) { record in
            #expect(record.port == port)
            let (head, body) = try await Self.request(options, record, .get, Self.configMaps + "/kept", nil)
            #expect(head == 200)
            #expect(body["data"] == ["a": "b"])
            let other = LocalClusterServerTests.neighbour(temporary, port: port)
            try await running(other) { #expect($0.port != port) }
        }
    }

    @Test("webhooks are reached over TLS, by the authority of their configuration")
    func webhooks() async throws {
        let options = options(replicas: 0)
        try await running(options) { record in
            let authority = try LocalState(options.stateDirectory).directory.directory("pki").read("ca.crt") ?? []
            // The only HTTPS server at hand: it answers, and knows nobody who sends no token.
            let client: JSONValue = ["url": .string(record.server + "/hook"), "caBundle": .string(Base64Data(authority).text)]
            let configuration: JSONValue = [
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": ["name": "c"],
                "webhooks": [
                    [
                        "name": "w.example.com", "clientConfig": client, "sideEffects": "None", "admissionReviewVersions": ["v1"],
                        "rules": [
                            ["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]
                        ],
                    ]
                ],
            ]
            let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
            #expect(try await Self.request(options, record, .post, path, configuration).status == 201)
            let refused = try await Self.request(options, record, .post, Self.configMaps, Self.configMap)
            #expect(refused.status == 500)
            #expect(refused.body["message"]?.string?.contains("system:anonymous") == true, "\(refused.body)")
        }
    }

    @Test("a second process for the same state is told that one runs")
    func second() async throws {
        let options = options(replicas: 0)
        try await running(options) { _ in
            let error = await #expect(throws: LocalClusterError.self) { try await running(options) { _ in } }
            #expect(error?.code == .running)
            #expect(error?.message.contains("agentctl local status") == true)
        }
    }

    @Test("a port that was asked for and is taken is one clear error")
    func portInUse() async throws {
        let options = options(replicas: 0)
        try await running(options) { record in
            var other = LocalClusterServerTests.neighbour(temporary, port: record.port)
            other.port = record.port
            let error = await #expect(throws: (any Error).self) { try await running(other) { _ in } }
            #expect("\(error.map { "\($0)" } ?? "")".contains("port \(record.port) on 127.0.0.1 is in use"))
        }
    }

    @Test("a damaged database is one clear error, and stays as it is")
    func damaged() async throws {
        let options = options(replicas: 0)
        try await running(options) { _ in }
        try temporary.write("state/cluster.db", String(repeating: "damage ", count: 2000))
        let error = await #expect(throws: (any Error).self) { try await running(options) { _ in } }
        #expect("\(error.map { "\($0)" } ?? "")".contains("cluster.db is damaged"))
        #expect(try temporary.read("state/cluster.db").hasPrefix("damage "))
    }

    // MARK: Helpers

    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let configMap: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "kept"], "data": ["a": "b"]]

    /// A cluster in another state directory whose last port was `port`.
    static func neighbour(_ temporary: TemporaryDirectory, port: Int) -> LocalClusterOptions {
        let path = temporary.file("neighbour")
        do {
            try LocalState(path).write(RunRecord(pid: 2, port: port, healthPort: nil, runsNode: false, version: "x"))
        } catch {
            Issue.record(error)
        }
        return LocalClusterOptions(stateDirectory: path, replicas: 0, runsNode: false, logLevel: "critical")
    }
}
